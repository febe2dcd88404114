'use strict';

// node:buffer.

const {
  NumberIsNaN, ObjectDefineProperty, ObjectDefineProperties, ObjectSetPrototypeOf, SymbolSpecies, SymbolToPrimitive,
  TypedArrayPrototypeFill, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet,
  TypedArrayPrototypeSlice,
} = primordials;
const binding = internalBinding('buffer');
const {
  asciiSlice, base64Slice, base64urlSlice, latin1Slice, hexSlice, ucs2Slice, utf8Slice, asciiWriteStatic, base64Write,
  base64urlWrite, latin1WriteStatic, hexWrite, ucs2Write, utf8WriteStatic, byteLengthUtf8,
  byteLength: nativeByteLength, createFromString, createUnsafeArrayBuffer, compare: nativeCompare, compareOffset,
  copy: nativeCopy, indexOfString, indexOfBuffer, indexOfNumber, fill: nativeFill, isDetached,
  kMaxLength, kStringMaxLength,
} = binding;
const {
  codes: {
    ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_BUFFER_SIZE, ERR_INVALID_STATE, ERR_MISSING_ARGS,
    ERR_OUT_OF_RANGE, ERR_UNKNOWN_ENCODING,
  },
  genericNodeError,
} = require('internal/errors');
const { validateArray, validateBuffer, validateInteger, validateNumber, validateString } = require('internal/validators');
const { isAnyArrayBuffer, isArrayBufferView, isTypedArray, isUint8Array } = require('internal/util/types');
const {
  customInspectSymbol, defineLazyProperties, deprecate, encodingsMap, isInsideNodeModules, kIsEncodingSymbol,
  lazyDOMException, normalizeEncoding,
} = require('internal/util');
const { FastBuffer, kUntransferable } = require('internal/buffer');
const { addNumberMethods } = require('internal/buffer_numbers');

Buffer.poolSize = 8 * 1024;
let pool;
let poolOffset = 0;
let poolLength = 0;

function createPool() {
  poolLength = Buffer.poolSize;
  pool = createUnsafeArrayBuffer(poolLength);
  // A transferred pool would take its neighbours with it.
  ObjectDefineProperty(pool, kUntransferable, { __proto__: null, value: true });
  poolOffset = 0;
}
function alignPool() {
  if (poolOffset & 7) poolOffset = (poolOffset | 7) + 1;
}

function createUnsafe(size) {
  if (size <= 64) return new FastBuffer(size);
  return new FastBuffer(createUnsafeArrayBuffer(size));
}

// From the pool when it is small.
function allocate(size) {
  if (size <= 0) return new FastBuffer();
  if (size < Buffer.poolSize >>> 1) {
    if (pool === undefined || size > poolLength - poolOffset) createPool();
    const buffer = new FastBuffer(pool, poolOffset, size);
    poolOffset += size;
    alignPool();
    return buffer;
  }
  return createUnsafe(size);
}

function validateSize(size) {
  validateNumber(size, 'size', 0, kMaxLength);
}

const { ascii: kAscii, utf8: kUtf8, base64: kBase64, utf16le: kUtf16le, latin1: kLatin1, hex: kHex, base64url: kBase64url } = encodingsMap;

// What is different between encodings; `slice` and `write` are methods.
const utf8Ops = { encoding: 'utf8', number: kUtf8, byteLength: byteLengthUtf8, slice: utf8Slice, write: utf8WriteStatic };
const utf16leOps = { encoding: 'utf16le', number: kUtf16le, byteLength: (string) => string.length * 2, slice: ucs2Slice, write: ucs2Write };
const latin1Ops = { encoding: 'latin1', number: kLatin1, byteLength: (string) => string.length, slice: latin1Slice, write: latin1WriteStatic };
const asciiOps = { encoding: 'ascii', number: kAscii, byteLength: (string) => string.length, slice: asciiSlice, write: asciiWriteStatic };
const base64Ops = { encoding: 'base64', number: kBase64, byteLength: (string) => nativeByteLength(string, kBase64), slice: base64Slice, write: base64Write };
const base64urlOps = { encoding: 'base64url', number: kBase64url, byteLength: (string) => nativeByteLength(string, kBase64url), slice: base64urlSlice, write: base64urlWrite };
const hexOps = { encoding: 'hex', number: kHex, byteLength: (string) => string.length >>> 1, slice: hexSlice, write: hexWrite };
const encodingOps = {
  __proto__: null, 'utf8': utf8Ops, 'utf16le': utf16leOps, 'latin1': latin1Ops, 'ascii': asciiOps, 'base64': base64Ops,
  'base64url': base64urlOps, 'hex': hexOps,
};
// undefined for an encoding there is not.
function getEncodingOps(encoding) {
  const ops = encodingOps[encoding];
  if (ops !== undefined) return ops;
  encoding = `${encoding}`;
  return encoding === '' ? undefined : encodingOps[normalizeEncoding(encoding)];
}

