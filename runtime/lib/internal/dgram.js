'use strict';

// What the parts of dgram.Socket share: its state, its handle, and the handles that cluster makes of a port.

const { UDP } = internalBinding('udp_wrap');
const { UV_EINVAL } = internalBinding('uv');
const { codes: { ERR_SOCKET_BAD_TYPE, ERR_SOCKET_DGRAM_NOT_RUNNING } } = require('internal/errors');
const { validateFunction } = require('internal/validators');
const { isIP } = require('internal/net/address');

const kStateSymbol = Symbol('state symbol');
const kOwner = Symbol('owner');

const bindStates = { kUnbound: 0, kBinding: 1, kBound: 2 };
const connectStates = { kDisconnected: 0, kConnecting: 1, kConnected: 2 };

// (name, family, callback) as dns.lookup() is at the time of the call. An address needs none.
function lookupByDefault(address, family, callback) {
  if (isIP(address) === family) process.nextTick(callback, null, address, family);
  else require('dns').lookup(address, family, callback);
}

// A handle with lookup(address, callback), whose bind, connect and send are those of `type`'s family.
function newHandle(type, lookup) {
  if (lookup === undefined) lookup = lookupByDefault;
  else validateFunction(lookup, 'lookup');
  if (type !== 'udp4' && type !== 'udp6') throw new ERR_SOCKET_BAD_TYPE();
  const handle = new UDP();
  const family = type === 'udp4' ? 4 : 6;
  handle.lookup = (address, callback) => lookup(address || loopback(type), family, callback);
  if (family === 6) {
    handle.bind = handle.bind6;
    handle.connect = handle.connect6;
    handle.send = handle.send6;
  }
  return handle;
}

function loopback(type) {
  return type === 'udp4' ? '127.0.0.1' : '::1';
}
function anyAddress(type) {
  return type === 'udp4' ? '0.0.0.0' : '::';
}

function guessHandleType(fd) {
  return internalBinding('process_object').guessHandleType(fd);
}

// A handle of the descriptor, bound to address and port, or not bound when there is none of these; or a negative error.
function _createSocketHandle(address, port, addressType, fd, flags) {
  const handle = newHandle(addressType);
  let error = 0;
  if (typeof fd === 'number' && fd > 0) error = guessHandleType(fd) === 'UDP' ? handle.open(fd) : UV_EINVAL;
  else if (port || address) error = handle.bind(address, port || 0, flags);
  if (!error) return handle;
  handle.close();
  return error;
}

// The state of an open socket.
function runningState(socket) {
  const state = socket[kStateSymbol];
  if (!state.handle) throw new ERR_SOCKET_DGRAM_NOT_RUNNING();
  return state;
}

module.exports = {
  _createSocketHandle, anyAddress, bindStates, connectStates, guessHandleType, kOwner, kStateSymbol, loopback,
  newHandle, runningState,
};
