'use strict';

// Making key objects, and keys as arguments of other functions. Documented in doc/api/crypto.md, "Class: KeyObject".

const {
  codes: { ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const { validateObject } = require('internal/validators');
const native = internalBinding('crypto_keys');
const { KeyHandle } = native;
const { getArrayBufferOrView, isAnyArrayBuffer } = require('internal/crypto/util');
const { keyEncoding, rawFormats } = require('internal/crypto/key_encoding');
const {
  KeyObject, SecretKeyObject, PublicKeyObject, PrivateKeyObject, isKeyObject, isCryptoKey, serialize, typeOf, nativeHandle,
  keyObjectOf,
} = require('internal/crypto/key_object');

const kPublic = 1;
const kPrivate = 2;

const bytesTypes = ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

const isBytes = (value) => ArrayBuffer.isView(value) || isAnyArrayBuffer(value);

// The bytes of a secret key, or of a CryptoKey of one; undefined when `value` is no key at all.
function secretKeyBytes(value) {
  if (isCryptoKey(value)) value = keyObjectOf(value);
  const type = typeOf(value);
  if (type === undefined) return undefined;
  if (type !== 'secret') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(type, 'secret');
  return native.secretBytes(nativeHandle(value));
}

function handleOf(key, want, name) {
  const expected = want === kPublic ? 'private or public' : 'private';
  if (key.type === 'secret') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, expected);
  if (want === kPrivate && key.type === 'public') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, 'private');
  return nativeHandle(key);
}

function parse(want, data, encoding, name) {
  const { format, type, passphrase } = encoding;
  const handle = new KeyHandle();
  native.parse(handle, want, data, format === 'pem', type, passphrase);
  return handle;
}

// The native handle of a public (or private, where a public one does) key that a caller passed: a key object, PEM, or an
// object with `key` and how it is encoded. `objects`: key objects are welcome.
function asymmetricHandle(key, want, name = 'key', objects = true) {
  if (isCryptoKey(key) && objects) key = keyObjectOf(key);
  if (isKeyObject(key) && objects) return handleOf(key, want, name);
  if (typeof key === 'string' || isBytes(key)) {
    return parse(want, getArrayBufferOrView(key, name), { format: 'pem' }, name);
  }
  const allowed = [...bytesTypes];
  if (objects) allowed.push('KeyObject', 'CryptoKey');
  if (want === kPrivate || !objects) allowed.push('URL');
  if (typeof key === 'object' && key !== null && !isKeyObject(key) && !isCryptoKey(key)) {
    const { key: data, encoding } = key;
    if (objects && isKeyObject(data)) return handleOf(data, want, name);
    if (objects && isCryptoKey(data)) return handleOf(keyObjectOf(data), want, name);
    if (key.format === 'jwk') {
      validateObject(data, `${name}.key`);
      return require('internal/crypto/jwk').importJwk(data, want === kPrivate);
    }
    if (rawFormats.includes(key.format)) {
      if (want === kPrivate && key.format === 'raw-public') throw new ERR_INVALID_ARG_VALUE(`${name}.format`, key.format);
      return require('internal/crypto/raw_keys').importRaw(key, name);
    }
    if (typeof data !== 'string' && !isBytes(data)) {
      throw new ERR_INVALID_ARG_TYPE(`${name}.key`, allowed, data);
    }
    const how = keyEncoding(key, { isPublic: want === kPrivate ? false : undefined, output: false, name });
    return parse(want, getArrayBufferOrView(data, `${name}.key`, encoding), how, name);
  }
  throw new ERR_INVALID_ARG_TYPE(name, allowed, key);
}

function createSecretKey(key, encoding) {
  if (typeof key !== 'string' && !isBytes(key)) {
    throw new ERR_INVALID_ARG_TYPE('key', bytesTypes.slice(typeof encoding === 'string' ? 0 : 1), key);
  }
  return secretKeyFrom(getArrayBufferOrView(key, 'key', encoding));
}

function secretKeyFrom(bytes) {
  const handle = new KeyHandle();
  native.setSecret(handle, bytes);
  return new SecretKeyObject(handle);
}

function createPublicKey(key) {
  const source = isCryptoKey(key) ? keyObjectOf(key) : isKeyObject(key) ? key :
    isKeyObject(key?.key) ? key.key : isCryptoKey(key?.key) ? keyObjectOf(key.key) : undefined;
  if (source !== undefined) {
    if (source.type !== 'private') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(source.type, 'private');
    const handle = new KeyHandle();
    native.toPublic(nativeHandle(source), handle);
    return new PublicKeyObject(handle);
  }
  return new PublicKeyObject(asymmetricHandle(key, kPublic, 'key', false));
}

function createPrivateKey(key) {
  return new PrivateKeyObject(asymmetricHandle(key, kPrivate, 'key', false));
}

module.exports = {
  KeyObject, SecretKeyObject, PublicKeyObject, PrivateKeyObject, createSecretKey, createPublicKey, createPrivateKey,
  asymmetricHandle, secretKeyBytes, secretKeyFrom, nativeHandle, isKeyObject, isCryptoKey, serialize, kPublic, kPrivate, keyObjectOf,
};