function Buffer(arg, encodingOrOffset, length) {
  warnOfConstructor();
  if (typeof arg === 'number') {
    if (typeof encodingOrOffset === 'string') throw new ERR_INVALID_ARG_TYPE('string', 'string', arg);
    return Buffer.alloc(arg);
  }
  return Buffer.from(arg, encodingOrOffset, length);
}
ObjectDefineProperty(Buffer, SymbolSpecies, {
  __proto__: null, configurable: true, enumerable: false, get() { return FastBuffer; },
});

let hasWarned = false;
function warnOfConstructor() {
  if (hasWarned || (!require('internal/options').getOptionValue('--pending-deprecation') && isInsideNodeModules())) return;
  hasWarned = true;
  process.emitWarning('Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc(), ' +
    'Buffer.allocUnsafe(), or Buffer.from() methods instead.', 'DeprecationWarning', 'DEP0005');
}

Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === 'string') return fromString(value, encodingOrOffset);
  if (typeof value === 'object' && value !== null) {
    if (isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
    const valueOf = value.valueOf && value.valueOf();
    if (valueOf != null && valueOf !== value && (typeof valueOf === 'string' || typeof valueOf === 'object')) {
      return from(valueOf, encodingOrOffset, length);
    }
    const buffer = fromObject(value);
    if (buffer) return buffer;
    if (typeof value[SymbolToPrimitive] === 'function') {
      const primitive = value[SymbolToPrimitive]('string');
      if (typeof primitive === 'string') return fromString(primitive, encodingOrOffset);
    }
  }
  throw new ERR_INVALID_ARG_TYPE('first argument',
    ['string', 'Buffer', 'ArrayBuffer', 'Array', 'Array-like Object'], value);
};

function fromString(string, encoding) {
  let ops = utf8Ops;
  if (typeof encoding === 'string' && encoding.length !== 0) {
    ops = getEncodingOps(encoding);
    if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  }
  const { length } = string;
  if (length === 0) return new FastBuffer();
  // UTF-8 takes at most three bytes a unit: short strings need not be measured first.
  if (ops === utf8Ops && length * 3 < Buffer.poolSize >>> 1) {
    const most = length * 3;
    if (pool === undefined || most > poolLength - poolOffset) createPool();
    const size = utf8WriteStatic.call(poolView(), string, poolOffset, most);
    const buffer = new FastBuffer(pool, poolOffset, size);
    poolOffset += size;
    alignPool();
    return buffer;
  }
  const size = ops.byteLength(string);
  if (size >= Buffer.poolSize >>> 1) return createFromString(string, ops.number);
  const buffer = allocate(size);
  const written = ops.write.call(buffer, string, 0, size);
  return written === size ? buffer : new FastBuffer(buffer.buffer, buffer.byteOffset, written);
}
let viewOfPool;
function poolView() {
  if (viewOfPool === undefined || viewOfPool.buffer !== pool) viewOfPool = new FastBuffer(pool);
  return viewOfPool;
}

