'use strict';

// What the classes of web streams share. Spec: https://streams.spec.whatwg.org/

const { codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS } } = require('internal/errors');
const { customInspectSymbol: kInspect } = require('internal/util');

const kState = Symbol('kState');
const kKey = Symbol('constructor key'); // given by the classes to each other's constructors

// A queue of chunks with their sizes: "queue-with-sizes".
class SizedQueue {
  #items = [];
  #head = 0;
  total = 0;
  get length() { return this.#items.length - this.#head; }
  push(value, size) {
    if (typeof size !== 'number' || Number.isNaN(size) || size < 0 || size === Infinity) throw new ERR_INVALID_ARG_VALUE.RangeError('size', size);
    this.#items.push({ value, size });
    this.total += size;
  }
  shift() {
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.total -= item.size;
    if (this.total < 0) this.total = 0;
    return item.value;
  }
  peek() { return this.#items[this.#head].value; }
  clear() {
    this.#items = [];
    this.#head = 0;
    this.total = 0;
  }
}

function defer() {
  return Promise.withResolvers();
}
// The deferred that stream.finished() waits for: settled when the stream is closed or errored; made when first asked for.
function closedDeferred(stream) {
  const s = stream[kState];
  if (s.closedDeferred === undefined) {
    s.closedDeferred = defer();
    quiet(s.closedDeferred.promise);
    if (s.state === 'closed') s.closedDeferred.resolve();
    else if (s.state === 'errored') s.closedDeferred.reject(s.storedError);
  }
  return s.closedDeferred;
}

// A rejection that is seen by whoever asks, and is no unhandled one.
function quiet(promise) {
  promise.then(undefined, () => {});
  return promise;
}

function illegal(key) {
  if (key !== kKey) throw new ERR_ILLEGAL_CONSTRUCTOR();
}
function check(value, type, name) {
  if (typeof value !== 'object' || value === null || !(kState in value) || !(value instanceof type)) throw new ERR_INVALID_THIS(name);
}

function method(object, name, label) {
  const value = object?.[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'function') throw new ERR_INVALID_ARG_TYPE(`${label}.${name}`, 'Function', value);
  return value;
}
// Calls what the program gave; what it throws becomes a rejection.
function promiseCall(fn, self, ...args) {
  try {
    return Promise.resolve(Reflect.apply(fn, self, args));
  } catch (error) {
    return Promise.reject(error);
  }
}

function highWaterMarkOf(strategy, otherwise) {
  if (strategy?.highWaterMark === undefined) return otherwise;
  const value = +strategy.highWaterMark;
  if (Number.isNaN(value) || value < 0) throw new ERR_INVALID_ARG_VALUE.RangeError('strategy.highWaterMark', value);
  return value;
}
function sizeOf(strategy) {
  const size = strategy?.size;
  if (size === undefined) return () => 1;
  if (typeof size !== 'function') throw new ERR_INVALID_ARG_TYPE('strategy.size', 'Function', size);
  return (chunk) => +size(chunk);
}

function inspectAs(name, fields) {
  return function(depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `${name} ${inspect(fields(this), { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  };
}

// Attributes and operations of an interface are enumerable, and its objects carry its name.
function define(type, names, fields = () => ({})) {
  for (const name of names) Object.defineProperty(type.prototype, name, { __proto__: null, enumerable: true });
  Object.defineProperty(type.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: type.name });
  Object.defineProperty(type.prototype, kInspect, { __proto__: null, configurable: true, writable: true, value: inspectAs(type.name, fields) });
}

module.exports = {
  SizedQueue, check, closedDeferred, defer, define, highWaterMarkOf, illegal, kKey, kState, method, promiseCall, quiet, sizeOf,
};
