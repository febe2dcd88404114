'use strict';

// What the algorithms of SubtleCrypto share about keys: usages, formats, JSON Web Keys.

const native = internalBinding('crypto_keys');
const { Buffer } = require('buffer');
const { PublicKeyObject, PrivateKeyObject, secretKeyFrom, nativeHandle } = require('internal/crypto/keys');
const { exportJwk: bareJwk, importJwk } = require('internal/crypto/jwk');
const { makeCryptoKey, slotsOf } = require('internal/crypto/cryptokey');
const { domError, operationError } = require('internal/crypto/webcrypto_convert');

const invalidKeyData = (cause) => domError('DataError', 'Invalid keyData', cause);

function checkUsages(usages, allowed, name) {
  for (const usage of usages) {
    if (!allowed.includes(usage)) throw domError('SyntaxError', `Unsupported key usage for ${name} key`);
  }
}

function unsupported(verb, key, format) {
  return domError('NotSupportedError', `Unable to ${verb} ${key} using ${format} format`);
}

const pick = (usages, allowed) => allowed.filter((usage) => usages.includes(usage));

function toArrayBuffer(bytes) {
  return bytes.buffer.byteLength === bytes.byteLength && bytes.buffer instanceof ArrayBuffer ? bytes.buffer :
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

// Runs a native job; its failures are the operation's.
function job(start, shape = toArrayBuffer) {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error) reject(operationError(undefined, error));
      else resolve(shape(result));
    });
  });
}

// FIPS 204, 5.2, and RFC 8032, 5.2: a context has at most 255 bytes; none is the same as an empty one.
function checkedContext({ context }) {
  if (context?.length > 255) {
    throw operationError(undefined, rangeError('context string must be at most 255 bytes'));
  }
  return context?.length > 0 ? context : undefined;
}

const rangeError = (message) => Object.assign(new RangeError(message), { code: 'ERR_OUT_OF_RANGE' });

const handleOf = (key) => nativeHandle(slotsOf(key).keyObject);
const secretOf = (key) => native.secretBytes(handleOf(key));
const makePublic = (handle) => new PublicKeyObject(handle);
const makePrivate = (handle) => new PrivateKeyObject(handle);
const makeSecret = secretKeyFrom;

// The two keys of a pair made by native.generateKeyPair.
function generatePair(type, how, params) {
  const publicHandle = new native.KeyHandle();
  const privateHandle = new native.KeyHandle();
  return job((done) => native.generateKeyPair(publicHandle, privateHandle, type, how, params, done),
             () => ({ publicKey: makePublic(publicHandle), privateKey: makePrivate(privateHandle) }));
}

function pairOf({ publicKey, privateKey }, algorithm, publicUsages, privateUsages, extractable) {
  return {
    publicKey: makeCryptoKey(publicKey, algorithm, publicUsages, true),
    privateKey: makeCryptoKey(privateKey, algorithm, privateUsages, extractable),
  };
}

// SubjectPublicKeyInfo or PrivateKeyInfo as a key object of the type that belongs to the algorithm.
function importDer(format, data, keyType) {
  const handle = new native.KeyHandle();
  const isPublic = format === 'spki';
  try {
    native.parse(handle, isPublic ? 1 : 2, data, false, format, undefined);
  } catch (error) {
    throw invalidKeyData(error);
  }
  if (native.describe(handle).type !== keyType) throw domError('DataError', 'Invalid key type');
  return isPublic ? makePublic(handle) : makePrivate(handle);
}

const exportDer = (key, format) => toArrayBuffer(native.serialize(handleOf(key), false, format, undefined, undefined));

// RFC 7517, 4: the members that say what a key is for must agree with what it shall be.
function checkJwk(jwk, { kty, use, usages, extractable }) {
  if (typeof jwk !== 'object' || jwk === null || jwk.kty === undefined) throw invalidKeyData();
  if (jwk.kty !== kty) throw domError('DataError', 'Invalid JWK "kty" Parameter');
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) throw domError('DataError', 'Invalid JWK "use" Parameter');
  if (jwk.ext !== undefined && jwk.ext === false && extractable) {
    throw domError('DataError', 'JWK "ext" Parameter and extractable mismatch');
  }
  const operations = jwk.key_ops;
  if (operations === undefined) return;
  if (!Array.isArray(operations)) throw invalidKeyData();
  if (new Set(operations).size !== operations.length) throw domError('DataError', 'Duplicate key operation');
  if (usages.some((usage) => !operations.includes(usage))) throw domError('DataError', 'Key operations and usage mismatch');
}

function checkJwkAlg(jwk, alg) {
  if (jwk.alg !== undefined && alg !== undefined && jwk.alg !== alg) {
    throw domError('DataError', 'JWK "alg" does not match the requested algorithm');
  }
}

function importJwkKey(jwk) {
  const isPrivate = jwk.d !== undefined || jwk.priv !== undefined;
  let handle;
  try {
    handle = importJwk(jwk, isPrivate);
  } catch (error) {
    throw invalidKeyData(error);
  }
  return isPrivate ? makePrivate(handle) : makePublic(handle);
}

function exportJwk(key, alg) {
  const { keyObject, usages, extractable } = slotsOf(key);
  const jwk = { key_ops: [...usages], ext: extractable };
  if (alg !== undefined) jwk.alg = alg;
  return Object.assign(jwk, bareJwk(keyObject));
}

function importOct(jwk) {
  if (typeof jwk.k !== 'string') throw invalidKeyData();
  return Buffer.from(jwk.k, 'base64url');
}

module.exports = {
  invalidKeyData, rangeError, checkedContext, checkUsages, unsupported, pick, toArrayBuffer, job, handleOf, secretOf, makePublic, makePrivate, makeSecret,
  generatePair, pairOf, importDer, exportDer, checkJwk, checkJwkAlg, importJwkKey, exportJwk, importOct, native,
};
