'use strict';

// Keys from secrets: HKDF and PBKDF2 (Web Cryptography API, 33 and 34).

const native = internalBinding('crypto_random');
const { makeCryptoKey } = require('internal/crypto/cryptokey');
const { domError, operationError, register } = require('internal/crypto/webcrypto_convert');
const { checkUsages, job, makeSecret, secretOf, unsupported } = require('internal/crypto/webcrypto_keys');
const { digestName } = require('internal/crypto/webcrypto_digest');

const empty = new Uint8Array(0);

function checkLength(length) {
  if (length === null) throw operationError('length cannot be null');
  if (length % 8) throw operationError('length must be a multiple of 8');
}

function secretImporter(name) {
  return (format, data, algorithm, extractable, usages) => {
    if (format !== 'raw' && format !== 'raw-secret') throw unsupported('import', name, format);
    checkUsages(usages, ['deriveKey', 'deriveBits'], `a ${name}`);
    if (extractable) throw domError('SyntaxError', `${name} keys are not extractable`);
    return makeCryptoKey(makeSecret(data), { name }, usages, false);
  };
}

const hkdf = {
  importKey: secretImporter('HKDF'),
  getKeyLength: () => null,
  deriveBits({ hash, salt, info }, key, length) {
    checkLength(length);
    if (info.length > 1024) throw operationError('algorithm.info must be at most 1024 bytes');
    if (length === 0) return new ArrayBuffer(0);
    return job((done) => {
      if (native.hkdf(digestName(hash), secretOf(key), salt, info, length / 8, done) === false) done(new Error('Invalid key length'));
    });
  },
};

const pbkdf2 = {
  importKey: secretImporter('PBKDF2'),
  getKeyLength: () => null,
  deriveBits({ hash, salt, iterations }, key, length) {
    checkLength(length);
    if (iterations === 0) throw operationError('iterations cannot be zero');
    if (length === 0) return new ArrayBuffer(0);
    return job((done) => native.pbkdf2(secretOf(key), salt, iterations, length / 8, digestName(hash), done));
  },
};

function argon2(name) {
  register(name, { importKey: 'Algorithm', getKeyLength: 'Algorithm', deriveBits: 'Argon2Params' });
  const bare = secretImporter(name);
  return {
    importKey(format, ...rest) {
      if (format === 'raw') throw unsupported('import', name, format);
      return bare(format, ...rest);
    },
    getKeyLength: () => null,
    deriveBits({ nonce, parallelism, memory, passes, version, secretValue = empty, associatedData = empty }, key, length) {
      checkLength(length);
      if (length < 32) throw operationError('length must be >= 32');
      if (version !== undefined && version !== 0x13) throw operationError(`${version} is not a valid ${name} version`);
      if (nonce.length < 8) throw operationError('nonce must be at least 8 bytes');
      if (parallelism === 0 || parallelism > 2 ** 24 - 1) throw operationError('parallelism must be > 0 and <= 16777215');
      if (memory < 8 * parallelism) throw operationError('memory must be at least 8 times the degree of parallelism');
      if (passes === 0) throw operationError('passes must be > 0');
      return job((done) => internalBinding('crypto_argon2').argon2(
        name.toUpperCase(), secretOf(key), nonce, parallelism, length / 8, memory, passes, secretValue, associatedData, done));
    },
  };
}

register('HKDF', { importKey: 'Algorithm', getKeyLength: 'Algorithm', deriveBits: 'HkdfParams' });
register('PBKDF2', { importKey: 'Algorithm', getKeyLength: 'Algorithm', deriveBits: 'Pbkdf2Params' });

module.exports = {
  HKDF: hkdf, PBKDF2: pbkdf2, Argon2d: argon2('Argon2d'), Argon2i: argon2('Argon2i'), Argon2id: argon2('Argon2id'),
};
