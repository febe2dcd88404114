'use strict';

// dgram.Socket's send(), in all its forms, and what waits for the socket to be bound.

const EventEmitter = require('events');
const {
  codes: {
    ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_IP_BLOCKED, ERR_SOCKET_BAD_PORT, ERR_SOCKET_DGRAM_IS_CONNECTED,
  },
  ExceptionWithHostPort,
} = require('internal/errors');
const { validateNumber, validatePort, validateString } = require('internal/validators');
const { bindStates, connectStates, kStateSymbol, runningState } = require('internal/dgram');

const kMessageTypes = ['Buffer', 'TypedArray', 'DataView', 'string'];

// Requests are named as async_hooks knows them.
class SendWrap { oncomplete = null; }

// Does `operation` when the socket is bound; the binding is under way. When it fails there is nothing to do it on.
function whenBound(socket, operation) {
  const state = socket[kStateSymbol];
  if (state.queue !== undefined) {
    state.queue.push(operation);
    return;
  }
  state.queue = [operation];
  const end = (kept) => {
    socket.removeListener('listening', onListening);
    socket.removeListener(EventEmitter.errorMonitor, onError);
    const { queue } = state;
    state.queue = undefined;
    for (const one of queue) if (kept(one)) one.call(socket);
  };
  const onListening = () => end(() => true);
  const onError = () => end((one) => one.evenUnbound);
  socket.once('listening', onListening);
  socket.once(EventEmitter.errorMonitor, onError);
}

function asBytes(message) {
  if (typeof message === 'string') return Buffer.from(message);
  if (ArrayBuffer.isView(message)) return message;
  throw new ERR_INVALID_ARG_TYPE('buffer', kMessageTypes, message);
}

function slice(message, offset, length) {
  const bytes = asBytes(message);
  offset >>>= 0;
  length >>>= 0;
  if (offset > bytes.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (offset + length > bytes.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length);
}

// The views that make up the message; one at least.
function toList(message) {
  if (!Array.isArray(message)) return [asBytes(message)];
  const list = message.map((part) => {
    if (typeof part !== 'string' && !ArrayBuffer.isView(part)) {
      throw new ERR_INVALID_ARG_TYPE('buffer list arguments', kMessageTypes, message);
    }
    return asBytes(part);
  });
  return list.length === 0 ? [Buffer.alloc(0)] : list;
}

// send(message[, offset, length], port[, address][, callback]), or without port and address on a connected socket.
function send(message, offset, length, port, address, callback) {
  const state = this[kStateSymbol];
  const connected = state.connectState === connectStates.kConnected;
  let destined = false;
  if (connected) {
    callback = offset;
    if (typeof length === 'number') {
      message = slice(message, offset, length);
      callback = port;
      if (typeof port === 'function') port = undefined;
    }
    destined = Boolean(port || address);
    port = address = undefined;
  } else if (address || (port && typeof port !== 'function')) {
    message = slice(message, offset, length);
  } else {
    callback = port;
    port = offset;
    address = length;
  }
  const list = toList(message);
  if (destined) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
  if (!connected) port = validatePort(port, 'Port', false);
  if (typeof callback !== 'function') callback = undefined;
  if (typeof address === 'function') {
    callback = address;
    address = undefined;
  } else if (address != null) {
    validateString(address, 'address');
  }
  runningState(this);
  if (state.bindState === bindStates.kUnbound) this.bind({ port: 0, exclusive: true }, null);
  if (state.bindState === bindStates.kBound) lookupAndSend(this, list, port, address, callback);
  else whenBound(this, () => lookupAndSend(this, list, port, address, callback));
}

function lookupAndSend(socket, list, port, address, callback) {
  const { handle, connectState } = socket[kStateSymbol];
  if (!handle) return;
  if (connectState === connectStates.kConnected) {
    sendTo(socket, list, undefined, undefined, undefined, callback);
    return;
  }
  if (!port) throw new ERR_SOCKET_BAD_PORT('Port', port, false);
  handle.lookup(address, (error, ip) => {
    if (!error) sendTo(socket, list, ip, address, port, callback);
    else if (typeof callback === 'function') process.nextTick(callback, error);
    else process.nextTick(() => socket.emit('error', error));
  });
}

function sendTo(socket, list, ip, address, port, callback) {
  const { handle, sendBlockList } = socket[kStateSymbol];
  // It may have been closed meanwhile.
  if (!handle) return;
  if (ip && isBlocked(sendBlockList, socket, ip)) {
    if (callback) process.nextTick(callback, new ERR_IP_BLOCKED(ip));
    return;
  }
  const request = new SendWrap();
  if (callback) {
    request.oncomplete = (status, bytes) => {
      if (status < 0) callback(new ExceptionWithHostPort(status, 'send', address, port));
      else callback(null, bytes);
    };
  }
  const result = port ? handle.send(request, list, port, ip) : handle.send(request, list);
  if (!callback || result === 0) return;
  if (result < 0) process.nextTick(callback, new ExceptionWithHostPort(result, 'send', address, port));
  else process.nextTick(callback, null, result - 1);
}

function isBlocked(list, socket, ip) {
  return Boolean(list?.check(ip, socket.type === 'udp4' ? 'ipv4' : 'ipv6'));
}

// send() with nothing left out.
function sendto(message, offset, length, port, address, callback) {
  validateNumber(offset, 'offset');
  validateNumber(length, 'length');
  validateNumber(port, 'port');
  validateString(address, 'address');
  this.send(message, offset, length, port, address, callback);
}

module.exports = { isBlocked, send, sendto, whenBound };
