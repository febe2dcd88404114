'use strict';

// node:zlib: compression streams and one-shot functions over internalBinding('zlib'). Documented in doc/api/zlib.md.

const {
  codes: {
    ERR_BROTLI_INVALID_PARAM, ERR_BUFFER_TOO_LARGE, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_ZSTD_INVALID_PARAM,
    ERR_ZLIB_INITIALIZATION_FAILED, ERR_TRAILING_JUNK_AFTER_STREAM_END,
  },
  genericNodeError,
} = require('internal/errors');
const { Transform, finished } = require('stream');
const { Buffer, kMaxLength } = require('buffer');
const { isArrayBufferView, isAnyArrayBuffer, isUint8Array } = require('internal/util/types');
const { validateFunction, validateUint32, validateFiniteNumber, checkRangesOrGetDefault } = require('internal/validators');
const { Stream: NativeStream, constants: nativeConstants, crc32: crc32Native } = internalBinding('zlib');

const modes = {
  __proto__: null, NONE: 0, DEFLATE: 1, INFLATE: 2, GZIP: 3, GUNZIP: 4, DEFLATERAW: 5, INFLATERAW: 6, UNZIP: 7,
  BROTLI_DECODE: 8, BROTLI_ENCODE: 9, ZSTD_COMPRESS: 10, ZSTD_DECOMPRESS: 11,
};
const bounds = {
  Z_MIN_WINDOWBITS: 8, Z_MAX_WINDOWBITS: 15, Z_DEFAULT_WINDOWBITS: 15, Z_MIN_CHUNK: 64, Z_MAX_CHUNK: Infinity,
  Z_DEFAULT_CHUNK: 16 * 1024, Z_MIN_MEMLEVEL: 1, Z_MAX_MEMLEVEL: 9, Z_DEFAULT_MEMLEVEL: 8, Z_MIN_LEVEL: -1,
  Z_MAX_LEVEL: 9, Z_DEFAULT_LEVEL: -1,
};
const { NONE: _, ...publicModes } = modes;
const constants = Object.freeze({ ...nativeConstants, ...bounds, ...publicModes });
const {
  Z_NO_FLUSH, Z_BLOCK, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH, Z_MIN_CHUNK, Z_DEFAULT_CHUNK,
  BROTLI_OPERATION_PROCESS, BROTLI_OPERATION_FLUSH, BROTLI_OPERATION_FINISH, BROTLI_OPERATION_EMIT_METADATA,
  ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end,
} = constants;

const codes = {};
for (const [name, code] of Object.entries({
  Z_OK: 0, Z_STREAM_END: 1, Z_NEED_DICT: 2, Z_ERRNO: -1, Z_STREAM_ERROR: -2, Z_DATA_ERROR: -3, Z_MEM_ERROR: -4,
  Z_BUF_ERROR: -5, Z_VERSION_ERROR: -6,
})) {
  codes[name] = code;
  codes[code] = name;
}
Object.freeze(codes);

// The families differ in their flush values and in the range these may have.
const zlibFamily = { none: Z_NO_FLUSH, finish: Z_FINISH, full: Z_FULL_FLUSH, maximum: Z_BLOCK };
const brotliFamily = {
  none: BROTLI_OPERATION_PROCESS, finish: BROTLI_OPERATION_FINISH, full: BROTLI_OPERATION_FLUSH, maximum: BROTLI_OPERATION_EMIT_METADATA,
};
const zstdFamily = { none: ZSTD_e_continue, finish: ZSTD_e_end, full: ZSTD_e_flush, maximum: ZSTD_e_end };

const kFlushFlag = Symbol('kFlushFlag');
const kError = Symbol('kError');
const emptyChunk = Buffer.alloc(0);

// Which of two flushes does more: partial < block? < sync < full < finish, in zlib's own order of strength.
const strength = [0, 2, 3, 4, 5, 1];
function strongerFlush(a, b) {
  return strength[a] > strength[b] ? a : b;
}

