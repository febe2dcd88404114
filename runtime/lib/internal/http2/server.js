'use strict';

// Http2Server, Http2SecureServer and their sessions. https://nodejs.org/api/http2.html#class-http2server

const EventEmitter = require('events');
const net = require('net');
const http = require('http');
const tls = require('tls');
const {
  _connectionListener: httpConnectionListener, kServerResponse, Server: HttpServer,
  setUpServer: setUpHttpServer, storeHTTPOptions,
} = require('_http_server');
const { kIncomingMessage } = require('_http_common');
const {
  codes: {
    ERR_HTTP2_ALTSVC_INVALID_ORIGIN, ERR_HTTP2_ALTSVC_LENGTH, ERR_HTTP2_INVALID_ORIGIN, ERR_HTTP2_INVALID_SESSION,
    ERR_HTTP2_ORIGIN_LENGTH, ERR_INVALID_ARG_TYPE, ERR_INVALID_CHAR, ERR_OUT_OF_RANGE,
  },
} = require('internal/errors');
const { constants } = require('internal/http2/constants');
const { validateSettings } = require('internal/http2/settings');
const { assertIsArray, assertIsObject } = require('internal/http2/util');
const { Http2Session } = require('internal/http2/session');
const { kHandle, kOptions } = require('internal/http2/symbols');
const { validateBoolean, validateFunction, validateString, validateUint32 } = require('internal/validators');
const { URL } = require('internal/url');

const kServer = Symbol('server');
const kSessions = Symbol('sessions');
const kMaxAltsvc = 16382;

// RFC 7838, section 3
const altsvcExpression = /^[\x20-\x7e\x80-\xff]*$/;

class ServerHttp2Session extends Http2Session {
  constructor(options, socket, server) {
    super(constants.NGHTTP2_SESSION_SERVER, options, socket);
    this[kServer] = server;
    server?.[kSessions]?.add(this);
    this.once('close', () => server?.[kSessions]?.delete(this));
  }

  get server() { return this[kServer]; }

  altsvc(alt, originOrStream) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    let stream = 0;
    let origin;
    if (typeof originOrStream === 'string') {
      origin = originOf(originOrStream);
      if (origin === 'null') throw new ERR_HTTP2_ALTSVC_INVALID_ORIGIN();
    } else if (typeof originOrStream === 'number') {
      if (originOrStream >>> 0 !== originOrStream || originOrStream === 0) {
        throw new ERR_OUT_OF_RANGE('originOrStream', `> 0 && < ${2 ** 32}`, originOrStream);
      }
      stream = originOrStream;
    } else if (originOrStream !== undefined) {
      // URLs, and whatever has an origin.
      if (originOrStream !== null && typeof originOrStream === 'object') origin = originOrStream.origin;
      if (typeof origin !== 'string') {
        throw new ERR_INVALID_ARG_TYPE('originOrStream', ['string', 'number', 'URL', 'object'], originOrStream);
      }
      if (origin === 'null' || origin.length === 0) throw new ERR_HTTP2_ALTSVC_INVALID_ORIGIN();
    }
    validateString(alt, 'alt');
    if (!altsvcExpression.test(alt)) throw new ERR_INVALID_CHAR('alt');
    if (Buffer.byteLength(alt) + (origin !== undefined ? Buffer.byteLength(origin) : 0) > kMaxAltsvc) {
      throw new ERR_HTTP2_ALTSVC_LENGTH();
    }
    this[kHandle].altsvc(stream, origin || '', alt);
  }

  origin(...origins) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    if (origins.length === 0) return;
    const list = [];
    let size = 0;
    for (let origin of origins) {
      if (typeof origin === 'string') {
        origin = originOf(origin);
      } else if (origin !== null && typeof origin === 'object') {
        origin = origin.origin;
      }
      validateString(origin, 'origin');
      if (origin === 'null') throw new ERR_HTTP2_INVALID_ORIGIN();
      list.push(origin);
      size += origin.length;
    }
    if (size > kMaxAltsvc) throw new ERR_HTTP2_ORIGIN_LENGTH();
    this[kHandle].origin(list);
  }
}

function originOf(text) {
  return new URL(text).origin;
}

