'use strict';

// EventTarget, Event and CustomEvent of the DOM standard (section 2), and NodeEventTarget, which also has an emitter's methods.
// Listeners of a type are a linked list, so that they may come and go while an event is dispatched.

const {
  codes: { ERR_EVENT_RECURSION, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS },
} = require('internal/errors');
const { validateAbortSignal, validateObject, validateString } = require('internal/validators');
const { customInspectSymbol, kEmptyObject, kEnumerableProperty = { __proto__: null, enumerable: true } } = require('internal/util');
const { now } = require('internal/monotonic');

const kIsEventTarget = Symbol.for('nodejs.event_target');
const kIsNodeEventTarget = Symbol('kIsNodeEventTarget');
const kEvents = Symbol('kEvents');
const kIsBeingDispatched = Symbol('kIsBeingDispatched');
const kStop = Symbol('kStop');
const kTarget = Symbol('kTarget');
const kHandlers = Symbol('kHandlers');
const kWeakHandler = Symbol('kWeak');
const kResistStopPropagation = Symbol('kResistStopPropagation');
const kHybridDispatch = Symbol.for('nodejs.internal.kHybridDispatch');
const kRemoveWeakListenerHelper = Symbol('nodejs.internal.removeWeakListenerHelper');
const kCreateEvent = Symbol('kCreateEvent');
const kNewListener = Symbol('kNewListener');
const kRemoveListener = Symbol('kRemoveListener');
const kTrustEvent = Symbol('kTrustEvent');
const kType = Symbol('type');
const kDetail = Symbol('detail');

function isEvent(value) {
  return typeof value?.[kType] === 'string';
}

class Event {
  #cancelable = false;
  #bubbles = false;
  #composed = false;
  #defaultPrevented = false;
  #timestamp = now();
  #propagationStopped = false;

  constructor(type, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    if (options != null) validateObject(options, 'options', { allowArray: true, allowFunction: true });
    this.#bubbles = !!options?.bubbles;
    this.#cancelable = !!options?.cancelable;
    this.#composed = !!options?.composed;
    this[kType] = `${type}`;
    if (options?.[kTrustEvent]) trusted.add(this);
    this[kTarget] = null;
    this[kIsBeingDispatched] = false;
    this[kStop] = false;
  }

  initEvent(type, bubbles = false, cancelable = false) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    if (this[kIsBeingDispatched]) return;
    this[kType] = `${type}`;
    this.#bubbles = !!bubbles;
    this.#cancelable = !!cancelable;
  }

  [customInspectSymbol](depth, options) {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    const name = this.constructor.name;
    if (depth < 0) return name;
    const inner = { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : options.depth };
    return `${name} ${require('internal/util/inspect').inspect({
      type: this[kType], defaultPrevented: this.#defaultPrevented, cancelable: this.#cancelable, timeStamp: this.#timestamp,
    }, inner)}`;
  }

  stopImmediatePropagation() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    // Listeners that see every 'abort' are called all the same.
    this.stopPropagation();
    this[kStop] = true;
  }

  preventDefault() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    this.#defaultPrevented = true;
  }

  get target() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this[kTarget];
  }

  get currentTarget() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this[kIsBeingDispatched] ? this[kTarget] : null;
  }

  get srcElement() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this[kTarget];
  }

  get type() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this[kType];
  }

  get cancelable() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this.#cancelable;
  }

  get defaultPrevented() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this.#cancelable && this.#defaultPrevented;
  }

  get timeStamp() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this.#timestamp;
  }

  composedPath() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this[kIsBeingDispatched] ? [this[kTarget]] : [];
  }

  get returnValue() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return !this.#cancelable || !this.#defaultPrevented;
  }

  get bubbles() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this.#bubbles;
  }

  get composed() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this.#composed;
  }

  get eventPhase() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this[kIsBeingDispatched] ? Event.AT_TARGET : Event.NONE;
  }

  get cancelBubble() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    return this.#propagationStopped;
  }

  set cancelBubble(value) {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    if (value) this.#propagationStopped = true;
  }

  stopPropagation() {
    if (!isEvent(this)) throw new ERR_INVALID_THIS('Event');
    this.#propagationStopped = true;
  }

  get isTrusted() {
    return trusted.has(this);
  }
}
// Events that the runtime made itself. `isTrusted` is an own accessor of each event in the standard.
const trusted = new WeakSet();

