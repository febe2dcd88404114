'use strict';

// https://nodejs.org/api/https.html: HTTP over node:tls.

const { FunctionPrototypeCall, ObjectSetPrototypeOf } = primordials;
const http = require('http');
const { urlToHttpOptions, URL, isURL } = require('internal/url');
const tls = require('tls');

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  FunctionPrototypeCall(http.Agent, this, options);
  this.defaultPort = 443;
  this.protocol = 'https:';
  this.maxCachedSessions = this.options.maxCachedSessions ?? 100;
}
ObjectSetPrototypeOf(Agent.prototype, http.Agent.prototype);
ObjectSetPrototypeOf(Agent, http.Agent);

Agent.prototype.createConnection = function(options) {
  return tls.connect(options);
};

const kNamed = ['ca', 'cert', 'clientCertEngine', 'ciphers', 'key', 'pfx', 'rejectUnauthorized', 'servername', 'minVersion',
  'maxVersion', 'secureProtocol', 'crl', 'honorCipherOrder', 'ecdhCurve', 'dhparam', 'secureOptions', 'sessionIdContext', 'sigalgs'];
Agent.prototype.getName = function(options = {}) {
  let name = FunctionPrototypeCall(http.Agent.prototype.getName, this, options);
  for (const key of kNamed) {
    name += ':';
    if (options[key] !== undefined && options[key] !== null) name += options[key];
  }
  return name;
};

const globalAgent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 });

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

function createServer(options) {
  return tls.createServer(options);
}

module.exports = { Agent, createServer, get, globalAgent, request };
