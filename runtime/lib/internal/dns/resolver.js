'use strict';

// What both kinds of dns.Resolver do: hold a channel to some servers, and start queries on it.

const { ChannelWrap } = internalBinding('cares');
const {
  codes: { ERR_DNS_SET_SERVERS_FAILED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_IP_ADDRESS },
} = require('internal/errors');
const { validateArray, validateInt32, validatePort, validateString, validateUint32 } = require('internal/validators');
const { isIP, isIPv4, isIPv6 } = require('internal/net/address');
const { endTiming, startTiming } = require('internal/perf_observe');
const { toAscii } = require('internal/dns/lookup');

const kDnsPort = 53;

// The methods that ask for records of one type, and the channel's functions behind them.
const kQueries = {
  resolveAny: 'queryAny',
  resolve4: 'queryA',
  resolve6: 'queryAaaa',
  resolveCaa: 'queryCaa',
  resolveCname: 'queryCname',
  resolveMx: 'queryMx',
  resolveNs: 'queryNs',
  resolveTlsa: 'queryTlsa',
  resolveTxt: 'queryTxt',
  resolveSrv: 'querySrv',
  resolvePtr: 'queryPtr',
  resolveNaptr: 'queryNaptr',
  resolveSoa: 'querySoa',
  reverse: 'getHostByAddr',
};
const kTypes = {
  __proto__: null, ANY: 'resolveAny', A: 'resolve4', AAAA: 'resolve6', CAA: 'resolveCaa', CNAME: 'resolveCname',
  MX: 'resolveMx', NS: 'resolveNs', TLSA: 'resolveTlsa', TXT: 'resolveTxt', SRV: 'resolveSrv', PTR: 'resolvePtr',
  NAPTR: 'resolveNaptr', SOA: 'resolveSoa',
};

// A request is named as async_hooks knows it.
class QueryReqWrap { oncomplete = null; }

class ResolverBase {
  constructor(options = undefined) {
    const { timeout = -1, tries = 4, maxTimeout = 0 } = options ?? {};
    validateInt32(timeout, 'options.timeout', -1);
    validateInt32(tries, 'options.tries', 1);
    validateUint32(maxTimeout, 'options.maxTimeout');
    this._handle = new ChannelWrap(timeout, tries, Math.min(maxTimeout, 2 ** 31 - 1));
  }

  cancel() {
    this._handle.cancel();
  }

  getServers() {
    return (this._handle.getServers() ?? []).map(({ 0: ip, 1: port }) => {
      if (!port || port === kDnsPort) return ip;
      return isIPv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`;
    });
  }

  setServers(servers) {
    validateArray(servers, 'servers');
    const parsed = [];
    servers.forEach((server, index) => {
      validateString(server, `servers[${index}]`);
      parsed.push(parseServer(server));
    });
    const problem = this._handle.setServers(parsed);
    if (problem !== undefined) throw new ERR_DNS_SET_SERVERS_FAILED(problem, inspectList(servers));
  }

  setLocalAddress(ipv4, ipv6) {
    validateString(ipv4, 'ipv4');
    if (ipv6 !== undefined) validateString(ipv6, 'ipv6');
    const given = ipv6 === undefined ? [ipv4] : [ipv4, ipv6];
    if (given.some((ip) => isIP(ip) === 0)) throw invalidValue('Invalid IP address.');
    if (given.length === 2 && given.every(isIPv4)) throw invalidValue('Cannot specify two IPv4 addresses.');
    if (given.length === 2 && given.every(isIPv6)) throw invalidValue('Cannot specify two IPv6 addresses.');
    this._handle.setLocalAddress(given.find(isIPv4) ?? '', given.find(isIPv6) ?? '');
  }
}

function inspectList(servers) {
  return require('internal/util/inspect').inspect(servers);
}

// Of no one argument: the code's own wording does not fit.
function invalidValue(message) {
  const error = new TypeError(message);
  error.code = 'ERR_INVALID_ARG_VALUE';
  return error;
}

// '1.2.3.4', '1.2.3.4:53', '2001:db8::1', '[2001:db8::1]' or '[2001:db8::1]:53' -> [ip, port]
function parseServer(server) {
  if (isIP(server) !== 0) return [server, kDnsPort];
  const bracketed = server[0] === '[';
  const end = server.indexOf(bracketed ? ']' : ':');
  const ip = end < 0 ? '' : server.slice(bracketed ? 1 : 0, end);
  const rest = server.slice(bracketed ? end + 1 : end);
  if (isIP(ip) !== (bracketed ? 6 : 4) || !/^(:\d+)?$/.test(rest)) throw new ERR_INVALID_IP_ADDRESS(server);
  if (rest === '') return [ip, kDnsPort];
  // 0 stands for the usual port.
  return [ip, validatePort(Number(rest.slice(1)), 'Port') || kDnsPort];
}

// Asks the channel's `query`; `done(error name or null, records)` is called with the request, which has `fields`, as
// receiver. -> [the request, 0 or a negative error]
function start(resolver, query, hostname, ttl, done, fields) {
  const request = new QueryReqWrap();
  Object.assign(request, { bindingName: query, hostname, ttl, ...fields });
  const begun = startTiming('dns');
  request.oncomplete = done;
  if (begun !== undefined) {
    request.oncomplete = function(error, result) {
      if (!error) endTiming(begun, 'dns', query, { host: hostname, ttl, result });
      done.call(this, error, result);
    };
  }
  return [request, resolver._handle[query](request, toAscii(hostname), ttl)];
}

// The name of the method for records of that type.
function methodFor(rrtype) {
  if (typeof rrtype !== 'string') throw new ERR_INVALID_ARG_TYPE('rrtype', 'string', rrtype);
  const method = kTypes[rrtype];
  if (method === undefined) throw new ERR_INVALID_ARG_VALUE('rrtype', rrtype);
  return method;
}

// The resolvers behind dns.resolve*() and dns.promises.resolve*(): of the same servers. Servers are changed by new ones,
// so that queries under way end as they began.
const defaults = { callback: null, promises: null };

function defaultResolver(kind) {
  const other = kind === 'callback' ? 'promises' : 'callback';
  if (defaults[kind] === null) {
    const { Resolver } = require(kind === 'callback' ? 'internal/dns/callback_resolver' : 'internal/dns/promise_resolver');
    const made = new Resolver();
    if (defaults[other] !== null) made._handle = defaults[other]._handle;
    defaults[kind] = made;
  }
  return defaults[kind];
}

function setDefaultServers(servers) {
  const { Resolver } = require('internal/dns/callback_resolver');
  const resolver = new Resolver();
  resolver.setServers(servers);
  defaults.callback = resolver;
  defaults.promises = null;
}

// getServers() and all resolve methods as functions of their own.
function defaultFunctions(kind, methods) {
  const functions = {};
  for (const name of ['getServers', 'resolve', ...methods]) {
    functions[name] = { [name](...args) { return defaultResolver(kind)[name](...args); } }[name];
  }
  return functions;
}

module.exports = { defaultFunctions, kQueries, methodFor, ResolverBase, setDefaultServers, start };
