'use strict';

// Readable: a buffer that _read() fills up to the high water mark and that is emptied by read(), by 'data' while flowing, by pipe()
// or by async iteration. Documented in doc/api/stream.md.

const { Stream, prependListener } = require('internal/streams/legacy');
const EE = require('events');
const { Buffer } = require('buffer');
const { addAbortSignal } = require('internal/streams/add_abort_signal');
const eos = require('internal/streams/end_of_stream');
const destroyImpl = require('internal/streams/destroy');
const { getHighWaterMark, getDefaultHighWaterMark } = require('internal/streams/state');
const { kOnConstructed } = require('internal/streams/utils');
const {
  aggregateTwoErrors, AbortError,
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE, ERR_STREAM_PUSH_AFTER_EOF,
    ERR_STREAM_UNSHIFT_AFTER_END_EVENT, ERR_UNKNOWN_ENCODING,
  },
} = require('internal/errors');
const { validateObject } = require('internal/validators');

const { errorOrDestroy } = destroyImpl;
const kPaused = Symbol('kPaused');
const nothing = () => {};

let StringDecoder;

class ReadableState {
  constructor(options, stream, isDuplex) {
    this.objectMode = !!(options?.objectMode || (isDuplex && options?.readableObjectMode));
    this.highWaterMark = options ? getHighWaterMark(this, options, 'readableHighWaterMark', isDuplex) : getDefaultHighWaterMark(false);
    this.buffer = [];
    this.bufferIndex = 0; // what is before it was read already
    this.length = 0;
    this.pipes = [];
    this.flowing = null;
    this.ended = false;
    this.endEmitted = false;
    this.reading = false;
    this.constructed = true;
    this.sync = true;
    this.needReadable = false;
    this.emittedReadable = false;
    this.readableListening = false;
    this.resumeScheduled = false;
    this[kPaused] = null;
    this.errorEmitted = false;
    this.emitClose = !options || options.emitClose !== false;
    this.autoDestroy = !options || options.autoDestroy !== false;
    this.destroyed = false;
    this.errored = null;
    this.closed = false;
    this.closeEmitted = false;
    this.defaultEncoding = 'utf8';
    this.awaitDrainWriters = null;
    this.multiAwaitDrain = false;
    this.readingMore = false;
    this.dataEmitted = false;
    this.decoder = null;
    this.encoding = null;
    const defaultEncoding = options?.defaultEncoding;
    if (defaultEncoding != null && defaultEncoding !== 'utf8' && defaultEncoding !== 'utf-8') {
      if (!Buffer.isEncoding(defaultEncoding)) throw new ERR_UNKNOWN_ENCODING(defaultEncoding);
      this.defaultEncoding = defaultEncoding;
    }
    if (options?.encoding) {
      StringDecoder ??= require('string_decoder').StringDecoder;
      this.decoder = new StringDecoder(options.encoding);
      this.encoding = options.encoding;
    }
  }

  get paused() {
    return this[kPaused] !== false;
  }

  set paused(value) {
    this[kPaused] = !!value;
  }

  get pipesCount() {
    return this.pipes.length;
  }

  [kOnConstructed](stream) {
    if (this.needReadable) maybeReadMore(stream, this);
  }
}

function Readable(options) {
  if (!(this instanceof Readable)) return new Readable(options);
  this._events ??= { __proto__: null, close: undefined, error: undefined, data: undefined, end: undefined, readable: undefined };
  this._readableState = new ReadableState(options, this, false);
  if (options) {
    if (typeof options.read === 'function') this._read = options.read;
    if (typeof options.destroy === 'function') this._destroy = options.destroy;
    if (typeof options.construct === 'function') this._construct = options.construct;
    if (options.signal) addAbortSignal(options.signal, this);
  }
  Stream.call(this, options);
  if (this._construct != null) {
    destroyImpl.construct(this, () => this._readableState[kOnConstructed](this));
  }
}
Object.setPrototypeOf(Readable.prototype, Stream.prototype);
Object.setPrototypeOf(Readable, Stream);
Readable.ReadableState = ReadableState;

