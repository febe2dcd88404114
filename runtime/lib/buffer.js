'use strict';

// node:buffer. Small Buffers share an 8 KiB pool. Documented in doc/api/buffer.md.

const {
  codes: {
    ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_BUFFER_SIZE, ERR_MISSING_ARGS, ERR_OUT_OF_RANGE,
    ERR_UNKNOWN_ENCODING,
  },
  genericNodeError,
} = require('internal/errors');
const { validateArray, validateInteger, validateNumber, validateString } = require('internal/validators');
const { customInspectSymbol, normalizeEncoding, lazyDOMException } = require('internal/util');
const { isAnyArrayBuffer, isArrayBufferView, isTypedArray, isUint8Array } = require('internal/util/types');
const { FastBuffer, addBufferPrototype } = require('internal/buffer');
const native = internalBinding('buffer');

const { kMaxLength, kStringMaxLength } = native;
const MathTrunc = Math.trunc;

FastBuffer.prototype.constructor = Buffer;
Buffer.prototype = FastBuffer.prototype;
addBufferPrototype(Buffer.prototype);
native.setBufferPrototype(Buffer.prototype);

// What the encodings do. `write` and `slice` are the native methods; a needle for indexOf is the bytes of a string.
const encodings = {
  __proto__: null,
  utf8: { encoding: 'utf8', byteLength: (string) => native.byteLengthUtf8(string), write: (b, s, o, l) => b.utf8Write(s, o, l), slice: (b, s, e) => b.utf8Slice(s, e) },
  utf16le: { encoding: 'utf16le', byteLength: (string) => string.length * 2, write: (b, s, o, l) => b.ucs2Write(s, o, l), slice: (b, s, e) => b.ucs2Slice(s, e) },
  latin1: { encoding: 'latin1', byteLength: (string) => string.length, write: (b, s, o, l) => b.latin1Write(s, o, l), slice: (b, s, e) => b.latin1Slice(s, e) },
  ascii: { encoding: 'ascii', byteLength: (string) => string.length, write: (b, s, o, l) => b.asciiWrite(s, o, l), slice: (b, s, e) => b.asciiSlice(s, e) },
  base64: { encoding: 'base64', byteLength: base64ByteLength, write: (b, s, o, l) => b.base64Write(s, o, l), slice: (b, s, e) => b.base64Slice(s, e) },
  base64url: { encoding: 'base64url', byteLength: base64ByteLength, write: (b, s, o, l) => b.base64urlWrite(s, o, l), slice: (b, s, e) => b.base64urlSlice(s, e) },
  hex: { encoding: 'hex', byteLength: (string) => string.length >>> 1, write: (b, s, o, l) => b.hexWrite(s, o, l), slice: (b, s, e) => b.hexSlice(s, e) },
};

function opsOf(encoding) {
  const known = encodings[encoding];
  if (known !== undefined) return known;
  const name = normalizeEncoding(`${encoding}`);
  return name === undefined ? undefined : encodings[name];
}

// An upper bound: characters that are no base64 count.
function base64ByteLength(string) {
  let bytes = string.length;
  if (string.charCodeAt(bytes - 1) === 0x3d) bytes--;
  if (bytes > 1 && string.charCodeAt(bytes - 1) === 0x3d) bytes--;
  return (bytes * 3) >>> 2;
}

let poolSize = 8 * 1024;
let pool;
let poolOffset = 0;
let poolLength = 0;

function newPool() {
  poolLength = poolSize;
  pool = native.unsafeArrayBuffer(poolLength);
  poolOffset = 0;
}
function alignPool() {
  // Views of other element types can be made over what starts at a multiple of eight.
  if (poolOffset & 7) poolOffset = (poolOffset | 7) + 1;
}

let warnedOfConstructor = false;
function Buffer(arg, encodingOrOffset, length) {
  if (!warnedOfConstructor) {
    warnedOfConstructor = true;
    if (!require('internal/util').isInsideNodeModules?.()) {
      process.emitWarning(
        'Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc(), Buffer.allocUnsafe(), or Buffer.from() methods instead.',
        'DeprecationWarning', 'DEP0005');
    }
  }
  if (typeof arg === 'number') {
    if (typeof encodingOrOffset === 'string') throw new ERR_INVALID_ARG_TYPE('string', 'string', arg);
    return Buffer.alloc(arg);
  }
  return Buffer.from(arg, encodingOrOffset, length);
}
Object.defineProperty(Buffer, Symbol.species, { __proto__: null, configurable: true, enumerable: false, get() { return FastBuffer; } });
Object.setPrototypeOf(Buffer, Uint8Array);

