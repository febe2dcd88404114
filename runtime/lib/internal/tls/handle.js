'use strict';

// Puts a connection's engine between a socket and the handle below it.

const { TLSWrap } = internalBinding('tls_wrap');
const { kOwner } = require('internal/net/io');

// What the handle below still does itself.
const passed = [
  'bind', 'bind6', 'connect', 'connect6', 'getAsyncId', 'getBytesRead', 'getBytesWritten', 'getFd', 'getpeername', 'getsockname',
  'getWriteQueueSize', 'hasRef', 'open', 'ref', 'setBlocking', 'setKeepAlive', 'setNoDelay', 'setSimultaneousAccepts', 'unref',
];

// `below`: a native stream handle or a StreamTransport. `parentSocket`: the socket it belongs to, if any.
function wrapHandle(below, parentSocket, context, isServer, isNative) {
  const wrap = new TLSWrap(isNative ? below : null, context, isServer);
  wrap.below = below;
  // Packages find the class of a socket over a stream by this name.
  wrap._parentWrap = isNative ? parentSocket : below;
  if (!isNative) {
    below.attach(wrap);
    wrap.readStart = () => below.readStart();
    wrap.readStop = () => below.readStop();
  }
  for (const name of passed) {
    if (typeof below[name] === 'function') wrap[name] = (...args) => below[name](...args);
  }
  wrap.shutdown = (request) => {
    wrap.closeNotify();
    return below.shutdown(request);
  };
  wrap.writev = (request, chunks, allBuffers) => {
    if (allBuffers) return wrap.writevBuffers(request, chunks);
    const buffers = [];
    for (let i = 0; i < chunks.length; i += 2) {
      buffers.push(typeof chunks[i] === 'string' ? Buffer.from(chunks[i], chunks[i + 1]) : chunks[i]);
    }
    return wrap.writevBuffers(request, buffers);
  };
  const finish = (callback) => {
    wrap.destroySSL();
    const owner = wrap[kOwner];
    if (owner) owner.ssl = null;
    callback?.();
  };
  wrap.close = (callback) => {
    const done = () => finish(callback);
    // The socket below goes with its handle.
    if (parentSocket?._handle === below) {
      parentSocket.once('close', done);
      parentSocket.destroy();
    } else if (parentSocket && isNative && parentSocket._handle === null) {
      process.nextTick(done);
    } else {
      below.close(done);
    }
  };
  if (typeof below.reset === 'function') wrap.reset = (callback) => below.reset(() => finish(callback));
  return wrap;
}

module.exports = { wrapHandle };
