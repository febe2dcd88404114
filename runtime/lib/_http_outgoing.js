'use strict';

// http.OutgoingMessage: the message that is written, a response at the server or a request at the client.

const { FunctionPrototypeCall, ObjectDefineProperty, ObjectSetPrototypeOf } = primordials;
const EventEmitter = require('events');
const { Stream } = require('stream');
const {
  codes: {
    ERR_HTTP_BODY_NOT_ALLOWED, ERR_HTTP_CONTENT_LENGTH_MISMATCH, ERR_HTTP_HEADERS_SENT, ERR_HTTP_INVALID_HEADER_VALUE,
    ERR_HTTP_TRAILER_INVALID, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_CHAR, ERR_INVALID_HTTP_TOKEN,
    ERR_METHOD_NOT_IMPLEMENTED, ERR_STREAM_ALREADY_FINISHED, ERR_STREAM_CANNOT_PIPE, ERR_STREAM_DESTROYED,
    ERR_STREAM_NULL_VALUES, ERR_STREAM_WRITE_AFTER_END,
  },
  hideStackFrames,
} = require('internal/errors');
const { validateString } = require('internal/validators');
const { isUint8Array } = require('internal/util/types');
const { _checkIsHttpToken: checkIsHttpToken, _checkInvalidHeaderChar: checkInvalidHeaderChar, chunkExpression, CRLF } =
  require('_http_common');
const { getDefaultHighWaterMark } = require('internal/streams/state');
const { utcDate } = require('internal/http');

const kOutHeaders = Symbol('outHeaders');
const kNeedDrain = Symbol('needDrain');
const kCorked = Symbol('corked');
const kBytesWritten = Symbol('bytesWritten');
const kErrored = Symbol('errored');
const kHighWaterMark = Symbol('highWaterMark');
const kRejectNonStandardBodyWrites = Symbol('rejectNonStandardBodyWrites');
const kUniqueHeaders = Symbol('uniqueHeaders');
const kChunked = Symbol('chunks waiting for uncork');
const noop = () => {};

function OutgoingMessage(options) {
  FunctionPrototypeCall(Stream, this);
  // What is written before there is a socket, or while another message has it.
  this.outputData = [];
  this.outputSize = 0;
  this.writable = true;
  this.destroyed = false;
  this._last = false;
  this.chunkedEncoding = false;
  this.shouldKeepAlive = true;
  this.maxRequestsOnConnectionReached = false;
  this._defaultKeepAlive = true;
  this.useChunkedEncodingByDefault = true;
  this.sendDate = false;
  this._removedConnection = false;
  this._removedContLen = false;
  this._removedTE = false;
  this.strictContentLength = false;
  this[kBytesWritten] = 0;
  this._contentLength = null;
  this._hasBody = true;
  this._trailer = '';
  this[kNeedDrain] = false;
  this.finished = false;
  this._headerSent = false;
  this[kCorked] = 0;
  this[kChunked] = [];
  this._closed = false;
  this.socket = null;
  this._header = null;
  this[kOutHeaders] = null;
  this._keepAliveTimeout = 0;
  this._onPendingData = noop;
  this[kErrored] = null;
  this[kHighWaterMark] = options?.highWaterMark ?? getDefaultHighWaterMark();
  this[kRejectNonStandardBodyWrites] = options?.rejectNonStandardBodyWrites ?? false;
}
ObjectSetPrototypeOf(OutgoingMessage.prototype, Stream.prototype);
ObjectSetPrototypeOf(OutgoingMessage, Stream);