Readable.prototype.destroy = destroyImpl.destroy;
Readable.prototype._undestroy = destroyImpl.undestroy;
Readable.prototype._destroy = function _destroy(error, callback) {
  callback(error);
};
Readable.prototype[EE.captureRejectionSymbol] = function(error) {
  this.destroy(error);
};
Readable.prototype[Symbol.asyncDispose] = function() {
  let error;
  if (!this.destroyed) {
    error = this.readableEnded ? null : new AbortError();
    this.destroy(error);
  }
  return new Promise((resolve, reject) => eos(this, (failure) => (failure && failure !== error ? reject(failure) : resolve(null))));
};

// Adds to the end of the buffer; null ends the stream. False: the buffer is full, wait for the next _read().
Readable.prototype.push = function push(chunk, encoding) {
  const state = this._readableState;
  return state.objectMode ? pushObject(this, state, chunk, encoding) : pushBytes(this, state, chunk, encoding);
};

// Puts what was read too much back in front.
Readable.prototype.unshift = function unshift(chunk, encoding) {
  const state = this._readableState;
  return state.objectMode ? unshiftObject(this, state, chunk) : unshiftBytes(this, state, chunk, encoding);
};

function isFull(state) {
  return !(!state.ended && (state.length < state.highWaterMark || state.length === 0));
}

function pushObject(stream, state, chunk, encoding) {
  if (chunk === null) {
    state.reading = false;
    onEndOfFile(stream, state);
    return false;
  }
  if (state.ended) {
    errorOrDestroy(stream, new ERR_STREAM_PUSH_AFTER_EOF());
    return false;
  }
  if (state.destroyed || state.errored) return false;
  state.reading = false;
  if (state.decoder && !encoding) chunk = state.decoder.write(chunk);
  addChunk(stream, state, chunk, false);
  return !isFull(state);
}

function toBuffer(stream, chunk) {
  if (chunk instanceof Buffer) return chunk;
  if (ArrayBuffer.isView(chunk)) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk === undefined) return undefined;
  errorOrDestroy(stream, new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk));
  return null;
}

function pushBytes(stream, state, chunk, encoding) {
  if (chunk === null) {
    state.reading = false;
    onEndOfFile(stream, state);
    return false;
  }
  if (typeof chunk === 'string') {
    encoding ||= state.defaultEncoding;
    if (state.encoding !== encoding) {
      chunk = Buffer.from(chunk, encoding);
      encoding = '';
    }
  } else {
    chunk = toBuffer(stream, chunk);
    if (chunk === null) return false;
    encoding = '';
  }
  if (!chunk || chunk.length <= 0) {
    state.reading = false;
    maybeReadMore(stream, state);
    return !isFull(state);
  }
  if (state.ended) {
    errorOrDestroy(stream, new ERR_STREAM_PUSH_AFTER_EOF());
    return false;
  }
  if (state.destroyed || state.errored) return false;
  state.reading = false;
  if (state.decoder && !encoding) {
    chunk = state.decoder.write(chunk);
    if (chunk.length === 0) {
      maybeReadMore(stream, state);
      return !isFull(state);
    }
  }
  addChunk(stream, state, chunk, false);
  return !isFull(state);
}

function unshiftObject(stream, state, chunk) {
  if (chunk === null) {
    state.reading = false;
    onEndOfFile(stream, state);
    return false;
  }
  return unshiftChunk(stream, state, chunk);
}

function unshiftBytes(stream, state, chunk, encoding) {
  if (chunk === null) {
    state.reading = false;
    onEndOfFile(stream, state);
    return false;
  }
  if (typeof chunk === 'string') {
    encoding ||= state.defaultEncoding;
    if (state.encoding !== encoding) {
      chunk = Buffer.from(chunk, encoding);
      // What is in front of decoded text has to be text of the same encoding.
      if (state.encoding) chunk = chunk.toString(state.encoding);
    }
  } else {
    chunk = toBuffer(stream, chunk);
    if (chunk === null) return false;
  }
  if (!chunk || chunk.length <= 0) return !isFull(state);
  return unshiftChunk(stream, state, chunk);
}

function unshiftChunk(stream, state, chunk) {
  if (state.endEmitted) {
    errorOrDestroy(stream, new ERR_STREAM_UNSHIFT_AFTER_END_EVENT());
    return false;
  }
  if (state.destroyed || state.errored) return false;
  addChunk(stream, state, chunk, true);
  return !isFull(state);
}

