'use strict';

// Buffer's methods that read and write numbers.

const { codes: { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } } = require('internal/errors');
const { validateNumber } = require('internal/validators');

// One number, seen as bytes.
const float32 = new Float32Array(1);
const bytesOf32 = new Uint8Array(float32.buffer);
const float64 = new Float64Array(1);
const bytesOf64 = new Uint8Array(float64.buffer);

function boundsError(value, length, type) {
  if (Math.floor(value) !== value) {
    validateNumber(value, type);
    throw new ERR_OUT_OF_RANGE(type || 'offset', 'an integer', value);
  }
  if (length < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS();
  throw new ERR_OUT_OF_RANGE(type || 'offset', `>= ${type ? 1 : 0} && <= ${length}`, value);
}

// Why `offset` gave no byte: not a number, or outside.
function badOffset(buffer, offset, size) {
  validateNumber(offset, 'offset');
  boundsError(offset, buffer.length - size);
}

function checkBounds(buffer, offset, size) {
  if (typeof offset !== 'number' || buffer[offset] === undefined || buffer[offset + size - 1] === undefined) {
    badOffset(buffer, offset, size);
  }
}

function badValue(value, min, max, size) {
  const n = typeof min === 'bigint' ? 'n' : '';
  let range;
  if (size > 4) {
    range = min == 0 ? `>= 0${n} and < 2${n} ** ${size * 8}${n}` :
      `>= -(2${n} ** ${size * 8 - 1}${n}) and < 2${n} ** ${size * 8 - 1}${n}`;
  } else if (size === 4) {
    range = min === 0 ? `>= 0 and < 2 ** 32` : '>= -(2 ** 31) and < 2 ** 31';
  } else {
    range = `>= ${min}${n} and <= ${max}${n}`;
  }
  throw new ERR_OUT_OF_RANGE('value', range, value);
}

function readBigUInt64LE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 7];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 8);
  const low = first + this[++offset] * 256 + this[++offset] * 65536 + this[++offset] * 16777216;
  const high = this[++offset] + this[++offset] * 256 + this[++offset] * 65536 + last * 16777216;
  return BigInt(low) + (BigInt(high) << 32n);
}
function readBigUInt64BE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 7];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 8);
  const high = first * 16777216 + this[++offset] * 65536 + this[++offset] * 256 + this[++offset];
  const low = this[++offset] * 16777216 + this[++offset] * 65536 + this[++offset] * 256 + last;
  return (BigInt(high) << 32n) + BigInt(low);
}
function readBigInt64LE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 7];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 8);
  const low = first + this[++offset] * 256 + this[++offset] * 65536 + this[++offset] * 16777216;
  const high = this[++offset] + this[++offset] * 256 + this[++offset] * 65536 + (last << 24);
  return BigInt(low) + (BigInt(high) << 32n);
}
function readBigInt64BE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 7];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 8);
  const high = (first << 24) + this[++offset] * 65536 + this[++offset] * 256 + this[++offset];
  const low = this[++offset] * 16777216 + this[++offset] * 65536 + this[++offset] * 256 + last;
  return (BigInt(high) << 32n) + BigInt(low);
}

function readUInt8(offset = 0) {
  const value = this[offset];
  if (typeof offset !== 'number' || value === undefined) badOffset(this, offset, 1);
  return value;
}
function readUInt16LE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 1];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 2);
  return first + last * 256;
}
function readUInt16BE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 1];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 2);
  return first * 256 + last;
}
function readUInt24LE(buffer, offset) {
  checkBounds(buffer, offset, 3);
  return buffer[offset] + buffer[offset + 1] * 256 + buffer[offset + 2] * 65536;
}
function readUInt24BE(buffer, offset) {
  checkBounds(buffer, offset, 3);
  return buffer[offset] * 65536 + buffer[offset + 1] * 256 + buffer[offset + 2];
}
function readUInt32LE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 3];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 4);
  return first + this[offset + 1] * 256 + this[offset + 2] * 65536 + last * 16777216;
}
function readUInt32BE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 3];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 4);
  return first * 16777216 + this[offset + 1] * 65536 + this[offset + 2] * 256 + last;
}
// Five and six bytes: the low four and what is above.
function readUIntWideLE(buffer, offset, size) {
  checkBounds(buffer, offset, size);
  const low = buffer[offset] + buffer[offset + 1] * 256 + buffer[offset + 2] * 65536 + buffer[offset + 3] * 16777216;
  return low + (size === 5 ? buffer[offset + 4] : buffer[offset + 4] + buffer[offset + 5] * 256) * 4294967296;
}
function readUIntWideBE(buffer, offset, size) {
  checkBounds(buffer, offset, size);
  const high = size === 5 ? buffer[offset] : buffer[offset] * 256 + buffer[offset + 1];
  const at = offset + size - 4;
  return high * 4294967296 + buffer[at] * 16777216 + buffer[at + 1] * 65536 + buffer[at + 2] * 256 + buffer[at + 3];
}
function noOffset(offset) {
  throw new ERR_INVALID_ARG_TYPE('offset', 'number', offset);
}
function readUIntLE(offset, byteLength) {
  if (offset === undefined) noOffset(offset);
  switch (byteLength) {
    case 6: case 5: return readUIntWideLE(this, offset, byteLength);
    case 4: return readUInt32LE.call(this, offset);
    case 3: return readUInt24LE(this, offset);
    case 2: return readUInt16LE.call(this, offset);
    case 1: return readUInt8.call(this, offset);
    default: return boundsError(byteLength, 6, 'byteLength');
  }
}
function readUIntBE(offset, byteLength) {
  if (offset === undefined) noOffset(offset);
  switch (byteLength) {
    case 6: case 5: return readUIntWideBE(this, offset, byteLength);
    case 4: return readUInt32BE.call(this, offset);
    case 3: return readUInt24BE(this, offset);
    case 2: return readUInt16BE.call(this, offset);
    case 1: return readUInt8.call(this, offset);
    default: return boundsError(byteLength, 6, 'byteLength');
  }
}

