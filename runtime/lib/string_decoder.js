'use strict';

// node:string_decoder: text out of chunks of bytes that may end inside a character.

const { Buffer } = require('buffer');
const { FastBuffer } = require('internal/buffer');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING } } = require('internal/errors');
const { normalizeEncoding } = require('internal/util');
const { incompleteUtf8Tail } = require('internal/encoding');

const {
  utf8Slice, ucs2Slice, base64Slice, base64urlSlice, asciiSlice, latin1Slice, hexSlice,
} = internalBinding('buffer');

const kSlices = {
  __proto__: null, ascii: asciiSlice, latin1: latin1Slice, hex: hexSlice, utf8: utf8Slice, utf16le: ucs2Slice,
  base64: base64Slice, base64url: base64urlSlice,
};
const kSlice = Symbol('kSlice');

function StringDecoder(encoding) {
  const name = normalizeEncoding(encoding);
  if (name === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  this.encoding = name;
  this[kSlice] = kSlices[name];
  // The bytes of a character that has begun, of how many it is, and how many it still needs.
  this.lastChar = new FastBuffer(4);
  this.lastNeed = 0;
  this.lastTotal = 0;
}

// How many bytes at the end of `bytes` are kept for the next chunk; sets what the character they begin needs.
function keepTail(decoder, bytes) {
  const { length } = bytes;
  let kept = 0;
  let total = 0;
  switch (decoder.encoding) {
    case 'utf8':
      kept = incompleteUtf8Tail(bytes);
      if (kept > 0) {
        const first = bytes[length - kept];
        total = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
      }
      break;
    case 'utf16le':
      kept = length % 2;
      total = 2;
      if (length - kept >= 2) {
        // The first half of a pair waits for the second.
        const high = bytes[length - kept - 1];
        if (high >= 0xD8 && high <= 0xDB) {
          kept += 2;
          total = 4;
        }
      }
      break;
    case 'base64':
    case 'base64url':
      kept = length % 3;
      total = 3;
      break;
  }
  decoder.lastNeed = kept > 0 ? total - kept : 0;
  decoder.lastTotal = kept > 0 ? total : 0;
  return kept;
}

StringDecoder.prototype.write = function write(chunk) {
  if (typeof chunk === 'string') return chunk;
  if (!ArrayBuffer.isView(chunk)) throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], chunk);
  if (this[kSlice] === undefined) throw new ERR_INVALID_ARG_TYPE('this', 'StringDecoder', this);
  let bytes = chunk instanceof FastBuffer ? chunk : new FastBuffer(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (this.lastNeed > 0) {
    if (bytes.length === 0) return '';
    const pending = this.lastTotal - this.lastNeed;
    const joined = Buffer.allocUnsafe(pending + bytes.length);
    for (let i = 0; i < pending; i++) joined[i] = this.lastChar[i];
    joined.set(bytes, pending);
    bytes = joined;
  }
  const end = bytes.length - keepTail(this, bytes);
  for (let i = end; i < bytes.length; i++) this.lastChar[i - end] = bytes[i];
  return this[kSlice].call(bytes, 0, end);
};

StringDecoder.prototype.end = function end(chunk) {
  let text = chunk === undefined ? '' : this.write(chunk);
  if (this.lastNeed > 0) {
    text += this[kSlice].call(this.lastChar, 0, this.lastTotal - this.lastNeed);
    this.lastNeed = 0;
    this.lastTotal = 0;
  }
  return text;
};

// The text that `buf` from `offset` on gives, without regard to what came before.
StringDecoder.prototype.text = function text(buf, offset) {
  this.lastNeed = 0;
  this.lastTotal = 0;
  return this.write(buf.slice(offset));
};

module.exports = { StringDecoder };