function getter(name, get, set) {
  ObjectDefineProperty(OutgoingMessage.prototype, name, { __proto__: null, configurable: true, enumerable: false, get, set });
}
getter('errored', function() { return this[kErrored]; });
getter('closed', function() { return this._closed; });
getter('writableFinished', function() {
  return this.finished && this.outputSize === 0 && (!this.socket || this.socket.writableLength === 0);
});
getter('writableObjectMode', () => false);
getter('writableLength', function() {
  return this.outputSize + chunkedLength(this) + (this.socket ? this.socket.writableLength : 0);
});
getter('writableHighWaterMark', function() { return this.socket ? this.socket.writableHighWaterMark : this[kHighWaterMark]; });
getter('writableCorked', function() { return this[kCorked]; });
getter('writableEnded', function() { return this.finished; });
getter('writableNeedDrain', function() { return !this.destroyed && !this.finished && this[kNeedDrain]; });
getter('headersSent', function() { return Boolean(this._header); });
getter('connection', function() { return this.socket; }, function(value) { this.socket = value; });
getter('_headers', function() { return this.getHeaders(); }, function(value) {
  if (value == null) {
    this[kOutHeaders] = null;
  } else {
    const headers = this[kOutHeaders] = { __proto__: null };
    for (const name of Object.keys(value)) headers[name.toLowerCase()] = [name, value[name]];
  }
});

function chunkedLength(message) {
  let length = 0;
  for (const { chunk, encoding } of message[kChunked]) length += typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.byteLength;
  return length;
}

OutgoingMessage.prototype._renderHeaders = function() {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('render');
  const all = this[kOutHeaders];
  const headers = {};
  for (const key in all) headers[all[key][0]] = all[key][1];
  return headers;
};

OutgoingMessage.prototype.cork = function() {
  this[kCorked]++;
  this.socket?.cork();
};
OutgoingMessage.prototype.uncork = function() {
  this[kCorked]--;
  this.socket?.uncork();
  if (this[kCorked] || this[kChunked].length === 0) return;
  // What was written while corked is one chunk.
  const chunks = this[kChunked];
  this[kChunked] = [];
  const length = chunks.reduce((sum, { chunk, encoding }) => sum + (typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.byteLength), 0);
  this._send(length.toString(16), 'latin1', null);
  this._send(CRLF, 'latin1', null);
  const callbacks = [];
  for (const { chunk, encoding, callback } of chunks) {
    this._send(chunk, encoding, null, Buffer.byteLength(chunk, encoding));
    if (callback) callbacks.push(callback);
  }
  this._send(CRLF, 'latin1', callbacks.length ? (error) => callbacks.forEach((each) => each(error)) : null);
};

OutgoingMessage.prototype.setTimeout = function(msecs, callback) {
  if (callback) this.on('timeout', callback);
  if (!this.socket) this.once('socket', (socket) => socket.setTimeout(msecs));
  else this.socket.setTimeout(msecs);
  return this;
};

OutgoingMessage.prototype.destroy = function(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  this[kErrored] = error;
  if (this.socket) {
    this.socket.destroy(error);
  } else {
    this.once('socket', (socket) => socket.destroy(error));
  }
  return this;
};

// The head goes out with the first piece of the body.
OutgoingMessage.prototype._send = function(data, encoding, callback, byteLength) {
  if (!this._headerSent) {
    const header = this._header;
    // One string for both, where both are of the same encoding: values of headers are latin1.
    if (typeof data === 'string' && (encoding === 'latin1' || ((encoding === 'utf8' || !encoding) && isAscii(header)))) {
      data = header + data;
    } else {
      this.outputData.unshift({ data: header, encoding: 'latin1', callback: null });
      this.outputSize += header.length;
      this._onPendingData(header.length);
    }
    this._headerSent = true;
  }
  return this._writeRaw(data, encoding, callback, byteLength);
};

OutgoingMessage.prototype._writeRaw = function(data, encoding, callback, size) {
  const { socket } = this;
  if (socket?._httpMessage === this && socket.writable) {
    // This message has the socket.
    if (this.outputData.length) this._flushOutput(socket);
    return socket.write(data, encoding, callback);
  }
  if (socket?.destroyed && socket._httpMessage === this) {
    // Gone: nobody will read it.
    return false;
  }
  this.outputData.push({ data, encoding, callback });
  this.outputSize += size ?? data.length;
  this._onPendingData(data.length);
  return this.outputSize < this[kHighWaterMark];
};

