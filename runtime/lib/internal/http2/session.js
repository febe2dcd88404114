'use strict';

// Http2Session: https://nodejs.org/api/http2.html#class-http2session

const { AsyncResource } = require('async_hooks');
const EventEmitter = require('events');
const net = require('net');
const { TLSSocket } = require('internal/tls/socket');
const { TCP } = internalBinding('tcp_wrap');
const { Pipe } = internalBinding('pipe_wrap');
const binding = internalBinding('http2');
const { UV_EOF, UV_EPIPE } = internalBinding('uv');
const {
  codes: {
    ERR_HTTP2_INVALID_SESSION, ERR_HTTP2_MAX_PENDING_SETTINGS_ACK, ERR_HTTP2_PING_CANCEL,
    ERR_HTTP2_PING_LENGTH, ERR_HTTP2_SESSION_ERROR, ERR_HTTP2_SETTINGS_CANCEL, ERR_HTTP2_SOCKET_BOUND, ERR_HTTP2_STREAM_CANCEL,
    ERR_INVALID_ARG_TYPE,
  },
  ErrnoException,
} = require('internal/errors');
const { constants } = require('internal/http2/constants');
const { settingsFromList, packSettings, validateSettings } = require('internal/http2/settings');
const { assertIsObject, kSocket, libraryErrors, NghttpError, sessionName, updateOptionsBuffer } = require('internal/http2/util');
const { kOnTimeout, kTimeout, setTimeoutOf, stopTimeout } = require('internal/http2/timeouts');
const performance = require('internal/http2/performance');
const { makeSocketProxy } = require('internal/http2/socket_proxy');
const { onStreamEnd } = require('internal/net/io');
const { validateBuffer, validateFunction, validateNumber } = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');
const { inspect } = require('internal/util/inspect');

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_SESSION_SERVER } = constants;

const kBoundSession = Symbol('session'); // of a socket
const kHandle = Symbol('handle');
const kMaybeDestroy = Symbol('maybe destroy');
const kOptions = Symbol('options');
const kOwner = Symbol('owner');
const kProxySocket = Symbol('proxy socket');
const kState = Symbol('state');
const kUpdateTimer = Symbol('update timer');
const kWriting = Symbol('writing'); // of a stream: how much of it is on its way

class Http2Session extends EventEmitter {
  constructor(type, options, socket) {
    super(options);
    if (socket[kBoundSession] !== undefined) throw new ERR_HTTP2_SOCKET_BOUND();
    socket[kBoundSession] = this;
    this.type = type;
    this[kOptions] = options;
    this[kSocket] = socket;
    this[kProxySocket] = null;
    this[kTimeout] = null;
    this[kHandle] = undefined;
    this[kState] = {
      closed: false,
      destroyed: false,
      ready: false,
      waiting: [], // to be called when it is
      destroyCode: NGHTTP2_NO_ERROR,
      goawayCode: null,
      goawayLastStreamID: null,
      streams: new Map(),
      pendingStreams: new Set(),
      pendingAck: 0,
      chunksSent: 0,
      begun: performance.begin(),
      originSet: undefined,
      alpnProtocol: undefined,
      encrypted: undefined,
      localSettings: undefined,
      localCustom: undefined,
      remoteSettings: undefined,
    };
    // Renegotiation would stop everything that is multiplexed (RFC 9113, section 9.2.1).
    if (typeof socket.disableRenegotiation === 'function') socket.disableRenegotiation();
    const setUp = () => {
      try {
        setUpHandle(this, socket);
      } catch (error) {
        this.destroy(error);
      }
    };
    socket.on('error', onSocketError);
    socket.on('close', onSocketClose);
    if (socket.connecting || socket.secureConnecting) {
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', setUp);
    } else {
      setUp();
    }
  }

  get connecting() {
    return this[kState].ready === false;
  }
  get closed() { return this[kState].closed; }
  get destroyed() { return this[kState].destroyed; }
  get alpnProtocol() { return this[kState].alpnProtocol; }
  get encrypted() { return this[kState].encrypted; }
  get pendingSettingsAck() { return this[kState].pendingAck > 0; }
  get originSet() {
    const { originSet, encrypted } = this[kState];
    if (!encrypted || this.destroyed) return undefined;
    return Array.from(originSet ?? makeOriginSet(this));
  }