function initializeOptions(options) {
  assertIsObject(options, 'options');
  options = { ...options };
  assertIsObject(options.settings, 'options.settings');
  options.settings = { ...options.settings };
  validateSettings(options.settings);
  assertIsArray(options.remoteCustomSettings, 'options.remoteCustomSettings');
  if (options.remoteCustomSettings) {
    options.remoteCustomSettings = [...options.remoteCustomSettings];
    if (options.remoteCustomSettings.length > 10) throw new (require('internal/errors').codes.ERR_HTTP2_TOO_MANY_CUSTOM_SETTINGS)();
  }
  for (const name of ['maxSessionInvalidFrames', 'maxSessionRejectedStreams', 'streamResetBurst', 'streamResetRate']) {
    if (options[name] !== undefined) validateUint32(options[name], name);
  }
  if (options.strictSingleValueFields !== undefined) {
    validateBoolean(options.strictSingleValueFields, 'options.strictSingleValueFields');
  }
  if (options.unknownProtocolTimeout !== undefined) validateUint32(options.unknownProtocolTimeout, 'unknownProtocolTimeout');
  else options.unknownProtocolTimeout = 10_000;
  const http1 = options.http1Options;
  if (http1 !== undefined) require('internal/validators').validateObject(http1, 'options.http1Options');
  const { Http2ServerRequest, Http2ServerResponse } = require('internal/http2/compat');
  options.Http1IncomingMessage = http1?.IncomingMessage ?? options.Http1IncomingMessage ?? http.IncomingMessage;
  options.Http1ServerResponse = http1?.ServerResponse ?? options.Http1ServerResponse ?? http.ServerResponse;
  options.Http2ServerRequest ||= Http2ServerRequest;
  options.Http2ServerResponse ||= Http2ServerResponse;
  return options;
}

function sessionOnStream(stream, headers, flags, rawHeaders) {
  this[kServer]?.emit('stream', stream, headers, flags, rawHeaders);
}
function sessionOnError(error) {
  this[kServer]?.emit('sessionError', error, this);
}
function sessionOnTimeout() {
  if (this.destroyed || this.closed) return;
  if (!this[kServer]?.emit('timeout', this)) this.destroy();
}

function connectionListener(socket) {
  const options = this[kOptions];
  if (socket.alpnProtocol === false || socket.alpnProtocol === 'http/1.1') {
    if (options.allowHTTP1 === true) {
      socket.server[kIncomingMessage] = options.Http1IncomingMessage;
      socket.server[kServerResponse] = options.Http1ServerResponse;
      httpConnectionListener.call(this, socket);
      return;
    }
    refuseProtocol(this, socket, options);
    return;
  }
  const session = new ServerHttp2Session(options, socket, this);
  session.on('stream', sessionOnStream);
  session.on('error', sessionOnError);
  if (this.timeout) session.setTimeout(Number(this.timeout));
  session.on('timeout', sessionOnTimeout);
  socket[kServer] = this;
  this.emit('session', session);
}

function refuseProtocol(server, socket, options) {
  if (server.emit('unknownProtocol', socket)) {
    const timer = setTimeout(() => { if (!socket.destroyed) socket.destroy(); }, options.unknownProtocolTimeout);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
    return;
  }
  const timer = setTimeout(() => { if (!socket.destroyed) socket.destroy(); }, options.unknownProtocolTimeout);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
  // In words that the client may understand.
  socket.end('HTTP/1.0 403 Forbidden\r\nContent-Type: text/plain\r\n\r\nMissing ALPN Protocol, expected `h2` to be available.\n\nIf this is a HTTP request: The server was not configured with the `allowHTTP1` option or a listener for the `unknownProtocol` event.\n');
}

// The compatibility API begins with the first listener of 'request'.
function setUpCompat(event) {
  if (event !== 'request') return;
  this.removeListener('newListener', setUpCompat);
  const { onServerStream } = require('internal/http2/compat');
  const options = this[kOptions];
  this.on('stream', (...args) => onServerStream(this, options.Http2ServerRequest, options.Http2ServerResponse, ...args));
}