function makeError([message, errno, code]) {
  const error = genericNodeError(message, { errno, code });
  error.errno = errno;
  error.code = code;
  return error;
}

function ZlibBase(options, mode, family, initialize) {
  let chunkSize = Z_DEFAULT_CHUNK;
  let maxOutputLength = kMaxLength;
  let flush = family.none;
  let finishFlush = family.finish;
  let fullFlush = family.full;
  this._rejectGarbageAfterEnd = false;
  if (options) {
    chunkSize = options.chunkSize;
    if (!validateFiniteNumber(chunkSize, 'options.chunkSize')) chunkSize = Z_DEFAULT_CHUNK;
    else if (chunkSize < Z_MIN_CHUNK) throw new ERR_OUT_OF_RANGE('options.chunkSize', `>= ${Z_MIN_CHUNK}`, chunkSize);
    flush = checkRangesOrGetDefault(options.flush, 'options.flush', 0, family.maximum, flush);
    finishFlush = checkRangesOrGetDefault(options.finishFlush, 'options.finishFlush', 0, family.maximum, finishFlush);
    maxOutputLength = checkRangesOrGetDefault(options.maxOutputLength, 'options.maxOutputLength', 1, kMaxLength, kMaxLength);
    if (options.encoding || options.objectMode || options.writableObjectMode) {
      options = { ...options, encoding: null, objectMode: false, writableObjectMode: false };
    }
    this._rejectGarbageAfterEnd = options.rejectGarbageAfterEnd === true;
  }
  Transform.call(this, { autoDestroy: true, ...options });
  this[kError] = null;
  this.bytesWritten = 0;
  this._state = new Uint32Array(2);
  this._mode = mode;
  this._outBuffer = Buffer.allocUnsafe(chunkSize);
  this._outOffset = 0;
  this._chunkSize = chunkSize;
  this._defaultFlushFlag = flush;
  this._finishFlushFlag = finishFlush;
  this._defaultFullFlushFlag = fullFlush;
  this._info = options?.info;
  this._maxOutputLength = maxOutputLength;
  this._callback = null;
  this._input = null;
  this._inOffset = 0;
  this._inSize = 0;
  this._roomBefore = 0;
  this._flushNow = 0;
  this._handle = new NativeStream(mode);
  this._handle.owner = this;
  initialize.call(this, this._handle);
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

Object.defineProperty(ZlibBase.prototype, '_closed', {
  __proto__: null, configurable: true, enumerable: true, get() { return !this._handle; },
});

ZlibBase.prototype.reset = function reset() {
  if (!this._handle) throw new (require('internal/errors').codes.ERR_INTERNAL_ASSERTION)('zlib binding closed');
  const error = this._handle.reset();
  if (error) this.destroy(makeError(error));
};

ZlibBase.prototype._flush = function _flush(callback) {
  this._transform(emptyChunk, '', callback);
};

ZlibBase.prototype._final = function _final(callback) {
  callback();
};

// A zero-length buffer that says "flush" when it reaches the front of the write queue.
const flushMarkers = new Map();
function flushMarker(kind) {
  let marker = flushMarkers.get(kind);
  if (marker === undefined) {
    marker = Buffer.alloc(0);
    marker[kFlushFlag] = kind;
    flushMarkers.set(kind, marker);
  }
  return marker;
}

ZlibBase.prototype.flush = function flush(kind, callback) {
  if (typeof kind === 'function' || (kind === undefined && !callback)) {
    callback = kind;
    kind = this._defaultFullFlushFlag;
  }
  if (this.writableFinished) {
    if (callback) process.nextTick(callback);
  } else if (this.writableEnded) {
    if (callback) this.once('end', callback);
  } else {
    this.write(flushMarker(kind), '', callback);
  }
};

ZlibBase.prototype.close = function close(callback) {
  if (callback) finished(this, callback);
  this.destroy();
};

ZlibBase.prototype._destroy = function _destroy(error, callback) {
  closeHandle(this);
  callback(error);
};

function closeHandle(stream) {
  stream._handle?.close();
  stream._handle = null;
}

ZlibBase.prototype._transform = function _transform(chunk, encoding, callback) {
  let flushFlag = this._defaultFlushFlag;
  if (typeof chunk[kFlushFlag] === 'number') flushFlag = chunk[kFlushFlag];
  if (this.writableEnded && this.writableLength === chunk.byteLength) {
    flushFlag = this._mode >= modes.BROTLI_DECODE ? this._finishFlushFlag : strongerFlush(flushFlag, this._finishFlushFlag);
  }
  processChunk(this, chunk, flushFlag, callback);
};

ZlibBase.prototype._processChunk = function _processChunk(chunk, flushFlag, callback) {
  if (typeof callback === 'function') processChunk(this, chunk, flushFlag, callback);
  else return processChunkSync(this, chunk, flushFlag);
};

function processChunk(stream, chunk, flushFlag, callback) {
  if (!stream._handle) {
    process.nextTick(callback);
    return;
  }
  stream._callback = callback;
  stream._input = chunk;
  stream._inOffset = 0;
  stream._inSize = chunk.byteLength;
  stream._flushNow = flushFlag;
  step(stream);
}

function step(stream) {
  stream._roomBefore = stream._chunkSize - stream._outOffset;
  stream._handle.write(
    stream._flushNow, stream._input, stream._inOffset, stream._inSize, stream._outBuffer, stream._outOffset, stream._roomBefore);
}

// Gives what the last step wrote, and makes room for the next.
function takeOutput(stream, roomAfter) {
  const have = stream._roomBefore - roomAfter;
  if (have === 0) return undefined;
  const out = stream._outBuffer.slice(stream._outOffset, stream._outOffset + have);
  stream._outOffset += have;
  return out;
}
function renewOutput(stream, roomAfter) {
  if (roomAfter === 0 || stream._outOffset >= stream._chunkSize) {
    stream._outOffset = 0;
    stream._outBuffer = Buffer.allocUnsafe(stream._chunkSize);
  }
}

// Called by the native side with the handle as receiver, when a step on the pool is done.
function onStep(error) {
  const stream = this.owner;
  const [roomAfter, leftIn] = stream._state;
  if (stream.destroyed) {
    stream._input = null;
    stream._callback?.();
    return;
  }
  if (error) {
    stream._input = null;
    stream[kError] = makeError(error);
    stream.destroy(stream[kError]);
    return;
  }
  const consumed = stream._inSize - leftIn;
  stream._inOffset += consumed;
  stream._inSize = leftIn;
  stream.bytesWritten += consumed;
  const out = takeOutput(stream, roomAfter);
  const more = out === undefined || stream.push(out);
  if (stream.destroyed) {
    stream._callback?.();
    return;
  }
  renewOutput(stream, roomAfter);
  if (roomAfter === 0 || (leftIn > 0 && out !== undefined && canGoOn(stream))) {
    // There may be more output: go on when the reader wants it.
    if (more) step(stream);
    else stream._read = readThenStep;
    return;
  }
  if (leftIn > 0) {
    // Bytes behind the end of the compressed data.
    if (stream._rejectGarbageAfterEnd) {
      stream.destroy(new ERR_TRAILING_JUNK_AFTER_STREAM_END());
      return;
    }
    stream.push(null);
  }
  finishStep(stream);
}

function canGoOn(stream) {
  return stream._mode === modes.BROTLI_ENCODE || stream._mode === modes.ZSTD_COMPRESS || stream._mode === modes.ZSTD_DECOMPRESS;
}

function readThenStep(size) {
  delete this._read;
  if (this._handle && this._input !== null) step(this);
  else this._read(size);
}

function finishStep(stream) {
  stream._input = null;
  const callback = stream._callback;
  stream._callback = null;
  callback();
}

// The one-shot functions: a step at a time on this thread, output gathered.
function processChunkSync(stream, chunk, flushFlag) {
  const handle = stream._handle;
  if (!handle) throw new (require('internal/errors').codes.ERR_INTERNAL_ASSERTION)('zlib binding closed');
  const parts = [];
  let total = 0;
  let offset = 0;
  let left = chunk.byteLength;
  for (;;) {
    stream._roomBefore = stream._chunkSize - stream._outOffset;
    const error = handle.writeSync(flushFlag, chunk, offset, left, stream._outBuffer, stream._outOffset, stream._roomBefore);
    const [roomAfter, leftIn] = stream._state;
    if (error) {
      closeHandle(stream);
      throw makeError(error);
    }
    const consumed = left - leftIn;
    offset += consumed;
    left = leftIn;
    const out = takeOutput(stream, roomAfter);
    if (out !== undefined) {
      parts.push(out);
      total += out.byteLength;
      if (total > stream._maxOutputLength) {
        closeHandle(stream);
        throw new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength);
      }
    }
    renewOutput(stream, roomAfter);
    if (roomAfter !== 0 && !(left > 0 && out !== undefined && canGoOn(stream))) break;
  }
  stream.bytesWritten = offset;
  if (left > 0 && stream._rejectGarbageAfterEnd) {
    closeHandle(stream);
    throw new ERR_TRAILING_JUNK_AFTER_STREAM_END();
  }
  if (total === 0) return Buffer.alloc(0);
  return parts.length === 1 ? parts[0] : Buffer.concat(parts, total);
}

