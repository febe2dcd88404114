'use strict';

// node:crypto. The parts live in internal/crypto/; this file is their public face.

const { Hash, Hmac, hash } = require('internal/crypto/hash');
const random = require('internal/crypto/random');
const kdf = require('internal/crypto/kdf');
const { getHashes } = require('internal/crypto/util');
const { timingSafeEqual: timingSafeEqualNative } = internalBinding('crypto_random');
const { codes: { ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH, ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { isAnyArrayBuffer } = require('internal/crypto/util');
const { deprecate } = require('internal/util');
const { hasBuiltin } = require('internal/bootstrap/realm');

function timingSafeEqual(a, b) {
  if (!isAnyArrayBuffer(a) && !ArrayBuffer.isView(a)) {
    throw new ERR_INVALID_ARG_TYPE('buf1', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], a);
  }
  if (!isAnyArrayBuffer(b) && !ArrayBuffer.isView(b)) {
    throw new ERR_INVALID_ARG_TYPE('buf2', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], b);
  }
  if (a.byteLength !== b.byteLength) throw new ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH();
  return timingSafeEqualNative(a, b);
}

function createHash(algorithm, options) {
  return new Hash(algorithm, options);
}

function createHmac(algorithm, key, options) {
  return new Hmac(algorithm, key, options);
}

const {
  randomBytes, randomFill, randomFillSync, randomInt, randomUUID, randomUUIDv7, generatePrime, generatePrimeSync,
  checkPrime, checkPrimeSync,
  getRandomValues,
} = random;
const { pbkdf2, pbkdf2Sync, scrypt, scryptSync, hkdf, hkdfSync } = kdf;

module.exports = {
  Hash: deprecate(Hash, 'crypto.Hash constructor is deprecated.', 'DEP0179'),
  Hmac: deprecate(Hmac, 'crypto.Hmac constructor is deprecated.', 'DEP0181'),
  createHash, createHmac, hash, getHashes, timingSafeEqual,
  randomBytes, randomFill, randomFillSync, randomInt, randomUUID, randomUUIDv7, generatePrime, generatePrimeSync,
  checkPrime, checkPrimeSync,
  pbkdf2, pbkdf2Sync, scrypt, scryptSync, hkdf, hkdfSync, getRandomValues,
};

const pending = require('internal/options').getOptionValue('--pending-deprecation');
for (const name of ['pseudoRandomBytes', 'prng', 'rng']) {
  Object.defineProperty(module.exports, name, {
    __proto__: null, configurable: true, enumerable: false, writable: true,
    value: pending ? deprecate(randomBytes, `crypto.${name} is deprecated.`, 'DEP0115') : randomBytes,
  });
}
// Keys, ciphers, signatures and certificates.
for (const id of ['internal/crypto/public']) if (hasBuiltin(id)) require(id).addTo(module.exports);
