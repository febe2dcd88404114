'use strict';

// Proxies that the environment names, for http and https agents and fetch().
// https://nodejs.org/api/http.html#built-in-proxy-support

const {
  ArrayIsArray, ArrayPrototypePush, NumberParseInt, RegExpPrototypeExec, StringPrototypeEndsWith, StringPrototypeIndexOf,
  StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, StringPrototypeToLowerCase, StringPrototypeTrim,
} = primordials;
const { Buffer } = require('buffer');
const {
  codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_CHAR, ERR_PROXY_INVALID_CONFIG, ERR_PROXY_TUNNEL },
} = require('internal/errors');
const { URL } = require('internal/url');
const { validatePort } = require('internal/validators');
const net = require('net');

const kProxy = Symbol('proxy');
const unbracketed = (host) => (host[0] === '[' ? StringPrototypeSlice(host, 1, -1) : host);
const bracketed = (host) => (net.isIPv6(host) ? `[${host}]` : host);

function addressNumber(address) {
  let number = 0;
  for (const part of StringPrototypeSplit(address, '.')) number = number * 256 + NumberParseInt(part, 10);
  return number;
}

// One entry of NO_PROXY as a test of (host, port), both as they are in URLs.
function makeBypass(entry) {
  if (entry === '*') return () => true;
  const { 1: pattern, 2: port } = RegExpPrototypeExec(/^(\[.*\]|[^:]*)(?::(\d+))?$/, entry) ?? [null, entry];
  const wanted = StringPrototypeToLowerCase(unbracketed(pattern));
  const range = RegExpPrototypeExec(/^(\d+\.\d+\.\d+\.\d+)-(\d+\.\d+\.\d+\.\d+)$/, wanted);
  const suffix = wanted[0] === '.' ? wanted : StringPrototypeStartsWith(wanted, '*.') ? StringPrototypeSlice(wanted, 1) : undefined;
  return (host, hostPort) => {
    if (port !== undefined && +port !== +hostPort) return false;
    if (range !== null) {
      if (!net.isIPv4(host)) return false;
      const number = addressNumber(host);
      return number >= addressNumber(range[1]) && number <= addressNumber(range[2]);
    }
    return suffix !== undefined ? StringPrototypeEndsWith(host, suffix) : host === wanted;
  };
}

class Proxy {
  #bypasses = [];

  constructor(text, noProxy) {
    let url;
    if (RegExpPrototypeExec(/[\r\n]/, text) === null) url = URL.parse(text);
    if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      throw new ERR_PROXY_INVALID_CONFIG(`Invalid proxy URL: ${text}`);
    }
    this.protocol = url.protocol;
    this.hostname = unbracketed(url.hostname);
    this.port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : +url.port;
    this.shown = `${url.protocol}//${url.host}`; // no name, no password
    const { username, password } = url;
    if (username !== '' || password !== '') {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    }
    for (const entry of StringPrototypeSplit(noProxy ?? '', ',')) {
      const trimmed = StringPrototypeTrim(entry);
      if (trimmed !== '') ArrayPrototypePush(this.#bypasses, makeBypass(trimmed));
    }
  }

