'use strict';

// net.Socket: a TCP connection, a Unix domain socket or a pipe, as a duplex stream.

const { FunctionPrototypeCall, ObjectDefineProperty, ObjectSetPrototypeOf } = primordials;
const { Duplex } = require('stream');
const EventEmitter = require('events');
const { TCP } = internalBinding('tcp_wrap');
const { Pipe } = internalBinding('pipe_wrap');
const {
  codes: {
    ERR_INVALID_ARG_VALUE, ERR_INVALID_FD_TYPE, ERR_INVALID_HANDLE_TYPE, ERR_MISSING_ARGS,
    ERR_SOCKET_CLOSED, ERR_SOCKET_CLOSED_BEFORE_CONNECTION,
  },
  ErrnoException, genericNodeError,
} = require('internal/errors');
const {
  validateAbortSignal, validateFunction, validateInt32, validateNumber, validateString,
} = require('internal/validators');
const { getTimerDuration, setUnrefTimeout } = require('internal/timers');
const io = require('internal/net/io');
const { kOwner, kReadBuffer, kUpdateTimer } = io;
const { isUint8Array } = require('internal/util/types');

const kTimeout = Symbol('timeout');
const kBytesRead = Symbol('bytesRead');
const kBytesWritten = Symbol('bytesWritten');
const kLastWriteQueueSize = Symbol('lastWriteQueueSize');
const kSetNoDelay = Symbol('setNoDelay');
const kSetKeepAlive = Symbol('setKeepAlive');
const kKeepAliveDelay = Symbol('keepAliveDelay');
const kIsReset = Symbol('isReset');

function createHandle(fd) {
  const type = internalBinding('process_object').guessHandleType(fd);
  if (type === 'PIPE') return new Pipe(0);
  if (type === 'TCP') return new TCP(0);
  throw new ERR_INVALID_FD_TYPE(type);
}

// Takes over what the handle brings: its reads and whether it is referenced.
function initHandle(socket) {
  const handle = socket._handle;
  socket._undestroy();
  socket._sockname = undefined;
  if (handle) {
    handle[kOwner] = socket;
    handle.onread = io.onStreamRead;
  }
}

function Socket(options) {
  if (!(this instanceof Socket)) return new Socket(options);
  if (options?.objectMode) throw new ERR_INVALID_ARG_VALUE('options.objectMode', options.objectMode, 'is not supported');
  if (options?.readableObjectMode || options?.writableObjectMode) {
    const name = `options.${options.readableObjectMode ? 'readableObjectMode' : 'writableObjectMode'}`;
    throw new ERR_INVALID_ARG_VALUE(name, options.readableObjectMode || options.writableObjectMode, 'is not supported');
  }
  if (options?.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
  }
  if (typeof options === 'number') options = { fd: options };
  else options = { ...options };

  this.connecting = false;
  this._hadError = false;
  this._parent = null;
  this._host = null;
  this[kTimeout] = null;
  this[kBytesRead] = 0;
  this[kBytesWritten] = 0;
  this[kLastWriteQueueSize] = 0;
  this[kReadBuffer] = null;
  this[kIsReset] = false;
  this._handle = null;

  options.allowHalfOpen = Boolean(options.allowHalfOpen);
  // 'close' follows when the handle is closed.
  options.emitClose = false;
  options.autoDestroy = true;
  options.decodeStrings = false;
  FunctionPrototypeCall(Duplex, this, options);

  if (options.handle) {
    this._handle = options.handle;
    // Connected, or already listening: reads begin below.
  } else if (options.fd !== undefined) {
    const { fd } = options;
    validateInt32(fd, 'fd', 0);
    this._handle = createHandle(fd);
    const error = this._handle.open(fd);
    if (error) {
      this._handle.close();
      this._handle = null;
      throw new ErrnoException(error, 'open');
    }
    if ((fd === 1 || fd === 2) && this._handle instanceof Pipe) {
      // What is written must not be lost when the process exits.
      const failed = this._handle.setBlocking(true);
      if (failed) throw new ErrnoException(failed, 'setBlocking');
    }
  }

  const { onread } = options;
  if (onread !== null && typeof onread === 'object' && (isUint8Array(onread.buffer) || typeof onread.buffer === 'function') &&
      typeof onread.callback === 'function') {
    this[kReadBuffer] = { buffer: onread.buffer, callback: onread.callback, next: undefined };
    if (typeof onread.buffer === 'function') this[kReadBuffer].next = onread.buffer();
  }

  if (typeof options.noDelay === 'boolean' || options.noDelay) this[kSetNoDelay] = Boolean(options.noDelay);
  if (options.keepAlive) {
    this[kSetKeepAlive] = true;
    this[kKeepAliveDelay] = ~~(options.keepAliveInitialDelay / 1000);
  }

  this.on('end', onReadableEnd);
  initHandle(this);
  this._pendingData = null;
  this._pendingEncoding = '';
  this.allowHalfOpen = options.allowHalfOpen;

  // A handle that is connected reads at once, unless its owner is to begin.
  if (options.handle && options.readable !== false && !options.manualStart) {
    if (options.pauseOnCreate) {
      this._handle.reading = false;
      this._handle.readStop();
      this.readableFlowing = false;
    } else {
      this.read(0);
    }
  } else if (this._handle && options.readable !== false && !options.manualStart) {
    this.read(0);
  }
  if (options.signal) addAbortSignal(this, options.signal);
}
ObjectSetPrototypeOf(Socket.prototype, Duplex.prototype);
ObjectSetPrototypeOf(Socket, Duplex);

