'use strict';

// Checks of arguments. Each throws a coded error whose stack begins at the checked function's caller.

const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, ERR_SOCKET_BAD_PORT, ERR_UNKNOWN_SIGNAL,
    ERR_INVALID_THIS,
  },
  trimStack,
} = require('internal/errors');
const { ArrayIsArray, NumberIsInteger, NumberIsNaN, NumberMAX_SAFE_INTEGER, NumberMIN_SAFE_INTEGER } = primordials;

function isInt32(value) {
  return value === (value | 0);
}

function isUint32(value) {
  return value === (value >>> 0);
}

// A file mode: a number, or its octal digits as text.
function parseFileMode(value, name, fallback) {
  value ??= fallback;
  if (typeof value === 'string') {
    if (!/^[0-7]+$/.test(value)) {
      throw trimStack(new ERR_INVALID_ARG_VALUE(name, value, 'must be a 32-bit unsigned integer or an octal string'),
        parseFileMode);
    }
    value = Number.parseInt(value, 8);
  }
  validateUint32(value, name);
  return value;
}

function validateInteger(value, name, min = NumberMIN_SAFE_INTEGER, max = NumberMAX_SAFE_INTEGER) {
  if (typeof value !== 'number') throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'number', value), validateInteger);
  if (!NumberIsInteger(value)) throw trimStack(new ERR_OUT_OF_RANGE(name, 'an integer', value), validateInteger);
  if (value < min || value > max) {
    throw trimStack(new ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value), validateInteger);
  }
}

function validateInt32(value, name, min = -2147483648, max = 2147483647) {
  if (typeof value !== 'number') throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'number', value), validateInt32);
  if (!NumberIsInteger(value)) throw trimStack(new ERR_OUT_OF_RANGE(name, 'an integer', value), validateInt32);
  if (value < min || value > max) {
    throw trimStack(new ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value), validateInt32);
  }
}

function validateUint32(value, name, positive = false) {
  if (typeof value !== 'number') throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'number', value), validateUint32);
  if (!NumberIsInteger(value)) throw trimStack(new ERR_OUT_OF_RANGE(name, 'an integer', value), validateUint32);
  const min = positive ? 1 : 0;
  if (value < min || value > 4294967295) {
    throw trimStack(new ERR_OUT_OF_RANGE(name, `>= ${min} && <= 4294967295`, value), validateUint32);
  }
}

function validateString(value, name) {
  if (typeof value !== 'string') throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'string', value), validateString);
}

function validateStringWithoutNullBytes(value, name) {
  validateString(value, name);
  if (value.includes('\u0000')) {
    throw trimStack(new ERR_INVALID_ARG_VALUE(name, value, 'must be a string without null bytes'),
      validateStringWithoutNullBytes);
  }
}

function validateNumber(value, name, min = undefined, max) {
  if (typeof value !== 'number') throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'number', value), validateNumber);
  if ((min != null && value < min) || (max != null && value > max) ||
      ((min != null || max != null) && NumberIsNaN(value))) {
    const low = min != null ? `>= ${min}` : '';
    const high = max != null ? `<= ${max}` : '';
    throw trimStack(new ERR_OUT_OF_RANGE(name, low && high ? `${low} && ${high}` : low || high, value), validateNumber);
  }
}

