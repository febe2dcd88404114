'use strict';

// net.Server: listens on a port, a path, a descriptor or a handle, and makes a Socket of each connection.

const { FunctionPrototypeCall, ObjectDefineProperty, ObjectSetPrototypeOf } = primordials;
const EventEmitter = require('events');
const { TCP, UV_TCP_IPV6ONLY, UV_TCP_REUSEPORT } = internalBinding('tcp_wrap');
const { Pipe, UV_READABLE, UV_WRITABLE } = internalBinding('pipe_wrap');
const { UV_EADDRINUSE, UV_EINVAL } = internalBinding('uv');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_SERVER_ALREADY_LISTEN, ERR_SERVER_NOT_RUNNING },
  ErrnoException, ExceptionWithHostPort, UVExceptionWithHostPort,
} = require('internal/errors');
const {
  validateAbortSignal, validateFunction, validateNumber, validatePort,
} = require('internal/validators');
const { isNormalized, isPipeName, normalizeArgs, toNumber } = require('internal/net/arguments');
const { BlockList } = require('internal/net/address');
const { Socket } = require('internal/net/socket');
const { kOwner } = require('internal/net/io');

const cluster = require('internal/cluster/hook');

function Server(options, connectionListener) {
  if (!(this instanceof Server)) return new Server(options, connectionListener);
  FunctionPrototypeCall(EventEmitter, this);
  if (typeof options === 'function') {
    connectionListener = options;
    options = {};
  } else if (options == null) {
    options = {};
  } else if (typeof options !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  } else {
    options = { ...options };
  }
  if (options.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
    if (options.keepAliveInitialDelay < 0) options.keepAliveInitialDelay = 0;
  }
  if (options.highWaterMark !== undefined) {
    validateNumber(options.highWaterMark, 'options.highWaterMark');
    if (options.highWaterMark < 0) options.highWaterMark = undefined;
  }
  if (connectionListener !== undefined) {
    validateFunction(connectionListener, 'connectionListener');
    this.on('connection', connectionListener);
  }
  this._connections = 0;
  this._handle = null;
  this._usingWorkers = false;
  this._workers = [];
  this._unref = false;
  this._listeningId = 1;
  this.allowHalfOpen = options.allowHalfOpen || false;
  this.pauseOnConnect = Boolean(options.pauseOnConnect);
  this.noDelay = Boolean(options.noDelay);
  this.keepAlive = Boolean(options.keepAlive);
  this.keepAliveInitialDelay = ~~(options.keepAliveInitialDelay / 1000);
  this.highWaterMark = options.highWaterMark;
  if (options.blockList) {
    if (!BlockList.isBlockList(options.blockList)) {
      throw new ERR_INVALID_ARG_TYPE('options.blockList', 'net.BlockList', options.blockList);
    }
    this.blockList = options.blockList;
  }
}
ObjectSetPrototypeOf(Server.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(Server, EventEmitter);

// A handle bound to the address, path or descriptor; or a negative error.
function createServerHandle(address, port, addressType, fd, flags) {
  let error = 0;
  let handle;
  let isTcp = false;
  if (typeof fd === 'number' && fd >= 0) {
    const type = internalBinding('process_object').guessHandleType(fd);
    if (type === 'PIPE') handle = new Pipe(1);
    else if (type === 'TCP') handle = new TCP(1);
    else return UV_EINVAL;
    error = handle.open(fd);
    if (error) {
      handle.close();
      return error;
    }
    return handle;
  }
  if (port === -1 && addressType === -1) {
    handle = new Pipe(1);
  } else {
    handle = new TCP(1);
    isTcp = true;
  }
  if (address || isTcp) {
    if (!isTcp) {
      error = handle.bind(address);
    } else if (!address) {
      // Any address: IPv6 takes both families, where there is IPv6.
      error = handle.bind6('::', port, flags ?? 0);
      if (error) {
        handle.close();
        return createServerHandle('0.0.0.0', port, 4, undefined, flags);
      }
    } else if (addressType === 6) {
      error = handle.bind6(address, port, flags ?? 0);
    } else {
      error = handle.bind(address, port, flags ?? 0);
    }
  }
  if (error) {
    handle.close();
    return error;
  }
  return handle;
}

function startListening(server, address, port, addressType, backlog, fd, flags) {
  if (!server._handle) {
    let result = null;
    if (!address && typeof fd !== 'number') {
      result = createServerHandle('::', port, 6, fd, flags);
      if (typeof result === 'number') {
        result = null;
        address = '0.0.0.0';
        addressType = 4;
      } else {
        address = '::';
        addressType = 6;
      }
    }
    result ??= createServerHandle(address, port, addressType, fd, flags);
    if (typeof result === 'number') {
      const error = new UVExceptionWithHostPort(result, 'listen', address, port);
      process.nextTick(() => server.emit('error', error));
      return;
    }
    server._handle = result;
  }
  server._handle.onconnection = onConnection;
  server._handle[kOwner] = server;
  const error = server._handle.listen(backlog || 511);
  if (error) {
    const failure = new UVExceptionWithHostPort(error, 'listen', address, port);
    server._handle.close();
    server._handle = null;
    process.nextTick(() => server.emit('error', failure));
    return;
  }
  server._connectionKey = `${addressType}:${address}:${port}`;
  if (server._unref) server.unref();
  process.nextTick(() => {
    // It may have been closed meanwhile.
    if (server._handle) server.emit('listening');
  });
}

function onConnection(status, clientHandle) {
  const server = this[kOwner];
  if (status) {
    server.emit('error', new ErrnoException(status, 'accept'));
    return;
  }
  const tooMany = server.maxConnections != null && server._connections >= server.maxConnections;
  if (tooMany || server.blockList) {
    const remote = {};
    if (server.blockList && clientHandle.getpeername?.(remote) === 0 &&
        server.blockList.check(remote.address, `ipv${remote.family?.slice(3)}`)) {
      drop(server, clientHandle);
      return;
    }
    if (tooMany) {
      drop(server, clientHandle);
      return;
    }
  }
  const socket = new Socket({
    handle: clientHandle, allowHalfOpen: server.allowHalfOpen, pauseOnCreate: server.pauseOnConnect, readable: true,
    writable: true, readableHighWaterMark: server.highWaterMark, writableHighWaterMark: server.highWaterMark,
  });
  if (server.noDelay && clientHandle.setNoDelay) socket.setNoDelay(true);
  if (server.keepAlive && clientHandle.setKeepAlive) socket.setKeepAlive(true, server.keepAliveInitialDelay * 1000);
  server._connections++;
  socket.server = server;
  socket._server = server;
  server.emit('connection', socket);
}

function drop(server, handle) {
  if (!handle.getsockname) {
    handle.close();
    server.emit('drop');
    return;
  }
  const local = {};
  const remote = {};
  handle.getsockname(local);
  handle.getpeername(remote);
  handle.close();
  server.emit('drop', {
    localAddress: local.address, localPort: local.port, localFamily: local.family,
    remoteAddress: remote.address, remotePort: remote.port, remoteFamily: remote.family,
  });
}

// libuv reports a port in use when the handle listens; that of another process only has no port then.
function portTaken(handle, port) {
  if (!(port > 0) || !handle.getsockname) return 0;
  const out = {};
  return handle.getsockname(out) || (out.port === port ? 0 : UV_EADDRINUSE);
}

// `access` is of a path: readableAll and writableAll.
function listenInCluster(server, address, port, addressType, backlog, fd, exclusive, flags, access) {
  if (cluster.getHandle === null || exclusive) {
    server._listen2(address, port, addressType, backlog, fd, flags);
    return;
  }
  const listeningId = server._listeningId;
  const request = { address, port, addressType, fd, flags, backlog, ...access };
  cluster.getHandle(server, request, (error, handle) => {
    if (listeningId !== server._listeningId) {
      // close() or another listen() came first.
      handle?.close();
      return;
    }
    error = error || portTaken(handle, port);
    if (error) {
      handle?.close();
      server.emit('error', new ExceptionWithHostPort(error, 'bind', address, port));
      return;
    }
    server._handle = handle;
    server._listen2(address, port, addressType, backlog, fd, flags);
  });
}
Server.prototype._listen2 = function(address, port, addressType, backlog, fd, flags) {
  startListening(this, address, port, addressType, backlog, fd, flags);
};

function lookupAndListen(server, port, address, backlog, exclusive, flags) {
  const listeningId = server._listeningId;
  require('dns').lookup(address, (error, ip, addressType) => {
    // listen() was called again, or close().
    if (listeningId !== server._listeningId) return;
    if (error) {
      server.emit('error', error);
      return;
    }
    addressType = ip ? addressType : 4;
    // Link-local addresses are of use with their interface only, which a name cannot carry.
    listenInCluster(server, ip, port, addressType, backlog, undefined, exclusive, flags);
  });
}

Server.prototype.listen = function(...args) {
  const normalized = isNormalized(args[0]) ? args[0] : normalizeArgs(args);
  let { 0: options, 1: callback } = normalized;
  if (this._handle) throw new ERR_SERVER_ALREADY_LISTEN();
  if (callback !== null) this.once('listening', callback);
  const backlogFromArgs = toNumber(args.length > 1 && args[1]) || toNumber(args.length > 2 && args[2]);
  options = options._handle || options.handle || options;
  const flags = (options.ipv6Only === true ? UV_TCP_IPV6ONLY : 0) | (options.reusePort === true ? UV_TCP_REUSEPORT : 0);
  const exclusive = options.reusePort === true ? true : options.exclusive;
  this._listeningId++;

  if (options instanceof TCP || options instanceof Pipe) {
    this._handle = options;
    this._listen2(null, -1, -1, backlogFromArgs);
    return this;
  }
  addServerAbortSignal(this, options);
  if (typeof options.fd === 'number' && options.fd >= 0) {
    listenInCluster(this, null, null, null, backlogFromArgs, options.fd, exclusive);
    return this;
  }
  if (args.length === 0 || typeof args[0] === 'function' ||
      (options.port === undefined && 'port' in options) || options.port === null) {
    options.port = 0;
  }
  const backlog = options.backlog || backlogFromArgs;
  if (typeof options.port === 'number' || typeof options.port === 'string') {
    validatePort(options.port, 'options.port');
    const port = options.port | 0;
    if (options.host) lookupAndListen(this, port, options.host, backlog, exclusive, flags);
    else listenInCluster(this, null, port, 4, backlog, undefined, exclusive, flags);
    return this;
  }
  if (options.path && isPipeName(options.path)) {
    const path = this._pipeName = options.path;
    const { readableAll, writableAll } = options;
    listenInCluster(this, path, -1, -1, backlog, undefined, options.exclusive, undefined, { readableAll, writableAll });
    if (!this._handle) return this;
    let mode = 0;
    if (options.readableAll === true) mode |= UV_READABLE;
    if (options.writableAll === true) mode |= UV_WRITABLE;
    if (mode !== 0) {
      const error = this._handle.fchmod(mode);
      if (error) {
        this._handle.close();
        this._handle = null;
        throw new ErrnoException(error, 'uv_pipe_chmod');
      }
    }
    return this;
  }
  if (!('port' in options || 'path' in options)) {
    throw new ERR_INVALID_ARG_VALUE('options', options, 'must have the property "port" or "path"');
  }
  throw new ERR_INVALID_ARG_VALUE('options', options);
};

function addServerAbortSignal(server, options) {
  if (options.signal === undefined) return;
  validateAbortSignal(options.signal, 'options.signal');
  const { signal } = options;
  const aborted = () => server.close();
  if (signal.aborted) {
    process.nextTick(aborted);
    return;
  }
  signal.addEventListener('abort', aborted, { once: true });
  server.once('close', () => signal.removeEventListener('abort', aborted));
}

ObjectDefineProperty(Server.prototype, 'listening', {
  __proto__: null, configurable: true, enumerable: true,
  get() { return Boolean(this._handle); },
});

Server.prototype.address = function() {
  if (this._handle?.getsockname) {
    const out = {};
    const error = this._handle.getsockname(out);
    if (error) throw new ErrnoException(error, 'address');
    return out;
  }
  if (this._pipeName && this._handle) return this._pipeName;
  return null;
};

Server.prototype.getConnections = function(callback) {
  const end = (error, count) => process.nextTick(callback, error, count);
  if (!this._usingWorkers || this._workers.length === 0) {
    end(null, this._connections);
    return this;
  }
  // Sockets that were sent to child processes are counted there.
  let left = this._workers.length;
  let total = this._connections;
  for (const worker of this._workers) {
    worker.getConnections((error, count) => {
      if (error) {
        left = -1;
        return end(error);
      }
      total += count;
      if (--left === 0) end(null, total);
    });
  }
  return this;
};

Server.prototype.close = function(callback) {
  if (typeof callback === 'function') {
    if (!this._handle) this.once('close', () => callback(new ERR_SERVER_NOT_RUNNING()));
    else this.once('close', callback);
  }
  this._listeningId++;
  if (this._handle) {
    this._handle.close();
    this._handle = null;
  }
  if (this._usingWorkers && this._workers.length > 0) {
    let left = this._workers.length;
    const onWorkerClose = () => {
      if (--left !== 0) return;
      this._connections--;
      this._emitCloseIfDrained();
    };
    // Until the workers have closed theirs, a connection counts.
    this._connections++;
    for (const worker of this._workers) worker.close(onWorkerClose);
  } else {
    this._emitCloseIfDrained();
  }
  return this;
};

Server.prototype[Symbol.asyncDispose] = async function() {
  if (!this._handle) return;
  await new Promise((resolve, reject) => this.close((error) => (error ? reject(error) : resolve())));
};

Server.prototype._emitCloseIfDrained = function() {
  if (this._handle || this._connections) return;
  process.nextTick(() => this.emit('close'));
};

Server.prototype._setupWorker = function(socketList) {
  this._usingWorkers = true;
  this._workers.push(socketList);
  socketList.once('exit', (list) => {
    this._workers.splice(this._workers.indexOf(list), 1);
  });
};

Server.prototype.ref = function() {
  this._unref = false;
  this._handle?.ref();
  return this;
};
Server.prototype.unref = function() {
  this._unref = true;
  this._handle?.unref();
  return this;
};

Server.prototype[EventEmitter.captureRejectionSymbol] = function(error, event, socket) {
  if (event === 'connection') socket.destroy(error);
  else this.emit('error', error);
};

module.exports = { Server, createServerHandle };
