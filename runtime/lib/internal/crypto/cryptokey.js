'use strict';

// CryptoKey: Web Cryptography API, 13.

const { codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } } = require('internal/errors');
const { customInspectSymbol } = require('internal/util');

const { kClone, markTransferMode } = require('internal/worker/transfer');

const kConstruct = Symbol('kConstruct');

// What this module alone sees of a CryptoKey.
let slotsOf;

class CryptoKey {
  #slots;

  constructor(token, slots) {
    if (token !== kConstruct) throw new ERR_ILLEGAL_CONSTRUCTOR();
    markTransferMode(this, true, false);
    this.#slots = slots;
  }

  static {
    slotsOf = (value) => (typeof value === 'object' && value !== null && #slots in value ? value.#slots : undefined);
  }

  [kClone]() {
    const { keyObject, algorithm, usages, extractable } = this.#slots;
    return { data: { keyObject, algorithm, usages, extractable }, deserializeInfo: 'internal/crypto/cryptokey:reviveCryptoKey' };
  }

  get type() {
    return receiver(this).keyObject.type;
  }

  get extractable() {
    return receiver(this).extractable;
  }

  // The same object each time, and not the one the operations read: callers may write to it.
  get algorithm() {
    const slots = receiver(this);
    slots.shownAlgorithm ??= copyAlgorithm(slots.algorithm);
    return slots.shownAlgorithm;
  }

  get usages() {
    const slots = receiver(this);
    slots.shownUsages ??= [...slots.usages];
    return slots.shownUsages;
  }

  [customInspectSymbol](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('util');
    const { keyObject, extractable, algorithm, usages } = receiver(this);
    const shown = { type: keyObject.type, extractable, algorithm, usages };
    return `CryptoKey ${inspect(shown, { ...options, depth: options.depth === null ? null : options.depth - 1 })}`;
  }
}

Object.defineProperties(CryptoKey.prototype, {
  type: { __proto__: null, enumerable: true },
  extractable: { __proto__: null, enumerable: true },
  algorithm: { __proto__: null, enumerable: true },
  usages: { __proto__: null, enumerable: true },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'CryptoKey' },
});

function receiver(value) {
  const slots = slotsOf(value);
  if (slots === undefined) throw new ERR_INVALID_THIS('CryptoKey');
  return slots;
}

function copyAlgorithm(algorithm) {
  const copy = { ...algorithm };
  if (copy.hash !== undefined) copy.hash = { ...copy.hash };
  if (copy.publicExponent !== undefined) copy.publicExponent = new Uint8Array(copy.publicExponent);
  return copy;
}

const usageOrder = [
  'encrypt', 'decrypt', 'sign', 'verify', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey', 'encapsulateKey',
  'encapsulateBits', 'decapsulateKey', 'decapsulateBits',
];

function makeCryptoKey(keyObject, algorithm, usages, extractable) {
  const slots = {
    keyObject, algorithm, extractable, usages: usageOrder.filter((usage) => usages.includes(usage)),
    shownAlgorithm: undefined, shownUsages: undefined,
  };
  return new CryptoKey(kConstruct, slots);
}

function reviveCryptoKey({ keyObject, algorithm, usages, extractable }) {
  return makeCryptoKey(keyObject, algorithm, usages, extractable);
}

module.exports = { CryptoKey, reviveCryptoKey, makeCryptoKey, slotsOf: (value) => slotsOf(value), usageOrder };
