'use strict';

// How a socket gets connected: the name is looked up, then one address is tried, or several in turn (RFC 8305).

const { TCP } = internalBinding('tcp_wrap');
const { UV_ECANCELED, UV_ETIMEDOUT } = internalBinding('uv');
const {
  codes: {
    ERR_INVALID_ADDRESS_FAMILY, ERR_INVALID_ARG_TYPE, ERR_INVALID_IP_ADDRESS,
  },
  ExceptionWithHostPort, NodeAggregateError,
} = require('internal/errors');
const { validateBoolean, validateFunction, validateInt32, validateNumber, validatePort } = require('internal/validators');
const { isIP } = require('internal/net/address');
const { kOwner } = require('internal/net/io');

// Requests are named as async_hooks knows them.
class TCPConnectWrap { oncomplete = afterConnect; }
class PipeConnectWrap { oncomplete = afterConnect; }

const defaults = { autoSelectFamily: undefined, attemptTimeout: undefined };

function getDefaultAutoSelectFamily() {
  return defaults.autoSelectFamily ??= require('internal/options').getOptionValue('--network-family-autoselection') ?? true;
}
function setDefaultAutoSelectFamily(value) {
  validateBoolean(value, 'value');
  defaults.autoSelectFamily = value;
}
function getDefaultAttemptTimeout() {
  return defaults.attemptTimeout ??=
    require('internal/options').getOptionValue('--network-family-autoselection-attempt-timeout') || 250;
}
function setDefaultAttemptTimeout(value) {
  validateInt32(value, 'value', 1);
  defaults.attemptTimeout = value < 10 ? 10 : value;
}

// Binds the near end as asked; returns the error, if any.
function bindLocal(handle, family, localAddress, localPort) {
  if (!localAddress && !localPort) return null;
  if (family === 4) {
    localAddress ||= '0.0.0.0';
    const error = handle.bind(localAddress, localPort ?? 0, 0);
    return error ? new ExceptionWithHostPort(error, 'bind', localAddress, localPort) : null;
  }
  localAddress ||= '::';
  const error = handle.bind6(localAddress, localPort ?? 0, 0);
  return error ? new ExceptionWithHostPort(error, 'bind', localAddress, localPort) : null;
}

function start(handle, request, address, family, port) {
  return family === 6 ? handle.connect6(request, address, port) : handle.connect(request, address, port);
}

function connectPath(socket, path) {
  const request = new PipeConnectWrap();
  request.address = path;
  const error = socket._handle.connect(request, path);
  if (error) process.nextTick(() => socket.destroy(new ExceptionWithHostPort(error, 'connect', path)));
}

function connectOne(socket, address, port, family, localAddress, localPort) {
  const bindError = bindLocal(socket._handle, family, localAddress, localPort);
  if (bindError) {
    socket.destroy(bindError);
    return;
  }
  socket.emit('connectionAttempt', address, port, family);
  if (socket.destroyed || !socket.connecting) return;
  const request = new TCPConnectWrap();
  request.address = address;
  request.port = port;
  request.addressType = family;
  request.localAddress = localAddress;
  request.localPort = localPort;
  const error = start(socket._handle, request, address, family, port);
  if (error) {
    const { address: near, port: nearPort } = socket._getsockname();
    const details = near && nearPort ? `${near}:${nearPort}` : undefined;
    socket.destroy(new ExceptionWithHostPort(error, 'connect', address, port, details));
  }
}

function afterConnect(status, handle, request, readable, writable) {
  const socket = handle[kOwner];
  if (!socket || socket.destroyed) return;
  socket.connecting = false;
  socket._sockname = null;
  if (status === 0) {
    if (socket.readable && !readable) {
      socket.push(null);
      socket.read();
    }
    if (socket.writable && !writable) socket.end();
    socket._unrefTimer();
    socket._applyOptions();
    socket.emit('connect');
    socket.emit('ready');
    // Reading begins here unless the program paused the socket.
    if (readable && !socket.isPaused()) socket.read(0);
    return;
  }
  const local = request.localAddress && request.localPort ? `${request.localAddress}:${request.localPort}` : undefined;
  const error = new ExceptionWithHostPort(status, 'connect', request.address, request.port, local);
  if (request.localAddress) {
    error.localAddress = request.localAddress;
    error.localPort = request.localPort;
  }
  socket.emit('connectionAttemptFailed', request.address, request.port, request.addressType, error);
  socket.destroy(error);
}

