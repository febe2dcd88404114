'use strict';

// AES in its modes, and ChaCha20-Poly1305: Web Cryptography API, 27 to 30, and Modern Algorithms in the same.

const { Cipher } = internalBinding('crypto_cipher');
const { Buffer } = require('buffer');
const { randomBytes } = require('internal/crypto/random');
const { makeCryptoKey } = require('internal/crypto/cryptokey');
const { domError, operationError, register } = require('internal/crypto/webcrypto_convert');
const {
  checkJwk, checkJwkAlg, checkUsages, exportJwk, importOct, makeSecret, secretOf, toArrayBuffer, unsupported,
} = require('internal/crypto/webcrypto_keys');

const cipherUsages = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'];
const wrapUsages = ['wrapKey', 'unwrapKey'];

function run(name, key, encrypt, iv, data, { tagLength = -1, additionalData } = {}) {
  try {
    const cipher = new Cipher(encrypt, name, key, iv, tagLength);
    let tag;
    if (tagLength !== -1 && !encrypt) {
      if (data.length < tagLength) throw operationError();
      tag = data.subarray(data.length - tagLength);
      data = data.subarray(0, data.length - tagLength);
      cipher.setAuthTag(tag);
    }
    if (additionalData?.length > 0) cipher.setAAD(additionalData, -1);
    const parts = [cipher.update(data), cipher.final()];
    if (tagLength !== -1 && encrypt) parts.push(cipher.getAuthTag());
    return toArrayBuffer(Buffer.concat(parts));
  } catch (error) {
    throw operationError(undefined, error);
  }
}

function cbc(encrypt, { iv }, key, data) {
  if (iv.length !== 16) throw operationError('algorithm.iv must contain exactly 16 bytes');
  return run(`aes-${key.length * 8}-cbc`, key, encrypt, iv, data);
}

// Only the low `length` bits of the counter count: when they come round, the rest stays.
function ctr(encrypt, { counter, length }, key, data) {
  if (counter.length !== 16) throw operationError('algorithm.counter must contain exactly 16 bytes');
  if (length === 0 || length > 128) throw operationError('AES-CTR algorithm.length must be between 1 and 128');
  const name = `aes-${key.length * 8}-ctr`;
  const blocks = BigInt(Math.ceil(data.length / 16));
  const size = 1n << BigInt(length);
  if (blocks > size) throw operationError();
  const value = BigInt(`0x${counter.toString('hex')}`);
  const beforeWrap = size - (value & (size - 1n));
  if (blocks <= beforeWrap) return run(name, key, encrypt, counter, data);
  const split = Number(beforeWrap) * 16;
  const rest = Buffer.from((value & ~(size - 1n)).toString(16).padStart(32, '0'), 'hex');
  return toArrayBuffer(Buffer.concat([
    Buffer.from(run(name, key, encrypt, counter, data.subarray(0, split))),
    Buffer.from(run(name, key, encrypt, rest, data.subarray(split))),
  ]));
}

const tagLengths = {
  '__proto__': null,
  'AES-GCM': [32, 64, 96, 104, 112, 120, 128],
  'AES-OCB': [64, 96, 128],
  'ChaCha20-Poly1305': [128],
};

function aead(encrypt, { name, iv, additionalData, tagLength = 128 }, key, data) {
  if (!tagLengths[name].includes(tagLength)) throw operationError(`${tagLength} is not a valid ${name} tag length`);
  if (name === 'AES-OCB' && (iv.length === 0 || iv.length > 15)) {
    throw operationError('AES-OCB algorithm.iv must be no more than 15 bytes');
  }
  if (name === 'ChaCha20-Poly1305' && iv.length !== 12) throw operationError('algorithm.iv must contain exactly 12 bytes');
  const cipher = name === 'ChaCha20-Poly1305' ? 'chacha20-poly1305' : `aes-${key.length * 8}-${name.slice(4).toLowerCase()}`;
  return run(cipher, key, encrypt, iv, data, { tagLength: tagLength / 8, additionalData });
}

