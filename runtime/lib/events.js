'use strict';

// node:events. One listener for an event is stored as the function itself, several as an array; emit() copies the array before it
// calls, so that listeners may be added and removed meanwhile. Documented in doc/api/events.md.

const {
  AbortError, codes: { ERR_INVALID_ARG_TYPE, ERR_UNHANDLED_ERROR, ERR_INVALID_THIS }, genericNodeError,
} = require('internal/errors');
const { validateFunction, validateNumber, validateBoolean, validateAbortSignal, validateInteger, validateObject, validateString } =
  require('internal/validators');
const { ReflectApply, ReflectOwnKeys, SymbolAsyncIterator, SymbolDispose, NumberMAX_SAFE_INTEGER } = primordials;

const kCapture = Symbol('kCapture');
const kErrorMonitor = Symbol('events.errorMonitor');
const kShapeMode = Symbol('shapeMode');
const kMaxEventTargetListeners = Symbol('events.maxEventTargetListeners');
const kMaxEventTargetListenersWarned = Symbol('events.maxEventTargetListenersWarned');
const kRejection = Symbol.for('nodejs.rejection');
const kWatermarkData = Symbol.for('nodejs.watermarkData');

let defaultMaxListeners = 10;

function EventEmitter(options) {
  EventEmitter.init.call(this, options);
}

EventEmitter.prototype._events = undefined;
EventEmitter.prototype._eventsCount = 0;
EventEmitter.prototype._maxListeners = undefined;

EventEmitter.usingDomains = false;
EventEmitter.captureRejectionSymbol = kRejection;
EventEmitter.errorMonitor = kErrorMonitor;
EventEmitter.EventEmitter = EventEmitter;

Object.defineProperties(EventEmitter, {
  captureRejections: {
    __proto__: null,
    get() {
      return EventEmitter.prototype[kCapture];
    },
    set(value) {
      validateBoolean(value, 'EventEmitter.captureRejections');
      EventEmitter.prototype[kCapture] = value;
    },
    enumerable: true,
  },
  defaultMaxListeners: {
    __proto__: null,
    get() {
      return defaultMaxListeners;
    },
    set(value) {
      validateNumber(value, 'defaultMaxListeners', 0);
      defaultMaxListeners = value;
    },
    enumerable: true,
  },
  kMaxEventTargetListeners: { __proto__: null, value: kMaxEventTargetListeners },
  kMaxEventTargetListenersWarned: { __proto__: null, value: kMaxEventTargetListenersWarned },
});
Object.defineProperty(EventEmitter.prototype, kCapture, { __proto__: null, value: false, writable: true, enumerable: false });

EventEmitter.init = function init(options) {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = { __proto__: null };
    this._eventsCount = 0;
    this[kShapeMode] = false;
  } else {
    this[kShapeMode] = true;
  }
  this._maxListeners = this._maxListeners || undefined;
  if (options?.captureRejections) {
    validateBoolean(options.captureRejections, 'options.captureRejections');
    this[kCapture] = Boolean(options.captureRejections);
  } else {
    this[kCapture] = EventEmitter.prototype[kCapture];
  }
};

EventEmitter.setMaxListeners = function setMaxListeners(n = defaultMaxListeners, ...targets) {
  validateNumber(n, 'setMaxListeners', 0);
  if (targets.length === 0) {
    defaultMaxListeners = n;
    return;
  }
  const { isEventTarget } = require('internal/event_target');
  for (const target of targets) {
    if (isEventTarget(target)) {
      target[kMaxEventTargetListeners] = n;
      target[kMaxEventTargetListenersWarned] = false;
    } else if (typeof target.setMaxListeners === 'function') {
      target.setMaxListeners(n);
    } else {
      throw new ERR_INVALID_ARG_TYPE('eventTargets', ['EventEmitter', 'EventTarget'], target);
    }
  }
};

// A listener that returned a promise, under captureRejections.
function watchPromise(emitter, promise, type, args) {
  try {
    const { then } = promise;
    if (typeof then !== 'function') return;
    then.call(promise, undefined, (error) => {
      // Not within the promise's own reaction: what is thrown here is to be uncaught.
      process.nextTick(onCapturedRejection, emitter, error, type, args);
    });
  } catch (error) {
    emitter.emit('error', error);
  }
}