function lookupAndConnect(socket, options) {
  const { localAddress, localPort } = options;
  const host = options.host || 'localhost';
  let { port, autoSelectFamily, autoSelectFamilyAttemptTimeout } = options;
  if (localAddress && !isIP(localAddress)) throw new ERR_INVALID_IP_ADDRESS(localAddress);
  if (localPort) validateNumber(localPort, 'options.localPort');
  if (typeof port !== 'undefined') {
    if (typeof port !== 'number' && typeof port !== 'string') {
      throw new ERR_INVALID_ARG_TYPE('options.port', ['number', 'string'], port);
    }
    validatePort(port);
  }
  port |= 0;
  if (autoSelectFamily != null) validateBoolean(autoSelectFamily, 'options.autoSelectFamily');
  else autoSelectFamily = getDefaultAutoSelectFamily();
  if (autoSelectFamilyAttemptTimeout !== undefined) {
    validateInt32(autoSelectFamilyAttemptTimeout, 'options.autoSelectFamilyAttemptTimeout', 1);
    if (autoSelectFamilyAttemptTimeout < 10) autoSelectFamilyAttemptTimeout = 10;
  } else {
    autoSelectFamilyAttemptTimeout = getDefaultAttemptTimeout();
  }

  const family = isIP(host);
  if (family) {
    process.nextTick(() => {
      if (socket.connecting) connectOne(socket, host, port, family, localAddress, localPort);
    });
    return;
  }
  if (options.lookup != null) validateFunction(options.lookup, 'options.lookup');
  const request = { family: socketFamily(options.family), hints: options.hints || 0 };
  if (request.family !== 4 && request.family !== 6 && request.hints === 0 && process.platform !== 'win32') {
    request.hints = internalBinding('dns_lookup').AI_ADDRCONFIG;
  }
  socket._host = host;
  const lookup = options.lookup || require('dns').lookup;
  if (autoSelectFamily && request.family !== 4 && request.family !== 6 && !localAddress) {
    lookupMany(socket, lookup, host, request, port, localAddress, localPort, autoSelectFamilyAttemptTimeout);
    return;
  }
  lookup(host, request, (error, ip, type) => {
    socket.emit('lookup', error, ip, type, host);
    if (!socket.connecting) return;
    if (error) {
      process.nextTick(() => socket.destroy(error));
    } else if (!isIP(ip)) {
      const invalid = new ERR_INVALID_IP_ADDRESS(ip);
      process.nextTick(() => socket.destroy(invalid));
    } else if (type !== 4 && type !== 6) {
      const invalid = new ERR_INVALID_ADDRESS_FAMILY(type, options.host, options.port);
      process.nextTick(() => socket.destroy(invalid));
    } else {
      socket._unrefTimer();
      connectOne(socket, ip, port, type, localAddress, localPort);
    }
  });
}

function socketFamily(family) {
  switch (family) {
    case 'IPv4': return 4;
    case 'IPv6': return 6;
    default: return family;
  }
}

