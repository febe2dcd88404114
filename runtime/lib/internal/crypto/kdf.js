'use strict';

// Keys from passwords and secrets: pbkdf2, scrypt, hkdf. Documented in doc/api/crypto.md.

const {
  codes: {
    ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_INVALID_KEYLEN, ERR_CRYPTO_INVALID_SCRYPT_PARAMS, ERR_INCOMPATIBLE_OPTION_PAIR,
    ERR_INVALID_ARG_TYPE,
  },
} = require('internal/errors');
const { validateFunction, validateInt32, validateInteger, validateString, validateUint32 } = require('internal/validators');
const native = internalBinding('crypto_random');
const { getArrayBufferOrView, validateByteLength, stringToBytes, isAnyArrayBuffer } = require('internal/crypto/util');

const kMaxInt32 = 2 ** 31 - 1;

function answer(callback) {
  return (error, result) => {
    if (error) callback(error);
    else callback(null, result);
  };
}

function pbkdf2Arguments(password, salt, iterations, keylen, digest) {
  validateString(digest, 'digest');
  password = getArrayBufferOrView(password, 'password');
  salt = getArrayBufferOrView(salt, 'salt');
  validateInt32(iterations, 'iterations', 1);
  validateInt32(keylen, 'keylen', 0);
  return [password, salt, iterations, keylen, digest];
}

function pbkdf2(password, salt, iterations, keylen, digest, callback) {
  if (typeof digest === 'function') {
    callback = digest;
    digest = undefined;
  }
  const list = pbkdf2Arguments(password, salt, iterations, keylen, digest);
  validateFunction(callback, 'callback');
  if (native.pbkdf2(...list, answer(callback)) === null) throw new ERR_CRYPTO_INVALID_DIGEST(digest);
}

function pbkdf2Sync(password, salt, iterations, keylen, digest) {
  const result = native.pbkdf2(...pbkdf2Arguments(password, salt, iterations, keylen, digest));
  if (result === null) throw new ERR_CRYPTO_INVALID_DIGEST(digest);
  return result;
}

// Either name of each option, not both.
function oneOf(options, name, longName, fallback) {
  const short = options[name];
  const long = options[longName];
  if (short !== undefined && long !== undefined) throw new ERR_INCOMPATIBLE_OPTION_PAIR(name, longName);
  return short ?? long ?? fallback;
}

function scryptArguments(password, salt, keylen, options) {
  password = getArrayBufferOrView(password, 'password');
  salt = getArrayBufferOrView(salt, 'salt');
  validateInt32(keylen, 'keylen', 0);
  let N = 16384;
  let r = 8;
  let p = 1;
  let maxmem = 32 << 20;
  if (options) {
    N = oneOf(options, 'N', 'cost', N);
    validateUint32(N, 'N');
    r = oneOf(options, 'r', 'blockSize', r);
    validateUint32(r, 'r');
    p = oneOf(options, 'p', 'parallelization', p);
    validateUint32(p, 'p');
    if (options.maxmem !== undefined) {
      maxmem = options.maxmem;
      validateInteger(maxmem, 'maxmem', 0);
    }
    if (N === 0) N = 16384;
    if (r === 0) r = 8;
    if (p === 0) p = 1;
    if (maxmem === 0) maxmem = 32 << 20;
  }
  if (!native.scryptFits(N, r, p, maxmem)) {
    // Which of the two reasons it was: a memory limit that is too small is told apart, as in Node.
    if (N > 1 && Number.isInteger(Math.log2(N))) {
      throw new ERR_CRYPTO_INVALID_SCRYPT_PARAMS('error:030000AC:digital envelope routines::memory limit exceeded');
    }
    throw new ERR_CRYPTO_INVALID_SCRYPT_PARAMS();
  }
  return [password, salt, keylen, N, r, p, maxmem];
}

function scrypt(password, salt, keylen, options, callback) {
  if (callback === undefined) {
    callback = options;
    options = undefined;
  }
  const list = scryptArguments(password, salt, keylen, options);
  validateFunction(callback, 'callback');
  native.scrypt(...list, answer(callback));
}

function scryptSync(password, salt, keylen, options) {
  return native.scrypt(...scryptArguments(password, salt, keylen, options));
}

function hkdfKey(key) {
  if (typeof key === 'string') return stringToBytes(key);
  if (ArrayBuffer.isView(key) || isAnyArrayBuffer(key)) return key;
  if (key !== null && typeof key === 'object') {
    const bytes = require('internal/crypto/keys').secretKeyBytes(key);
    if (bytes !== undefined) return bytes;
  }
  throw new ERR_INVALID_ARG_TYPE(
    'ikm', ['string', 'SecretKeyObject', 'ArrayBuffer', 'TypedArray', 'DataView', 'Buffer'], key);
}

function hkdfArguments(digest, key, salt, info, length) {
  validateString(digest, 'digest');
  key = hkdfKey(key);
  salt = getArrayBufferOrView(salt, 'salt');
  info = getArrayBufferOrView(info, 'info');
  validateInteger(length, 'length', 0, kMaxInt32);
  validateByteLength(info, 'info', 1024);
  return [digest, key, salt, info, length];
}

function checkHkdf(result, digest) {
  if (result === null) throw new ERR_CRYPTO_INVALID_DIGEST(digest);
  if (result === false) throw new ERR_CRYPTO_INVALID_KEYLEN();
  return result;
}

function toArrayBuffer(buffer) {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}

function hkdf(digest, key, salt, info, length, callback) {
  const list = hkdfArguments(digest, key, salt, info, length);
  validateFunction(callback, 'callback');
  checkHkdf(native.hkdf(...list, (error, result) => {
    if (error) callback(error);
    else callback(null, toArrayBuffer(result));
  }), digest);
}

function hkdfSync(digest, key, salt, info, length) {
  return toArrayBuffer(checkHkdf(native.hkdf(...hkdfArguments(digest, key, salt, info, length)), digest));
}

module.exports = { pbkdf2, pbkdf2Sync, scrypt, scryptSync, hkdf, hkdfSync };
