'use strict';

// What the parts of crypto share: arguments as bytes, names of algorithms.

const { codes: { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } } = require('internal/errors');
const { Buffer } = require('buffer');
const { getHashes: listHashes } = internalBinding('crypto_hash');

const kHandle = Symbol('kHandle');
const kMaxUint32 = 2 ** 32 - 1;

function isAnyArrayBuffer(value) {
  return value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer) ||
    (typeof value === 'object' && value !== null &&
      ['[object ArrayBuffer]', '[object SharedArrayBuffer]'].includes(Object.prototype.toString.call(value)) &&
      !ArrayBuffer.isView(value));
}

// A string as the bytes of its encoding; 'buffer' means UTF-8.
function stringToBytes(string, encoding) {
  return Buffer.from(string, encoding === 'buffer' || encoding === undefined ? 'utf8' : encoding);
}

// A view or buffer as it is, a string as bytes; else ERR_INVALID_ARG_TYPE.
function getArrayBufferOrView(value, name, encoding) {
  if (ArrayBuffer.isView(value) || isAnyArrayBuffer(value)) return value;
  if (typeof value === 'string') return stringToBytes(value, encoding);
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], value);
}

// The same without conversion of strings.
function validateByteSource(value, name) {
  if (ArrayBuffer.isView(value) || isAnyArrayBuffer(value)) return value;
  throw new ERR_INVALID_ARG_TYPE(name, ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], value);
}

function byteLengthOf(value) {
  return value.byteLength;
}

function validateByteLength(value, name, maximum) {
  if (value.byteLength > maximum) throw new ERR_OUT_OF_RANGE(name, `<= ${maximum} bytes`, value.byteLength);
}

// Results of native code come as Buffers or in the encodings it knows; this makes the others.
const nativeEncodings = new Set(['hex', 'base64', 'base64url', 'latin1', 'binary']);
function decodeResult(result, encoding) {
  if (typeof result === 'string' || encoding === undefined || encoding === null || encoding === 'buffer') return result;
  return nativeEncodings.has(encoding) ? result : result.toString(encoding);
}

let hashes;
function getHashes() {
  hashes ??= listHashes();
  return hashes.slice();
}

module.exports = {
  kHandle, kMaxUint32, isAnyArrayBuffer, stringToBytes, getArrayBufferOrView, validateByteSource, byteLengthOf, validateByteLength,
  decodeResult, getHashes,
};