function clearAwaitDrain(state) {
  if (state.multiAwaitDrain) state.awaitDrainWriters.clear();
  else state.awaitDrainWriters = null;
}

function addChunk(stream, state, chunk, toFront) {
  if (state.flowing && state.length === 0 && !state.sync && stream.listenerCount('data') > 0) {
    clearAwaitDrain(state);
    state.dataEmitted = true;
    stream.emit('data', chunk);
  } else {
    state.length += state.objectMode ? 1 : chunk.length;
    if (!toFront) {
      state.buffer.push(chunk);
    } else if (state.bufferIndex > 0) {
      state.buffer[--state.bufferIndex] = chunk;
    } else {
      state.buffer.unshift(chunk);
    }
    if (state.needReadable) emitReadable(stream);
  }
  maybeReadMore(stream, state);
}

Readable.prototype.isPaused = function isPaused() {
  const state = this._readableState;
  return state[kPaused] === true || state.flowing === false;
};

// From now on, and for what is buffered already, chunks are strings.
Readable.prototype.setEncoding = function setEncoding(encoding) {
  StringDecoder ??= require('string_decoder').StringDecoder;
  const state = this._readableState;
  const decoder = new StringDecoder(encoding);
  state.decoder = decoder;
  state.encoding = decoder.encoding;
  let content = '';
  for (let i = state.bufferIndex; i < state.buffer.length; i++) content += decoder.write(state.buffer[i]);
  state.buffer.length = 0;
  state.bufferIndex = 0;
  if (content !== '') state.buffer.push(content);
  state.length = content.length;
  return this;
};

const kMaxMark = 0x40000000;
function nextPowerOfTwo(n) {
  if (n > kMaxMark) throw new ERR_OUT_OF_RANGE('size', '<= 1GiB', n);
  n--;
  n |= n >>> 1;
  n |= n >>> 2;
  n |= n >>> 4;
  n |= n >>> 8;
  n |= n >>> 16;
  return n + 1;
}

function amountToRead(n, state) {
  if (n <= 0 || (state.length === 0 && state.ended)) return 0;
  if (state.objectMode) return 1;
  if (Number.isNaN(n)) {
    // Flowing: one chunk at a time; else everything.
    if (state.flowing && state.length) return state.buffer[state.bufferIndex].length;
    return state.length;
  }
  if (n <= state.length) return n;
  return state.ended ? state.length : 0;
}

Readable.prototype.read = function read(n) {
  if (n === undefined) n = NaN;
  else if (!Number.isInteger(n)) n = Number.parseInt(n, 10);
  const state = this._readableState;
  const asked = n;
  if (n > state.highWaterMark) state.highWaterMark = nextPowerOfTwo(n);
  if (n !== 0) state.emittedReadable = false;

  // read(0) only triggers 'readable' when it is due already.
  if (n === 0 && state.needReadable &&
      ((state.highWaterMark !== 0 ? state.length >= state.highWaterMark : state.length > 0) || state.ended)) {
    if (state.length === 0 && state.ended) endReadable(this);
    else emitReadable(this);
    return null;
  }

  n = amountToRead(n, state);
  if (n === 0 && state.ended) {
    if (state.length === 0) endReadable(this);
    return null;
  }

  let fetch = state.needReadable || state.length === 0 || state.length - n < state.highWaterMark;
  if (state.ended || state.reading || state.destroyed || state.errored || !state.constructed) fetch = false;
  if (fetch) {
    state.reading = true;
    state.sync = true;
    if (state.length === 0) state.needReadable = true;
    try {
      this._read(state.highWaterMark);
    } catch (error) {
      errorOrDestroy(this, error);
    }
    state.sync = false;
    // When _read() pushed at once, there may be more than before.
    if (!state.reading) n = amountToRead(asked, state);
  }

  const chunk = n > 0 ? takeFrom(n, state) : null;
  if (chunk === null) {
    state.needReadable = state.length <= state.highWaterMark;
    n = 0;
  } else {
    state.length -= n;
    clearAwaitDrain(state);
  }
  if (state.length === 0) {
    if (!state.ended) state.needReadable = true;
    if (asked !== n && state.ended) endReadable(this);
  }
  if (chunk !== null && !state.errorEmitted && !state.closeEmitted) {
    state.dataEmitted = true;
    this.emit('data', chunk);
  }
  return chunk;
};

