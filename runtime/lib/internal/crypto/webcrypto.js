'use strict';

// Crypto and SubtleCrypto: Web Cryptography API, 10 and 14. What an algorithm does is in the webcrypto_*.js beside this.

const { codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } } = require('internal/errors');
const { Buffer } = require('buffer');
const { CryptoKey, slotsOf } = require('internal/crypto/cryptokey');
const {
  cryptoKey, domError, integer, string, keyFormat, keyUsages, normalize, octets, typeError,
} = require('internal/crypto/webcrypto_convert');

const algorithms = {
  __proto__: null,
  ...require('internal/crypto/webcrypto_digest').algorithms,
  ...require('internal/crypto/webcrypto_aes'),
  ...require('internal/crypto/webcrypto_rsa'),
  ...require('internal/crypto/webcrypto_ec'),
  ...require('internal/crypto/webcrypto_derive'),
  ...require('internal/crypto/webcrypto_pqc'),
  ...require('internal/crypto/webcrypto_keccak'),
};

const kConstruct = Symbol('kConstruct');
const ordinals = ['1st', '2nd', '3rd', '4th', '5th', '6th', '7th'];

function toObjectOrString(value) {
  return (typeof value === 'object' || typeof value === 'function') && value !== null ? value : `${value}`;
}

// How each kind of argument is read; `where` begins messages about it.
const kinds = {
  __proto__: null,
  algorithm: (value) => toObjectOrString(value),
  key: cryptoKey,
  octets,
  format: keyFormat,
  usages: keyUsages,
  boolean: (value) => Boolean(value),
  any: (value) => value,
  length: (value, where) => (value === null || value === undefined ? null : integer(2 ** 32 - 1)(value, where)),
};

// A method of SubtleCrypto: converts its arguments at once, then runs; everything that fails rejects.
function method(name, signature, run) {
  const required = signature.filter((kind) => !kind.endsWith('?')).length;
  const call = {
    [name](...args) {
      return new Promise((resolve) => {
        if (!(typeof this === 'object' && this !== null && isSubtle(this))) throw new ERR_INVALID_THIS('SubtleCrypto');
        const prefix = `Failed to execute '${name}' on 'SubtleCrypto'`;
        if (args.length < required) {
          throw typeError('ERR_MISSING_ARGS',
                          `${prefix}: ${required} argument${required === 1 ? '' : 's'} required, but only ${args.length} present.`);
        }
        const converted = signature.map((kind, i) => kinds[kind.replace('?', '')](args[i], `${prefix}: ${ordinals[i]} argument`));
        resolve(run(...converted));
      });
    },
  }[name];
  Object.defineProperty(call, 'length', { __proto__: null, value: required, configurable: true });
  return call;
}

function mayUse(key, usage, algorithm) {
  const { algorithm: own, usages } = slotsOf(key);
  if (algorithm !== undefined && own.name !== algorithm.name) throw domError('InvalidAccessError', 'Key algorithm mismatch');
  if (usages.includes(usage)) return;
  throw domError('InvalidAccessError', usage.startsWith('derive') ?
    `baseKey does not have ${usage} usage` : `Unable to use this key to ${usage}`);
}

function cipher(operation) {
  return (algorithm, key, data) => {
    const normalized = normalize(operation, algorithm);
    mayUse(key, operation, normalized);
    return algorithms[normalized.name][operation](normalized, key, data);
  };
}

async function generateKey(algorithm, extractable, usages) {
  const normalized = normalize('generateKey', algorithm);
  const result = await algorithms[normalized.name].generateKey(normalized, extractable, usages);
  const restricted = result.privateKey ?? result;
  if (slotsOf(restricted).usages.length === 0) throw domError('SyntaxError', 'Usages cannot be empty when creating a key.');
  return result;
}

function importKey(format, data, algorithm, extractable, usages) {
  if (format === 'jwk') {
    if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data) || data instanceof ArrayBuffer) {
      throw domError('DataError', 'Invalid keyData');
    }
  } else {
    data = octets(data, "Failed to execute 'importKey' on 'SubtleCrypto': 2nd argument");
  }
  const normalized = normalize('importKey', algorithm);
  const key = algorithms[normalized.name].importKey(format, data, normalized, extractable, usages);
  return withUsages(key);
}

function withUsages(key) {
  const { keyObject: { type }, usages: granted } = slotsOf(key);
  if (type !== 'public' && granted.length === 0) {
    throw domError('SyntaxError', `Usages cannot be empty when importing a ${type} key.`);
  }
  return key;
}

function exportKey(format, key) {
  const { algorithm, extractable } = slotsOf(key);
  const run = algorithms[algorithm.name].exportKey;
  if (run === undefined) throw domError('NotSupportedError', `${algorithm.name} key export is not supported`);
  if (!extractable) throw domError('InvalidAccessError', 'key is not extractable');
  return run(format, key);
}

function derive(algorithm, baseKey, length, usage) {
  const normalized = normalize('deriveBits', algorithm);
  mayUse(baseKey, usage);
  if (slotsOf(baseKey).algorithm.name !== normalized.name) throw domError('InvalidAccessError', 'Key algorithm mismatch');
  return algorithms[normalized.name].deriveBits(normalized, baseKey, length);
}

