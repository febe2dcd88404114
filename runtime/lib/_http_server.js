'use strict';

// http.Server and http.ServerResponse.

const { FunctionPrototypeCall, ObjectSetPrototypeOf } = primordials;
const net = require('net');
const EventEmitter = require('events');
const { kNeedDrain, kOutHeaders, kUniqueHeaders, OutgoingMessage, parseUniqueHeadersOption, validateHeaderName, validateHeaderValue } =
  require('_http_outgoing');
const {
  _checkInvalidHeaderChar: checkInvalidHeaderChar, chunkExpression, continueExpression, freeParser, HTTPParser, isLenient,
  kIncomingMessage, parsers, prepareError,
} = require('_http_common');
const { IncomingMessage } = require('_http_incoming');
const {
  codes: {
    ERR_HTTP_HEADERS_SENT, ERR_HTTP_INVALID_STATUS_CODE, ERR_HTTP_REQUEST_TIMEOUT, ERR_HTTP_SOCKET_ASSIGNED,
    ERR_INVALID_ARG_VALUE, ERR_INVALID_CHAR, ERR_OUT_OF_RANGE,
  },
  ConnResetException,
} = require('internal/errors');
const { validateBoolean, validateInteger, validateLinkHeaderValue, validateObject, validateFunction } = require('internal/validators');
const { getOptionValue } = require('internal/options');
const { onStreamEnd } = require('internal/net/io');

const kServerResponse = Symbol('ServerResponse');
const kConnections = Symbol('http.server.connections');
const kConnectionsCheckingInterval = Symbol('http.server.connectionsCheckingInterval');
const kSweeper = Symbol('sweeper');

const STATUS_CODES = {
  100: 'Continue', 101: 'Switching Protocols', 102: 'Processing', 103: 'Early Hints',
  200: 'OK', 201: 'Created', 202: 'Accepted', 203: 'Non-Authoritative Information', 204: 'No Content', 205: 'Reset Content',
  206: 'Partial Content', 207: 'Multi-Status', 208: 'Already Reported', 226: 'IM Used',
  300: 'Multiple Choices', 301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 304: 'Not Modified', 305: 'Use Proxy',
  307: 'Temporary Redirect', 308: 'Permanent Redirect',
  400: 'Bad Request', 401: 'Unauthorized', 402: 'Payment Required', 403: 'Forbidden', 404: 'Not Found',
  405: 'Method Not Allowed', 406: 'Not Acceptable', 407: 'Proxy Authentication Required', 408: 'Request Timeout',
  409: 'Conflict', 410: 'Gone', 411: 'Length Required', 412: 'Precondition Failed', 413: 'Payload Too Large',
  414: 'URI Too Long', 415: 'Unsupported Media Type', 416: 'Range Not Satisfiable', 417: 'Expectation Failed',
  418: 'I\'m a Teapot', 421: 'Misdirected Request', 422: 'Unprocessable Entity', 423: 'Locked', 424: 'Failed Dependency',
  425: 'Too Early', 426: 'Upgrade Required', 428: 'Precondition Required', 429: 'Too Many Requests',
  431: 'Request Header Fields Too Large', 451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable',
  504: 'Gateway Timeout', 505: 'HTTP Version Not Supported', 506: 'Variant Also Negotiates', 507: 'Insufficient Storage',
  508: 'Loop Detected', 509: 'Bandwidth Limit Exceeded', 510: 'Not Extended', 511: 'Network Authentication Required',
};

function ServerResponse(request, options) {
  FunctionPrototypeCall(OutgoingMessage, this, options);
  if (request.method === 'HEAD') this._hasBody = false;
  this.req = request;
  this.sendDate = true;
  this._sent100 = false;
  this._expect_continue = false;
  if (request.httpVersionMajor < 1 || request.httpVersionMinor < 1) {
    this.useChunkedEncodingByDefault = chunkExpression.test(request.headers.te);
    this.shouldKeepAlive = false;
  }
}
ObjectSetPrototypeOf(ServerResponse.prototype, OutgoingMessage.prototype);
ObjectSetPrototypeOf(ServerResponse, OutgoingMessage);