function onEndOfFile(stream, state) {
  if (state.ended) return;
  const { decoder } = state;
  if (decoder) {
    const rest = decoder.end();
    if (rest?.length) {
      state.buffer.push(rest);
      state.length += state.objectMode ? 1 : rest.length;
    }
  }
  state.ended = true;
  if (state.sync) {
    // In the middle of _read(): 'readable' waits for the next tick.
    emitReadable(stream);
  } else {
    state.needReadable = false;
    state.emittedReadable = true;
    emitReadableNow(stream);
  }
}

function emitReadable(stream) {
  const state = stream._readableState;
  state.needReadable = false;
  if (state.emittedReadable) return;
  state.emittedReadable = true;
  process.nextTick(emitReadableNow, stream);
}

function emitReadableNow(stream) {
  const state = stream._readableState;
  if (!state.destroyed && !state.errored && (state.length || state.ended)) {
    stream.emit('readable');
    state.emittedReadable = false;
  }
  // Below the mark another 'readable' follows when more comes, unless it flows.
  state.needReadable = !state.flowing && !state.ended && state.length <= state.highWaterMark;
  flow(stream);
}

// Fills the buffer up to the mark, after the current turn.
function maybeReadMore(stream, state) {
  if (state.readingMore || !state.constructed) return;
  state.readingMore = true;
  process.nextTick(readMore, stream, state);
}

function readMore(stream, state) {
  while (!state.reading && !state.ended &&
         (state.length < state.highWaterMark || (state.flowing && state.length === 0))) {
    const before = state.length;
    stream.read(0);
    if (before === state.length) break; // nothing came at once
  }
  state.readingMore = false;
}

Readable.prototype._read = function _read(n) {
  throw new ERR_METHOD_NOT_IMPLEMENTED('_read()');
};

Readable.prototype.pipe = function pipe(destination, options) {
  const source = this;
  const state = this._readableState;
  if (state.pipes.length === 1 && !state.multiAwaitDrain) {
    state.multiAwaitDrain = true;
    state.awaitDrainWriters = new Set(state.awaitDrainWriters ? [state.awaitDrainWriters] : []);
  }
  state.pipes.push(destination);

  const endsDestination = (!options || options.end !== false) && destination !== process.stdout && destination !== process.stderr;
  const onSourceEnd = endsDestination ? onEnd : unpipe;
  if (state.endEmitted) process.nextTick(onSourceEnd);
  else source.once('end', onSourceEnd);

  destination.on('unpipe', onUnpipe);
  function onUnpipe(readable, info) {
    if (readable === source && info && info.hasUnpiped === false) {
      info.hasUnpiped = true;
      cleanup();
    }
  }
  function onEnd() {
    destination.end();
  }

  let onDrain;
  let cleanedUp = false;
  function cleanup() {
    destination.removeListener('close', onClose);
    destination.removeListener('finish', onFinish);
    if (onDrain) destination.removeListener('drain', onDrain);
    destination.removeListener('error', onError);
    destination.removeListener('unpipe', onUnpipe);
    source.removeListener('end', onEnd);
    source.removeListener('end', unpipe);
    source.removeListener('data', onData);
    cleanedUp = true;
    // The destination is full and goes away: somebody else may still be waited for.
    if (onDrain && state.awaitDrainWriters && (!destination._writableState || destination._writableState.needDrain)) onDrain();
  }

  function pause() {
    // After a cleanup within write(), 'drain' will not be heard any more.
    if (!cleanedUp) {
      if (state.pipes.length === 1 && state.pipes[0] === destination) {
        state.awaitDrainWriters = destination;
        state.multiAwaitDrain = false;
      } else if (state.pipes.length > 1 && state.pipes.includes(destination)) {
        state.awaitDrainWriters.add(destination);
      }
      source.pause();
    }
    if (!onDrain) {
      onDrain = pipeOnDrain(source, destination);
      destination.on('drain', onDrain);
    }
  }

  source.on('data', onData);
  function onData(chunk) {
    try {
      if (destination.write(chunk) === false) pause();
    } catch (error) {
      // A destination that refuses the chunk fails; the source goes on without it.
      destination.destroy?.(error);
    }
  }

  function onError(error) {
    unpipe();
    destination.removeListener('error', onError);
    if (destination.listenerCount('error') === 0) {
      const s = destination._writableState || destination._readableState;
      if (s && !s.errorEmitted) errorOrDestroy(destination, error);
      else destination.emit('error', error);
    }
  }
  prependListener(destination, 'error', onError);

  function onClose() {
    destination.removeListener('finish', onFinish);
    unpipe();
  }
  destination.once('close', onClose);
  function onFinish() {
    destination.removeListener('close', onClose);
    unpipe();
  }
  destination.once('finish', onFinish);

  function unpipe() {
    source.unpipe(destination);
  }

  destination.emit('pipe', source);
  if (destination.writableNeedDrain === true) pause();
  else if (!state.flowing) source.resume();
  return destination;
};

