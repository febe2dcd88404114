'use strict';

// http.ClientRequest.

const { FunctionPrototypeCall, ObjectDefineProperty, ObjectSetPrototypeOf, Symbol } = primordials;
const { current, exchange } = require('internal/async_context_frame');
const net = require('net');
const { OutgoingMessage, kErrored, kNeedDrain, kOutHeaders, kUniqueHeaders, parseUniqueHeadersOption } = require('_http_outgoing');
const { _checkIsHttpToken: checkIsHttpToken, freeParser, HTTPParser, isLenient, parsers, prepareError } = require('_http_common');
const Agent = require('_http_agent');
const { describeProxied, proxyFor } = require('internal/http_proxy');
const { URL, isURL, urlToHttpOptions } = require('internal/url');
const { addAbortSignal, finished } = require('stream');
const {
  codes: { ERR_HTTP_HEADERS_SENT, ERR_INVALID_ARG_TYPE, ERR_INVALID_HTTP_TOKEN, ERR_INVALID_PROTOCOL, ERR_UNESCAPED_CHARACTERS },
  ConnResetException,
} = require('internal/errors');
const { validateBoolean, validateInteger } = require('internal/validators');
const { getTimerDuration } = require('internal/timers');
const { getOptionValue } = require('internal/options');

const kPath = Symbol('path');
const kInvalidPath = /[^\u0021-\u00ff]/;

function validateHost(host, name) {
  if (host !== null && host !== undefined && typeof host !== 'string') {
    throw new ERR_INVALID_ARG_TYPE(`options.${name}`, ['string', 'undefined', 'null'], host);
  }
  return host;
}

