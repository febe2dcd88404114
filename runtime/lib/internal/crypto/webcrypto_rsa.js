'use strict';

// RSASSA-PKCS1-v1_5, RSA-PSS and RSA-OAEP: Web Cryptography API, 20 to 22.

const sign = internalBinding('crypto_sign');
const { Buffer } = require('buffer');
const { makeCryptoKey, slotsOf } = require('internal/crypto/cryptokey');
const { operationError, register } = require('internal/crypto/webcrypto_convert');
const {
  checkJwk, checkJwkAlg, checkUsages, exportDer, exportJwk, generatePair, handleOf, importDer, importJwkKey, job, native, pairOf, rangeError,
  pick, unsupported,
} = require('internal/crypto/webcrypto_keys');
const { digestName } = require('internal/crypto/webcrypto_digest');

const kPkcs1 = 1;
const kOaep = 4;
const kPss = 6;

const usagesOf = {
  'RSA-OAEP': { public: ['encrypt', 'wrapKey'], private: ['decrypt', 'unwrapKey'] },
  'RSA-PSS': { public: ['verify'], private: ['sign'] },
  'RSASSA-PKCS1-v1_5': { public: ['verify'], private: ['sign'] },
};

// RFC 7518, 3.1 and 4.1; hashes without a name there have none in a JWK.
function jwkAlg(name, hash) {
  if (!/^SHA-/.test(hash.name)) return undefined;
  const bits = hash.name.slice(4);
  if (name === 'RSA-OAEP') return bits === '1' ? 'RSA-OAEP' : `RSA-OAEP-${bits}`;
  return `${name === 'RSA-PSS' ? 'PS' : 'RS'}${bits}`;
}

function keyAlgorithm(name, keyObject, hash) {
  const exponent = native.getParam(require('internal/crypto/keys').nativeHandle(keyObject), 'e', 'b');
  return {
    name, modulusLength: keyObject.asymmetricKeyDetails.modulusLength, publicExponent: new Uint8Array(exponent), hash: { name: hash.name },
  };
}

// RFC 8017, 9.1.1: what is left of the modulus beside the digest.
function checkSalt(saltLength, key) {
  if (saltLength === undefined) return;
  const { modulusLength, hash } = slotsOf(key).algorithm;
  const max = Math.ceil((modulusLength - 1) / 8) - sign.digestSize(digestName(hash)) - 2;
  if (saltLength <= max) return;
  throw operationError(undefined, rangeError(
    `The value of "algorithm.saltLength" is out of range. It must be >= 0 && <= ${max}. Received ${saltLength}`));
}

function operations(name) {
  const usagesFor = usagesOf[name];
  const ops = {
    async generateKey({ modulusLength, publicExponent, hash }, extractable, usages) {
      checkUsages(usages, [...usagesFor.public, ...usagesFor.private], name);
      const significant = publicExponent.subarray(Math.max(0, publicExponent.findIndex((byte) => byte !== 0)));
      if (significant.length > 4) {
        throw operationError('The publicExponent must be equivalent to an unsigned 32-bit value');
      }
      const exponent = significant.reduce((value, byte) => value * 256 + byte, 0);
      if (exponent < 3 || exponent % 2 === 0 || modulusLength < 512) throw operationError();
      const pair = await generatePair('RSA', 0, ['bits', 'u', modulusLength, 'e', 'b', Buffer.from(publicExponent)]);
      const algorithm = { name, modulusLength, publicExponent: new Uint8Array(publicExponent), hash: { name: hash.name } };
      return pairOf(pair, algorithm, pick(usages, usagesFor.public), pick(usages, usagesFor.private), extractable);
    },
    importKey(format, data, { hash }, extractable, usages) {
      let key;
      if (format === 'spki' || format === 'pkcs8') {
        checkUsages(usages, format === 'spki' ? usagesFor.public : usagesFor.private, name);
        key = importDer(format, data, 'rsa');
      } else if (format === 'jwk') {
        checkUsages(usages, data?.d !== undefined ? usagesFor.private : usagesFor.public, name);
        checkJwk(data, { kty: 'RSA', use: name === 'RSA-OAEP' ? 'enc' : 'sig', usages, extractable });
        checkJwkAlg(data, jwkAlg(name, hash));
        key = importJwkKey(data);
      } else {
        throw unsupported('import', name, format);
      }
      return makeCryptoKey(key, keyAlgorithm(name, key, hash), usages, extractable);
    },
    exportKey(format, key) {
      const { keyObject: { type }, algorithm } = slotsOf(key);
      if (format === 'jwk') return exportJwk(key, jwkAlg(name, algorithm.hash));
      if ((format === 'spki' && type === 'public') || (format === 'pkcs8' && type === 'private')) return exportDer(key, format);
      throw unsupported('export', `${name} ${type} key`, format);
    },
  };
  const dictionaries = { generateKey: 'RsaHashedKeyGenParams', importKey: 'RsaHashedImportParams', exportKey: 'Algorithm' };
  if (name === 'RSA-OAEP') {
    const cipher = (operation) => ({ label }, key, data) => {
      const digest = digestName(slotsOf(key).algorithm.hash);
      return job((done) => sign.cipher(operation, handleOf(key), data, kOaep, digest, label, done));
    };
    Object.assign(ops, { encrypt: cipher(0), decrypt: cipher(1) });
    Object.assign(dictionaries, { encrypt: 'RsaOaepParams', decrypt: 'RsaOaepParams' });
  } else {
    const padding = name === 'RSA-PSS' ? kPss : kPkcs1;
    ops.sign = ({ saltLength }, key, data) => checkSalt(saltLength, key) || job((done) =>
      sign.sign(data, handleOf(key), digestName(slotsOf(key).algorithm.hash), padding, saltLength, false, undefined, done));
    ops.verify = ({ saltLength }, key, signature, data) => checkSalt(saltLength, key) || job((done) => sign.verify(
      data, handleOf(key), digestName(slotsOf(key).algorithm.hash), padding, saltLength, false, undefined, signature, done),
    (valid) => valid);
    const dictionary = name === 'RSA-PSS' ? 'RsaPssParams' : 'Algorithm';
    Object.assign(dictionaries, { sign: dictionary, verify: dictionary });
  }
  register(name, dictionaries);
  return ops;
}

for (const name of Object.keys(usagesOf)) module.exports[name] = operations(name);
