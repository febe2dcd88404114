'use strict';

// Keys from secrets: HKDF and PBKDF2 (Web Cryptography API, 33 and 34).

const native = internalBinding('crypto_random');
const { makeCryptoKey } = require('internal/crypto/cryptokey');
const { domError, operationError, register } = require('internal/crypto/webcrypto_convert');
const { checkUsages, job, makeSecret, secretOf, unsupported } = require('internal/crypto/webcrypto_keys');
const { digestName } = require('internal/crypto/webcrypto_digest');

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

register('HKDF', { importKey: 'Algorithm', getKeyLength: 'Algorithm', deriveBits: 'HkdfParams' });
register('PBKDF2', { importKey: 'Algorithm', getKeyLength: 'Algorithm', deriveBits: 'Pbkdf2Params' });

module.exports = { HKDF: hkdf, PBKDF2: pbkdf2 };