function readInt8(offset = 0) {
  const value = this[offset];
  if (typeof offset !== 'number' || value === undefined) badOffset(this, offset, 1);
  return value << 24 >> 24;
}
function readInt16LE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 1];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 2);
  return (first | last << 8) << 16 >> 16;
}
function readInt16BE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 1];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 2);
  return (first << 8 | last) << 16 >> 16;
}
function readInt32LE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 3];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 4);
  return first | this[offset + 1] << 8 | this[offset + 2] << 16 | last << 24;
}
function readInt32BE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 3];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 4);
  return first << 24 | this[offset + 1] << 16 | this[offset + 2] << 8 | last;
}
function signed(value, bits) {
  return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}
function readIntLE(offset, byteLength) {
  if (offset === undefined) noOffset(offset);
  switch (byteLength) {
    case 6: case 5: return signed(readUIntWideLE(this, offset, byteLength), byteLength * 8);
    case 4: return readInt32LE.call(this, offset);
    case 3: return signed(readUInt24LE(this, offset), 24);
    case 2: return readInt16LE.call(this, offset);
    case 1: return readInt8.call(this, offset);
    default: return boundsError(byteLength, 6, 'byteLength');
  }
}
function readIntBE(offset, byteLength) {
  if (offset === undefined) noOffset(offset);
  switch (byteLength) {
    case 6: case 5: return signed(readUIntWideBE(this, offset, byteLength), byteLength * 8);
    case 4: return readInt32BE.call(this, offset);
    case 3: return signed(readUInt24BE(this, offset), 24);
    case 2: return readInt16BE.call(this, offset);
    case 1: return readInt8.call(this, offset);
    default: return boundsError(byteLength, 6, 'byteLength');
  }
}

function readFloatLE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 3];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 4);
  bytesOf32[0] = first;
  bytesOf32[1] = this[offset + 1];
  bytesOf32[2] = this[offset + 2];
  bytesOf32[3] = last;
  return float32[0];
}
function readFloatBE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 3];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 4);
  bytesOf32[3] = first;
  bytesOf32[2] = this[offset + 1];
  bytesOf32[1] = this[offset + 2];
  bytesOf32[0] = last;
  return float32[0];
}
function readDoubleLE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 7];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 8);
  bytesOf64[0] = first;
  for (let i = 1; i < 7; i++) bytesOf64[i] = this[offset + i];
  bytesOf64[7] = last;
  return float64[0];
}
function readDoubleBE(offset = 0) {
  const first = this[offset];
  const last = this[offset + 7];
  if (typeof offset !== 'number' || first === undefined || last === undefined) badOffset(this, offset, 8);
  bytesOf64[7] = first;
  for (let i = 1; i < 7; i++) bytesOf64[7 - i] = this[offset + i];
  bytesOf64[0] = last;
  return float64[0];
}

