'use strict';

// node:util.

const {
  ArrayIsArray, Error, FunctionPrototypeBind, ObjectDefineProperties, ObjectDefineProperty, ObjectGetOwnPropertyDescriptors,
  ObjectKeys, ObjectSetPrototypeOf, ReflectApply,
} = primordials;
const {
  codes: { ERR_FALSY_VALUE_REJECTION, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE },
  ErrnoException, ExceptionWithHostPort,
} = require('internal/errors');
const { inspect, stripVTControlCharacters } = require('internal/util/inspect');
const { format, formatWithOptions } = require('internal/util/format');
const {
  convertProcessSignalToExitCode, defineLazyProperties, deprecate, getSystemErrorMap, getSystemErrorMessage,
  getSystemErrorName, promisify,
} = require('internal/util');
const { debuglog } = require('internal/util/debuglog');
const {
  validateBoolean, validateFunction, validateNumber, validateObject, validateOneOf, validateString,
} = require('internal/validators');
const types = require('internal/util/types');
const binding = internalBinding('util');

function isArray(value) {
  return ArrayIsArray(value);
}

const callbackifyOnRejected = (reason, callback) => {
  // A callback takes a falsy error for success.
  if (!reason) {
    reason = new ERR_FALSY_VALUE_REJECTION(reason);
    Error.captureStackTrace(reason, callbackifyOnRejected);
  }
  return callback(reason);
};

function callbackify(original) {
  validateFunction(original, 'original');
  function callbackified(...args) {
    const callback = args.pop();
    validateFunction(callback, 'last argument');
    const done = FunctionPrototypeBind(callback, this);
    ReflectApply(original, this, args).then(
      (value) => process.nextTick(done, null, value),
      (reason) => process.nextTick(callbackifyOnRejected, reason, done));
  }
  const descriptors = ObjectGetOwnPropertyDescriptors(original);
  // The callback is one more parameter.
  if (typeof descriptors.length.value === 'number') descriptors.length.value++;
  if (typeof descriptors.name.value === 'string') descriptors.name.value += 'Callbackified';
  for (const key of Reflect.ownKeys(descriptors)) ObjectSetPrototypeOf(descriptors[key], null);
  ObjectDefineProperties(callbackified, descriptors);
  return callbackified;
}

function inherits(ctor, superCtor) {
  if (ctor === undefined || ctor === null) throw new ERR_INVALID_ARG_TYPE('ctor', 'Function', ctor);
  if (superCtor === undefined || superCtor === null) throw new ERR_INVALID_ARG_TYPE('superCtor', 'Function', superCtor);
  if (superCtor.prototype === undefined) throw new ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', superCtor.prototype);
  ObjectDefineProperty(ctor, 'super_', { __proto__: null, value: superCtor, writable: true, configurable: true });
  ObjectSetPrototypeOf(ctor.prototype, superCtor.prototype);
}

function extend(target, source) {
  if (source === null || typeof source !== 'object') return target;
  for (const key of ObjectKeys(source)) target[key] = source[key];
  return target;
}

function toUSVString(input) {
  return `${input}`.toWellFormed();
}

// How text in a format is wrapped: the escape sequences of each of `names`.
function styleText(styles, text, { validateStream = true, stream } = {}) {
  validateString(text, 'text');
  if (arguments[2] !== undefined) validateObject(arguments[2], 'options');
  validateBoolean(validateStream, 'options.validateStream');
  let skip = false;
  if (validateStream) {
    stream ??= process.stdout;
    const { isReadableStream, isWritableStream, isNodeStream } = require('internal/streams/utils');
    if (!isReadableStream(stream) && !isWritableStream(stream) && !isNodeStream(stream)) {
      throw new ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
    }
    skip = !require('internal/util/colors').shouldColorize(stream);
  }
  const list = ArrayIsArray(styles) ? styles : [styles];
  let before = '';
  let after = '';
  for (const name of list) {
    if (name === 'none') continue;
    const hex = typeof name === 'string' && name[0] === '#' ? hexColor(name) : undefined;
    const codes = hex ?? inspect.colors[name];
    if (codes === undefined) validateOneOf(name, 'format', ObjectKeys(inspect.colors));
    if (skip) continue;
    const open = `\u001b[${codes[0]}m`;
    const close = `\u001b[${codes[1]}m`;
    before += open;
    after = `${close}${after}`;
    // What the text itself ends, goes on after it.
    const dims = codes[0] === 1 || codes[0] === 2;
    text = text.replaceAll(close, (match, at) => (at + match.length === text.length ? match : dims ? `${match}${open}` : open));
  }
  return skip ? text : `${before}${text}${after}`;
}