function fromArrayBuffer(value, byteOffset, length) {
  if (byteOffset === undefined) {
    byteOffset = 0;
  } else {
    byteOffset = +byteOffset;
    if (NumberIsNaN(byteOffset)) byteOffset = 0;
  }
  const most = value.byteLength - byteOffset;
  if (most < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (length !== undefined) {
    length = +length;
    if (length > 0) {
      if (length > most) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
    } else {
      length = 0;
    }
  }
  return new FastBuffer(value, byteOffset, length);
}

function fromArrayLike(value) {
  const { length } = value;
  if (length <= 0) return new FastBuffer();
  const buffer = allocate(length);
  if (isTypedArray(value) || Array.isArray(value)) TypedArrayPrototypeSet(buffer, value, 0);
  else for (let i = 0; i < buffer.length; i++) buffer[i] = value[i];
  return buffer;
}

function fromObject(value) {
  if (value.length !== undefined || isAnyArrayBuffer(value.buffer)) {
    return typeof value.length !== 'number' ? new FastBuffer() : fromArrayLike(value);
  }
  if (value.type === 'Buffer' && Array.isArray(value.data)) return fromArrayLike(value.data);
  return undefined;
}

Buffer.copyBytesFrom = function copyBytesFrom(view, offset, length) {
  if (!isTypedArray(view)) throw new ERR_INVALID_ARG_TYPE('view', ['TypedArray'], view);
  const viewLength = TypedArrayPrototypeGetLength(view);
  if (viewLength === 0) return Buffer.alloc(0);
  if (offset !== undefined || length !== undefined) {
    if (offset !== undefined) {
      validateInteger(offset, 'offset', 0);
      if (offset >= viewLength) return Buffer.alloc(0);
    } else {
      offset = 0;
    }
    let end;
    if (length !== undefined) {
      validateInteger(length, 'length', 0);
      end = offset + length;
    } else {
      end = viewLength;
    }
    view = TypedArrayPrototypeSlice(view, offset, end);
  }
  return fromArrayLike(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
};

ObjectDefineProperty(Buffer, 'of', {
  __proto__: null,
  writable: true,
  enumerable: false,
  configurable: true,
  value: function of(...items) {
    const buffer = createUnsafe(items.length);
    for (let i = 0; i < items.length; i++) buffer[i] = items[i];
    return buffer;
  },
});

Buffer.alloc = function alloc(size, fill, encoding) {
  validateSize(size);
  if (fill !== undefined && fill !== 0 && size > 0) {
    return fillBuffer(createUnsafe(size), fill, 0, size, encoding);
  }
  return new FastBuffer(size);
};
Buffer.allocUnsafe = function allocUnsafe(size) {
  validateSize(size);
  return allocate(size);
};
Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) {
  validateSize(size);
  return createUnsafe(size);
};

Buffer.isBuffer = function isBuffer(value) {
  return value instanceof Buffer;
};
Buffer.isEncoding = function isEncoding(encoding) {
  return typeof encoding === 'string' && encoding.length !== 0 && normalizeEncoding(encoding) !== undefined;
};
Buffer[kIsEncodingSymbol] = Buffer.isEncoding;

Buffer.compare = function compare(buf1, buf2) {
  if (!isUint8Array(buf1)) throw new ERR_INVALID_ARG_TYPE('buf1', ['Buffer', 'Uint8Array'], buf1);
  if (!isUint8Array(buf2)) throw new ERR_INVALID_ARG_TYPE('buf2', ['Buffer', 'Uint8Array'], buf2);
  return buf1 === buf2 ? 0 : nativeCompare(buf1, buf2);
};

Buffer.concat = function concat(list, length) {
  validateArray(list, 'list');
  if (list.length === 0) return new FastBuffer();
  if (length === undefined) {
    length = 0;
    for (let i = 0; i < list.length; i++) {
      if (list[i].length) length += list[i].length;
    }
  } else {
    validateInteger(length, 'length', 0);
  }
  const buffer = Buffer.allocUnsafe(length);
  let at = 0;
  for (let i = 0; i < list.length; i++) {
    const one = list[i];
    if (!isUint8Array(one)) throw new ERR_INVALID_ARG_TYPE(`list[${i}]`, ['Buffer', 'Uint8Array'], list[i]);
    at += copyInto(one, buffer, at, 0, one.length);
  }
  // A longer result than there are bytes is padded.
  if (at < length) TypedArrayPrototypeFill(buffer, 0, at, length);
  return buffer;
};

function byteLength(string, encoding) {
  if (typeof string !== 'string') {
    if (isArrayBufferView(string) || isAnyArrayBuffer(string)) return string.byteLength;
    throw new ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], string);
  }
  const { length } = string;
  if (length === 0) return 0;
  if (!encoding) return byteLengthUtf8(string);
  return (getEncodingOps(encoding) ?? utf8Ops).byteLength(string);
}
Buffer.byteLength = byteLength;