async function deriveKey(algorithm, baseKey, derivedType, extractable, usages) {
  normalize('deriveBits', algorithm);
  normalize('importKey', derivedType);
  const wanted = normalize('getKeyLength', derivedType);
  mayUse(baseKey, 'deriveKey');
  const length = algorithms[wanted.name].getKeyLength(wanted);
  const bits = await derive(algorithm, baseKey, length, 'deriveKey');
  return importKey('raw-secret', bits, derivedType, extractable, usages);
}

// An algorithm may wrap keys in its own way, or encrypts them as any data.
function normalizeWrap(operation, fallback, algorithm) {
  try {
    return [operation, normalize(operation, algorithm)];
  } catch (error) {
    if (error.name !== 'NotSupportedError') throw error;
    return [fallback, normalize(fallback, algorithm)];
  }
}

async function wrapKey(format, key, wrappingKey, algorithm) {
  const [operation, normalized] = normalizeWrap('wrapKey', 'encrypt', algorithm);
  mayUse(wrappingKey, 'wrapKey', normalized);
  const exported = exportKey(format, key);
  let bytes;
  if (format === 'jwk') {
    let text = JSON.stringify(exported);
    // RFC 3394 takes multiples of eight bytes: JSON may be followed by blanks.
    if (normalized.name === 'AES-KW') text += ' '.repeat((8 - text.length % 8) % 8);
    bytes = Buffer.from(text);
  } else {
    bytes = Buffer.from(exported);
  }
  return algorithms[normalized.name][operation](normalized, wrappingKey, bytes);
}

async function unwrapKey(format, wrapped, unwrappingKey, algorithm, keyAlgorithm, extractable, usages) {
  const [operation, normalized] = normalizeWrap('unwrapKey', 'decrypt', algorithm);
  normalize('importKey', keyAlgorithm);
  mayUse(unwrappingKey, 'unwrapKey', normalized);
  let data = await algorithms[normalized.name][operation](normalized, unwrappingKey, wrapped);
  if (format === 'jwk') {
    try {
      data = JSON.parse(Buffer.from(data).toString());
    } catch (error) {
      throw domError('DataError', 'Invalid wrapped JWK key', error);
    }
  }
  return importKey(format, data, keyAlgorithm, extractable, usages);
}

function getPublicKey(key, usages) {
  const { keyObject, algorithm } = slotsOf(key);
  if (keyObject.type !== 'private') {
    throw domError(keyObject.type === 'secret' ? 'NotSupportedError' : 'InvalidAccessError', 'key must be a private key');
  }
  const made = require('internal/crypto/keys').createPublicKey(keyObject);
  const spki = made.export({ format: 'der', type: 'spki' });
  return importKey('spki', spki, algorithm, true, usages);
}

async function encapsulate(algorithm, key, usage) {
  const normalized = normalize('encapsulate', algorithm);
  mayUse(key, usage, normalized);
  return algorithms[normalized.name].encapsulate(normalized, key);
}

async function encapsulateKey(algorithm, key, sharedAlgorithm, extractable, usages) {
  normalize('importKey', sharedAlgorithm);
  const { sharedKey, ciphertext } = await encapsulate(algorithm, key, 'encapsulateKey');
  return { sharedKey: importKey('raw-secret', sharedKey, sharedAlgorithm, extractable, usages), ciphertext };
}

async function decapsulate(algorithm, key, ciphertext, usage) {
  const normalized = normalize('decapsulate', algorithm);
  mayUse(key, usage, normalized);
  return algorithms[normalized.name].decapsulate(normalized, key, ciphertext);
}

async function decapsulateKey(algorithm, key, ciphertext, sharedAlgorithm, extractable, usages) {
  normalize('importKey', sharedAlgorithm);
  const bits = await decapsulate(algorithm, key, ciphertext, 'decapsulateKey');
  return importKey('raw-secret', bits, sharedAlgorithm, extractable, usages);
}

class SubtleCrypto {
  #brand;

  constructor(token) {
    if (token !== kConstruct) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#brand = true;
  }

  static supports(operation, algorithm, other = undefined) {
    if (this !== SubtleCrypto) throw new ERR_INVALID_THIS('SubtleCrypto constructor');
    const prefix = "Failed to execute 'supports' on 'SubtleCrypto'";
    if (arguments.length < 2) {
      const count = `${arguments.length} present.`;
      throw typeError('ERR_MISSING_ARGS', `${prefix}: 2 arguments required, but only ${count}`);
    }
    const name = string(operation, `${prefix}: 1st argument`);
    const wanted = toObjectOrString(algorithm);
    if (name === 'deriveBits' && other !== undefined && other !== null) other = integer(2 ** 32 - 1)(other, `${prefix}: 3rd argument`);
    return require('internal/crypto/webcrypto_supports').supports(algorithms, name, wanted, other);
  }

  static is(value) {
    return #brand in value && value.#brand;
  }
}
const isSubtle = SubtleCrypto.is;
delete SubtleCrypto.is;