function isAscii(text) {
  return !/[^\x00-\x7f]/.test(text); // eslint-disable-line no-control-regex
}

// What the head says already, found while it is made.
const kConnectionToken = /(?:^|\W)(close|upgrade)(?:$|\W)/i;

OutgoingMessage.prototype._storeHeader = function(firstLine, headers) {
  const state = { connection: false, contLen: false, te: false, date: false, expect: false, trailer: false, header: firstLine };
  if (headers) {
    if (headers === this[kOutHeaders]) {
      for (const key in headers) processHeader(this, state, headers[key][0], headers[key][1], false);
    } else if (Array.isArray(headers)) {
      if (headers.length && Array.isArray(headers[0])) {
        for (const entry of headers) processHeader(this, state, entry[0], entry[1], true);
      } else {
        if (headers.length % 2 !== 0) throw new ERR_INVALID_ARG_VALUE('headers', headers);
        for (let n = 0; n < headers.length; n += 2) processHeader(this, state, headers[n], headers[n + 1], true);
      }
    } else {
      for (const key in headers) {
        if (Object.hasOwn(headers, key)) processHeader(this, state, key, headers[key], true);
      }
    }
  }
  let { header } = state;
  if (this.sendDate && !state.date) header += `Date: ${utcDate()}\r\n`;
  // RFC 9110: 204 and 304 have no body.
  if (this.chunkedEncoding && (this.statusCode === 204 || this.statusCode === 304)) {
    this.chunkedEncoding = false;
    this.shouldKeepAlive = false;
  }
  if (this._removedConnection) {
    this._last = !this.shouldKeepAlive;
  } else if (!state.connection) {
    const shouldSendKeepAlive = this.shouldKeepAlive &&
      (state.contLen || this.useChunkedEncodingByDefault || this.agent);
    if (shouldSendKeepAlive && this.maxRequestsOnConnectionReached) {
      header += 'Connection: close\r\n';
    } else if (shouldSendKeepAlive) {
      header += 'Connection: keep-alive\r\n';
      if (this._keepAliveTimeout && this._defaultKeepAlive) {
        const seconds = Math.floor(this._keepAliveTimeout / 1000);
        let max = '';
        if (~~this._maxRequestsPerSocket > 0) max = `, max=${this._maxRequestsPerSocket}`;
        header += `Keep-Alive: timeout=${seconds}${max}\r\n`;
      }
    } else {
      this._last = true;
      header += 'Connection: close\r\n';
    }
  }
  if (!state.contLen && !state.te) {
    if (!this._hasBody) {
      this.chunkedEncoding = false;
    } else if (!this.useChunkedEncodingByDefault) {
      this._last = true;
    } else if (!state.trailer && !this._removedContLen && typeof this._contentLength === 'number') {
      header += `Content-Length: ${this._contentLength}\r\n`;
    } else if (!this._removedTE) {
      header += 'Transfer-Encoding: chunked\r\n';
      this.chunkedEncoding = true;
    } else {
      // Neither length nor chunks: the end of the connection is the end of the body.
      this._last = true;
    }
  }
  // Trailers need chunks: RFC 9112, section 7.1.2.
  if (this.chunkedEncoding !== true && state.trailer) throw new ERR_HTTP_TRAILER_INVALID();
  this._header = `${header}\r\n`;
  this._headerSent = false;
  // What waits for a 100 Continue is sent at once.
  if (state.expect) this._send('');
};

function processHeader(self, state, key, value, validate) {
  if (validate) validateHeaderName(key);
  // Content-Disposition with a non-latin1 length is the program's; the rest is checked.
  if (Array.isArray(value)) {
    if ((value.length < 2 || !isCookie(key)) && (!self[kUniqueHeaders] || !self[kUniqueHeaders].has(key.toLowerCase()))) {
      for (const each of value) storeHeader(self, state, key, each, validate);
      return;
    }
    value = value.join('; ');
  }
  storeHeader(self, state, key, value, validate);
}