function toInput(buffer) {
  if (typeof buffer === 'string') return Buffer.from(buffer);
  if (isUint8Array(buffer)) return buffer;
  if (isArrayBufferView(buffer)) return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (isAnyArrayBuffer(buffer)) return Buffer.from(buffer);
  throw new ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], buffer);
}

function bufferSync(stream, buffer) {
  buffer = toInput(buffer);
  try {
    const result = processChunkSync(stream, buffer, stream._finishFlushFlag);
    return stream._info ? { buffer: result, engine: stream } : result;
  } finally {
    closeHandle(stream);
  }
}

function bufferAsync(stream, buffer, callback) {
  validateFunction(callback, 'callback');
  buffer = toInput(buffer);
  const parts = [];
  let total = 0;
  stream.on('error', (error) => callback(error));
  stream.on('data', (chunk) => {
    parts.push(chunk);
    total += chunk.byteLength;
    if (total > stream._maxOutputLength) {
      stream.removeAllListeners('error');
      stream.removeAllListeners('end');
      stream.on('error', () => {});
      stream.destroy();
      callback(new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength));
    }
  });
  stream.on('end', () => {
    const result = total === 0 ? Buffer.alloc(0) : parts.length === 1 ? parts[0] : Buffer.concat(parts, total);
    stream.close();
    if (stream._info) callback(null, { buffer: result, engine: stream });
    else callback(null, result);
  });
  stream.end(buffer);
}