// What both servers have.
const methods = {
  setTimeout(msecs, callback) {
    this.timeout = msecs;
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      this.on('timeout', callback);
    }
    return this;
  },
  updateSettings(settings) {
    assertIsObject(settings, 'settings');
    validateSettings(settings);
    this[kOptions].settings = { ...this[kOptions].settings, ...settings };
  },
  [EventEmitter.captureRejectionSymbol](error, event, ...args) {
    switch (event) {
      case 'stream': {
        // A program that failed before it answered answers with an error.
        const { 0: stream } = args;
        if (stream.sentHeaders) stream.destroy(error);
        else {
          stream.respond({ ':status': 500 });
          stream.end();
        }
        break;
      }
      case 'request': {
        const { 1: response } = args;
        if (response.headersSent || response.finished) {
          response.destroy(error);
        } else {
          for (const name of response.getHeaderNames()) response.removeHeader(name);
          response.statusCode = 500;
          response.end(http.STATUS_CODES[500]);
        }
        break;
      }
      default:
        net.Server.prototype[EventEmitter.captureRejectionSymbol]?.call(this, error, event, ...args);
    }
  },
};

function closeAllSessions(server) {
  for (const session of [...server[kSessions]]) session.close();
}

class Http2Server extends net.Server {
  constructor(options, requestListener) {
    options = initializeOptions(options);
    super(options, connectionListener);
    this[kOptions] = options;
    this[kSessions] = new Set();
    this.timeout = 0;
    this.setMaxListeners(0);
    this.on('newListener', setUpCompat);
    if (typeof requestListener === 'function') this.on('request', requestListener);
  }
  close(callback) {
    super.close(callback);
    closeAllSessions(this);
    return this;
  }
  async [Symbol.asyncDispose]() { await closed(this); }
}

function secureOptions(options) {
  options = initializeOptions(options);
  if (!options.ALPNCallback) options.ALPNProtocols = options.allowHTTP1 === true ? ['h2', 'http/1.1'] : ['h2'];
  return options;
}

class Http2SecureServer extends tls.Server {
  constructor(options, requestListener) {
    options = secureOptions(options);
    super(options, connectionListener);
    this[kOptions] = options;
    this[kSessions] = new Set();
    this.timeout = 0;
    this.setMaxListeners(0);
    if (options.allowHTTP1 === true) {
      const http1 = { ...options, ...options.http1Options };
      storeHTTPOptions.call(this, { ...http1, IncomingMessage: options.Http1IncomingMessage, ServerResponse: options.Http1ServerResponse });
      setUpHttpServer(this, http1, undefined);
      this.timeout = 0;
    }
    this.on('newListener', setUpCompat);
    if (typeof requestListener === 'function') this.on('request', requestListener);
    this.on('tlsClientError', (error, socket) => {
      if (!this.emit('clientError', error, socket)) socket.destroy(error);
    });
  }
  close(callback) {
    super.close(callback);
    closeAllSessions(this);
    if (this[kOptions].allowHTTP1 === true) HttpServer.prototype.closeIdleConnections.call(this);
    return this;
  }
  closeIdleConnections() {
    if (this[kOptions].allowHTTP1 === true) HttpServer.prototype.closeIdleConnections.call(this);
  }
  closeAllConnections() {
    if (this[kOptions].allowHTTP1 === true) HttpServer.prototype.closeAllConnections.call(this);
  }
  async [Symbol.asyncDispose]() { await closed(this); }
}

function closed(server) {
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}

for (const Server of [Http2Server, Http2SecureServer]) {
  for (const name of Reflect.ownKeys(methods)) {
    Object.defineProperty(Server.prototype, name, { __proto__: null, configurable: true, writable: true, value: methods[name] });
  }
}

function createServer(options, handler) {
  if (typeof options === 'function') {
    handler = options;
    options = {};
  }
  return new Http2Server(options, handler);
}

function createSecureServer(options, handler) {
  return new Http2SecureServer(options, handler);
}

// A server's session on a connection that a program accepted itself.
function performServerHandshake(socket, options = {}) {
  return new ServerHttp2Session(initializeOptions(options), socket, undefined);
}

module.exports = { Http2SecureServer, Http2Server, ServerHttp2Session, createSecureServer, createServer, performServerHandshake };