ServerResponse.prototype.statusCode = 200;
ServerResponse.prototype.statusMessage = undefined;

// A socket that closes before the response is done.
function onServerResponseClose() {
  // The message may have been detached meanwhile.
  if (this._httpMessage) emitClose(this._httpMessage);
}
function emitClose(response) {
  response.destroyed = true;
  response._closed = true;
  response.emit('close');
}

ServerResponse.prototype.assignSocket = function(socket) {
  if (socket._httpMessage) throw new ERR_HTTP_SOCKET_ASSIGNED();
  socket._httpMessage = this;
  socket.on('close', onServerResponseClose);
  this.socket = socket;
  this.emit('socket', socket);
  this._flush();
};
ServerResponse.prototype.detachSocket = function(socket) {
  socket.removeListener('close', onServerResponseClose);
  socket._httpMessage = null;
  this.socket = null;
};

ServerResponse.prototype.writeContinue = function(callback) {
  this._writeRaw('HTTP/1.1 100 Continue\r\n\r\n', 'ascii', callback);
  this._sent100 = true;
};
ServerResponse.prototype.writeProcessing = function(callback) {
  this._writeRaw('HTTP/1.1 102 Processing\r\n\r\n', 'ascii', callback);
};
ServerResponse.prototype.writeEarlyHints = function(hints, callback) {
  let head = 'HTTP/1.1 103 Early Hints\r\n';
  validateObject(hints, 'hints');
  if (hints.link === null || hints.link === undefined) return;
  const link = validateLinkHeaderValue(hints.link);
  if (link.length === 0) return;
  if (checkInvalidHeaderChar(link)) throw new ERR_INVALID_CHAR('header content', 'Link');
  head += `Link: ${link}\r\n`;
  for (const key of Object.keys(hints)) {
    if (key === 'link') continue;
    validateHeaderName(key);
    validateHeaderValue(key, hints[key]);
    head += `${key}: ${hints[key]}\r\n`;
  }
  this._writeRaw(`${head}\r\n`, 'ascii', callback);
};

ServerResponse.prototype._implicitHeader = function() {
  this.writeHead(this.statusCode);
};

ServerResponse.prototype.writeHead = function(statusCode, reason, headers) {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('write');
  const originalStatusCode = statusCode;
  statusCode |= 0;
  if (statusCode < 100 || statusCode > 999) throw new ERR_HTTP_INVALID_STATUS_CODE(originalStatusCode);
  if (typeof reason === 'string') {
    this.statusMessage = reason;
  } else {
    this.statusMessage ||= STATUS_CODES[statusCode] || 'unknown';
    headers ??= reason;
  }
  this.statusCode = statusCode;
  let all;
  if (this[kOutHeaders]) {
    // setHeader() was used: these are added to those.
    if (Array.isArray(headers)) {
      if (headers.length && Array.isArray(headers[0])) headers = headers.flat();
      if (headers.length % 2 !== 0) throw new ERR_INVALID_ARG_VALUE('headers', headers);
      for (let n = 0; n < headers.length; n += 2) this.removeHeader(headers[n]);
      for (let n = 0; n < headers.length; n += 2) if (headers[n]) this.appendHeader(headers[n], headers[n + 1]);
    } else if (headers) {
      for (const key of Object.keys(headers)) if (key) this.setHeader(key, headers[key]);
    }
    all = this[kOutHeaders];
  } else {
    all = headers;
  }
  if (checkInvalidHeaderChar(this.statusMessage)) throw new ERR_INVALID_CHAR('statusMessage');
  const statusLine = `HTTP/1.1 ${statusCode} ${this.statusMessage}\r\n`;
  if (statusCode === 204 || statusCode === 304 || (statusCode >= 100 && statusCode <= 199)) {
    // RFC 9110, sections 15.2, 15.3.5 and 15.4.5
    this._hasBody = false;
  }
  // A client that waits for 100 Continue and does not get it may not send its body.
  if (this._expect_continue && !this._sent100) this.shouldKeepAlive = false;
  this._storeHeader(statusLine, all);
  return this;
};
ServerResponse.prototype.writeHeader = ServerResponse.prototype.writeHead;

