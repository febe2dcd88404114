'use strict';

// From what callers pass to what the operations of SubtleCrypto take: Web IDL conversions, and "normalize an algorithm"
// (Web Cryptography API, 18.4.4).

const { isAnyArrayBuffer } = require('internal/crypto/util');
const { slotsOf, usageOrder } = require('internal/crypto/cryptokey');
const { Buffer } = require('buffer');

function typeError(code, message) {
  const error = new TypeError(message);
  error.code = code;
  return error;
}

function domError(name, message, cause) {
  const { DOMException } = require('internal/domexception');
  return cause === undefined ? new DOMException(message, name) : new DOMException(message, { name, cause });
}

const operationError = (message = 'The operation failed for an operation-specific reason', cause) =>
  domError('OperationError', message, cause);

// A copy: what callers do to their memory later is nothing to an operation that runs.
function octets(value, where) {
  if (!ArrayBuffer.isView(value) && !isAnyArrayBuffer(value)) {
    throw typeError('ERR_INVALID_ARG_TYPE', `${where} is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.`);
  }
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]') {
    throw typeError('ERR_INVALID_ARG_TYPE', `${where} is a view on a SharedArrayBuffer, which is not allowed.`);
  }
  if (buffer.detached) return Buffer.alloc(0);
  if (buffer.resizable) {
    throw typeError('ERR_INVALID_ARG_TYPE', `${where} is backed by a resizable ArrayBuffer, which is not allowed.`);
  }
  return Buffer.from(ArrayBuffer.isView(value) ?
    new Uint8Array(buffer, value.byteOffset, value.byteLength) : new Uint8Array(value));
}

function integer(max) {
  return (value, where) => {
    if (typeof value === 'bigint') throw typeError('ERR_INVALID_ARG_TYPE', `${where} is a BigInt and cannot be converted to a number.`);
    if (typeof value === 'symbol') throw typeError('ERR_INVALID_ARG_TYPE', `${where} is a Symbol and cannot be converted to a number.`);
    const number = +value;
    if (!Number.isFinite(number)) throw typeError('ERR_INVALID_ARG_TYPE', `${where} is not a finite number.`);
    const whole = Math.trunc(number) + 0;
    if (whole < 0 || whole > max) {
      throw typeError('ERR_OUT_OF_RANGE', `${where} is outside the expected range of 0 to ${max}.`);
    }
    return whole;
  };
}

function string(value, where) {
  if (typeof value === 'symbol') throw typeError('ERR_INVALID_ARG_TYPE', `${where} is a Symbol and cannot be converted to a string.`);
  return `${value}`;
}

function cryptoKey(value, where) {
  if (slotsOf(value) === undefined) throw typeError('ERR_INVALID_ARG_TYPE', `${where} is not of type CryptoKey.`);
  return value;
}

function bigInteger(value, where) {
  if (!(value instanceof Uint8Array)) throw typeError('ERR_INVALID_ARG_TYPE', `${where} is not an Uint8Array object.`);
  return new Uint8Array(octets(value, where));
}

const kinds = {
  '__proto__': null, octets, string, 'key': cryptoKey, 'bigint': bigInteger,
  'octet': integer(255), 'ushort': integer(65535), 'ulong': integer(2 ** 32 - 1),
  'hash': (value, where) => normalize('digest', value, where),
};

