'use strict';

// Small helpers that built-ins share.

const {
  Error, ErrorCaptureStackTrace, ObjectDefineProperty, ObjectDefineProperties, ObjectFreeze,
  ObjectGetOwnPropertyDescriptor, ObjectGetOwnPropertyDescriptors, ObjectGetPrototypeOf, ObjectKeys,
  ObjectSetPrototypeOf, Promise, ReflectApply, ReflectConstruct, SafeMap, SafeSet,
  SafeWeakRef, StringPrototypeToLowerCase, Symbol, SymbolFor,
} = primordials;
const {
  codes: { ERR_NO_CRYPTO, ERR_OUT_OF_RANGE, ERR_UNKNOWN_SIGNAL },
  isErrorStackTraceLimitWritable, overrideStackTrace, uvErrmapGet,
} = require('internal/errors');
const { validateFunction, validateString, validateNumber, isInt32 } = require('internal/validators');
const { defineLazyProperties } = internalBinding('util');

const kEmptyObject = ObjectFreeze({ __proto__: null });
const kEnumerableProperty = ObjectFreeze({ __proto__: null, enumerable: true });
const customInspectSymbol = SymbolFor('nodejs.util.inspect.custom');
const kCustomPromisify = SymbolFor('nodejs.util.promisify.custom');
const kCustomPromisifyArgs = Symbol('customPromisifyArgs');
const kIsEncodingSymbol = Symbol('kIsEncodingSymbol');
const kVmBreakFirstLineSymbol = Symbol('kVmBreakFirstLineSymbol');

const isWindows = process.platform === 'win32';
const isMacOS = process.platform === 'darwin';

function isError(value) {
  return require('internal/util/types').isNativeError(value) ||
    (typeof value === 'object' && value !== null && value instanceof Error);
}

function lazyDOMExceptionClass() {
  return require('internal/domexception').DOMException;
}

// A DOMException whose stack begins at the caller.
function lazyDOMException(message, name) {
  const error = new (lazyDOMExceptionClass())(message, name);
  if (Error.stackTraceLimit) ErrorCaptureStackTrace(error, lazyDOMException);
  return error;
}

const codesWarned = new SafeSet();
const experimentalWarnings = new SafeSet();

function isPendingDeprecation() {
  return require('internal/options').getOptionValue('--pending-deprecation') && !process.noDeprecation;
}

// A function that warns once for `code`, or once in all when there is no code.
function getDeprecationWarningEmitter(code, message, deprecated, useEmitSync, shouldEmit = () => true) {
  let warned = false;
  return function() {
    if (warned || !shouldEmit()) return;
    warned = true;
    if (code === 'ERR_DEP') return;
    if (code !== undefined) {
      if (!codesWarned.has(code)) {
        codesWarned.add(code);
        if (useEmitSync) require('internal/process/warning').emitWarningSync(message, 'DeprecationWarning', code, deprecated);
        else process.emitWarning(message, 'DeprecationWarning', code, deprecated);
      }
    } else {
      process.emitWarning(message, 'DeprecationWarning', deprecated);
    }
  };
}

// `fn`, with a warning when it is first called. Classes stay constructible.
function deprecate(fn, message, code, useEmitSync, modifyPrototype = true) {
  if (code !== undefined) validateString(code, 'code');
  const warn = getDeprecationWarningEmitter(code, message, deprecated, useEmitSync);
  function deprecated(...args) {
    if (!process.noDeprecation) warn();
    return new.target ? ReflectConstruct(fn, args, new.target) : ReflectApply(fn, this, args);
  }
  // The wrapper is to be taken for what it wraps.
  ObjectSetPrototypeOf(deprecated, fn);
  if (modifyPrototype && fn.prototype) deprecated.prototype = fn.prototype;
  const length = ObjectGetOwnPropertyDescriptor(fn, 'length');
  if (length) ObjectDefineProperty(deprecated, 'length', { __proto__: null, ...length });
  return deprecated;
}

// The same, for deprecations that show only with --pending-deprecation.
function pendingDeprecate(fn, message, code, useEmitSync) {
  let wrapped;
  function pending(...args) {
    if (!isPendingDeprecation()) return ReflectApply(fn, this, args);
    wrapped ??= deprecate(fn, message, code, useEmitSync);
    return ReflectApply(wrapped, this, args);
  }
  ObjectSetPrototypeOf(pending, fn);
  return pending;
}

