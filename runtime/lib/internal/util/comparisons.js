'use strict';

// Deep equality, as node:assert documents it in three modes: loose, strict, and partial (what is expected must be there).

const {
  isAnyArrayBuffer, isArrayBufferView, isBoxedPrimitive, isDate, isFloat16Array, isFloat32Array, isFloat64Array, isMap,
  isNativeError, isRegExp, isSet, isSymbolObject, isBigIntObject, isBooleanObject, isNumberObject, isStringObject,
  isWeakMap, isWeakSet, isPromise, isKeyObject, isCryptoKey,
} = require('internal/util/types');

const { getOwnNonIndexProperties, ONLY_ENUMERABLE, SKIP_SYMBOLS } = internalBinding('util');

const kLoose = 0;
const kStrict = 1;
const kPartial = 2;
const kStructure = 3; // strict but for the prototypes

const { hasOwn, keys: ownKeys, getOwnPropertySymbols, getPrototypeOf, is } = Object;
const tagOf = (value) => Object.prototype.toString.call(value);
const enumerable = (value, key) => Object.prototype.propertyIsEnumerable.call(value, key);
const isIndex = (key) => /^(?:0|[1-9]\d*)$/.test(key) && Number(key) < 2 ** 32 - 1;

function primitivesEqual(a, b, mode) {
  if (mode === kLoose) return a == b || (a !== a && b !== b);
  return is(a, b);
}

function deepEqual(a, b, mode, seen) {
  if (a === b) return mode === kLoose || a !== 0 || is(a, b);
  const objectA = typeof a === 'object' && a !== null;
  const objectB = typeof b === 'object' && b !== null;
  if (mode !== kLoose) {
    if (!objectA || !objectB) return typeof a === 'number' && a !== a && typeof b === 'number' && b !== b;
    if (mode === kStrict && getPrototypeOf(a) !== getPrototypeOf(b)) return false;
  } else {
    if (!objectA) return !objectB && typeof b !== 'function' && typeof a !== 'function' ? primitivesEqual(a, b, mode) : false;
    if (!objectB) return false;
  }
  return objectsEqual(a, b, mode, seen);
}

function objectsEqual(a, b, mode, seen) {
  const tag = tagOf(a);
  if (tag !== tagOf(b)) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b)) return false;
    if (mode === kPartial ? a.length < b.length : a.length !== b.length) return false;
    return propertiesEqual(a, b, mode, seen, 'array');
  }
  if (Array.isArray(b)) return false;
  if (tag === '[object Object]') return propertiesEqual(a, b, mode, seen, isSpecial(a) || isSpecial(b) ? special(a, b, mode, seen) : 'object');
  const kind = special(a, b, mode, seen);
  return kind !== undefined && propertiesEqual(a, b, mode, seen, kind);
}

// Objects may hide what they are behind Symbol.toStringTag.
function isSpecial(value) {
  return isDate(value) || isRegExp(value) || isNativeError(value) || isSet(value) || isMap(value) || isBoxedPrimitive(value) ||
    isArrayBufferView(value) || isAnyArrayBuffer(value);
}

// What is inside of objects beside properties: undefined when it differs, else how to go on.
function special(a, b, mode, seen) {
  if (isDate(a)) {
    return isDate(b) && is(Date.prototype.getTime.call(a), Date.prototype.getTime.call(b)) ? 'object' : undefined;
  }
  if (isRegExp(a)) {
    return isRegExp(b) && a.source === b.source && a.flags === b.flags && a.lastIndex === b.lastIndex ? 'object' : undefined;
  }
  if (isNativeError(a) || a instanceof Error) {
    if (!isNativeError(b) && !(b instanceof Error)) return undefined;
    return errorsEqual(a, b, mode, seen) ? 'object' : undefined;
  }
  if (isArrayBufferView(a)) {
    if (!isArrayBufferView(b) || a[Symbol.toStringTag] !== b[Symbol.toStringTag]) return undefined;
    if (mode === kPartial) return viewStartsWith(a, b) ? 'view' : undefined;
    if (a.byteLength !== b.byteLength) return undefined;
    const floats = isFloat32Array(a) || isFloat64Array(a) || isFloat16Array?.(a);
    if (mode === kLoose && floats) {
      for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return undefined;
      return 'view';
    }
    return bytesEqual(a, b) ? 'view' : undefined;
  }
  if (isSet(a)) return isSet(b) && (mode === kPartial ? a.size >= b.size : a.size === b.size) ? 'set' : undefined;
  if (isMap(a)) return isMap(b) && (mode === kPartial ? a.size >= b.size : a.size === b.size) ? 'map' : undefined;
  if (isAnyArrayBuffer(a)) {
    if (!isAnyArrayBuffer(b)) return undefined;
    if (mode === kPartial ? a.byteLength < b.byteLength : a.byteLength !== b.byteLength) return undefined;
    return bytesEqual(new Uint8Array(a, 0, b.byteLength), new Uint8Array(b)) ? 'object' : undefined;
  }
  if (isBoxedPrimitive(a)) return boxesEqual(a, b) ? (isStringObject(a) ? 'string' : 'object') : undefined;
  if (isSpecial(b)) return undefined;
  if (isWeakMap(a) || isWeakSet(a) || isPromise(a) || isWeakMap(b) || isWeakSet(b) || isPromise(b)) {
    // Their contents cannot be seen: only the same one is surely equal.
    return undefined;
  }
  const { isURL } = require('internal/url');
  if (isURL(a)) return isURL(b) && a.href === b.href ? 'object' : undefined;
  if (isKeyObject?.(a)) return isKeyObject(b) && a.equals(b) ? 'object' : undefined;
  if (isCryptoKey?.(a)) return isCryptoKey(b) && cryptoKeysEqual(a, b, mode, seen) ? 'object' : undefined;
  return 'object';
}