const methods = {
  encrypt: method('encrypt', ['algorithm', 'key', 'octets'], cipher('encrypt')),
  decrypt: method('decrypt', ['algorithm', 'key', 'octets'], cipher('decrypt')),
  sign: method('sign', ['algorithm', 'key', 'octets'], cipher('sign')),
  verify: method('verify', ['algorithm', 'key', 'octets', 'octets'], (algorithm, key, signature, data) => {
    const normalized = normalize('verify', algorithm);
    mayUse(key, 'verify', normalized);
    return algorithms[normalized.name].verify(normalized, key, signature, data);
  }),
  digest: method('digest', ['algorithm', 'octets'], (algorithm, data) => {
    const normalized = normalize('digest', algorithm);
    return algorithms[normalized.name].digest(normalized, data);
  }),
  generateKey: method('generateKey', ['algorithm', 'boolean', 'usages'], generateKey),
  deriveKey: method('deriveKey', ['algorithm', 'key', 'algorithm', 'boolean', 'usages'], deriveKey),
  deriveBits: method('deriveBits', ['algorithm', 'key', 'length?'],
                     (algorithm, key, length) => derive(algorithm, key, length, 'deriveBits')),
  importKey: method('importKey', ['format', 'any', 'algorithm', 'boolean', 'usages'], importKey),
  exportKey: method('exportKey', ['format', 'key'], exportKey),
  wrapKey: method('wrapKey', ['format', 'key', 'key', 'algorithm'], wrapKey),
  unwrapKey: method('unwrapKey', ['format', 'octets', 'key', 'algorithm', 'algorithm', 'boolean', 'usages'], unwrapKey),
  getPublicKey: method('getPublicKey', ['key', 'usages'], getPublicKey),
  encapsulateBits: method('encapsulateBits', ['algorithm', 'key'], (algorithm, key) => encapsulate(algorithm, key, 'encapsulateBits')),
  encapsulateKey: method('encapsulateKey', ['algorithm', 'key', 'algorithm', 'boolean', 'usages'], encapsulateKey),
  decapsulateBits: method('decapsulateBits', ['algorithm', 'key', 'octets'],
                          (algorithm, key, ciphertext) => decapsulate(algorithm, key, ciphertext, 'decapsulateBits')),
  decapsulateKey: method('decapsulateKey', ['algorithm', 'key', 'octets', 'algorithm', 'boolean', 'usages'], decapsulateKey),
};
for (const name of Object.keys(methods)) {
  Object.defineProperty(SubtleCrypto.prototype, name, {
    __proto__: null, value: methods[name], writable: true, enumerable: true, configurable: true,
  });
}
Object.defineProperty(SubtleCrypto.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'SubtleCrypto' });

let subtle;

class Crypto {
  #brand;

  constructor(token) {
    if (token !== kConstruct) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#brand = true;
  }

  static #check(value) {
    if (typeof value !== 'object' || value === null || !(#brand in value)) throw new ERR_INVALID_THIS('Crypto');
  }

  get subtle() {
    Crypto.#check(this);
    return getSubtle();
  }

  getRandomValues(array) {
    Crypto.#check(this);
    if (arguments.length < 1) {
      throw typeError('ERR_MISSING_ARGS', "Failed to execute 'getRandomValues' on 'Crypto': 1 argument required, but only 0 present.");
    }
    return require('internal/crypto/random').getRandomValues(array);
  }

  randomUUID(options) {
    Crypto.#check(this);
    return require('internal/crypto/random').randomUUID(options);
  }
}
Object.defineProperties(Crypto.prototype, {
  subtle: { __proto__: null, enumerable: true },
  getRandomValues: { __proto__: null, enumerable: true },
  randomUUID: { __proto__: null, enumerable: true },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'Crypto' },
});

function getSubtle() {
  subtle ??= new SubtleCrypto(kConstruct);
  return subtle;
}

// KeyObject.prototype.toCryptoKey, whatever its getters have been made to say.
function keyObjectToCryptoKey(keyObject, algorithm, extractable, usages) {
  const { typeOf, nativeHandle } = require('internal/crypto/key_object');
  const keys = internalBinding('crypto_keys');
  const formats = { secret: 'raw-secret', public: 'spki', private: 'pkcs8' };
  const wanted = keyUsages(usages, "Failed to execute 'toCryptoKey' on 'KeyObject': 3rd argument");
  const type = typeOf(keyObject);
  const handle = nativeHandle(keyObject);
  const pqc = /^ml-(dsa|kem)-/.test(type !== 'secret' && keys.describe(handle).type);
  if (pqc) {
    const normalized = normalize('importKey', toObjectOrString(algorithm));
    return withUsages(algorithms[normalized.name].importKey('KeyObject', keyObject, normalized, Boolean(extractable), wanted));
  }
  const data = type === 'secret' ? keys.secretBytes(handle) : keys.serialize(handle, false, formats[type], undefined, undefined);
  return importKey(formats[type], data, toObjectOrString(algorithm), Boolean(extractable), wanted);
}

module.exports = {
  Crypto, CryptoKey, SubtleCrypto, keyObjectToCryptoKey, getSubtle,
  crypto: new Crypto(kConstruct),
};