for (const [name, value] of [['NONE', 0], ['CAPTURING_PHASE', 1], ['AT_TARGET', 2], ['BUBBLING_PHASE', 3]]) {
  Object.defineProperty(Event, name, { __proto__: null, value, enumerable: true });
  Object.defineProperty(Event.prototype, name, { __proto__: null, value, enumerable: true });
}
for (const name of [
  'initEvent', 'stopImmediatePropagation', 'preventDefault', 'target', 'currentTarget', 'srcElement', 'type', 'cancelable',
  'defaultPrevented', 'timeStamp', 'composedPath', 'returnValue', 'bubbles', 'composed', 'eventPhase', 'cancelBubble',
  'stopPropagation', 'isTrusted',
]) {
  Object.defineProperty(Event.prototype, name, kEnumerableProperty);
}
Object.defineProperty(Event.prototype, Symbol.toStringTag, { __proto__: null, value: 'Event', configurable: true });

class CustomEvent extends Event {
  constructor(type, options = kEmptyObject) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    super(type, options);
    this[kDetail] = options?.detail ?? null;
  }

  get detail() {
    if (!isEvent(this) || !(kDetail in this)) throw new ERR_INVALID_THIS('CustomEvent');
    return this[kDetail];
  }
}
Object.defineProperty(CustomEvent.prototype, 'detail', kEnumerableProperty);
Object.defineProperty(CustomEvent.prototype, Symbol.toStringTag, { __proto__: null, value: 'CustomEvent', configurable: true });

// One entry of a list; the list's head is an object {size, next}.
class Listener {
  constructor(previous, listener, { once, capture, passive, signal, isNodeStyle, weak, resist }) {
    this.next = undefined;
    this.previous = previous;
    if (previous !== undefined) previous.next = this;
    this.once = once;
    this.capture = capture;
    this.passive = passive;
    this.isNodeStyle = isNodeStyle;
    this.removed = false;
    this.weak = Boolean(weak);
    this.resist = Boolean(resist);
    this.signal = signal;
    if (this.weak) {
      this.listener = new WeakRef(listener);
      weakListeners().registry.register(listener, new WeakRef(this), this);
      // The listener lives at least as long as what it was tied to.
      weakListeners().kept.set(weak, [...(weakListeners().kept.get(weak) ?? []), listener]);
    } else {
      this.listener = listener;
    }
  }

  current() {
    return this.weak ? this.listener.deref() : this.listener;
  }

  same(listener, capture) {
    return this.current() === listener && this.capture === capture;
  }

  remove() {
    if (this.previous !== undefined) this.previous.next = this.next;
    if (this.next !== undefined) this.next.previous = this.previous;
    this.removed = true;
    if (this.weak) weakListeners().registry.unregister(this);
  }
}

let weakState;
function weakListeners() {
  weakState ??= {
    registry: new FinalizationRegistry((reference) => reference.deref()?.remove()),
    kept: new WeakMap(),
  };
  return weakState;
}

function initEventTarget(self) {
  self[kEvents] = new Map();
  self[require('events').kMaxEventTargetListeners] = require('events').defaultMaxListeners;
  self[require('events').kMaxEventTargetListenersWarned] = false;
  self[kHandlers] = new Map();
}

function isEventTarget(value) {
  return !!value?.constructor?.[kIsEventTarget];
}

function checkTarget(value, name) {
  if (!isEventTarget(value)) throw new ERR_INVALID_THIS(name);
}

function listenerOptions(options) {
  if (typeof options === 'boolean') return { capture: options };
  if (options === null) return kEmptyObject;
  validateObject(options, 'options', { allowArray: true, allowFunction: true });
  return {
    once: Boolean(options.once),
    capture: Boolean(options.capture),
    passive: Boolean(options.passive),
    signal: options.signal,
    weak: options[kWeakHandler],
    resist: options[kResistStopPropagation] ?? false,
    isNodeStyle: Boolean(options[kIsNodeStyle]),
  };
}
const kIsNodeStyle = Symbol('kIsNodeStyle');

// False for null and undefined, which are ignored with a warning; throws for what can be no listener.
function shouldAdd(listener) {
  if (typeof listener === 'function' || typeof listener?.handleEvent === 'function') return true;
  if (listener == null) return false;
  if (typeof listener === 'object') return true;
  throw new ERR_INVALID_ARG_TYPE('listener', 'EventListener', listener);
}

class EventTarget {
  static [kIsEventTarget] = true;

  constructor() {
    initEventTarget(this);
  }

  [kNewListener](size, type, listener, once, capture, passive, weak) {
    const events = require('events');
    const limit = this[events.kMaxEventTargetListeners];
    if (limit > 0 && size > limit && !this[events.kMaxEventTargetListenersWarned]) {
      this[events.kMaxEventTargetListenersWarned] = true;
      const { inspect } = require('internal/util/inspect');
      const warning = new Error(
        `Possible EventTarget memory leak detected. ${size} ${type} listeners added to ${inspect(this, { depth: -1 })}. ` +
        `MaxListeners is ${limit}. Use events.setMaxListeners() to increase limit`);
      warning.name = 'MaxListenersExceededWarning';
      warning.target = this;
      warning.type = type;
      warning.count = size;
      process.emitWarning(warning);
    }
  }