function cryptoKeysEqual(a, b, mode, seen) {
  const { KeyObject } = require('crypto');
  return a.extractable === b.extractable && deepEqual(a.algorithm, b.algorithm, mode, seen) &&
    deepEqual(a.usages, b.usages, mode, seen) && KeyObject.from(a).equals(KeyObject.from(b));
}

function errorsEqual(a, b, mode, seen) {
  // These may be own and not enumerable, and they are what an error says.
  for (const key of ['message', 'name']) {
    if (mode === kPartial && !hasOwn(b, key) && a[key] !== b[key]) return false;
    if (!is(a[key], b[key])) return false;
  }
  for (const key of ['cause', 'errors']) {
    const shown = enumerable(b, key);
    if (mode === kPartial && !hasOwn(b, key)) continue;
    if (hasOwn(a, key) !== hasOwn(b, key)) return false;
    if (!shown && hasOwn(b, key) && !deepEqual(a[key], b[key], mode, seen)) return false;
  }
  return true;
}

function bytesEqual(a, b) {
  return Buffer.compare(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), new Uint8Array(b.buffer, b.byteOffset, b.byteLength)) === 0;
}

function viewStartsWith(a, b) {
  if (a.byteLength < b.byteLength) return false;
  return bytesEqual(new Uint8Array(a.buffer, a.byteOffset, b.byteLength), b);
}

function boxesEqual(a, b) {
  if (isNumberObject(a)) return isNumberObject(b) && is(Number.prototype.valueOf.call(a), Number.prototype.valueOf.call(b));
  if (isStringObject(a)) return isStringObject(b) && String.prototype.valueOf.call(a) === String.prototype.valueOf.call(b);
  if (isBooleanObject(a)) return isBooleanObject(b) && Boolean.prototype.valueOf.call(a) === Boolean.prototype.valueOf.call(b);
  if (isBigIntObject(a)) return isBigIntObject(b) && BigInt.prototype.valueOf.call(a) === BigInt.prototype.valueOf.call(b);
  if (isSymbolObject(a)) return isSymbolObject(b) && Symbol.prototype.valueOf.call(a) === Symbol.prototype.valueOf.call(b);
  return false;
}

// The keys to compare: of arrays, views and strings those that are no index, since elements are compared apart (and a key
// for each byte of a large buffer would take seconds).
function comparedKeys(value, kind) {
  if (kind !== 'array' && kind !== 'view' && kind !== 'string') return ownKeys(value);
  return getOwnNonIndexProperties(value, ONLY_ENUMERABLE | SKIP_SYMBOLS);
}
function enumerableSymbols(value) {
  const symbols = getOwnPropertySymbols(value);
  return symbols.length === 0 ? symbols : symbols.filter((key) => enumerable(value, key));
}

function propertiesEqual(a, b, mode, seen, kind) {
  if (kind === undefined) return false;
  const keys = comparedKeys(b, kind);
  if (mode !== kPartial && keys.length !== comparedKeys(a, kind).length) return false;
  for (const key of keys) {
    if (!enumerable(a, key)) return false;
  }
  if (mode !== kLoose) {
    const symbols = enumerableSymbols(b);
    if (mode !== kPartial && symbols.length !== enumerableSymbols(a).length) return false;
    for (const key of symbols) {
      if (!enumerable(a, key)) return false;
      keys.push(key);
    }
  }
  if (keys.length === 0 && (kind === 'object' || kind === 'view' || kind === 'string' ||
      (kind === 'array' ? b.length === 0 : b.size === 0))) return true;

  // A pair met again while it is being compared is a cycle; it is equal if the rest is.
  if (seen.a === undefined) {
    seen.a = new Map();
    seen.b = new Map();
  }
  if (seen.a.has(a) || seen.b.has(b)) {
    const pairA = seen.a.get(a);
    const pairB = seen.b.get(b);
    return pairA === b && pairB === a;
  }
  seen.a.set(a, b);
  seen.b.set(b, a);
  const equal = contentsEqual(a, b, mode, seen, kind, keys);
  seen.a.delete(a);
  seen.b.delete(b);
  return equal;
}