Object.defineProperty(Buffer, 'poolSize', {
  __proto__: null, enumerable: true, configurable: true,
  get() {
    return poolSize;
  },
  set(value) {
    poolSize = value;
  },
});

Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === 'string') return fromString(value, encodingOrOffset);
  if (typeof value === 'object' && value !== null) {
    if (isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
    const primitive = value.valueOf?.();
    if (primitive != null && primitive !== value && (typeof primitive === 'string' || typeof primitive === 'object')) {
      return from(primitive, encodingOrOffset, length);
    }
    const made = fromObject(value);
    if (made) return made;
    if (typeof value[Symbol.toPrimitive] === 'function') {
      const string = value[Symbol.toPrimitive]('string');
      if (typeof string === 'string') return fromString(string, encodingOrOffset);
    }
  }
  throw new ERR_INVALID_ARG_TYPE('first argument', ['string', 'Buffer', 'ArrayBuffer', 'Array', 'Array-like Object'], value);
};

// A Buffer with a copy of a part of a typed array.
Buffer.copyBytesFrom = function copyBytesFrom(view, offset, length) {
  if (!isTypedArray(view)) throw new ERR_INVALID_ARG_TYPE('view', ['TypedArray'], view);
  const total = view.length;
  if (total === 0) return Buffer.alloc(0);
  if (offset !== undefined || length !== undefined) {
    if (offset !== undefined) {
      validateInteger(offset, 'offset', 0);
      if (offset >= total) return Buffer.alloc(0);
    } else {
      offset = 0;
    }
    let end;
    if (length !== undefined) {
      validateInteger(length, 'length', 0);
      end = offset + length;
    } else {
      end = total;
    }
    view = view.slice(offset, end);
  }
  return fromArrayLike(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
};

Buffer.of = function of(...items) {
  const made = allocate(items.length);
  for (let i = 0; i < items.length; i++) made[i] = items[i];
  return made;
};

function checkSize(size) {
  validateNumber(size, 'size', 0, kMaxLength);
}

Buffer.alloc = function alloc(size, fill, encoding) {
  checkSize(size);
  if (fill !== undefined && fill !== 0 && size > 0) {
    const made = unpooled(size);
    return fillBuffer(made, fill, 0, made.length, encoding);
  }
  return new FastBuffer(size);
};

Buffer.allocUnsafe = function allocUnsafe(size) {
  checkSize(size);
  return allocate(size);
};

Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) {
  checkSize(size);
  return unpooled(size);
};

function unpooled(size) {
  if (size <= 0) return new FastBuffer();
  // Below this, V8 keeps the bytes on its own heap, which is faster than memory of their own.
  if (size < 64) return new FastBuffer(size);
  return new FastBuffer(native.unsafeArrayBuffer(size));
}

function allocate(size) {
  if (size <= 0) return new FastBuffer();
  if (size < poolSize >>> 1) {
    if (pool === undefined || size > poolLength - poolOffset) newPool();
    const made = new FastBuffer(pool, poolOffset, size);
    poolOffset += MathTrunc(size);
    alignPool();
    return made;
  }
  return unpooled(size);
}

function fromString(string, encoding) {
  let ops;
  if (typeof encoding !== 'string' || encoding.length === 0) {
    ops = encodings.utf8;
  } else {
    ops = opsOf(encoding);
    if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  }
  if (string.length === 0) return new FastBuffer();
  const maximum = poolSize >>> 1;
  if (string.length >= maximum || ops.byteLength(string) >= maximum) {
    const length = ops.byteLength(string);
    const made = new FastBuffer(native.unsafeArrayBuffer(length));
    const written = ops.write(made, string, 0, length);
    return written === length ? made : made.slice(0, written);
  }
  let length = ops.byteLength(string);
  if (pool === undefined || length > poolLength - poolOffset) newPool();
  let made = new FastBuffer(pool, poolOffset, length);
  const written = ops.write(made, string, 0, length);
  if (written !== length) {
    length = written;
    made = new FastBuffer(pool, poolOffset, length);
  }
  poolOffset += length;
  alignPool();
  return made;
}