function writeU8(buffer, value, offset, min, max) {
  value = +value;
  validateNumber(offset, 'offset');
  if (value > max || value < min) badValue(value, min, max, 1);
  if (buffer[offset] === undefined) boundsError(offset, buffer.length - 1);
  buffer[offset] = value;
  return offset + 1;
}
// `size` bytes of an integer below 2 ** 32, or 2 ** 48 for five and six.
function writeLE(buffer, value, offset, min, max, size) {
  value = +value;
  if (value > max || value < min) badValue(value, min, max, size);
  checkBounds(buffer, offset, size);
  if (size <= 4) {
    for (let i = 0; i < size; i++) {
      buffer[offset++] = value;
      value >>>= 8;
    }
    return offset;
  }
  let high = Math.floor(value * 2 ** -32);
  let low = value >>> 0;
  for (let i = 0; i < 4; i++) {
    buffer[offset++] = low;
    low >>>= 8;
  }
  for (let i = 4; i < size; i++) {
    buffer[offset++] = high;
    high >>= 8;
  }
  return offset;
}
function writeBE(buffer, value, offset, min, max, size) {
  value = +value;
  if (value > max || value < min) badValue(value, min, max, size);
  checkBounds(buffer, offset, size);
  if (size <= 4) {
    for (let i = size - 1; i >= 0; i--) {
      buffer[offset + i] = value;
      value >>>= 8;
    }
    return offset + size;
  }
  let high = Math.floor(value * 2 ** -32);
  let low = value >>> 0;
  for (let i = size - 1; i >= size - 4; i--) {
    buffer[offset + i] = low;
    low >>>= 8;
  }
  for (let i = size - 5; i >= 0; i--) {
    buffer[offset + i] = high;
    high >>= 8;
  }
  return offset + size;
}

function writeUInt8(value, offset = 0) { return writeU8(this, value, offset, 0, 0xff); }
function writeInt8(value, offset = 0) { return writeU8(this, value, offset, -0x80, 0x7f); }

function writeUInt16LE(value, offset = 0) {
  value = +value;
  if (value > 0xffff || value < 0) badValue(value, 0, 0xffff, 2);
  checkBounds(this, offset, 2);
  this[offset] = value;
  this[offset + 1] = value >>> 8;
  return offset + 2;
}
function writeUInt16BE(value, offset = 0) {
  value = +value;
  if (value > 0xffff || value < 0) badValue(value, 0, 0xffff, 2);
  checkBounds(this, offset, 2);
  this[offset] = value >>> 8;
  this[offset + 1] = value;
  return offset + 2;
}
function writeUInt32LE(value, offset = 0) {
  value = +value;
  if (value > 0xffffffff || value < 0) badValue(value, 0, 0xffffffff, 4);
  checkBounds(this, offset, 4);
  this[offset] = value;
  this[offset + 1] = value >>> 8;
  this[offset + 2] = value >>> 16;
  this[offset + 3] = value >>> 24;
  return offset + 4;
}
function writeUInt32BE(value, offset = 0) {
  value = +value;
  if (value > 0xffffffff || value < 0) badValue(value, 0, 0xffffffff, 4);
  checkBounds(this, offset, 4);
  this[offset] = value >>> 24;
  this[offset + 1] = value >>> 16;
  this[offset + 2] = value >>> 8;
  this[offset + 3] = value;
  return offset + 4;
}
function writeInt16LE(value, offset = 0) { return writeLE(this, value, offset, -0x8000, 0x7fff, 2); }
function writeInt16BE(value, offset = 0) { return writeBE(this, value, offset, -0x8000, 0x7fff, 2); }
function writeInt32LE(value, offset = 0) {
  value = +value;
  if (value > 0x7fffffff || value < -0x80000000) badValue(value, -0x80000000, 0x7fffffff, 4);
  checkBounds(this, offset, 4);
  this[offset] = value;
  this[offset + 1] = value >>> 8;
  this[offset + 2] = value >>> 16;
  this[offset + 3] = value >>> 24;
  return offset + 4;
}
function writeInt32BE(value, offset = 0) {
  value = +value;
  if (value > 0x7fffffff || value < -0x80000000) badValue(value, -0x80000000, 0x7fffffff, 4);
  checkBounds(this, offset, 4);
  this[offset] = value >>> 24;
  this[offset + 1] = value >>> 16;
  this[offset + 2] = value >>> 8;
  this[offset + 3] = value;
  return offset + 4;
}
function writeSized(buffer, value, offset, byteLength, isSigned, write) {
  if (!(byteLength >= 1 && byteLength <= 6 && Math.floor(byteLength) === byteLength)) {
    if (byteLength === undefined) {
      throw new ERR_INVALID_ARG_TYPE('byteLength', 'number', byteLength);
    }
    boundsError(byteLength, 6, 'byteLength');
  }
  validateNumber(offset, 'offset');
  const bits = byteLength * 8;
  const min = isSigned ? -(2 ** (bits - 1)) : 0;
  const max = isSigned ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return write(buffer, value, offset, min, max, byteLength);
}
function writeUIntLE(value, offset, byteLength) { return writeSized(this, value, offset, byteLength, false, writeLE); }
function writeUIntBE(value, offset, byteLength) { return writeSized(this, value, offset, byteLength, false, writeBE); }
function writeIntLE(value, offset, byteLength) { return writeSized(this, value, offset, byteLength, true, writeLE); }
function writeIntBE(value, offset, byteLength) { return writeSized(this, value, offset, byteLength, true, writeBE); }

