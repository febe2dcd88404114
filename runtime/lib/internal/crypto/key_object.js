'use strict';

// KeyObject and its kinds. Documented in doc/api/crypto.md, "Class: KeyObject".

const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS },
} = require('internal/errors');
const { validateObject } = require('internal/validators');
const native = internalBinding('crypto_keys');
const { KeyHandle } = native;
const { keyEncoding, rawFormats } = require('internal/crypto/key_encoding');

const asymmetric = ['public', 'private'];

const { kClone, markTransferMode } = require('internal/worker/transfer');

// What only the class can see: the type of a key, undefined of other values; and its native half.
let typeOf;
let nativeHandle;

function receiver(value, types) {
  const type = typeOf(value);
  if (type === undefined || (types !== undefined && !types.includes(type))) throw new ERR_INVALID_THIS('KeyObject');
  return value;
}

class KeyObject {
  #type;
  #handle;

  constructor(type, handle) {
    if (type !== 'secret' && type !== 'public' && type !== 'private') throw new ERR_INVALID_ARG_VALUE('type', type);
    if (typeof handle !== 'object' || !(handle instanceof KeyHandle)) {
      throw new ERR_INVALID_ARG_TYPE('handle', 'object', handle);
    }
    markTransferMode(this, true, false);
    this.#type = type;
    this.#handle = handle;
  }

  static {
    typeOf = (value) => (typeof value === 'object' && value !== null && #type in value ? value.#type : undefined);
    nativeHandle = (key) => key.#handle;
  }

  [kClone]() {
    return { data: { type: this.#type, handle: this.#handle }, deserializeInfo: 'internal/crypto/key_object:reviveKey' };
  }

  get type() {
    return receiver(this).#type;
  }

  static from(key) {
    if (!isCryptoKey(key)) throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
    return require('internal/crypto/cryptokey').slotsOf(key).keyObject;
  }

  toCryptoKey(algorithm, extractable, keyUsages) {
    return require('internal/crypto/webcrypto').keyObjectToCryptoKey(this, algorithm, extractable, keyUsages);
  }

  equals(otherKeyObject) {
    if (!isKeyObject(otherKeyObject)) throw new ERR_INVALID_ARG_TYPE('otherKeyObject', 'KeyObject', otherKeyObject);
    return receiver(this) && otherKeyObject.#type === this.#type && native.equals(this.#handle, otherKeyObject.#handle);
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
    return native.describe(nativeHandle(receiver(this, ['secret'])));
  }

  export(options) {
    if (options !== undefined) {
      validateObject(options, 'options');
      const { format } = options;
      if (format === 'jwk') return require('internal/crypto/jwk').exportJwk(this);
      if (format !== undefined && format !== 'buffer') throw new ERR_INVALID_ARG_VALUE('options.format', format);
    }
    return native.secretBytes(nativeHandle(receiver(this, ['secret'])));
  }
}

class AsymmetricKeyObject extends KeyObject {
  #description;
  #details;

  get asymmetricKeyType() {
    receiver(this, asymmetric);
    this.#description ??= native.describe(nativeHandle(this));
    return this.#description.type;
  }

  get asymmetricKeyDetails() {
    receiver(this, asymmetric);
    this.#details ??= require('internal/crypto/key_details').keyDetails(nativeHandle(this));
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
  return serialize(key, keyEncoding(options, { isPublic, output: true, name: 'options', keyType: native.describe(nativeHandle(key)).type }));
}

// A key in an encoding that keyEncoding() has read.
function serialize(key, encoding) {
  if (encoding.format === 'jwk') return require('internal/crypto/jwk').exportJwk(key);
  if (rawFormats.includes(encoding.format)) return require('internal/crypto/raw_keys').exportRaw(nativeHandle(key), encoding);
  return native.serialize(nativeHandle(key), encoding.format === 'pem', encoding.type, encoding.cipher, encoding.passphrase);
}

class PublicKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super('public', handle);
  }

  export(options) {
    return exportKey(receiver(this, asymmetric), options);
  }
}

class PrivateKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super('private', handle);
  }

  export(options) {
    return exportKey(receiver(this, asymmetric), options);
  }
}

function isKeyObject(value) {
  return typeOf(value) !== undefined;
}

// The key object that a CryptoKey is of; undefined of other values.
function keyObjectOf(value) {
  return require('internal/crypto/cryptokey').slotsOf(value)?.keyObject;
}

function isCryptoKey(value) {
  return keyObjectOf(value) !== undefined;
}

function reviveKey({ type, handle }) {
  return new { secret: SecretKeyObject, public: PublicKeyObject, private: PrivateKeyObject }[type](handle);
}

module.exports = {
  reviveKey,
  KeyObject, SecretKeyObject, PublicKeyObject, PrivateKeyObject, isKeyObject, isCryptoKey, serialize, typeOf, nativeHandle,
  keyObjectOf,
};