function ClientRequest(input, options, callback) {
  FunctionPrototypeCall(OutgoingMessage, this);
  if (typeof input === 'string') {
    input = urlToHttpOptions(new URL(input));
  } else if (isURL(input)) {
    input = urlToHttpOptions(input);
  } else {
    callback = options;
    options = input;
    input = null;
  }
  if (typeof options === 'function') {
    callback = options;
    options = input || {};
  } else {
    options = Object.assign(input || {}, options);
  }
  let { agent } = options;
  const defaultAgent = options._defaultAgent || Agent.globalAgent;
  if (agent === false) {
    agent = new defaultAgent.constructor();
  } else if (agent === null || agent === undefined) {
    if (typeof options.createConnection !== 'function') agent = defaultAgent;
  } else if (typeof agent.addRequest !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('options.agent', ['Agent-like Object', 'undefined', 'false'], agent);
  }
  this.agent = agent;
  const protocol = options.protocol || defaultAgent.protocol;
  let expectedProtocol = defaultAgent.protocol;
  if (this.agent?.protocol) expectedProtocol = this.agent.protocol;
  if (options.path) {
    const path = String(options.path);
    if (kInvalidPath.test(path)) throw new ERR_UNESCAPED_CHARACTERS('Request path');
  }
  if (protocol !== expectedProtocol) throw new ERR_INVALID_PROTOCOL(protocol, expectedProtocol);

  const defaultPort = options.defaultPort || this.agent?.defaultPort;
  const port = options.port = options.port || defaultPort || 80;
  const host = options.host = validateHost(options.hostname, 'hostname') || validateHost(options.host, 'host') || 'localhost';
  const setHost = options.setHost !== undefined ? Boolean(options.setHost) : options.setDefaultHeaders !== false;
  this.socketPath = options.socketPath;
  if (options.timeout !== undefined) this.timeout = getTimerDuration(options.timeout, 'timeout');

  const { method, signal } = options;
  if (signal) addAbortSignal(signal, this);
  if (method !== null && method !== undefined && typeof method !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('options.method', 'string', method);
  }
  if (method) {
    if (!checkIsHttpToken(method)) throw new ERR_INVALID_HTTP_TOKEN('Method', method);
    this.method = method.toUpperCase();
  } else {
    this.method = 'GET';
  }
  if (options.maxHeaderSize !== undefined) validateInteger(options.maxHeaderSize, 'maxHeaderSize', 0);
  this.maxHeaderSize = options.maxHeaderSize;
  if (options.insecureHTTPParser !== undefined) validateBoolean(options.insecureHTTPParser, 'options.insecureHTTPParser');
  this.insecureHTTPParser = options.insecureHTTPParser;
  if (options.joinDuplicateHeaders !== undefined) validateBoolean(options.joinDuplicateHeaders, 'options.joinDuplicateHeaders');
  this.joinDuplicateHeaders = options.joinDuplicateHeaders;

  this[kPath] = options.path || '/';
  if (callback) this.once('response', callback);
  // Methods whose requests have no body as a rule.
  this.useChunkedEncodingByDefault = !['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'].includes(this.method);
  this._ended = false;
  this.res = null;
  this.aborted = false;
  this.timeoutCb = null;
  this.upgradeOrConnect = false;
  this.parser = null;
  this.maxHeadersCount = null;
  this.reusedSocket = false;
  this.host = host;
  this.protocol = protocol;

  if (this.agent) {
    // A connection that nobody else may use need not be kept.
    this.shouldKeepAlive = Boolean(this.agent.keepAlive || Number.isFinite(this.agent.maxSockets));
  }
  // What goes through a proxy names its server in full.
  const proxy = this.protocol === 'http:' ? proxyFor(this.agent, options) : undefined;
  let proxied;
  if (proxy !== undefined) {
    proxied = describeProxied(proxy, options, this.method, this[kPath], this.shouldKeepAlive);
    this[kPath] = proxied.path;
  }
  const headersArray = Array.isArray(options.headers);
  if (!headersArray) {
    if (options.headers) {
      for (const key of Object.keys(options.headers)) this.setHeader(key, options.headers[key]);
    }
    if (host && !this.getHeader('host') && setHost) {
      let hostHeader = host;
      // IPv6 addresses stand in brackets: RFC 3986, section 3.2.2.
      if (hostHeader.includes(':') && hostHeader.includes(':', hostHeader.indexOf(':') + 1) && hostHeader[0] !== '[') hostHeader = `[${hostHeader}]`;
      if (port && +port !== defaultPort) hostHeader += `:${port}`;
      if (proxied !== undefined) hostHeader = proxied.authority;
      this.setHeader('Host', hostHeader);
    }
    if (options.auth && !this.getHeader('Authorization')) {
      this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
    }
    if (proxied !== undefined) for (const { 0: name, 1: value } of proxied.headers) this.setHeader(name, value);
    if (this.getHeader('expect')) {
      if (this._header) throw new ERR_HTTP_HEADERS_SENT('render');
      this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, this[kOutHeaders]);
    }
  } else {
    let { headers } = options;
    if (proxied !== undefined) headers = [...headers, ...(Array.isArray(headers[0]) ? proxied.headers : proxied.headers.flat())];
    this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, headers);
  }
  this[kUniqueHeaders] = parseUniqueHeadersOption(options.uniqueHeaders);

  // Where the request is sent.
  const optionsWithoutSignal = { ...options };
  delete optionsWithoutSignal.signal;
  if (this.agent) {
    this.agent.addRequest(this, optionsWithoutSignal);
  } else {
    // No agent: the socket is this request's alone.
    this._last = true;
    this.shouldKeepAlive = false;
    let options_ = optionsWithoutSignal;
    if (this.socketPath) options_ = { ...options_, path: this.socketPath };
    else options_ = { ...options_, path: options.socketPath };
    if (typeof options.createConnection === 'function') {
      let called = false;
      const onCreate = (error, socket) => {
        if (called) return;
        called = true;
        if (error) process.nextTick(() => this.emit('error', error));
        else this.onSocket(socket);
      };
      try {
        const made = options.createConnection(options_, onCreate);
        if (made) onCreate(null, made);
      } catch (error) {
        onCreate(error);
      }
    } else {
      this.onSocket(net.createConnection(options_));
    }
  }
}
ObjectSetPrototypeOf(ClientRequest.prototype, OutgoingMessage.prototype);
ObjectSetPrototypeOf(ClientRequest, OutgoingMessage);

ObjectDefineProperty(ClientRequest.prototype, 'path', {
  __proto__: null, configurable: true, enumerable: true,
  get() { return this[kPath]; },
  set(value) {
    const path = String(value);
    if (kInvalidPath.test(path)) throw new ERR_UNESCAPED_CHARACTERS('Request path');
    this[kPath] = path;
  },
});

