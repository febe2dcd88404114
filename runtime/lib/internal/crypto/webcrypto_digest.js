'use strict';

// Digests and HMAC: Web Cryptography API, 31 and 32.

const { Hash: NativeHash, Hmac: NativeHmac } = internalBinding('crypto_hash');
const { Buffer } = require('buffer');
const { keepBits } = require('internal/crypto/keccak');
const { randomBytes } = require('internal/crypto/random');
const { makeCryptoKey, slotsOf } = require('internal/crypto/cryptokey');
const { domError, operationError, register } = require('internal/crypto/webcrypto_convert');
const {
  checkJwk, checkJwkAlg, checkUsages, exportJwk, importOct, makeSecret, secretOf, toArrayBuffer, unsupported,
} = require('internal/crypto/webcrypto_keys');

// OpenSSL's name of each digest, and the bits of one block of it.
const digests = {
  '__proto__': null,
  'SHA-1': ['sha1', 512], 'SHA-256': ['sha256', 512], 'SHA-384': ['sha384', 1024], 'SHA-512': ['sha512', 1024],
  'SHA3-256': ['sha3-256', 1088], 'SHA3-384': ['sha3-384', 832], 'SHA3-512': ['sha3-512', 576],
};
const digestName = (hash) => digests[hash.name][0];

function digestOf(name) {
  register(name, { digest: 'Algorithm' });
  return {
    digest(algorithm, data) {
      const hash = new NativeHash(digests[name][0]);
      hash.update(data);
      return toArrayBuffer(hash.digest());
    },
  };
}

const allowed = ['sign', 'verify'];

function hmacAlg(hash) {
  return hash.name === 'SHA-1' ? 'HS1' : /^SHA-/.test(hash.name) ? `HS${hash.name.slice(4)}` : undefined;
}

function mac(key, data) {
  const { algorithm } = slotsOf(key);
  const hmac = new NativeHmac(digestName(algorithm.hash), secretOf(key));
  hmac.update(data);
  return hmac.digest();
}

const hmac = {
  generateKey({ hash, length = digests[hash.name][1] }, extractable, usages) {
    checkUsages(usages, allowed, 'HMAC');
    if (length === 0) throw operationError('HmacKeyGenParams.length cannot be 0');
    const algorithm = { name: 'HMAC', length, hash: { name: hash.name } };
    const bytes = keepBits(randomBytes(Math.ceil(length / 8)), length);
    return makeCryptoKey(makeSecret(bytes), algorithm, usages, extractable);
  },
  importKey(format, data, { hash, length }, extractable, usages) {
    checkUsages(usages, allowed, 'HMAC');
    if (length === 0) throw domError('DataError', 'HmacImportParams.length cannot be 0');
    if (format === 'jwk') {
      checkJwk(data, { kty: 'oct', use: 'sig', usages, extractable });
      const bytes = importOct(data);
      checkJwkAlg(data, hmacAlg(hash));
      data = bytes;
    } else if (format !== 'raw' && format !== 'raw-secret') {
      throw unsupported('import', 'HMAC', format);
    }
    if (data.length === 0) throw domError('DataError', 'Zero-length key is not supported');
    const bits = length ?? data.length * 8;
    if (Math.ceil(bits / 8) !== data.length) throw domError('DataError', 'Invalid key length');
    const algorithm = { name: 'HMAC', length: bits, hash: { name: hash.name } };
    return makeCryptoKey(makeSecret(keepBits(data, bits)), algorithm, usages, extractable);
  },
  exportKey(format, key) {
    if (format === 'jwk') return exportJwk(key, hmacAlg(slotsOf(key).algorithm.hash));
    if (format === 'raw' || format === 'raw-secret') return toArrayBuffer(secretOf(key));
    throw unsupported('export', 'HMAC secret key', format);
  },
  getKeyLength({ hash, length }) {
    if (length === undefined) return digests[hash.name][1];
    if (length === 0) throw operationError('HmacImportParams.length cannot be 0');
    return length;
  },
  sign: (algorithm, key, data) => toArrayBuffer(mac(key, data)),
  verify(algorithm, key, signature, data) {
    const expected = mac(key, data);
    const { timingSafeEqual } = internalBinding('crypto_random');
    return expected.length === signature.length && timingSafeEqual(expected, Buffer.from(signature));
  },
};
register('HMAC', {
  generateKey: 'HmacKeyGenParams', importKey: 'HmacImportParams', exportKey: 'Algorithm', getKeyLength: 'HmacImportParams',
  sign: 'Algorithm', verify: 'Algorithm',
});

const algorithms = { HMAC: hmac };
for (const name of Object.keys(digests)) algorithms[name] = digestOf(name);
module.exports = { algorithms, digestName };