  get socket() {
    const proxy = this[kProxySocket];
    if (proxy === null) return this[kProxySocket] = makeSocketProxy(this, kSocket);
    return proxy;
  }

  get localSettings() {
    const state = this[kState];
    if (state.localSettings !== undefined) return state.localSettings;
    if (this.destroyed || this.connecting) return {};
    state.localSettings = settingsFromList(this[kHandle].localSettings());
    if (state.localCustom !== undefined) state.localSettings.customSettings = { ...state.localCustom };
    return state.localSettings;
  }
  get remoteSettings() {
    const state = this[kState];
    if (state.remoteSettings !== undefined) return state.remoteSettings;
    if (this.destroyed || this.connecting) return {};
    return state.remoteSettings = settingsFromList(this[kHandle].remoteSettings(), true);
  }

  get state() {
    const values = this.connecting || this.destroyed ? undefined : this[kHandle].state();
    if (values === undefined) return {};
    return {
      effectiveLocalWindowSize: values[0],
      effectiveRecvDataLength: values[1],
      nextStreamID: values[2],
      localWindowSize: values[3],
      lastProcStreamID: values[4],
      remoteWindowSize: values[5],
      outboundQueueSize: values[6],
      deflateDynamicTableSize: values[7],
      inflateDynamicTableSize: values[8],
    };
  }

