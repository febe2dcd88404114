'use strict';

// SubtleCrypto.supports(): whether an operation with these parameters is known, as far as can be told before doing it.

const { normalize } = require('internal/crypto/webcrypto_convert');
const { slotsOf } = require('internal/crypto/cryptokey');

const curves = ['P-256', 'P-384', 'P-521'];
const aesLengths = [128, 192, 256];
const isAes = (name) => name.startsWith('AES-');
const gcmTags = [32, 64, 96, 104, 112, 120, 128];
const hasCurve = ({ namedCurve }) => namedCurve === undefined || curves.includes(namedCurve);

const publicExponentFits = ({ publicExponent, modulusLength }) => {
  const value = publicExponent.reduce((sum, byte) => sum * 256 + byte, 0);
  return value < 2 ** 32 && value > 2 && value % 2 === 1 && modulusLength >= 512;
};

const cipherFits = (algorithm) => {
  const { name, iv, counter, length, tagLength = 128 } = algorithm;
  switch (name) {
    case 'AES-CBC':
      return iv.length === 16;
    case 'AES-CTR':
      return counter.length === 16 && length > 0 && length <= 128;
    case 'AES-GCM':
      return gcmTags.includes(tagLength);
    case 'AES-OCB':
      return iv.length > 0 && iv.length <= 15 && [64, 96, 128].includes(tagLength);
    case 'ChaCha20-Poly1305':
      return iv.length === 12 && tagLength === 128;
    default:
      return true;
  }
};

const digestFits = ({ name, outputLength, domainSeparation = 1, functionName, customization }) => {
  if (customization?.length > 512) return false;
  if (outputLength > 2 ** 31 - 8) return false;
  if (functionName !== undefined && !['', 'KMAC', 'TupleHash', 'ParallelHash'].includes(functionName.toString('latin1'))) return false;
  if (/^(TurboSHAKE|KT)/.test(name) && (outputLength === 0 || outputLength % 8)) return false;
  return domainSeparation > 0 && domainSeparation < 0x80;
};

const deriveFits = (algorithm, length) => {
  const { name } = algorithm;
  switch (name) {
    case 'HKDF':
      return length !== null && length % 8 === 0 && algorithm.info.length <= 1024;
    case 'PBKDF2':
      return length !== null && length % 8 === 0 && algorithm.iterations > 0;
    case 'Argon2d':
    case 'Argon2i':
    case 'Argon2id': {
      const { nonce, parallelism, memory, passes, version = 0x13 } = algorithm;
      return length !== null && length % 8 === 0 && length >= 32 && version === 0x13 && nonce.length >= 8 && passes > 0 &&
        parallelism > 0 && parallelism < 2 ** 24 && memory >= 8 * parallelism;
    }
    default: {
      const other = slotsOf(algorithm.public);
      if (other.keyObject.type !== 'public' || other.algorithm.name !== name) return false;
      const bits = { 'P-256': 256, 'P-384': 384, 'P-521': 528, 'X25519': 256, 'X448': 448 };
      return length === null || length <= bits[other.algorithm.namedCurve ?? name];
    }
  }
};

const fits = {
  __proto__: null,
  generateKey: (algorithm) => {
    if (isAes(algorithm.name)) return aesLengths.includes(algorithm.length);
    if (algorithm.name === 'HMAC') return algorithm.length !== 0;
    return hasCurve(algorithm) && (algorithm.publicExponent === undefined || publicExponentFits(algorithm));
  },
  importKey: (algorithm) => hasCurve(algorithm) && (algorithm.name !== 'HMAC' || algorithm.length !== 0),
  encrypt: cipherFits,
  decrypt: cipherFits,
  digest: digestFits,
  sign: (algorithm) => !(algorithm.context?.length > 255) && digestFits({ ...algorithm, name: '' }),
  getKeyLength: (algorithm) => !isAes(algorithm.name) || aesLengths.includes(algorithm.length),
};
fits.verify = fits.sign;

function can(operation, algorithm) {
  const normalized = normalize(operation, algorithm);
  return (fits[operation]?.(normalized) ?? true) ? normalized : undefined;
}

function canAnyOf(operations, algorithm) {
  for (const operation of operations) {
    try {
      if (can(operation, algorithm)) return true;
    } catch {
      // Another operation may do.
    }
  }
  return false;
}

// The length of the key that `derived` asks for: null when it takes any, undefined when it cannot be had.
function derivedLength(algorithms, derived) {
  const wanted = can('getKeyLength', derived);
  return wanted && algorithms[wanted.name].getKeyLength(wanted);
}

function deriving(algorithm, length) {
  return deriveFits(normalize('deriveBits', algorithm), length);
}

const sharedKeyBits = 256;

// An encapsulated secret must be a key of the algorithm it shall be for.
function sharedKeyFits(shared) {
  const normalized = can('importKey', shared);
  if (!normalized || /^(RSA|EC|Ed|X25519|X448|ML-)/.test(normalized.name)) return false;
  const { name, length } = normalized;
  return !(name === 'HMAC' || name.startsWith('KMAC')) || length === undefined || Math.ceil(length / 8) * 8 === sharedKeyBits;
}

const asymmetric = /^(RSA|EC|Ed|X25519|X448|ML-)/;

function check(algorithms, operation, algorithm, other) {
  switch (operation) {
    case 'encrypt': case 'decrypt': case 'sign': case 'verify': case 'digest': case 'generateKey': case 'importKey':
      return can(operation, algorithm) !== undefined;
    case 'exportKey':
      return normalize('exportKey', algorithm) !== undefined;
    case 'getPublicKey':
      return asymmetric.test(normalize('exportKey', algorithm).name);
    case 'deriveBits':
      return deriving(algorithm, other ?? null);
    case 'deriveKey': {
      if (can('importKey', other) === undefined) return false;
      const length = derivedLength(algorithms, other);
      return length !== undefined && deriving(algorithm, length);
    }
    case 'wrapKey':
      return canAnyOf(['wrapKey', 'encrypt'], algorithm) && (other === undefined || normalize('exportKey', other) !== undefined);
    case 'unwrapKey':
      return canAnyOf(['unwrapKey', 'decrypt'], algorithm) && (other === undefined || can('importKey', other) !== undefined);
    case 'encapsulateBits':
      return normalize('encapsulate', algorithm) !== undefined;
    case 'decapsulateBits':
      return normalize('decapsulate', algorithm) !== undefined;
    case 'encapsulateKey':
      return normalize('encapsulate', algorithm) !== undefined && sharedKeyFits(other);
    case 'decapsulateKey':
      return normalize('decapsulate', algorithm) !== undefined && sharedKeyFits(other);
    default:
      return false;
  }
}

function supports(algorithms, operation, algorithm, other) {
  try {
    return check(algorithms, operation, algorithm, other);
  } catch {
    return false;
  }
}

module.exports = { supports };
