'use strict';

// Random bytes, integers, UUIDs and primes. Documented in doc/api/crypto.md.

const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const { validateNumber, validateBoolean, validateFunction, validateInt32, validateObject } = require('internal/validators');
const { Buffer, kMaxLength } = require('buffer');
const native = internalBinding('crypto_random');
const { isAnyArrayBuffer } = require('internal/crypto/util');
const { isTypedArray, isFloat32Array, isFloat64Array, isDataView } = require('internal/util/types');

const kMaxInt32 = 2 ** 31 - 1;
const kMaxPossible = Math.min(kMaxLength, kMaxInt32);

function checkOffset(offset, elementSize, length) {
  validateNumber(offset, 'offset');
  offset *= elementSize;
  const maximum = Math.min(length, kMaxPossible);
  if (Number.isNaN(offset) || offset > maximum || offset < 0) throw new ERR_OUT_OF_RANGE('offset', `>= 0 && <= ${maximum}`, offset);
  return offset >>> 0;
}

function checkSize(size, elementSize, offset, length) {
  validateNumber(size, 'size');
  size *= elementSize;
  if (Number.isNaN(size) || size > kMaxPossible || size < 0) throw new ERR_OUT_OF_RANGE('size', `>= 0 && <= ${kMaxPossible}`, size);
  if (size + offset > length) throw new ERR_OUT_OF_RANGE('size + offset', `<= ${length}`, size + offset);
  return size >>> 0;
}

function randomBytes(size, callback) {
  size = checkSize(size, 1, 0, Infinity);
  if (callback !== undefined) validateFunction(callback, 'callback');
  const bytes = Buffer.alloc(size);
  if (callback === undefined) {
    native.randomFill(bytes.buffer, bytes.byteOffset, size);
    return bytes;
  }
  native.randomFill(bytes.buffer, bytes.byteOffset, size, (error) => {
    if (error) callback(error);
    else callback(null, bytes);
  });
}

function checkTarget(buffer) {
  if (!isAnyArrayBuffer(buffer) && !ArrayBuffer.isView(buffer)) {
    throw new ERR_INVALID_ARG_TYPE('buf', ['ArrayBuffer', 'ArrayBufferView'], buffer);
  }
}

function randomFillSync(buffer, offset = 0, size) {
  checkTarget(buffer);
  const elementSize = buffer.BYTES_PER_ELEMENT || 1;
  offset = checkOffset(offset, elementSize, buffer.byteLength);
  size = size === undefined ? buffer.byteLength - offset : checkSize(size, elementSize, offset, buffer.byteLength);
  if (size > 0) native.randomFill(buffer, offset, size);
  return buffer;
}

function randomFill(buffer, offset, size, callback) {
  checkTarget(buffer);
  const elementSize = buffer.BYTES_PER_ELEMENT || 1;
  if (typeof offset === 'function') {
    callback = offset;
    offset = 0;
    size = buffer.byteLength;
  } else if (typeof size === 'function') {
    callback = size;
    offset = checkOffset(offset, elementSize, buffer.byteLength);
    size = buffer.byteLength - offset;
  } else {
    validateFunction(callback, 'callback');
    offset = checkOffset(offset, elementSize, buffer.byteLength);
    size = checkSize(size, elementSize, offset, buffer.byteLength);
  }
  validateFunction(callback, 'callback');
  if (size === 0) {
    process.nextTick(callback, null, buffer);
    return;
  }
  native.randomFill(buffer, offset, size, (error) => {
    if (error) callback(error);
    else callback(null, buffer);
  });
}

// Integers below 2 ** 48, from a cache of random bytes that is refilled as a whole. Values above the largest multiple of
// the range are thrown away, so that each is equally likely.
const kMaxRange = 2 ** 48 - 1;
const kCacheSize = 6 * 1024;
let cache;
let cacheOffset = kCacheSize;
const waiting = [];
let filling = false;