function storeHTTPOptions(options) {
  this[kIncomingMessage] = options.IncomingMessage || IncomingMessage;
  this[kServerResponse] = options.ServerResponse || ServerResponse;
  const { maxHeaderSize, insecureHTTPParser, requestTimeout, headersTimeout, keepAliveTimeout, connectionsCheckingInterval, requireHostHeader, joinDuplicateHeaders } = options;
  if (maxHeaderSize !== undefined) validateInteger(maxHeaderSize, 'maxHeaderSize', 0);
  this.maxHeaderSize = maxHeaderSize;
  if (insecureHTTPParser !== undefined) validateBoolean(insecureHTTPParser, 'options.insecureHTTPParser');
  this.insecureHTTPParser = insecureHTTPParser;
  if (requestTimeout !== undefined) validateInteger(requestTimeout, 'requestTimeout', 0);
  this.requestTimeout = requestTimeout ?? 300_000;
  if (headersTimeout !== undefined) validateInteger(headersTimeout, 'headersTimeout', 0);
  this.headersTimeout = headersTimeout ?? Math.min(60_000, this.requestTimeout || 60_000);
  if (this.requestTimeout > 0 && this.headersTimeout > 0 && this.headersTimeout > this.requestTimeout) {
    throw new ERR_OUT_OF_RANGE('headersTimeout', '<= requestTimeout', headersTimeout);
  }
  if (keepAliveTimeout !== undefined) validateInteger(keepAliveTimeout, 'keepAliveTimeout', 0);
  this.keepAliveTimeout = keepAliveTimeout ?? 5_000;
  const { keepAliveTimeoutBuffer } = options;
  if (keepAliveTimeoutBuffer !== undefined) validateInteger(keepAliveTimeoutBuffer, 'keepAliveTimeoutBuffer', 0);
  this.keepAliveTimeoutBuffer = keepAliveTimeoutBuffer ?? 1_000;
  if (connectionsCheckingInterval !== undefined) validateInteger(connectionsCheckingInterval, 'connectionsCheckingInterval', 0);
  this[kConnectionsCheckingInterval] = connectionsCheckingInterval ?? 30_000;
  if (requireHostHeader !== undefined) validateBoolean(requireHostHeader, 'options.requireHostHeader');
  this.requireHostHeader = requireHostHeader ?? true;
  if (joinDuplicateHeaders !== undefined) validateBoolean(joinDuplicateHeaders, 'options.joinDuplicateHeaders');
  this.joinDuplicateHeaders = joinDuplicateHeaders;
  const { rejectNonStandardBodyWrites, shouldUpgradeCallback } = options;
  if (rejectNonStandardBodyWrites !== undefined) validateBoolean(rejectNonStandardBodyWrites, 'options.rejectNonStandardBodyWrites');
  this.rejectNonStandardBodyWrites = rejectNonStandardBodyWrites ?? false;
  if (shouldUpgradeCallback !== undefined) validateFunction(shouldUpgradeCallback, 'options.shouldUpgradeCallback');
  this.shouldUpgradeCallback = shouldUpgradeCallback ?? function() { return this.listenerCount('upgrade') > 0; };
}

function Server(options, requestListener) {
  if (!(this instanceof Server)) return new Server(options, requestListener);
  if (typeof options === 'function') {
    requestListener = options;
    options = {};
  } else if (options == null) {
    options = {};
  } else {
    validateObject(options, 'options');
    options = { ...options };
  }
  FunctionPrototypeCall(storeHTTPOptions, this, options);
  FunctionPrototypeCall(net.Server, this, {
    allowHalfOpen: true, noDelay: options.noDelay ?? true, keepAlive: options.keepAlive,
    keepAliveInitialDelay: options.keepAliveInitialDelay, highWaterMark: options.highWaterMark,
  });
  setUpServer(this, options, requestListener);
  this.on('connection', connectionListener);
}
ObjectSetPrototypeOf(Server.prototype, net.Server.prototype);
ObjectSetPrototypeOf(Server, net.Server);