function deprecateProperty(key, object, message, code) {
  const descriptor = ObjectGetOwnPropertyDescriptor(object, key);
  const warn = getDeprecationWarningEmitter(code, message, undefined, false);
  ObjectDefineProperty(object, key, {
    __proto__: null,
    configurable: true,
    enumerable: descriptor.enumerable,
    get() { warn(); return descriptor.get ? ReflectApply(descriptor.get, this, []) : descriptor.value; },
    set(value) { warn(); if (descriptor.set) ReflectApply(descriptor.set, this, [value]); else descriptor.value = value; },
  });
}

function deprecateInstantiation(target, code, ...args) {
  getDeprecationWarningEmitter(code, `Instantiating ${target.name} without the 'new' keyword has been deprecated.`, target)();
  return ReflectConstruct(target, args);
}

function emitExperimentalWarning(feature, messagePrefix, code, ctor) {
  if (experimentalWarnings.has(feature)) return;
  experimentalWarnings.add(feature);
  let message = `${feature} is an experimental feature and might change at any time`;
  if (messagePrefix) message = messagePrefix + message;
  process.emitWarning(message, 'ExperimentalWarning', code, ctor);
}

const kEncodings = {
  __proto__: null,
  'utf8': 'utf8', 'utf-8': 'utf8', 'ucs2': 'utf16le', 'ucs-2': 'utf16le', 'utf16le': 'utf16le', 'utf-16le': 'utf16le',
  'latin1': 'latin1', 'binary': 'latin1', 'base64': 'base64', 'base64url': 'base64url', 'hex': 'hex', 'ascii': 'ascii',
};

// The canonical name of an encoding; 'utf8' for none; undefined for one we do not know.
function normalizeEncoding(encoding) {
  if (encoding === 'utf8' || encoding === undefined || encoding === null || encoding === '') return 'utf8';
  const known = kEncodings[encoding];
  if (known !== undefined) return known;
  return kEncodings[StringPrototypeToLowerCase(`${encoding}`)];
}

// Numbers of encodings, as bindings take them.
const encodingsMap = {
  __proto__: null, ascii: 0, utf8: 1, base64: 2, utf16le: 3, latin1: 4, hex: 5, buffer: 6, base64url: 7,
};
const encodings = ['ascii', 'utf8', 'base64', 'utf16le', 'latin1', 'hex', 'buffer', 'base64url'];

function once(callback, { preserveReturnValue = false } = kEmptyObject) {
  let called = false;
  let result;
  return function(...args) {
    if (called) return preserveReturnValue ? result : undefined;
    called = true;
    const returned = ReflectApply(callback, this, args);
    if (preserveReturnValue) result = returned;
    return returned;
  };
}

function cachedResult(fn) {
  let result;
  return () => (result ??= fn()).slice?.() ?? result;
}

function getLazy(initializer) {
  let value;
  let has = false;
  return function() {
    if (!has) {
      value = initializer();
      has = true;
    }
    return value;
  };
}

function assignFunctionName(name, fn, descriptor = kEmptyObject) {
  if (typeof name !== 'string') {
    const text = name.description;
    name = text === undefined ? '' : `[${text}]`;
  }
  return ObjectDefineProperty(fn, 'name', {
    __proto__: null, writable: false, enumerable: false, configurable: true,
    ...ObjectGetOwnPropertyDescriptor(fn, 'name'), ...descriptor, value: name,
  });
}