function fromArrayBuffer(arrayBuffer, byteOffset, length) {
  if (byteOffset === undefined) {
    byteOffset = 0;
  } else {
    byteOffset = +byteOffset;
    if (Number.isNaN(byteOffset)) byteOffset = 0;
  }
  const maximum = arrayBuffer.byteLength - byteOffset;
  if (maximum < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (length !== undefined) {
    length = +length;
    if (length > 0) {
      if (length > maximum) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
    } else {
      length = 0;
    }
  }
  return new FastBuffer(arrayBuffer, byteOffset, length);
}

function fromArrayLike(object) {
  if (object.length <= 0) return new FastBuffer();
  if (object.length < poolSize >>> 1) {
    if (pool === undefined || object.length > poolLength - poolOffset) newPool();
    const made = new FastBuffer(pool, poolOffset, object.length);
    Uint8Array.prototype.set.call(made, object, 0);
    poolOffset += object.length;
    alignPool();
    return made;
  }
  const made = unpooled(object.length);
  Uint8Array.prototype.set.call(made, object, 0);
  return made;
}

function fromObject(object) {
  if (object.length !== undefined || isAnyArrayBuffer(object.buffer)) {
    if (typeof object.length !== 'number') return new FastBuffer();
    return fromArrayLike(object);
  }
  if (object.type === 'Buffer' && Array.isArray(object.data)) return fromArrayLike(object.data);
  return undefined;
}

Buffer.isBuffer = function isBuffer(value) {
  return value instanceof Buffer;
};

function checkViews(a, b, nameA, nameB) {
  if (!isUint8Array(a)) throw new ERR_INVALID_ARG_TYPE(nameA, ['Buffer', 'Uint8Array'], a);
  if (!isUint8Array(b)) throw new ERR_INVALID_ARG_TYPE(nameB, ['Buffer', 'Uint8Array'], b);
}

Buffer.compare = function compare(buf1, buf2) {
  checkViews(buf1, buf2, 'buf1', 'buf2');
  return buf1 === buf2 ? 0 : native.compare(buf1, buf2);
};

Buffer.isEncoding = function isEncoding(encoding) {
  return typeof encoding === 'string' && encoding.length !== 0 && normalizeEncoding(encoding) !== undefined;
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
  const made = Buffer.allocUnsafe(length);
  let at = 0;
  for (let i = 0; i < list.length; i++) {
    const part = list[i];
    if (!isUint8Array(part)) throw new ERR_INVALID_ARG_TYPE(`list[${i}]`, ['Buffer', 'Uint8Array'], part);
    if (at + part.length > length) {
      if (at < length) Uint8Array.prototype.set.call(made, part.subarray(0, length - at), at);
      at = length;
      continue;
    }
    Uint8Array.prototype.set.call(made, part, at);
    at += part.length;
  }
  // Memory that nobody has written is not shown.
  if (at < length) Uint8Array.prototype.fill.call(made, 0, at, length);
  return made;
};

Buffer.byteLength = function byteLength(string, encoding) {
  if (typeof string !== 'string') {
    if (isArrayBufferView(string) || isAnyArrayBuffer(string)) return string.byteLength;
    throw new ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], string);
  }
  if (string.length === 0) return 0;
  if (!encoding || encoding === 'utf8') return native.byteLengthUtf8(string);
  const ops = opsOf(encoding);
  return ops === undefined ? native.byteLengthUtf8(string) : ops.byteLength(string);
};

for (const [name, get] of [
  ['parent', function() { return this instanceof Buffer ? this.buffer : undefined; }],
  ['offset', function() { return this instanceof Buffer ? this.byteOffset : undefined; }],
]) {
  Object.defineProperty(Buffer.prototype, name, { __proto__: null, enumerable: true, get });
}

