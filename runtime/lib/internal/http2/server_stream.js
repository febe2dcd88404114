'use strict';

// ServerHttp2Stream: https://nodejs.org/api/http2.html#class-serverhttp2stream

const {
  codes: {
    ERR_HTTP2_HEADERS_AFTER_RESPOND, ERR_HTTP2_HEADERS_SENT, ERR_HTTP2_INFO_STATUS_NOT_ALLOWED, ERR_HTTP2_INVALID_INFO_STATUS,
    ERR_HTTP2_INVALID_STREAM, ERR_HTTP2_NESTED_PUSH, ERR_HTTP2_OUT_OF_STREAMS, ERR_HTTP2_PUSH_DISABLED, ERR_HTTP2_STATUS_101,
    ERR_HTTP2_STATUS_INVALID,
  },
} = require('internal/errors');
const {
  assertValidPseudoHeader, assertValidPseudoHeaderResponse, buildNgHeaderString, kSensitiveHeaders, rawToObject,
} = require('internal/http2/headers');
const { assertIsObject, libraryErrors, NghttpError } = require('internal/http2/util');
const { kHandle, kMaybeDestroy, kOptions, kState, kUpdateTimer } = require('internal/http2/symbols');
const { Http2Stream, kAuthority, kInfoHeaders, kInit, kProceed, kProtocol, kSentHeaders, kSession } = require('internal/http2/stream');
const { kChannels, publish, serverChannels } = require('internal/http2/channels');
const { utcDate } = require('internal/http');
const { validateBoolean, validateFunction } = require('internal/validators');

const kIsPush = Symbol('is push');
const kFlagEndStream = 1;
const kFlagEndHeaders = 4;

class ServerHttp2Stream extends Http2Stream {
  constructor(session, handle, id, options, headers) {
    super(session, options);
    this[kInit](id, handle);
    this[kProtocol] = headers[':scheme'];
    this[kAuthority] = headers[':authority'] ?? headers.host;
    this[kIsPush] = false;
  }

  get pushAllowed() {
    const session = this[kSession];
    return !this.destroyed && !this.closed && session !== undefined && !session.closed && !session.destroyed &&
      Boolean(session.remoteSettings.enablePush);
  }

  // Who writes without having answered answers with 200.
  [kProceed]() { this.respond(); }

