'use strict';

// Http2Stream: one exchange of a session as a duplex stream. https://nodejs.org/api/http2.html#class-http2stream

const EventEmitter = require('events');
const { Duplex } = require('stream');
const {
  codes: {
    ERR_HTTP2_GOAWAY_SESSION, ERR_HTTP2_INVALID_SESSION, ERR_HTTP2_INVALID_STREAM, ERR_HTTP2_OUT_OF_STREAMS, ERR_HTTP2_STREAM_ERROR,
    ERR_HTTP2_STREAM_SELF_DEPENDENCY, ERR_HTTP2_TRAILERS_ALREADY_SENT, ERR_HTTP2_TRAILERS_NOT_READY,
  },
  AbortError,
} = require('internal/errors');
const { clientChannels, kChannels, publish } = require('internal/http2/channels');
const { constants } = require('internal/http2/constants');
const { assertValidPseudoHeaderTrailer, buildNgHeaderString } = require('internal/http2/headers');
const { assertIsObject, libraryErrors, nameForErrorCode, NghttpError } = require('internal/http2/util');
const { kHandle, kMaybeDestroy, kOptions, kOwner, kState, kUpdateTimer, kWriting } = require('internal/http2/symbols');
const performance = require('internal/http2/performance');
const { kOnTimeout, kTimeout, setTimeoutOf, stopTimeout } = require('internal/http2/timeouts');
const { encodingsMap, normalizeEncoding } = require('internal/util');
const { validateFunction, validateInteger } = require('internal/validators');
const { inspect } = require('internal/util/inspect');

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;
const { NGHTTP2_ERR_HTTP_HEADER, NGHTTP2_ERR_INVALID_ARGUMENT, NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE } = libraryErrors;

const kAuthority = Symbol('authority');
const kEnding = Symbol('ending');
const kId = Symbol('id');
const kInfoHeaders = Symbol('info headers');
const kInit = Symbol('init');
const kOrigin = Symbol('origin');
const kProceed = Symbol('proceed');
const kProtocol = Symbol('protocol');
const kSentHeaders = Symbol('sent headers');
const kSentTrailers = Symbol('sent trailers');
const kSession = Symbol('session');

// What becomes of the peer's side when a stream is closed.
const kNoReset = 0;      // it knows
const kReset = 1;        // RST_STREAM once all is sent
const kForceReset = 2;   // at once

class Http2Stream extends Duplex {
  constructor(session, options) {
    super({ highWaterMark: session[kOptions].highWaterMark, ...options, allowHalfOpen: true, decodeStrings: false, autoDestroy: false });
    // What comes is no reason to read on: whether a program reads at all decides how its answer ends.
    this._readableState.readingMore = true;
    this[kSession] = session;
    this[kHandle] = undefined;
    this[kId] = undefined;
    this[kTimeout] = null;
    this[kEnding] = false;
    this[kWriting] = 0;
    this[kSentHeaders] = undefined;
    this[kInfoHeaders] = undefined;
    this[kSentTrailers] = undefined;
    this[kState] = {
      didRead: false,
      reading: false,
      closed: false,
      aborted: false,
      rstCode: NGHTTP2_NO_ERROR,
      headersSent: false,
      endAfterHeaders: false,
      isHead: false,
      wantsTrailers: false,
      trailersReady: false,
      trailersSent: false,
      chunksSent: 0,
      begun: performance.begin(),
      readFile: undefined,
    };
    session[kState].pendingStreams.add(this);
  }

  // The binding knows the stream from here on.
  [kInit](id, handle) {
    const session = this[kSession];
    const state = session[kState];
    state.pendingStreams.delete(this);
    state.streams.set(id, this);
    this[kId] = id;
    this[kHandle] = handle;
    handle[kOwner] = this;
    if (this[kState].reading) handle.readStart();
    this.uncork();
    this.emit('ready');
  }