Buffer.prototype = FastBuffer.prototype;
ObjectSetPrototypeOf(Buffer, Uint8Array);
const prototype = FastBuffer.prototype;
ObjectDefineProperty(prototype, 'constructor', { __proto__: null, value: Buffer, writable: true, enumerable: false, configurable: true });

for (const [name, from] of [['parent', 'buffer'], ['offset', 'byteOffset']]) {
  ObjectDefineProperty(prototype, name, {
    __proto__: null,
    enumerable: true,
    get() { return this instanceof Buffer ? this[from] : undefined; },
  });
}

addNumberMethods(prototype);

// Copies at most what fits; returns how many bytes.
function copyInto(source, target, targetStart, sourceStart, sourceEnd) {
  let count = sourceEnd - sourceStart;
  const room = target.byteLength - targetStart;
  if (count > room) count = room;
  const there = source.byteLength - sourceStart;
  if (count > there) count = there;
  if (count <= 0) return 0;
  nativeCopy(source, target, targetStart, sourceStart, count);
  return count;
}

function toInteger(value, fallback) {
  value = +value;
  return NumberIsNaN(value) ? fallback : Math.trunc(value);
}

prototype.copy = function copy(target, targetStart, sourceStart, sourceEnd) {
  if (!isArrayBufferView(this)) throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], this);
  if (!isArrayBufferView(target)) throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
  if (targetStart === undefined) {
    targetStart = 0;
  } else {
    targetStart = toInteger(targetStart, 0);
    if (targetStart < 0) throw new ERR_OUT_OF_RANGE('targetStart', '>= 0', targetStart);
  }
  if (sourceStart === undefined) {
    sourceStart = 0;
  } else {
    sourceStart = toInteger(sourceStart, 0);
    if (sourceStart < 0 || sourceStart > this.byteLength) {
      throw new ERR_OUT_OF_RANGE('sourceStart', `>= 0 && <= ${this.byteLength}`, sourceStart);
    }
  }
  if (sourceEnd === undefined) {
    sourceEnd = this.byteLength;
  } else {
    sourceEnd = toInteger(sourceEnd, 0);
    if (sourceEnd < 0) throw new ERR_OUT_OF_RANGE('sourceEnd', '>= 0', sourceEnd);
  }
  if (targetStart >= target.byteLength || sourceStart >= sourceEnd) return 0;
  return copyInto(this, target, targetStart, sourceStart, sourceEnd);
};

prototype.toString = function toString(encoding, start, end) {
  if (arguments.length === 0) return this.utf8Slice(0, this.length);
  const { length } = this;
  if (start === undefined || start <= 0) start = 0;
  else if (start >= length) return '';
  else start = Math.trunc(start) || 0;
  if (end === undefined || end > length) end = length;
  else end = Math.trunc(end) || 0;
  if (end <= start) return '';
  if (encoding === undefined) return this.utf8Slice(start, end);
  const ops = getEncodingOps(encoding);
  if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return ops.slice.call(this, start, end);
};

prototype.equals = function equals(otherBuffer) {
  if (!isUint8Array(otherBuffer)) throw new ERR_INVALID_ARG_TYPE('otherBuffer', ['Buffer', 'Uint8Array'], otherBuffer);
  if (this === otherBuffer) return true;
  if (this.byteLength !== otherBuffer.byteLength) return false;
  return this.byteLength === 0 || nativeCompare(this, otherBuffer) === 0;
};