// RFC 3394: the usual initial value.
const wrapIv = Buffer.alloc(8, 0xa6);
function keyWrap(encrypt, algorithm, key, data) {
  return run(`id-aes${key.length * 8}-wrap`, key, encrypt, wrapIv, data);
}

const bulk = { 'AES-CBC': cbc, 'AES-CTR': ctr, 'AES-GCM': aead, 'AES-OCB': aead, 'ChaCha20-Poly1305': aead };
const params = {
  'AES-CBC': 'AesCbcParams', 'AES-CTR': 'AesCtrParams', 'AES-GCM': 'AeadParams', 'AES-OCB': 'AeadParams',
  'ChaCha20-Poly1305': 'AeadParams',
};

function jwkAlg(name, bits) {
  return name === 'ChaCha20-Poly1305' ? 'C20P' : `A${bits}${name.slice(4)}`;
}

function keyAlgorithm(name, bits) {
  return name === 'ChaCha20-Poly1305' ? { name } : { name, length: bits };
}

function checkLength(name, length) {
  if (name !== 'ChaCha20-Poly1305' && length !== 128 && length !== 192 && length !== 256) {
    throw operationError('AES key length must be 128, 192, or 256 bits');
  }
}

function operations(name) {
  const allowed = name === 'AES-KW' ? wrapUsages : cipherUsages;
  const chacha = name === 'ChaCha20-Poly1305';
  const legacyRaw = !chacha && name !== 'AES-OCB';
  const ops = {
    generateKey({ length }, extractable, usages) {
      checkUsages(usages, allowed, name);
      if (chacha) length = 256;
      checkLength(name, length);
      return makeCryptoKey(makeSecret(randomBytes(length / 8)), keyAlgorithm(name, length), usages, extractable);
    },
    importKey(format, data, algorithm, extractable, usages) {
      checkUsages(usages, allowed, name);
      if (format === 'jwk') {
        checkJwk(data, { kty: 'oct', use: 'enc', usages, extractable });
        const bytes = importOct(data);
        checkBytes(bytes);
        checkJwkAlg(data, jwkAlg(name, bytes.length * 8));
        data = bytes;
      } else if (format !== 'raw-secret' && !(format === 'raw' && legacyRaw)) {
        throw unsupported('import', name, format);
      }
      checkBytes(data);
      return makeCryptoKey(makeSecret(data), keyAlgorithm(name, data.length * 8), usages, extractable);
    },
    exportKey(format, key) {
      if (format === 'jwk') return exportJwk(key, jwkAlg(name, secretOf(key).length * 8));
      if (format === 'raw-secret' || (format === 'raw' && legacyRaw)) return toArrayBuffer(secretOf(key));
      throw unsupported('export', `${name} secret key`, format);
    },
    getKeyLength({ length }) {
      if (chacha) return 256;
      checkLength(name, length);
      return length;
    },
  };
  function checkBytes(bytes) {
    if (chacha ? bytes.length !== 32 : ![16, 24, 32].includes(bytes.length)) throw domError('DataError', 'Invalid key length');
  }
  if (name === 'AES-KW') {
    ops.wrapKey = (algorithm, key, data) => keyWrap(true, algorithm, secretOf(key), data);
    ops.unwrapKey = (algorithm, key, data) => keyWrap(false, algorithm, secretOf(key), data);
  } else {
    ops.encrypt = (algorithm, key, data) => bulk[name](true, algorithm, secretOf(key), data);
    ops.decrypt = (algorithm, key, data) => bulk[name](false, algorithm, secretOf(key), data);
  }
  const dictionary = params[name];
  register(name, {
    generateKey: chacha ? 'Algorithm' : 'AesKeyGenParams', importKey: 'Algorithm', exportKey: 'Algorithm',
    getKeyLength: chacha ? 'Algorithm' : 'AesDerivedKeyParams',
    ...(name === 'AES-KW' ? { wrapKey: 'Algorithm', unwrapKey: 'Algorithm' } : { encrypt: dictionary, decrypt: dictionary }),
  });
  return ops;
}

for (const name of ['AES-CBC', 'AES-CTR', 'AES-GCM', 'AES-OCB', 'AES-KW', 'ChaCha20-Poly1305']) {
  module.exports[name] = operations(name);
}