  [kRemoveListener](size, type, listener, capture) {}

  addEventListener(type, listener, options = kEmptyObject) {
    checkTarget(this, 'EventTarget');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener');
    const { once = false, capture = false, passive = false, signal, isNodeStyle = false, weak, resist = false } = listenerOptions(options);
    validateAbortSignal(signal, 'options.signal');
    if (!shouldAdd(listener)) {
      // Ignored, as the standard has it: but it is likely a mistake.
      const warning = new Error(`addEventListener called with ${listener} which has no effect.`);
      warning.name = 'AddEventListenerArgumentTypeWarning';
      warning.target = this;
      warning.type = type;
      process.emitWarning(warning);
      return;
    }
    type = `${type}`;
    if (signal) {
      if (signal.aborted) return;
      signal.addEventListener('abort', () => this.removeEventListener(type, listener, options), {
        once: true, [kWeakHandler]: this, [kResistStopPropagation]: true,
      });
    }
    const list = this[kEvents].get(type);
    const details = { once, capture, passive, signal, isNodeStyle, weak, resist };
    if (list === undefined) {
      const head = { size: 1, next: undefined, resistStopPropagation: resist };
      new Listener(head, listener, details);
      this[kNewListener](head.size, type, listener, once, capture, passive, weak);
      this[kEvents].set(type, head);
      return;
    }
    let last = list;
    let entry = list.next;
    while (entry !== undefined && !entry.same(listener, capture)) {
      last = entry;
      entry = entry.next;
    }
    if (entry !== undefined) return; // it is there already
    new Listener(last, listener, details);
    list.size++;
    list.resistStopPropagation ||= resist;
    this[kNewListener](list.size, type, listener, once, capture, passive, weak);
  }

  removeEventListener(type, listener, options = kEmptyObject) {
    checkTarget(this, 'EventTarget');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener');
    if (!shouldAdd(listener)) return;
    type = `${type}`;
    const capture = typeof options === 'boolean' ? options : options?.capture === true || !!options?.capture;
    const list = this[kEvents].get(type);
    if (list === undefined) return;
    for (let entry = list.next; entry !== undefined; entry = entry.next) {
      if (!entry.same(listener, capture)) continue;
      entry.remove();
      list.size--;
      if (list.size === 0) this[kEvents].delete(type);
      this[kRemoveListener](list.size, type, listener, capture);
      return;
    }
  }

  [kRemoveWeakListenerHelper](type, listener) {
    this.removeEventListener(type, listener);
  }

  dispatchEvent(event) {
    checkTarget(this, 'EventTarget');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('event');
    if (!(event instanceof Event)) throw new ERR_INVALID_ARG_TYPE('event', 'Event', event);
    if (event[kIsBeingDispatched]) throw new ERR_EVENT_RECURSION(event.type);
    this[kHybridDispatch](event, event.type, event);
    return event.defaultPrevented !== true;
  }

  [kHybridDispatch](nodeValue, type, event) {
    const createEvent = () => {
      if (event === undefined) {
        event = this[kCreateEvent](nodeValue, type);
        event[kTarget] = this;
        event[kIsBeingDispatched] = true;
      }
      return event;
    };
    if (event !== undefined) {
      event[kTarget] = this;
      event[kIsBeingDispatched] = true;
    }
    const list = this[kEvents].get(type);
    if (list === undefined || list.next === undefined) {
      if (event !== undefined) event[kIsBeingDispatched] = false;
      return true;
    }
    let entry = list.next;
    let next;
    const stopped = () => event !== undefined && event[kStop] === true;
    while (entry !== undefined && (entry.resist || list.resistStopPropagation || !stopped())) {
      next = entry.next;
      // One that was removed meanwhile, or that may not see a stopped event.
      if (entry.removed || (stopped() && !entry.resist)) {
        entry = next;
        continue;
      }
      if (entry.once) {
        entry.remove();
        list.size--;
        if (list.size === 0) this[kEvents].delete(type);
        this[kRemoveListener](list.size, type, entry.current(), entry.capture);
      }
      try {
        const argument = entry.isNodeStyle ? nodeValue : createEvent();
        const callback = entry.current();
        if (callback !== undefined) {
          let result;
          if (typeof callback === 'function') result = callback.call(this, argument);
          else if (typeof callback.handleEvent === 'function') result = callback.handleEvent(argument);
          else if (callback.handleEvent !== undefined || !entry.weak) {
            // The standard asks for the method only now, and its absence is an error like any other.
            result = Reflect.apply(callback.handleEvent, callback, [argument]);
          }
          if (result !== undefined && result !== null) watchResult(this, result);
        }
      } catch (error) {
        emitUncaught(error);
      }
      entry = next;
    }
    if (event !== undefined) event[kIsBeingDispatched] = false;
    return undefined;
  }