function contentsEqual(a, b, mode, seen, kind, keys) {
  if (kind === 'set' && !setsEqual(a, b, mode, seen)) return false;
  if (kind === 'map' && !mapsEqual(a, b, mode, seen)) return false;
  if (kind === 'array' && !(mode === kPartial ? arrayContains(a, b, seen) : arraysEqual(a, b, mode, seen))) return false;
  for (const key of keys) {
    if (!deepEqual(a[key], b[key], mode, seen)) return false;
  }
  return true;
}

function arraysEqual(a, b, mode, seen) {
  for (let i = 0; i < a.length; i++) {
    const inA = hasOwn(a, i);
    const inB = hasOwn(b, i);
    if (inA && inB) {
      if (!deepEqual(a[i], b[i], mode, seen)) return false;
    } else if (inA !== inB) {
      return false;
    } else {
      // Both have a hole here, and may have nothing but holes for long.
      const rest = ownKeys(a).filter((key) => isIndex(key) && Number(key) > i);
      if (rest.length !== ownKeys(b).filter((key) => isIndex(key) && Number(key) > i).length) return false;
      return rest.every((key) => hasOwn(b, key) && deepEqual(a[key], b[key], mode, seen));
    }
  }
  return true;
}

// Every element of b is in a, in order, with others in between perhaps.
function arrayContains(a, b, seen) {
  let at = 0;
  for (let i = 0; i < b.length; i++) {
    if (!hasOwn(b, i)) continue;
    while (at < a.length && !(hasOwn(a, at) && deepEqual(a[at], b[i], kPartial, seen))) at++;
    if (at++ >= a.length) return false;
  }
  return true;
}

// Could an element that is not in the other collection as it is still have an equal there?
function mayHaveEqual(value, mode) {
  if (typeof value === 'object' && value !== null) return true;
  if (mode !== kLoose) return false;
  // '1' equals 1 loosely, undefined null; symbols and NaN equal themselves only.
  return typeof value !== 'symbol' && typeof value !== 'function' && value === value;
}

function setsEqual(a, b, mode, seen) {
  let left;
  for (const value of b) {
    if (a.has(value)) continue;
    if (!mayHaveEqual(value, mode)) return false;
    (left ??= new Set()).add(value);
  }
  if (left === undefined) return true;
  for (const value of a) {
    if (left.size === 0) break;
    if (b.has(value) && mode !== kPartial) continue;
    if (!mayHaveEqual(value, mode)) {
      if (mode === kPartial) continue;
      return false;
    }
    let found = false;
    for (const candidate of left) {
      if (deepEqual(value, candidate, mode, seen)) {
        left.delete(candidate);
        found = true;
        break;
      }
    }
    if (!found && mode !== kPartial) return false;
  }
  return left.size === 0;
}

function mapsEqual(a, b, mode, seen) {
  let left;
  for (const [key, value] of b) {
    if (typeof key === 'object' && key !== null) {
      if (a.has(key) && deepEqual(a.get(key), value, mode, seen)) continue;
      (left ??= new Map()).set(key, value);
    } else if (a.has(key) && deepEqual(a.get(key), value, mode, seen)) {
      continue;
    } else {
      if (mode !== kLoose || !mayHaveEqual(key, mode)) return false;
      (left ??= new Map()).set(key, value);
    }
  }
  if (left === undefined) return true;
  for (const [key, value] of a) {
    if (left.size === 0) break;
    if (mode !== kPartial && b.has(key) && !left.has(key)) continue;
    let found = false;
    for (const [otherKey, otherValue] of left) {
      if (deepEqual(key, otherKey, mode, seen) && deepEqual(value, otherValue, mode, seen)) {
        left.delete(otherKey);
        found = true;
        break;
      }
    }
    if (!found && mode !== kPartial) return false;
  }
  return left.size === 0;
}

const isDeepEqual = (a, b) => deepEqual(a, b, kLoose, {});
const isDeepStrictEqual = (a, b, skipPrototype) => deepEqual(a, b, skipPrototype ? kStructure : kStrict, {});
// Is what `expected` has in `actual`?
const isPartialStrictEqual = (actual, expected) => deepEqual(actual, expected, kPartial, {});

module.exports = { isDeepEqual, isDeepStrictEqual, isPartialStrictEqual };
