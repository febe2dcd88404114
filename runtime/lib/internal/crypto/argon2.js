'use strict';

// argon2 and argon2Sync. Documented in doc/api/crypto.md; RFC 9106 for what the parameters may be.

const { validateFunction, validateInteger, validateObject, validateOneOf, validateString } = require('internal/validators');
const native = internalBinding('crypto_argon2');
const { Buffer } = require('buffer');
const { getArrayBufferOrView } = require('internal/crypto/util');

const kMaxUint32 = 2 ** 32 - 1;

function checked(algorithm, parameters) {
  validateString(algorithm, 'algorithm');
  validateOneOf(algorithm, 'algorithm', ['argon2d', 'argon2i', 'argon2id']);
  validateObject(parameters, 'parameters');
  const { parallelism, tagLength, memory, passes } = parameters;
  const message = getArrayBufferOrView(parameters.message, 'parameters.message');
  const nonce = getArrayBufferOrView(parameters.nonce, 'parameters.nonce');
  validateInteger(nonce.byteLength, 'parameters.nonce.byteLength', 8, kMaxUint32);
  validateInteger(parallelism, 'parameters.parallelism', 1, 2 ** 24 - 1);
  validateInteger(tagLength, 'parameters.tagLength', 4, kMaxUint32);
  validateInteger(memory, 'parameters.memory', 8 * parallelism, kMaxUint32);
  validateInteger(passes, 'parameters.passes', 1, kMaxUint32);
  const optional = (name) =>
    (parameters[name] === undefined ? Buffer.alloc(0) : getArrayBufferOrView(parameters[name], `parameters.${name}`));
  return [algorithm.toUpperCase(), message, nonce, parallelism, tagLength, memory, passes, optional('secret'), optional('associatedData')];
}

function argon2(algorithm, parameters, callback) {
  const args = checked(algorithm, parameters);
  validateFunction(callback, 'callback');
  native.argon2(...args, (error, result) => {
    if (error) callback(error);
    else callback(null, result);
  });
}

function argon2Sync(algorithm, parameters) {
  return native.argon2(...checked(algorithm, parameters));
}

module.exports = { argon2, argon2Sync };
