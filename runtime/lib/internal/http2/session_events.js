'use strict';

// What the binding tells of sessions; the receiver is a session's handle.

const { UV_EOF, UV_EPIPE } = internalBinding('uv');
const {
  codes: { ERR_HTTP2_SESSION_ERROR, ERR_HTTP2_TOO_MANY_ORIGINS }, ErrnoException,
} = require('internal/errors');
const { constants } = require('internal/http2/constants');
const { makeOriginSet } = require('internal/http2/session_setup');
const { kMaybeDestroy, kOptions, kOwner, kSocket, kState, kUpdateTimer } = require('internal/http2/symbols');
const { libraryErrors, NghttpError } = require('internal/http2/util');
const { onStreamEnd } = require('internal/net/io');

const { NGHTTP2_NO_ERROR, NGHTTP2_SESSION_SERVER } = constants;
const kHeadersFrame = 1;

module.exports = {
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
