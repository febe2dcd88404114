'use strict';

// AbortController and AbortSignal of the DOM standard (section 3), and AbortSignal.timeout() and any(). A signal that others
// depend on holds them weakly, unless somebody listens to them.

const {
  Event, EventTarget, defineEventHandler, kTrustEvent, kNewListener, kRemoveListener,
} = require('internal/event_target');
const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS },
} = require('internal/errors');
const { validateAbortSignal, validateUint32 } = require('internal/validators');
const { customInspectSymbol, kEnumerableProperty = { __proto__: null, enumerable: true } } = require('internal/util');

const kAborted = Symbol('kAborted');
const kReason = Symbol('kReason');
const kTimeout = Symbol('kTimeout');
const kComposite = Symbol('kComposite');
const kSources = Symbol('kSources');
const kDependants = Symbol('kDependants');
const kDontThrow = Symbol('kDontThrowSymbol');

let DOMException;
function domException(message, name) {
  DOMException ??= require('internal/domexception').DOMException ?? require('internal/domexception');
  return new DOMException(message, name);
}

// Signals with listeners must not be collected while a timer or a source may still abort them.
const held = new Set();
let timers;
function timeoutRegistry() {
  timers ??= new FinalizationRegistry((timer) => clearTimeout(timer));
  return timers;
}

function checkSignal(value) {
  if (value?.[kAborted] === undefined) throw new ERR_INVALID_THIS('AbortSignal');
}

class AbortSignal extends EventTarget {
  constructor(dontThrow = undefined, { aborted = false, reason, composite = false } = {}) {
    if (dontThrow !== kDontThrow) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
    this[kAborted] = aborted;
    this[kReason] = reason;
    this[kComposite] = composite;
  }

  get aborted() {
    checkSignal(this);
    return !!this[kAborted];
  }

  get reason() {
    checkSignal(this);
    return this[kReason];
  }

  throwIfAborted() {
    checkSignal(this);
    if (this[kAborted]) throw this[kReason];
  }

  [customInspectSymbol](depth, options) {
    const { inspect } = require('internal/util/inspect');
    if (depth < 0) return 'AbortSignal';
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `${this.constructor.name} ${inspect({ aborted: this.aborted }, inner)}`;
  }

  static abort(reason = domException('This operation was aborted', 'AbortError')) {
    return new AbortSignal(kDontThrow, { aborted: true, reason });
  }

  static timeout(delay) {
    validateUint32(delay, 'delay', false);
    const signal = new AbortSignal(kDontThrow);
    signal[kTimeout] = true;
    const reference = new WeakRef(signal);
    const timer = setTimeout(() => {
      const target = reference.deref();
      if (target === undefined) return;
      held.delete(target);
      abortSignal(target, domException('The operation was aborted due to timeout', 'TimeoutError'));
    }, delay);
    timer.unref();
    timeoutRegistry().register(signal, timer);
    return signal;
  }

  static any(signals) {
    if (signals === null || typeof signals !== 'object' || typeof signals[Symbol.iterator] !== 'function') {
      throw new ERR_INVALID_ARG_TYPE('signals', 'iterable', signals);
    }
    const list = [...signals];
    list.forEach((signal, index) => {
      if (signal == null || typeof signal !== 'object' || signal[kAborted] === undefined) {
        validateAbortSignal(signal, `signals[${index}]`);
        if (signal === undefined) throw new ERR_INVALID_ARG_TYPE(`signals[${index}]`, 'AbortSignal', signal);
      }
    });
    const result = new AbortSignal(kDontThrow, { composite: true });
    for (const signal of list) {
      if (signal.aborted) {
        result[kAborted] = true;
        result[kReason] = signal.reason;
        return result;
      }
    }
    result[kSources] = new Set();
    const reference = new WeakRef(result);
    const follow = (source) => {
      for (const each of result[kSources]) if (each.deref() === source) return;
      result[kSources].add(new WeakRef(source));
      (source[kDependants] ??= new Set()).add(reference);
    };
    for (const signal of list) {
      // What a composite follows is followed directly.
      if (signal[kComposite] && signal[kSources]) {
        for (const source of signal[kSources]) {
          const target = source.deref();
          if (target !== undefined) follow(target);
        }
      } else {
        follow(signal);
      }
    }
    return result;
  }

  [kNewListener](size, type, listener, once, capture, passive, weak) {
    super[kNewListener](size, type, listener, once, capture, passive, weak);
    const waits = this[kTimeout] || (this[kComposite] && this[kSources]?.size > 0);
    if (waits && type === 'abort' && !this.aborted && !weak) held.add(this);
  }

  [kRemoveListener](size, type, listener, capture) {
    super[kRemoveListener](size, type, listener, capture);
    if (size === 0 && type === 'abort') held.delete(this);
  }
}
for (const name of ['aborted', 'reason', 'throwIfAborted']) {
  Object.defineProperty(AbortSignal.prototype, name, kEnumerableProperty);
}
for (const name of ['abort', 'timeout', 'any']) Object.defineProperty(AbortSignal, name, kEnumerableProperty);
Object.defineProperty(AbortSignal.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'AbortSignal' });
defineEventHandler(AbortSignal.prototype, 'abort');

function abortSignal(signal, reason) {
  if (signal[kAborted]) return;
  signal[kAborted] = true;
  signal[kReason] = reason;
  // All dependants are aborted before the first event is sent.
  const toTell = [];
  for (const reference of signal[kDependants] ?? []) {
    const dependant = reference.deref();
    if (dependant !== undefined && !dependant[kAborted]) {
      dependant[kAborted] = true;
      dependant[kReason] = reason;
      toTell.push(dependant);
    }
  }
  signal[kDependants]?.clear();
  tell(signal);
  toTell.forEach(tell);
}

function tell(signal) {
  signal.dispatchEvent(new Event('abort', { [kTrustEvent]: true }));
  held.delete(signal);
}

class AbortController {
  #signal;

  get signal() {
    this.#signal ??= new AbortSignal(kDontThrow);
    return this.#signal;
  }

  abort(reason = domException('This operation was aborted', 'AbortError')) {
    this.#signal ??= new AbortSignal(kDontThrow);
    abortSignal(this.#signal, reason);
  }

  [customInspectSymbol](depth, options) {
    const { inspect } = require('internal/util/inspect');
    if (depth < 0) return 'AbortController';
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `AbortController ${inspect({ signal: this.signal }, inner)}`;
  }
}
for (const name of ['signal', 'abort']) Object.defineProperty(AbortController.prototype, name, kEnumerableProperty);
Object.defineProperty(AbortController.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'AbortController' });

// util.aborted(signal, resource): a promise for the abort that does not keep `resource` alive.
async function aborted(signal, resource) {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  validateAbortSignal(signal, 'signal');
  const { validateObject, kValidateObjectAllowObjects } = require('internal/validators');
  validateObject(resource, 'resource', kValidateObjectAllowObjects);
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers();
  const { kWeakHandler } = require('internal/event_target');
  signal.addEventListener('abort', resolve, { __proto__: null, [kWeakHandler]: resource, once: true });
  return promise;
}

module.exports = { AbortController, AbortSignal, aborted };
