'use strict';

// https://nodejs.org/api/dgram.html

const EventEmitter = require('events');
const { UV_UDP_IPV6ONLY, UV_UDP_REUSEADDR, UV_UDP_REUSEPORT } = internalBinding('udp_wrap');
const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FD_TYPE, ERR_IP_BLOCKED, ERR_SOCKET_ALREADY_BOUND,
    ERR_SOCKET_DGRAM_IS_CONNECTED, ERR_SOCKET_DGRAM_NOT_CONNECTED,
  },
  ErrnoException, ExceptionWithHostPort,
} = require('internal/errors');
const { validateAbortSignal, validateNumber, validateObject, validatePort, validateString } =
  require('internal/validators');
const { BlockList, isIP } = require('internal/net/address');
const {
  _createSocketHandle, anyAddress, bindStates, connectStates, guessHandleType, kOwner, kStateSymbol, loopback,
  newHandle, runningState,
} = require('internal/dgram');
const cluster = require('internal/cluster/hook');
const { isBlocked, send, sendto, whenBound } = require('internal/dgram/send');
const { defineDeprecated } = require('internal/dgram/deprecated');

let created; // the diagnostics channel udp.socket

function Socket(type, listener) {
  EventEmitter.call(this);
  const options = type !== null && typeof type === 'object' ? type : {};
  if (options === type) type = options.type;
  for (const name of ['recvBufferSize', 'sendBufferSize']) {
    if (options[name]) validateNumber(options[name], `options.${name}`);
  }
  for (const name of ['receiveBlockList', 'sendBlockList']) {
    if (options[name] && !BlockList.isBlockList(options[name])) {
      throw new ERR_INVALID_ARG_TYPE(`options.${name}`, 'net.BlockList', options[name]);
    }
  }
  const handle = newHandle(type, options.lookup);
  handle[kOwner] = this;
  this.type = type;
  if (typeof listener === 'function') this.on('message', listener);
  this[kStateSymbol] = {
    handle,
    receiving: false,
    bindState: bindStates.kUnbound,
    connectState: connectStates.kDisconnected,
    queue: undefined,
    reuseAddr: options.reuseAddr,
    reusePort: options.reusePort,
    ipv6Only: options.ipv6Only,
    recvBufferSize: options.recvBufferSize,
    sendBufferSize: options.sendBufferSize,
    receiveBlockList: options.receiveBlockList,
    sendBlockList: options.sendBlockList,
  };
  if (options.signal !== undefined) closeOnAbort(this, options.signal);
  created ??= require('diagnostics_channel').channel('udp.socket');
  if (created.hasSubscribers) created.publish({ socket: this });
}
Object.setPrototypeOf(Socket.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Socket, EventEmitter);

function createSocket(type, listener) {
  return new Socket(type, listener);
}

function closeOnAbort(socket, signal) {
  validateAbortSignal(signal, 'options.signal');
  const onAbort = () => {
    if (socket[kStateSymbol].handle) socket.close();
  };
  if (signal.aborted) {
    onAbort();
    return;
  }
  const disposable = EventEmitter.addAbortListener(signal, onAbort);
  socket.once('close', () => disposable[Symbol.dispose]());
}

function bindFlags(state) {
  return (state.reuseAddr ? UV_UDP_REUSEADDR : 0) | (state.ipv6Only ? UV_UDP_IPV6ONLY : 0) |
    (state.reusePort ? UV_UDP_REUSEPORT : 0);
}

// The handle is bound: takes what arrives from now on.
function startReceiving(socket) {
  const state = socket[kStateSymbol];
  state.handle.onmessage = onMessage;
  state.handle.recvStart();
  state.receiving = true;
  state.bindState = bindStates.kBound;
  if (state.recvBufferSize) socket.setRecvBufferSize(state.recvBufferSize);
  if (state.sendBufferSize) socket.setSendBufferSize(state.sendBufferSize);
}

function startListening(socket) {
  startReceiving(socket);
  socket.emit('listening');
}

function onMessage(size, handle, message, remote) {
  const socket = handle[kOwner];
  if (size < 0) {
    socket.emit('error', new ErrnoException(size, 'recvmsg'));
    return;
  }
  if (isBlocked(socket[kStateSymbol].receiveBlockList, socket, remote.address)) return;
  remote.size = message.length;
  socket.emit('message', message, remote);
}

// A handle from elsewhere takes the place of the socket's own.
function replaceHandle(socket, handle) {
  const state = socket[kStateSymbol];
  const old = state.handle;
  for (const name of ['lookup', 'bind', 'connect', 'send']) {
    if (Object.hasOwn(old, name)) handle[name] = old[name];
  }
  handle[kOwner] = socket;
  // Like its predecessor, it does or does not keep the process.
  if (!old.hasRef()) handle.unref();
  old.close();
  state.handle = handle;
}