  setLocalWindowSize(windowSize) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    const { validateInt32 } = require('internal/validators');
    validateInt32(windowSize, 'windowSize', 0);
    const result = this[kHandle].setLocalWindowSize(windowSize);
    if (result < 0) this.destroy(new NghttpError(result));
  }

  setNextStreamID(id) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    validateNumber(id, 'id');
    const { ERR_OUT_OF_RANGE } = require('internal/errors').codes;
    if (id <= 0 || id > 2 ** 32 - 1) throw new ERR_OUT_OF_RANGE('id', `> 0 and <= ${2 ** 32 - 1}`, id);
    this[kHandle].setNextStreamID(id);
  }

  settings(settings, callback) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    assertIsObject(settings, 'settings');
    validateSettings(settings);
    if (callback) validateFunction(callback, 'callback');
    this[kState].pendingAck++;
    whenReady(this, () => submitSettings(this, { ...settings }, callback));
  }

  ping(payload, callback) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    if (typeof payload === 'function') {
      callback = payload;
      payload = undefined;
    }
    if (payload) {
      validateBuffer(payload, 'payload');
      if (payload.byteLength !== 8) throw new ERR_HTTP2_PING_LENGTH();
    }
    validateFunction(callback, 'callback');
    if (this.connecting || this.closed) {
      process.nextTick(callback, new ERR_HTTP2_PING_CANCEL());
      return undefined;
    }
    const resource = new AsyncResource('HTTP2PING');
    const done = (acknowledged, duration, answer) => {
      if (acknowledged) resource.runInAsyncScope(callback, this, null, duration, answer);
      else resource.runInAsyncScope(callback, this, new ERR_HTTP2_PING_CANCEL());
      resource.emitDestroy();
    };
    const result = this[kHandle].ping(payload || undefined, done);
    if (result === 0) return true;
    process.nextTick(done, false);
    return false;
  }

  goaway(code = NGHTTP2_NO_ERROR, lastStreamID = 0, opaqueData = undefined) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    if (opaqueData !== undefined && !isArrayBufferView(opaqueData)) {
      throw new ERR_INVALID_ARG_TYPE('opaqueData', ['Buffer', 'TypedArray', 'DataView'], opaqueData);
    }
    validateNumber(code, 'code');
    validateNumber(lastStreamID, 'lastStreamID');
    whenReady(this, () => this[kHandle]?.goaway(code, lastStreamID, opaqueData));
  }

  close(callback) {
    const state = this[kState];
    if (state.closed || state.destroyed) return;
    state.closed = true;
    if (typeof callback === 'function') this.once('close', callback);
    this.goaway();
    this[kMaybeDestroy]();
  }

  destroy(error = NGHTTP2_NO_ERROR, code) {
    const state = this[kState];
    if (state.destroyed) return;
    if (typeof error === 'number') {
      code = error;
      error = code !== NGHTTP2_NO_ERROR ? new ERR_HTTP2_SESSION_ERROR(code) : undefined;
    }
    if (code === undefined) code = error != null ? NGHTTP2_INTERNAL_ERROR : NGHTTP2_NO_ERROR;
    closeSession(this, code, error);
  }

  // Once closed and without streams, the session ends when all is sent.
  [kMaybeDestroy](error) {
    if (error === undefined) {
      const { closed, streams, pendingStreams, destroyed } = this[kState];
      if (destroyed || !closed || streams.size > 0 || pendingStreams.size > 0) return;
      const handle = this[kHandle];
      handle?.flush();
      if (this.destroyed) return;
      if (handle?.hasPendingData()) {
        handle.notifyWhenIdle();
        return;
      }
    }
    this.destroy(error);
  }

  setTimeout(msecs, callback) { return setTimeoutOf(this, msecs, callback); }
  [kUpdateTimer]() {
    if (this.destroyed) return;
    this[kTimeout]?.refresh();
  }
  [kOnTimeout]() {
    if (this.destroyed) return;
    const sent = this[kHandle]?.chunksSent() ?? 0;
    // A large write that makes progress is not idle.
    if (sent !== this[kState].chunksSent && isWriting(this)) {
      this[kState].chunksSent = sent;
      this[kUpdateTimer]();
      return;
    }
    this.emit('timeout');
  }

  ref() { this[kSocket]?.ref?.(); }
  unref() { this[kSocket]?.unref?.(); }

  [inspect.custom](depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const shown = {
      type: this.type, closed: this.closed, destroyed: this.destroyed, state: this.state, localSettings: this.localSettings,
      remoteSettings: this.remoteSettings,
    };
    return `Http2Session ${inspect(shown, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
  [EventEmitter.captureRejectionSymbol](error, event, ...args) {
    if (event === 'stream') {
      const { 0: stream } = args;
      stream.destroy(error);
    } else {
      this.destroy(error);
    }
  }
}

function isWriting(session) {
  for (const stream of session[kState].streams.values()) if (stream[kWriting] > 0) return true;
  return session[kHandle].hasPendingData();
}

// Calls `run` at once, or when the transport is connected.
function whenReady(session, run) {
  if (session.connecting) session[kState].waiting.push(AsyncResource.bind(run, 'HTTP2SESSION'));
  else run();
}

function setUpHandle(session, socket) {
  const state = session[kState];
  if (session.destroyed) return;
  if (socket === undefined || socket.destroyed) {
    process.nextTick(() => session.destroy());
    return;
  }
  const options = session[kOptions];
  const handle = new binding.Http2Session(session.type, updateOptionsBuffer(options));
  handle[kOwner] = session;
  session[kHandle] = handle;
  attach(handle, socket);
  state.encrypted = socket instanceof TLSSocket || socket.encrypted === true;
  state.alpnProtocol = state.encrypted ? socket.alpnProtocol : 'h2c';
  state.ready = true;
  if (options.remoteCustomSettings !== undefined) handle.wantSettings(...options.remoteCustomSettings);
  session.settings(options.settings !== null && typeof options.settings === 'object' ? options.settings : {});
  if (session.type === NGHTTP2_SESSION_SERVER && Array.isArray(options.origins)) session.origin(...options.origins);
  // What the socket has read already is the session's; our settings go out before any answer to it.
  let chunk;
  while ((chunk = socket.read()) !== null) handle.receive(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  if (handle.carriedBy === undefined) {
    socket._handle.reading = true;
    socket._handle.readStart();
  } else {
    socket.resume();
  }
  const { waiting } = state;
  state.waiting = undefined;
  process.nextTick(() => {
    if (session.destroyed) return;
    session.emit('connect', session, socket);
    for (const run of waiting) if (!session.destroyed) run();
  });
}

// Lets bytes flow: in C++ where the socket is of libuv or TLS over it, else through JavaScript.
function attach(handle, socket) {
  const native = socket._handle;
  const isTls = socket instanceof TLSSocket;
  if (socket instanceof net.Socket && (isTls || native instanceof TCP || native instanceof Pipe)) {
    socket.pause();
    handle.consume(native, isTls);
    return;
  }
  handle.carry();
  handle.carriedBy = socket;
  socket.on('data', (chunk) => {
    handle[kOwner]?.[kUpdateTimer]();
    handle.receive(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  });
  socket.on('end', () => { if (!socket.allowHalfOpen) socket.end(); else socket.destroy(); });
  socket.pause();
}

function submitSettings(session, settings, callback) {
  const handle = session[kHandle];
  if (handle === undefined) return;
  const resource = new AsyncResource('HTTP2SETTINGS');
  const acknowledge = (acknowledged, duration) => {
    const state = session[kState];
    state.pendingAck--;
    state.localSettings = undefined;
    if (acknowledged) {
      const now = session.localSettings;
      callback?.(null, now, duration);
      session.emit('localSettings', now);
    } else {
      callback?.(new ERR_HTTP2_SETTINGS_CANCEL());
    }
  };
  const sent = handle.settings(packSettings(settings), (...args) => {
    resource.runInAsyncScope(acknowledge, session, ...args);
    resource.emitDestroy();
  });
  if (settings.customSettings !== undefined) session[kState].localCustom = { ...session[kState].localCustom, ...settings.customSettings };
  if (sent < 0) session.destroy(new NghttpError(sent));
  else if (sent > 0) session.destroy(new ERR_HTTP2_MAX_PENDING_SETTINGS_ACK());
}

function makeOriginSet(session) {
  const { kSocket: key } = require('internal/http2/util');
  const socket = session[key];
  const set = new Set();
  if (socket) {
    let { servername } = socket;
    if (!servername) {
      servername = socket.remoteFamily === 'IPv6' ? `[${socket.remoteAddress}]` : socket.remoteAddress;
    }
    let origin = `https://${servername}`;
    if (socket.remotePort) origin += `:${socket.remotePort}`;
    set.add(new URL(origin).origin);
  }
  return session[kState].originSet = set;
}

