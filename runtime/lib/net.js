'use strict';

// https://nodejs.org/api/net.html

const { BlockList, SocketAddress, isIP, isIPv4, isIPv6 } = require('internal/net/address');
const { Socket } = require('internal/net/socket');
const { Server, createServerHandle } = require('internal/net/server');
const { normalizeArgs } = require('internal/net/arguments');
const connecting = require('internal/net/connect');

function connect(...args) {
  const normalized = normalizeArgs(args);
  const { 0: options } = normalized;
  const socket = new Socket(options);
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket.connect(normalized);
}

function createServer(options, connectionListener) {
  return new Server(options, connectionListener);
}

module.exports = {
  _createServerHandle: createServerHandle,
  _normalizeArgs: normalizeArgs,
  BlockList,
  SocketAddress,
  connect,
  createConnection: connect,
  createServer,
  isIP,
  isIPv4,
  isIPv6,
  Server,
  Socket,
  Stream: Socket, // its first name
  getDefaultAutoSelectFamily: connecting.getDefaultAutoSelectFamily,
  setDefaultAutoSelectFamily: connecting.setDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout: connecting.getDefaultAttemptTimeout,
  setDefaultAutoSelectFamilyAttemptTimeout: connecting.setDefaultAttemptTimeout,
};