  respond(headers = undefined, options = undefined) {
    if (this.destroyed || this.closed) throw new ERR_HTTP2_INVALID_STREAM();
    if (this.headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    const chosen = respondOptions(this, options);
    const prepared = prepareResponse(this, headers);
    if (chosen.endStream || hasNoPayload(this, prepared.status)) chosen.endStream = true;
    sendResponse(this, prepared, chosen);
    if (!chosen.endStream) return;
    this.end();
    this[kMaybeDestroy]();
  }

  additionalHeaders(headers) {
    if (this.destroyed || this.closed) throw new ERR_HTTP2_INVALID_STREAM();
    if (this.headersSent) throw new ERR_HTTP2_HEADERS_AFTER_RESPOND();
    assertIsObject(headers, 'headers');
    headers = { __proto__: null, ...headers };
    if (headers[':status'] !== undefined && headers[':status'] !== null) {
      const status = headers[':status'] |= 0;
      if (status === 101) throw new ERR_HTTP2_STATUS_101();
      if (status < 100 || status >= 200) throw new ERR_HTTP2_INVALID_INFO_STATUS(headers[':status']);
    }
    const { 0: fields, 1: count } = buildNgHeaderString(headers, assertValidPseudoHeaderResponse, isStrict(this));
    this[kInfoHeaders] ??= [];
    this[kInfoHeaders].push(headers);
    this[kUpdateTimer]();
    const result = this[kHandle].info(fields, count);
    if (result < 0) this.destroy(new NghttpError(result));
  }

  pushStream(headers, options, callback) {
    if (!this.pushAllowed) throw new ERR_HTTP2_PUSH_DISABLED();
    if (this[kIsPush]) throw new ERR_HTTP2_NESTED_PUSH();
    const session = this[kSession];
    if (typeof options === 'function') {
      callback = options;
      options = undefined;
    }
    validateFunction(callback, 'callback');
    assertIsObject(options, 'options');
    options = { ...options, endStream: options?.endStream };
    if (options.endStream !== undefined) validateBoolean(options.endStream, 'options.endStream');
    assertIsObject(headers, 'headers');
    headers = { __proto__: null, ...headers };
    headers[':method'] ??= 'GET';
    headers[':authority'] ??= this[kAuthority];
    headers[':scheme'] ??= this[kProtocol];
    headers[':path'] ??= '/';
    // Promised requests have no body.
    const isHead = headers[':method'] === 'HEAD';
    if (isHead) options.endStream = true;
    const { 0: fields, 1: count } = buildNgHeaderString(headers, assertValidPseudoHeader, isStrict(this));
    const handle = this[kHandle].pushPromise(fields, count);
    if (typeof handle === 'number') {
      let error;
      switch (handle) {
        case libraryErrors.NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE:
          error = new ERR_HTTP2_OUT_OF_STREAMS();
          break;
        case libraryErrors.NGHTTP2_ERR_STREAM_CLOSED:
          error = new ERR_HTTP2_INVALID_STREAM();
          break;
        default:
          error = new NghttpError(handle);
      }
      process.nextTick(callback, error);
      return;
    }
    const stream = new ServerHttp2Stream(session, handle, handle.id(), options, headers);
    stream[kIsPush] = true;
    stream[kSentHeaders] = headers;
    stream.push(null);
    if (isHead) stream[kState].isHead = true;
    if (options.endStream) stream.end();
    publish(stream, 'created', () => ({ headers }));
    publish(stream, 'start', () => ({ headers }));
    process.nextTick(callback, null, stream, headers, 0);
  }

  respondWithFD(fd, headers, options) {
    require('internal/http2/file').respondWithFD(this, fd, headers, options);
  }
  respondWithFile(path, headers, options) {
    require('internal/http2/file').respondWithFile(this, path, headers, options);
  }
}

ServerHttp2Stream.prototype[kChannels] = serverChannels;

function isStrict(stream) {
  return stream[kSession]?.[kOptions].strictSingleValueFields !== false;
}

function respondOptions(stream, options) {
  assertIsObject(options, 'options');
  options = { ...options };
  options.endStream = Boolean(options.endStream);
  options.waitForTrailers = Boolean(options.waitForTrailers);
  return options;
}

// 204, 205 and 304 have no body, and neither has an answer to HEAD (RFC 9110, section 6.4.1).
function hasNoPayload(stream, status) {
  return status === 204 || status === 205 || status === 304 || stream[kState].isHead;
}

// The response's block, with what the program left out: { headers, fields, count, status }.
function prepareResponse(stream, headers) {
  assertIsObject(headers, 'headers', ['Object', 'Array']);
  const isRaw = Array.isArray(headers);
  const object = isRaw ? rawToObject(headers) : { __proto__: null, ...headers };
  const extra = [];
  if (object[':status'] === undefined || object[':status'] === null) {
    object[':status'] = 200;
    extra.push(':status', 200);
  }
  const hasDate = isRaw ? headers.some((name, i) => i % 2 === 0 && `${name}`.toLowerCase() === 'date') : object.date !== undefined;
  if (!hasDate) {
    object.date = utcDate();
    extra.push('date', object.date);
  } else if (object.date === null) {
    delete object.date;
  }
  if (!isRaw) object[':status'] |= 0;
  const status = object[':status'] | 0;
  if (status < 100 || status > 599) throw new ERR_HTTP2_STATUS_INVALID(object[':status']);
  if (status < 200) throw new ERR_HTTP2_INFO_STATUS_NOT_ALLOWED();
  const prepared = { headers: object, status, raw: isRaw ? headers : undefined, extra };
  return prepared;
}

function sendResponse(stream, prepared, options) {
  const { headers, raw, extra } = prepared;
  let list = headers;
  if (raw !== undefined) {
    list = [...raw, ...extra];
    list[kSensitiveHeaders] = raw[kSensitiveHeaders];
    if (raw[kSensitiveHeaders] === undefined) delete headers[kSensitiveHeaders];
  }
  const { 0: fields, 1: count } = buildNgHeaderString(list, assertValidPseudoHeaderResponse, isStrict(stream));
  stream[kSentHeaders] = headers;
  stream[kState].headersSent = true;
  stream[kState].wantsTrailers = options.waitForTrailers;
  stream[kUpdateTimer]();
  const result = stream[kHandle].respond(fields, count, options.endStream, options.waitForTrailers);
  if (result < 0) stream.destroy(new NghttpError(result));
  else publish(stream, 'finish', () => ({ headers, flags: kFlagEndHeaders | (options.endStream ? kFlagEndStream : 0) }));
  return result;
}

module.exports = { ServerHttp2Stream, hasNoPayload, prepareResponse, respondOptions, sendResponse };