function addAbortSignal(socket, signal) {
  validateAbortSignal(signal, 'options.signal');
  require('internal/streams/add_abort_signal').addAbortSignalNoValidate(signal, socket);
}

// The other side has said all it will: without half-open connections nothing more can be written either.
function onReadableEnd() {
  if (!this.allowHalfOpen) this.write = writeAfterFIN;
}
function writeAfterFIN(chunk, encoding, callback) {
  if (!this.writableEnded) return FunctionPrototypeCall(Duplex.prototype.write, this, chunk, encoding, callback);
  if (typeof encoding === 'function') callback = encoding;
  const error = genericNodeError('This socket has been ended by the other party', { code: 'EPIPE' });
  if (typeof callback === 'function') process.nextTick(callback, error);
  this.destroy(error);
  return false;
}

Socket.prototype[kUpdateTimer] = function() {
  for (let s = this; s; s = s._parent) {
    if (s[kTimeout]) s[kTimeout].refresh();
  }
};
Socket.prototype._unrefTimer = Socket.prototype[kUpdateTimer];

Socket.prototype.setTimeout = function(msecs, callback) {
  if (this.destroyed) return this;
  this.timeout = msecs;
  msecs = getTimerDuration(msecs, 'msecs');
  clearTimeout(this[kTimeout]);
  this[kTimeout] = null;
  if (msecs === 0) {
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      this.removeListener('timeout', callback);
    }
  } else {
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      this.once('timeout', callback);
    }
    this[kTimeout] = setUnrefTimeout(() => this._onTimeout(), msecs);
  }
  return this;
};

Socket.prototype._onTimeout = function() {
  const handle = this._handle;
  const before = this[kLastWriteQueueSize];
  if (before > 0 && handle) {
    // A large write that makes progress is not idle.
    const now = handle.getWriteQueueSize?.() ?? 0;
    if (before !== now && now > 0) {
      this[kLastWriteQueueSize] = now;
      this[kUpdateTimer]();
      return;
    }
  }
  this.emit('timeout');
};

Socket.prototype._final = function(callback) {
  if (this.connecting) {
    this.once('connect', () => this._final(callback));
    return;
  }
  if (!this._handle) return callback();
  io.shutdown(this._handle, (error) => {
    this._handle?.onshutdown?.();
    callback(error);
  });
};

Socket.prototype._read = function(size) {
  if (this.connecting || !this._handle) this.once('connect', () => this._read(size));
  else if (!this._handle.reading) startReading(this);
};

function startReading(socket) {
  socket._handle.reading = true;
  const error = socket._handle.readStart();
  if (error) socket.destroy(new ErrnoException(error, 'read'));
}

Socket.prototype.read = function(size) {
  if (this[kReadBuffer] && !this.connecting && this._handle && !this._handle.reading) startReading(this);
  return FunctionPrototypeCall(Duplex.prototype.read, this, size);
};

Socket.prototype.pause = function() {
  if (this[kReadBuffer] && !this.connecting && this._handle?.reading) {
    this._handle.reading = false;
    if (!this.destroyed) {
      const error = this._handle.readStop();
      if (error) this.destroy(new ErrnoException(error, 'read'));
    }
  }
  return FunctionPrototypeCall(Duplex.prototype.pause, this);
};

Socket.prototype.resume = function() {
  if (this[kReadBuffer] && !this.connecting && this._handle && !this._handle.reading) startReading(this);
  return FunctionPrototypeCall(Duplex.prototype.resume, this);
};

Socket.prototype.end = function(data, encoding, callback) {
  FunctionPrototypeCall(Duplex.prototype.end, this, data, encoding, callback);
  return this;
};

