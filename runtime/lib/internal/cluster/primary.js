'use strict';

// node:cluster in the primary: forks workers, and listens for them.

const { StringPrototypeStartsWith } = primordials;
const EventEmitter = require('events');
const path = require('path');
const { validateOneOf } = require('internal/validators');
const { Worker } = require('internal/cluster/worker');
const { forget, listener, send } = require('internal/cluster/messages');

const SCHED_NONE = 1;
const SCHED_RR = 2;
const policies = { __proto__: null, none: SCHED_NONE, rr: SCHED_RR };

const cluster = module.exports = new EventEmitter();
cluster.isWorker = false;
cluster.isMaster = true; // its first name
cluster.isPrimary = true;
cluster.Worker = Worker;
cluster.workers = {};
cluster.settings = {};
cluster.SCHED_NONE = SCHED_NONE;
cluster.SCHED_RR = SCHED_RR;
cluster.schedulingPolicy = policies[process.env.NODE_CLUSTER_SCHED_POLICY] ?? SCHED_RR;

const handles = new Map(); // what workers listen on, by key
const connected = new Set(); // workers whose channel is open
let whenGone = []; // callbacks of disconnect()
let schedulingPolicy; // frozen by the first setupPrimary()
let lastId = 0;

cluster.setupPrimary = function(options) {
  const settings = {
    args: process.argv.slice(2), exec: process.argv[1], execArgv: process.execArgv, silent: false, ...cluster.settings, ...options,
  };
  // Each process has a log of its own.
  const starts = (text) => settings.execArgv.some((flag) => StringPrototypeStartsWith(flag, text));
  if (starts('--prof') && !starts('--logfile=')) settings.execArgv = [...settings.execArgv, '--logfile=%p-v8.log'];
  cluster.settings = settings;
  if (schedulingPolicy === undefined) {
    validateOneOf(cluster.schedulingPolicy, 'cluster.schedulingPolicy', [SCHED_NONE, SCHED_RR]);
    schedulingPolicy = cluster.schedulingPolicy;
  }
  process.nextTick(() => cluster.emit('setup', settings));
};
cluster.setupMaster = cluster.setupPrimary; // its first name

function startProcess(id, env) {
  const { args, cwd, exec, execArgv, gid, serialization, silent, stdio, uid, windowsHide } = cluster.settings;
  return require('child_process').fork(exec, args, {
    cwd, env: { ...process.env, ...env, NODE_UNIQUE_ID: `${id}` }, execArgv, gid, serialization, silent, stdio, uid, windowsHide,
  });
}

cluster.fork = function(env) {
  cluster.setupPrimary();
  const id = ++lastId;
  const worker = new Worker({ id, process: startProcess(id, env) });
  const { process: child } = worker;
  worker.on('message', function(message, handle) { cluster.emit('message', this, message, handle); });
  if (child.connected) connected.add(worker);
  child.once('exit', (code, signal) => {
    if (!connected.has(worker)) {
      delete cluster.workers[id];
      callWhenGone();
    }
    worker.exitedAfterDisconnect = Boolean(worker.exitedAfterDisconnect);
    worker.state = 'dead';
    worker.emit('exit', code, signal);
    cluster.emit('exit', worker, code, signal);
  });
  child.once('disconnect', () => {
    connected.delete(worker);
    forget(child);
    removeFromHandles(worker);
    if (worker.isDead()) delete cluster.workers[id];
    callWhenGone();
    worker.exitedAfterDisconnect = Boolean(worker.exitedAfterDisconnect);
    worker.state = 'disconnected';
    worker.emit('disconnect');
    cluster.emit('disconnect', worker);
  });
  child.on('internalMessage', listener(worker, onMessage));
  process.nextTick(() => cluster.emit('fork', worker));
  cluster.workers[id] = worker;
  return worker;
};

cluster.disconnect = function(callback) {
  if (typeof callback === 'function') whenGone.push(callback);
  for (const worker of Object.values(cluster.workers)) {
    if (worker.isConnected()) worker.disconnect();
  }
  process.nextTick(callWhenGone);
};

function callWhenGone() {
  if (connected.size > 0 || Object.keys(cluster.workers).length > 0) return;
  const callbacks = whenGone;
  whenGone = [];
  for (const callback of callbacks) callback();
}

function removeFromHandles(worker) {
  for (const { 0: key, 1: handle } of handles) {
    if (handle.remove(worker)) handles.delete(key);
  }
}

function onMessage(message) {
  switch (message.act) {
    case 'online':
      this.state = 'online';
      this.emit('online');
      cluster.emit('online', this);
      break;
    case 'queryServer':
      queryServer(this, message);
      break;
    case 'listening': {
      const { addressType, address, port, fd } = message;
      this.state = 'listening';
      this.emit('listening', { addressType, address, port, fd });
      cluster.emit('listening', this, { addressType, address, port, fd });
      break;
    }
    case 'exitedAfterDisconnect':
      this.exitedAfterDisconnect = true;
      send(this.process, { ack: message.seq });
      break;
    case 'close':
      if (handles.get(message.key)?.remove(this)) handles.delete(message.key);
      break;
  }
}

// A worker wants to listen: all that ask for the same address share one handle. A free port is another for each time that
// a worker asks (`index`), and the same for all workers.
function queryServer(worker, message) {
  // It was told to end.
  if (worker.exitedAfterDisconnect) return;
  const { address, port, addressType, fd, index } = message;
  const key = `${address}:${port}:${addressType}:${fd}${port === 0 ? `:${index}` : ''}`;
  let handle = handles.get(key);
  if (handle === undefined) {
    // Datagrams have no connections that could be given away.
    const shared = schedulingPolicy !== SCHED_RR || addressType === 'udp4' || addressType === 'udp6';
    const Handle = require(shared ? 'internal/cluster/shared_handle' : 'internal/cluster/round_robin_handle');
    handle = new Handle(key, port < 0 ? shortPath(address) : address, message);
    handles.set(key, handle);
  }
  handle.data ??= message.data;
  handle.add(worker, (errno, details, raw) => {
    const { data } = handle;
    if (errno && handles.get(key) === handle) handles.delete(key); // the next one tries again
    send(worker.process, { errno, key, ack: message.seq, data, ...details }, raw ?? undefined);
  });
}

// The name of a socket has room for some hundred bytes: it is taken relative to this process's folder when that is shorter.
function shortPath(address) {
  if (typeof address !== 'string') return address;
  const relative = path.relative(process.cwd(), address);
  return relative !== '' && relative.length < address.length ? relative : address;
}

// In the primary the worker is asked to end by itself.
Worker.prototype.disconnect = function() {
  this.exitedAfterDisconnect = true;
  send(this.process, { act: 'disconnect' });
  removeFromHandles(this);
  delete cluster.workers[this.id];
  return this;
};

Worker.prototype.destroy = function(signal) {
  this.process.kill(signal || 'SIGTERM');
};