Buffer.prototype.copy = function copy(target, targetStart, sourceStart, sourceEnd) {
  if (!isUint8Array(this)) throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], this);
  if (!isUint8Array(target)) throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
  targetStart = targetStart === undefined ? 0 : toInteger(targetStart, 0);
  if (targetStart < 0) throw new ERR_OUT_OF_RANGE('targetStart', '>= 0', targetStart);
  sourceStart = sourceStart === undefined ? 0 : toInteger(sourceStart, 0);
  if (sourceStart < 0 || sourceStart > this.byteLength) {
    throw new ERR_OUT_OF_RANGE('sourceStart', `>= 0 && <= ${this.byteLength}`, sourceStart);
  }
  sourceEnd = sourceEnd === undefined ? this.byteLength : toInteger(sourceEnd, 0);
  if (sourceEnd < 0) throw new ERR_OUT_OF_RANGE('sourceEnd', '>= 0', sourceEnd);
  if (targetStart >= target.byteLength || sourceStart >= sourceEnd) return 0;
  const count = Math.min(sourceEnd - sourceStart, target.byteLength - targetStart, this.byteLength - sourceStart);
  native.copy(this, target, targetStart, sourceStart, count);
  return count;
};

function toInteger(value, fallback) {
  value = +value;
  if (!Number.isNaN(value) && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) {
    return value % 1 === 0 ? value : Math.floor(value);
  }
  return fallback;
}

Buffer.prototype.toString = function toString(encoding, start, end) {
  if (arguments.length === 0) return this.utf8Slice(0, this.length);
  const length = this.length;
  if (start === undefined || start <= 0) start = 0;
  else if (start >= length) return '';
  else start = MathTrunc(start) || 0;
  if (end === undefined || end > length) end = length;
  else end = MathTrunc(end) || 0;
  if (end <= start) return '';
  if (encoding === undefined) return this.utf8Slice(start, end);
  const ops = opsOf(encoding);
  if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return ops.slice(this, start, end);
};
Buffer.prototype.toLocaleString = Buffer.prototype.toString;

Buffer.prototype.equals = function equals(other) {
  if (!isUint8Array(other)) throw new ERR_INVALID_ARG_TYPE('otherBuffer', ['Buffer', 'Uint8Array'], other);
  if (this === other) return true;
  if (this.byteLength !== other.byteLength) return false;
  return this.byteLength === 0 || native.compare(this, other) === 0;
};

let maxShown = 50;
Buffer.prototype[customInspectSymbol] = function inspect(depth, context) {
  const actual = Math.min(maxShown, this.length);
  const remaining = this.length - maxShown;
  let text = this.hexSlice(0, actual).replace(/(.{2})/g, '$1 ').trim();
  if (remaining > 0) text += ` ... ${remaining} more byte${remaining > 1 ? 's' : ''}`;
  // Properties of its own are shown behind the bytes.
  if (context) {
    let extras = false;
    const filter = context.showHidden ? Reflect.ownKeys(this) : Object.keys(this);
    const own = { __proto__: null };
    for (const key of filter) {
      if (typeof key === 'string' && /^(0|[1-9][0-9]*)$/.test(key)) continue;
      if (typeof key === 'symbol' && !context.showHidden) continue;
      extras = true;
      own[key] = this[key];
    }
    if (extras) {
      if (this.length !== 0) text += ', ';
      text += require('internal/util/inspect').inspect(own, { ...context, breakLength: Infinity, compact: true }).slice(27, -2);
    }
  }
  let name = 'Buffer';
  try {
    const { constructor } = this;
    if (typeof constructor === 'function' && Object.hasOwn(constructor, 'name')) name = constructor.name;
  } catch {
    // A constructor that throws keeps the usual name.
  }
  return `<${name} ${text}>`;
};
Buffer.prototype.inspect = Buffer.prototype[customInspectSymbol];

Buffer.prototype.compare = function compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
  if (!isUint8Array(target)) throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
  if (arguments.length === 1) return native.compare(this, target);
  const range = (value, name, fallback, maximum) => {
    if (value === undefined) return fallback;
    validateInteger(value, name, 0, maximum);
    return value;
  };
  targetStart = range(targetStart, 'targetStart', 0);
  targetEnd = range(targetEnd, 'targetEnd', target.length, target.length);
  sourceStart = range(sourceStart, 'sourceStart', 0);
  sourceEnd = range(sourceEnd, 'sourceEnd', this.length, this.length);
  if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
  if (targetStart >= targetEnd) return 1;
  return native.compareOffset(this, target, targetStart, sourceStart, targetEnd - targetStart, sourceEnd - sourceStart);
};