function storeHeader(self, state, key, value, validate) {
  if (validate) validateHeaderValue(key, value);
  state.header += `${key}: ${value}\r\n`;
  matchHeader(self, state, key, value);
}

function isCookie(name) {
  return name.length === 6 && name.toLowerCase() === 'cookie';
}

function matchHeader(self, state, field, value) {
  if (field.length < 4 || field.length > 17) return;
  switch (field.toLowerCase()) {
    case 'connection':
      state.connection = true;
      self._removedConnection = false;
      if (kConnectionToken.test(value)) {
        if (/(?:^|\W)close(?:$|\W)/i.test(value)) self._last = true;
        else self.shouldKeepAlive = true;
      } else {
        self.shouldKeepAlive = true;
      }
      break;
    case 'transfer-encoding':
      state.te = true;
      self._removedTE = false;
      if (chunkExpression.test(value)) self.chunkedEncoding = true;
      break;
    case 'content-length':
      state.contLen = true;
      self._contentLength = +value;
      self._removedContLen = false;
      break;
    case 'date':
      state.date = true;
      break;
    case 'expect':
      state.expect = true;
      break;
    case 'trailer':
      state.trailer = true;
      break;
    case 'keep-alive':
      self._defaultKeepAlive = false;
      break;
  }
}

const validateHeaderName = hideStackFrames((name, label) => {
  if (typeof name !== 'string' || !name || !checkIsHttpToken(name)) {
    throw new ERR_INVALID_HTTP_TOKEN(label || 'Header name', name);
  }
});
const validateHeaderValue = hideStackFrames((name, value) => {
  if (value === undefined) throw new ERR_HTTP_INVALID_HEADER_VALUE(value, name);
  if (checkInvalidHeaderChar(value)) throw new ERR_INVALID_CHAR('header content', name);
});

function parseUniqueHeadersOption(headers) {
  if (!Array.isArray(headers)) return null;
  return new Set(headers.map((header) => header.toLowerCase()));
}

OutgoingMessage.prototype.setHeader = function(name, value) {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('set');
  validateHeaderName(name);
  validateHeaderValue(name, value);
  const headers = this[kOutHeaders] ??= { __proto__: null };
  headers[name.toLowerCase()] = [name, value];
  return this;
};

OutgoingMessage.prototype.setHeaders = function(headers) {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('set');
  if (!headers || Array.isArray(headers) || typeof headers.keys !== 'function' || typeof headers.get !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('headers', ['Headers', 'Map'], headers);
  }
  // Each cookie is a header of its own.
  const cookies = [];
  for (const { 0: key, 1: value } of headers) {
    if (key === 'set-cookie') {
      if (Array.isArray(value)) cookies.push(...value);
      else cookies.push(value);
      continue;
    }
    this.setHeader(key, value);
  }
  if (cookies.length) this.setHeader('set-cookie', cookies);
  return this;
};

OutgoingMessage.prototype.appendHeader = function(name, value) {
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('append');
  validateHeaderName(name);
  validateHeaderValue(name, value);
  const field = name.toLowerCase();
  const headers = this[kOutHeaders];
  if (!headers?.[field]) return this.setHeader(name, value);
  if (!Array.isArray(headers[field][1])) headers[field][1] = [headers[field][1]];
  const existing = headers[field][1];
  if (Array.isArray(value)) existing.push(...value);
  else existing.push(value);
  return this;
};

