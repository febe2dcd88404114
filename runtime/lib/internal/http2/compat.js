'use strict';

// The compatibility API: requests and responses as http has them. https://nodejs.org/api/http2.html#compatibility-api

const { Readable } = require('stream');
const { constants } = require('internal/http2/constants');
const { getAuthority } = require('internal/http2/headers');
const { kState } = require('internal/http2/symbols');
const { Http2ServerResponse } = require('internal/http2/compat_response');
const { compatSocket, kStream, setStreamTimeout } = require('internal/http2/compat_socket');
const {
  codes: { ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const { validateString } = require('internal/validators');

const kAborted = Symbol('aborted');
const kHeaders = Symbol('headers');
const kRawHeaders = Symbol('raw headers');
const kRequest = Symbol('request');
const kTrailers = Symbol('trailers');
const kRawTrailers = Symbol('raw trailers');

// What a stream tells, told by its request; `this` is the stream.
function onTrailers(trailers, flags, rawTrailers) {
  const request = this[kRequest];
  if (request === undefined) return;
  Object.assign(request[kTrailers], trailers);
  request[kRawTrailers].push(...rawTrailers);
}
function onData(chunk) {
  const request = this[kRequest];
  if (request !== undefined && !request.push(chunk)) this.pause();
}
function onEnd() { this[kRequest]?.push(null); }
// A stream's error is the stream's: requests and responses tell of it by 'aborted' and 'close'.
function onError() {}
function onAborted() {
  const request = this[kRequest];
  if (request === undefined || request[kAborted]) return;
  request[kAborted] = true;
  request.emit('aborted');
}
function onTimeout() { this[kRequest]?.emit('timeout'); }
function onClose() {
  const request = this[kRequest];
  if (request === undefined) return;
  const state = request[kState];
  state.closed = true;
  request.push(null);
  // Nobody reads it any more: 'end' comes all the same.
  if (!state.didRead && request.readableFlowing === null) request.resume();
  this[kRequest] = undefined;
  request.emit('close');
}

class Http2ServerRequest extends Readable {
  constructor(stream, headers, options, rawHeaders) {
    super({ autoDestroy: false, ...options });
    this[kState] = { closed: false, didRead: false };
    this[kHeaders] = headers;
    this[kRawHeaders] = rawHeaders;
    this[kTrailers] = {};
    this[kRawTrailers] = [];
    this[kStream] = stream;
    this[kAborted] = false;
    stream[kRequest] = this;
    stream.on('trailers', onTrailers);
    stream.on('end', onEnd);
    stream.on('error', onError);
    stream.on('aborted', onAborted);
    stream.on('close', onClose);
    stream.on('timeout', onTimeout);
    this.on('pause', () => {
      if (stream[kRequest] !== undefined) stream.pause();
    });
    this.on('resume', () => {
      if (stream[kRequest] !== undefined && this[kState].didRead) stream.resume();
    });
  }

  get aborted() { return this[kAborted]; }
  get complete() {
    return this[kAborted] || this.readableEnded || this[kState].closed || this[kStream].destroyed;
  }
  get stream() { return this[kStream]; }
  get headers() { return this[kHeaders]; }
  get rawHeaders() { return this[kRawHeaders]; }
  get trailers() { return this[kTrailers]; }
  get rawTrailers() { return this[kRawTrailers]; }
  get httpVersionMajor() { return 2; }
  get httpVersionMinor() { return 0; }
  get httpVersion() { return '2.0'; }
  get socket() { return compatSocket(this[kStream]); }
  get connection() { return this.socket; }

  get method() { return this[kHeaders][':method']; }
  set method(method) {
    validateString(method, 'method');
    if (method.trim() === '') throw new ERR_INVALID_ARG_VALUE('method', method);
    this[kHeaders][':method'] = method;
  }
  get authority() { return getAuthority(this[kHeaders]); }
  get scheme() { return this[kHeaders][':scheme']; }
  get url() { return this[kHeaders][':path']; }
  set url(url) { this[kHeaders][':path'] = url; }

  _read() {
    const state = this[kState];
    const stream = this[kStream];
    if (state.didRead) {
      if (!stream.destroyed) stream.resume();
      return;
    }
    state.didRead = true;
    stream.on('data', onData);
  }
  _destroy(error, callback) {
    if (!this[kState].closed) this[kStream].destroy(error);
    callback();
  }
  setTimeout(msecs, callback) { return setStreamTimeout(this, this[kState].closed, msecs, callback); }
}

// A server's stream as a request.
function onServerStream(server, ServerRequest, ServerResponse, stream, headers, flags, rawHeaders) {
  const request = new ServerRequest(stream, headers, undefined, rawHeaders);
  const response = new ServerResponse(stream);
  response.req = request;
  if (headers[':method'] === 'CONNECT') {
    if (!server.emit('connect', request, response)) {
      response.statusCode = constants.HTTP_STATUS_METHOD_NOT_ALLOWED;
      response.end();
    }
    return;
  }
  if (headers.expect !== undefined) {
    if (headers.expect === '100-continue') {
      if (server.listenerCount('checkContinue') > 0) {
        server.emit('checkContinue', request, response);
      } else {
        response.writeContinue();
        server.emit('request', request, response);
      }
    } else if (server.listenerCount('checkExpectation') > 0) {
      server.emit('checkExpectation', request, response);
    } else {
      response.statusCode = constants.HTTP_STATUS_EXPECTATION_FAILED;
      response.end();
    }
    return;
  }
  server.emit('request', request, response);
}

module.exports = { Http2ServerRequest, Http2ServerResponse, onServerStream };