Socket.prototype._writeGeneric = function(writev, data, encoding, callback) {
  if (this.connecting) {
    this._pendingData = data;
    this._pendingEncoding = encoding;
    const onClose = () => callback(new ERR_SOCKET_CLOSED_BEFORE_CONNECTION());
    this.once('connect', function connect() {
      this.off('close', onClose);
      this._writeGeneric(writev, data, encoding, callback);
    });
    this.once('close', onClose);
    return;
  }
  this._pendingData = null;
  this._pendingEncoding = '';
  if (!this._handle) {
    callback(new ERR_SOCKET_CLOSED());
    return false;
  }
  this[kUpdateTimer]();
  const request = writev ? io.writevGeneric(this, data, callback) : io.writeGeneric(this, data, encoding, callback);
  if (request.async) this[kLastWriteQueueSize] = request.bytes;
};
Socket.prototype._write = function(data, encoding, callback) { this._writeGeneric(false, data, encoding, callback); };
Socket.prototype._writev = function(chunks, callback) { this._writeGeneric(true, chunks, '', callback); };

Socket.prototype._destroy = function(exception, callback) {
  this.connecting = false;
  for (let s = this; s; s = s._parent) {
    clearTimeout(s[kTimeout]);
    s[kTimeout] = null;
  }
  const handle = this._handle;
  if (handle) {
    const hadError = Boolean(exception);
    this[kBytesRead] = handle.getBytesRead?.() ?? handle.bytesRead ?? 0;
    this[kBytesWritten] = handle.getBytesWritten?.() ?? handle.bytesWritten ?? 0;
    const closed = () => this.emit('close', hadError);
    if (this[kIsReset]) {
      const error = handle.reset(closed);
      if (error) {
        handle.close(closed);
        this.emit('error', new ErrnoException(error, 'reset'));
      }
    } else if (this._closeAfterHandlingError) {
      // An error that is thrown at listeners comes before 'close'.
      queueMicrotask(() => handle.close(closed));
    } else {
      handle.close(closed);
    }
    handle.onread = () => {};
    this._handle = null;
    this._sockname = null;
    callback(exception);
  } else {
    callback(exception);
    process.nextTick(() => this.emit('close', Boolean(exception)));
  }
  const server = this._server;
  if (server) {
    server._connections--;
    server._emitCloseIfDrained?.();
  }
};

Socket.prototype.destroySoon = function() {
  if (this.writable) this.end();
  if (this.writableFinished) this.destroy();
  else this.once('finish', this.destroy);
};

Socket.prototype.resetAndDestroy = function() {
  if (this._handle) {
    if (!(this._handle instanceof TCP)) throw new ERR_INVALID_HANDLE_TYPE();
    this[kIsReset] = true;
    if (this.connecting) this.once('connect', () => this.destroy());
    else this.destroy();
  } else {
    this.destroy(new ERR_SOCKET_CLOSED());
  }
  return this;
};

Socket.prototype.setNoDelay = function(enable) {
  enable = Boolean(enable === undefined ? true : enable);
  if (!this._handle) {
    this[kSetNoDelay] = enable;
    return this;
  }
  if (this._handle.setNoDelay && enable !== this[kSetNoDelay]) {
    this[kSetNoDelay] = enable;
    this._handle.setNoDelay(enable);
  }
  return this;
};

Socket.prototype.setKeepAlive = function(enable, initialDelay) {
  if (enable !== null && typeof enable === 'object') ({ enable = true, initialDelay } = enable);
  enable = Boolean(enable);
  const seconds = ~~(initialDelay / 1000);
  if (!this._handle) {
    this[kSetKeepAlive] = enable;
    this[kKeepAliveDelay] = seconds;
    return this;
  }
  if (!this._handle.setKeepAlive) return this;
  if (enable !== this[kSetKeepAlive] || (enable && this[kKeepAliveDelay] !== seconds)) {
    this[kSetKeepAlive] = enable;
    this[kKeepAliveDelay] = seconds;
    this._handle.setKeepAlive(enable, seconds);
  }
  return this;
};

Socket.prototype.ref = function() {
  if (!this._handle) this.once('connect', this.ref);
  else this._handle.ref?.();
  return this;
};
Socket.prototype.unref = function() {
  if (!this._handle) this.once('connect', this.unref);
  else this._handle.unref?.();
  return this;
};

Socket.prototype.address = function() { return this._getsockname(); };

// The two ends' names are asked for once.
Socket.prototype._getpeername = function() {
  if (!this._handle?.getpeername || this.connecting) return this._peername || {};
  if (!this._peername) {
    const out = {};
    if (this._handle.getpeername(out)) return out;
    this._peername = out;
  }
  return this._peername;
};
Socket.prototype._getsockname = function() {
  if (!this._handle?.getsockname) return {};
  if (!this._sockname) {
    const out = {};
    this._handle.getsockname(out);
    this._sockname = out;
  }
  return this._sockname;
};