// util.promisify
function promisify(original) {
  validateFunction(original, 'original');
  const custom = original[kCustomPromisify];
  if (custom) {
    validateFunction(custom, 'util.promisify.custom');
    return ObjectDefineProperty(custom, kCustomPromisify, {
      __proto__: null, value: custom, enumerable: false, writable: false, configurable: true,
    });
  }
  // Names for callbacks that get more than one value.
  const names = original[kCustomPromisifyArgs];
  function fn(...args) {
    return new Promise((resolve, reject) => {
      const returned = ReflectApply(original, this, [...args, (error, ...values) => {
        if (error) return reject(error);
        if (names !== undefined && values.length > 1) {
          const object = {};
          for (let i = 0; i < names.length; i++) object[names[i]] = values[i];
          resolve(object);
        } else {
          resolve(values[0]);
        }
      }]);
      if (returned !== undefined && require('internal/util/types').isPromise(returned)) {
        process.emitWarning(
          'Calling promisify on a function that returns a Promise is likely a mistake.', 'DeprecationWarning', 'DEP0174');
      }
    });
  }
  ObjectSetPrototypeOf(fn, ObjectGetPrototypeOf(original));
  ObjectDefineProperty(fn, kCustomPromisify, {
    __proto__: null, value: fn, enumerable: false, writable: false, configurable: true,
  });
  const descriptors = ObjectGetOwnPropertyDescriptors(original);
  for (const key of primordials.ReflectOwnKeys(descriptors)) {
    descriptors[key] = { __proto__: null, ...descriptors[key] };
  }
  return ObjectDefineProperties(fn, descriptors);
}
promisify.custom = kCustomPromisify;

function setOwnProperty(object, key, value) {
  return ObjectDefineProperty(object, key, { __proto__: null, configurable: true, enumerable: true, value, writable: true });
}

// Web IDL [Replaceable] attributes, loaded when first used.
function defineReplaceableLazyAttribute(target, id, keys, writable = true, check = undefined) {
  for (const key of keys) {
    let value;
    let has = false;
    const descriptor = {
      __proto__: null,
      enumerable: true,
      configurable: true,
      get: { get [key]() {
        if (check !== undefined) check.call(this);
        if (!has) {
          value = require(id)[key];
          has = true;
        }
        return value;
      } },
    };
    descriptor.get = ObjectGetOwnPropertyDescriptor(descriptor.get, key).get;
    if (writable) {
      const setter = { set [key](replacement) { value = replacement; has = true; } };
      descriptor.set = ObjectGetOwnPropertyDescriptor(setter, key).set;
    }
    ObjectDefineProperty(target, key, descriptor);
  }
}

// Web IDL exposure of interfaces, namespaces and operations on a global.
function exposeInterface(target, name, value) {
  ObjectDefineProperty(target, name, { __proto__: null, writable: true, enumerable: false, configurable: true, value });
}
function exposeLazyInterfaces(target, id, keys) {
  defineLazyProperties(target, id, keys, false);
}
function exposeNamespace(target, name, value) {
  ObjectDefineProperty(target, name, { __proto__: null, writable: true, enumerable: false, configurable: true, value });
}
function defineOperation(target, name, value) {
  ObjectDefineProperty(target, name, { __proto__: null, writable: true, enumerable: true, configurable: true, value });
}

function getConstructorOf(object) {
  while (object) {
    const descriptor = ObjectGetOwnPropertyDescriptor(object, 'constructor');
    if (descriptor !== undefined && typeof descriptor.value === 'function' && descriptor.value.name !== '') {
      return descriptor.value;
    }
    object = ObjectGetPrototypeOf(object);
  }
  return undefined;
}

function filterDuplicateStrings(items, low) {
  const map = new SafeMap();
  for (const item of items) {
    const key = item.toLowerCase();
    map.set(key, low ? key : item);
  }
  return [...map.values()].sort();
}

// Removes one element; faster than splice.
function spliceOne(list, index) {
  for (; index + 1 < list.length; index++) list[index] = list[index + 1];
  list.pop();
}

function join(list, separator) {
  return primordials.ArrayPrototypeJoin(list, separator);
}