function onCapturedRejection(emitter, error, type, args) {
  if (typeof emitter[kRejection] === 'function') {
    emitter[kRejection](error, type, ...args);
    return;
  }
  // The error listener's own promise is not watched, or it could go on for ever.
  const before = emitter[kCapture];
  try {
    emitter[kCapture] = false;
    emitter.emit('error', error);
  } finally {
    emitter[kCapture] = before;
  }
}

EventEmitter.prototype.setMaxListeners = function setMaxListeners(n) {
  validateNumber(n, 'setMaxListeners', 0);
  this._maxListeners = n;
  return this;
};

function maxListenersOf(emitter) {
  return emitter._maxListeners === undefined ? defaultMaxListeners : emitter._maxListeners;
}

EventEmitter.prototype.getMaxListeners = function getMaxListeners() {
  return maxListenersOf(this);
};

// Adds to an error's stack where 'error' was emitted, when that is another place than where the error was made.
function withEmitStack(error, own) {
  const name = this.constructor?.name;
  const of = name && name !== 'EventEmitter' ? ` on ${name} instance` : '';
  const lines = (own.stack ?? '').split('\n').slice(1);
  return `${error.stack}\nEmitted 'error' event${of} at:\n${lines.join('\n')}`;
}

function emitUnhandledError(emitter, args) {
  const error = args[0];
  if (error instanceof Error) {
    try {
      const here = {};
      Error.captureStackTrace(here, EventEmitter.prototype.emit);
      Object.defineProperty(error, require('internal/util').kEnhanceStackBeforeInspector ?? Symbol('kEnhanceStackBeforeInspector'), {
        __proto__: null, value: () => withEmitStack.call(emitter, error, here), configurable: true,
      });
    } catch {
      // A frozen error is thrown as it is.
    }
    throw error;
  }
  let shown;
  try {
    shown = require('internal/util/inspect').inspect(error);
  } catch {
    shown = error;
  }
  const wrapped = new ERR_UNHANDLED_ERROR(shown);
  wrapped.context = error;
  throw wrapped;
}

EventEmitter.prototype.emit = function emit(type, ...args) {
  const events = this._events;
  if (type === 'error') {
    if (events !== undefined && events[kErrorMonitor] !== undefined) this.emit(kErrorMonitor, ...args);
    if (events === undefined || events.error === undefined) emitUnhandledError(this, args);
  } else if (events === undefined) {
    return false;
  }
  const handler = events[type];
  if (handler === undefined) return false;
  if (typeof handler === 'function') {
    const result = ReflectApply(handler, this, args);
    if (result !== undefined && result !== null && this[kCapture]) watchPromise(this, result, type, args);
    return true;
  }
  const listeners = copyArray(handler);
  for (let i = 0; i < listeners.length; i++) {
    const result = ReflectApply(listeners[i], this, args);
    if (result !== undefined && result !== null && this[kCapture]) watchPromise(this, result, type, args);
  }
  return true;
};

function copyArray(list) {
  switch (list.length) {
    case 2: return [list[0], list[1]];
    case 3: return [list[0], list[1], list[2]];
    case 4: return [list[0], list[1], list[2], list[3]];
    default: return list.slice();
  }
}

function checkListener(listener) {
  validateFunction(listener, 'listener');
}

function addListener(target, type, listener, prepend) {
  checkListener(listener);
  let events = target._events;
  let existing;
  if (events === undefined) {
    events = target._events = { __proto__: null };
    target._eventsCount = 0;
  } else {
    // Before it is added, so that a listener for 'newListener' that adds another does not see its own.
    if (events.newListener !== undefined) {
      target.emit('newListener', type, listener.listener ?? listener);
      events = target._events;
    }
    existing = events[type];
  }
  if (existing === undefined) {
    events[type] = listener;
    ++target._eventsCount;
    return target;
  }
  if (typeof existing === 'function') existing = events[type] = prepend ? [listener, existing] : [existing, listener];
  else if (prepend) existing.unshift(listener);
  else existing.push(listener);
  const limit = maxListenersOf(target);
  if (limit > 0 && existing.length > limit && !existing.warned) warnOfLeak(target, type, existing);
  return target;
}

function warnOfLeak(target, type, existing) {
  existing.warned = true;
  const { inspect } = require('internal/util/inspect');
  const warning = genericNodeError(
    `Possible EventEmitter memory leak detected. ${existing.length} ${String(type)} listeners added to ` +
    `${inspect(target, { depth: -1 })}. MaxListeners is ${maxListenersOf(target)}. Use emitter.setMaxListeners() to increase limit`,
    { name: 'MaxListenersExceededWarning', emitter: target, type, count: existing.length });
  process.emitWarning(warning);
}