// The dictionaries: member, kind, whether it is required, in the order they are read.
const dictionaries = {
  '__proto__': null,
  'Algorithm': [],
  'AesKeyGenParams': [['length', 'ushort', true]],
  'AesDerivedKeyParams': [['length', 'ushort', true]],
  'AesCbcParams': [['iv', 'octets', true]],
  'AesCtrParams': [['counter', 'octets', true], ['length', 'octet', true]],
  'AeadParams': [['additionalData', 'octets'], ['iv', 'octets', true], ['tagLength', 'octet']],
  'RsaHashedKeyGenParams': [['modulusLength', 'ulong', true], ['publicExponent', 'bigint', true], ['hash', 'hash', true]],
  'RsaHashedImportParams': [['hash', 'hash', true]],
  'RsaPssParams': [['saltLength', 'ulong', true]],
  'RsaOaepParams': [['label', 'octets']],
  'EcKeyGenParams': [['namedCurve', 'string', true]],
  'EcKeyImportParams': [['namedCurve', 'string', true]],
  'EcdsaParams': [['hash', 'hash', true]],
  'EcdhKeyDeriveParams': [['public', 'key', true]],
  'HmacKeyGenParams': [['hash', 'hash', true], ['length', 'ulong']],
  'HmacImportParams': [['hash', 'hash', true], ['length', 'ulong']],
  'HkdfParams': [['hash', 'hash', true], ['info', 'octets', true], ['salt', 'octets', true]],
  'Pbkdf2Params': [['hash', 'hash', true], ['iterations', 'ulong', true], ['salt', 'octets', true]],
  'ContextParams': [['context', 'octets']],
  'TurboShakeParams': [['domainSeparation', 'octet'], ['outputLength', 'ulong', true]],
  'KangarooTwelveParams': [['customization', 'octets'], ['outputLength', 'ulong', true]],
  'KmacKeyGenParams': [['length', 'ulong']],
  'KmacImportParams': [['length', 'ulong']],
  'KmacParams': [['customization', 'octets'], ['outputLength', 'ulong', true]],
  'Argon2Params': [
    ['associatedData', 'octets'], ['memory', 'ulong', true], ['nonce', 'octets', true], ['parallelism', 'ulong', true],
    ['passes', 'ulong', true], ['secretValue', 'octets'], ['version', 'octet'],
  ],
  'CShakeParams': [['customization', 'octets'], ['functionName', 'octets'], ['outputLength', 'ulong', true]],
};

function convertDictionary(name, value, where) {
  const result = { name: value.name };
  for (const [member, kind, required] of dictionaries[name]) {
    const given = value[member];
    if (given !== undefined) {
      result[member] = kinds[kind](given, memberPlace(member, where));
    } else if (required) {
      throw typeError('ERR_MISSING_OPTION', `${where} cannot be converted to '${name}' because '${member}' is required in '${name}'.`);
    }
  }
  return result;
}

// "Failed to ...: passed algorithm" becomes "Failed to ...: iv in passed algorithm".
function memberPlace(member, where) {
  const colon = where.indexOf(': ');
  return `${where.slice(0, colon + 2)}${member} in ${where.slice(colon + 2)}`;
}

const normalizePlace = 'Failed to normalize algorithm: passed algorithm';

// For each operation, the names it is known for, in lower case, with the dictionary each takes.
const registry = { __proto__: null };
function register(name, operations) {
  for (const operation of Object.keys(operations)) {
    registry[operation] ??= { __proto__: null };
    registry[operation][name.toLowerCase()] = { name, dictionary: operations[operation] };
  }
}

function normalize(operation, algorithm, where = normalizePlace) {
  if (typeof algorithm === 'string') return normalize(operation, { name: algorithm }, where);
  if ((typeof algorithm !== 'object' && typeof algorithm !== 'function') || algorithm === null) {
    return normalize(operation, { name: string(algorithm, where) }, where);
  }
  const name = algorithm.name;
  if (name === undefined) {
    throw typeError('ERR_MISSING_OPTION', `${where} cannot be converted to 'Algorithm' because 'name' is required in 'Algorithm'.`);
  }
  const known = registry[operation]?.[string(name, memberPlace('name', where)).toLowerCase()];
  if (known === undefined) throw domError('NotSupportedError', 'Unrecognized algorithm name');
  const result = convertDictionary(known.dictionary, algorithm, where);
  result.name = known.name;
  return result;
}

const formats = ['raw', 'raw-public', 'raw-private', 'raw-seed', 'raw-secret', 'pkcs8', 'spki', 'jwk'];

function keyFormat(value, where) {
  const format = string(value, where);
  if (!formats.includes(format)) {
    throw typeError('ERR_INVALID_ARG_VALUE', `${where} '${format}' is not a valid enum value of type KeyFormat.`);
  }
  return format;
}

function keyUsages(value, where) {
  if (typeof value !== 'object' || value === null || typeof value[Symbol.iterator] !== 'function') {
    throw typeError('ERR_INVALID_ARG_TYPE', `${where} cannot be converted to sequence.`);
  }
  return Array.from(value, (item, i) => {
    const usage = string(item, `${where}[${i}]`);
    if (!usageOrder.includes(usage)) {
      throw typeError('ERR_INVALID_ARG_VALUE', `${where}[${i}] '${usage}' is not a valid enum value of type KeyUsage.`);
    }
    return usage;
  });
}

module.exports = {
  typeError, domError, operationError, octets, integer, string, cryptoKey, normalize, register, keyFormat, keyUsages,
};