function validateOneOf(value, name, oneOf) {
  if (oneOf.includes(value)) return;
  const allowed = oneOf.map((one) => (typeof one === 'string' ? `'${one}'` : String(one))).join(', ');
  throw trimStack(new ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${allowed}`), validateOneOf);
}

function validateBoolean(value, name) {
  if (typeof value !== 'boolean') throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'boolean', value), validateBoolean);
}

const kValidateObjectNone = 0;
const kValidateObjectAllowNullable = 1;
const kValidateObjectAllowArray = 2;
const kValidateObjectAllowFunction = 4;
const kValidateObjectAllowObjects = kValidateObjectAllowArray | kValidateObjectAllowFunction;
const kValidateObjectAllowObjectsAndNull = kValidateObjectAllowObjects | kValidateObjectAllowNullable;

function validateObject(value, name, options = kValidateObjectNone) {
  if (typeof value === 'object') {
    if (value === null ? options & kValidateObjectAllowNullable :
      (options & kValidateObjectAllowArray) || !ArrayIsArray(value)) return;
  } else if (typeof value === 'function' && (options & kValidateObjectAllowFunction)) {
    return;
  }
  throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'Object', value), validateObject);
}

// A Web IDL dictionary: undefined, null, an object or a function.
function validateDictionary(value, name) {
  if (value != null && typeof value !== 'object' && typeof value !== 'function') {
    throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'a dictionary', value), validateDictionary);
  }
}

function validateArray(value, name, minLength = 0) {
  if (!ArrayIsArray(value)) throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'Array', value), validateArray);
  if (value.length < minLength) {
    throw trimStack(new ERR_INVALID_ARG_VALUE(name, value, `must be longer than ${minLength}`), validateArray);
  }
}

function validateStringArray(value, name) {
  validateArray(value, name);
  for (let i = 0; i < value.length; ++i) validateString(value[i], `${name}[${i}]`);
}

function validateBooleanArray(value, name) {
  validateArray(value, name);
  for (let i = 0; i < value.length; ++i) validateBoolean(value[i], `${name}[${i}]`);
}

function validateAbortSignalArray(value, name) {
  validateArray(value, name);
  for (let i = 0; i < value.length; ++i) {
    if (value[i] == null) throw trimStack(new ERR_INVALID_ARG_TYPE(`${name}[${i}]`, 'AbortSignal', value[i]), validateAbortSignalArray);
    validateAbortSignal(value[i], `${name}[${i}]`);
  }
}

function validateSignalName(signal, name = 'signal') {
  validateString(signal, name);
  const { signals } = internalBinding('constants').os;
  if (signals[signal] !== undefined) return;
  if (signals[signal.toUpperCase()] !== undefined) {
    throw trimStack(new ERR_UNKNOWN_SIGNAL(`${signal} (signals must use all capital letters)`), validateSignalName);
  }
  throw trimStack(new ERR_UNKNOWN_SIGNAL(signal), validateSignalName);
}

function validateBuffer(value, name = 'buffer') {
  if (!ArrayBuffer.isView(value)) {
    throw trimStack(new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], value), validateBuffer);
  }
}

function validateEncoding(data, encoding) {
  if (`${encoding}`.toLowerCase() === 'hex' && data.length % 2 !== 0) {
    throw trimStack(new ERR_INVALID_ARG_VALUE('encoding', encoding, `is invalid for data of length ${data.length}`),
      validateEncoding);
  }
}

// A port number, as a number or text; returns the number.
function validatePort(port, name = 'Port', allowZero = true) {
  if ((typeof port !== 'number' && typeof port !== 'string') ||
      (typeof port === 'string' && port.trim().length === 0) ||
      +port !== (+port >>> 0) || port > 0xFFFF || (port === 0 && !allowZero)) {
    throw trimStack(new ERR_SOCKET_BAD_PORT(name, port, allowZero), validatePort);
  }
  return port | 0;
}

function validateAbortSignal(signal, name) {
  if (signal !== undefined && (signal === null || typeof signal !== 'object' || !('aborted' in signal))) {
    throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'AbortSignal', signal), validateAbortSignal);
  }
}

function validateFunction(value, name) {
  if (typeof value !== 'function') throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'Function', value), validateFunction);
}

function validatePlainFunction(value, name) {
  if (typeof value !== 'function' || require('internal/util/types').isAsyncFunction(value)) {
    throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'Function', value), validatePlainFunction);
  }
}

function validateUndefined(value, name) {
  if (value !== undefined) throw trimStack(new ERR_INVALID_ARG_TYPE(name, 'undefined', value), validateUndefined);
}

function validateUnion(value, name, union) {
  if (!union.includes(value)) throw trimStack(new ERR_INVALID_ARG_TYPE(name, `('${union.join('|')}')`, value), validateUnion);
}

const kLinkHeader = /^(?:<[^>]*>)(?:\s*;\s*[^;"\s]+(?:=(")?[^;"\s]*\1)?)*$/;

function validateLinkHeaderFormat(value, name) {
  if (typeof value === 'undefined' || !kLinkHeader.test(value)) {
    throw trimStack(new ERR_INVALID_ARG_VALUE(name, value,
      'must be an array or string of format "</styles.css>; rel=preload; as=style"'), validateLinkHeaderValue);
  }
}

// The value of a Link header out of one hint or a list of them.
function validateLinkHeaderValue(hints) {
  if (typeof hints === 'string') {
    validateLinkHeaderFormat(hints, 'hints');
    return hints;
  }
  if (ArrayIsArray(hints)) {
    for (const link of hints) validateLinkHeaderFormat(link, 'hints');
    return hints.join(', ');
  }
  throw trimStack(new ERR_INVALID_ARG_VALUE('hints', hints,
    'must be an array or string of format "</styles.css>; rel=preload; as=style"'), validateLinkHeaderValue);
}

// The option `ignore` of watchers: a glob, a RegExp, a function, or an array of those.
function validateIgnoreOption(value, name) {
  if (value == null) return;
  const check = (one, label) => {
    if (typeof one === 'string') {
      if (one.length === 0) throw new ERR_INVALID_ARG_VALUE(label, one, 'must be a non-empty string');
    } else if (typeof one !== 'function' && !require('internal/util/types').isRegExp(one)) {
      throw new ERR_INVALID_ARG_TYPE(label, ['string', 'RegExp', 'Function'], one);
    }
  };
  if (!ArrayIsArray(value)) check(value, name);
  else for (let i = 0; i < value.length; ++i) check(value[i], `${name}[${i}]`);
}

// True when `number` is finite; undefined counts as absent. Anything else throws.
function validateFiniteNumber(number, name) {
  if (number === undefined) return false;
  if (Number.isFinite(number)) return true;
  if (NumberIsNaN(number)) return false;
  validateNumber(number, name);
  throw trimStack(new ERR_OUT_OF_RANGE(name, 'a finite number', number), validateFiniteNumber);
}

function checkRangesOrGetDefault(number, name, lower, upper, fallback) {
  if (!validateFiniteNumber(number, name)) return fallback;
  if (number < lower || number > upper) {
    throw trimStack(new ERR_OUT_OF_RANGE(name, `>= ${lower} and <= ${upper}`, number), checkRangesOrGetDefault);
  }
  return number;
}

function validateThisInternalField(object, fieldKey, className) {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, fieldKey)) {
    throw trimStack(new ERR_INVALID_THIS(className), validateThisInternalField);
  }
}

module.exports = {
  checkRangesOrGetDefault,
  isInt32,
  isUint32,
  kValidateObjectAllowArray,
  kValidateObjectAllowFunction,
  kValidateObjectAllowNullable,
  kValidateObjectAllowObjects,
  kValidateObjectAllowObjectsAndNull,
  kValidateObjectNone,
  parseFileMode,
  validateAbortSignal,
  validateAbortSignalArray,
  validateArray,
  validateBoolean,
  validateBooleanArray,
  validateBuffer,
  validateDictionary,
  validateEncoding,
  validateFiniteNumber,
  validateFunction,
  validateIgnoreOption,
  validateInt32,
  validateInteger,
  validateLinkHeaderValue,
  validateNumber,
  validateObject,
  validateOneOf,
  validatePlainFunction,
  validatePort,
  validateSignalName,
  validateString,
  validateStringArray,
  validateStringWithoutNullBytes,
  validateThisInternalField,
  validateUint32,
  validateUndefined,
  validateUnion,
};
