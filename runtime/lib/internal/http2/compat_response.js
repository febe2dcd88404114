'use strict';

// http2.Http2ServerResponse: https://nodejs.org/api/http2.html#class-http2http2serverresponse

const Stream = require('stream');
const { _checkIsHttpToken: checkIsHttpToken, _checkInvalidHeaderChar: checkInvalidHeaderChar } = require('_http_common');
const {
  codes: {
    ERR_HTTP2_HEADERS_SENT, ERR_HTTP2_INFO_STATUS_NOT_ALLOWED, ERR_HTTP2_INVALID_HEADER_VALUE, ERR_HTTP2_INVALID_STREAM,
    ERR_HTTP2_PSEUDOHEADER_NOT_ALLOWED, ERR_HTTP2_STATUS_INVALID, ERR_INVALID_ARG_VALUE, ERR_INVALID_CHAR, ERR_INVALID_HTTP_TOKEN,
    ERR_STREAM_WRITE_AFTER_END,
  },
} = require('internal/errors');
const { constants } = require('internal/http2/constants');
const { kState } = require('internal/http2/symbols');
const { compatSocket, kStream, setStreamTimeout } = require('internal/http2/compat_socket');
const { validateFunction, validateLinkHeaderValue, validateObject, validateString } = require('internal/validators');

const kHeaders = Symbol('headers');
const kResponse = Symbol('response');
const kTrailers = Symbol('trailers');

