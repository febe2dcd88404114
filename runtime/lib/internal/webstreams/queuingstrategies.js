'use strict';

// https://streams.spec.whatwg.org/#qs

const { codes: { ERR_INVALID_THIS, ERR_MISSING_OPTION } } = require('internal/errors');
const { validateObject } = require('internal/validators');
const { define } = require('internal/webstreams/util');

const byteLength = Object.defineProperty((chunk) => chunk.byteLength, 'name', { __proto__: null, value: 'size' });
const one = Object.defineProperty(() => 1, 'name', { __proto__: null, value: 'size' });

function highWaterMark(init) {
  validateObject(init, 'init');
  if (init.highWaterMark === undefined) throw new ERR_MISSING_OPTION('init.highWaterMark');
  return +init.highWaterMark;
}

class ByteLengthQueuingStrategy {
  #highWaterMark;
  constructor(init) { this.#highWaterMark = highWaterMark(init); }
  get highWaterMark() {
    if (!(#highWaterMark in this)) throw new ERR_INVALID_THIS('ByteLengthQueuingStrategy');
    return this.#highWaterMark;
  }
  get size() {
    if (!(#highWaterMark in this)) throw new ERR_INVALID_THIS('ByteLengthQueuingStrategy');
    return byteLength;
  }
}
class CountQueuingStrategy {
  #highWaterMark;
  constructor(init) { this.#highWaterMark = highWaterMark(init); }
  get highWaterMark() {
    if (!(#highWaterMark in this)) throw new ERR_INVALID_THIS('CountQueuingStrategy');
    return this.#highWaterMark;
  }
  get size() {
    if (!(#highWaterMark in this)) throw new ERR_INVALID_THIS('CountQueuingStrategy');
    return one;
  }
}
for (const type of [ByteLengthQueuingStrategy, CountQueuingStrategy]) {
  define(type, ['highWaterMark', 'size'], (self) => ({ highWaterMark: self.highWaterMark }));
}

module.exports = { ByteLengthQueuingStrategy, CountQueuingStrategy };