function Zlib(options, mode) {
  let windowBits = bounds.Z_DEFAULT_WINDOWBITS;
  let level = bounds.Z_DEFAULT_LEVEL;
  let memLevel = bounds.Z_DEFAULT_MEMLEVEL;
  let strategy = constants.Z_DEFAULT_STRATEGY;
  let dictionary;
  if (options) {
    // Decompressors take 0: the window's size is then read from the header.
    if ((options.windowBits == null || options.windowBits === 0) &&
        (mode === modes.INFLATE || mode === modes.GUNZIP || mode === modes.UNZIP)) {
      windowBits = 0;
    } else {
      // zlib itself cannot make a gzip stream with an 8-bit window.
      const minimum = bounds.Z_MIN_WINDOWBITS + (mode === modes.GZIP ? 1 : 0);
      windowBits = checkRangesOrGetDefault(
        options.windowBits, 'options.windowBits', minimum, bounds.Z_MAX_WINDOWBITS, bounds.Z_DEFAULT_WINDOWBITS);
    }
    level = checkRangesOrGetDefault(options.level, 'options.level', bounds.Z_MIN_LEVEL, bounds.Z_MAX_LEVEL, level);
    memLevel = checkRangesOrGetDefault(options.memLevel, 'options.memLevel', bounds.Z_MIN_MEMLEVEL, bounds.Z_MAX_MEMLEVEL, memLevel);
    strategy = checkRangesOrGetDefault(options.strategy, 'options.strategy', constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, strategy);
    dictionary = dictionaryOf(options.dictionary);
  }
  ZlibBase.call(this, options, mode, zlibFamily, function(handle) {
    handle.init(this._state, onStep, windowBits, level, memLevel, strategy, dictionary);
  });
  this._level = level;
  this._strategy = strategy;
}
Object.setPrototypeOf(Zlib.prototype, ZlibBase.prototype);
Object.setPrototypeOf(Zlib, ZlibBase);