// Slow clients are looked for now and then, not with a timer for each.
// What servers of HTTP have in common, whatever carries it.
function setUpServer(server, options, requestListener) {
  if (requestListener) server.on('request', requestListener);
  // What a browser does: a half-open connection is of no use to HTTP.
  server.httpAllowHalfOpen = false;
  server.on('listening', setupConnectionsTracking);
  server.timeout = 0;
  server.maxHeadersCount = null;
  server.maxRequestsPerSocket = 0;
  server[kConnections] = new Set();
  server[kUniqueHeaders] = parseUniqueHeadersOption(options.uniqueHeaders);
}
function setupConnectionsTracking() {
  if (this[kSweeper]) clearInterval(this[kSweeper]);
  if (this[kConnectionsCheckingInterval] === 0) return;
  this[kSweeper] = setInterval(() => checkConnections(this), this[kConnectionsCheckingInterval]);
  this[kSweeper].unref();
}

function checkConnections(server) {
  if (server.headersTimeout === 0 && server.requestTimeout === 0) return;
  const now = performanceNow();
  for (const socket of server[kConnections]) {
    const state = socket._httpTiming;
    if (!state || state.start === 0) continue;
    const late = (server.headersTimeout > 0 && !state.headed && now - state.start > server.headersTimeout) ||
      (server.requestTimeout > 0 && now - state.start > server.requestTimeout);
    if (late) onRequestTimeout(socket);
  }
}
function performanceNow() {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
function onRequestTimeout(socket) {
  if (socket._httpTiming) socket._httpTiming.start = 0;
  FunctionPrototypeCall(socketOnError, socket, new ERR_HTTP_REQUEST_TIMEOUT());
}

Server.prototype.close = function(...args) {
  if (this[kSweeper]) clearInterval(this[kSweeper]);
  this.closeIdleConnections();
  Reflect.apply(net.Server.prototype.close, this, args);
  return this;
};
Server.prototype[Symbol.asyncDispose] = async function() {
  if (!this.listening) return;
  await new Promise((resolve, reject) => this.close((error) => (error ? reject(error) : resolve())));
};
Server.prototype.closeAllConnections = function() {
  for (const socket of this[kConnections]) socket.destroy();
};
Server.prototype.closeIdleConnections = function() {
  for (const socket of this[kConnections]) {
    // Between two messages, or before the first.
    if (socket._httpTiming && !socket._httpTiming.busy && !socket._httpMessage) socket.destroy();
  }
};
Server.prototype.setTimeout = function(msecs, callback) {
  this.timeout = msecs;
  if (callback) this.on('timeout', callback);
  return this;
};
Server.prototype[EventEmitter.captureRejectionSymbol] = function(error, event, ...args) {
  switch (event) {
    case 'request': {
      const { 1: response } = args;
      if (!response.headersSent && !response.writableEnded) {
        for (const name of response.getHeaderNames()) response.removeHeader(name);
        response.statusCode = 500;
        response.end(STATUS_CODES[500]);
      } else {
        response.destroy();
      }
      break;
    }
    default:
      FunctionPrototypeCall(net.Server.prototype[EventEmitter.captureRejectionSymbol], this, error, event, ...args);
  }
};

function connectionListener(socket) {
  const server = this;
  // TLS sockets have no server of their own here.
  socket.server ??= server;
  server[kConnections]?.add(socket);
  const timing = socket._httpTiming = { start: performanceNow(), headed: false, busy: false };

  if (server.timeout && typeof socket.setTimeout === 'function') socket.setTimeout(server.timeout);
  socket.on('timeout', socketOnTimeout);

  const parser = parsers.alloc();
  const lenient = server.insecureHTTPParser === undefined ? isLenient() : server.insecureHTTPParser;
  parser.initialize(HTTPParser.REQUEST, server.maxHeaderSize || getOptionValue('--max-http-header-size') || 16384, lenient ? HTTPParser.kLenientAll : HTTPParser.kLenientNone);
  parser.socket = socket;
  socket.parser = parser;
  if (typeof server.maxHeadersCount === 'number') parser.maxHeaderPairs = server.maxHeadersCount << 1;

  const state = {
    onData: null, onEnd: null, onClose: null, onDrain: null, outgoing: [], incoming: [], outgoingData: 0,
    requestsCount: 0, keepAliveTimeoutSet: false, timing, current: null,
  };
  state.onData = (data) => onParserExecute(server, socket, parser, state, parser.execute(data), data);
  state.onEnd = () => socketOnEnd(server, socket, parser, state);
  state.onClose = () => socketOnClose(server, socket, state);
  state.onDrain = () => socketOnDrain(socket, state);
  socket.on('error', socketOnError);
  socket.on('data', state.onData);
  socket.on('end', state.onEnd);
  socket.on('close', state.onClose);
  socket.on('drain', state.onDrain);
  parser.onIncoming = (request, keepAlive) => parserOnIncoming(server, socket, state, request, keepAlive);
  parser.onMessageBegin = () => {
    timing.start = performanceNow();
    timing.headed = false;
    timing.busy = true;
  };

  // The handle's bytes go to the parser directly, until somebody listens to the socket itself.
  if (socket._handle?.readStart && typeof socket._handle.getFd === 'function' && !socket._handle._consumed && !socket.encrypted) {
    parser._consumed = true;
    socket._handle._consumed = true;
    parser.consume(socket._handle);
    parser.onExecute = (result, data) => {
      if (typeof result === 'number' && result < 0) {
        // The stream ended or failed: the socket learns of it as ever.
        socket._handle._consumed = false;
        parser._consumed = false;
        onStreamEnd(socket, result);
        return;
      }
      socket._unrefTimer();
      onParserExecute(server, socket, parser, state, result, data);
    };
  }
  socket._paused = false;
  socket.on('resume', onSocketResume);
  socket.on('pause', onSocketPause);
  socket.on = socketOnWrap;
}

// Pausing the socket must stop the handle as well, whose bytes may not pass through the stream.
function onSocketResume() {
  if (this._paused) {
    this.pause();
    return;
  }
  if (this._handle && !this._handle.reading) {
    this._handle.reading = true;
    this._handle.readStart();
  }
}
function onSocketPause() {
  if (this._handle?.reading) {
    this._handle.reading = false;
    this._handle.readStop();
  }
}

// A listener for data takes the socket back from the parser.
function socketOnWrap(event, listener) {
  if (event === 'data' || event === 'readable') unconsume(this.parser, this);
  return FunctionPrototypeCall(net.Socket.prototype.on, this, event, listener);
}
function unconsume(parser, socket) {
  if (socket._handle?._consumed) {
    parser?.unconsume();
    if (parser) parser._consumed = false;
    socket._handle._consumed = false;
  }
}

function socketOnTimeout() {
  const request = this.parser?.incoming;
  const requestTimeout = request && !request.complete && request.emit('timeout', this);
  const response = this._httpMessage;
  const responseTimeout = response?.emit('timeout', this);
  const serverTimeout = this.server.emit('timeout', this);
  if (!requestTimeout && !responseTimeout && !serverTimeout) this.destroy();
}

function socketOnClose(server, socket, state) {
  server[kConnections]?.delete(socket);
  freeParser(socket.parser, null, socket);
  for (const request of state.incoming.splice(0)) request.destroy(new ConnResetException('aborted'));
}

function socketOnEnd(server, socket, parser, state) {
  const result = parser.finish();
  if (result instanceof Error) {
    FunctionPrototypeCall(socketOnError, socket, result);
  } else if (!server.httpAllowHalfOpen) {
    for (const request of state.incoming.splice(0)) request.destroy(new ConnResetException('aborted'));
    if (socket.writable) socket.end();
  } else if (state.outgoing.length) {
    state.outgoing[state.outgoing.length - 1]._last = true;
  } else if (socket._httpMessage) {
    socket._httpMessage._last = true;
  } else if (socket.writable) {
    socket.end();
  }
}

function socketOnDrain(socket, state) {
  const needPause = state.outgoingData > socket.writableHighWaterMark;
  if (socket._paused && !needPause) {
    socket._paused = false;
    socket.parser?.resume();
    socket.resume();
  }
  const message = socket._httpMessage;
  if (message) {
    if (message[kNeedDrain] && message.outputData.length === 0) {
      message[kNeedDrain] = false;
      message.emit('drain');
    }
  }
}

const badRequest = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';
const requestTimeoutResponse = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';
const headerFieldsTooLarge = 'HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n';
const payloadTooLarge = 'HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n\r\n';

function socketOnError(error) {
  // It answers for all that was asked: later errors have nobody to hear them.
  this.removeListener('error', socketOnError);
  if (this.listenerCount('error') === 0) this.on('error', noop);
  if (!this.server?.emit('clientError', error, this)) {
    // Nothing may have been sent of a response.
    if (this.writable && (!this._httpMessage || !this._httpMessage._headerSent)) {
      let response;
      switch (error.code) {
        case 'HPE_HEADER_OVERFLOW': response = headerFieldsTooLarge; break;
        case 'HPE_CHUNK_EXTENSIONS_OVERFLOW': response = payloadTooLarge; break;
        case 'ERR_HTTP_REQUEST_TIMEOUT': response = requestTimeoutResponse; break;
        default: response = badRequest;
      }
      this.write(response);
    }
    if (typeof this.destroySoon === 'function') this.destroySoon();
    else this.destroy(error);
  }
}
function noop() {}

function onParserExecute(server, socket, parser, state, result, data) {
  if (result instanceof Error) {
    prepareError(result, parser, data);
    FunctionPrototypeCall(socketOnError, socket, result);
  } else if (parser.incoming?.upgrade) {
    const request = parser.incoming;
    const event = request.method === 'CONNECT' ? 'connect' : 'upgrade';
    if (request._upgradeRefused) return resumeIfNeeded(socket, parser);
    unconsume(parser, socket);
    socket.removeListener('data', state.onData);
    socket.removeListener('end', state.onEnd);
    socket.removeListener('close', state.onClose);
    socket.removeListener('drain', state.onDrain);
    socket.removeListener('error', socketOnError);
    socket.removeListener('timeout', socketOnTimeout);
    socket.removeListener('resume', onSocketResume);
    socket.removeListener('pause', onSocketPause);
    delete socket.on;
    socket._httpTiming = null;
    const forget = () => server[kConnections].delete(socket);
    socket.once('close', forget);
    freeParser(parser, request, socket);
    if (server.listenerCount(event) > 0) {
      const head = data ? data.subarray(result, data.length) : Buffer.alloc(0);
      // The bytes that follow are the program's.
      socket.readableFlowing = null;
      server.emit(event, request, socket, head);
    } else {
      // Nobody speaks the protocol that was asked for.
      socket.destroy();
    }
  } else if (parser.incoming && parser.incoming.method === 'PRI') {
    socket.destroy();
  }
  resumeIfNeeded(socket, parser);
}

function resumeIfNeeded(socket, parser) {
  if (socket._paused && socket.parser) {
    // Too many responses wait: nothing more is read until some are gone.
    parser.pause();
  }
}

function resOnFinish(request, response, socket, state, server) {
  if (state.incoming[0] !== request) {
    const at = state.incoming.indexOf(request);
    if (at !== -1) state.incoming.splice(at, 1);
  } else {
    state.incoming.shift();
  }
  // What the program did not read of the request's body is dropped.
  if (!request._consumed) request._dump();
  // It may have been finished with by its own means.
  response.detachSocket(socket);
  freeRequest(request);
  process.nextTick(emitClose, response);
  state.timing.busy = state.incoming.length > 0;
  if (response._last) {
    if (typeof socket.destroySoon === 'function') socket.destroySoon();
    else socket.end();
  } else if (state.outgoing.length === 0) {
    state.timing.start = 0;
    const keepAliveTimeout = server.keepAliveTimeout || 0;
    if (keepAliveTimeout && typeof socket.setTimeout === 'function') {
      socket.setTimeout(keepAliveTimeout + server.keepAliveTimeoutBuffer);
      state.keepAliveTimeoutSet = true;
    }
  } else {
    const next = state.outgoing.shift();
    if (next) next.assignSocket(socket);
  }
}
function freeRequest(request) {
  // 'close' of the request follows its end.
  if (!request.destroyed && request.readableEnded) request.destroy();
}

function parserOnIncoming(server, socket, state, request, keepAlive) {
  state.timing.headed = true;
  if (state.keepAliveTimeoutSet) {
    // Back to the timeout there was before the connection was idle.
    socket.setTimeout(server.timeout || 0);
    state.keepAliveTimeoutSet = false;
  }
  if (request.upgrade) {
    request.upgrade = request.method === 'CONNECT' || Boolean(server.shouldUpgradeCallback(request));
    if (request.upgrade) return 2;
    request._upgradeRefused = true;
  }
  state.incoming.push(request);
  // A client that sends requests and does not read responses is not read either.
  if (!socket._paused) {
    const { _writableState: ws } = socket;
    if (ws.needDrain || state.outgoingData >= socket.writableHighWaterMark) {
      socket._paused = true;
      socket.pause();
    }
  }
  const response = new server[kServerResponse](request, {
    highWaterMark: socket.writableHighWaterMark, rejectNonStandardBodyWrites: server.rejectNonStandardBodyWrites,
  });
  response._keepAliveTimeout = server.keepAliveTimeout;
  response._maxRequestsPerSocket = server.maxRequestsPerSocket;
  response._onPendingData = (delta) => {
    state.outgoingData += delta;
    if (socket._paused && state.outgoingData < socket.writableHighWaterMark) state.onDrain();
  };
  response.shouldKeepAlive = keepAlive;
  response[kUniqueHeaders] = server[kUniqueHeaders];
  if (socket._httpMessage) state.outgoing.push(response);
  else response.assignSocket(socket);
  response.on('finish', () => resOnFinish(request, response, socket, state, server));

  if (server.requireHostHeader && request.httpVersionMajor === 1 && request.httpVersionMinor >= 1 && request.headers.host === undefined) {
    // RFC 9112, section 3.2
    response.writeHead(400, ['Connection', 'close']);
    response.end();
    return 0;
  }
  const max = server.maxRequestsPerSocket;
  if (typeof max === 'number' && max > 0) {
    state.requestsCount++;
    response.maxRequestsOnConnectionReached = max <= state.requestsCount;
    if (max < state.requestsCount) {
      server.emit('dropRequest', request, socket);
      response.writeHead(503);
      response.end();
      return 0;
    }
  }
  const { expect } = request.headers;
  if (expect !== undefined && request.httpVersionMajor === 1 && request.httpVersionMinor >= 1) {
    if (continueExpression.test(expect)) {
      response._expect_continue = true;
      if (server.listenerCount('checkContinue') > 0) {
        server.emit('checkContinue', request, response);
      } else {
        response.writeContinue();
        server.emit('request', request, response);
      }
    } else if (server.listenerCount('checkExpectation') > 0) {
      server.emit('checkExpectation', request, response);
    } else {
      response.writeHead(417);
      response.end();
    }
    return 0;
  }
  server.emit('request', request, response);
  return 0;
}

module.exports = {
  STATUS_CODES, Server, ServerResponse, setUpServer, setupConnectionsTracking, storeHTTPOptions, _connectionListener: connectionListener,
  kServerResponse, kConnectionsCheckingInterval,
};
