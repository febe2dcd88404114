'use strict';

// Http2Session: https://nodejs.org/api/http2.html#class-http2session

const { AsyncResource } = require('async_hooks');
const EventEmitter = require('events');
const { TLSSocket } = require('internal/tls/socket');
const {
  codes: {
    ERR_HTTP2_INVALID_SESSION, ERR_HTTP2_PING_CANCEL, ERR_HTTP2_PING_LENGTH, ERR_HTTP2_SESSION_ERROR, ERR_HTTP2_SOCKET_BOUND,
    ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE,
  },
} = require('internal/errors');
const { constants } = require('internal/http2/constants');
const { settingsFromList, validateSettings } = require('internal/http2/settings');
const performance = require('internal/http2/performance');
const { closeSession, onSocketClose, onSocketError } = require('internal/http2/session_close');
const { makeOriginSet, setUpHandle, submitSettings, whenReady } = require('internal/http2/session_setup');
const { makeSocketProxy } = require('internal/http2/socket_proxy');
const {
  kBoundSession, kHandle, kMaybeDestroy, kOptions, kProxySocket, kSocket, kState, kUpdateTimer, kWriting,
} = require('internal/http2/symbols');
const { kOnTimeout, kTimeout, setTimeoutOf } = require('internal/http2/timeouts');
const { assertIsObject, NghttpError } = require('internal/http2/util');
const { validateBuffer, validateFunction, validateInt32, validateNumber } = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');
const { inspect } = require('internal/util/inspect');

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

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
    // Frames are gathered here: to be held back by the kernel for more (Nagle) would stop whoever waits for a window update.
    if (typeof socket.setNoDelay === 'function') socket.setNoDelay();
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
  get goawayCode() { return this[kState].goawayCode || NGHTTP2_NO_ERROR; }
  get goawayLastStreamID() { return this[kState].goawayLastStreamID || 0; }
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
    validateInt32(windowSize, 'windowSize', 0);
    const result = this[kHandle].setLocalWindowSize(windowSize);
    if (result < 0) this.destroy(new NghttpError(result));
  }

  setNextStreamID(id) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    validateNumber(id, 'id');
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

module.exports = { Http2Session };
