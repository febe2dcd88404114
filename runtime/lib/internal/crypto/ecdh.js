'use strict';

// ECDH, and conversion of the points that are its public keys. Documented in doc/api/crypto.md.

const {
  codes: {
    ERR_CRYPTO_ECDH_INVALID_FORMAT, ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY, ERR_CRYPTO_INVALID_CURVE,
    ERR_CRYPTO_INVALID_KEYPAIR, ERR_CRYPTO_INVALID_KEYTYPE,
  },
} = require('internal/errors');
const { validateString } = require('internal/validators');
const native = internalBinding('crypto_agree');
const { curveName, getCurves: listCurves } = internalBinding('crypto_keys');
const { getArrayBufferOrView } = require('internal/crypto/util');
const { encode, toBuffer } = require('internal/crypto/diffie_hellman');
const { emitWarningOnce, nativeError } = require('internal/crypto/names');

// SEC 1, 2.3.3: the first octet of a point says how it goes on.
const kCompressed = 2;
const kUncompressed = 4;
const kHybrid = 6;

function formOf(format) {
  switch (format) {
    case undefined:
    case null:
    case '':
    case 'uncompressed':
      return kUncompressed;
    case 'compressed':
      return kCompressed;
    case 'hybrid':
      return kHybrid;
    default:
      throw new ERR_CRYPTO_ECDH_INVALID_FORMAT(format);
  }
}

function knownCurve(curve) {
  validateString(curve, 'curve');
  const name = curveName(curve);
  if (name === undefined) throw new ERR_CRYPTO_INVALID_CURVE();
  return name;
}

class ECDH {
  #curve;
  #private;
  #public;
  #mismatched = false;

  constructor(curve) {
    this.#curve = knownCurve(curve);
  }

  computeSecret(key, inputEncoding, outputEncoding) {
    const other = getArrayBufferOrView(key, 'key', inputEncoding);
    if (this.#mismatched) throw new ERR_CRYPTO_INVALID_KEYPAIR();
    const secret = this.#private === undefined ? undefined : native.ecShared(this.#curve, this.#private, other);
    if (secret === undefined) throw new ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY();
    return encode(secret, outputEncoding);
  }

  setPrivateKey(key, encoding) {
    const bytes = toBuffer(getArrayBufferOrView(key, 'key', encoding));
    const point = native.ecPublic(this.#curve, bytes);
    if (point === undefined) throw new ERR_CRYPTO_INVALID_KEYTYPE('Private key is not valid for specified curve.');
    this.#private = bytes;
    this.#public = point;
    this.#mismatched = false;
    return this;
  }

  setPublicKey(key, encoding) {
    emitWarningOnce('DEP0031', 'ecdh.setPublicKey() is deprecated.');
    const point = native.ecPoint(this.#curve, getArrayBufferOrView(key, 'key', encoding), kUncompressed);
    if (point === undefined) throw nativeError('ERR_CRYPTO_OPERATION_FAILED', 'Failed to convert Buffer to EC_POINT');
    this.#public = point;
    this.#mismatched = this.#private !== undefined && !point.equals(native.ecPublic(this.#curve, this.#private));
    return this;
  }

  getPrivateKey(encoding) {
    if (this.#private === undefined) throw nativeError('ERR_CRYPTO_OPERATION_FAILED', 'Failed to get ECDH private key');
    return encode(this.#private, encoding);
  }

  generateKeys(encoding, format) {
    this.#private = native.ecGenerate(this.#curve);
    this.#public = native.ecPublic(this.#curve, this.#private);
    this.#mismatched = false;
    return this.getPublicKey(encoding, format);
  }

  getPublicKey(encoding, format) {
    const form = formOf(format);
    if (this.#public === undefined) throw nativeError('ERR_CRYPTO_OPERATION_FAILED', 'Failed to get ECDH public key');
    return encode(native.ecPoint(this.#curve, this.#public, form), encoding);
  }

  static convertKey(key, curve, inputEncoding, outputEncoding, format) {
    validateString(curve, 'curve');
    const bytes = getArrayBufferOrView(key, 'key', inputEncoding);
    const name = knownCurve(curve);
    const point = native.ecPoint(name, bytes, formOf(format));
    if (point === undefined) throw nativeError('ERR_CRYPTO_OPERATION_FAILED', 'Failed to convert Buffer to EC_POINT');
    return encode(point, outputEncoding);
  }
}

// Callable without `new`, as it was before there were classes.
function ECDHFunction(curve) {
  return new ECDH(curve);
}
Object.defineProperty(ECDHFunction, 'name', { __proto__: null, value: 'ECDH', configurable: true });
ECDHFunction.prototype = ECDH.prototype;
ECDHFunction.convertKey = ECDH.convertKey;
Object.defineProperty(ECDH.prototype, 'constructor', {
  __proto__: null, value: ECDHFunction, writable: true, enumerable: false, configurable: true,
});

let curves;
function getCurves() {
  curves ??= listCurves();
  return curves.slice();
}

module.exports = { ECDH: ECDHFunction, createECDH: (curve) => new ECDH(curve), getCurves };
