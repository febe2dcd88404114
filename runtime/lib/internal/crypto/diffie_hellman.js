'use strict';

// DiffieHellman, ECDH, and diffieHellman() of key objects. Documented in doc/api/crypto.md.

const {
  codes: {
    ERR_CRYPTO_INCOMPATIBLE_KEY, ERR_CRYPTO_INVALID_KEYLEN, ERR_CRYPTO_INVALID_STATE,
    ERR_CRYPTO_UNKNOWN_DH_GROUP, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
  },
} = require('internal/errors');
const { validateFunction, validateInt32, validateObject, validateString } = require('internal/validators');
const native = internalBinding('crypto_agree');
const { describe } = internalBinding('crypto_keys');
const { Buffer } = require('buffer');
const { getArrayBufferOrView, isAnyArrayBuffer } = require('internal/crypto/util');
const { nativeError } = require('internal/crypto/names');
const { groupOf } = require('internal/crypto/dh_groups');

const kPrime = Symbol('kPrime');
const kGenerator = Symbol('kGenerator');
const kPrivate = Symbol('kPrivate');
const kPublic = Symbol('kPublic');

const isBytes = (value) => ArrayBuffer.isView(value) || isAnyArrayBuffer(value);

function withMessage(error, message) {
  error.message = message;
  return error;
}

const toBuffer = (bytes) =>
  Buffer.from(isAnyArrayBuffer(bytes) ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));

function encode(bytes, encoding) {
  return encoding && encoding !== 'buffer' ? bytes.toString(encoding) : bytes;
}

// Errors as OpenSSL words them.
function opensslError(message, code, reason, library = 'Diffie-Hellman routines') {
  const error = new Error(message);
  return Object.assign(error, { library, reason, code });
}

const badGenerator = () =>
  opensslError('error:02800065:Diffie-Hellman routines::bad generator', 'ERR_OSSL_DH_BAD_GENERATOR', 'bad generator');

function checkedGenerator(bytes) {
  let value = 0n;
  for (const byte of bytes) value = value << 8n | BigInt(byte);
  if (value < 2n) throw badGenerator();
  return bytes;
}