EventEmitter.prototype.addListener = function addListenerMethod(type, listener) {
  return addListener(this, type, listener, false);
};
Object.defineProperty(EventEmitter.prototype.addListener, 'name', { __proto__: null, value: 'addListener', configurable: true });
EventEmitter.prototype.on = EventEmitter.prototype.addListener;

EventEmitter.prototype.prependListener = function prependListener(type, listener) {
  return addListener(this, type, listener, true);
};

function onceWrapper() {
  if (this.fired) return undefined;
  this.target.removeListener(this.type, this.wrapFn);
  this.fired = true;
  if (arguments.length === 0) return this.listener.call(this.target);
  return ReflectApply(this.listener, this.target, arguments);
}

function wrapOnce(target, type, listener) {
  const state = { fired: false, wrapFn: undefined, target, type, listener };
  const wrapped = onceWrapper.bind(state);
  wrapped.listener = listener;
  state.wrapFn = wrapped;
  return wrapped;
}

EventEmitter.prototype.once = function once(type, listener) {
  checkListener(listener);
  this.on(type, wrapOnce(this, type, listener));
  return this;
};

EventEmitter.prototype.prependOnceListener = function prependOnceListener(type, listener) {
  checkListener(listener);
  this.prependListener(type, wrapOnce(this, type, listener));
  return this;
};

EventEmitter.prototype.removeListener = function removeListener(type, listener) {
  checkListener(listener);
  const events = this._events;
  if (events === undefined) return this;
  const list = events[type];
  if (list === undefined) return this;
  if (list === listener || list.listener === listener) {
    this._eventsCount -= 1;
    if (this[kShapeMode]) {
      events[type] = undefined;
    } else if (this._eventsCount === 0) {
      this._events = { __proto__: null };
    } else {
      delete events[type];
    }
    if (events.removeListener) this.emit('removeListener', type, list.listener || listener);
    return this;
  }
  if (typeof list === 'function') return this;
  let position = -1;
  for (let i = list.length - 1; i >= 0; i--) {
    if (list[i] === listener || list[i].listener === listener) {
      position = i;
      break;
    }
  }
  if (position < 0) return this;
  if (position === 0) list.shift();
  else list.splice(position, 1);
  if (list.length === 1) events[type] = list[0];
  if (events.removeListener !== undefined) this.emit('removeListener', type, listener);
  return this;
};
EventEmitter.prototype.off = EventEmitter.prototype.removeListener;

EventEmitter.prototype.removeAllListeners = function removeAllListeners(type) {
  const events = this._events;
  if (events === undefined) return this;
  if (events.removeListener === undefined) {
    if (arguments.length === 0) {
      this._events = { __proto__: null };
      this._eventsCount = 0;
    } else if (events[type] !== undefined) {
      if (--this._eventsCount === 0) this._events = { __proto__: null };
      else delete events[type];
    }
    this[kShapeMode] = false;
    return this;
  }
  if (arguments.length === 0) {
    for (const key of ReflectOwnKeys(events)) {
      if (key !== 'removeListener') this.removeAllListeners(key);
    }
    this.removeAllListeners('removeListener');
    this._events = { __proto__: null };
    this._eventsCount = 0;
    this[kShapeMode] = false;
    return this;
  }
  const listeners = events[type];
  if (typeof listeners === 'function') {
    this.removeListener(type, listeners);
  } else if (listeners !== undefined) {
    for (let i = listeners.length - 1; i >= 0; i--) this.removeListener(type, listeners[i]);
  }
  return this;
};

function listenersOf(emitter, type, unwrap) {
  const list = emitter._events?.[type];
  if (list === undefined) return [];
  if (typeof list === 'function') return unwrap ? [list.listener ?? list] : [list];
  return unwrap ? list.map((listener) => listener.listener ?? listener) : copyArray(list);
}

EventEmitter.prototype.listeners = function listeners(type) {
  return listenersOf(this, type, true);
};

EventEmitter.prototype.rawListeners = function rawListeners(type) {
  return listenersOf(this, type, false);
};

