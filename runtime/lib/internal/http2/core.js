'use strict';

// The classes of http2 in one place, and their ears at the binding.

const binding = internalBinding('http2');
const { constants } = require('internal/http2/constants');
const { libraryErrors } = require('internal/http2/util');
const { Http2Session } = require('internal/http2/session');
const sessionEvents = require('internal/http2/session_events');
const stream = require('internal/http2/stream');
const streamEvents = require('internal/http2/stream_events');
const { ServerHttp2Stream } = require('internal/http2/server_stream');
const client = require('internal/http2/client');
const server = require('internal/http2/server');

// By their order in bindings/http2/session.h.
const order = [
  streamEvents.onHeaders, streamEvents.onData, streamEvents.onStreamClose, streamEvents.onWantTrailers, streamEvents.onWritten,
  sessionEvents.onSettings, sessionEvents.onPing, sessionEvents.onGoaway, sessionEvents.onFrameError, sessionEvents.onError,
  sessionEvents.onAltsvc, sessionEvents.onOrigin, sessionEvents.onEnd, sessionEvents.onSend, sessionEvents.onIdle,
];
binding.setCallbacks(order);

// What the binding's users look up.
binding.constants = {
  ...constants,
  NGHTTP2_ERR_DEFERRED: libraryErrors.NGHTTP2_ERR_DEFERRED,
  NGHTTP2_ERR_NOMEM: libraryErrors.NGHTTP2_ERR_NOMEM,
  NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE: libraryErrors.NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE,
  NGHTTP2_ERR_INVALID_ARGUMENT: libraryErrors.NGHTTP2_ERR_INVALID_ARGUMENT,
  NGHTTP2_ERR_STREAM_CLOSED: libraryErrors.NGHTTP2_ERR_STREAM_CLOSED,
  NGHTTP2_HCAT_REQUEST: 0, NGHTTP2_HCAT_RESPONSE: 1, NGHTTP2_HCAT_PUSH_RESPONSE: 2, NGHTTP2_HCAT_HEADERS: 3,
  NGHTTP2_NV_FLAG_NONE: 0, NGHTTP2_NV_FLAG_NO_INDEX: 1,
};

module.exports = {
  ...client, ...server, ClientHttp2Stream: stream.ClientHttp2Stream, Http2Session,
  Http2Stream: stream.Http2Stream, ServerHttp2Stream,
};