function writeBig(buffer, value, offset, min, max, isLittle) {
  if (value > max || value < min) badValue(value, min, max, 8);
  checkBounds(buffer, offset, 8);
  let low = Number(value & 0xffffffffn);
  let high = Number(value >> 32n & 0xffffffffn);
  if (isLittle) {
    for (let i = 0; i < 4; i++, low >>>= 8) buffer[offset + i] = low;
    for (let i = 4; i < 8; i++, high >>>= 8) buffer[offset + i] = high;
  } else {
    for (let i = 7; i > 3; i--, low >>>= 8) buffer[offset + i] = low;
    for (let i = 3; i >= 0; i--, high >>>= 8) buffer[offset + i] = high;
  }
  return offset + 8;
}
function writeBigUInt64LE(value, offset = 0) { return writeBig(this, value, offset, 0n, 0xffffffffffffffffn, true); }
function writeBigUInt64BE(value, offset = 0) { return writeBig(this, value, offset, 0n, 0xffffffffffffffffn, false); }
function writeBigInt64LE(value, offset = 0) {
  return writeBig(this, value, offset, -0x8000000000000000n, 0x7fffffffffffffffn, true);
}
function writeBigInt64BE(value, offset = 0) {
  return writeBig(this, value, offset, -0x8000000000000000n, 0x7fffffffffffffffn, false);
}

function writeFloatLE(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 4);
  float32[0] = value;
  for (let i = 0; i < 4; i++) this[offset + i] = bytesOf32[i];
  return offset + 4;
}
function writeFloatBE(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 4);
  float32[0] = value;
  for (let i = 0; i < 4; i++) this[offset + i] = bytesOf32[3 - i];
  return offset + 4;
}
function writeDoubleLE(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 8);
  float64[0] = value;
  for (let i = 0; i < 8; i++) this[offset + i] = bytesOf64[i];
  return offset + 8;
}
function writeDoubleBE(value, offset = 0) {
  value = +value;
  checkBounds(this, offset, 8);
  float64[0] = value;
  for (let i = 0; i < 8; i++) this[offset + i] = bytesOf64[7 - i];
  return offset + 8;
}

// Adds the methods to Buffer's prototype.
function addNumberMethods(prototype) {
  Object.assign(prototype, {
    readBigUInt64LE, readBigUInt64BE, readBigUint64LE: readBigUInt64LE, readBigUint64BE: readBigUInt64BE,
    readBigInt64LE, readBigInt64BE,
    writeBigUInt64LE, writeBigUInt64BE, writeBigUint64LE: writeBigUInt64LE, writeBigUint64BE: writeBigUInt64BE,
    writeBigInt64LE, writeBigInt64BE,
    readUIntLE, readUInt32LE, readUInt16LE, readUInt8, readUIntBE, readUInt32BE, readUInt16BE,
    readUintLE: readUIntLE, readUint32LE: readUInt32LE, readUint16LE: readUInt16LE, readUint8: readUInt8,
    readUintBE: readUIntBE, readUint32BE: readUInt32BE, readUint16BE: readUInt16BE,
    readIntLE, readInt32LE, readInt16LE, readInt8, readIntBE, readInt32BE, readInt16BE,
    writeUIntLE, writeUInt32LE, writeUInt16LE, writeUInt8, writeUIntBE, writeUInt32BE, writeUInt16BE,
    writeUintLE: writeUIntLE, writeUint32LE: writeUInt32LE, writeUint16LE: writeUInt16LE, writeUint8: writeUInt8,
    writeUintBE: writeUIntBE, writeUint32BE: writeUInt32BE, writeUint16BE: writeUInt16BE,
    writeIntLE, writeInt32LE, writeInt16LE, writeInt8, writeIntBE, writeInt32BE, writeInt16BE,
    readFloatLE, readFloatBE, readDoubleLE, readDoubleBE, writeFloatLE, writeFloatBE, writeDoubleLE, writeDoubleBE,
  });
}

module.exports = { addNumberMethods };