function nextCached(range) {
  const limit = kMaxRange - (kMaxRange % range);
  while (cache !== undefined && cacheOffset < kCacheSize) {
    const value = cache.readUIntBE(cacheOffset, 6);
    cacheOffset += 6;
    if (value < limit) return value % range;
  }
  return undefined;
}

function refillLater() {
  if (filling) return;
  filling = true;
  cache ??= Buffer.alloc(kCacheSize);
  randomFill(cache, (error) => {
    filling = false;
    if (!error) cacheOffset = 0;
    const tasks = waiting.splice(0);
    for (const { range, minimum, callback } of tasks) {
      if (error) process.nextTick(callback, error);
      else deliver(range, minimum, callback);
    }
  });
}

function deliver(range, minimum, callback) {
  const value = filling ? undefined : nextCached(range);
  if (value !== undefined) {
    process.nextTick(callback, undefined, value + minimum);
    return;
  }
  waiting.push({ range, minimum, callback });
  refillLater();
}

function randomInt(minimum, maximum, callback) {
  const oneBound = maximum === undefined || typeof maximum === 'function';
  if (oneBound) {
    callback = maximum;
    maximum = minimum;
    minimum = 0;
  }
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (!Number.isSafeInteger(minimum)) throw new ERR_INVALID_ARG_TYPE('min', 'a safe integer', minimum);
  if (!Number.isSafeInteger(maximum)) throw new ERR_INVALID_ARG_TYPE('max', 'a safe integer', maximum);
  if (maximum <= minimum) {
    throw new ERR_OUT_OF_RANGE('max', `greater than the value of "min" (${minimum})`, maximum);
  }
  const range = maximum - minimum;
  if (!(range <= kMaxRange)) throw new ERR_OUT_OF_RANGE(oneBound ? 'max' : 'max - min', `<= ${kMaxRange}`, range);
  if (callback !== undefined) {
    deliver(range, minimum, callback);
    return undefined;
  }
  for (;;) {
    // While the cache is being filled on the pool its bytes are nobody's: draw from a small one of our own.
    if (filling) {
      const own = Buffer.alloc(6);
      randomFillSync(own);
      const value = own.readUIntBE(0, 6);
      if (value < kMaxRange - (kMaxRange % range)) return (value % range) + minimum;
      continue;
    }
    const value = nextCached(range);
    if (value !== undefined) return value + minimum;
    cache ??= Buffer.alloc(kCacheSize);
    randomFillSync(cache);
    cacheOffset = 0;
  }
}

// RFC 9562 version 4. The bytes of 128 of them are drawn at once.
const kUuids = 128;
let uuidBytes;
let uuidNext = kUuids;
const hexPairs = [];

function formatUuid(bytes, at) {
  if (hexPairs.length === 0) for (let i = 0; i < 256; i++) hexPairs.push((i + 256).toString(16).slice(1));
  const h = hexPairs;
  return h[bytes[at]] + h[bytes[at + 1]] + h[bytes[at + 2]] + h[bytes[at + 3]] + '-' + h[bytes[at + 4]] + h[bytes[at + 5]] + '-' +
    h[(bytes[at + 6] & 0x0f) | 0x40] + h[bytes[at + 7]] + '-' + h[(bytes[at + 8] & 0x3f) | 0x80] + h[bytes[at + 9]] + '-' +
    h[bytes[at + 10]] + h[bytes[at + 11]] + h[bytes[at + 12]] + h[bytes[at + 13]] + h[bytes[at + 14]] + h[bytes[at + 15]];
}

function randomUUID(options) {
  if (options !== undefined) {
    validateObject(options, 'options');
    if (options.disableEntropyCache !== undefined) validateBoolean(options.disableEntropyCache, 'options.disableEntropyCache');
    if (options.disableEntropyCache) return formatUuid(randomFillSync(Buffer.allocUnsafeSlow(16)), 0);
  }
  if (uuidNext === kUuids) {
    uuidBytes ??= Buffer.allocUnsafeSlow(16 * kUuids);
    randomFillSync(uuidBytes);
    uuidNext = 0;
  }
  return formatUuid(uuidBytes, 16 * uuidNext++);
}