function lookupMany(socket, lookup, host, request, port, localAddress, localPort, timeout) {
  lookup(host, { ...request, all: true }, (error, addresses) => {
    if (!socket.connecting) return;
    if (error) {
      socket.emit('lookup', error, undefined, undefined, host);
      process.nextTick(() => socket.destroy(error));
      return;
    }
    // Families alternate, beginning with that of the first address.
    const first = [];
    const other = [];
    let firstFamily;
    let seen;
    for (const { address: ip, family } of addresses) {
      seen ??= { ip, family };
      if (isIP(ip) && (family === 4 || family === 6)) {
        firstFamily ??= family;
        (family === firstFamily ? first : other).push({ address: ip, family });
      }
    }
    if (first.length === 0) {
      const { ip, family } = seen ?? {};
      socket.emit('lookup', error, ip, family, host);
      const invalid = isIP(ip) ? new ERR_INVALID_ADDRESS_FAMILY(family, host, port) : new ERR_INVALID_IP_ADDRESS(ip);
      process.nextTick(() => socket.destroy(invalid));
      return;
    }
    const turns = [];
    for (let i = 0; i < first.length || i < other.length; i++) {
      if (i < first.length) turns.push(first[i]);
      if (i < other.length) turns.push(other[i]);
    }
    for (const { address, family } of turns) {
      socket.emit('lookup', null, address, family, host);
      if (!socket.connecting) return;
    }
    socket._unrefTimer();
    if (turns.length === 1) {
      connectOne(socket, turns[0].address, port, turns[0].family, localAddress, localPort);
      return;
    }
    new Attempts(socket, turns, port, localPort, timeout).next();
  });
}

// Attempts in turn; the next begins when one fails or has not succeeded in time, and the first to succeed wins.
class Attempts {
  constructor(socket, turns, port, localPort, timeout) {
    this.socket = socket;
    this.turns = turns;
    this.port = port;
    this.localPort = localPort;
    this.timeout = timeout;
    this.current = 0;
    this.errors = [];
    this.done = false;
    socket.autoSelectFamilyAttemptedAddresses = [];
  }

  next() {
    const { socket } = this;
    if (this.done || socket.destroyed || !socket.connecting) return;
    if (this.current === this.turns.length) {
      this.done = true;
      socket.destroy(this.errors.length === 1 ? this.errors[0] : new NodeAggregateError(this.errors));
      return;
    }
    const { address, family } = this.turns[this.current++];
    const last = this.current === this.turns.length;
    // Every attempt has a handle of its own; the socket keeps the latest, so that destroying it closes that.
    if (this.current > 1) socket._reinitializeHandle(new TCP(0));
    const handle = socket._handle;
    if (this.localPort) {
      const bindError = bindLocal(handle, family, undefined, this.localPort);
      if (bindError) {
        this.errors.push(bindError);
        this.next();
        return;
      }
    }
    socket.autoSelectFamilyAttemptedAddresses.push(`${address}:${this.port}`);
    socket.emit('connectionAttempt', address, this.port, family);
    if (socket.destroyed || !socket.connecting) return;
    const request = new TCPConnectWrap();
    let timer;
    let settled = false;
    request.oncomplete = (status, connected, _, readable, writable) => {
      clearTimeout(timer);
      if (settled) return;
      settled = true;
      if (this.done || socket.destroyed) return;
      if (status === 0) {
        this.done = true;
        afterConnect(0, handle, request, readable, writable);
        return;
      }
      this.failed(status, address, family);
    };
    const error = start(handle, request, address, family, this.port);
    if (error) {
      settled = true;
      this.failed(error, address, family);
      return;
    }
    if (!last) {
      timer = setTimeout(() => {
        if (settled || this.done) return;
        settled = true;
        socket.emit('connectionAttemptTimeout', address, this.port, family);
        const failure = new ExceptionWithHostPort(UV_ETIMEDOUT, 'connect', address, this.port);
        this.errors.push(failure);
        this.next();
      }, this.timeout);
      timer.unref?.();
    }
  }

  failed(status, address, family) {
    const { socket } = this;
    const failure = new ExceptionWithHostPort(status, 'connect', address, this.port);
    this.errors.push(failure);
    socket.emit('connectionAttemptFailed', address, this.port, family, failure);
    if (status === UV_ECANCELED) return;
    this.next();
  }
}

module.exports = {
  connectPath, getDefaultAttemptTimeout, getDefaultAutoSelectFamily, lookupAndConnect, setDefaultAttemptTimeout,
  setDefaultAutoSelectFamily,
};