ClientRequest.prototype._implicitHeader = function() {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('render');
  this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, this[kOutHeaders]);
};

ClientRequest.prototype.abort = function() {
  if (this.aborted) return;
  this.aborted = true;
  process.nextTick(() => this.emit('abort'));
  this.destroy();
};

ClientRequest.prototype.destroy = function(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  // A response that is under way goes with it.
  this.res?._dump();
  this[kErrored] = error;
  // Without a socket yet, onSocket() tells of it.
  this.socket?.destroy(error);
  if (this.agent && !this.socket) removeQueued(this);
  return this;
};

function emitErrorAndClose(request, error) {
  if (request._closed) return;
  if (!request.res) emitErrorEvent(request, error || new ConnResetException('socket hang up'));
  request._closed = true;
  request.emit('close');
}
function emitErrorEvent(request, error) {
  if (request._errorEmitted) return;
  request._errorEmitted = true;
  request.emit('error', error);
}

// A request that waits for a socket of its agent waits no longer.
function removeQueued(request) {
  for (const name of Object.keys(request.agent.requests ?? {})) {
    const at = request.agent.requests[name].indexOf(request);
    if (at === -1) continue;
    request.agent.requests[name].splice(at, 1);
    if (request.agent.requests[name].length === 0) delete request.agent.requests[name];
    process.nextTick(() => emitErrorAndClose(request, request[kErrored]));
  }
}

function socketCloseListener() {
  const request = this._httpMessage;
  if (!request) return;
  const { parser } = this;
  const { res } = request;
  request.destroyed = true;
  if (res) {
    // The response may have ended with the connection.
    if (!res.complete) res.destroy(new ConnResetException('aborted'));
    request._closed = true;
    request.emit('close');
    if (!res.aborted && res.readable) res.push(null);
  } else {
    if (!request._errorEmitted) {
      emitErrorEvent(request, request[kErrored] || new ConnResetException('socket hang up'));
    }
    request._closed = true;
    request.emit('close');
  }
  // Nothing more can be sent.
  if (request.outputData) request.outputData.length = 0;
  if (parser) {
    parser.finish();
    freeParser(parser, request, this);
  }
}

const kContext = Symbol('async context'); // of a request, once it has a socket

function socketErrorListener(error) {
  const request = this._httpMessage;
  if (request) {
    // The socket may be handed an error that the request has had.
    emitErrorEvent(request, error);
  }
  const { parser } = this;
  if (parser) {
    parser.finish();
    freeParser(parser, request, this);
  }
  // The socket is of no use to anyone now.
  this.removeListener('data', socketOnData);
  this.removeListener('end', socketOnEnd);
  this.destroy();
}

function socketOnEnd() {
  const request = this._httpMessage;
  const { parser } = this;
  if (!request.res && !request._errorEmitted) {
    // The other side left without an answer.
    emitErrorEvent(request, new ConnResetException('socket hang up'));
  }
  if (parser) {
    parser.finish();
    freeParser(parser, request, this);
  }
  this.destroy();
}

function socketOnData(data) {
  const outer = current();
  const request = this._httpMessage;
  if (!request || request[kContext] === outer) {
    takeData(this, data);
    return;
  }
  exchange(request[kContext]);
  try {
    takeData(this, data);
  } finally {
    exchange(outer);
  }
}

