'use strict';

// util.types: what a value is by its internal slots.

const { ArrayBufferIsView: isArrayBufferView, TypedArrayPrototypeGetSymbolToStringTag: tagOf } = primordials;
const binding = internalBinding('types');

function isTypedArray(value) { return tagOf(value) !== undefined; }
function isUint8Array(value) { return tagOf(value) === 'Uint8Array'; }
function isUint8ClampedArray(value) { return tagOf(value) === 'Uint8ClampedArray'; }
function isUint16Array(value) { return tagOf(value) === 'Uint16Array'; }
function isUint32Array(value) { return tagOf(value) === 'Uint32Array'; }
function isInt8Array(value) { return tagOf(value) === 'Int8Array'; }
function isInt16Array(value) { return tagOf(value) === 'Int16Array'; }
function isInt32Array(value) { return tagOf(value) === 'Int32Array'; }
function isFloat16Array(value) { return tagOf(value) === 'Float16Array'; }
function isFloat32Array(value) { return tagOf(value) === 'Float32Array'; }
function isFloat64Array(value) { return tagOf(value) === 'Float64Array'; }
function isBigInt64Array(value) { return tagOf(value) === 'BigInt64Array'; }
function isBigUint64Array(value) { return tagOf(value) === 'BigUint64Array'; }

const { hasInternalFields, ...native } = binding;
module.exports = {
  ...native,
  isArrayBufferView,
  isTypedArray,
  isUint8Array,
  isUint8ClampedArray,
  isUint16Array,
  isUint32Array,
  isInt8Array,
  isInt16Array,
  isInt32Array,
  isFloat16Array,
  isFloat32Array,
  isFloat64Array,
  isBigInt64Array,
  isBigUint64Array,
};
// Keys are asked for lazily: most programs need none.
for (const [name, of] of [['isKeyObject', 'KeyObject'], ['isCryptoKey', 'CryptoKey']]) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    configurable: false,
    enumerable: true,
    writable: true,
    value: {
      [name](value) {
        if (typeof value !== 'object' || value === null) return false;
        const type = require('internal/bootstrap/realm').hasBuiltin('internal/crypto/keys') &&
          require('internal/crypto/keys')[`is${of}`];
        return type ? type(value) : false;
      },
    }[name],
  });
}
