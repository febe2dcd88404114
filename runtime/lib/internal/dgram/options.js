'use strict';

// dgram.Socket's methods that set or read the system's options of a socket.

const {
  codes: { ERR_MISSING_ARGS, ERR_SOCKET_BAD_BUFFER_SIZE, ERR_SOCKET_BUFFER_SIZE },
  ErrnoException, uvErrmapGet,
} = require('internal/errors');
const { validateNumber, validateString } = require('internal/validators');
const { kStateSymbol, runningState } = require('internal/dgram');

// Calls the handle's method of that name, which is the system call that errors tell of.
function set(state, name, ...args) {
  const error = state.handle[name](...args);
  if (error) throw new ErrnoException(error, name);
}

function setBroadcast(flag) {
  set(runningState(this), 'setBroadcast', flag ? 1 : 0);
}

function setTTL(ttl) {
  validateNumber(ttl, 'ttl');
  set(runningState(this), 'setTTL', ttl);
  return ttl;
}

function setMulticastTTL(ttl) {
  validateNumber(ttl, 'ttl');
  set(runningState(this), 'setMulticastTTL', ttl);
  return ttl;
}

function setMulticastLoopback(flag) {
  set(runningState(this), 'setMulticastLoopback', flag ? 1 : 0);
  return flag;
}

function setMulticastInterface(multicastInterface) {
  const state = runningState(this);
  validateString(multicastInterface, 'multicastInterface');
  set(state, 'setMulticastInterface', multicastInterface);
}

// libuv binds an unbound socket to any address when it joins a group; there is no 'listening' then.
function addMembership(multicastAddress, multicastInterface) {
  const state = runningState(this);
  if (!multicastAddress) throw new ERR_MISSING_ARGS('multicastAddress');
  set(state, 'addMembership', multicastAddress, multicastInterface);
}

function dropMembership(multicastAddress, multicastInterface) {
  const state = runningState(this);
  if (!multicastAddress) throw new ERR_MISSING_ARGS('multicastAddress');
  set(state, 'dropMembership', multicastAddress, multicastInterface);
}

function addSourceSpecificMembership(sourceAddress, groupAddress, multicastInterface) {
  const state = runningState(this);
  validateString(sourceAddress, 'sourceAddress');
  validateString(groupAddress, 'groupAddress');
  set(state, 'addSourceSpecificMembership', sourceAddress, groupAddress, multicastInterface);
}

function dropSourceSpecificMembership(sourceAddress, groupAddress, multicastInterface) {
  const state = runningState(this);
  validateString(sourceAddress, 'sourceAddress');
  validateString(groupAddress, 'groupAddress');
  set(state, 'dropSourceSpecificMembership', sourceAddress, groupAddress, multicastInterface);
}

// Sets the size of a buffer in the kernel and returns the one in force; 0 only asks.
function bufferSize(socket, size, receiving) {
  if (size >>> 0 !== size) throw new ERR_SOCKET_BAD_BUFFER_SIZE();
  const result = runningState(socket).handle.bufferSize(size, receiving);
  if (result >= 0) return result;
  const { 0: code, 1: message } = uvErrmapGet(result);
  throw new ERR_SOCKET_BUFFER_SIZE({
    errno: result, code, message, syscall: receiving ? 'uv_recv_buffer_size' : 'uv_send_buffer_size',
  });
}

function setRecvBufferSize(size) { bufferSize(this, size, true); }
function setSendBufferSize(size) { bufferSize(this, size, false); }
function getRecvBufferSize() { return bufferSize(this, 0, true); }
function getSendBufferSize() { return bufferSize(this, 0, false); }

function getSendQueueSize() { return runningState(this).handle.getSendQueueSize(); }
function getSendQueueCount() { return runningState(this).handle.getSendQueueCount(); }

function ref() {
  this[kStateSymbol].handle?.ref();
  return this;
}
function unref() {
  this[kStateSymbol].handle?.unref();
  return this;
}

module.exports = {
  setBroadcast, setTTL, setMulticastTTL, setMulticastLoopback, setMulticastInterface, addMembership, dropMembership,
  addSourceSpecificMembership, dropSourceSpecificMembership, ref, unref, setRecvBufferSize, setSendBufferSize,
  getRecvBufferSize, getSendBufferSize, getSendQueueSize, getSendQueueCount,
};
