'use strict';

// generateKeyPair and generateKey. Documented in doc/api/crypto.md.

const {
  codes: {
    ERR_CRYPTO_INVALID_CURVE, ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_UNKNOWN_DH_GROUP, ERR_INCOMPATIBLE_OPTION_PAIR,
    ERR_INVALID_ARG_VALUE, ERR_MISSING_OPTION,
  },
} = require('internal/errors');
const {
  validateBuffer, validateFunction, validateInt32, validateInteger, validateObject, validateOneOf, validateString, validateUint32,
} = require('internal/validators');
const native = internalBinding('crypto_keys');
const { Buffer } = require('buffer');
const { PublicKeyObject, PrivateKeyObject, secretKeyFrom, serialize } = require('internal/crypto/keys');
const { keyEncoding } = require('internal/crypto/key_encoding');

const { emitWarningOnce } = require('internal/crypto/names');

// How native.generateKeyPair comes by the parameters of the group.
const kKeys = 0;
const kParametersFirst = 1;
const kGivenParameters = 2;

function integerBytes(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

function rsaParams(options) {
  validateObject(options, 'options');
  const { modulusLength } = options;
  validateUint32(modulusLength, 'options.modulusLength');
  let { publicExponent } = options;
  if (publicExponent === undefined || publicExponent === null) publicExponent = 0x10001;
  else validateUint32(publicExponent, 'options.publicExponent');
  return ['bits', 'u', modulusLength, 'e', 'b', integerBytes(publicExponent)];
}

function digestSize(name, kind) {
  const size = internalBinding('crypto_sign').digestSize(name);
  if (size !== undefined) return size;
  const error = new ERR_CRYPTO_INVALID_DIGEST(name);
  error.message = `Invalid ${kind}: ${name}`;
  throw error;
}

// One option under its own name or an older one.
function renamed(options, name, former) {
  const value = options[name];
  const old = options[former];
  if (old === undefined) return value;
  validateString(old, `options.${former}`);
  if (value !== undefined && value !== old) throw new ERR_INVALID_ARG_VALUE(`options.${former}`, old);
  emitWarningOnce('DEP0154', `"options.${former}" is deprecated, use "options.${name}" instead.`);
  return old;
}

function pssParams(options) {
  const params = rsaParams(options);
  const { saltLength } = options;
  if (saltLength !== undefined) validateInt32(saltLength, 'options.saltLength', 0);
  for (const name of ['hashAlgorithm', 'mgf1HashAlgorithm']) {
    if (options[name] !== undefined) validateString(options[name], `options.${name}`);
  }
  const hash = renamed(options, 'hashAlgorithm', 'hash');
  const mgf1 = renamed(options, 'mgf1HashAlgorithm', 'mgf1Hash') ?? hash;
  // RFC 8017, A.2.3: a salt is as long as the digest where nobody says otherwise.
  let salt = saltLength;
  if (hash !== undefined) {
    const size = digestSize(hash, 'digest');
    salt ??= size;
    params.push('digest', 's', hash);
  }
  if (mgf1 !== undefined) {
    digestSize(mgf1, 'MGF1 digest');
    params.push('mgf1-digest', 's', mgf1);
  }
  if (salt !== undefined) params.push('saltlen', 'n', salt);
  return params;
}

function dsaParams(options) {
  validateObject(options, 'options');
  const { modulusLength, divisorLength } = options;
  validateUint32(modulusLength, 'options.modulusLength');
  const params = ['pbits', 'u', modulusLength];
  if (divisorLength !== undefined && divisorLength !== null) {
    validateInt32(divisorLength, 'options.divisorLength', 0);
    params.push('qbits', 'u', divisorLength);
  }
  return params;
}

function ecParams(options) {
  validateObject(options, 'options');
  const { namedCurve, paramEncoding } = options;
  validateString(namedCurve, 'options.namedCurve');
  if (paramEncoding !== undefined && paramEncoding !== null && paramEncoding !== 'named' && paramEncoding !== 'explicit') {
    throw new ERR_INVALID_ARG_VALUE('options.paramEncoding', paramEncoding);
  }
  const group = native.curveName(namedCurve);
  if (group === undefined) throw new ERR_CRYPTO_INVALID_CURVE();
  return ['group', 's', group, 'encoding', 's', paramEncoding === 'explicit' ? 'explicit' : 'named_curve'];
}

function dhPlan(options) {
  validateObject(options, 'options');
  const { group, prime, primeLength, generator } = options;
  if (group !== undefined && group !== null) {
    for (const other of ['prime', 'primeLength', 'generator']) {
      if (options[other] !== undefined && options[other] !== null) throw new ERR_INCOMPATIBLE_OPTION_PAIR('group', other);
    }
    validateString(group, 'options.group');
    const { groupOf } = require('internal/crypto/dh_groups');
    const known = groupOf(group);
    if (known === undefined) throw new ERR_CRYPTO_UNKNOWN_DH_GROUP();
    return { type: 'DH', how: kGivenParameters, params: ['p', 'b', known.prime, 'g', 'b', known.generator] };
  }
  if (prime !== undefined && prime !== null) {
    if (primeLength !== undefined && primeLength !== null) throw new ERR_INCOMPATIBLE_OPTION_PAIR('prime', 'primeLength');
    validateBuffer(prime, 'options.prime');
  } else if (primeLength !== undefined && primeLength !== null) {
    validateInt32(primeLength, 'options.primeLength', 0);
  } else {
    throw new ERR_MISSING_OPTION('At least one of the group, prime, or primeLength options');
  }
  if (generator !== undefined && generator !== null) validateInt32(generator, 'options.generator', 0);
  if (prime) {
    return { type: 'DH', how: kGivenParameters, params: ['p', 'b', prime, 'g', 'b', integerBytes(generator ?? 2)] };
  }
  return {
    type: 'DH',
    how: kParametersFirst,
    params: ['type', 's', 'generator', 'pbits', 'u', primeLength, 'safeprime-generator', 'n', generator ?? 2],
  };
}

const bare = (type) => () => ({ type, how: kKeys, params: [] });

// For each type of key: which OpenSSL algorithm, and with which parameters.
const plans = {
  '__proto__': null,
  'rsa': (options) => ({ type: 'RSA', how: kKeys, params: rsaParams(options) }),
  'rsa-pss': (options) => ({ type: 'RSA-PSS', how: kKeys, params: pssParams(options) }),
  'dsa': (options) => ({ type: 'DSA', how: kParametersFirst, params: dsaParams(options) }),
  'ec': (options) => ({ type: 'EC', how: kKeys, params: ecParams(options) }),
  'dh': dhPlan,
  'ed25519': bare('ED25519'),
  'ed448': bare('ED448'),
  'x25519': bare('X25519'),
  'x448': bare('X448'),
};
for (const size of [44, 65, 87]) plans[`ml-dsa-${size}`] = bare(`ML-DSA-${size}`);
for (const size of [512, 768, 1024]) plans[`ml-kem-${size}`] = bare(`ML-KEM-${size}`);
for (const hash of ['sha2', 'shake']) {
  for (const size of ['128f', '128s', '192f', '192s', '256f', '256s']) {
    plans[`slh-dsa-${hash}-${size}`] = bare(`SLH-DSA-${hash.toUpperCase()}-${size}`);
  }
}

// The encoding asked for one half of a pair; undefined when it shall be a KeyObject.
function wantedEncoding(options, name, isPublic, keyType) {
  const encoding = options?.[name];
  if (encoding === undefined || encoding === null) return undefined;
  if (typeof encoding !== 'object') throw new ERR_INVALID_ARG_VALUE(`options.${name}`, encoding);
  return keyEncoding(encoding, { isPublic, output: true, name: `options.${name}`, keyType });
}

function plan(type, options) {
  validateString(type, 'type');
  const make = plans[type];
  if (make === undefined) throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
  if (options !== undefined) validateObject(options, 'options');
  const publicEncoding = wantedEncoding(options, 'publicKeyEncoding', true, type);
  const privateEncoding = wantedEncoding(options, 'privateKeyEncoding', false, type);
  return { ...make(options), publicEncoding, privateEncoding };
}

// Starts generating; with a callback (error), later, else now. Returns a function that gives the two keys when it is done.
function start({ type, how, params, publicEncoding, privateEncoding }, callback) {
  const publicHandle = new native.KeyHandle();
  const privateHandle = new native.KeyHandle();
  const finish = () => {
    const publicKey = new PublicKeyObject(publicHandle);
    const privateKey = new PrivateKeyObject(privateHandle);
    return {
      publicKey: publicEncoding ? serialize(publicKey, publicEncoding) : publicKey,
      privateKey: privateEncoding ? serialize(privateKey, privateEncoding) : privateKey,
    };
  };
  native.generateKeyPair(publicHandle, privateHandle, type, how, params, callback && ((error) => callback(error, finish)));
  return finish;
}

function generateKeyPair(type, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateFunction(callback, 'callback');
  start(plan(type, options), (error, finish) => {
    if (error) return callback(error);
    let pair;
    try {
      pair = finish();
    } catch (failure) {
      return callback(failure);
    }
    callback(null, pair.publicKey, pair.privateKey);
  });
}

Object.defineProperty(generateKeyPair, require('internal/util').customPromisifyArgs, {
  __proto__: null, value: ['publicKey', 'privateKey'], enumerable: false,
});

function generateKeyPairSync(type, options) {
  return start(plan(type, options))();
}

// The bytes of a new secret key.
function secretLength(type, options) {
  validateString(type, 'type');
  validateObject(options, 'options');
  const { length } = options;
  switch (type) {
    case 'hmac':
      validateInteger(length, 'options.length', 8, 2 ** 31 - 1);
      return Math.floor(length / 8);
    case 'aes':
      validateOneOf(length, 'options.length', [128, 192, 256]);
      return length / 8;
    default:
      throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
  }
}

function generateKey(type, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateFunction(callback, 'callback');
  const { randomBytes } = require('internal/crypto/random');
  randomBytes(secretLength(type, options), (error, bytes) => {
    if (error) callback(error);
    else callback(undefined, secretKeyFrom(bytes));
  });
}

function generateKeySync(type, options) {
  const { randomBytes } = require('internal/crypto/random');
  return secretKeyFrom(randomBytes(secretLength(type, options)));
}

module.exports = { generateKeyPair, generateKeyPairSync, generateKey, generateKeySync };