function closeSession(session, code, error) {
  const state = session[kState];
  state.destroyed = true;
  state.destroyCode = code;
  stopTimeout(session);
  session.removeAllListeners('timeout');
  if (state.pendingStreams.size > 0 || state.streams.size > 0) {
    const cancel = new ERR_HTTP2_STREAM_CANCEL(error);
    for (const stream of [...state.pendingStreams]) stream.destroy(cancel);
    for (const stream of [...state.streams.values()]) {
      // One that has all its data is only waiting for its reader.
      if (error || !stream.closed || stream.readableFlowing === null || stream.readableLength === 0) stream.destroy(error);
    }
  }
  const socket = session[kSocket];
  const handle = session[kHandle];
  const finish = () => finishClose(session, socket, error);
  if (handle === undefined) {
    finish();
    return;
  }
  handle.ondone = () => {
    performance.endSession(state.begun, handle, sessionName(session.type));
    finish();
  };
  handle.destroy(code, socket !== undefined && !socket.destroyed);
}

// The last frames are sent: now the socket goes, and then 'close' comes.
function finishClose(session, socket, error) {
  const handle = session[kHandle];
  session[kHandle] = undefined;
  session[kProxySocket] = undefined;
  session[kSocket] = undefined;
  if (handle !== undefined) {
    handle.ondone = undefined;
    handle[kOwner] = undefined;
  }
  if (socket !== undefined) {
    socket[kBoundSession] = undefined;
    socket.removeListener('error', onSocketError);
    socket.removeListener('close', onSocketClose);
  }
  const tell = () => {
    if (error) session.emit('error', error);
    session.emit('close');
  };
  if (socket === undefined || socket.destroyed) {
    process.nextTick(tell);
    return;
  }
  // Errors of a socket that nobody is to hear any more.
  if (socket.listenerCount('error') === 0) socket.on('error', () => {});
  socket.on('close', tell);
  if (session.closed && !error) {
    // All was said; what the peer still says is read, so that the connection ends in order.
    socket.resume();
    socket.end();
  } else {
    setImmediate(() => socket.destroy(error));
  }
}

function onSocketError(error) {
  const session = this[kBoundSession];
  if (session === undefined) return;
  // The peer may reset a connection of which all was said.
  if (error.code === 'ECONNRESET' && session[kState].goawayCode === NGHTTP2_NO_ERROR) {
    session.destroy();
    return;
  }
  session.destroy(error);
}

