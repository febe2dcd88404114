'use strict';

// ML-DSA and ML-KEM: Modern Algorithms in the Web Cryptography API, on FIPS 204 and FIPS 203.

const sign = internalBinding('crypto_sign');
const agree = internalBinding('crypto_agree');
const { makeCryptoKey, slotsOf } = require('internal/crypto/cryptokey');
const { domError, operationError, register } = require('internal/crypto/webcrypto_convert');
const {
  checkJwk, checkUsages, checkedContext, exportDer, exportJwk, generatePair, handleOf, importDer, importJwkKey, invalidKeyData, job,
  makePrivate, makePublic, native, pairOf, pick, toArrayBuffer, unsupported,
} = require('internal/crypto/webcrypto_keys');

const signing = { public: ['verify'], private: ['sign'] };
const encapsulating = {
  public: ['encapsulateKey', 'encapsulateBits'], private: ['decapsulateKey', 'decapsulateBits'],
};

function importKeyObject(name, family, usagesFor, format, data, extractable, usages) {
  const handle = new native.KeyHandle();
  switch (format) {
    case 'KeyObject':
      checkUsages(usages, data.type === 'public' ? usagesFor.public : usagesFor.private, name);
      if (data.asymmetricKeyType !== name.toLowerCase()) throw domError('DataError', 'Invalid key type');
      return data;
    case 'raw-public':
      checkUsages(usages, usagesFor.public, name);
      if (!native.fromRaw(handle, 1, name, data)) throw invalidKeyData();
      return makePublic(handle);
    case 'raw-seed':
      checkUsages(usages, usagesFor.private, name);
      if (!native.fromData(handle, 2, name, ['seed', 'o', data])) throw invalidKeyData();
      return makePrivate(handle);
    case 'spki':
      checkUsages(usages, usagesFor.public, name);
      return importDer(format, data, name.toLowerCase());
    case 'pkcs8': {
      checkUsages(usages, usagesFor.private, name);
      const key = importDer(format, data, name.toLowerCase());
      const { nativeHandle } = require('internal/crypto/keys');
      if (native.getParam(nativeHandle(key), 'seed', 'o') === undefined) {
        throw domError('NotSupportedError', `Importing an ${family} PKCS#8 key without a seed is not supported`);
      }
      return key;
    }
    case 'jwk':
      checkUsages(usages, data?.priv !== undefined ? usagesFor.private : usagesFor.public, name);
      checkJwk(data, { kty: 'AKP', use: usagesFor === signing ? 'sig' : 'enc', usages, extractable });
      if (data.alg !== name) throw domError('DataError', 'JWK "alg" Parameter and algorithm name mismatch');
      return importJwkKey(data);
    default:
      throw unsupported('import', name, format);
  }
}

function operations(name, family, usagesFor) {
  const ops = {
    async generateKey(algorithm, extractable, usages) {
      checkUsages(usages, [...usagesFor.public, ...usagesFor.private], name);
      const pair = await generatePair(name, 0, []);
      return pairOf(pair, { name }, pick(usages, usagesFor.public), pick(usages, usagesFor.private), extractable);
    },
    importKey(format, data, algorithm, extractable, usages) {
      return makeCryptoKey(importKeyObject(name, family, usagesFor, format, data, extractable, usages), { name }, usages, extractable);
    },
    exportKey(format, key) {
      const { type } = slotsOf(key).keyObject;
      if (format === 'jwk') return exportJwk(key);
      if (type === 'public' && format === 'spki') return exportDer(key, format);
      if (type === 'public' && format === 'raw-public') return toArrayBuffer(native.getParam(handleOf(key), 'pub', 'o'));
      if (type === 'private' && (format === 'pkcs8' || format === 'raw-seed')) {
        const seed = native.getParam(handleOf(key), 'seed', 'o');
        if (seed === undefined) throw operationError();
        return format === 'raw-seed' ? toArrayBuffer(seed) : exportDer(key, format);
      }
      throw unsupported('export', `${name} ${type} key`, format);
    },
  };
  const dictionaries = { generateKey: 'Algorithm', importKey: 'Algorithm', exportKey: 'Algorithm' };
  if (usagesFor === signing) {
    const context = checkedContext;
    ops.sign = (algorithm, key, data) => job((done) =>
      sign.sign(data, handleOf(key), undefined, undefined, undefined, false, context(algorithm), done));
    ops.verify = (algorithm, key, signature, data) => job((done) =>
      sign.verify(data, handleOf(key), undefined, undefined, undefined, false, context(algorithm), signature, done),
    (valid) => valid);
    dictionaries.sign = dictionaries.verify = 'ContextParams';
  } else {
    ops.encapsulate = (algorithm, key) => job((done) => agree.encapsulate(handleOf(key), done), ([sharedKey, ciphertext]) => ({
      sharedKey: toArrayBuffer(sharedKey), ciphertext: toArrayBuffer(ciphertext),
    }));
    ops.decapsulate = (algorithm, key, ciphertext) => job((done) => agree.decapsulate(handleOf(key), ciphertext, done));
    dictionaries.encapsulate = dictionaries.decapsulate = 'Algorithm';
  }
  register(name, dictionaries);
  return ops;
}

for (const size of [44, 65, 87]) module.exports[`ML-DSA-${size}`] = operations(`ML-DSA-${size}`, 'ML-DSA', signing);
for (const size of [512, 768, 1024]) module.exports[`ML-KEM-${size}`] = operations(`ML-KEM-${size}`, 'ML-KEM', encapsulating);