  get id() { return this[kId]; }
  get pending() { return this[kId] === undefined; }
  get session() { return this[kSession]; }
  get aborted() { return this[kState].aborted; }
  get closed() { return this[kState].closed; }
  get rstCode() { return this[kState].rstCode; }
  get headersSent() { return this[kState].headersSent; }
  get endAfterHeaders() { return this[kState].endAfterHeaders; }
  get sentHeaders() { return this[kSentHeaders]; }
  get sentInfoHeaders() { return this[kInfoHeaders]; }
  get sentTrailers() { return this[kSentTrailers]; }
  get bufferSize() { return this.writableLength; }
  get headRequest() { return this[kState].isHead; }

  get state() {
    const values = this[kHandle]?.state();
    if (values === undefined) return {};
    return {
      state: values[0], weight: values[1], sumDependencyWeight: values[2], localClose: values[3], remoteClose: values[4],
      localWindowSize: values[5],
    };
  }

  // Priorities of RFC 7540 are no more (RFC 9113, section 5.3).
  priority() {
    warnOfPriority('http2Stream.priority is longer supported after priority signalling was deprecated in RFC 9113');
    if (this.destroyed) throw new ERR_HTTP2_INVALID_STREAM();
  }

  setTimeout(msecs, callback) { return setTimeoutOf(this, msecs, callback); }
  [kUpdateTimer]() {
    if (this.destroyed) return;
    this[kTimeout]?.refresh();
    this[kSession]?.[kUpdateTimer]();
  }
  [kOnTimeout]() {
    if (this.destroyed) return;
    const sent = this[kSession]?.[kHandle]?.chunksSent() ?? 0;
    if (this[kWriting] > 0 && sent !== this[kState].chunksSent) {
      this[kState].chunksSent = sent;
      this[kUpdateTimer]();
      return;
    }
    this.emit('timeout');
  }

  // Writing.

  end(chunk, encoding, callback) {
    this[kEnding] = true;
    try {
      super.end(chunk, encoding, callback);
    } catch (error) {
      // A chunk that cannot be written ended nothing.
      this[kEnding] = false;
      throw error;
    }
    // With nothing else in line, what is being written is the last of it: its frame says so.
    if (this[kWriting] > 0 && this.writableLength === this[kWriting]) this[kHandle]?.finish();
    return this;
  }

  _write(data, encoding, callback) { writeData(this, data, encoding, undefined, undefined, data.length, callback); }
  _writev(chunks, callback) {
    const list = new Array(chunks.length * 2);
    let length = 0;
    for (let i = 0; i < chunks.length; i++) {
      const { chunk, encoding } = chunks[i];
      list[i * 2] = chunk;
      list[i * 2 + 1] = typeof chunk === 'string' ? encodingNumber(encoding) : 0;
      length += chunk.length;
    }
    writeData(this, undefined, '', list, chunks, length, callback);
  }
  _final(callback) {
    if (this.pending) {
      this.once('ready', () => this._final(callback));
      return;
    }
    // The body of an answer to HEAD is at its end before the answer is begun.
    if (!this.headersSent && !this.destroyed && !this.closed && !this[kState].isHead) this[kProceed]();
    // The data of a stream that was closed with an error is not whole; that of a file ends by itself.
    if ((!this.closed || this.rstCode === NGHTTP2_NO_ERROR) && this[kState].readFile === undefined) this[kHandle]?.finish();
    callback();
    publish(this, 'bodySent');
    afterFinal(this);
  }

  sendTrailers(headers) {
    const state = this[kState];
    if (this.destroyed || this.closed) throw new ERR_HTTP2_INVALID_STREAM();
    if (state.trailersSent) throw new ERR_HTTP2_TRAILERS_ALREADY_SENT();
    if (!state.trailersReady) throw new ERR_HTTP2_TRAILERS_NOT_READY();
    assertIsObject(headers, 'headers');
    headers = { __proto__: null, ...headers };
    const { 0: fields, 1: count } = buildNgHeaderString(headers, assertValidPseudoHeaderTrailer,
      this[kSession]?.[kOptions].strictSingleValueFields !== false);
    this[kSentTrailers] = headers;
    state.trailersReady = false;
    state.trailersSent = true;
    const result = this[kHandle].trailers(fields, count);
    if (result < 0) this.destroy(new NghttpError(result));
    else this[kMaybeDestroy]();
  }