const connectionHeaders = new Set(['connection', 'host', 'http2-settings', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

let warnedOfStatusMessage = false;
function warnOfStatusMessage() {
  if (warnedOfStatusMessage) return;
  process.emitWarning('Status message is not supported by HTTP/2 (RFC7540 8.1.2.4)', 'UnsupportedWarning');
  warnedOfStatusMessage = true;
}
let warnedOfConnection = false;
// What is said of an HTTP/1 connection means nothing here: it is left out.
function isConnectionHeaderAllowed(name, value) {
  if (!connectionHeaders.has(name) && (name !== 'te' || value === 'trailers')) return true;
  if (name !== 'host' && !warnedOfConnection) {
    warnedOfConnection = true;
    process.emitWarning('The provided connection header is not valid, the value will be dropped from the header and will never be in use.',
      'UnsupportedWarning');
  }
  return false;
}

function assertValidHeader(name, value) {
  if (name === '' || typeof name !== 'string' || name.includes(' ')) throw new ERR_INVALID_HTTP_TOKEN('Header name', name);
  if (name[0] === ':') throw new ERR_HTTP2_PSEUDOHEADER_NOT_ALLOWED();
  if (value === undefined || value === null) throw new ERR_HTTP2_INVALID_HEADER_VALUE(value, name);
}

function onStreamTimeout(message) {
  return function() {
    message.emit('timeout');
  };
}

class Http2ServerResponse extends Stream {
  constructor(stream, options) {
    super(options);
    this[kState] = { closed: false, ending: false, destroyed: false, sendDate: true, statusCode: constants.HTTP_STATUS_OK };
    this[kHeaders] = { __proto__: null };
    this[kTrailers] = { __proto__: null };
    this[kStream] = stream;
    stream[kResponse] = this;
    this.writable = true;
    this.req = undefined;
    stream.on('drain', () => this.emit('drain'));
    stream.on('close', () => onStreamClose(this));
    stream.on('wantTrailers', () => stream.sendTrailers(this[kTrailers]));
    stream.on('timeout', onStreamTimeout(this));
  }

  // Names that streams of Node have.
  get _header() { return this.headersSent; }
  get writableEnded() { return this[kState].ending; }
  get finished() { return this[kState].ending; }
  get socket() {
    // Nobody is to use the socket of a response that is done.
    return this[kState].closed ? undefined : compatSocket(this[kStream]);
  }
  get connection() { return this.socket; }
  get stream() { return this[kStream]; }
  get headersSent() { return this[kStream].headersSent; }
  get writableCorked() { return this[kStream].writableCorked; }
  get writableHighWaterMark() { return this[kStream].writableHighWaterMark; }
  get writableFinished() { return this[kStream].writableFinished; }
  get writableNeedDrain() { return this[kStream].writableNeedDrain; }
  get writableObjectMode() { return this[kStream].writableObjectMode; }
  get writableLength() { return this[kStream].writableLength; }
  get sendDate() { return this[kState].sendDate; }
  set sendDate(value) { this[kState].sendDate = Boolean(value); }
  get statusCode() { return this[kState].statusCode; }
  set statusCode(code) {
    code |= 0;
    if (code >= 100 && code < 200) throw new ERR_HTTP2_INFO_STATUS_NOT_ALLOWED();
    if (code < 100 || code > 599) throw new ERR_HTTP2_STATUS_INVALID(code);
    this[kState].statusCode = code;
  }
  get statusMessage() {
    warnOfStatusMessage();
    return '';
  }
  set statusMessage(value) { warnOfStatusMessage(); }

  setTrailer(name, value) {
    validateString(name, 'name');
    name = name.trim().toLowerCase();
    assertValidHeader(name, value);
    this[kTrailers][name] = value;
  }
  addTrailers(headers) {
    for (const name of Object.keys(headers)) this.setTrailer(name, headers[name]);
  }

  getHeader(name) {
    validateString(name, 'name');
    return this[kHeaders][name.trim().toLowerCase()];
  }
  getHeaderNames() { return Object.keys(this[kHeaders]); }
  getHeaders() { return { __proto__: null, ...this[kHeaders] }; }
  hasHeader(name) {
    validateString(name, 'name');
    return Object.hasOwn(this[kHeaders], name.trim().toLowerCase());
  }
  removeHeader(name) {
    validateString(name, 'name');
    if (this[kStream].headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    name = name.trim().toLowerCase();
    if (name === 'date') {
      this[kState].sendDate = false;
      return;
    }
    delete this[kHeaders][name];
  }
  setHeader(name, value) {
    validateString(name, 'name');
    if (this[kStream].headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    this.#set(name, value);
  }
  #set(name, value) {
    name = name.trim().toLowerCase();
    assertValidHeader(name, value);
    if (!isConnectionHeaderAllowed(name, value)) return;
    if (name[0] === ':') assertValidHeader(name, value);
    else if (!checkIsHttpToken(name)) this.destroy(new ERR_INVALID_HTTP_TOKEN('Header name', name));
    this[kHeaders][name] = value;
  }
  appendHeader(name, value) {
    validateString(name, 'name');
    if (this[kStream].headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    name = name.trim().toLowerCase();
    assertValidHeader(name, value);
    if (!isConnectionHeaderAllowed(name, value)) return;
    if (!checkIsHttpToken(name)) this.destroy(new ERR_INVALID_HTTP_TOKEN('Header name', name));
    const existing = this[kHeaders][name];
    if (existing === undefined) this[kHeaders][name] = value;
    else this[kHeaders][name] = [].concat(existing, value);
  }

  flushHeaders() {
    const state = this[kState];
    if (!state.closed && !this[kStream].headersSent) this.writeHead(state.statusCode);
  }

  writeHead(statusCode, statusMessage, headers) {
    const state = this[kState];
    if (state.closed || this[kStream].destroyed || this[kStream].closed) return this;
    if (this[kStream].headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    if (typeof statusMessage === 'string') warnOfStatusMessage();
    else if (headers === undefined && statusMessage !== null && typeof statusMessage === 'object') headers = statusMessage;
    if (Array.isArray(headers)) {
      if (headers.length > 0 && Array.isArray(headers[0])) headers = headers.flat();
      if (headers.length % 2 !== 0) throw new ERR_INVALID_ARG_VALUE('headers', headers);
      // They replace what was set before, and then may repeat.
      for (let i = 0; i < headers.length; i += 2) delete this[kHeaders][`${headers[i]}`.trim().toLowerCase()];
      for (let i = 0; i < headers.length; i += 2) this.appendHeader(`${headers[i]}`, headers[i + 1]);
    } else if (headers !== null && typeof headers === 'object') {
      for (const name of Object.keys(headers)) this.#set(name, headers[name]);
    }
    this.statusCode = statusCode;
    this.#begin();
    return this;
  }

  #begin(options) {
    const state = this[kState];
    const headers = this[kHeaders];
    headers[':status'] = state.statusCode;
    if (!state.sendDate && headers.date === undefined) headers.date = null;
    const stream = this[kStream];
    const { endStream = false } = options ?? {};
    const sent = { ...headers };
    delete headers[':status'];
    if (headers.date === null) delete headers.date;
    stream.respond(sent, { endStream, waitForTrailers: true });
  }

  cork() { this[kStream].cork(); }
  uncork() { this[kStream].uncork(); }

  write(chunk, encoding, callback) {
    const state = this[kState];
    if (typeof encoding === 'function') {
      callback = encoding;
      encoding = 'utf8';
    }
    let error;
    if (state.ending) error = new ERR_STREAM_WRITE_AFTER_END();
    else if (state.closed) error = new ERR_HTTP2_INVALID_STREAM();
    else if (state.destroyed) return false;
    if (error) {
      if (typeof callback === 'function') process.nextTick(callback, error);
      this.destroy(error);
      return false;
    }
    const stream = this[kStream];
    if (!stream.headersSent) this.writeHead(state.statusCode);
    return stream.write(chunk, encoding, callback);
  }

  end(chunk, encoding, callback) {
    const stream = this[kStream];
    const state = this[kState];
    if (typeof chunk === 'function') {
      callback = chunk;
      chunk = null;
    } else if (typeof encoding === 'function') {
      callback = encoding;
      encoding = 'utf8';
    }
    if (state.closed || state.ending) {
      if (typeof callback === 'function') process.nextTick(callback);
      return this;
    }
    if (chunk !== null && chunk !== undefined && !stream[kState].isHead) this.write(chunk, encoding);
    state.ending = true;
    if (typeof callback === 'function') {
      if (stream.writableEnded || stream.destroyed) this.once('finish', callback);
      else stream.once('finish', callback);
    }
    if (!stream.headersSent && !stream.destroyed) this.#beginAtEnd();
    if (state.closed || stream.destroyed || stream.writableFinished) onStreamClose(this);
    else stream.end();
    return this;
  }
  #beginAtEnd() {
    if (this[kState].closed) return;
    this.#begin({ endStream: Object.keys(this[kTrailers]).length === 0 });
  }

  destroy(error) {
    if (this[kState].destroyed) return;
    this[kState].destroyed = true;
    this[kStream].destroy(error);
  }

  createPushResponse(headers, callback) {
    validateFunction(callback, 'callback');
    if (this[kState].closed) {
      process.nextTick(callback, new ERR_HTTP2_INVALID_STREAM());
      return;
    }
    this[kStream].pushStream(headers, {}, (error, stream) => {
      if (error) callback(error);
      else callback(null, new Http2ServerResponse(stream));
    });
  }

  writeContinue() {
    const stream = this[kStream];
    if (stream.headersSent || this[kState].closed) return false;
    stream.additionalHeaders({ ':status': constants.HTTP_STATUS_CONTINUE });
    return true;
  }
  writeInformation(statusCode, headers) {
    const stream = this[kStream];
    if (typeof statusCode !== 'number' || statusCode < 100 || statusCode > 199 || statusCode === 101 || !Number.isInteger(statusCode)) {
      throw new ERR_HTTP2_STATUS_INVALID(statusCode);
    }
    if (stream.headersSent || this[kState].closed) return false;
    if (headers !== undefined) validateObject(headers, 'headers');
    stream.additionalHeaders({ ...headers, ':status': statusCode });
    return true;
  }
  writeEarlyHints(hints) {
    validateObject(hints, 'hints');
    const headers = { __proto__: null };
    const link = validateLinkHeaderValue(hints.link);
    for (const key of Object.keys(hints)) {
      if (key === 'link') continue;
      const name = key.trim().toLowerCase();
      assertValidHeader(name, hints[key]);
      if (!checkIsHttpToken(name)) throw new ERR_INVALID_HTTP_TOKEN('Header name', name);
      if (checkInvalidHeaderChar(hints[key])) throw new ERR_INVALID_CHAR('header content', name);
      headers[name] = hints[key];
    }
    if (link.length === 0) return false;
    const stream = this[kStream];
    if (stream.headersSent || this[kState].closed) return false;
    stream.additionalHeaders({ ...headers, ':status': constants.HTTP_STATUS_EARLY_HINTS, link });
    return true;
  }

  setTimeout(msecs, callback) { return setStreamTimeout(this, this[kState].closed, msecs, callback); }
}

// The stream is over: so is its response.
function onStreamClose(response) {
  const state = response[kState];
  if (response[kStream][kResponse] !== response) return;
  state.closed = true;
  response[kStream][kResponse] = undefined;
  response.emit('finish');
  response.emit('close');
}

module.exports = { Http2ServerResponse };