function hexColor(text) {
  const match = /^#(?:([0-9a-f])([0-9a-f])([0-9a-f])|([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2}))$/i.exec(text);
  if (match === null) {
    throw new ERR_INVALID_ARG_VALUE('format', text, 'must be a valid hex color (#RGB or #RRGGBB)');
  }
  const parts = match[1] === undefined ? match.slice(4, 7) : match.slice(1, 4).map((digit) => digit + digit);
  return [`38;2;${parts.map((part) => Number.parseInt(part, 16)).join(';')}`, 39];
}

function parseEnv(content) {
  validateString(content, 'content');
  return require('internal/dotenv').parseEnv(content);
}

function getCallSites(frameCount = 10, options) {
  // (options) alone, too.
  if (options === undefined) {
    if (typeof frameCount === 'object') {
      options = frameCount;
      validateObject(options, 'options');
      if (options.sourceMap !== undefined) validateBoolean(options.sourceMap, 'options.sourceMap');
      frameCount = 10;
    } else {
      options = {};
    }
  } else {
    validateObject(options, 'options');
    if (options.sourceMap !== undefined) validateBoolean(options.sourceMap, 'options.sourceMap');
  }
  validateNumber(frameCount, 'frameCount', 1, 200);
  if (!Number.isInteger(frameCount)) throw new ERR_OUT_OF_RANGE('frameCount', 'an integer', frameCount);
  return binding.getCallSites(frameCount);
}

// Resolves when `signal` aborts, unless `resource` is gone by then.
async function aborted(signal, resource) {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  require('internal/validators').validateAbortSignal(signal, 'signal');
  if (resource === null || (typeof resource !== 'object' && typeof resource !== 'function')) validateObject(resource, 'resource');
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers();
  const { kWeakHandler } = require('internal/event_target');
  signal.addEventListener('abort', resolve, { __proto__: null, [kWeakHandler]: resource, once: true });
  return promise;
}

module.exports = {
  _errnoException(...args) { return new ErrnoException(...args); },
  _exceptionWithHostPort(...args) { return new ExceptionWithHostPort(...args); },
  _extend: deprecate(extend, 'The `util._extend` API is deprecated. Please use Object.assign() instead.', 'DEP0060'),
  callbackify,
  convertProcessSignalToExitCode,
  debug: debuglog,
  debuglog,
  deprecate(fn, msg, code, { modifyPrototype } = {}) {
    return deprecate(fn, msg, code, undefined, modifyPrototype);
  },
  format,
  styleText,
  formatWithOptions,
  getCallSites,
  getSystemErrorMap,
  getSystemErrorName,
  getSystemErrorMessage,
  inherits,
  inspect,
  isArray: deprecate(isArray, 'The `util.isArray` API is deprecated. Please use `Array.isArray()` instead.', 'DEP0044'),
  parseArgs(config) {
    return require('internal/util/parse_args').parseArgs(config);
  },
  isDeepStrictEqual(a, b, skipPrototype) {
    const { isDeepStrictEqual } = require('internal/util/comparisons');
    return isDeepStrictEqual(a, b, skipPrototype);
  },
  promisify,
  stripVTControlCharacters,
  toUSVString,
  get transferableAbortSignal() { return require('internal/abort_controller').transferableAbortSignal; },
  get transferableAbortController() { return require('internal/abort_controller').transferableAbortController; },
  aborted,
  types,
  parseEnv,
};
defineLazyProperties(module.exports, 'internal/util/parse_args', ['parseArgs']);
defineLazyProperties(module.exports, 'internal/encoding', ['TextDecoder', 'TextEncoder']);
defineLazyProperties(module.exports, 'internal/mime', ['MIMEType', 'MIMEParams']);
defineLazyProperties(module.exports, 'internal/util/diff', ['diff']);
