'use strict';

// Sign and Verify, and sign() and verify() of a whole message. Documented in doc/api/crypto.md.

const {
  codes: {
    ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_SIGN_KEY_REQUIRED, ERR_CRYPTO_UNSUPPORTED_OPERATION, ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE, ERR_CRYPTO_OPERATION_FAILED,
  },
} = require('internal/errors');
const { validateEncoding, validateFunction, validateString } = require('internal/validators');
const { Hash: NativeHash } = internalBinding('crypto_hash');
const native = internalBinding('crypto_sign');
const { describe } = internalBinding('crypto_keys');
const { Writable } = require('stream');
const { kHandle, getArrayBufferOrView, stringToBytes } = require('internal/crypto/util');
const { asymmetricHandle, kPublic, kPrivate } = require('internal/crypto/keys');

const kDigest = Symbol('kDigest');

function integerOption(options, name) {
  const value = options?.[name];
  if (value === undefined) return undefined;
  if (value === value >> 0) return value;
  throw new ERR_INVALID_ARG_VALUE(`options.${name}`, value);
}

// What an options object beside, or around, a key says of the signature.
function signatureOptions(key, type) {
  const options = typeof key === 'object' && key !== null ? key : undefined;
  const padding = integerOption(options, 'padding');
  const saltLength = integerOption(options, 'saltLength');
  const encoding = options?.dsaEncoding;
  if (encoding !== undefined && encoding !== 'der' && encoding !== 'ieee-p1363') {
    throw new ERR_INVALID_ARG_VALUE('options.dsaEncoding', encoding);
  }
  let context;
  if (options !== undefined && options.context !== undefined && !options[kHandle]) {
    context = getArrayBufferOrView(options.context, 'options.context');
    if (!takesContext(type)) throw new ERR_CRYPTO_OPERATION_FAILED('Context parameter is unsupported');
  }
  return [padding, saltLength, encoding === 'ieee-p1363', context];
}

// RFC 8032 and FIPS 204, 205: Ed448, Ed25519ctx and the post-quantum signatures.
const takesContext = (type) => /^(ed25519|ed448|ml-dsa-|slh-dsa-)/.test(type);

// Of these, a digest made beforehand is not what is signed.
const signsDigests = (type) => type === 'rsa' || type === 'rsa-pss' || type === 'dsa' || type === 'ec';

function setUp(stream, algorithm, options) {
  validateString(algorithm, 'algorithm');
  if (native.digestSize(algorithm) === undefined) {
    const error = new ERR_CRYPTO_INVALID_DIGEST(algorithm);
    error.message = 'Invalid digest';
    throw error;
  }
  stream[kDigest] = algorithm;
  stream[kHandle] = new NativeHash(algorithm);
  Writable.call(stream, options);
}

function Sign(algorithm, options) {
  if (!new.target) return new Sign(algorithm, options);
  setUp(this, algorithm, options);
}

function Verify(algorithm, options) {
  if (!new.target) return new Verify(algorithm, options);
  setUp(this, algorithm, options);
}

function stillOpen(stream) {
  if (stream[kHandle] !== null) return;
  const { ERR_CRYPTO_INVALID_STATE } = require('internal/errors').codes;
  const error = new ERR_CRYPTO_INVALID_STATE('');
  error.message = 'Not initialised';
  throw error;
}

function update(data, encoding) {
  encoding ||= undefined;
  let input = data;
  if (typeof data === 'string') {
    if (encoding !== undefined && encoding !== 'buffer') validateEncoding(data, encoding);
    input = stringToBytes(data, encoding);
  } else if (!ArrayBuffer.isView(data)) {
    throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], data);
  }
  stillOpen(this);
  this[kHandle].update(input);
  return this;
}

for (const type of [Sign, Verify]) {
  Object.setPrototypeOf(type.prototype, Writable.prototype);
  Object.setPrototypeOf(type, Writable);
  type.prototype._write = function _write(chunk, encoding, callback) {
    this.update(chunk, encoding);
    callback();
  };
  type.prototype.update = update;
}

function takeDigest(stream, handle) {
  stillOpen(stream);
  const digest = stream[kHandle].digest();
  stream[kHandle] = null;
  const { type } = describe(handle);
  if (!signsDigests(type)) throw new ERR_CRYPTO_UNSUPPORTED_OPERATION();
  return digest;
}

Sign.prototype.sign = function sign(options, encoding) {
  if (!options) throw new ERR_CRYPTO_SIGN_KEY_REQUIRED();
  const handle = asymmetricHandle(options, kPrivate, 'privateKey');
  const how = signatureOptions(options, describe(handle).type);
  const signature = native.signDigest(takeDigest(this, handle), handle, this[kDigest], ...how);
  return encoding && encoding !== 'buffer' ? signature.toString(encoding) : signature;
};

Verify.prototype.verify = function verify(options, signature, encoding) {
  const handle = asymmetricHandle(options, kPublic, 'key');
  const how = signatureOptions(options, describe(handle).type);
  const bytes = getArrayBufferOrView(signature, 'signature', encoding);
  return native.verifyDigest(takeDigest(this, handle), handle, this[kDigest], ...how, bytes);
};

function sign(algorithm, data, key, callback) {
  if (algorithm !== null && algorithm !== undefined) validateString(algorithm, 'algorithm');
  if (callback !== undefined) validateFunction(callback, 'callback');
  const message = getArrayBufferOrView(data, 'data');
  if (!key) throw new ERR_CRYPTO_SIGN_KEY_REQUIRED();
  const handle = asymmetricHandle(key, kPrivate, 'key');
  const how = signatureOptions(key, describe(handle).type);
  return native.sign(message, handle, algorithm, ...how, answer(callback));
}

function verify(algorithm, data, key, signature, callback) {
  if (algorithm !== null && algorithm !== undefined) validateString(algorithm, 'algorithm');
  if (callback !== undefined) validateFunction(callback, 'callback');
  const message = getArrayBufferOrView(data, 'data');
  const bytes = getArrayBufferOrView(signature, 'signature');
  const handle = asymmetricHandle(key, kPublic, 'key');
  const how = signatureOptions(key, describe(handle).type);
  return native.verify(message, handle, algorithm, ...how, bytes, answer(callback));
}

function answer(callback) {
  if (callback === undefined) return undefined;
  return (error, result) => {
    if (error) callback(error);
    else callback(null, result);
  };
}

module.exports = {
  createSign: (algorithm, options) => new Sign(algorithm, options),
  createVerify: (algorithm, options) => new Verify(algorithm, options),
  sign, verify, Sign, Verify,
};
