'use strict';

// The class behind Buffer and its numbers: reading and writing integers and floats of every width, byte order checked by hand so
// that V8 sees plain element accesses.

const {
  codes: { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const { validateNumber } = require('internal/validators');
const native = internalBinding('buffer');

class FastBuffer extends Uint8Array {
  // Calls with a view of other memory are the common ones; the arguments are passed on as they are.
  constructor(bufferOrLength, byteOffset, length) {
    super(bufferOrLength, byteOffset, length);
  }
}

const float32 = new Float32Array(1);
const float32Bytes = new Uint8Array(float32.buffer);
const float64 = new Float64Array(1);
const float64Bytes = new Uint8Array(float64.buffer);

function boundsError(value, length, type) {
  if (Math.floor(value) !== value) {
    validateNumber(value, type);
    throw new ERR_OUT_OF_RANGE(type || 'offset', 'an integer', value);
  }
  if (length < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS();
  throw new ERR_OUT_OF_RANGE(type || 'offset', `>= ${type ? 1 : 0} and <= ${length}`, value);
}

function checkInt(value, min, max, buffer, offset, extraBytes) {
  if (value > max || value < min) {
    const n = typeof min === 'bigint' ? 'n' : '';
    let range;
    if (extraBytes > 3) {
      if (min === 0 || min === 0n) range = `>= 0${n} and < 2${n} ** ${(extraBytes + 1) * 8}${n}`;
      else range = `>= -(2${n} ** ${(extraBytes + 1) * 8 - 1}${n}) and < 2${n} ** ${(extraBytes + 1) * 8 - 1}${n}`;
    } else {
      range = `>= ${min}${n} and <= ${max}${n}`;
    }
    throw new ERR_OUT_OF_RANGE('value', range, value);
  }
  if (buffer[offset] === undefined || buffer[offset + extraBytes] === undefined) checkOffset(buffer, offset, extraBytes);
}

function checkOffset(buffer, offset, extraBytes) {
  validateNumber(offset, 'offset');
  if (buffer[offset] === undefined || buffer[offset + extraBytes] === undefined) boundsError(offset, buffer.length - (extraBytes + 1));
}

function checkByteLength(byteLength) {
  if (byteLength === undefined) throw new ERR_INVALID_ARG_TYPE('byteLength', 'number', byteLength);
}

// Reads `bytes` bytes as one unsigned number (at most 48 bits).
function readUnsigned(buffer, offset, bytes, littleEndian) {
  checkOffset(buffer, offset, bytes - 1);
  let value = 0;
  if (littleEndian) for (let i = bytes - 1; i >= 0; i--) value = value * 256 + buffer[offset + i];
  else for (let i = 0; i < bytes; i++) value = value * 256 + buffer[offset + i];
  return value;
}

function readSigned(buffer, offset, bytes, littleEndian) {
  const value = readUnsigned(buffer, offset, bytes, littleEndian);
  return value >= 2 ** (8 * bytes - 1) ? value - 2 ** (8 * bytes) : value;
}

function writeNumber(buffer, value, offset, bytes, littleEndian, min, max) {
  value = +value;
  validateNumber(offset, 'offset');
  checkInt(value, min, max, buffer, offset, bytes - 1);
  // Numbers below zero as two's complement.
  let rest = value < 0 ? Math.trunc(value) + 2 ** (8 * bytes) : Math.trunc(value) || 0;
  for (let i = 0; i < bytes; i++) {
    buffer[littleEndian ? offset + i : offset + bytes - 1 - i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return offset + bytes;
}

const methods = {
  readUInt8(offset = 0) {
    validateNumber(offset, 'offset');
    const value = this[offset];
    if (value === undefined) boundsError(offset, this.length - 1);
    return value;
  },
  readUInt16LE(offset = 0) {
    const first = this[offset];
    const last = this[offset + 1];
    if (first === undefined || last === undefined) checkOffset(this, offset, 1);
    validateNumber(offset, 'offset');
    return first + last * 256;
  },
  readUInt16BE(offset = 0) {
    const first = this[offset];
    const last = this[offset + 1];
    if (first === undefined || last === undefined) checkOffset(this, offset, 1);
    validateNumber(offset, 'offset');
    return first * 256 + last;
  },
  readUInt32LE(offset = 0) {
    const first = this[offset];
    const last = this[offset + 3];
    if (first === undefined || last === undefined) checkOffset(this, offset, 3);
    validateNumber(offset, 'offset');
    return first + this[++offset] * 256 + this[++offset] * 65536 + last * 16777216;
  },
  readUInt32BE(offset = 0) {
    const first = this[offset];
    const last = this[offset + 3];
    if (first === undefined || last === undefined) checkOffset(this, offset, 3);
    validateNumber(offset, 'offset');
    return first * 16777216 + this[++offset] * 65536 + this[++offset] * 256 + last;
  },
  readInt8(offset = 0) {
    validateNumber(offset, 'offset');
    const value = this[offset];
    if (value === undefined) boundsError(offset, this.length - 1);
    return value << 24 >> 24;
  },
  readInt16LE(offset = 0) {
    return FastBuffer.prototype.readUInt16LE.call(this, offset) << 16 >> 16;
  },
  readInt16BE(offset = 0) {
    return FastBuffer.prototype.readUInt16BE.call(this, offset) << 16 >> 16;
  },
  readInt32LE(offset = 0) {
    return FastBuffer.prototype.readUInt32LE.call(this, offset) | 0;
  },
  readInt32BE(offset = 0) {
    return FastBuffer.prototype.readUInt32BE.call(this, offset) | 0;
  },
  readBigUInt64LE(offset = 0) {
    validateNumber(offset, 'offset');
    checkOffset(this, offset, 7);
    return (BigInt(readUnsigned(this, offset + 4, 4, true)) << 32n) + BigInt(readUnsigned(this, offset, 4, true));
  },
  readBigUInt64BE(offset = 0) {
    validateNumber(offset, 'offset');
    checkOffset(this, offset, 7);
    return (BigInt(readUnsigned(this, offset, 4, false)) << 32n) + BigInt(readUnsigned(this, offset + 4, 4, false));
  },
  readBigInt64LE(offset = 0) {
    return BigInt.asIntN(64, methods.readBigUInt64LE.call(this, offset));
  },
  readBigInt64BE(offset = 0) {
    return BigInt.asIntN(64, methods.readBigUInt64BE.call(this, offset));
  },
  readFloatLE(offset = 0) {
    checkOffset(this, offset, 3);
    for (let i = 0; i < 4; i++) float32Bytes[i] = this[offset + i];
    return float32[0];
  },
  readFloatBE(offset = 0) {
    checkOffset(this, offset, 3);
    for (let i = 0; i < 4; i++) float32Bytes[3 - i] = this[offset + i];
    return float32[0];
  },
  readDoubleLE(offset = 0) {
    checkOffset(this, offset, 7);
    for (let i = 0; i < 8; i++) float64Bytes[i] = this[offset + i];
    return float64[0];
  },
  readDoubleBE(offset = 0) {
    checkOffset(this, offset, 7);
    for (let i = 0; i < 8; i++) float64Bytes[7 - i] = this[offset + i];
    return float64[0];
  },
  readUIntLE(offset, byteLength) {
    return readVariable(this, offset, byteLength, readUnsigned, true);
  },
  readUIntBE(offset, byteLength) {
    return readVariable(this, offset, byteLength, readUnsigned, false);
  },
  readIntLE(offset, byteLength) {
    return readVariable(this, offset, byteLength, readSigned, true);
  },
  readIntBE(offset, byteLength) {
    return readVariable(this, offset, byteLength, readSigned, false);
  },
  writeUInt8(value, offset = 0) {
    return writeNumber(this, value, offset, 1, true, 0, 0xff);
  },
  writeUInt16LE(value, offset = 0) {
    return writeNumber(this, value, offset, 2, true, 0, 0xffff);
  },
  writeUInt16BE(value, offset = 0) {
    return writeNumber(this, value, offset, 2, false, 0, 0xffff);
  },
  writeUInt32LE(value, offset = 0) {
    return writeNumber(this, value, offset, 4, true, 0, 0xffffffff);
  },
  writeUInt32BE(value, offset = 0) {
    return writeNumber(this, value, offset, 4, false, 0, 0xffffffff);
  },
  writeInt8(value, offset = 0) {
    return writeNumber(this, value, offset, 1, true, -0x80, 0x7f);
  },
  writeInt16LE(value, offset = 0) {
    return writeNumber(this, value, offset, 2, true, -0x8000, 0x7fff);
  },
  writeInt16BE(value, offset = 0) {
    return writeNumber(this, value, offset, 2, false, -0x8000, 0x7fff);
  },
  writeInt32LE(value, offset = 0) {
    return writeNumber(this, value, offset, 4, true, -0x80000000, 0x7fffffff);
  },
  writeInt32BE(value, offset = 0) {
    return writeNumber(this, value, offset, 4, false, -0x80000000, 0x7fffffff);
  },
  writeBigUInt64LE(value, offset = 0) {
    return writeBig(this, value, offset, true, 0n, 0xffffffffffffffffn);
  },
  writeBigUInt64BE(value, offset = 0) {
    return writeBig(this, value, offset, false, 0n, 0xffffffffffffffffn);
  },
  writeBigInt64LE(value, offset = 0) {
    return writeBig(this, value, offset, true, -0x8000000000000000n, 0x7fffffffffffffffn);
  },
  writeBigInt64BE(value, offset = 0) {
    return writeBig(this, value, offset, false, -0x8000000000000000n, 0x7fffffffffffffffn);
  },
  writeFloatLE(value, offset = 0) {
    value = +value;
    checkOffset(this, offset, 3);
    float32[0] = value;
    for (let i = 0; i < 4; i++) this[offset + i] = float32Bytes[i];
    return offset + 4;
  },
  writeFloatBE(value, offset = 0) {
    value = +value;
    checkOffset(this, offset, 3);
    float32[0] = value;
    for (let i = 0; i < 4; i++) this[offset + i] = float32Bytes[3 - i];
    return offset + 4;
  },
  writeDoubleLE(value, offset = 0) {
    value = +value;
    checkOffset(this, offset, 7);
    float64[0] = value;
    for (let i = 0; i < 8; i++) this[offset + i] = float64Bytes[i];
    return offset + 8;
  },
  writeDoubleBE(value, offset = 0) {
    value = +value;
    checkOffset(this, offset, 7);
    float64[0] = value;
    for (let i = 0; i < 8; i++) this[offset + i] = float64Bytes[7 - i];
    return offset + 8;
  },
  writeUIntLE(value, offset, byteLength) {
    return writeVariable(this, value, offset, byteLength, true, false);
  },
  writeUIntBE(value, offset, byteLength) {
    return writeVariable(this, value, offset, byteLength, false, false);
  },
  writeIntLE(value, offset, byteLength) {
    return writeVariable(this, value, offset, byteLength, true, true);
  },
  writeIntBE(value, offset, byteLength) {
    return writeVariable(this, value, offset, byteLength, false, true);
  },
};

function readVariable(buffer, offset, byteLength, read, littleEndian) {
  if (offset === undefined) throw new ERR_INVALID_ARG_TYPE('offset', 'number', offset);
  checkByteLength(byteLength);
  if (!(byteLength >= 1 && byteLength <= 6) || !Number.isInteger(byteLength)) boundsError(byteLength, 6, 'byteLength');
  return read(buffer, offset, byteLength, littleEndian);
}

function writeVariable(buffer, value, offset, byteLength, littleEndian, signed) {
  if (!(byteLength >= 1 && byteLength <= 6) || !Number.isInteger(byteLength)) boundsError(byteLength, 6, 'byteLength');
  const bits = 8 * byteLength;
  const min = signed ? -(2 ** (bits - 1)) : 0;
  const max = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return writeNumber(buffer, value, offset, byteLength, littleEndian, min, max);
}

function writeBig(buffer, value, offset, littleEndian, min, max) {
  checkInt(value, min, max, buffer, offset, 7);
  let rest = BigInt.asUintN(64, value);
  for (let i = 0; i < 8; i++) {
    buffer[littleEndian ? offset + i : offset + 7 - i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return offset + 8;
}

// Puts the number methods and the native per-encoding ones on Buffer.prototype.
function addBufferPrototype(prototype) {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    // `Uint` names are aliases of the `UInt` ones: the same function.
    if (name.includes('UInt')) {
      Object.defineProperty(prototype, name.replace('UInt', 'Uint'), {
        __proto__: null, value, writable: true, enumerable: true, configurable: true,
      });
    }
  }
  for (const encoding of ['ascii', 'base64', 'base64url', 'latin1', 'hex', 'ucs2', 'utf8']) {
    prototype[`${encoding}Slice`] = native[`${encoding}Slice`];
    prototype[`${encoding}Write`] = native[`${encoding}Write`];
  }
}

module.exports = { FastBuffer, addBufferPrototype };