function pipeOnDrain(source, destination) {
  return function onDrain() {
    const state = source._readableState;
    if (state.awaitDrainWriters === destination) state.awaitDrainWriters = null;
    else if (state.multiAwaitDrain) state.awaitDrainWriters.delete(destination);
    if ((!state.awaitDrainWriters || state.awaitDrainWriters.size === 0) && source.listenerCount('data')) source.resume();
  };
}

Readable.prototype.unpipe = function unpipe(destination) {
  const state = this._readableState;
  const info = { hasUnpiped: false };
  if (state.pipes.length === 0) return this;
  if (!destination) {
    const all = state.pipes;
    state.pipes = [];
    this.pause();
    for (const each of all) each.emit('unpipe', this, { hasUnpiped: false });
    return this;
  }
  const index = state.pipes.indexOf(destination);
  if (index === -1) return this;
  state.pipes.splice(index, 1);
  if (state.pipes.length === 0) this.pause();
  destination.emit('unpipe', this, info);
  return this;
};

Readable.prototype.on = function on(event, listener) {
  const result = Stream.prototype.on.call(this, event, listener);
  const state = this._readableState;
  if (event === 'data') {
    state.readableListening = this.listenerCount('readable') > 0;
    if (state.flowing !== false) this.resume();
  } else if (event === 'readable' && !state.endEmitted && !state.readableListening) {
    state.readableListening = state.needReadable = true;
    state.flowing = false;
    state.emittedReadable = false;
    if (state.length) emitReadable(this);
    else if (!state.reading) process.nextTick(readNothing, this);
  }
  return result;
};
Readable.prototype.addListener = Readable.prototype.on;

Readable.prototype.removeListener = function removeListener(event, listener) {
  const result = Stream.prototype.removeListener.call(this, event, listener);
  if (event === 'readable') process.nextTick(updateReadableListening, this);
  return result;
};
Readable.prototype.off = Readable.prototype.removeListener;

Readable.prototype.removeAllListeners = function removeAllListeners(event) {
  const result = Stream.prototype.removeAllListeners.apply(this, arguments);
  if (event === 'readable' || event === undefined) process.nextTick(updateReadableListening, this);
  return result;
};

function updateReadableListening(stream) {
  const state = stream._readableState;
  state.readableListening = stream.listenerCount('readable') > 0;
  if (state.resumeScheduled && state[kPaused] === false) state.flowing = true;
  else if (stream.listenerCount('data') > 0) stream.resume();
  else if (!state.readableListening) state.flowing = null;
}

function readNothing(stream) {
  stream.read(0);
}

Readable.prototype.resume = function resume() {
  const state = this._readableState;
  if (!state.flowing) {
    // With a 'readable' listener, resume() only remembers; read() is called by the listener.
    state.flowing = !state.readableListening;
    if (!state.resumeScheduled) {
      state.resumeScheduled = true;
      process.nextTick(resumeNow, this, state);
    }
  }
  state[kPaused] = false;
  return this;
};

function resumeNow(stream, state) {
  if (!state.reading) stream.read(0);
  state.resumeScheduled = false;
  stream.emit('resume');
  flow(stream);
  if (state.flowing && !state.reading) stream.read(0);
}

Readable.prototype.pause = function pause() {
  const state = this._readableState;
  if (state.flowing !== false) {
    state.flowing = false;
    this.emit('pause');
  }
  state[kPaused] = true;
  return this;
};