function search(buffer, value, byteOffset, encoding, forward) {
  if (typeof byteOffset === 'string') {
    encoding = byteOffset;
    byteOffset = undefined;
  } else if (byteOffset > 0x7fffffff) {
    byteOffset = 0x7fffffff;
  } else if (byteOffset < -0x80000000) {
    byteOffset = -0x80000000;
  }
  byteOffset = +byteOffset;
  if (Number.isNaN(byteOffset)) byteOffset = forward ? 0 : buffer.length || buffer.byteLength;
  byteOffset = MathTrunc(byteOffset);
  if (typeof value === 'number') return native.indexOf(buffer, value >>> 0, byteOffset, forward, 1);
  let ops;
  if (encoding === undefined) {
    ops = encodings.utf8;
  } else {
    ops = opsOf(encoding);
  }
  if (typeof value === 'string') {
    if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
    return native.indexOf(buffer, fromString(value, ops.encoding), byteOffset, forward, ops === encodings.utf16le ? 2 : 1);
  }
  if (isUint8Array(value)) return native.indexOf(buffer, value, byteOffset, forward, ops === encodings.utf16le ? 2 : 1);
  throw new ERR_INVALID_ARG_TYPE('value', ['number', 'string', 'Buffer', 'Uint8Array'], value);
}

Buffer.prototype.lastIndexOf = function lastIndexOf(value, byteOffset, encoding) {
  return search(this, value, byteOffset, encoding, false);
};
Buffer.prototype.indexOf = function indexOf(value, byteOffset, encoding) {
  return search(this, value, byteOffset, encoding, true);
};
Buffer.prototype.includes = function includes(value, byteOffset, encoding) {
  return this.indexOf(value, byteOffset, encoding) !== -1;
};

Buffer.prototype.fill = function fill(value, offset, end, encoding) {
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
    const normalized = encoding === undefined ? 'utf8' : normalizeEncoding(encoding);
    if (normalized === undefined) {
      validateString(encoding, 'encoding');
      throw new ERR_UNKNOWN_ENCODING(encoding);
    }
    if (value.length === 0) {
      value = 0;
    } else {
      const bytes = fromString(value, normalized);
      if (bytes.length === 0) throw new ERR_INVALID_ARG_VALUE('value', value);
      value = bytes.length === 1 ? bytes[0] : bytes;
    }
  } else if (typeof value === 'boolean') {
    value = +value;
  }
  if (offset === undefined) {
    offset = 0;
    end = buffer.length;
  } else {
    validateNumber(offset, 'offset', 0);
    if (end === undefined) {
      end = buffer.length;
    } else {
      validateNumber(end, 'end', 0, buffer.length);
    }
    if (offset >= end) return buffer;
  }
  if (isArrayBufferView(value)) {
    if (!native.fill(buffer, value, offset, end)) throw new ERR_INVALID_ARG_VALUE('value', value);
    return buffer;
  }
  const byte = (+value || 0) & 255;
  if (end > buffer.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS();
  Uint8Array.prototype.fill.call(buffer, byte, offset, end);
  return buffer;
}

Buffer.prototype.write = function write(string, offset, length, encoding) {
  if (typeof string !== 'string') throw new ERR_INVALID_ARG_TYPE('argument', 'string', string);
  if (offset === undefined) return this.utf8Write(string, 0, this.length);
  if (length === undefined && typeof offset === 'string') {
    // write(string, encoding)
    encoding = offset;
    length = this.length;
    offset = 0;
  } else {
    validateOffset(offset, 'offset', 0, this.length);
    const remaining = this.length - offset;
    if (length === undefined) {
      length = remaining;
    } else if (typeof length === 'string') {
      encoding = length;
      length = remaining;
    } else {
      validateOffset(length, 'length', 0, this.length);
      if (length > remaining) length = remaining;
    }
  }
  if (!encoding || encoding === 'utf8') return this.utf8Write(string, offset, length);
  const ops = opsOf(encoding);
  if (ops === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
  return ops.write(this, string, offset, length);
};

function validateOffset(value, name, minimum, maximum) {
  validateInteger(value, name, minimum, maximum);
}

Buffer.prototype.toJSON = function toJSON() {
  return { type: 'Buffer', data: Array.from(this) };
};

function adjust(offset, length) {
  offset = MathTrunc(offset);
  if (offset === 0 || Number.isNaN(offset)) return 0;
  if (offset < 0) {
    offset += length;
    return offset > 0 ? offset : 0;
  }
  return offset < length ? offset : length;
}

// Both share the memory, unlike slice() of a typed array.
Buffer.prototype.subarray = function subarray(start, end) {
  const length = this.length;
  start = adjust(start, length);
  end = end !== undefined ? adjust(end, length) : length;
  return new FastBuffer(this.buffer, this.byteOffset + start, end > start ? end - start : 0);
};
Buffer.prototype.slice = function slice(start, end) {
  return this.subarray(start, end);
};

for (const [name, width] of [['swap16', 2], ['swap32', 4], ['swap64', 8]]) {
  const swap = native[name];
  Buffer.prototype[name] = {
    [name]() {
      if (this.length % width !== 0) throw new ERR_INVALID_BUFFER_SIZE(`${width * 8}-bits`);
      return swap(this);
    },
  }[name];
}

Buffer.prototype.toLocaleString = Buffer.prototype.toString;

function SlowBuffer(size) {
  validateNumber(size, 'size', 0, kMaxLength);
  return unpooled(size);
}
Object.setPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype);
Object.setPrototypeOf(SlowBuffer, Uint8Array);

