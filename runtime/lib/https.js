'use strict';

// https://nodejs.org/api/https.html: HTTP over node:tls.

const { FunctionPrototypeCall, ObjectSetPrototypeOf } = primordials;
const EventEmitter = require('events');
const http = require('http');
const httpServer = require('_http_server');
const tls = require('tls');
const { ownAgent, useEnvironment } = require('internal/http_proxy');
const { urlToHttpOptions, URL, isURL } = require('internal/url');
const { validateObject } = require('internal/validators');

function Server(options, requestListener) {
  if (!(this instanceof Server)) return new Server(options, requestListener);
  if (typeof options === 'function') {
    requestListener = options;
    options = {};
  } else if (options == null) {
    options = {};
  } else {
    validateObject(options, 'options');
    options = { ...options };
  }
  const ALPNProtocols = options.ALPNProtocols || options.ALPNCallback ? options.ALPNProtocols : ['http/1.1'];
  FunctionPrototypeCall(httpServer.storeHTTPOptions, this, options);
  FunctionPrototypeCall(tls.Server, this, { noDelay: true, ...options, ALPNProtocols }, httpServer._connectionListener);
  httpServer.setUpServer(this, options, requestListener);
  this.on('tlsClientError', (error, socket) => {
    if (!this.emit('clientError', error, socket)) socket.destroy(error);
  });
}
ObjectSetPrototypeOf(Server.prototype, tls.Server.prototype);
ObjectSetPrototypeOf(Server, tls.Server);


for (const name of ['closeAllConnections', 'closeIdleConnections', 'close', 'setTimeout', Symbol.asyncDispose]) {
  Server.prototype[name] = httpServer.Server.prototype[name];
}
Server.prototype[EventEmitter.captureRejectionSymbol] = httpServer.Server.prototype[EventEmitter.captureRejectionSymbol];

function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

function createConnection(...args) {
  // (options, callback), (port, host?, options?, callback?)
  let options = {};
  if (args[0] !== null && typeof args[0] === 'object') {
    options = args[0];
  } else if (args[1] !== null && typeof args[1] === 'object') {
    options = { ...args[1] };
  } else if (args[2] === null || typeof args[2] !== 'object') {
    options = {};
  } else {
    options = { ...args[2] };
  }
  if (typeof args[0] === 'number') options.port = args[0];
  if (typeof args[1] === 'string') options.host = args[1];
  options = { ...options };
  const listener = typeof args[args.length - 1] === 'function' ? args[args.length - 1] : undefined;
  const key = options._agentKey;
  // The last session with the same server spares a handshake.
  if (key) {
    const session = this._getSession(key);
    if (session) options = { session, ...options };
  }
  const socket = tls.connect(options);
  if (listener) socket.once('secureConnect', listener);
  if (key) {
    socket.on('session', (session) => this._cacheSession(key, session));
    socket.once('close', (hadError) => {
      if (hadError) this._evictSession(key);
    });
  }
  return socket;
}

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  options = { __proto__: null, ...options };
  options.defaultPort ??= 443;
  options.protocol ??= 'https:';
  FunctionPrototypeCall(http.Agent, this, options);
  this.maxCachedSessions = this.options.maxCachedSessions;
  if (this.maxCachedSessions === undefined) this.maxCachedSessions = 100;
  this._sessionCache = { map: {}, list: [] };
}
ObjectSetPrototypeOf(Agent.prototype, http.Agent.prototype);
ObjectSetPrototypeOf(Agent, http.Agent);
Agent.prototype.createConnection = createConnection;

// Connections that differ in any of these are not shared.
const named = [
  'ca', 'cert', 'clientCertEngine', 'ciphers', 'key', 'pfx', 'rejectUnauthorized', 'servername', 'minVersion', 'maxVersion',
  'secureProtocol', 'crl', 'honorCipherOrder', 'ecdhCurve', 'dhparam', 'secureOptions', 'sessionIdContext', 'sigalgs',
  'privateKeyIdentifier', 'privateKeyEngine',
];
const falsyCounts = new Set(['rejectUnauthorized', 'honorCipherOrder', 'secureOptions']);
Agent.prototype.getName = function(options = {}) {
  let name = FunctionPrototypeCall(http.Agent.prototype.getName, this, options);
  for (const key of named) {
    name += ':';
    const value = options[key];
    if (key === 'servername') {
      // The host's own name tells nothing new.
      if (value && value !== options.host) name += value;
    } else if (key === 'sigalgs') {
      if (value) name += JSON.stringify(value);
    } else if (key === 'pfx' && Array.isArray(value)) {
      name += value.map((item) => (item?.buf !== undefined ? `${item.buf}:${item.passphrase ?? ''}` : item)).join();
    } else if (falsyCounts.has(key) ? value !== undefined : value) {
      name += value;
    }
  }
  return name;
};

Agent.prototype._getSession = function(key) { return this._sessionCache.map[key]; };
Agent.prototype._cacheSession = function(key, session) {
  if (this.maxCachedSessions === 0) return;
  const { list, map } = this._sessionCache;
  if (map[key] === undefined) {
    if (list.length >= this.maxCachedSessions) delete map[list.shift()];
    list.push(key);
  }
  map[key] = session;
};
Agent.prototype._evictSession = function(key) {
  const { list, map } = this._sessionCache;
  const index = list.indexOf(key);
  if (index === -1) return;
  list.splice(index, 1);
  delete map[key];
};

function request(...args) {
  let options = {};
  if (typeof args[0] === 'string') options = urlToHttpOptions(new URL(args.shift()));
  else if (isURL(args[0])) options = urlToHttpOptions(args.shift());
  if (args[0] && typeof args[0] !== 'function') Object.assign(options, args.shift());
  options._defaultAgent = module.exports.globalAgent;
  return new http.ClientRequest(options, ...args);
}

function get(...args) {
  const made = request(...args);
  made.end();
  return made;
}

module.exports = {
  Agent, Server, createServer, get, request,
  globalAgent: new Agent(ownAgent(useEnvironment() ? process.env : undefined)),
};
