'use strict';

// ECDSA and ECDH on the curves of NIST, Ed25519, Ed448, X25519, X448: Web Cryptography API, 23 to 26, and Secure Curves.

const sign = internalBinding('crypto_sign');
const agree = internalBinding('crypto_agree');
const { Buffer } = require('buffer');
const { makeCryptoKey, slotsOf } = require('internal/crypto/cryptokey');
const { domError, operationError, register } = require('internal/crypto/webcrypto_convert');
const {
  checkJwk, checkJwkAlg, checkUsages, checkedContext, exportDer, exportJwk, generatePair, handleOf, importDer, importJwkKey, invalidKeyData, job,
  makePublic, native, pairOf, pick, toArrayBuffer, unsupported,
} = require('internal/crypto/webcrypto_keys');
const { isSmallOrder } = require('internal/crypto/small_order');
const { nativeHandle } = require('internal/crypto/keys');
const { digestName } = require('internal/crypto/webcrypto_digest');

const curves = { '__proto__': null, 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
const kUncompressed = 4;

const derives = ['deriveKey', 'deriveBits'];
const usagesOf = {
  ECDSA: { public: ['verify'], private: ['sign'] },
  ECDH: { public: [], private: derives },
  Ed25519: { public: ['verify'], private: ['sign'] },
  Ed448: { public: ['verify'], private: ['sign'] },
  X25519: { public: [], private: derives },
  X448: { public: [], private: derives },
};
const isNist = (name) => name === 'ECDSA' || name === 'ECDH';
const isDeriving = (name) => usagesOf[name].private === derives;

function checkCurve(namedCurve) {
  if (!(namedCurve in curves)) throw domError('NotSupportedError', 'Unrecognized namedCurve');
}

// The raw form of a public key, and a public key from it.
function rawPublic(name, key) {
  const handle = handleOf(key);
  if (!isNist(name)) return native.getParam(handle, 'pub', 'o');
  const { namedCurve } = slotsOf(key).algorithm;
  return agree.ecPoint(curves[namedCurve], native.getParam(handle, 'pub', 'o'), kUncompressed);
}

function fromRawPublic(name, namedCurve, data) {
  const handle = new native.KeyHandle();
  const good = isNist(name) ?
    native.fromData(handle, 1, 'EC', ['group', 's', curves[namedCurve], 'pub', 'o', data]) : native.fromRaw(handle, 1, name, data);
  if (!good) throw invalidKeyData();
  return makePublic(handle);
}

function importKeyObject(name, format, data, { namedCurve }, extractable, usages) {
  const usagesFor = usagesOf[name];
  const nist = isNist(name);
  if (format === 'raw' || format === 'raw-public') {
    checkUsages(usages, usagesFor.public, name);
    return fromRawPublic(name, namedCurve, data);
  }
  if (format === 'spki' || format === 'pkcs8') {
    checkUsages(usages, format === 'spki' ? usagesFor.public : usagesFor.private, name);
    const key = importDer(format, data, nist ? 'ec' : name.toLowerCase());
    if (nist && key.asymmetricKeyDetails.namedCurve !== curves[namedCurve]) throw domError('DataError', 'Named curve mismatch');
    return nist ? uncompressed(key, curves[namedCurve]) : key;
  }
  if (format !== 'jwk') throw unsupported('import', name, format);
  checkJwk(data, { kty: nist ? 'EC' : 'OKP', use: isDeriving(name) ? 'enc' : 'sig', usages: [], extractable: false });
  if (data.crv === undefined) throw invalidKeyData();
  if (nist ? data.crv !== namedCurve : data.crv !== name) {
    throw domError('DataError', nist ? 'JWK "crv" does not match the requested algorithm' : 'JWK "crv" Parameter and algorithm name mismatch');
  }
  checkUsages(usages, data.d !== undefined ? usagesFor.private : usagesFor.public, name);
  checkJwk(data, { kty: nist ? 'EC' : 'OKP', use: isDeriving(name) ? 'enc' : 'sig', usages, extractable });
  if (name === 'Ed25519' || name === 'Ed448') {
    if (data.alg !== undefined && data.alg !== name && data.alg !== 'EdDSA') {
      throw domError('DataError', 'JWK "alg" does not match the requested algorithm');
    }
  } else if (name === 'ECDSA') {
    checkJwkAlg(data, { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }[namedCurve]);
  }
  return importJwkKey(data);
}

// Keys may come with compressed points; they are exported with uncompressed ones.
function uncompressed(key, curve) {
  const handle = nativeHandle(key);
  const pub = native.getParam(handle, 'pub', 'o');
  const point = agree.ecPoint(curve, pub, kUncompressed);
  if (key.type === 'public' && native.serialize(handle, false, 'spki', undefined, undefined).length <= point.length) {
    const made = new native.KeyHandle();
    native.fromData(made, 1, 'EC', ['group', 's', curve, 'pub', 'o', point]);
    return makePublic(made);
  }
  return key;
}

async function deriveBits(name, { public: other }, key, length) {
  const ours = slotsOf(key);
  const theirs = slotsOf(other);
  if (ours.keyObject.type !== 'private') throw domError('InvalidAccessError', 'baseKey must be a private key');
  if (theirs.keyObject.type !== 'public') throw domError('InvalidAccessError', 'algorithm.public must be a public key');
  if (theirs.algorithm.name !== name) throw domError('InvalidAccessError', 'key algorithm mismatch');
  if (isNist(name) && ours.algorithm.namedCurve !== theirs.algorithm.namedCurve) {
    throw domError('InvalidAccessError', 'Named curve mismatch');
  }
  const secret = await job((done) => agree.derive(handleOf(key), handleOf(other), done), (bytes) => bytes);
  if (length === null) return toArrayBuffer(secret);
  if (length > secret.length * 8) throw operationError('derived bit length is too small');
  const bytes = Buffer.from(secret.subarray(0, Math.ceil(length / 8)));
  if (length % 8) bytes[bytes.length - 1] &= 0xff << (8 - length % 8);
  return toArrayBuffer(Buffer.from(bytes));
}

const hasSmallOrder = (name, key, signature) => name !== 'ECDSA' &&
  (isSmallOrder(name, signature) || isSmallOrder(name, rawPublic(name, key)));

function operations(name) {
  const usagesFor = usagesOf[name];
  const nist = isNist(name);
  const ops = {
    async generateKey({ namedCurve }, extractable, usages) {
      checkUsages(usages, [...usagesFor.public, ...usagesFor.private], name);
      if (nist) checkCurve(namedCurve);
      const pair = nist ? await generatePair('EC', 0, ['group', 's', curves[namedCurve]]) : await generatePair(name.toUpperCase(), 0, []);
      return pairOf(pair, nist ? { name, namedCurve } : { name }, pick(usages, usagesFor.public), pick(usages, usagesFor.private),
                    extractable);
    },
    importKey(format, data, algorithm, extractable, usages) {
      if (nist) checkCurve(algorithm.namedCurve);
      const key = importKeyObject(name, format, data, algorithm, extractable, usages);
      return makeCryptoKey(key, nist ? { name, namedCurve: algorithm.namedCurve } : { name }, usages, extractable);
    },
    exportKey(format, key) {
      const { type } = slotsOf(key).keyObject;
      if (format === 'jwk') return exportJwk(key, name === 'Ed25519' || name === 'Ed448' ? name : undefined);
      if (type === 'public' && format === 'spki') return exportDer(key, format);
      if (type === 'private' && format === 'pkcs8') return exportDer(key, format);
      if (type === 'public' && (format === 'raw' || format === 'raw-public')) return toArrayBuffer(rawPublic(name, key));
      throw unsupported('export', `${name} ${type} key`, format);
    },
  };
  const dictionaries = { generateKey: nist ? 'EcKeyGenParams' : 'Algorithm', importKey: nist ? 'EcKeyImportParams' : 'Algorithm', exportKey: 'Algorithm' };
  if (isDeriving(name)) {
    ops.deriveBits = (algorithm, key, length) => deriveBits(name, algorithm, key, length);
    dictionaries.deriveBits = 'EcdhKeyDeriveParams';
  } else {
    const digest = (algorithm) => (name === 'ECDSA' ? digestName(algorithm.hash) : undefined);
    const context = checkedContext;
    ops.sign = (algorithm, key, data) => job((done) =>
      sign.sign(data, handleOf(key), digest(algorithm), undefined, undefined, nist, context(algorithm), done));
    ops.verify = (algorithm, key, signature, data) => (hasSmallOrder(name, key, signature) ? false : job((done) =>
      sign.verify(data, handleOf(key), digest(algorithm), undefined, undefined, nist, context(algorithm), signature, done),
    (valid) => valid));
    dictionaries.sign = dictionaries.verify = name === 'ECDSA' ? 'EcdsaParams' : name === 'Ed448' ? 'ContextParams' : 'Algorithm';
  }
  register(name, dictionaries);
  return ops;
}

for (const name of Object.keys(usagesOf)) module.exports[name] = operations(name);
