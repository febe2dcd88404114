'use strict';

// KeyObject and its kinds, and keys as arguments of other functions. Documented in doc/api/crypto.md, "Class: KeyObject".

const {
  codes: { ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const { validateObject } = require('internal/validators');
const native = internalBinding('crypto_keys');
const { KeyHandle } = native;
const { kHandle, getArrayBufferOrView, isAnyArrayBuffer } = require('internal/crypto/util');
const { keyEncoding } = require('internal/crypto/key_encoding');

const kPublic = 1;
const kPrivate = 2;

const kType = Symbol('kType');
const kKeyObject = Symbol('kKeyObject');  // of a CryptoKey
const bytesTypes = ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

class KeyObject {
  #type;

  constructor(type, handle) {
    if (type !== 'secret' && type !== 'public' && type !== 'private') throw new ERR_INVALID_ARG_VALUE('type', type);
    if (typeof handle !== 'object' || !(handle instanceof KeyHandle)) {
      throw new ERR_INVALID_ARG_TYPE('handle', 'object', handle);
    }
    this.#type = type;
    Object.defineProperty(this, kHandle, { __proto__: null, value: handle, enumerable: false });
  }

  get type() {
    return this.#type;
  }

  static from(key) {
    if (!isCryptoKey(key)) throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
    return key[kKeyObject];
  }

  // Not only ours: an object of another copy of the class is told by its private field.
  static [kType](value) {
    return typeof value === 'object' && value !== null && #type in value ? value.#type : undefined;
  }

  toCryptoKey(algorithm, extractable, keyUsages) {
    return require('internal/crypto/webcrypto').keyObjectToCryptoKey(this, algorithm, extractable, keyUsages);
  }

  equals(otherKeyObject) {
    if (!isKeyObject(otherKeyObject)) throw new ERR_INVALID_ARG_TYPE('otherKeyObject', 'KeyObject', otherKeyObject);
    return otherKeyObject.type === this.type && native.equals(this[kHandle], otherKeyObject[kHandle]);
  }
}

Object.defineProperties(KeyObject.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'KeyObject' },
});

class SecretKeyObject extends KeyObject {
  constructor(handle) {
    super('secret', handle);
  }

  get symmetricKeySize() {
    return native.describe(this[kHandle]);
  }

  export(options) {
    if (options !== undefined) {
      validateObject(options, 'options');
      const { format } = options;
      if (format === 'jwk') return require('internal/crypto/jwk').exportJwk(this);
      if (format !== undefined && format !== 'buffer') throw new ERR_INVALID_ARG_VALUE('options.format', format);
    }
    return native.secretBytes(this[kHandle]);
  }
}

class AsymmetricKeyObject extends KeyObject {
  #description;
  #details;

  get asymmetricKeyType() {
    this.#description ??= native.describe(this[kHandle]);
    return this.#description.type;
  }

  get asymmetricKeyDetails() {
    this.#details ??= require('internal/crypto/key_details').keyDetails(this[kHandle]);
    return { ...this.#details };
  }
}

function exportKey(key, options) {
  const isPublic = key.type === 'public';
  if (options?.format === 'jwk') {
    validateObject(options, 'options');
    keyEncoding(options, { isPublic, output: true, name: 'options' });
    return require('internal/crypto/jwk').exportJwk(key);
  }
  validateObject(options, 'options');
  return serialize(key, keyEncoding(options, { isPublic, output: true, name: 'options', keyType: key.asymmetricKeyType }));
}

// A key in an encoding that keyEncoding() has read.
function serialize(key, encoding) {
  if (encoding.format === 'jwk') return require('internal/crypto/jwk').exportJwk(key);
  return native.serialize(key[kHandle], encoding.format === 'pem', encoding.type, encoding.cipher, encoding.passphrase);
}

class PublicKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super('public', handle);
  }

  export(options) {
    return exportKey(this, options);
  }
}

class PrivateKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super('private', handle);
  }

  export(options) {
    return exportKey(this, options);
  }
}

function isKeyObject(value) {
  return KeyObject[kType](value) !== undefined;
}

function isCryptoKey(value) {
  return typeof value === 'object' && value !== null && isKeyObject(value[kKeyObject]);
}

const isBytes = (value) => ArrayBuffer.isView(value) || isAnyArrayBuffer(value);

// The bytes of a secret key, or of a CryptoKey of one; undefined when `value` is no key at all.
function secretKeyBytes(value) {
  if (isCryptoKey(value)) value = value[kKeyObject];
  const type = KeyObject[kType](value);
  if (type === undefined) return undefined;
  if (type !== 'secret') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(type, 'secret');
  return native.secretBytes(value[kHandle]);
}

function handleOf(key, want, name) {
  const expected = want === kPublic ? 'private or public' : 'private';
  if (key.type === 'secret') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, expected);
  if (want === kPrivate && key.type === 'public') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(key.type, 'private');
  return key[kHandle];
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
  if (isCryptoKey(key) && objects) key = key[kKeyObject];
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
    if (objects && isCryptoKey(data)) return handleOf(data[kKeyObject], want, name);
    if (key.format === 'jwk') {
      validateObject(data, `${name}.key`);
      return require('internal/crypto/jwk').importJwk(data, want === kPrivate);
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
  const source = isCryptoKey(key) ? key[kKeyObject] : isKeyObject(key) ? key :
    isKeyObject(key?.key) ? key.key : isCryptoKey(key?.key) ? key.key[kKeyObject] : undefined;
  if (source !== undefined) {
    if (source.type !== 'private') throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(source.type, 'private');
    const handle = new KeyHandle();
    native.toPublic(source[kHandle], handle);
    return new PublicKeyObject(handle);
  }
  return new PublicKeyObject(asymmetricHandle(key, kPublic, 'key', false));
}

function createPrivateKey(key) {
  return new PrivateKeyObject(asymmetricHandle(key, kPrivate, 'key', false));
}

module.exports = {
  KeyObject, SecretKeyObject, PublicKeyObject, PrivateKeyObject, createSecretKey, createPublicKey, createPrivateKey,
  asymmetricHandle, secretKeyBytes, secretKeyFrom, isKeyObject, isCryptoKey, serialize, kPublic, kPrivate, kKeyObject,
};