function checkUnbound(state) {
  if (state.bindState !== bindStates.kUnbound) throw new ERR_SOCKET_ALREADY_BOUND();
}

// bind([port][, address][, callback]), bind({port, address, exclusive, fd}[, callback]), or an already bound handle.
Socket.prototype.bind = function(port, address) {
  const state = runningState(this);
  checkUnbound(state);
  const callback = arguments[arguments.length - 1];
  if (port !== null && typeof port === 'object' && typeof port.recvStart === 'function') {
    state.bindState = bindStates.kBinding;
    onceBound(this, callback);
    replaceHandle(this, port);
    startListening(this);
    return this;
  }
  const options = port !== null && typeof port === 'object' ? port : { port, address };
  state.bindState = bindStates.kBinding;
  onceBound(this, callback);
  const exclusive = state.reusePort ? true : Boolean(options.exclusive);
  if (options.fd > 0) bindDescriptor(this, options.fd, exclusive);
  else bindAddress(this, options, exclusive);
  return this;
};

// The callback is of this attempt: it goes with an error.
function onceBound(socket, callback) {
  if (typeof callback !== 'function') return;
  const forget = () => {
    socket.removeListener(EventEmitter.errorMonitor, forget);
    socket.removeListener('listening', onListening);
  };
  const onListening = () => {
    forget();
    callback.call(socket);
  };
  // errorMonitor: having a callback is not handling errors.
  socket.on(EventEmitter.errorMonitor, forget);
  socket.on('listening', onListening);
}

function bindDescriptor(socket, fd, exclusive) {
  const state = socket[kStateSymbol];
  const type = guessHandleType(fd);
  if (type !== 'UDP') throw new ERR_INVALID_FD_TYPE(type);
  if (cluster.getHandle !== null && !exclusive) {
    bindShared(socket, { address: null, port: null, addressType: socket.type, fd, flags: bindFlags(state) });
    return;
  }
  const error = state.handle.open(fd);
  if (error) throw new ErrnoException(error, 'open');
  startListening(socket);
}

function bindAddress(socket, { port, address }, exclusive) {
  const state = socket[kStateSymbol];
  if (typeof port === 'function') port = undefined;
  if (typeof address === 'function' || !address) address = anyAddress(socket.type);
  state.handle.lookup(address, (error, ip) => {
    // It may have been closed meanwhile.
    if (!state.handle) return;
    if (error) {
      state.bindState = bindStates.kUnbound;
      socket.emit('error', error);
      return;
    }
    const flags = bindFlags(state);
    if (cluster.getHandle !== null && !exclusive) {
      bindShared(socket, { address: ip, port, addressType: socket.type, fd: -1, flags });
      return;
    }
    const failure = state.handle.bind(ip, port || 0, flags);
    if (!failure) {
      startListening(socket);
      return;
    }
    state.bindState = bindStates.kUnbound;
    socket.emit('error', new ExceptionWithHostPort(failure, 'bind', ip, port));
  });
}

// In a cluster's worker the primary binds, and shares the handle.
function bindShared(socket, request) {
  const state = socket[kStateSymbol];
  cluster.getHandle(socket, request, (error, handle) => {
    if (!state.handle) {
      handle?.close();
      return;
    }
    if (error) {
      state.bindState = bindStates.kUnbound;
      socket.emit('error', new ExceptionWithHostPort(error, 'bind', request.address, request.port));
      return;
    }
    replaceHandle(socket, handle);
    startListening(socket);
  });
}

Socket.prototype.bindSync = function(options = {}) {
  validateObject(options, 'options');
  const state = runningState(this);
  checkUnbound(state);
  let { port = 0, address } = options;
  port = validatePort(port, 'options.port');
  if (address === undefined) {
    address = anyAddress(this.type);
  } else {
    validateString(address, 'options.address');
    if (isIP(address) === 0) {
      throw new ERR_INVALID_ARG_VALUE('options.address', address,
        'must be a numeric IP address; bindSync does not perform DNS resolution');
    }
  }
  const error = state.handle.bind(address, port, bindFlags(state));
  if (error) throw new ExceptionWithHostPort(error, 'bind', address, port);
  startReceiving(this);
  process.nextTick(() => {
    if (state.handle) this.emit('listening');
  });
  return this.address();
};

