'use strict';

// How a session ends: its streams, its last frames, its socket, then 'close'.

const {
  codes: { ERR_HTTP2_STREAM_CANCEL },
} = require('internal/errors');
const { constants } = require('internal/http2/constants');
const performance = require('internal/http2/performance');
const { kBoundSession, kHandle, kOwner, kProxySocket, kSocket, kState } = require('internal/http2/symbols');
const { stopTimeout } = require('internal/http2/timeouts');
const { sessionName } = require('internal/http2/util');

function closeSession(session, code, error) {
  const state = session[kState];
  state.destroyed = true;
  state.destroyCode = code;
  stopTimeout(session);
  session.removeAllListeners('timeout');
  if (state.pendingStreams.size > 0 || state.streams.size > 0) {
    const cancel = new ERR_HTTP2_STREAM_CANCEL(error);
    for (const stream of [...state.pendingStreams]) stream.destroy(cancel);
    for (const stream of [...state.streams.values()]) {
      // One that has all its data is only waiting for its reader.
      if (error || !stream.closed || stream.readableFlowing === null || stream.readableLength === 0) stream.destroy(error);
    }
  }
  const socket = session[kSocket];
  const handle = session[kHandle];
  const finish = () => finishClose(session, socket, error);
  if (handle === undefined) {
    finish();
    return;
  }
  handle.ondone = () => {
    performance.endSession(state.begun, handle, sessionName(session.type));
    finish();
  };
  handle.destroy(code, socket !== undefined && !socket.destroyed);
}

// The last frames are sent: now the socket goes, and then 'close' comes.
function finishClose(session, socket, error) {
  const handle = session[kHandle];
  session[kHandle] = undefined;
  session[kProxySocket] = undefined;
  session[kSocket] = undefined;
  if (handle !== undefined) {
    handle.ondone = undefined;
    handle[kOwner] = undefined;
  }
  if (socket !== undefined) {
    socket[kBoundSession] = undefined;
    socket.removeListener('error', onSocketError);
    socket.removeListener('close', onSocketClose);
  }
  const tell = () => {
    if (error) session.emit('error', error);
    session.emit('close');
  };
  if (socket === undefined || socket.destroyed) {
    process.nextTick(tell);
    return;
  }
  // Errors of a socket that nobody is to hear any more.
  if (socket.listenerCount('error') === 0) socket.on('error', () => {});
  socket.on('close', tell);
  if (session.closed && !error) {
    // All was said; what the peer still says is read, so that the connection ends in order.
    socket.resume();
    socket.end();
  } else {
    setImmediate(() => socket.destroy(error));
  }
}

function onSocketError(error) {
  const session = this[kBoundSession];
  if (session === undefined) return;
  // The peer may reset a connection of which all was said.
  if (error.code === 'ECONNRESET' && session[kState].goawayCode === constants.NGHTTP2_NO_ERROR) {
    session.destroy();
    return;
  }
  session.destroy(error);
}

function onSocketClose() {
  const session = this[kBoundSession];
  if (session === undefined) return;
  const state = session[kState];
  const cancel = new ERR_HTTP2_STREAM_CANCEL();
  for (const stream of [...state.streams.values()]) stream.close(constants.NGHTTP2_CANCEL);
  for (const stream of [...state.pendingStreams]) stream.destroy(cancel);
  session.close();
  // What waits to be sent never will be.
  session.destroy();
}

module.exports = { closeSession, onSocketClose, onSocketError };