let inspectMaxBytes = 50;
prototype[customInspectSymbol] = function inspect(recurseTimes, context) {
  const shown = Math.min(inspectMaxBytes, this.length);
  const remaining = this.length - inspectMaxBytes;
  let text = this.hexSlice(0, shown).replace(/(.{2})/g, '$1 ').trim();
  if (remaining > 0) text += ` ... ${remaining} more byte${remaining > 1 ? 's' : ''}`;
  // Properties that a program added.
  if (context) {
    const { ALL_PROPERTIES, ONLY_ENUMERABLE, getOwnNonIndexProperties } = internalBinding('util');
    const object = { __proto__: null };
    let extras = false;
    for (const key of getOwnNonIndexProperties(this, context.showHidden ? ALL_PROPERTIES : ONLY_ENUMERABLE)) {
      extras = true;
      object[key] = this[key];
    }
    if (extras) {
      if (this.length !== 0) text += ', ';
      const { inspect: utilInspect } = require('internal/util/inspect');
      text += utilInspect(object, { ...context, breakLength: Infinity, compact: true }).slice(27, -2);
    }
  }
  let name = 'Buffer';
  try {
    const { constructor } = this;
    if (typeof constructor === 'function' && Object.hasOwn(constructor, 'name')) ({ name } = constructor);
  } catch {
    // Keep the name.
  }
  return `<${name} ${text}>`;
};
prototype.inspect = prototype[customInspectSymbol];

prototype.compare = function compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
  if (!isUint8Array(target)) throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
  if (arguments.length === 1) return nativeCompare(this, target);
  if (targetStart === undefined) targetStart = 0;
  else validateInteger(targetStart, 'targetStart', 0);
  if (targetEnd === undefined) targetEnd = target.length;
  else validateInteger(targetEnd, 'targetEnd', 0, target.length);
  if (sourceStart === undefined) sourceStart = 0;
  else validateInteger(sourceStart, 'sourceStart', 0);
  if (sourceEnd === undefined) sourceEnd = this.length;
  else validateInteger(sourceEnd, 'sourceEnd', 0, this.length);
  if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
  if (targetStart >= targetEnd) return 1;
  return compareOffset(this, target, targetStart, sourceStart, targetEnd - targetStart, sourceEnd - sourceStart);
};

function search(buffer, value, byteOffset, encoding, forward) {
  validateBuffer(buffer);
  if (typeof byteOffset === 'string') {
    encoding = byteOffset;
    byteOffset = undefined;
  } else if (byteOffset > 0x7fffffff) {
    byteOffset = 0x7fffffff;
  } else if (byteOffset < -0x80000000) {
    byteOffset = -0x80000000;
  }
  byteOffset = +byteOffset;
  if (NumberIsNaN(byteOffset)) byteOffset = forward ? 0 : (buffer.length || buffer.byteLength);
  if (typeof value === 'number') return indexOfNumber(buffer, value >>> 0, byteOffset, forward);
  let ops = utf8Ops;
  if (encoding !== undefined) ops = getEncodingOps(encoding);
  if (typeof value === 'string') {
    if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
    return indexOfString(buffer, value, byteOffset, ops.number, forward);
  }
  if (isUint8Array(value)) return indexOfBuffer(buffer, value, byteOffset, (ops ?? utf8Ops).number, forward);
  throw new ERR_INVALID_ARG_TYPE('value', ['number', 'string', 'Buffer', 'Uint8Array'], value);
}
prototype.indexOf = function indexOf(value, byteOffset, encoding) {
  return search(this, value, byteOffset, encoding, true);
};
prototype.lastIndexOf = function lastIndexOf(value, byteOffset, encoding) {
  return search(this, value, byteOffset, encoding, false);
};
prototype.includes = function includes(value, byteOffset, encoding) {
  return this.indexOf(value, byteOffset, encoding) !== -1;
};