function flow(stream) {
  const state = stream._readableState;
  while (state.flowing && stream.read() !== null);
}

// A Readable's face on a stream of the first kind: 'data' and 'end' events, pause() and resume().
Readable.prototype.wrap = function wrap(stream) {
  let paused = false;
  stream.on('data', (chunk) => {
    if (!this.push(chunk) && stream.pause) {
      paused = true;
      stream.pause();
    }
  });
  stream.on('end', () => this.push(null));
  stream.on('error', (error) => errorOrDestroy(this, error));
  stream.on('close', () => this.destroy());
  stream.on('destroy', () => this.destroy());
  this._read = () => {
    if (paused && stream.resume) {
      paused = false;
      stream.resume();
    }
  };
  for (const key of Object.keys(stream)) {
    if (this[key] === undefined && typeof stream[key] === 'function') this[key] = stream[key].bind(stream);
  }
  return this;
};

Readable.prototype[Symbol.asyncIterator] = function() {
  return toAsyncIterator(this);
};

Readable.prototype.iterator = function iterator(options) {
  if (options !== undefined) validateObject(options, 'options');
  return toAsyncIterator(this, options);
};

function toAsyncIterator(stream, options) {
  if (typeof stream.read !== 'function') stream = Readable.wrap(stream, { objectMode: true });
  const iterator = iterate(stream, options);
  iterator.stream = stream;
  return iterator;
}

async function* iterate(stream, options) {
  let wake = nothing;
  function next(resolve) {
    if (this === stream) {
      wake();
      wake = nothing;
    } else {
      wake = resolve;
    }
  }
  stream.on('readable', next);
  let error;
  const cleanup = eos(stream, { writable: false }, (failure) => {
    error = failure ? aggregateTwoErrors(error, failure) : null;
    wake();
    wake = nothing;
  });
  try {
    for (;;) {
      const chunk = stream.destroyed ? null : stream.read();
      if (chunk !== null) yield chunk;
      else if (error) throw error;
      else if (error === null) return;
      else await new Promise(next);
    }
  } catch (failure) {
    error = aggregateTwoErrors(error, failure);
    throw error;
  } finally {
    if ((error || options?.destroyOnReturn !== false) && (error === undefined || stream._readableState.autoDestroy)) {
      destroyImpl.destroyer(stream, null);
    } else {
      stream.off('readable', next);
      cleanup();
    }
  }
}

Object.defineProperties(Readable.prototype, {
  readable: {
    __proto__: null,
    get() {
      const r = this._readableState;
      // Sides of a Duplex that is closed for reading say so by `readable: false`.
      return !!r && r.readable !== false && !r.destroyed && !r.errorEmitted && !r.endEmitted;
    },
    set(value) {
      if (this._readableState) this._readableState.readable = !!value;
    },
  },
  readableDidRead: { __proto__: null, enumerable: false, get() { return this._readableState.dataEmitted; } },
  readableAborted: {
    __proto__: null, enumerable: false,
    get() {
      const r = this._readableState;
      return !!(r.readable !== false && (r.destroyed || r.errored) && !r.endEmitted);
    },
  },
  readableHighWaterMark: { __proto__: null, enumerable: false, get() { return this._readableState.highWaterMark; } },
  readableBuffer: { __proto__: null, enumerable: false, get() { return this._readableState && this._readableState.buffer; } },
  readableFlowing: {
    __proto__: null, enumerable: false,
    get() {
      return this._readableState.flowing;
    },
    set(value) {
      if (this._readableState) this._readableState.flowing = value;
    },
  },
  readableLength: { __proto__: null, enumerable: false, get() { return this._readableState.length; } },
  readableObjectMode: { __proto__: null, enumerable: false, get() { return this._readableState ? this._readableState.objectMode : false; } },
  readableEncoding: { __proto__: null, enumerable: false, get() { return this._readableState ? this._readableState.encoding : null; } },
  errored: { __proto__: null, enumerable: false, get() { return this._readableState ? this._readableState.errored : null; } },
  closed: { __proto__: null, get() { return this._readableState ? this._readableState.closed : false; } },
  destroyed: {
    __proto__: null, enumerable: false,
    get() {
      return this._readableState ? this._readableState.destroyed : false;
    },
    set(value) {
      if (this._readableState) this._readableState.destroyed = value;
    },
  },
  readableEnded: { __proto__: null, enumerable: false, get() { return this._readableState ? this._readableState.endEmitted : false; } },
});