  isFor(host, port) {
    const name = StringPrototypeToLowerCase(unbracketed(host));
    for (const bypass of this.#bypasses) if (bypass(name, port)) return false;
    return true;
  }

  // A connection to the proxy itself.
  connect() {
    const options = { host: this.hostname, port: this.port };
    if (this.protocol === 'http:') return net.connect(options);
    return require('tls').connect({
      ...options, servername: net.isIP(this.hostname) ? '' : this.hostname, ALPNProtocols: ['http/1.1'],
    });
  }
}

// What `env` says for requests of `protocol`; undefined when it names no proxy.
function makeProxy(env, protocol) {
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const url = env[name] || env[name.toUpperCase()];
  // What names no scheme that a proxy can have is passed over.
  if (!url || RegExpPrototypeExec(/^https?:\/\//, url) === null) return undefined;
  return new Proxy(url, env.no_proxy || env.NO_PROXY);
}

// The proxy that a request with these options goes through.
function proxyFor(agent, options) {
  const proxy = agent?.[kProxy];
  if (proxy === undefined || options.socketPath) return undefined;
  return proxy.isFor(options.host || 'localhost', options.port) ? proxy : undefined;
}

// --- Requests of http: to the proxy, with the whole URL ---------------------------------------------------------------

function isAuthority(value, authority) {
  if (RegExpPrototypeExec(/[/?#@]/, value) !== null) return false;
  return URL.parse(`http://${value}`)?.host === URL.parse(`http://${authority}`)?.host;
}

// The Host headers of a list of headers, flat or in pairs.
function hostsIn(headers) {
  const hosts = [];
  const add = (name, value) => {
    if (StringPrototypeToLowerCase(`${name}`) === 'host') ArrayPrototypePush(hosts, `${value}`);
  };
  if (ArrayIsArray(headers[0])) {
    for (let i = 0; i < headers.length; ++i) {
      if (!ArrayIsArray(headers[i])) {
        throw new ERR_INVALID_ARG_VALUE(`options.headers[${i}]`, headers[i], 'must be an array when headers is passed as an array of pairs');
      }
      add(headers[i][0], headers[i][1]);
    }
  } else {
    for (let i = 0; i + 1 < headers.length; i += 2) add(headers[i], headers[i + 1]);
  }
  return hosts;
}

// Nothing of a name or a port may end the line it is put into.
function checkCharacters(options) {
  const { _checkInvalidHeaderChar: isInvalid } = require('_http_common');
  if (isInvalid(`${options.host}:${options.port}`)) throw new ERR_INVALID_CHAR('header content', 'Host');
}

// { path, authority, headers } of a request that goes through `proxy`: the path is the whole URL, the headers are those
// to add. What the request says of its server must agree with where it goes, as the proxy sees the one alone.
function describeProxied(proxy, options, method, path, keepAlive) {
  checkCharacters(options);
  validatePort(options.port, 'options.port');
  const { host: authority } = new URL(`http://${bracketed(unbracketed(options.host))}:${+options.port}`);
  path = `${path}`;
  if ((path === '*' && method === 'OPTIONS') || method === 'CONNECT') {
    // These have forms of their own: RFC 9112, section 3.2.
  } else if (path[0] !== '/') {
    const url = RegExpPrototypeExec(/^[a-z][a-z0-9+.-]*:\/\//i, path) === null ? null : URL.parse(path);
    if (url === null) throw new ERR_INVALID_ARG_VALUE('options.path', path, 'must be in absolute-form or start with / when proxied');
    if (url.protocol !== 'http:') throw new ERR_INVALID_ARG_VALUE('options.path', path, 'must use http: scheme when proxied');
    if (url.username !== '' || url.password !== '') {
      throw new ERR_INVALID_ARG_VALUE('options.path', path, 'must not contain userinfo when proxied');
    }
    if (!isAuthority(url.host, authority)) {
      throw new ERR_INVALID_ARG_VALUE('options.path', path, `must match the request authority ${authority}`);
    }
  } else {
    path = `http://${authority}${path}`;
  }
  const { headers } = options;
  let hosts = [];
  if (ArrayIsArray(headers)) {
    hosts = hostsIn(headers);
    if (hosts.length > 1) throw new ERR_INVALID_ARG_VALUE('options.headers', headers, 'must not contain duplicate Host headers');
  } else if (headers) {
    for (const name of Object.keys(headers)) {
      if (StringPrototypeToLowerCase(name) === 'host') ArrayPrototypePush(hosts, `${headers[name]}`);
    }
  }
  for (const host of hosts) {
    if (!isAuthority(host, authority)) {
      throw new ERR_INVALID_ARG_VALUE('Host header', host, `must match the request authority ${authority}`);
    }
  }
  const added = [['proxy-connection', keepAlive ? 'keep-alive' : 'close']];
  if (proxy.authorization !== undefined) ArrayPrototypePush(added, ['proxy-authorization', proxy.authorization]);
  return { path, authority, headers: added };
}

// --- Requests of https: through a tunnel ------------------------------------------------------------------------------

// Asks the proxy for a connection to the server; callback(error, socket).
function openTunnel(proxy, options, request, callback) {
  const target = `${bracketed(unbracketed(options.host))}:${options.port}`;
  const socket = proxy.connect();
  let received = Buffer.alloc(0);
  let settled = false;
  const settle = (error) => {
    if (settled) return;
    settled = true;
    socket.removeListener('data', onData);
    socket.removeListener('end', onEnd);
    socket.removeListener('error', settle);
    socket.removeListener('timeout', onTimeout);
    socket.setTimeout(0);
    if (error) {
      socket.on('error', () => {});
      socket.destroy();
      callback(error);
    } else {
      callback(null, socket);
    }
  };
  const timeout = request?.timeout ?? options.timeout;
  // Who gave up waiting wants no connection any more.
  const onTimeout = () => {
    request?.emit('timeout');
    if (request?.destroyed) settle(new ERR_PROXY_TUNNEL(`Connection to establish proxy tunnel timed out after ${timeout}ms`));
  };
  const onEnd = () => settle(new ERR_PROXY_TUNNEL('Connection to establish proxy tunnel ended unexpectedly'));
  const onData = (chunk) => {
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = received.latin1Slice(0, end);
    const statusLine = StringPrototypeSlice(head, 0, StringPrototypeIndexOf(`${head}\r\n`, '\r\n'));
    const { 1: status } = RegExpPrototypeExec(/^HTTP\/1\.[01] (\d{3})\b/, statusLine) ?? [];
    if (status !== '200') {
      const error = new ERR_PROXY_TUNNEL(`Failed to establish tunnel to ${target} via ${proxy.shown}: ${statusLine}`);
      if (status !== undefined) error.statusCode = +status;
      settle(error);
      return;
    }
    socket.pause();
    const rest = received.subarray(end + 4);
    if (rest.length > 0) socket.unshift(rest);
    settle(null);
  };
  socket.on('error', settle);
  socket.on('end', onEnd);
  socket.on('data', onData);
  if (timeout) socket.setTimeout(timeout, onTimeout);
  let message = `CONNECT ${target} HTTP/1.1\r\nproxy-connection: keep-alive\r\nhost: ${target}\r\n`;
  if (proxy.authorization !== undefined) message += `proxy-authorization: ${proxy.authorization}\r\n`;
  socket.once(proxy.protocol === 'https:' ? 'secureConnect' : 'connect', () => socket.write(`${message}\r\n`));
}

// --- The process's own agents -----------------------------------------------------------------------------------------

// Whether the command line or the environment asks for it.
function useEnvironment() {
  if (process.execArgv.includes('--no-use-env-proxy')) return false;
  return process.env.NODE_USE_ENV_PROXY === '1' || require('internal/options').getOptionValue('--use-env-proxy') === true;
}

const ownAgent = (proxyEnv) => ({ keepAlive: true, scheduling: 'lifo', timeout: 5000, proxyEnv });

// undici's part: a dispatcher that asks the same variables.
function makeDispatcher(env) {
  const { EnvHttpProxyAgent } = require('internal/deps/undici/index');
  return new EnvHttpProxyAgent({
    httpProxy: env.http_proxy || env.HTTP_PROXY || '', httpsProxy: env.https_proxy || env.HTTPS_PROXY || '',
    noProxy: env.no_proxy || env.NO_PROXY || '',
  });
}

// http.setGlobalProxyFromEnv()
function setGlobalProxyFromEnv(proxyEnv = process.env) {
  require('internal/validators').validateObject(proxyEnv, 'proxyEnv');
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']) {
    if (proxyEnv[name] && !URL.canParse(proxyEnv[name])) throw new ERR_PROXY_INVALID_CONFIG(`Invalid proxy URL: ${proxyEnv[name]}`);
  }
  const http = require('http');
  const https = require('https');
  const undici = require('internal/deps/undici/index');
  const agents = [new http.Agent(ownAgent(proxyEnv)), new https.Agent(ownAgent(proxyEnv))];
  if (agents[0][kProxy] === undefined && agents[1][kProxy] === undefined) return () => {};
  const before = [http.globalAgent, https.globalAgent, undici.getGlobalDispatcher()];
  ({ 0: http.globalAgent, 1: https.globalAgent } = agents);
  undici.setGlobalDispatcher(makeDispatcher(proxyEnv));
  return () => {
    ({ 0: http.globalAgent, 1: https.globalAgent } = before);
    undici.setGlobalDispatcher(before[2]);
  };
}

module.exports = {
  describeProxied, kProxy, makeDispatcher, makeProxy, openTunnel, ownAgent, proxyFor, setGlobalProxyFromEnv, useEnvironment,
};