function getter(name, get) {
  ObjectDefineProperty(Socket.prototype, name, { __proto__: null, configurable: false, enumerable: true, get });
}
getter('_connecting', function() { return this.connecting; });
getter('pending', function() { return !this._handle || this.connecting; });
getter('readyState', function() {
  if (this.connecting) return 'opening';
  if (this.readable && this.writable) return 'open';
  if (this.readable && !this.writable) return 'readOnly';
  if (!this.readable && this.writable) return 'writeOnly';
  return 'closed';
});
ObjectDefineProperty(Socket.prototype, 'bufferSize', {
  __proto__: null, configurable: false, enumerable: false,
  get() { return this._handle ? this.writableLength : undefined; },
});
getter('bytesRead', function() {
  return this._handle ? this._handle.getBytesRead?.() ?? this._handle.bytesRead ?? 0 : this[kBytesRead];
});
getter('bytesWritten', function() {
  let bytes = this._handle ? this._handle.getBytesWritten?.() ?? this._handle.bytesWritten ?? 0 : this[kBytesWritten];
  if (this._writableState?.getBuffer) {
    for (const { chunk, encoding } of this.writableBuffer ?? []) {
      bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.length;
    }
  }
  const pending = this._pendingData;
  if (Array.isArray(pending)) {
    for (const entry of pending) {
      const chunk = entry.chunk ?? entry;
      bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk, entry.encoding) : chunk.length;
    }
  } else if (pending) {
    bytes += typeof pending === 'string' ? Buffer.byteLength(pending, this._pendingEncoding) : pending.byteLength;
  }
  return bytes;
});
getter('remoteAddress', function() { return this._getpeername().address; });
getter('remoteFamily', function() { return this._getpeername().family; });
getter('remotePort', function() { return this._getpeername().port; });
getter('localAddress', function() { return this._getsockname().address; });
getter('localPort', function() { return this._getsockname().port; });
getter('localFamily', function() { return this._getsockname().family; });

ObjectDefineProperty(Socket.prototype, '_bytesDispatched', {
  __proto__: null, configurable: false, enumerable: true,
  get() { return this._handle ? this._handle.getBytesWritten?.() ?? 0 : this[kBytesWritten]; },
});

Socket.prototype.connect = function(...args) {
  const { isNormalized, normalizeArgs } = require('internal/net/arguments');
  const normalized = isNormalized(args[0]) ? args[0] : normalizeArgs(args);
  const { 0: options, 1: callback } = normalized;
  if (options.port === undefined && options.path == null) throw new ERR_MISSING_ARGS(['options', 'port', 'path']);
  if (options.onread !== undefined && this[kReadBuffer] === null && options.onread?.buffer &&
      typeof options.onread.callback === 'function') {
    this[kReadBuffer] = { buffer: options.onread.buffer, callback: options.onread.callback, next: undefined };
  }
  // A socket that was used before starts over.
  if (this.write !== Socket.prototype.write) this.write = Socket.prototype.write;
  if (this.destroyed) {
    this._handle = null;
    this._peername = undefined;
    this._sockname = undefined;
  }
  const { path } = options;
  const isPipe = Boolean(path);
  if (!this._handle) {
    this._handle = isPipe ? new Pipe(0) : new TCP(0);
    initHandle(this);
  }
  if (options.noDelay !== undefined) this[kSetNoDelay] = Boolean(options.noDelay);
  if (options.keepAlive) {
    this[kSetKeepAlive] = true;
    this[kKeepAliveDelay] = ~~(options.keepAliveInitialDelay / 1000);
  }
  if (callback !== null && callback !== undefined) this.once('connect', callback);
  this._unrefTimer();
  this.connecting = true;
  const { connectPath, lookupAndConnect } = require('internal/net/connect');
  if (isPipe) {
    validateString(path, 'options.path');
    connectPath(this, path);
  } else {
    lookupAndConnect(this, options);
  }
  return this;
};

// The options given before there was a handle.
Socket.prototype._applyOptions = function() {
  const handle = this._handle;
  if (this[kSetNoDelay] !== undefined && handle.setNoDelay && this[kSetNoDelay]) handle.setNoDelay(true);
  if (this[kSetKeepAlive] && handle.setKeepAlive) handle.setKeepAlive(true, this[kKeepAliveDelay]);
};

Socket.prototype._onConnected = function() {
  this._applyOptions();
};

Socket.prototype._reinitializeHandle = function(handle) {
  this._handle?.close();
  this._handle = handle;
  handle[kOwner] = this;
  handle.onread = io.onStreamRead;
};

if (EventEmitter.captureRejectionSymbol) {
  Socket.prototype[EventEmitter.captureRejectionSymbol] = function(error) { this.destroy(error); };
}

module.exports = { Socket, initHandle, kBytesRead, kBytesWritten, kIsReset, kKeepAliveDelay, kSetKeepAlive, kSetNoDelay, kTimeout };
