'use strict';

// Hash and Hmac: streams and update()/digest() over the native digests. Documented in doc/api/crypto.md.

const {
  codes: {
    ERR_CRYPTO_HASH_FINALIZED, ERR_CRYPTO_HASH_UPDATE_FAILED, ERR_INVALID_ARG_TYPE,
  },
} = require('internal/errors');
const { validateString, validateUint32, validateEncoding } = require('internal/validators');
const { Hash: NativeHash, Hmac: NativeHmac, oneShot } = internalBinding('crypto_hash');
const { Buffer } = require('buffer');
const LazyTransform = require('internal/streams/lazy_transform');
const { kHandle, decodeResult, getArrayBufferOrView, isAnyArrayBuffer } = require('internal/crypto/util');
const { normalizeEncoding } = require('internal/util');

const kFinalized = Symbol('kFinalized');

function inputOf(data, encoding) {
  if (typeof data === 'string') {
    // The native side reads strings as UTF-8 without a copy in between.
    if (encoding === undefined || encoding === 'utf8' || encoding === 'utf-8' || encoding === 'buffer') return data;
    validateEncoding(data, encoding);
    return Buffer.from(data, encoding);
  }
  if (ArrayBuffer.isView(data)) return data;
  throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], data);
}

function nativeEncoding(encoding) {
  if (encoding === undefined || encoding === null || encoding === 'buffer') return undefined;
  return normalizeEncoding(`${encoding}`) ?? `${encoding}`;
}

function warnOfShakeLength() {
  if (!require('internal/options').getOptionValue('--pending-deprecation')) return;
  const { emitWarningOnce } = require('internal/crypto/names');
  emitWarningOnce('DEP0198', 'Creating SHAKE128/256 digests without an explicit options.outputLength is deprecated.');
}

function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  const native = algorithm instanceof NativeHash;
  if (!native) validateString(algorithm, 'algorithm');
  let outputLength = typeof options === 'object' && options !== null ? options.outputLength : undefined;
  if (outputLength !== undefined) {
    validateUint32(outputLength, 'options.outputLength');
    outputLength >>>= 0;
  } else if (!native && /^shake(128|256)$/i.test(algorithm)) {
    warnOfShakeLength();
  }
  this[kHandle] = new NativeHash(algorithm, outputLength);
  this[kFinalized] = false;
  LazyTransform.call(this, options);
}
Object.setPrototypeOf(Hash.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hash, LazyTransform);

Hash.prototype.copy = function copy(options) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  return new Hash(this[kHandle], options);
};

Hash.prototype._transform = function _transform(chunk, encoding, callback) {
  this[kHandle].update(inputOf(chunk, encoding));
  callback();
};

Hash.prototype._flush = function _flush(callback) {
  this.push(this[kHandle].digest());
  callback();
};

Hash.prototype.update = function update(data, encoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  if (!this[kHandle].update(inputOf(data, encoding))) throw new ERR_CRYPTO_HASH_UPDATE_FAILED();
  return this;
};

Hash.prototype.digest = function digest(outputEncoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  const encoding = nativeEncoding(outputEncoding);
  const result = decodeResult(this[kHandle].digest(encoding), encoding);
  this[kFinalized] = true;
  return result;
};

// The bytes of a secret: a KeyObject's or CryptoKey's handle exports them; anything else is bytes or a string. A plain
// view is recognised first: asking whether it is a key would cost more than the code itself.
function secretBytes(key, encoding) {
  if (ArrayBuffer.isView(key) || isAnyArrayBuffer(key)) return key;
  if (typeof key === 'string') return getArrayBufferOrView(key, 'key', encoding);
  if (key !== null && typeof key === 'object') {
    const { secretKeyBytes } = require('internal/crypto/keys');
    const bytes = secretKeyBytes(key);
    if (bytes !== undefined) return bytes;
  }
  throw new ERR_INVALID_ARG_TYPE(
    'key', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'string', 'KeyObject', 'CryptoKey'], key);
}

function Hmac(algorithm, key, options) {
  if (!new.target) return new Hmac(algorithm, key, options);
  validateString(algorithm, 'hmac');
  const bytes = secretBytes(key, options?.encoding);
  this[kHandle] = new NativeHmac(algorithm, bytes);
  this[kFinalized] = false;
  LazyTransform.call(this, options);
}
Object.setPrototypeOf(Hmac.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hmac, LazyTransform);

Hmac.prototype.update = Hash.prototype.update;
Hmac.prototype._transform = Hash.prototype._transform;
Hmac.prototype._flush = Hash.prototype._flush;

Hmac.prototype.digest = function digest(outputEncoding) {
  const encoding = nativeEncoding(outputEncoding);
  if (this[kFinalized]) return encoding === undefined ? Buffer.from('') : '';
  const result = this[kHandle].digest(encoding);
  this[kFinalized] = true;
  return decodeResult(result, encoding);
};

// hash(algorithm, data, outputEncoding | options): one digest without an object.
function hash(algorithm, input, options) {
  validateString(algorithm, 'algorithm');
  if (typeof input !== 'string' && !ArrayBuffer.isView(input)) {
    throw new ERR_INVALID_ARG_TYPE('input', ['Buffer', 'TypedArray', 'DataView', 'string'], input);
  }
  let outputEncoding = 'hex';
  let outputLength;
  if (typeof options === 'string') {
    outputEncoding = options;
  } else if (options !== undefined) {
    require('internal/validators').validateObject(options, 'options');
    if (options.outputEncoding !== undefined) {
      outputEncoding = options.outputEncoding;
      validateString(outputEncoding, 'outputEncoding');
    }
    outputLength = options.outputLength;
    if (outputLength !== undefined) {
      validateUint32(outputLength, 'options.outputLength');
      outputLength >>>= 0;
    }
  }
  if (outputLength === undefined && /^shake(128|256)$/i.test(algorithm)) warnOfShakeLength();
  const normalized = outputEncoding === 'buffer' ? 'buffer' : normalizeEncoding(outputEncoding);
  if (normalized === undefined) {
    const { ERR_INVALID_ARG_VALUE } = require('internal/errors').codes;
    throw new ERR_INVALID_ARG_VALUE('outputEncoding', outputEncoding);
  }
  const encoding = normalized === 'buffer' ? undefined : normalized;
  return decodeResult(oneShot(algorithm, input, encoding, outputLength), encoding);
}

module.exports = { Hash, Hmac, hash, secretBytes };