function dictionaryOf(dictionary) {
  if (dictionary === undefined || isArrayBufferView(dictionary)) return dictionary;
  if (isAnyArrayBuffer(dictionary)) return Buffer.from(dictionary);
  throw new ERR_INVALID_ARG_TYPE('options.dictionary', ['Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], dictionary);
}

// Changes level and strategy behind what has been written so far.
Zlib.prototype.params = function params(level, strategy, callback) {
  checkRangesOrGetDefault(level, 'level', bounds.Z_MIN_LEVEL, bounds.Z_MAX_LEVEL);
  checkRangesOrGetDefault(strategy, 'strategy', constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED);
  if (this._level === level && this._strategy === strategy) {
    process.nextTick(callback);
    return;
  }
  this.flush(Z_SYNC_FLUSH, () => {
    if (this.destroyed) return;
    const error = this._handle.params(level, strategy);
    if (error) {
      this.destroy(makeError(error));
      return;
    }
    this._level = level;
    this._strategy = strategy;
    callback?.();
  });
};

function Brotli(options, mode) {
  const encoder = mode === modes.BROTLI_ENCODE;
  const known = encoder ? 'BROTLI_PARAM_' : 'BROTLI_DECODER_PARAM_';
  initializeParameters(this, options, mode, brotliFamily, known, ERR_BROTLI_INVALID_PARAM);
}
Object.setPrototypeOf(Brotli.prototype, Zlib.prototype);
Object.setPrototypeOf(Brotli, Zlib);

function Zstd(options, mode) {
  const known = mode === modes.ZSTD_COMPRESS ? 'ZSTD_c_' : 'ZSTD_d_';
  initializeParameters(this, options, mode, zstdFamily, known, ERR_ZSTD_INVALID_PARAM);
}
Object.setPrototypeOf(Zstd.prototype, ZlibBase.prototype);
Object.setPrototypeOf(Zstd, ZlibBase);

const highestParameter = {};
function initializeParameters(stream, options, mode, family, prefix, InvalidParameter) {
  highestParameter[prefix] ??= Math.max(
    ...Object.keys(constants).filter((name) => name.startsWith(prefix)).map((name) => constants[name]));
  const parameters = new Uint32Array(highestParameter[prefix] + 1).fill(0xffffffff);
  if (options?.params) {
    for (const [key, value] of Object.entries(options.params)) {
      const id = Number(key);
      if (!(id >= 0 && id <= highestParameter[prefix]) || !Number.isInteger(id)) throw new InvalidParameter(key);
      if (parameters[id] !== 0xffffffff) throw new InvalidParameter(key);
      if (typeof value !== 'number' && typeof value !== 'boolean') throw new ERR_INVALID_ARG_TYPE('options.params[key]', 'number', value);
      parameters[id] = Number(value);
    }
  }
  const dictionary = dictionaryOf(options?.dictionary);
  ZlibBase.call(stream, options, mode, family, function(handle) {
    const error = handle.init(this._state, onStep, parameters, options?.pledgedSrcSize, dictionary);
    if (error) throw new ERR_ZLIB_INITIALIZATION_FAILED(error[0]);
  });
}

// The public classes, callable without new, and their one-shot functions.
function define(name, mode, base) {
  const type = {
    [name]: function(options) {
      if (!(this instanceof type)) return new type(options);
      base.call(this, options, mode);
    },
  }[name];
  Object.setPrototypeOf(type.prototype, base.prototype);
  Object.setPrototypeOf(type, base);
  return type;
}
const Deflate = define('Deflate', modes.DEFLATE, Zlib);
const Inflate = define('Inflate', modes.INFLATE, Zlib);
const Gzip = define('Gzip', modes.GZIP, Zlib);
const Gunzip = define('Gunzip', modes.GUNZIP, Zlib);
const InflateRaw = define('InflateRaw', modes.INFLATERAW, Zlib);
const Unzip = define('Unzip', modes.UNZIP, Zlib);
const BrotliCompress = define('BrotliCompress', modes.BROTLI_ENCODE, Brotli);
const BrotliDecompress = define('BrotliDecompress', modes.BROTLI_DECODE, Brotli);
const ZstdCompress = define('ZstdCompress', modes.ZSTD_COMPRESS, Zstd);
const ZstdDecompress = define('ZstdDecompress', modes.ZSTD_DECOMPRESS, Zstd);
function DeflateRaw(options) {
  // zlib 1.2.9 and later refuse an 8-bit raw window, which they used to widen silently; callers rely on it.
  if (options && options.windowBits === 8) options = { ...options, windowBits: 9 };
  if (!(this instanceof DeflateRaw)) return new DeflateRaw(options);
  Zlib.call(this, options, modes.DEFLATERAW);
}
Object.setPrototypeOf(DeflateRaw.prototype, Zlib.prototype);
Object.setPrototypeOf(DeflateRaw, Zlib);

function convenience(Type, name) {
  const oneShot = {
    [name]: function(buffer, options, callback) {
      if (typeof options === 'function') {
        callback = options;
        options = {};
      }
      return bufferAsync(new Type(options), buffer, callback);
    },
    [`${name}Sync`]: function(buffer, options) {
      return bufferSync(new Type(options), buffer);
    },
  };
  return [oneShot[name], oneShot[`${name}Sync`]];
}

function crc32(data, value = 0) {
  if (typeof data !== 'string' && !isArrayBufferView(data)) {
    throw new ERR_INVALID_ARG_TYPE('data', ['Buffer', 'TypedArray', 'DataView', 'string'], data);
  }
  validateUint32(value, 'value');
  return crc32Native(data, value);
}

const types = {
  Deflate, Inflate, Gzip, Gunzip, DeflateRaw, InflateRaw, Unzip, BrotliCompress, BrotliDecompress, ZstdCompress, ZstdDecompress,
};
module.exports = { crc32, ...types };
for (const name of [
  'Deflate', 'Gzip', 'DeflateRaw', 'Unzip', 'Inflate', 'Gunzip', 'InflateRaw', 'BrotliCompress', 'BrotliDecompress', 'ZstdCompress',
  'ZstdDecompress',
]) {
  const lower = name[0].toLowerCase() + name.slice(1);
  [module.exports[lower], module.exports[`${lower}Sync`]] = convenience(types[name], lower);
}
for (const [name, Type] of Object.entries(types)) {
  Object.defineProperty(module.exports, `create${name}`, {
    __proto__: null, configurable: true, enumerable: true, writable: true,
    value: { [`create${name}`](options) { return new Type(options); } }[`create${name}`],
  });
}
for (const [name, value] of Object.entries({ constants, codes })) {
  Object.defineProperty(module.exports, name, { __proto__: null, configurable: false, enumerable: true, value });
}
// Every constant of zlib.h is on the module itself too, deprecated and not enumerable.
for (const [name, value] of Object.entries(constants)) {
  if (/^(BROTLI|ZSTD)/.test(name)) continue;
  Object.defineProperty(module.exports, name, { __proto__: null, configurable: false, enumerable: false, value });
}