function btoa(input) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
  const result = native.btoa(`${input}`);
  if (result === -1) throw lazyDOMException('Invalid character', 'InvalidCharacterError');
  return result;
}

function atob(input) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input');
  const result = native.atob(`${input}`);
  if (result === -1) throw lazyDOMException('Invalid character', 'InvalidCharacterError');
  if (result === -3) throw lazyDOMException('The string to be decoded is not correctly encoded.', 'InvalidCharacterError');
  return result;
}

function checkBytes(input) {
  if (!isTypedArray(input) && !isAnyArrayBuffer(input)) throw new ERR_INVALID_ARG_TYPE('input', ['TypedArray', 'Buffer'], input);
  if (isAnyArrayBuffer(input) ? input.detached : input.buffer.detached) {
    throw new (require('internal/errors').codes.ERR_INVALID_STATE)('Cannot validate on a detached buffer');
  }
}

function isUtf8(input) {
  checkBytes(input);
  return native.isUtf8(input);
}

function isAscii(input) {
  checkBytes(input);
  return native.isAscii(input);
}

// From one of the encodings that ICU converts between in Node to another: the ones that Buffer knows.
function transcode(source, fromEncoding, toEncoding) {
  if (!isUint8Array(source)) throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], source);
  if (source.length === 0) return Buffer.alloc(0);
  const from = normalizeEncoding(fromEncoding);
  const to = normalizeEncoding(toEncoding);
  const known = ['utf8', 'utf16le', 'latin1', 'ascii'];
  if (!known.includes(from) || !known.includes(to)) {
    throw genericNodeError('Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]', { code: 'U_ILLEGAL_ARGUMENT_ERROR', errno: 1 });
  }
  let string = encodings[from].slice(Buffer.from(source.buffer, source.byteOffset, source.byteLength), 0, source.byteLength);
  if (to === 'latin1' || to === 'ascii') {
    // What the target lacks becomes a question mark, once per character.
    const limit = to === 'latin1' ? 0xff : 0x7f;
    string = Array.from(string, (character) => (character.codePointAt(0) > limit ? '?' : character)).join('');
  }
  return Buffer.from(string, to);
}

const constants = Object.defineProperties({}, {
  MAX_LENGTH: { __proto__: null, value: kMaxLength, writable: false, enumerable: true },
  MAX_STRING_LENGTH: { __proto__: null, value: kStringMaxLength, writable: false, enumerable: true },
});

module.exports = { Buffer, SlowBuffer, transcode, isUtf8, isAscii, kMaxLength, kStringMaxLength, btoa, atob };
Object.defineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  INSPECT_MAX_BYTES: {
    __proto__: null, configurable: true, enumerable: true,
    get() {
      return maxShown;
    },
    set(value) {
      validateNumber(value, 'INSPECT_MAX_BYTES', 0);
      maxShown = value;
    },
  },
});
// Blob and File are loaded when somebody asks for them.
for (const [name, id] of [['Blob', 'internal/blob'], ['resolveObjectURL', 'internal/blob'], ['File', 'internal/file']]) {
  Object.defineProperty(module.exports, name, {
    __proto__: null, configurable: true, enumerable: true,
    get() {
      const value = require(id)[name];
      Object.defineProperty(module.exports, name, { __proto__: null, configurable: true, enumerable: true, writable: true, value });
      return value;
    },
  });
}