function generatorBytes(generator, encoding) {
  if (!generator && typeof generator !== 'boolean') return Buffer.from([2]);
  if (typeof generator === 'number') {
    validateInt32(generator, 'generator');
    if (generator < 2) throw badGenerator();
    const hex = generator.toString(16);
    return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  }
  if (typeof generator !== 'string' && !isBytes(generator)) {
    throw new ERR_INVALID_ARG_TYPE(
      'generator', ['number', 'string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], generator);
  }
  return checkedGenerator(toBuffer(getArrayBufferOrView(generator, 'generator', encoding)));
}

// A safe prime with which the generator makes a group: see OpenSSL's DH_generate_parameters_ex.
function newPrime(bits, generator) {
  if (bits < 2) {
    if (generator < 2) throw badGenerator();
    throw opensslError('error:0280007E:Diffie-Hellman routines::modulus too small', 'ERR_OSSL_DH_MODULUS_TOO_SMALL', 'modulus too small');
  }
  const { generatePrimeSync } = require('internal/crypto/random');
  const residues = { 2: [24n, 23n], 5: [60n, 59n] };
  const [add, rem] = residues[generator] ?? [12n, 11n];
  // Primes of so few bits are rarer than the residues asked for.
  const options = bits < 8 ? { safe: true } : { safe: true, add, rem };
  return Buffer.from(generatePrimeSync(bits, options));
}

function DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding) {
  if (!new.target) return new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding);
  if (typeof sizeOrKey !== 'number' && typeof sizeOrKey !== 'string' && !isBytes(sizeOrKey)) {
    throw new ERR_INVALID_ARG_TYPE(
      'sizeOrKey', ['number', 'string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], sizeOrKey);
  }
  if (typeof sizeOrKey === 'number') validateInt32(sizeOrKey, 'sizeOrKey');
  // The encodings may be left out, each on its own.
  if (keyEncoding && !Buffer.isEncoding(keyEncoding) && keyEncoding !== 'buffer') {
    genEncoding = generator;
    generator = keyEncoding;
    keyEncoding = undefined;
  }
  if (typeof sizeOrKey === 'number') {
    const base = generatorBytes(generator, genEncoding);
    this[kPrime] = newPrime(sizeOrKey, base.length === 1 ? base[0] : 0);
    this[kGenerator] = base;
  } else {
    this[kPrime] = toBuffer(getArrayBufferOrView(sizeOrKey, 'sizeOrKey', keyEncoding));
    this[kGenerator] = generatorBytes(generator, genEncoding);
    if (this[kGenerator].length > 4 && Buffer.compare(this[kGenerator], this[kPrime]) === 0) throw badGenerator();
  }
  setUpKeys(this);
}

function DiffieHellmanGroup(name) {
  if (!new.target) return new DiffieHellmanGroup(name);
  validateString(name, 'name');
  const group = groupOf(name);
  if (group === undefined) throw new ERR_CRYPTO_UNKNOWN_DH_GROUP();
  this[kPrime] = group.prime;
  this[kGenerator] = group.generator;
  setUpKeys(this, 0);
}

function setUpKeys(self, verifyError) {
  for (const key of [kPrime, kGenerator]) Object.defineProperty(self, key, { __proto__: null, enumerable: false });
  for (const key of [kPrivate, kPublic]) {
    Object.defineProperty(self, key, { __proto__: null, value: undefined, writable: true, enumerable: false });
  }
  // Checking whether the prime is safe takes long: it is done when somebody asks.
  if (verifyError !== undefined) {
    Object.defineProperty(self, 'verifyError', { __proto__: null, value: verifyError, enumerable: true });
    return;
  }
  Object.defineProperty(self, 'verifyError', {
    __proto__: null,
    enumerable: true,
    configurable: true,
    get() {
      const value = native.dhCheck(self[kPrime], self[kGenerator]);
      Object.defineProperty(self, 'verifyError', { __proto__: null, value, enumerable: true });
      return value;
    },
  });
}

// Private keys are below half of the prime, and no longer than makes sense for its strength (NIST SP 800-56A, 5.6.1.1).
function newPrivateKey(prime) {
  const { randomBytes } = require('internal/crypto/random');
  const bits = prime.length * 8 - Math.clz32(prime[0]) + 24;
  const wanted = bits > 2048 ? 512 : bits >= 512 ? 2 * Math.max(112, Math.floor(bits / 12)) : bits - 1;
  const length = Math.max(1, Math.min(wanted, bits - 1));
  for (;;) {
    const bytes = randomBytes(Math.ceil(length / 8));
    if (length % 8) bytes[0] &= (1 << length % 8) - 1;
    if (bytes.some((byte, i) => (i === bytes.length - 1 ? byte > 1 : byte > 0))) return bytes;
  }
}

const shared = {
  generateKeys(encoding) {
    if (this[kPrime].length < 64 && this[kPrime].length * 8 < 512) {
      throw nativeError('ERR_CRYPTO_OPERATION_FAILED', 'Key generation failed');
    }
    this[kPrivate] ??= newPrivateKey(this[kPrime]);
    this[kPublic] = native.dhPower(this[kGenerator], this[kPrivate], this[kPrime], 0);
    return encode(this[kPublic], encoding);
  },
  computeSecret(key, inputEncoding, outputEncoding) {
    const peer = getArrayBufferOrView(key, 'key', inputEncoding);
    const verdict = native.dhCheckPeer(peer, this[kPrime]);
    if (!this[kPrivate]) throw nativeError('ERR_CRYPTO_OPERATION_FAILED', 'Failed to compute shared secret');
    if (verdict !== 0) {
      throw withMessage(new ERR_CRYPTO_INVALID_KEYLEN(), `Supplied key is too ${verdict < 0 ? 'small' : 'large'}`);
    }
    return encode(native.dhPower(peer, this[kPrivate], this[kPrime], this[kPrime].length), outputEncoding);
  },
  getPrime(encoding) {
    return encode(Buffer.from(this[kPrime]), encoding);
  },
  getGenerator(encoding) {
    return encode(Buffer.from(this[kGenerator]), encoding);
  },
  getPublicKey(encoding) {
    return encode(existing(this[kPublic], 'public'), encoding);
  },
  getPrivateKey(encoding) {
    return encode(existing(this[kPrivate], 'private'), encoding);
  },
};

function existing(key, kind) {
  if (key !== undefined) return key;
  throw withMessage(new ERR_CRYPTO_INVALID_STATE(''), `No ${kind} key - did you forget to generate one?`);
}

for (const type of [DiffieHellman, DiffieHellmanGroup]) {
  for (const name of Object.keys(shared)) type.prototype[name] = shared[name];
}

DiffieHellman.prototype.setPublicKey = function setPublicKey(key, encoding) {
  this[kPublic] = toBuffer(getArrayBufferOrView(key, 'key', encoding));
  return this;
};

DiffieHellman.prototype.setPrivateKey = function setPrivateKey(key, encoding) {
  this[kPrivate] = toBuffer(getArrayBufferOrView(key, 'key', encoding));
  return this;
};

// Diffie-Hellman of key objects.

function diffieHellman(options, callback) {
  validateObject(options, 'options');
  if (callback !== undefined) validateFunction(callback, 'callback');
  const keys = require('internal/crypto/keys');
  const { privateKey, publicKey } = options;
  if (privateKey === undefined || privateKey === null) throw new ERR_INVALID_ARG_VALUE('options.privateKey', privateKey);
  if (publicKey === undefined || publicKey === null) throw new ERR_INVALID_ARG_VALUE('options.publicKey', publicKey);
  const ours = keys.asymmetricHandle(privateKey, keys.kPrivate, 'options.privateKey');
  const theirs = keys.asymmetricHandle(publicKey, keys.kPublic, 'options.publicKey');
  const ourType = describe(ours).type;
  const theirType = describe(theirs).type;
  if (ourType !== theirType || !['dh', 'ec', 'x25519', 'x448'].includes(ourType)) {
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY('key types for Diffie-Hellman', `${ourType} and ${theirType}`);
  }
  return native.derive(ours, theirs, callback && ((error, secret) => {
    if (error) callback(error);
    else callback(null, secret);
  }));
}

module.exports = {
  DiffieHellman, DiffieHellmanGroup, diffieHellman,
  createDiffieHellman: (...args) => new DiffieHellman(...args),
  createDiffieHellmanGroup: (name) => new DiffieHellmanGroup(name),
  getDiffieHellman: (name) => new DiffieHellmanGroup(name),
  encode, toBuffer,
};