function takeData(socket, data) {
  const request = socket._httpMessage;
  const { parser } = socket;
  const result = parser.execute(data);
  if (result instanceof Error) {
    prepareError(result, parser, data);
    freeParser(parser, request, socket);
    socket.removeListener('data', socketOnData);
    socket.removeListener('end', socketOnEnd);
    emitErrorEvent(request, result);
    socket.destroy();
  } else if (parser.incoming?.upgrade) {
    const { incoming: res } = parser;
    request.res = res;
    socket.removeListener('data', socketOnData);
    socket.removeListener('end', socketOnEnd);
    socket.removeListener('drain', onDrain);
    if (request.timeoutCb) socket.removeListener('timeout', request.timeoutCb);
    socket.removeListener('timeout', responseOnTimeout);
    parser.finish();
    freeParser(parser, request, socket);
    const head = data.subarray(result, data.length);
    const event = request.method === 'CONNECT' ? 'connect' : 'upgrade';
    if (request.listenerCount(event) > 0) {
      request.upgradeOrConnect = true;
      // The connection is the program's now.
      socket.emit('agentRemove');
      socket.removeListener('close', socketCloseListener);
      socket.removeListener('error', socketErrorListener);
      socket._httpMessage = null;
      socket.readableFlowing = null;
      request.emit(event, res, socket, head);
      request.destroyed = true;
      request._closed = true;
      request.emit('close');
    } else {
      socket.destroy();
    }
  } else if (parser.incoming?.complete && parser.incoming.statusCode >= 200) {
    // All of the response is here.
    if (result < data.length && !parser.incoming.upgrade) {
      // Bytes after a response are nobody's.
      socket.removeListener('data', socketOnData);
      socket.removeListener('end', socketOnEnd);
      freeParser(parser, request, socket);
      socket.destroy();
    }
  }
}

function statusIsInformational(status) {
  return status < 200 && status >= 100 && status !== 101;
}

function parserOnIncomingClient(res, shouldKeepAlive) {
  const { socket } = this;
  const request = socket._httpMessage;
  if (request.res) {
    // A second response to one request.
    socket.destroy();
    return 0;
  }
  request.res = res;
  if (res.upgrade) {
    // It takes an answer of ours to ask for it: RFC 9110, section 7.8.
    if (res.statusCode !== 101 && request.method !== 'CONNECT') res.upgrade = false;
    else return 2;
  }
  if (request.method === 'CONNECT') {
    res.upgrade = true;
    return 2;
  }
  if (statusIsInformational(res.statusCode)) {
    // There will be another head.
    request.res = null;
    if (res.statusCode === 100) request.emit('continue');
    request.emit('information', {
      statusCode: res.statusCode, statusMessage: res.statusMessage, httpVersion: res.httpVersion,
      httpVersionMajor: res.httpVersionMajor, httpVersionMinor: res.httpVersionMinor, headers: res.headers,
      rawHeaders: res.rawHeaders,
    });
    return 1;
  }
  if (request.shouldKeepAlive && !shouldKeepAlive && !request.upgradeOrConnect) {
    // The server wants the connection closed.
    request.shouldKeepAlive = false;
  }
  res.req = request;
  // It is done when the response has been read to its end.
  res.on('end', responseOnEnd);
  request.on('finish', requestOnFinish);
  socket.on('drain', onDrain);
  if (request.timeoutCb) socket.on('timeout', responseOnTimeout);
  const handled = request.aborted || !request.emit('response', res);
  if (handled) res._dump();
  if (request.method === 'HEAD') return 1;
  if (res.statusCode === 304) {
    res.complete = true;
    return 1;
  }
  return 0;
}
function onDrain() {
  const request = this._httpMessage;
  if (request && !request.finished && request[kNeedDrain] && request.outputData.length === 0) {
    request[kNeedDrain] = false;
    request.emit('drain');
  }
}

function responseOnTimeout() {
  const request = this._httpMessage;
  request?.res?.emit('timeout');
}

function responseOnEnd() {
  const { req: request } = this;
  const { socket } = request;
  if (socket) {
    if (request.timeoutCb) socket.removeListener('timeout', request.timeoutCb);
    socket.removeListener('timeout', responseOnTimeout);
  }
  request._ended = true;
  if (!request.shouldKeepAlive) {
    if (socket.writable) {
      if (typeof socket.destroySoon === 'function') socket.destroySoon();
      else socket.end();
    }
  } else if (request.writableFinished && !this.aborted) {
    // The request was sent and the response read: the socket is free.
    responseOnKeepAlive(request);
  }
}
function requestOnFinish() {
  if (this.shouldKeepAlive && this._ended) responseOnKeepAlive(this);
}