const kColors = /\u001b\[\d\d?m/g;
function removeColors(text) {
  return text.includes('\u001b') ? text.replace(kColors, '') : text;
}

let signalNames;
function signalMap() {
  if (signalNames === undefined) {
    const { signals } = internalBinding('constants').os;
    signalNames = { __proto__: null };
    for (const name of ObjectKeys(signals)) signalNames[signals[name]] = name;
  }
  return signalNames;
}

// A signal's number, from its name in any case or number.
function convertToValidSignal(signal) {
  if (typeof signal === 'number' && signalMap()[signal]) return signal;
  if (typeof signal === 'string') {
    const number = internalBinding('constants').os.signals[signal.toUpperCase()];
    if (number) return number;
  }
  throw new ERR_UNKNOWN_SIGNAL(signal);
}

function convertProcessSignalToExitCode(signal) {
  const { validateOneOf } = require('internal/validators');
  const { signals } = internalBinding('constants').os;
  validateOneOf(signal, 'signalCode', ObjectKeys(signals));
  return 128 + signals[signal];
}

function lazyUv() {
  return internalBinding('uv');
}

function checkErrno(error) {
  validateNumber(error, 'err');
  if (error >= 0 || !Number.isSafeInteger(error)) throw new ERR_OUT_OF_RANGE('err', 'a negative integer', error);
}
function getSystemErrorName(error) {
  checkErrno(error);
  const known = uvErrmapGet(error);
  return known ? known[0] : `Unknown system error ${error}`;
}
function getSystemErrorMessage(error) {
  checkErrno(error);
  const known = uvErrmapGet(error);
  return known ? known[1] : `Unknown system error ${error}`;
}
function getSystemErrorMap() {
  return lazyUv().getErrorMap();
}

function assertCrypto() {
  if (!process.versions.openssl) throw new ERR_NO_CRYPTO();
}

let sleepBuffer;
// Blocks the thread for `ms`.
function sleep(ms) {
  sleepBuffer ??= new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(sleepBuffer, 0, 0, ms);
}

// The call sites where this is called, innermost first, without this function.
function getStructuredStack() {
  if (!isErrorStackTraceLimitWritable()) return [];
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Infinity;
  const error = new Error();
  overrideStackTrace.set(error, (_, sites) => sites);
  const sites = error.stack;
  Error.stackTraceLimit = stackTraceLimit;
  return Array.isArray(sites) ? sites.slice(1) : [];
}

function isInsideNodeModules() {
  for (const site of getStructuredStack()) {
    const file = site.getFileName();
    if (!file || file.startsWith('node:')) continue;
    return /[/\\]node_modules[/\\]/.test(file);
  }
  return false;
}

function isUnderNodeModules(filename) {
  return /[/\\]node_modules[/\\]/.test(filename);
}

let cwdUrl;
let cwdUrlOf;
// The working directory as a file: URL that ends with a slash.
function getCWDURL() {
  const cwd = process.cwd();
  if (cwd !== cwdUrlOf) {
    cwdUrl = require('internal/url').pathToFileURL(`${cwd}/`);
    cwdUrlOf = cwd;
  }
  return cwdUrl;
}

function constructSharedArrayBuffer(size) {
  return new SharedArrayBuffer(size);
}

// Like WeakRef, but strong while references are counted.
class WeakReference {
  #weak;
  #strong;
  #count = 0;
  constructor(object) { this.#weak = new SafeWeakRef(object); }
  incRef() {
    if (++this.#count === 1) this.#strong = this.#weak.deref();
    return this.#count;
  }
  decRef() {
    if (--this.#count === 0) this.#strong = undefined;
    return this.#count;
  }
  get() { return this.#weak.deref(); }
}

module.exports = {
  WeakReference,
  assertCrypto,
  assignFunctionName,
  cachedResult,
  constructSharedArrayBuffer,
  convertProcessSignalToExitCode,
  convertToValidSignal,
  customInspectSymbol,
  customPromisifyArgs: kCustomPromisifyArgs,
  defineLazyProperties,
  defineOperation,
  defineReplaceableLazyAttribute,
  deprecate,
  deprecateInstantiation,
  deprecateProperty,
  emitExperimentalWarning,
  encodings,
  encodingsMap,
  exposeInterface,
  exposeLazyInterfaces,
  exposeNamespace,
  filterDuplicateStrings,
  getCWDURL,
  getConstructorOf,
  getDeprecationWarningEmitter,
  getLazy,
  getStructuredStack,
  getSystemErrorMap,
  getSystemErrorMessage,
  getSystemErrorName,
  isError,
  isInsideNodeModules,
  isInt32,
  isMacOS,
  isPendingDeprecation,
  isUnderNodeModules,
  isWindows,
  join,
  kEmptyObject,
  kEnumerableProperty,
  kIsEncodingSymbol,
  kVmBreakFirstLineSymbol,
  lazyDOMException,
  lazyDOMExceptionClass,
  normalizeEncoding,
  once,
  pendingDeprecate,
  promisify,
  removeColors,
  setOwnProperty,
  sleep,
  spliceOne,
  SymbolAsyncDispose: primordials.SymbolAsyncDispose,
  SymbolDispose: primordials.SymbolDispose,
};
