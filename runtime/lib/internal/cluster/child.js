'use strict';

// node:cluster in a worker: asks the primary for what it listens on.

const EventEmitter = require('events');
const path = require('path');
const { UV_EADDRINUSE } = internalBinding('uv');
const { Worker } = require('internal/cluster/worker');
const hook = require('internal/cluster/hook');
const { listener, send: sendTo } = require('internal/cluster/messages');

const cluster = module.exports = new EventEmitter();
cluster.isWorker = true;
cluster.isMaster = false; // its first name
cluster.isPrimary = false;
cluster.worker = null;
cluster.Worker = Worker;

const handles = new Map(); // what this worker listens on, by key
const indexes = new Map(); // address -> {next, used}: see queryServer() of the primary
const kLongestTimeout = 2 ** 31 - 1;

const send = (message, callback) => sendTo(process, message, undefined, callback);

// Once, when the process starts.
cluster._setupWorker = function() {
  const worker = new Worker({ id: +process.env.NODE_UNIQUE_ID | 0, process, state: 'online' });
  cluster.worker = worker;
  process.once('disconnect', () => {
    worker.emit('disconnect');
    // Without its primary it is of no use.
    if (!worker.exitedAfterDisconnect) process.exit(0);
  });
  process.on('internalMessage', listener(worker, (message, handle) => {
    if (message.act === 'newconn') onConnection(message, handle);
    else if (message.act === 'disconnect') disconnect(worker, true);
  }));
  hook.getHandle = (...args) => cluster._getServer(...args);
  send({ act: 'online' });
};

function takeIndex(address) {
  let entry = indexes.get(address);
  if (entry === undefined) indexes.set(address, entry = { next: 0, used: new Set() });
  const index = entry.next++;
  entry.used.add(index);
  return index;
}
function returnIndex(address, index) {
  const entry = indexes.get(address);
  if (entry?.used.delete(index) && entry.used.size === 0) indexes.delete(address);
}

// See internal/cluster/hook.
cluster._getServer = function(object, options, callback) {
  let { address } = options;
  // A path is relative to this process's folder, which the primary does not know.
  if (options.port < 0 && typeof address === 'string') address = path.resolve(address);
  const place = `${address}:${options.port}:${options.addressType}:${options.fd}`;
  const message = { act: 'queryServer', index: takeIndex(place), data: null, ...options, address };
  const { index } = message;
  if (object._getServerData) message.data = object._getServerData();
  send(message, ({ errno, key, data, sockname }, handle) => {
    if (object._setServerData) object._setServerData(data);
    // One process cannot listen twice at one place.
    if (handles.has(key)) errno ||= UV_EADDRINUSE;
    if (errno) {
      handle?.close();
      returnIndex(place, index);
      callback(errno, null);
      return;
    }
    handle = handle ? closing(handle, key, place, index) : distributed(key, place, index, sockname);
    handles.set(key, handle);
    callback(0, handle);
  });
  object.once('listening', () => {
    // It may have been closed.
    if (!indexes.has(place)) return;
    cluster.worker.state = 'listening';
    send({ ...message, act: 'listening', port: object.address()?.port || options.port });
  });
};

function released(key, place, index) {
  if (!handles.delete(key)) return;
  returnIndex(place, index);
  send({ act: 'close', key });
}

// A copy of the primary's handle.
function closing(handle, key, place, index) {
  const { close } = handle;
  handle.close = function(callback) {
    released(key, place, index);
    handle.close = close;
    return handle.close(callback);
  };
  return handle;
}

// Stands for a handle that only the primary has. Connections come as messages.
function distributed(key, place, index, sockname) {
  // What listens keeps the process.
  let keeper = setInterval(() => {}, kLongestTimeout);
  const handle = {
    listen: () => 0,
    close(callback) {
      if (keeper === null) return;
      clearInterval(keeper);
      keeper = null;
      released(key, place, index);
      if (typeof callback === 'function') process.nextTick(callback);
    },
    ref() { keeper?.ref(); },
    unref() { keeper?.unref(); },
    hasRef: () => keeper !== null && keeper.hasRef(),
  };
  if (sockname) {
    handle.getsockname = (out) => {
      Object.assign(out, sockname);
      return 0;
    };
  }
  return handle;
}

function ownerOf(handle) {
  return handle[require('internal/net/io').kOwner] ?? handle[require('internal/dgram').kOwner];
}

function onConnection({ key, seq }, connection) {
  const handle = handles.get(key);
  let accepted = connection !== undefined && typeof handle?.onconnection === 'function';
  if (accepted) {
    // Another worker may have room.
    const server = ownerOf(handle);
    const full = server?.maxConnections != null && server._connections >= server.maxConnections;
    if (full && !server.dropMaxConnection) accepted = false;
  }
  send({ ack: seq, accepted });
  if (accepted) handle.onconnection(0, connection);
  else connection?.close();
}

// Closes all servers, waits for their connections, and leaves the primary.
function disconnect(worker, primaryAsked) {
  worker.exitedAfterDisconnect = true;
  let left = 1;
  const closed = () => {
    if (--left > 0) return;
    const leave = () => { if (process.connected) process.disconnect(); };
    // The primary must know that it was on purpose before the channel ends.
    if (primaryAsked) leave();
    else send({ act: 'exitedAfterDisconnect' }, leave);
  };
  for (const handle of [...handles.values()]) {
    left++;
    const owner = ownerOf(handle);
    if (owner) owner.close(closed);
    else handle.close(closed);
  }
  closed();
}

Worker.prototype.disconnect = function() {
  if (this.state === 'disconnecting' || this.state === 'destroying') return this;
  this.state = 'disconnecting';
  disconnect(this, false);
  return this;
};

Worker.prototype.destroy = function() {
  if (this.state === 'destroying') return;
  this.exitedAfterDisconnect = true;
  if (!this.isConnected()) process.exit(0);
  this.state = 'destroying';
  send({ act: 'exitedAfterDisconnect' }, () => process.disconnect());
  process.once('disconnect', () => process.exit(0));
};