function responseOnKeepAlive(request) {
  const { socket, res } = request;
  if (request._freed) return;
  request._freed = true;
  socket.removeListener('drain', onDrain);
  if (request.timeoutCb) {
    socket.setTimeout(0, request.timeoutCb);
    request.timeoutCb = null;
  }
  // From now on errors are the agent's.
  socket.removeListener('close', socketCloseListener);
  socket.removeListener('error', socketErrorListener);
  socket.removeListener('data', socketOnData);
  socket.removeListener('end', socketOnEnd);
  // The agent must not be told before those who wait for 'end' of the response.
  process.nextTick(() => {
    request._closed = true;
    request.destroyed = true;
    if (socket.parser) freeParser(socket.parser, request, socket);
    if (request.res === res) request.emit('close');
    if (!socket.destroyed) socket.emit('free');
  });
}

function tickOnSocket(request, socket) {
  // What comes on a socket that was another request's belongs to this one.
  request[kContext] = current();
  const parser = parsers.alloc();
  request.socket = socket;
  const lenient = request.insecureHTTPParser === undefined ? isLenient() : request.insecureHTTPParser;
  parser.initialize(HTTPParser.RESPONSE, request.maxHeaderSize || getOptionValue('--max-http-header-size') || 16384, lenient ? HTTPParser.kLenientAll : HTTPParser.kLenientNone);
  parser.socket = socket;
  parser.outgoing = request;
  parser.joinDuplicateHeaders = request.joinDuplicateHeaders;
  request.parser = parser;
  socket.parser = parser;
  socket._httpMessage = request;
  if (typeof request.maxHeadersCount === 'number') parser.maxHeaderPairs = request.maxHeadersCount << 1;
  parser.onIncoming = parserOnIncomingClient;
  socket.on('error', socketErrorListener);
  socket.on('data', socketOnData);
  socket.on('end', socketOnEnd);
  socket.on('close', socketCloseListener);
  socket.on('drain', onDrain);
  if (request.timeout !== undefined || request.agent?.options?.timeout) listenSocketTimeout(request);
  request.emit('socket', socket);
}

function emitRequestTimeout() {
  this._httpMessage?.emit('timeout');
}
function listenSocketTimeout(request) {
  if (request.timeoutCb) return;
  request.timeoutCb = emitRequestTimeout;
  if (request.socket) request.socket.once('timeout', emitRequestTimeout);
  else request.on('socket', (socket) => socket.once('timeout', emitRequestTimeout));
}

ClientRequest.prototype.onSocket = function(socket, error) {
  // The caller may not have its listeners in place yet.
  process.nextTick(onSocketNT, this, socket, error);
};

function onSocketNT(request, socket, error) {
  if (request.destroyed || error) {
    error ||= request[kErrored];
    if (socket) {
      if (!error && request.agent && !socket.destroyed) {
        socket.emit('free');
      } else {
        finished(socket.destroy(error || request[kErrored]), (failure) => {
          if (failure?.code === 'ERR_STREAM_PREMATURE_CLOSE') failure = null;
          emitErrorAndClose(request, failure || error);
        });
        return;
      }
    }
    emitErrorAndClose(request, error);
    request.destroyed = true;
    return;
  }
  tickOnSocket(request, socket);
  request._flush();
}

ClientRequest.prototype._deferToConnect = function(method, args) {
  const call = () => {
    if (this.socket.writable || method === 'setTimeout') {
      if (method) Reflect.apply(this.socket[method], this.socket, args);
    }
  };
  const onSocket = () => {
    if (this.socket.connecting) this.socket.once('connect', call);
    else call();
  };
  if (!this.socket) this.once('socket', onSocket);
  else onSocket();
};

ClientRequest.prototype.setTimeout = function(msecs, callback) {
  if (this._ended) return this;
  listenSocketTimeout(this);
  msecs = getTimerDuration(msecs, 'msecs');
  if (callback) this.once('timeout', callback);
  const set = (socket) => {
    if (socket.connecting) socket.once('connect', () => socket.setTimeout(msecs));
    else socket.setTimeout(msecs);
  };
  if (this.socket) set(this.socket);
  else this.once('socket', set);
  return this;
};
ClientRequest.prototype.setNoDelay = function(noDelay) { this._deferToConnect('setNoDelay', [noDelay]); };
ClientRequest.prototype.setSocketKeepAlive = function(enable, initialDelay) {
  this._deferToConnect('setKeepAlive', [enable, initialDelay]);
};
ClientRequest.prototype.clearTimeout = function(callback) { this.setTimeout(0, callback); };

module.exports = { ClientRequest };
