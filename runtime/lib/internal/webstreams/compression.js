'use strict';

// CompressionStream and DecompressionStream: https://compression.spec.whatwg.org/, over node:zlib.

const { codes: { ERR_INVALID_THIS } } = require('internal/errors');
const { validateOneOf } = require('internal/validators');
const { customInspectSymbol: kInspect } = require('internal/util');

const kFormats = ['deflate', 'deflate-raw', 'gzip', 'brotli'];

// What follows the end of compressed data is an error, as it is in a browser.
function pairOf(format, decompress) {
  const zlib = require('zlib');
  const options = decompress ? { rejectGarbageAfterEnd: true } : undefined;
  const make = {
    '__proto__': null,
    'deflate': decompress ? zlib.createInflate : zlib.createDeflate,
    'deflate-raw': decompress ? zlib.createInflateRaw : zlib.createDeflateRaw,
    'gzip': decompress ? zlib.createGunzip : zlib.createGzip,
    'brotli': decompress ? zlib.createBrotliDecompress : zlib.createBrotliCompress,
  }[format];
  return require('stream').Duplex.toWeb(make(options));
}

function inspectAs(name, self, depth, options) {
  if (depth < 0) return self;
  const { inspect } = require('internal/util/inspect');
  return `${name} ${inspect({ readable: self.readable, writable: self.writable }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
}

class CompressionStream {
  #pair;
  constructor(format) {
    validateOneOf(format, 'format', kFormats);
    this.#pair = pairOf(format, false);
  }
  get readable() {
    if (!(#pair in this)) throw new ERR_INVALID_THIS('CompressionStream');
    return this.#pair.readable;
  }
  get writable() {
    if (!(#pair in this)) throw new ERR_INVALID_THIS('CompressionStream');
    return this.#pair.writable;
  }
  [kInspect](depth, options) { return inspectAs('CompressionStream', this, depth, options); }
}

class DecompressionStream {
  #pair;
  constructor(format) {
    validateOneOf(format, 'format', kFormats);
    this.#pair = pairOf(format, true);
  }
  get readable() {
    if (!(#pair in this)) throw new ERR_INVALID_THIS('DecompressionStream');
    return this.#pair.readable;
  }
  get writable() {
    if (!(#pair in this)) throw new ERR_INVALID_THIS('DecompressionStream');
    return this.#pair.writable;
  }
  [kInspect](depth, options) { return inspectAs('DecompressionStream', this, depth, options); }
}

for (const type of [CompressionStream, DecompressionStream]) {
  for (const name of ['readable', 'writable']) Object.defineProperty(type.prototype, name, { __proto__: null, enumerable: true });
  Object.defineProperty(type.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: type.name });
}

module.exports = { CompressionStream, DecompressionStream };