EventEmitter.prototype.listenerCount = function listenerCount(type, listener) {
  const list = this._events?.[type];
  if (list === undefined) return 0;
  if (typeof list === 'function') {
    if (listener == null) return 1;
    return listener === list || listener === list.listener ? 1 : 0;
  }
  if (listener == null) return list.length;
  let count = 0;
  for (const each of list) if (each === listener || each.listener === listener) count++;
  return count;
};

EventEmitter.listenerCount = function listenerCount(emitter, type) {
  if (typeof emitter.listenerCount === 'function') return emitter.listenerCount(type);
  const { isEventTarget, kEvents } = require('internal/event_target');
  if (isEventTarget(emitter)) return emitter[kEvents]?.get(type)?.size ?? 0;
  return EventEmitter.prototype.listenerCount.call(emitter, type);
};

EventEmitter.prototype.eventNames = function eventNames() {
  return this._eventsCount > 0 ? ReflectOwnKeys(this._events).filter((key) => this._events[key] !== undefined) : [];
};

EventEmitter.getEventListeners = function getEventListeners(target, type) {
  if (typeof target.listeners === 'function') return target.listeners(type);
  const { isEventTarget, kEvents } = require('internal/event_target');
  if (!isEventTarget(target)) throw new ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], target);
  const list = [];
  let node = target[kEvents].get(type)?.next;
  for (; node !== undefined; node = node.next) {
    const listener = node.listener?.deref ? node.listener.deref() : node.listener;
    if (listener !== undefined) list.push(listener);
  }
  return list;
};

EventEmitter.getMaxListeners = function getMaxListeners(target) {
  if (typeof target?.getMaxListeners === 'function') return maxListenersOf(target);
  if (typeof target?.[kMaxEventTargetListeners] === 'number') return target[kMaxEventTargetListeners];
  throw new ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], target);
};

// Calls `listener` with the same arguments as the emitter or target would.
function listenTo(emitter, name, listener, flags) {
  if (typeof emitter.on === 'function') {
    if (flags?.once) emitter.once(name, listener);
    else emitter.on(name, listener);
  } else if (typeof emitter.addEventListener === 'function') {
    emitter.addEventListener(name, listener, flags);
  } else {
    throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
  }
}
function stopListening(emitter, name, listener, flags) {
  if (typeof emitter.removeListener === 'function') emitter.removeListener(name, listener);
  else if (typeof emitter.removeEventListener === 'function') emitter.removeEventListener(name, listener, flags);
  else throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
}

EventEmitter.once = async function once(emitter, name, options = {}) {
  validateObject(options, 'options');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  return new Promise((resolve, reject) => {
    const onError = (error) => {
      stopListening(emitter, name, onEvent);
      if (signal != null) stopListening(signal, 'abort', onAbort);
      reject(error);
    };
    const onEvent = (...args) => {
      if (typeof emitter.removeListener === 'function') emitter.removeListener('error', onError);
      if (signal != null) stopListening(signal, 'abort', onAbort);
      resolve(args);
    };
    const onAbort = () => {
      stopListening(emitter, name, onEvent);
      if (typeof emitter.removeListener === 'function') emitter.removeListener('error', onError);
      reject(new AbortError(undefined, { cause: signal?.reason }));
    };
    const { kResistStopPropagation } = lazyEventTarget();
    listenTo(emitter, name, onEvent, { __proto__: null, once: true, [kResistStopPropagation]: true });
    if (name !== 'error' && typeof emitter.once === 'function') emitter.once('error', onError);
    if (signal != null) listenTo(signal, 'abort', onAbort, { __proto__: null, once: true, [kResistStopPropagation]: true });
  });
};

function lazyEventTarget() {
  return require('internal/event_target');
}