// connect(port[, address][, callback])
Socket.prototype.connect = function(port, address, callback) {
  port = validatePort(port, 'Port', false);
  if (typeof address === 'function') {
    callback = address;
    address = '';
  } else if (address === undefined) {
    address = '';
  }
  validateString(address, 'address');
  const state = runningState(this);
  if (state.connectState !== connectStates.kDisconnected) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
  state.connectState = connectStates.kConnecting;
  if (state.bindState === bindStates.kUnbound) this.bind({ port: 0, exclusive: true }, null);
  if (state.bindState === bindStates.kBound) lookupAndConnect(this, port, address, callback);
  else whenBound(this, () => lookupAndConnect(this, port, address, callback));
};

function lookupAndConnect(socket, port, address, callback) {
  const state = socket[kStateSymbol];
  if (!state.handle) return;
  if (typeof callback === 'function') socket.once('connect', callback);
  state.handle.lookup(address, (error, ip) => {
    if (!state.handle) return;
    let failure = error ?? undefined;
    if (!failure) failure = connectHandle(socket, ip, port, address);
    if (!failure) {
      process.nextTick(() => socket.emit('connect'));
      return;
    }
    state.connectState = connectStates.kDisconnected;
    process.nextTick(() => {
      if (typeof callback !== 'function') {
        socket.emit('error', failure);
        return;
      }
      socket.removeListener('connect', callback);
      callback(failure);
    });
  });
}

// The error, if any.
function connectHandle(socket, ip, port, address) {
  const state = socket[kStateSymbol];
  if (isBlocked(state.sendBlockList, socket, ip)) return new ERR_IP_BLOCKED(ip);
  const error = state.handle.connect(ip, port);
  if (error) return new ExceptionWithHostPort(error, 'connect', address, port);
  state.connectState = connectStates.kConnected;
}

Socket.prototype.connectSync = function(port, address) {
  port = validatePort(port, 'Port', false);
  if (address === undefined) {
    address = loopback(this.type);
  } else {
    validateString(address, 'address');
    if (isIP(address) === 0) {
      throw new ERR_INVALID_ARG_VALUE('address', address,
        'must be a numeric IP address; connectSync does not perform DNS resolution');
    }
  }
  const state = runningState(this);
  if (state.connectState !== connectStates.kDisconnected) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
  if (state.bindState === bindStates.kBinding) throw new ERR_SOCKET_ALREADY_BOUND();
  if (state.bindState === bindStates.kUnbound) this.bindSync();
  const failure = connectHandle(this, address, port, address);
  if (failure) throw failure;
  process.nextTick(() => {
    if (state.handle) this.emit('connect');
  });
};

Socket.prototype.disconnect = function() {
  const state = this[kStateSymbol];
  if (state.connectState !== connectStates.kConnected) throw new ERR_SOCKET_DGRAM_NOT_CONNECTED();
  const error = state.handle.disconnect();
  if (error) throw new ErrnoException(error, 'connect');
  state.connectState = connectStates.kDisconnected;
};

Socket.prototype.send = send;
Socket.prototype.sendto = sendto;

Socket.prototype.close = function(callback) {
  const state = this[kStateSymbol];
  if (typeof callback === 'function') this.on('close', callback);
  // What was sent before goes first; without an address there is nothing to send, and yet a socket to close.
  if (state.queue !== undefined) {
    const close = () => {
      if (state.handle) this.close();
    };
    close.evenUnbound = true;
    state.queue.push(close);
    return this;
  }
  runningState(this);
  stopReceiving(this);
  state.handle.close();
  state.handle = null;
  process.nextTick(() => this.emit('close'));
  return this;
};

Socket.prototype[Symbol.asyncDispose] = async function() {
  if (!this[kStateSymbol].handle) return;
  await new Promise((resolve) => this.close(resolve));
};

function stopReceiving(socket) {
  const state = socket[kStateSymbol];
  if (!state.receiving) return;
  state.handle.recvStop();
  state.receiving = false;
}

function nameOf(state, call) {
  const out = {};
  const error = state.handle[call](out);
  if (error) throw new ErrnoException(error, call);
  return out;
}

Socket.prototype.address = function() {
  return nameOf(runningState(this), 'getsockname');
};

Socket.prototype.remoteAddress = function() {
  const state = runningState(this);
  if (state.connectState !== connectStates.kConnected) throw new ERR_SOCKET_DGRAM_NOT_CONNECTED();
  return nameOf(state, 'getpeername');
};

Object.assign(Socket.prototype, require('internal/dgram/options'));
defineDeprecated(Socket.prototype, { runningState, stopReceiving });

module.exports = {
  _createSocketHandle: require('internal/util').deprecate(
    _createSocketHandle, 'dgram._createSocketHandle() is deprecated', 'DEP0112'),
  createSocket,
  Socket,
};
