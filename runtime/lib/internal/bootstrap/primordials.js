'use strict';

// Fills `primordials` with the language's intrinsics as they are before any user code runs, so that built-ins that must
// keep working under a patched prototype can use them: `Array.prototype.push` becomes ArrayPrototypePush(array, ...items),
// `Array.from` ArrayFrom(...), a constructor keeps its name. Safe* are copies of the collections whose prototypes no one
// else can reach.

const { bind, call, apply } = Function.prototype;
const uncurry = bind.bind(call);
const uncurryApply = bind.bind(apply);
primordials.uncurryThis = uncurry;
primordials.applyBind = uncurryApply;

const variadic = new Set(['push', 'unshift', 'concat', 'splice', 'fromCharCode', 'of', 'max', 'min', 'hypot']);

function label(key) {
  if (typeof key === 'symbol') {
    const name = key.description.replace(/^Symbol\./, '');
    return `Symbol${name[0].toUpperCase()}${name.slice(1)}`;
  }
  return `${key[0].toUpperCase()}${key.slice(1)}`;
}

function define(name, value) {
  Object.defineProperty(primordials, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

function copyStatic(source, prefix) {
  for (const key of Reflect.ownKeys(source)) {
    const { value, get } = Reflect.getOwnPropertyDescriptor(source, key);
    if (get !== undefined) {
      define(`${prefix}Get${label(key)}`, uncurry(get));
    } else if (typeof value === 'function') {
      const bound = value.bind(source);
      define(`${prefix}${label(key)}`, bound);
      if (variadic.has(key)) define(`${prefix}${label(key)}Apply`, (args) => Reflect.apply(value, source, args));
    } else {
      define(`${prefix}${label(key)}`, value);
    }
  }
}

function copyPrototype(source, prefix) {
  for (const key of Reflect.ownKeys(source)) {
    if (key === 'constructor') continue;
    const { value, get, set } = Reflect.getOwnPropertyDescriptor(source, key);
    if (get !== undefined) {
      define(`${prefix}Get${label(key)}`, uncurry(get));
      if (set !== undefined) define(`${prefix}Set${label(key)}`, uncurry(set));
    } else if (typeof value === 'function') {
      define(`${prefix}${label(key)}`, uncurry(value));
      if (variadic.has(key)) define(`${prefix}${label(key)}Apply`, uncurryApply(value));
    } else {
      define(`${prefix}${label(key)}`, value);
    }
  }
}

for (const name of ['Atomics', 'JSON', 'Math', 'Proxy', 'Reflect', 'globalThis']) {
  if (name === 'Proxy' || name === 'globalThis') define(name, globalThis[name]);
  else copyStatic(globalThis[name], name);
}
for (const name of ['decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape', 'eval']) {
  define(name, globalThis[name]);
}
for (const name of [
  // SharedArrayBuffer and WebAssembly are not there while a snapshot is made.
  'AggregateError', 'Array', 'ArrayBuffer', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'Boolean', 'DataView', 'Date',
  'Error', 'EvalError', 'FinalizationRegistry', 'Float32Array', 'Float64Array', 'Function', 'Int16Array', 'Int32Array',
  'Int8Array', 'Map', 'Number', 'Object', 'Promise', 'RangeError', 'ReferenceError', 'RegExp', 'Set',
  'String', 'Symbol', 'SyntaxError', 'TypeError', 'URIError', 'Uint16Array', 'Uint32Array', 'Uint8Array',
  'Uint8ClampedArray', 'WeakMap', 'WeakRef', 'WeakSet',
]) {
  const original = globalThis[name];
  define(name, original);
  if (name === 'Promise') {
    // Promise's statics need `this`; they are bound below.
    for (const key of ['resolve', 'reject', 'all', 'allSettled', 'any', 'race', 'withResolvers', 'try']) {
      if (original[key]) define(`Promise${label(key)}`, original[key].bind(original));
    }
  } else {
    copyStatic(original, name);
  }
  copyPrototype(original.prototype, `${name}Prototype`);
}
for (const [name, original] of [
  ['TypedArray', Reflect.getPrototypeOf(Uint8Array)],
  ['ArrayIterator', { prototype: Reflect.getPrototypeOf([][Symbol.iterator]()) }],
  ['StringIterator', { prototype: Reflect.getPrototypeOf(''[Symbol.iterator]()) }],
]) {
  define(name, original);
  if (typeof original === 'function') {
    for (const key of ['from', 'of']) define(`${name}${label(key)}`, uncurry(original[key]));
  }
  copyPrototype(original.prototype, `${name}Prototype`);
}
define('IteratorPrototype', Reflect.getPrototypeOf(Reflect.getPrototypeOf([][Symbol.iterator]())));
define('AsyncIteratorPrototype',
  Reflect.getPrototypeOf(Reflect.getPrototypeOf(async function* () {}).prototype));

const { ArrayIteratorPrototypeNext, StringIteratorPrototypeNext } = primordials;

function makeSafeIterator(create, next) {
  class SafeIterator {
    constructor(iterable) { this._iterator = create(iterable); }
    next() { return next(this._iterator); }
    [Symbol.iterator]() { return this; }
  }
  Object.setPrototypeOf(SafeIterator.prototype, null);
  Object.freeze(SafeIterator.prototype);
  return SafeIterator;
}
define('SafeArrayIterator', makeSafeIterator(primordials.ArrayPrototypeSymbolIterator, ArrayIteratorPrototypeNext));
define('SafeStringIterator', makeSafeIterator(primordials.StringPrototypeSymbolIterator, StringIteratorPrototypeNext));

function makeSafe(unsafe, safe) {
  for (const key of Reflect.ownKeys(unsafe.prototype)) {
    if (key === 'constructor' || Object.hasOwn(safe.prototype, key)) continue;
    const descriptor = Reflect.getOwnPropertyDescriptor(unsafe.prototype, key);
    if (typeof descriptor.value === 'function' && descriptor.value.length === 0 &&
        Symbol.iterator in (tryCall(unsafe, descriptor.value) ?? {})) {
      const create = uncurry(descriptor.value);
      const next = uncurry(tryCall(unsafe, descriptor.value).next);
      const SafeIterator = makeSafeIterator(create, next);
      descriptor.value = function() { return new SafeIterator(this); };
    }
    Reflect.defineProperty(safe.prototype, key, descriptor);
  }
  Object.setPrototypeOf(safe.prototype, null);
  Object.freeze(safe.prototype);
  Object.freeze(safe);
  return safe;
}
function tryCall(type, method) {
  try { return method.call(new type()); } catch { return undefined; }
}

define('makeSafe', makeSafe);
define('SafeMap', makeSafe(Map, class SafeMap extends Map { constructor(i) { super(i); } }));
define('SafeWeakMap', makeSafe(WeakMap, class SafeWeakMap extends WeakMap { constructor(i) { super(i); } }));
define('SafeSet', makeSafe(Set, class SafeSet extends Set { constructor(i) { super(i); } }));
define('SafeWeakSet', makeSafe(WeakSet, class SafeWeakSet extends WeakSet { constructor(i) { super(i); } }));
define('SafeFinalizationRegistry', makeSafe(FinalizationRegistry,
  class SafeFinalizationRegistry extends FinalizationRegistry { constructor(cleanup) { super(cleanup); } }));
define('SafeWeakRef', makeSafe(WeakRef, class SafeWeakRef extends WeakRef { constructor(target) { super(target); } }));

const { PromisePrototypeThen, Promise: PromiseIntrinsic } = primordials;
define('PromisePrototypeCatch', (promise, onRejected) => PromisePrototypeThen(promise, undefined, onRejected));
define('SafePromisePrototypeFinally', (promise, onFinally) => new PromiseIntrinsic((resolve, reject) => {
  primordials.PromisePrototypeFinally(promise, onFinally).then(resolve, reject);
}));
function overAll(settle) {
  return (promises, map) => new PromiseIntrinsic((resolve, reject) => settle(promises, map, resolve, reject));
}
define('SafePromiseAll', overAll((promises, map, resolve, reject) => {
  const results = new Array(promises.length);
  let pending = promises.length;
  if (pending === 0) resolve(results);
  for (let i = 0; i < promises.length; i++) {
    const value = map ? map(promises[i], i) : promises[i];
    PromisePrototypeThen(primordials.PromiseResolve(value), (result) => {
      results[i] = result;
      if (--pending === 0) resolve(results);
    }, reject);
  }
}));
define('SafePromiseAllReturnVoid', overAll((promises, map, resolve, reject) => {
  let pending = promises.length;
  if (pending === 0) resolve();
  for (let i = 0; i < promises.length; i++) {
    const value = map ? map(promises[i], i) : promises[i];
    PromisePrototypeThen(primordials.PromiseResolve(value), () => { if (--pending === 0) resolve(); }, reject);
  }
}));
define('SafePromiseAllReturnArrayLike', primordials.SafePromiseAll);
define('SafePromiseRace', overAll((promises, map, resolve, reject) => {
  for (let i = 0; i < promises.length; i++) {
    PromisePrototypeThen(primordials.PromiseResolve(map ? map(promises[i], i) : promises[i]), resolve, reject);
  }
}));
define('SafeStringPrototypeSearch', (string, regexp) => {
  regexp.lastIndex = 0;
  const match = primordials.RegExpPrototypeExec(regexp, string);
  return match ? match.index : -1;
});
define('hardenRegExp', (regexp) => regexp);
define('SymbolDispose', Symbol.dispose ?? Symbol('Symbol.dispose'));
define('SymbolAsyncDispose', Symbol.asyncDispose ?? Symbol('Symbol.asyncDispose'));
if (Symbol.dispose === undefined) {
  for (const [key, value] of [['dispose', primordials.SymbolDispose], ['asyncDispose', primordials.SymbolAsyncDispose]]) {
    Object.defineProperty(Symbol, key, { __proto__: null, value, writable: false, enumerable: false, configurable: false });
  }
}
// Kept out of the object that user code could reach by accident.
Object.setPrototypeOf(primordials, null);