prototype.fill = function fill(value, offset, end, encoding) {
  return fillBuffer(this, value, offset, end, encoding);
};
function fillBuffer(buffer, value, offset, end, encoding) {
  if (typeof value === 'string') {
    if (offset === undefined || typeof offset === 'string') {
      encoding = offset;
      offset = 0;
      end = buffer.length;
    } else if (typeof end === 'string') {
      encoding = end;
      end = buffer.length;
    }
    const normal = normalizeEncoding(encoding);
    if (normal === undefined) {
      validateString(encoding, 'encoding');
      throw new ERR_UNKNOWN_ENCODING(encoding);
    }
    if (value.length === 0) {
      value = 0;
    } else if (value.length === 1) {
      const code = value.charCodeAt(0);
      if ((normal === 'utf8' && code < 128) || normal === 'latin1') value = code;
    }
    encoding = normal;
  } else {
    encoding = undefined;
  }
  if (offset === undefined) {
    offset = 0;
    end = buffer.length;
  } else {
    validateNumber(offset, 'offset', 0, kMaxLength);
    if (end === undefined) end = buffer.length;
    else validateNumber(end, 'end', 0, buffer.length);
    if (offset >= end) return buffer;
  }
  if (typeof value === 'boolean') value = +value;
  if (typeof value === 'number') {
    // A program may have changed what `length` says.
    if (end - offset + offset > TypedArrayPrototypeGetByteLength(buffer)) throw new ERR_BUFFER_OUT_OF_BOUNDS();
    TypedArrayPrototypeFill(buffer, value, offset, end);
    return buffer;
  }
  if (typeof value !== 'string' && !isArrayBufferView(value)) {
    TypedArrayPrototypeFill(buffer, value & 255, offset, end);
    return buffer;
  }
  const result = nativeFill(buffer, value, offset, end, encoding === undefined ? 0 : encodingsMap[encoding]);
  if (result < 0) {
    if (result === -1) throw new ERR_INVALID_ARG_VALUE('value', value);
    throw new ERR_BUFFER_OUT_OF_BOUNDS();
  }
  return buffer;
}

prototype.write = function write(string, offset, length, encoding) {
  if (typeof string !== 'string') throw new ERR_INVALID_ARG_TYPE('argument', 'string', string);
  if (offset === undefined) return this.utf8Write(string, 0, this.length);
  if (length === undefined && typeof offset === 'string') {
    encoding = offset;
    length = this.length;
    offset = 0;
  } else {
    validateInteger(offset, 'offset', 0, this.length);
    const remaining = this.length - offset;
    if (length === undefined) {
      length = remaining;
    } else if (typeof length === 'string') {
      encoding = length;
      length = remaining;
    } else {
      validateInteger(length, 'length', 0, this.length);
      if (length > remaining) length = remaining;
    }
  }
  if (!encoding || encoding === 'utf8') return this.utf8Write(string, offset, length);
  if (encoding === 'ascii') return this.asciiWrite(string, offset, length);
  const ops = getEncodingOps(encoding);
  if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return ops.write.call(this, string, offset, length);
};

prototype.toJSON = function toJSON() {
  const data = new Array(this.length > 0 ? this.length : 0);
  for (let i = 0; i < data.length; i++) data[i] = this[i];
  return { type: 'Buffer', data };
};

function clampOffset(offset, length) {
  offset = Math.trunc(offset);
  if (offset === 0 || NumberIsNaN(offset)) return 0;
  if (offset < 0) {
    offset += length;
    return offset > 0 ? offset : 0;
  }
  return offset < length ? offset : length;
}
prototype.subarray = function subarray(start, end) {
  const { length } = this;
  start = clampOffset(start, length);
  end = end !== undefined ? clampOffset(end, length) : length;
  return new FastBuffer(this.buffer, this.byteOffset + start, end > start ? end - start : 0);
};
prototype.slice = function slice(start, end) {
  return this.subarray(start, end);
};

function swapPair(buffer, a, b) {
  const value = buffer[b];
  buffer[b] = buffer[a];
  buffer[a] = value;
}
// For short buffers a loop here is faster than calling out.
function makeSwap(size, native) {
  return function() {
    const { length } = this;
    if (length % size !== 0) throw new ERR_INVALID_BUFFER_SIZE(`${size * 8}-bits`);
    if (length < 192) {
      for (let i = 0; i < length; i += size) {
        for (let j = 0; j < size / 2; j++) swapPair(this, i + j, i + size - 1 - j);
      }
      return this;
    }
    return native(this);
  };
}
for (const [name, size] of [['swap16', 2], ['swap32', 4], ['swap64', 8]]) {
  prototype[name] = ObjectDefineProperty(makeSwap(size, binding[name]), 'name', { __proto__: null, value: name, configurable: true });
}

prototype.toLocaleString = prototype.toString;

