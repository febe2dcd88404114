'use strict';

// Key encapsulation. Documented in doc/api/crypto.md.

const { validateFunction } = require('internal/validators');
const native = internalBinding('crypto_agree');
const { getArrayBufferOrView } = require('internal/crypto/util');
const { nativeError } = require('internal/crypto/names');
const { asymmetricHandle, kPublic, kPrivate } = require('internal/crypto/keys');

// Runs the native function, whose failures all go by one code.
function run(call, message, shape, callback) {
  if (callback !== undefined) {
    validateFunction(callback, 'callback');
    return call((error, result) => {
      if (error) callback(nativeError('ERR_CRYPTO_OPERATION_FAILED', 'Deriving bits failed'));
      else callback(null, shape(result));
    });
  }
  let result;
  try {
    result = call();
  } catch {
    throw nativeError('ERR_CRYPTO_OPERATION_FAILED', message);
  }
  return shape(result);
}

function encapsulate(key, callback) {
  const handle = asymmetricHandle(key, kPublic, 'key');
  return run((done) => native.encapsulate(handle, done), 'Failed to perform encapsulation',
             ([sharedKey, ciphertext]) => ({ sharedKey, ciphertext }), callback);
}

function decapsulate(key, ciphertext, callback) {
  const handle = asymmetricHandle(key, kPrivate, 'key');
  const bytes = getArrayBufferOrView(ciphertext, 'ciphertext');
  return run((done) => native.decapsulate(handle, bytes, done), 'Failed to perform decapsulation', (secret) => secret, callback);
}

module.exports = { encapsulate, decapsulate };