  // Reading.

  _read() {
    if (this.destroyed) {
      this.push(null);
      return;
    }
    const state = this[kState];
    if (!state.didRead) {
      state.didRead = true;
      this._readableState.readingMore = false;
    }
    if (state.reading) return;
    state.reading = true;
    this[kHandle]?.readStart();
  }

  // Ending.

  close(code = NGHTTP2_NO_ERROR, callback = undefined) {
    validateInteger(code, 'code', 0, 2 ** 32 - 1);
    if (callback !== undefined) validateFunction(callback, 'callback');
    if (this.closed) return;
    if (callback !== undefined) this.once('close', callback);
    closeStream(this, code, kReset);
  }

  _destroy(error, callback) {
    const session = this[kSession];
    const handle = this[kHandle];
    const sessionState = session[kState];
    const sessionCode = sessionState.goawayCode || sessionState.destroyCode;
    const state = this[kState];
    let code = this.closed ? this.rstCode : sessionCode;
    if (!this.closed && error != null) {
      if (sessionCode) code = sessionCode;
      else code = error instanceof AbortError ? NGHTTP2_CANCEL : NGHTTP2_INTERNAL_ERROR;
    }
    if (!this.closed) closeStream(this, code, handle !== undefined ? kForceReset : kNoReset);
    this.push(null);
    if (handle !== undefined) {
      performance.endStream(state.begun, handle, this[kId]);
      handle.destroy();
      sessionState.streams.delete(this[kId]);
    } else {
      sessionState.pendingStreams.delete(this);
    }
    state.readFile?.();
    // A stream that was cancelled, or that ended well, has no error of its own.
    if (error == null && code !== NGHTTP2_NO_ERROR && code !== NGHTTP2_CANCEL) {
      error = new ERR_HTTP2_STREAM_ERROR(nameForErrorCode[code] || code);
    }
    if (error != null) publish(this, 'error', () => ({ error }));
    this[kSession] = undefined;
    this[kHandle] = undefined;
    if (handle !== undefined) handle[kOwner] = undefined;
    // Not from within nghttp2.
    setImmediate(() => session[kMaybeDestroy]());
    callback(error);
  }

  // Both sides are done: nothing keeps the stream.
  [kMaybeDestroy](code = NGHTTP2_NO_ERROR) {
    if (code !== NGHTTP2_NO_ERROR) {
      this.destroy();
      return;
    }
    if (this.destroyed || !this.writableFinished || this[kState].trailersReady) return;
    if (this.readableEnded || (this.closed && this._readableState.endEmitted)) {
      if (this.closed) this.destroy();
      return;
    }
    answerWithoutReading(this);
  }