OutgoingMessage.prototype.getHeader = function(name) {
  validateString(name, 'name');
  return this[kOutHeaders]?.[name.toLowerCase()]?.[1];
};
OutgoingMessage.prototype.getHeaderNames = function() {
  return this[kOutHeaders] !== null ? Object.keys(this[kOutHeaders]) : [];
};
OutgoingMessage.prototype.getRawHeaderNames = function() {
  return this[kOutHeaders] !== null ? Object.values(this[kOutHeaders]).map(({ 0: name }) => name) : [];
};
OutgoingMessage.prototype.getHeaders = function() {
  const result = { __proto__: null };
  for (const key in this[kOutHeaders]) result[key] = this[kOutHeaders][key][1];
  return result;
};
OutgoingMessage.prototype.hasHeader = function(name) {
  validateString(name, 'name');
  return Boolean(this[kOutHeaders]?.[name.toLowerCase()]);
};
OutgoingMessage.prototype.removeHeader = function(name) {
  validateString(name, 'name');
  if (this._header) throw new ERR_HTTP_HEADERS_SENT('remove');
  const key = name.toLowerCase();
  switch (key) {
    case 'connection': this._removedConnection = true; break;
    case 'content-length': this._removedContLen = true; break;
    case 'transfer-encoding': this._removedTE = true; break;
    case 'date': this.sendDate = false; break;
  }
  if (this[kOutHeaders] !== null) delete this[kOutHeaders][key];
};

OutgoingMessage.prototype._implicitHeader = function() {
  throw new ERR_METHOD_NOT_IMPLEMENTED('_implicitHeader()');
};

OutgoingMessage.prototype.write = function(chunk, encoding, callback) {
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  return write(this, chunk, encoding, callback, false);
};

function fail(message, error, callback) {
  process.nextTick(() => {
    message.emit('error', error);
    callback?.(error);
  });
}

function checkLength(message, length, ended) {
  if (!message.strictContentLength || message._contentLength === null || !message._hasBody || message._removedContLen ||
      message.chunkedEncoding || message.hasHeader('transfer-encoding')) return;
  const total = message[kBytesWritten] + length;
  if (total > message._contentLength || (ended && total !== message._contentLength)) {
    throw new ERR_HTTP_CONTENT_LENGTH_MISMATCH(total, message._contentLength);
  }
}

function write(message, chunk, encoding, callback, fromEnd) {
  if (typeof callback !== 'function') callback = noop;
  if (chunk === null) throw new ERR_STREAM_NULL_VALUES();
  if (typeof chunk !== 'string' && !isUint8Array(chunk)) {
    throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'Uint8Array'], chunk);
  }
  let error;
  if (message.finished) error = new ERR_STREAM_WRITE_AFTER_END();
  else if (message.destroyed) error = new ERR_STREAM_DESTROYED('write');
  if (error) {
    if (!message.destroyed) fail(message, error, callback);
    else process.nextTick(callback, error);
    return false;
  }
  const length = typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.byteLength;
  checkLength(message, length, fromEnd);
  message[kBytesWritten] += length;
  if (!message._header) {
    if (fromEnd) message._contentLength ??= length;
    message._implicitHeader();
  }
  if (!message._hasBody) {
    if (message[kRejectNonStandardBodyWrites]) throw new ERR_HTTP_BODY_NOT_ALLOWED();
    process.nextTick(callback);
    return true;
  }
  if (!fromEnd && message.socket && !message.socket.writableCorked) {
    message.socket.cork();
    process.nextTick(() => message.socket?.uncork());
  }
  let result;
  if (message.chunkedEncoding && length !== 0) {
    if (message[kCorked] && message._headerSent) {
      message[kChunked].push({ chunk, encoding, callback });
      result = message.outputSize < message[kHighWaterMark];
    } else {
      message._send(length.toString(16), 'latin1', null);
      message._send(CRLF, 'latin1', null);
      message._send(chunk, encoding, null, length);
      result = message._send(CRLF, 'latin1', callback);
    }
  } else {
    result = message._send(chunk, encoding, callback, length);
  }
  if (!result) message[kNeedDrain] = true;
  return result;
}

