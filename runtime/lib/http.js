'use strict';

// https://nodejs.org/api/http.html

const { methods, parsers } = require('_http_common');
const { Agent, globalAgent } = require('_http_agent');
const { ClientRequest } = require('_http_client');
const { IncomingMessage } = require('_http_incoming');
const { OutgoingMessage, validateHeaderName, validateHeaderValue } = require('_http_outgoing');
const { STATUS_CODES, Server, ServerResponse, _connectionListener } = require('_http_server');
const { validateInteger } = require('internal/validators');

let agent = globalAgent;

function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

function request(url, options, callback) {
  return new ClientRequest(url, options, callback);
}

function get(url, options, callback) {
  const made = request(url, options, callback);
  made.end();
  return made;
}

module.exports = {
  _connectionListener,
  METHODS: methods,
  STATUS_CODES,
  Agent,
  ClientRequest,
  IncomingMessage,
  OutgoingMessage,
  Server,
  ServerResponse,
  createServer,
  validateHeaderName,
  validateHeaderValue,
  get,
  request,
  setGlobalProxyFromEnv(proxyEnv) { return require('internal/http_proxy').setGlobalProxyFromEnv(proxyEnv); },
  setMaxIdleHTTPParsers(max) {
    validateInteger(max, 'max', 1);
    parsers.max = max;
  },
};

function accessor(name, get, set) {
  Object.defineProperty(module.exports, name, { __proto__: null, configurable: true, enumerable: true, get, set });
}
accessor('maxHeaderSize', () => require('internal/options').getOptionValue('--max-http-header-size') || 16384);
accessor('globalAgent', () => agent, (value) => {
  agent = value;
  require('_http_agent').globalAgent = value;
});
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) accessor(name, () => globalThis[name]);
