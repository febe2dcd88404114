'use strict';

// http.Agent: connections to the same place, kept and shared.

const { FunctionPrototypeCall, ObjectSetPrototypeOf } = primordials;
const EventEmitter = require('events');
const net = require('net');
const { validateNumber, validateOneOf, validateString } = require('internal/validators');
const { AsyncResource } = require('async_hooks');
const { kProxy, makeProxy, openTunnel, ownAgent, proxyFor, useEnvironment } = require('internal/http_proxy');

const kOnKeylog = Symbol('onkeylog');
const kRequestOptions = Symbol('requestOptions');
const kRequestAsyncResource = Symbol('requestAsyncResource');

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  FunctionPrototypeCall(EventEmitter, this);
  this.options = { __proto__: null, ...options };
  this.defaultPort = this.options.defaultPort || 80;
  this.protocol = this.options.protocol || 'http:';
  // Named by the environment that the program passes; https's agents choose their own.
  this[kProxy] = this.options.proxyEnv ? makeProxy(this.options.proxyEnv, this.protocol) : undefined;
  this.options.noDelay ??= true;
  // The agent's name for a place has no path.
  this.options.path = null;
  this.requests = { __proto__: null };
  this.sockets = { __proto__: null };
  this.freeSockets = { __proto__: null };
  this.keepAliveMsecs = this.options.keepAliveMsecs || 1000;
  this.keepAlive = this.options.keepAlive || false;
  this.maxSockets = this.options.maxSockets || Agent.defaultMaxSockets;
  this.maxFreeSockets = this.options.maxFreeSockets || 256;
  this.scheduling = this.options.scheduling || 'lifo';
  this.maxTotalSockets = this.options.maxTotalSockets;
  this.totalSocketCount = 0;
  this.agentKeepAliveTimeoutBuffer = typeof this.options.agentKeepAliveTimeoutBuffer === 'number' &&
    this.options.agentKeepAliveTimeoutBuffer >= 0 ? this.options.agentKeepAliveTimeoutBuffer : 1000;
  validateOneOf(this.scheduling, 'scheduling', ['fifo', 'lifo']);
  if (this.maxTotalSockets !== undefined) {
    validateNumber(this.maxTotalSockets, 'maxTotalSockets', 1);
  } else {
    this.maxTotalSockets = Infinity;
  }
  this.on('free', (socket, options) => this._onFree(socket, options));
  this.on('newListener', (event) => {
    if (event !== 'keylog' || this[kOnKeylog]) return;
    const agent = this;
    this[kOnKeylog] = function(keylog) { agent.emit('keylog', keylog, this); };
    for (const sockets of Object.values(this.sockets)) for (const socket of sockets) socket.on('keylog', this[kOnKeylog]);
  });
}
ObjectSetPrototypeOf(Agent.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(Agent, EventEmitter);

Agent.defaultMaxSockets = Infinity;
Agent.prototype.createConnection = net.createConnection;

// A socket has done its request: the next one that waits gets it, or it is kept.
Agent.prototype._onFree = function(socket, options) {
  const name = this.getName(options);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const requests = this.requests[name];
  if (requests?.length) {
    const request = requests.shift();
    const resource = request[kRequestAsyncResource];
    if (requests.length === 0) delete this.requests[name];
    if (resource) resource.runInAsyncScope(() => setRequestSocket(this, request, socket), null);
    else setRequestSocket(this, request, socket);
    request[kRequestAsyncResource] = null;
    return;
  }
  const request = socket._httpMessage;
  if (!request || !request.shouldKeepAlive || !this.keepAlive) {
    socket.destroy();
    return;
  }
  const free = this.freeSockets[name] || [];
  let count = free.length;
  if (this.sockets[name]) count += this.sockets[name].length;
  if (this.totalSocketCount > this.maxTotalSockets || count > this.maxSockets || free.length >= this.maxFreeSockets ||
      !this.keepSocketAlive(socket)) {
    socket.destroy();
    return;
  }
  this.freeSockets[name] = free;
  socket._httpMessage = null;
  this.removeSocket(socket, options);
  socket.once('error', freeSocketErrorListener);
  free.push(socket);
};

function freeSocketErrorListener() {
  this.destroy();
}

Agent.prototype.getName = function(options = {}) {
  let name = options.host || 'localhost';
  name += ':';
  if (options.port) name += options.port;
  name += ':';
  if (options.localAddress) name += options.localAddress;
  // 4 and 6 differ, the rest is the default.
  if (options.family === 4 || options.family === 6) name += `:${options.family}`;
  if (options.socketPath) name += `:${options.socketPath}`;
  return name;
};

function normalizeServerName(options, request) {
  if (options.servername || options.servername === '') return;
  const { host } = options;
  let servername = host;
  const hostHeader = request?.getHeader('host');
  if (hostHeader) {
    validateString(hostHeader, 'options.headers.host');
    servername = hostHeader.startsWith('[') ?
      (hostHeader.indexOf(']') === -1 ? hostHeader : hostHeader.slice(1, hostHeader.indexOf(']'))) : hostHeader.split(':', 1)[0];
  }
  // RFC 6066: addresses are no server names.
  options.servername = net.isIP(servername) ? '' : servername;
}

Agent.prototype.addRequest = function(request, options, port, localAddress) {
  if (typeof options === 'string') options = { __proto__: null, host: options, port, localAddress };
  options = { __proto__: null, ...options, ...this.options };
  if (options.socketPath) options.path = options.socketPath;
  if (this.protocol === 'https:' || options._defaultAgent?.protocol === 'https:') normalizeServerName(options, request);
  const name = this.getName(options);
  this.sockets[name] ||= [];
  const free = this.freeSockets[name];
  let socket;
  if (free) {
    while (free.length && free[0].destroyed) free.shift();
    socket = this.scheduling === 'fifo' ? free.shift() : free.pop();
    if (!free.length) delete this.freeSockets[name];
  }
  const count = (free ? free.length : 0) + this.sockets[name].length;
  if (socket) {
    this.reuseSocket(socket, request);
    setRequestSocket(this, request, socket);
    this.sockets[name].push(socket);
  } else if (count < this.maxSockets && this.totalSocketCount < this.maxTotalSockets) {
    this.createSocket(request, options, (error, made) => {
      if (error) request.onSocket(null, error);
      else setRequestSocket(this, request, made);
    });
  } else {
    this.requests[name] ||= [];
    request[kRequestOptions] = options;
    // It goes on in the context it was made in.
    request[kRequestAsyncResource] = new AsyncResource('QueuedRequest');
    this.requests[name].push(request);
  }
};

Agent.prototype.createSocket = function(request, options, callback) {
  options = { __proto__: null, ...options, ...this.options };
  if (options.socketPath) options.path = options.socketPath;
  if (this.protocol === 'https:') normalizeServerName(options, request);
  // A timeout of the request's is set on its socket anew each time.
  if (request?.timeout !== undefined && options.timeout === undefined) options.timeout = request.timeout;
  const name = this.getName(options);
  options._agentKey = name;
  options.encoding = null;
  let called = false;
  const done = (error, socket) => {
    if (called) return;
    called = true;
    if (error) return callback(error);
    this.sockets[name] ||= [];
    this.sockets[name].push(socket);
    this.totalSocketCount++;
    installListeners(this, socket, options);
    callback(null, socket);
  };
  // A kept connection must notice that the other side is gone.
  if (this.keepAlive) {
    options.keepAlive = this.keepAlive;
    options.keepAliveInitialDelay = this.keepAliveMsecs;
  }
  const proxy = proxyFor(this, options);
  if (proxy === undefined) {
    const socket = this.createConnection(options, done);
    if (socket) done(null, socket);
  } else if (this.protocol === 'http:') {
    done(null, proxy.connect());
  } else {
    openTunnel(proxy, options, request, (error, tunnel) => {
      if (error) return done(error);
      const socket = this.createConnection({ ...options, socket: tunnel }, done);
      if (socket) done(null, socket);
    });
  }
};

function installListeners(agent, socket, options) {
  const onFree = () => agent.emit('free', socket, options);
  const onClose = () => {
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
  };
  const onTimeout = () => {
    // An idle kept socket is closed; a busy one is its request's.
    const { freeSockets } = agent;
    if (Object.values(freeSockets).some((sockets) => sockets.includes(socket))) socket.destroy();
  };
  const onRemove = () => {
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
    socket.removeListener('close', onClose);
    socket.removeListener('free', onFree);
    socket.removeListener('timeout', onTimeout);
    socket.removeListener('agentRemove', onRemove);
  };
  socket.on('free', onFree);
  socket.on('close', onClose);
  socket.on('timeout', onTimeout);
  socket.on('agentRemove', onRemove);
  if (agent[kOnKeylog]) socket.on('keylog', agent[kOnKeylog]);
}

Agent.prototype.removeSocket = function(socket, options) {
  const name = this.getName(options);
  const all = [this.sockets];
  if (!socket.writable) all.push(this.freeSockets);
  for (const sockets of all) {
    const at = sockets[name]?.indexOf(socket) ?? -1;
    if (at === -1) continue;
    sockets[name].splice(at, 1);
    if (sockets[name].length === 0) delete sockets[name];
  }
  // There is room for a request that waits, be it for another place.
  let request;
  if (this.requests[name]?.length) {
    request = this.requests[name][0];
  } else {
    for (const key of Object.keys(this.requests)) {
      // As long as a place is at its own limit, it must wait.
      if (this.sockets[key]?.length) continue;
      request = this.requests[key][0];
      options = request[kRequestOptions];
      break;
    }
  }
  if (request && options && this.totalSocketCount < this.maxTotalSockets &&
      (this.sockets[this.getName(options)]?.length ?? 0) < this.maxSockets) {
    options = request[kRequestOptions] ?? options;
    // When it is connected it is emitted as free, and the request takes it.
    this.createSocket(request, options, (error, made) => {
      if (error) request.onSocket(null, error);
      else made.emit('free');
    });
  }
};

Agent.prototype.keepSocketAlive = function(socket) {
  socket.setKeepAlive(true, this.keepAliveMsecs);
  socket.unref();
  let agentTimeout = this.options.timeout || 0;
  let canKeepSocketAlive = true;
  const hint = socket._httpMessage?.res?.headers['keep-alive'];
  if (hint) {
    const seconds = /^timeout=(\d+)/.exec(hint)?.[1];
    if (seconds) {
      // Closed by us a little before the server does, so that no request meets a closing connection.
      const serverTimeout = Number(seconds) * 1000 - this.agentKeepAliveTimeoutBuffer;
      if (serverTimeout <= 0) canKeepSocketAlive = false;
      else if (!agentTimeout || serverTimeout < agentTimeout) agentTimeout = serverTimeout;
    }
  }
  if (socket.timeout !== agentTimeout) socket.setTimeout(agentTimeout);
  return canKeepSocketAlive;
};

Agent.prototype.reuseSocket = function(socket, request) {
  socket.removeListener('error', freeSocketErrorListener);
  request.reusedSocket = true;
  socket.ref();
};

Agent.prototype.destroy = function() {
  for (const sets of [this.freeSockets, this.sockets]) {
    for (const key of Object.keys(sets)) for (const socket of [...sets[key]]) socket.destroy();
  }
};

function setRequestSocket(agent, request, socket) {
  request.onSocket(socket);
  const agentTimeout = agent.options.timeout || 0;
  if (request.timeout === undefined || request.timeout === agentTimeout) return;
  socket.setTimeout(request.timeout);
}

module.exports = { Agent, globalAgent: new Agent(ownAgent(useEnvironment() ? process.env : undefined)) };