EventEmitter.on = function on(emitter, event, options = {}) {
  validateObject(options, 'options');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  const high = options.highWaterMark ?? options.highWatermark ?? NumberMAX_SAFE_INTEGER;
  validateInteger(high, 'options.highWaterMark', 1);
  const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
  validateInteger(low, 'options.lowWaterMark', 1);

  const FixedQueue = require('internal/fixed_queue');
  const events = new FixedQueue();
  const waiting = new FixedQueue();
  let paused = false;
  let error = null;
  let finished = false;
  let size = 0;
  const cleanups = [];

  function listen(target, name, handler, flags) {
    listenTo(target, name, handler, flags);
    cleanups.push(() => stopListening(target, name, handler, flags));
  }
  function onEvent(...args) {
    const next = waiting.shift();
    if (next !== null) {
      next.resolve({ value: args, done: false });
      return;
    }
    size++;
    if (!paused && size > high) {
      paused = true;
      emitter.pause?.();
    }
    events.push(args);
  }
  function onError(reason) {
    const next = waiting.shift();
    if (next !== null) next.reject(reason);
    else error = reason;
    iterator.return();
  }
  function close() {
    for (const cleanup of cleanups.splice(0)) cleanup();
    finished = true;
    for (let next = waiting.shift(); next !== null; next = waiting.shift()) next.resolve({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  }

  const iterator = Object.setPrototypeOf({
    next() {
      if (size > 0) {
        const value = events.shift();
        size--;
        if (paused && size < low) {
          // An emitter that has closed has nothing to go on with.
          if (!finished) emitter.resume?.();
          paused = false;
        }
        return Promise.resolve({ value, done: false });
      }
      if (error !== null) {
        const rejected = Promise.reject(error);
        error = null;
        return rejected;
      }
      if (finished) return close();
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() {
      return close();
    },
    throw(reason) {
      if (!reason || !(reason instanceof Error)) {
        throw new ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', reason);
      }
      onError(reason);
    },
    [SymbolAsyncIterator]() {
      return this;
    },
    [kWatermarkData]: {
      get size() { return size; },
      get low() { return low; },
      get high() { return high; },
      get isPaused() { return paused; },
    },
  }, primordials.AsyncIteratorPrototype);

  const { kResistStopPropagation } = lazyEventTarget();
  listen(emitter, event, onEvent, { __proto__: null, [kResistStopPropagation]: true });
  if (event !== 'error' && typeof emitter.on === 'function') listen(emitter, 'error', onError);
  for (const name of options.close ?? []) listen(emitter, name, close);
  if (signal) {
    listen(signal, 'abort', () => onError(new AbortError(undefined, { cause: signal.reason })),
      { __proto__: null, once: true, [kResistStopPropagation]: true });
  }
  return iterator;
};

// Listens to a signal's 'abort' even when a listener before it stops the event; returns what stops listening.
EventEmitter.addAbortListener = function addAbortListener(signal, listener) {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  validateAbortSignal(signal, 'signal');
  validateFunction(listener, 'listener');
  let remove;
  if (signal.aborted) {
    queueMicrotask(() => listener());
  } else {
    const { kResistStopPropagation } = lazyEventTarget();
    signal.addEventListener('abort', listener, { __proto__: null, once: true, [kResistStopPropagation]: true });
    remove = () => signal.removeEventListener('abort', listener);
  }
  return { __proto__: null, [SymbolDispose]() { remove?.(); } };
};

// An emitter whose listeners run in the async context in which it was made.
let EventEmitterAsyncResource;
function lazyAsyncResource() {
  if (EventEmitterAsyncResource !== undefined) return EventEmitterAsyncResource;
  const { AsyncResource } = require('async_hooks');
  class EventEmitterReferencingAsyncResource extends AsyncResource {
    #emitter;
    constructor(emitter, type, options) {
      super(type, options);
      this.#emitter = emitter;
    }

    get eventEmitter() {
      return this.#emitter;
    }
  }
  EventEmitterAsyncResource = class EventEmitterAsyncResource extends EventEmitter {
    #resource;
    constructor(options = undefined) {
      let name;
      if (typeof options === 'string') {
        name = options;
        options = undefined;
      } else {
        if (new.target === EventEmitterAsyncResource) validateString(options?.name, 'options.name');
        name = options?.name || new.target.name;
      }
      super(options);
      this.#resource = new EventEmitterReferencingAsyncResource(this, name, options);
    }

    #check() {
      if (!(#resource in this)) throw new ERR_INVALID_THIS('EventEmitterAsyncResource');
      return this.#resource;
    }

    emit(event, ...args) {
      return this.#check().runInAsyncScope(super.emit, this, event, ...args);
    }

    emitDestroy() {
      this.#check().emitDestroy();
    }

    get asyncId() {
      return this.#check().asyncId();
    }

    get triggerAsyncId() {
      return this.#check().triggerAsyncId();
    }

    get asyncResource() {
      return this.#check();
    }
  };
  return EventEmitterAsyncResource;
}
Object.defineProperty(EventEmitter, 'EventEmitterAsyncResource', {
  __proto__: null, enumerable: true, configurable: true, get: lazyAsyncResource, set: undefined,
});

module.exports = EventEmitter;