Object.assign(prototype, {
  asciiSlice, base64Slice, base64urlSlice, latin1Slice, hexSlice, ucs2Slice, utf8Slice, base64Write, base64urlWrite, hexWrite, ucs2Write,
});
// Checked here, as the native ones take any offset.
function makeWrite(name, native) {
  return { [name](string, offset = 0, length = this.byteLength - offset) {
    if (typeof string !== 'string') throw new ERR_INVALID_ARG_TYPE('argument', 'string', string);
    if (offset < 0 || offset > this.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
    if (length < 0 || length > this.byteLength - offset) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
    return native.call(this, string, offset, length);
  } }[name];
}
prototype.asciiWrite = makeWrite('asciiWrite', asciiWriteStatic);
prototype.latin1Write = makeWrite('latin1Write', latin1WriteStatic);
prototype.utf8Write = makeWrite('utf8Write', utf8WriteStatic);

function SlowBuffer(length) {
  validateSize(length);
  return createUnsafe(length);
}
ObjectSetPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype);
ObjectSetPrototypeOf(SlowBuffer, Uint8Array);

function transcode(source, fromEncoding, toEncoding) {
  if (!isUint8Array(source)) throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], source);
  if (source.length === 0) return Buffer.alloc(0);
  const from = normalizeEncoding(fromEncoding) || fromEncoding;
  const to = normalizeEncoding(toEncoding) || toEncoding;
  const known = ['ascii', 'latin1', 'utf16le', 'utf8'];
  let result = 1;
  if (known.includes(from) && known.includes(to)) result = internalBinding('icu').transcode(source, from, to);
  if (typeof result !== 'number') return fromArrayBuffer(result.buffer, result.byteOffset, result.byteLength);
  const code = result === 1 ? 'U_ILLEGAL_ARGUMENT_ERROR' : internalBinding('icu').icuErrName(-result);
  throw genericNodeError(`Unable to transcode Buffer [${code}]`, { code, errno: result === 1 ? 1 : -result });
}

function btoa(input) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
  const result = binding.btoa(`${input}`);
  if (result === -1) throw lazyDOMException('Invalid character', 'InvalidCharacterError');
  return result;
}

function atob(input) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
  const result = binding.atob(`${input}`);
  switch (result) {
    case -1: throw lazyDOMException('Invalid character', 'InvalidCharacterError');
    case -2:
      throw lazyDOMException('The string to be decoded is not correctly encoded.', 'InvalidCharacterError');
    case -3: throw lazyDOMException('The input is not correctly encoded.', 'InvalidCharacterError');
    default: return result;
  }
}

function isUtf8(input) {
  if (isTypedArray(input) || isAnyArrayBuffer(input)) {
    if (isDetached(input)) throw new ERR_INVALID_STATE('Cannot validate on a detached buffer');
    return binding.isUtf8(input);
  }
  throw new ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'Buffer', 'TypedArray'], input);
}

function isAscii(input) {
  if (isTypedArray(input) || isAnyArrayBuffer(input)) {
    if (isDetached(input)) throw new ERR_INVALID_STATE('Cannot validate on a detached buffer');
    return binding.isAscii(input);
  }
  throw new ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'Buffer', 'TypedArray'], input);
}

const constants = ObjectDefineProperties({}, {
  MAX_LENGTH: { __proto__: null, value: kMaxLength, writable: false, enumerable: true },
  MAX_STRING_LENGTH: { __proto__: null, value: kStringMaxLength, writable: false, enumerable: true },
});

module.exports = {
  Buffer,
  SlowBuffer: deprecate(SlowBuffer, 'SlowBuffer() is deprecated. Please use Buffer.allocUnsafeSlow()', 'DEP0030'),
  transcode,
  isUtf8,
  isAscii,
  kMaxLength,
  kStringMaxLength,
  btoa,
  atob,
};
ObjectDefineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  INSPECT_MAX_BYTES: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return inspectMaxBytes; },
    set(value) {
      validateNumber(value, 'INSPECT_MAX_BYTES', 0);
      inspectMaxBytes = value;
    },
  },
});
defineLazyProperties(module.exports, 'internal/blob', ['Blob', 'resolveObjectURL']);
defineLazyProperties(module.exports, 'internal/file', ['File']);

binding.setBufferPrototype(prototype);