// RFC 9562, 5.7: milliseconds, then random bits.
function randomUUIDv7(options) {
  let disableEntropyCache = false;
  if (options !== undefined) {
    validateObject(options, 'options');
    ({ disableEntropyCache = false } = options);
    validateBoolean(disableEntropyCache, 'options.disableEntropyCache');
  }
  const random = randomUUID({ disableEntropyCache });
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

function bigIntBytes(value, name) {
  if (typeof value !== 'bigint') return value;
  if (value < 0n) throw new ERR_OUT_OF_RANGE(name, '>= 0', value);
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}

function primeOptions(size, options) {
  validateInt32(size, 'size', 1);
  validateObject(options, 'options');
  const { safe = false, bigint = false } = options;
  let { add, rem } = options;
  validateBoolean(safe, 'options.safe');
  validateBoolean(bigint, 'options.bigint');
  if (add !== undefined) {
    add = bigIntBytes(add, 'options.add');
    if (!isAnyArrayBuffer(add) && !ArrayBuffer.isView(add)) {
      throw new ERR_INVALID_ARG_TYPE('options.add', ['ArrayBuffer', 'TypedArray', 'Buffer', 'DataView', 'bigint'], add);
    }
  }
  if (rem !== undefined) {
    rem = bigIntBytes(rem, 'options.rem');
    if (!isAnyArrayBuffer(rem) && !ArrayBuffer.isView(rem)) {
      throw new ERR_INVALID_ARG_TYPE('options.rem', ['ArrayBuffer', 'TypedArray', 'Buffer', 'DataView', 'bigint'], rem);
    }
  }
  return { safe, bigint, add, rem };
}

function primeResult(bytes, bigint) {
  if (bigint) return BigInt(`0x${bytes.toString('hex')}`);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

function generatePrime(size, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  validateFunction(callback, 'callback');
  const { safe, bigint, add, rem } = primeOptions(size, options);
  native.generatePrime(size, safe, add, rem, (error, bytes) => {
    if (error) callback(error);
    else callback(undefined, primeResult(bytes, bigint));
  });
}

function generatePrimeSync(size, options = {}) {
  const { safe, bigint, add, rem } = primeOptions(size, options);
  return primeResult(native.generatePrime(size, safe, add, rem), bigint);
}

function candidateBytes(candidate, options) {
  candidate = bigIntBytes(candidate, 'candidate');
  if (!isAnyArrayBuffer(candidate) && !ArrayBuffer.isView(candidate)) {
    throw new ERR_INVALID_ARG_TYPE('candidate', ['ArrayBuffer', 'TypedArray', 'Buffer', 'DataView', 'bigint'], candidate);
  }
  validateObject(options, 'options');
  const { checks = 0 } = options;
  validateInt32(checks, 'options.checks', 0);
  return candidate;
}

function checkPrime(candidate, options = {}, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  const bytes = candidateBytes(candidate, options);
  validateFunction(callback, 'callback');
  native.checkPrime(bytes, callback);
}

function checkPrimeSync(candidate, options = {}) {
  return native.checkPrime(candidateBytes(candidate, options));
}

// The Web Crypto API's, for integer typed arrays of at most 65,536 bytes.
function getRandomValues(array) {
  const { lazyDOMException } = require('internal/util');
  if (!isTypedArray(array) || isFloat32Array(array) || isFloat64Array(array) || isDataView(array)) {
    throw lazyDOMException('The data argument must be an integer-type TypedArray', 'TypeMismatchError');
  }
  if (array.byteLength > 65536) {
    throw lazyDOMException(
      `The requested length exceeds 65,536 bytes. Received ${array.byteLength}`, 'QuotaExceededError');
  }
  return randomFillSync(array, 0);
}

module.exports = {
  randomBytes, randomFill, randomFillSync, randomInt, randomUUID, randomUUIDv7, generatePrime, generatePrimeSync, checkPrime, checkPrimeSync,
  getRandomValues,
};
