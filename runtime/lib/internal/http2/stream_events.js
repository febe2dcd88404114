'use strict';

// What the binding tells of streams; the receiver of the first is the session's handle, of the others the stream's.

const { publish } = require('internal/http2/channels');
const { constants } = require('internal/http2/constants');
const { toHeaderObject } = require('internal/http2/headers');
const { ServerHttp2Stream } = require('internal/http2/server_stream');
const { ClientHttp2Stream, closeStream, kNoReset, kOrigin, kSession } = require('internal/http2/stream');
const { kMaybeDestroy, kOwner, kState, kUpdateTimer, kWriting } = require('internal/http2/symbols');

const { NGHTTP2_NO_ERROR } = constants;
const kFlagEndStream = 1;
// nghttp2's categories of header blocks.
const kResponseHeaders = 1;
const kPushResponse = 2;

// The stream is closed on both sides: it goes when its reader and its writer have seen that.
function destroyWhenDone(stream) {
  const check = () => {
    if (stream.destroyed) return;
    if (stream._readableState.endEmitted && (stream.writableFinished || stream._writableState.errored)) stream.destroy();
  };
  if (!stream._readableState.endEmitted) stream.on('end', check);
  if (!stream.writableFinished) stream.on('finish', check);
  check();
}

module.exports = {
  onHeaders(handle, id, category, flags, fields, sensitive) {
    const session = this[kOwner];
    if (!session || session.destroyed) return;
    session[kUpdateTimer]();
    const endOfStream = (flags & kFlagEndStream) !== 0;
    let stream = session[kState].streams.get(id);
    const headers = toHeaderObject(fields, sensitive);
    if (stream === undefined) {
      if (session.closed) {
        // Nobody is to see it.
        handle.rstStream(constants.NGHTTP2_REFUSED_STREAM);
        handle.destroy();
        return;
      }
      if (session.type === constants.NGHTTP2_SESSION_SERVER) {
        stream = new ServerHttp2Stream(session, handle, id, {}, headers);
        if (endOfStream) stream.push(null);
        if (headers[':method'] === 'HEAD') {
          stream[kState].isHead = true;
          stream.end();
        }
      } else {
        stream = new ClientHttp2Stream(session, handle, id, {});
        if (endOfStream) stream.push(null);
        stream.end();
      }
      if (endOfStream) stream[kState].endAfterHeaders = true;
      publish(stream, 'created', () => ({ headers }));
      publish(stream, 'start', () => ({ headers }));
      process.nextTick(() => session.emit('stream', stream, headers, flags, fields));
      return;
    }
    let event;
    const status = headers[':status'];
    if (category === kPushResponse) {
      event = 'push';
    } else if (category === kResponseHeaders || (status !== undefined && status >= 200)) {
      event = !endOfStream && status >= 100 && status < 200 ? 'headers' : 'response';
    } else {
      event = endOfStream ? 'trailers' : 'headers';
    }
    if (endOfStream && event !== 'trailers') stream[kState].endAfterHeaders = true;
    // RFC 8336, section 2.3: a server that is not responsible for an origin says so.
    if (status === constants.HTTP_STATUS_MISDIRECTED_REQUEST && session.type === constants.NGHTTP2_SESSION_CLIENT) {
      session[kState].originSet?.delete(stream[kOrigin]);
    }
    if (event === 'response' || event === 'push') publish(stream, 'finish', () => ({ headers, flags }));
    process.nextTick(() => stream.emit(event, headers, flags, fields));
    if (endOfStream) stream.push(null);
  },
  onData(buffer) {
    const stream = this[kOwner];
    if (stream === undefined || stream.destroyed) return;
    stream[kUpdateTimer]();
    if (buffer === undefined) {
      stream.push(null);
      stream[kMaybeDestroy]();
      return;
    }
    if (stream.push(buffer)) return;
    stream[kState].reading = false;
    this.readStop();
  },
  onStreamClose(code) {
    const stream = this[kOwner];
    if (stream === undefined || stream.destroyed) return;
    if (!stream.closed) closeStream(stream, code, kNoReset);
    const state = stream[kState];
    if (stream._readableState.endEmitted || code !== NGHTTP2_NO_ERROR) {
      stream[kMaybeDestroy](code);
      if (!stream.destroyed) destroyWhenDone(stream);
      return;
    }
    // What has come is to be read first.
    stream.push(null);
    destroyWhenDone(stream);
    if (stream[kSession]?.type === constants.NGHTTP2_SESSION_SERVER && !state.didRead && stream.readableFlowing === null) stream.resume();
    else stream.read(0);
  },
  onWantTrailers() {
    const stream = this[kOwner];
    if (stream === undefined || stream.destroyed || stream.closed) return;
    stream[kState].trailersReady = true;
    // Who does not say anything sends none.
    if (!stream.emit('wantTrailers')) stream.sendTrailers({});
  },
  onWritten() {
    const { callback } = this;
    const stream = this[kOwner];
    this.callback = undefined;
    if (stream !== undefined) {
      stream[kWriting] = 0;
      stream[kUpdateTimer]();
    }
    if (callback === undefined) return;
    // What the peer did not want is told by 'close' and 'aborted'.
    callback();
  },
};
