'use strict';

// What node:sqlite is called with, and how it complains: Node checks in C++ here, whose errors carry a code and no more.

const { ArrayPrototypePush, Error, NumberIsInteger, RangeError, StringPrototypeIncludes, TypeError } = primordials;
const { isUint8Array } = require('internal/util/types');

function coded(Type, code, message) {
  const error = new Type(message);
  error.code = code;
  return error;
}

function invalidType(message) {
  return coded(TypeError, 'ERR_INVALID_ARG_TYPE', message);
}

function outOfRange(message) {
  return coded(RangeError, 'ERR_OUT_OF_RANGE', message);
}

function invalidState(message) {
  return coded(Error, 'ERR_INVALID_STATE', message);
}

function illegalConstructor() {
  return coded(Error, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
}

function expectString(value, name) {
  if (typeof value !== 'string') throw invalidType(`The "${name}" argument must be a string.`);
}

function expectBoolean(value, name) {
  if (typeof value !== 'boolean') throw invalidType(`The "${name}" argument must be a boolean.`);
}

function expectFunction(value, name) {
  if (typeof value !== 'function') throw invalidType(`The "${name}" argument must be a function.`);
}

function expectObject(value, name) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    throw invalidType(`The "${name}" argument must be an object.`);
  }
}

// options[name], which may be missing; a boolean.
function flag(options, name, otherwise) {
  const value = options[name];
  if (value === undefined) return otherwise;
  expectBoolean(value, `options.${name}`);
  return value;
}

// The name of a file as SQLite opens it: a path or a file: URI, out of a string, bytes or a URL.
function toFilename(path) {
  if (typeof path === 'string' && !StringPrototypeIncludes(path, '\0')) return path;
  if (isUint8Array(path)) {
    const { Buffer } = require('buffer');
    const text = Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString();
    if (!StringPrototypeIncludes(text, '\0')) return text;
  } else if (path !== null && typeof path === 'object' && typeof path.href === 'string') {
    if (!StringPrototypeIncludes(path.href, '\0')) {
      if (path.protocol !== 'file:') {
        throw coded(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file:');
      }
      return path.href;
    }
  }
  throw invalidType('The "path" argument must be a string, Uint8Array, or URL without null bytes.');
}

// [id, value, ...] of options.limits; `ids` has the number that SQLite gives each.
function toLimits(limits, ids) {
  const list = [];
  if (limits === undefined) return list;
  expectObject(limits, 'options.limits');
  for (const name in ids) {
    const value = limits[name];
    if (value === undefined) continue;
    if (!NumberIsInteger(value) || value !== (value | 0)) {
      throw invalidType(`The "options.limits.${name}" argument must be an integer.`);
    }
    if (value < 0) throw outOfRange(`The "options.limits.${name}" argument must be non-negative.`);
    ArrayPrototypePush(list, ids[name], value);
  }
  return list;
}

module.exports = {
  coded, expectBoolean, expectFunction, expectObject, expectString, flag, illegalConstructor, invalidState, invalidType,
  outOfRange, toFilename, toLimits,
};