function onSocketClose() {
  const session = this[kBoundSession];
  if (session === undefined) return;
  const state = session[kState];
  const cancel = new ERR_HTTP2_STREAM_CANCEL();
  for (const stream of [...state.streams.values()]) stream.close(constants.NGHTTP2_CANCEL);
  for (const stream of [...state.pendingStreams]) stream.destroy(cancel);
  session.close();
  // What waits to be sent never will be.
  session.destroy();
}

const kHeadersFrame = 1;

// What the binding tells of a session; the receiver is its handle.
const events = {
  onSettings() {
    const session = this[kOwner];
    if (!session || session.destroyed) return;
    session[kUpdateTimer]();
    session[kState].remoteSettings = undefined;
    session.emit('remoteSettings', session.remoteSettings);
  },
  onPing(payload) {
    const session = this[kOwner];
    if (!session || session.destroyed) return;
    session[kUpdateTimer]();
    session.emit('ping', payload);
  },
  onGoaway(code, lastStreamID, data) {
    const session = this[kOwner];
    if (!session || session.destroyed) return;
    const state = session[kState];
    state.goawayCode = code;
    state.goawayLastStreamID = lastStreamID;
    session.emit('goaway', code, lastStreamID, data);
    if (code === NGHTTP2_NO_ERROR) {
      session.close();
    } else {
      // The peer's error needs no answer.
      session.destroy(new ERR_HTTP2_SESSION_ERROR(code), NGHTTP2_NO_ERROR);
    }
  },
  onFrameError(id, type, code) {
    const session = this[kOwner];
    if (!session || session.destroyed) return;
    session[kUpdateTimer]();
    const stream = session[kState].streams.get(id);
    if (stream === undefined) {
      session.emit('frameError', type, code, id);
      session.destroy();
      return;
    }
    stream[kUpdateTimer]();
    if (!stream.emit('frameError', type, code, id)) session.emit('frameError', type, code, id);
    // A request whose headers cannot be sent never was one.
    const isRequest = session.type !== NGHTTP2_SESSION_SERVER && type === kHeadersFrame;
    stream.close(isRequest ? constants.NGHTTP2_REFUSED_STREAM : code);
    session.close();
  },
  onError(code, ours) {
    const session = this[kOwner];
    if (!session || session.destroyed) return;
    session.destroy(new NghttpError(code, ours));
  },
  onAltsvc(id, origin, value) {
    const session = this[kOwner];
    if (!session || session.destroyed) return;
    session.emit('altsvc', value, origin, id);
  },
  onOrigin(origins) {
    const session = this[kOwner];
    if (!session || session.destroyed || !session.encrypted) return;
    const state = session[kState];
    const set = state.originSet ?? makeOriginSet(session);
    const limit = session[kOptions].maxOriginSetSize ?? 128;
    for (const origin of origins) set.add(origin);
    if (set.size > limit) {
      const { ERR_HTTP2_TOO_MANY_ORIGINS } = require('internal/errors').codes;
      session.destroy(new ERR_HTTP2_TOO_MANY_ORIGINS(limit), constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    session.emit('origin', origins);
  },
  onEnd(status) {
    const session = this[kOwner];
    const socket = session?.[kSocket] ?? this.carriedBy;
    if (!socket || socket.destroyed) return;
    if (status === UV_EOF) onStreamEnd(socket, status);
    else socket.destroy(new ErrnoException(status, 'read'));
  },
  onSend(bytes) {
    const handle = this;
    const { carriedBy: socket } = handle;
    if (socket.destroyed || socket.writableEnded) {
      process.nextTick(() => handle.written(UV_EPIPE));
      return;
    }
    // Whoever is told of what was sent hears of what it brought first.
    socket.write(bytes, (error) => setImmediate(() => handle.written(error ? UV_EPIPE : 0)));
  },
  onIdle(over) {
    if (this.ondone) {
      this.ondone();
      return;
    }
    const session = this[kOwner];
    if (!session || session.destroyed) return;
    if (over && !session.closed) session.destroy(new NghttpError(libraryErrors.NGHTTP2_ERR_PROTO));
    else session[kMaybeDestroy]();
  },
};

module.exports = {
  Http2Session, events, kBoundSession, kHandle, kMaybeDestroy, kOptions, kOwner, kState,
  kUpdateTimer, kWriting, whenReady,
};