  [inspect.custom](depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const shown = {
      id: this[kId] || '<pending>', closed: this.closed, destroyed: this.destroyed, state: this.state,
      readableState: this._readableState, writableState: this._writableState,
    };
    return `Http2Stream ${inspect(shown, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
  [EventEmitter.captureRejectionSymbol](error) { this.destroy(error); }
}

let warned = false;
function warnOfPriority(message) {
  if (warned) return;
  warned = true;
  process.emitWarning(message, 'DeprecationWarning', 'DEP0194');
}

function encodingNumber(encoding) {
  return encodingsMap[encoding] ?? encodingsMap[normalizeEncoding(encoding)];
}

// One chunk (`data`), or many: `list` as the binding takes them, `chunks` as the stream has them.
function writeData(stream, data, encoding, list, chunks, length, callback) {
  if (stream.pending) {
    stream.once('ready', () => writeData(stream, data, encoding, list, chunks, length, callback));
    return;
  }
  const handle = stream[kHandle];
  if (handle === undefined) {
    callback(new ERR_HTTP2_INVALID_STREAM());
    return;
  }
  if (!stream.headersSent) stream[kProceed]();
  stream[kUpdateTimer]();
  publish(stream, 'bodyChunkSent', () => {
    if (chunks === undefined) return { writev: false, data, encoding };
    return { writev: true, data: chunks.allBuffers ? chunks.map((each) => each.chunk) : chunks, encoding };
  });
  const isLast = stream[kEnding] && stream.writableLength === length;
  handle.callback = callback;
  stream[kWriting] = length;
  const size = list === undefined ?
    handle.write(data, typeof data === 'string' ? encodingNumber(encoding) : 0) : handle.writev(list);
  if (size === 0) {
    handle.callback = undefined;
    stream[kWriting] = 0;
    callback();
    return;
  }
  if (isLast) handle.finish();
}

// A server that answered without looking at the request wants no more of it (RFC 9113, section 8.1).
function answerWithoutReading(stream) {
  const session = stream[kSession];
  const state = stream[kState];
  if (session?.type !== constants.NGHTTP2_SESSION_SERVER || state.didRead || stream.readableFlowing !== null ||
      !state.headersSent || (state.wantsTrailers && !state.trailersSent) || state.readFile !== undefined) {
    return;
  }
  // Push streams may still be made meanwhile.
  setImmediate(() => {
    if (!stream.destroyed && !stream.closed) stream.close();
  });
}

function afterFinal(stream) {
  process.nextTick(() => stream[kMaybeDestroy]());
}

function closeStream(stream, code, reset) {
  const state = stream[kState];
  state.closed = true;
  state.rstCode = code;
  stopTimeout(stream);
  stream.removeAllListeners('timeout');
  const { ending } = stream._writableState;
  if (!ending) {
    // The other side stopped, or we did, in the middle of it.
    if (!state.aborted) {
      state.aborted = true;
      stream.emit('aborted');
    }
    stream.end();
  }
  publish(stream, 'close');
  if (reset === kNoReset) return;
  const send = () => {
    const handle = stream[kHandle];
    if (handle !== undefined) {
      handle.rstStream(code);
      return;
    }
    // Nothing will be read of a request that is not even sent.
    stream.push(null);
    stream.once('ready', () => stream[kHandle]?.rstStream(code));
  };
  if (!ending || stream.writableFinished || code !== NGHTTP2_NO_ERROR || reset === kForceReset) send();
  else stream.once('finish', send);
}

// Begins a request's stream once there is a connection.
function startRequest(stream, prepared, options) {
  const session = stream[kSession];
  if (stream.destroyed || session === undefined) return;
  if (session.destroyed) {
    stream.destroy(new ERR_HTTP2_INVALID_SESSION());
    return;
  }
  if (session.closed) {
    stream.destroy(new ERR_HTTP2_GOAWAY_SESSION());
    return;
  }
  const made = session[kHandle].request(prepared.fields, prepared.count, options.endStream, options.waitForTrailers);
  if (typeof made === 'number') {
    switch (made) {
      case NGHTTP2_ERR_HTTP_HEADER:
        stream.destroy(new ERR_HTTP2_STREAM_ERROR('NGHTTP2_PROTOCOL_ERROR'));
        break;
      case NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE:
        stream.destroy(new ERR_HTTP2_OUT_OF_STREAMS());
        break;
      case NGHTTP2_ERR_INVALID_ARGUMENT:
        stream.destroy(new ERR_HTTP2_STREAM_SELF_DEPENDENCY());
        break;
      default:
        session.destroy(new NghttpError(made));
    }
    return;
  }
  stream[kInit](made.id(), made);
  publish(stream, 'start', () => ({ headers: stream[kSentHeaders] }));
}

class ClientHttp2Stream extends Http2Stream {
  constructor(session, handle, id, options) {
    super(session, options);
    this[kState].headersSent = true;
    if (id !== undefined) this[kInit](id, handle);
    else this.cork();
    this.on('headers', onInformation);
  }
}

ClientHttp2Stream.prototype[kChannels] = clientChannels;

function onInformation(headers) {
  if (headers[':status'] === constants.HTTP_STATUS_CONTINUE) this.emit('continue');
}

module.exports = {
  ClientHttp2Stream, Http2Stream, closeStream, kAuthority, kInfoHeaders, kInit, kNoReset, kOrigin, kProceed, kProtocol,
  kSentHeaders, kSession, startRequest, warnOfPriority,
};