Readable._fromList = takeFrom;

// The first `n` bytes of the buffer, or its first object; null when it is empty.
function takeFrom(n, state) {
  if (state.length === 0) return null;
  const { buffer } = state;
  let index = state.bufferIndex;
  const last = buffer.length;
  let result;
  if (state.objectMode) {
    result = buffer[index];
    buffer[index++] = null;
  } else if (!n || n >= state.length) {
    // All of it.
    if (state.decoder) {
      result = '';
      for (; index < last; index++) {
        result += buffer[index];
        buffer[index] = null;
      }
    } else if (last - index === 0) {
      result = Buffer.alloc(0);
    } else if (last - index === 1) {
      result = buffer[index];
      buffer[index++] = null;
    } else {
      result = Buffer.allocUnsafe(state.length);
      let at = 0;
      for (; index < last; index++) {
        result.set(buffer[index], at);
        at += buffer[index].length;
        buffer[index] = null;
      }
    }
  } else if (n < buffer[index].length) {
    result = buffer[index].slice(0, n);
    buffer[index] = buffer[index].slice(n);
  } else if (n === buffer[index].length) {
    result = buffer[index];
    buffer[index++] = null;
  } else if (state.decoder) {
    result = '';
    while (index < last) {
      const text = buffer[index];
      if (n > text.length) {
        result += text;
        n -= text.length;
        buffer[index++] = null;
      } else {
        if (n === text.length) {
          result += text;
          buffer[index++] = null;
        } else {
          result += text.slice(0, n);
          buffer[index] = text.slice(n);
        }
        break;
      }
    }
  } else {
    result = Buffer.allocUnsafe(n);
    const total = n;
    while (index < last) {
      const data = buffer[index];
      if (n > data.length) {
        result.set(data, total - n);
        n -= data.length;
        buffer[index++] = null;
      } else {
        if (n === data.length) {
          result.set(data, total - n);
          buffer[index++] = null;
        } else {
          result.set(new Uint8Array(data.buffer, data.byteOffset, n), total - n);
          buffer[index] = Buffer.from(data.buffer, data.byteOffset + n, data.length - n);
        }
        break;
      }
    }
  }
  if (index === last) {
    buffer.length = 0;
    state.bufferIndex = 0;
  } else if (index > 1024) {
    buffer.splice(0, index);
    state.bufferIndex = 0;
  } else {
    state.bufferIndex = index;
  }
  return result;
}

function endReadable(stream) {
  const state = stream._readableState;
  if (state.endEmitted) return;
  state.ended = true;
  process.nextTick(emitEnd, state, stream);
}

function emitEnd(state, stream) {
  if (state.errored || state.closeEmitted || state.endEmitted || state.length !== 0) return;
  state.endEmitted = true;
  stream.emit('end');
  if (stream.writable && stream.allowHalfOpen === false) {
    process.nextTick(endWritable, stream);
  } else if (state.autoDestroy) {
    // A Duplex goes when its other side is through as well.
    const w = stream._writableState;
    if (!w || (w.autoDestroy && (w.finished || w.writable === false))) stream.destroy();
  }
}

function endWritable(stream) {
  if (stream.writable && !stream.writableEnded && !stream.destroyed) stream.end();
}

Readable.from = function from(iterable, options) {
  return require('internal/streams/from')(Readable, iterable, options);
};

Readable.fromWeb = function fromWeb(readableStream, options) {
  return require('internal/webstreams/adapters').newStreamReadableFromReadableStream(readableStream, options);
};

Readable.toWeb = function toWeb(readable, options) {
  return require('internal/webstreams/adapters').newReadableStreamFromStreamReadable(readable, options);
};

Readable.wrap = function wrap(source, options) {
  return new Readable({
    objectMode: source.readableObjectMode ?? source.objectMode ?? true,
    ...options,
    destroy(error, callback) {
      destroyImpl.destroyer(source, error);
      callback(error);
    },
  }).wrap(source);
};

module.exports = Readable;