OutgoingMessage.prototype.addTrailers = function(headers) {
  this._trailer = '';
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  for (const { 0: field, 1: value } of pairs) {
    validateHeaderName(field, 'Trailer name');
    const add = (each) => {
      if (checkInvalidHeaderChar(each)) throw new ERR_INVALID_CHAR('trailer content', field);
      this._trailer += `${field}: ${each}\r\n`;
    };
    if (Array.isArray(value)) {
      if (this[kUniqueHeaders]?.has(field.toLowerCase())) add(value.join('; '));
      else value.forEach(add);
    } else {
      add(value);
    }
  }
};

OutgoingMessage.prototype.end = function(chunk, encoding, callback) {
  if (typeof chunk === 'function') {
    callback = chunk;
    chunk = null;
    encoding = null;
  } else if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  if (chunk) {
    if (this.finished) {
      onFinishedError(this, new ERR_STREAM_WRITE_AFTER_END(), callback);
      return this;
    }
    this.socket?.cork();
    write(this, chunk, encoding, null, true);
  } else if (this.finished) {
    if (typeof callback === 'function') {
      if (!this.writableFinished) this.on('finish', callback);
      else callback(new ERR_STREAM_ALREADY_FINISHED('end'));
    }
    return this;
  } else if (!this._header) {
    this.socket?.cork();
    this._contentLength = 0;
    this._implicitHeader();
  }
  if (typeof callback === 'function') this.once('finish', callback);
  checkLength(this, 0, true);
  const finish = () => {
    if (!this.socket?._hadError) this.emit('finish');
  };
  if (this._hasBody && this.chunkedEncoding) {
    while (this[kCorked]) {
      this[kCorked] = 1;
      this.uncork();
    }
    this._send(`0\r\n${this._trailer}\r\n`, 'latin1', finish);
  } else if (!this._headerSent || this.writableLength || chunk) {
    this._send('', 'latin1', finish);
  } else {
    process.nextTick(finish);
  }
  if (this.socket) {
    // All that was corked goes out together.
    this.socket._writableState.corked = 1;
    this.socket.uncork();
  }
  this[kCorked] = 0;
  this.finished = true;
  if (this.outputData.length === 0 && this.socket?._httpMessage === this) this._finish();
  return this;
};

function onFinishedError(message, error, callback) {
  process.nextTick(() => {
    message.emit('error', error);
    if (typeof callback === 'function') callback(error);
  });
}

// The message is all written; its owner goes on with the next.
OutgoingMessage.prototype._finish = function() {
  this.emit('prefinish');
};

// Called when the socket is this message's: what was kept is written.
OutgoingMessage.prototype._flush = function() {
  const { socket } = this;
  if (!socket?.writable) return;
  const result = this._flushOutput(socket);
  if (this.finished) this._finish();
  else if (result && this[kNeedDrain]) {
    this[kNeedDrain] = false;
    this.emit('drain');
  }
};

OutgoingMessage.prototype._flushOutput = function(socket) {
  while (this[kCorked]) {
    this[kCorked]--;
    socket.cork();
  }
  const { outputData } = this;
  if (outputData.length === 0) return undefined;
  this.outputData = [];
  socket.cork();
  let result;
  for (const { data, encoding, callback } of outputData) result = socket.write(data, encoding, callback);
  socket.uncork();
  this._onPendingData(-this.outputSize);
  this.outputSize = 0;
  return result;
};

OutgoingMessage.prototype.flushHeaders = function() {
  if (!this._header) this._implicitHeader();
  this._send('');
};

OutgoingMessage.prototype.pipe = function() {
  // It is written to only.
  this.emit('error', new ERR_STREAM_CANNOT_PIPE());
};

OutgoingMessage.prototype[EventEmitter.captureRejectionSymbol] = function(error) {
  this.destroy(error);
};

module.exports = {
  kHighWaterMark, kUniqueHeaders, kNeedDrain, kOutHeaders, kErrored, parseUniqueHeadersOption, validateHeaderName,
  validateHeaderValue, OutgoingMessage,
};
