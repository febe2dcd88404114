'use strict';

// Reads and writes of the streams libuv drives: what net.Socket, terminals and channels have in common.

const {
  streamState, kReadBytesOrError, kBytesWritten, kLastWriteWasAsync,
} = internalBinding('stream_wrap');
const { UV_EOF, UV_ENOTCONN } = internalBinding('uv');
const { ErrnoException } = require('internal/errors');

const kOwner = Symbol('owner');
const kUpdateTimer = Symbol('update timer');
const kReadBuffer = Symbol('read buffer');
const kMaybeDestroy = Symbol('maybe destroy');

// Requests are named as async_hooks knows them.
class WriteWrap {
  handle;
  oncomplete = onWriteDone;
  callback = null;
  bytes = 0;
  async = false;
  buffer = null;
  constructor(handle) { this.handle = handle; }
}
class ShutdownWrap {
  handle;
  oncomplete = onShutdownDone;
  callback = null;
  constructor(handle) { this.handle = handle; }
}

function onWriteDone(status) {
  const stream = this.handle[kOwner];
  const { callback } = this;
  this.buffer = null;
  if (stream === undefined || stream === null || stream.destroyed) {
    if (typeof callback === 'function') callback(null);
    return;
  }
  if (status < 0) {
    const error = new ErrnoException(status, 'write', this.error);
    if (typeof callback === 'function') callback(error);
    else stream.destroy(error);
    return;
  }
  stream[kUpdateTimer]();
  if (typeof callback === 'function') callback(null);
}

function onShutdownDone() {
  this.callback();
}

function dispatched(request, error, callback) {
  request.bytes = streamState[kBytesWritten];
  request.async = streamState[kLastWriteWasAsync] !== 0;
  if (error !== 0) callback(new ErrnoException(error, 'write', request.error));
  else if (request.async && typeof callback === 'function') request.callback = callback;
  else if (typeof callback === 'function') callback();
  return request;
}

function writeString(handle, request, data, encoding) {
  switch (encoding) {
    case 'utf8':
    case 'utf-8':
      return handle.writeUtf8String(request, data);
    case 'latin1':
    case 'binary':
      return handle.writeLatin1String(request, data);
    case 'ascii':
      return handle.writeAsciiString(request, data);
    case 'ucs2':
    case 'ucs-2':
    case 'utf16le':
    case 'utf-16le':
      return handle.writeUcs2String(request, data);
    default: {
      const buffer = Buffer.from(data, encoding);
      request.buffer = buffer;
      return handle.writeBuffer(request, buffer);
    }
  }
}

// Writes one chunk; the callback comes when the kernel has it.
function writeGeneric(stream, data, encoding, callback) {
  const handle = stream._handle;
  const request = new WriteWrap(handle);
  const error = typeof data === 'string' ? writeString(handle, request, data, encoding) : handle.writeBuffer(request, data);
  return dispatched(request, error, callback);
}

// Writes many: [{chunk, encoding}, ...] of a Writable.
function writevGeneric(stream, data, callback) {
  const handle = stream._handle;
  const request = new WriteWrap(handle);
  const { allBuffers, length } = data;
  const chunks = new Array(allBuffers ? length : length * 2);
  for (let i = 0; i < length; i++) {
    if (allBuffers) {
      chunks[i] = data[i].chunk ?? data[i];
    } else {
      chunks[i * 2] = data[i].chunk;
      chunks[i * 2 + 1] = data[i].encoding;
    }
  }
  return dispatched(request, handle.writev(request, chunks, allBuffers), callback);
}

function shutdown(handle, callback) {
  const request = new ShutdownWrap(handle);
  request.callback = callback;
  const error = handle.shutdown(request);
  if (error === 1 || error === UV_ENOTCONN) return callback();
  if (error !== 0) callback(new ErrnoException(error, 'shutdown'));
}

// Handles call this as handle.onread.
function onStreamRead(buffer) {
  const stream = this[kOwner];
  if (!stream) return;
  const size = streamState[kReadBytesOrError];
  stream[kUpdateTimer]();
  if (size > 0) {
    if (stream.destroyed) return;
    const more = stream[kReadBuffer] ? intoOwnBuffer(stream, buffer) : stream.push(buffer);
    if (!more) {
      this.reading = false;
      if (!stream.destroyed) {
        const error = this.readStop();
        if (error) stream.destroy(new ErrnoException(error, 'read'));
      }
    }
    return;
  }
  onStreamEnd(stream, size);
}

// The stream has ended (UV_EOF) or failed.
function onStreamEnd(stream, size) {
  if (size !== UV_EOF) {
    stream.destroy(new ErrnoException(size, 'read'));
    return;
  }
  if (stream._readableState.endEmitted) {
    stream[kMaybeDestroy]?.();
    return;
  }
  if (stream[kMaybeDestroy]) stream.on('end', stream[kMaybeDestroy]);
  // Whatever is buffered is read before the end is.
  stream.push(null);
  stream.read(0);
}

// The `onread` option: bytes go to the program's own buffer. False when it wants no more for now.
function intoOwnBuffer(stream, bytes) {
  const { callback } = stream[kReadBuffer];
  let more = true;
  for (let offset = 0; offset < bytes.length;) {
    let { buffer } = stream[kReadBuffer];
    if (typeof buffer === 'function') {
      buffer = stream[kReadBuffer].next ?? buffer();
      stream[kReadBuffer].next = undefined;
    }
    const part = bytes.subarray(offset, offset + buffer.byteLength);
    new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).set(part);
    offset += part.length;
    if (callback.call(stream, part.length, buffer) === false) more = false;
    if (stream.destroyed) return true;
  }
  return more;
}

module.exports = {
  ShutdownWrap, WriteWrap, kMaybeDestroy, kOwner, kReadBuffer, kUpdateTimer, onStreamEnd, onStreamRead, shutdown,
  writeGeneric, writevGeneric,
};