  [kCreateEvent](nodeValue, type) {
    return new CustomEvent(type, { detail: nodeValue });
  }

  [customInspectSymbol](depth, options) {
    checkTarget(this, 'EventTarget');
    const name = this.constructor.name;
    if (depth < 0) return name;
    const inner = { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : options.depth };
    return `${name} ${require('internal/util/inspect').inspect({}, inner)}`;
  }
}
for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
  Object.defineProperty(EventTarget.prototype, name, kEnumerableProperty);
}
Object.defineProperty(EventTarget.prototype, Symbol.toStringTag, { __proto__: null, value: 'EventTarget', configurable: true });

// A listener that returned a promise: its rejection is uncaught.
function watchResult(target, promise) {
  const { then } = promise;
  if (typeof then === 'function') then.call(promise, undefined, (error) => emitUncaught(error));
}

function emitUncaught(error) {
  process.nextTick(() => { throw error; });
}

class NodeEventTarget extends EventTarget {
  static [kIsNodeEventTarget] = true;
  static defaultMaxListeners = 10;

  constructor() {
    super();
    initNodeEventTarget(this);
  }

  setMaxListeners(n) {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    require('events').setMaxListeners(n, this);
  }

  getMaxListeners() {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    return this[require('events').kMaxEventTargetListeners];
  }

  eventNames() {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    return [...this[kEvents].keys()];
  }

  listenerCount(type) {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    return this[kEvents].get(String(type))?.size ?? 0;
  }

  off(type, listener, options) {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    this.removeEventListener(type, listener, options);
    return this;
  }

  removeListener(type, listener, options) {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    this.removeEventListener(type, listener, options);
    return this;
  }

  on(type, listener) {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    this.addEventListener(type, listener, { [kIsNodeStyle]: true });
    return this;
  }

  addListener(type, listener) {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    this.addEventListener(type, listener, { [kIsNodeStyle]: true });
    return this;
  }

  emit(type, arg) {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    validateString(type, 'type');
    const had = this.listenerCount(type) > 0;
    this[kHybridDispatch](arg, type);
    return had;
  }

  once(type, listener) {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    this.addEventListener(type, listener, { once: true, [kIsNodeStyle]: true });
    return this;
  }

  removeAllListeners(type) {
    if (!isNodeEventTarget(this)) throw new ERR_INVALID_THIS('NodeEventTarget');
    if (type !== undefined) this[kEvents].delete(String(type));
    else this[kEvents].clear();
    return this;
  }
}
for (const name of [
  'setMaxListeners', 'getMaxListeners', 'eventNames', 'listenerCount', 'off', 'removeListener', 'on', 'addListener', 'emit', 'once',
  'removeAllListeners',
]) {
  Object.defineProperty(NodeEventTarget.prototype, name, kEnumerableProperty);
}

function initNodeEventTarget(self) {
  initEventTarget(self);
}

function isNodeEventTarget(value) {
  return !!value?.constructor?.[kIsNodeEventTarget];
}

// `on<name>` as an attribute: one handler, in its place among the listeners.
function defineEventHandler(target, name, event = name) {
  function get() {
    checkTarget(this, 'EventTarget');
    return this[kHandlers]?.get(event)?.handler ?? null;
  }
  function set(value) {
    checkTarget(this, 'EventTarget');
    let wrapped = this[kHandlers]?.get(event);
    if (wrapped) {
      if (typeof wrapped.handler === 'function') {
        const list = this[kEvents].get(event);
        if (list !== undefined) {
          list.size--;
          this[kRemoveListener](list.size, event, wrapped.handler, false);
        }
      }
      wrapped.handler = value;
      if (typeof value === 'function') {
        const list = this[kEvents].get(event);
        if (list !== undefined) {
          list.size++;
          this[kNewListener](list.size, event, value, false, false, false, false);
        }
      }
    } else {
      wrapped = function(...args) {
        return typeof wrapped.handler === 'function' ? Reflect.apply(wrapped.handler, this, args) : undefined;
      };
      wrapped.handler = value;
      this.addEventListener(event, wrapped);
    }
    this[kHandlers].set(event, wrapped);
  }
  Object.defineProperty(get, 'name', { __proto__: null, value: `get on${name}` });
  Object.defineProperty(set, 'name', { __proto__: null, value: `set on${name}` });
  Object.defineProperty(target, `on${name}`, { __proto__: null, get, set, configurable: true, enumerable: true });
}

module.exports = {
  Event, CustomEvent, EventTarget, NodeEventTarget, defineEventHandler, initEventTarget, initNodeEventTarget, isEventTarget,
  kCreateEvent, kNewListener, kTrustEvent, kRemoveListener, kEvents, kWeakHandler, kResistStopPropagation, kHybridDispatch, kTarget,
  kRemoveWeakListenerHelper,
};
