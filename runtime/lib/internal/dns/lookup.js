'use strict';

// dns.lookup() and dns.lookupService(): names as the system resolves them (files, mDNS, DNS), not as DNS alone does.

const { getaddrinfo, getnameinfo, AI_ADDRCONFIG, AI_ALL, AI_V4MAPPED } = internalBinding('dns_lookup');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS }, DNSException } = require('internal/errors');
const {
  validateBoolean, validateFunction, validateNumber, validateOneOf, validatePort, validateString,
  validateStringWithoutNullBytes,
} = require('internal/validators');
const { isIP } = require('internal/net/address');
const { endTiming, startTiming } = require('internal/perf_observe');

const kOrders = ['verbatim', 'ipv4first', 'ipv6first'];
const kFamilies = [0, 4, 6];
let defaultOrder;

// Requests are named as async_hooks knows them.
class GetAddrInfoReqWrap { oncomplete = null; }
class GetNameInfoReqWrap { oncomplete = null; }

function getDefaultResultOrder() {
  if (defaultOrder === undefined) {
    const { getOptionValue } = require('internal/options');
    defaultOrder = getOptionValue('--dns-result-order') || 'verbatim';
  }
  return defaultOrder;
}
function setDefaultResultOrder(value) {
  validateOneOf(value, 'dnsOrder', kOrders);
  defaultOrder = value;
}

function validateHints(hints) {
  if ((hints & ~(AI_ADDRCONFIG | AI_ALL | AI_V4MAPPED)) !== 0) throw new ERR_INVALID_ARG_VALUE('hints', hints);
}

// -> {family, hints, all, order}
function lookupOptions(options) {
  let family = 0;
  let hints = 0;
  let all = false;
  let order = getDefaultResultOrder();
  if (options === null || typeof options !== 'object') {
    if (!Number.isInteger(options)) throw new ERR_INVALID_ARG_TYPE('options', ['integer', 'object'], options);
    validateOneOf(options, 'family', kFamilies);
    family = options;
    return { family, hints, all, order };
  }
  if (options.hints != null) {
    validateNumber(options.hints, 'options.hints');
    hints = options.hints >>> 0;
    validateHints(hints);
  }
  if (options.family != null) {
    switch (options.family) {
      case 'IPv4': family = 4; break;
      case 'IPv6': family = 6; break;
      default:
        validateOneOf(options.family, 'options.family', kFamilies);
        family = options.family;
    }
  }
  if (options.all != null) {
    validateBoolean(options.all, 'options.all');
    all = options.all;
  }
  if (options.verbatim != null) {
    validateBoolean(options.verbatim, 'options.verbatim');
    order = options.verbatim ? 'verbatim' : 'ipv4first';
  }
  if (options.order != null) {
    validateOneOf(options.order, 'options.order', kOrders);
    order = options.order;
  }
  return { family, hints, all, order };
}

let warned = false;
// A name to look up; nothing is one too, as it was before there were checks.
function checkHostname(hostname) {
  if (!hostname) {
    if (warned) return;
    warned = true;
    process.emitWarning(
      `The provided hostname "${hostname}" is not a valid hostname, and is supported in the dns module solely for compatibility.`,
      'DeprecationWarning', 'DEP0118');
    return;
  }
  // The system would take the name to end at a null byte.
  validateStringWithoutNullBytes(hostname, 'hostname');
}

function sorted(addresses, order) {
  if (order === 'verbatim') return addresses;
  const first = order === 'ipv4first' ? 4 : 6;
  return [...addresses.filter((ip) => isIP(ip) === first), ...addresses.filter((ip) => isIP(ip) !== first)];
}

// Starts the request; done(error, [{address, family}, ...]).
function resolve(hostname, { family, hints, order }, done) {
  const request = new GetAddrInfoReqWrap();
  request.hostname = hostname;
  request.family = family;
  const begun = startTiming('dns');
  request.oncomplete = (status, addresses) => {
    if (status !== 0) return done(new DNSException(status, 'getaddrinfo', hostname));
    endTiming(begun, 'dns', 'lookup', { hostname, family, hints, verbatim: order === 'verbatim', order, addresses });
    done(null, sorted(addresses, order).map((address) => ({ address, family: family || isIP(address) })));
  };
  const error = getaddrinfo(request, toAscii(hostname), family, hints);
  if (error) process.nextTick(done, new DNSException(error, 'getaddrinfo', hostname));
  return request;
}

function toAscii(hostname) {
  for (let i = 0; i < hostname.length; i++) {
    if (hostname.charCodeAt(i) > 127) return require('url').domainToASCII(hostname);
  }
  return hostname;
}

function lookup(hostname, options, callback) {
  if (hostname) checkHostname(hostname);
  if (typeof options === 'function') {
    callback = options;
    options = 0;
  } else {
    validateFunction(callback, 'callback');
    if (options === undefined) options = 0;
  }
  validateFunction(callback, 'callback');
  const request = lookupOptions(options);
  const { all, family } = request;
  if (!hostname) {
    checkHostname(hostname);
    if (all) process.nextTick(callback, null, []);
    else process.nextTick(callback, null, null, family === 6 ? 6 : 4);
    return {};
  }
  const literal = isIP(hostname);
  if (literal) {
    if (all) process.nextTick(callback, null, [{ address: hostname, family: literal }]);
    else process.nextTick(callback, null, hostname, literal);
    return {};
  }
  return resolve(hostname, request, (error, addresses) => {
    if (error) callback(error);
    else if (all) callback(null, addresses);
    else callback(null, addresses[0].address, addresses[0].family);
  });
}
Object.defineProperty(lookup, Symbol.for('nodejs.util.promisify.custom'), {
  __proto__: null, enumerable: false, value: lookupPromise,
});

function lookupPromise(hostname, options) {
  if (hostname) checkHostname(hostname);
  const request = lookupOptions(options ?? 0);
  const { all, family } = request;
  if (!hostname) checkHostname(hostname);
  if (!hostname) return Promise.resolve(all ? [] : { address: null, family: family === 6 ? 6 : 4 });
  const literal = isIP(hostname);
  if (literal) {
    const entry = { address: hostname, family: literal };
    return Promise.resolve(all ? [entry] : entry);
  }
  return new Promise((done, reject) => {
    resolve(hostname, request, (error, addresses) => (error ? reject(error) : done(all ? addresses : addresses[0])));
  });
}

function startService(address, port, done) {
  const request = new GetNameInfoReqWrap();
  request.hostname = address;
  request.port = port;
  const begun = startTiming('dns');
  request.oncomplete = (status, hostname, service) => {
    if (status !== 0) return done(new DNSException(status, 'getnameinfo', address));
    endTiming(begun, 'dns', 'lookupService', { host: address, port, hostname, service });
    done(null, hostname, service);
  };
  const error = getnameinfo(request, address, port);
  if (error) throw new DNSException(error, 'getnameinfo', address);
  return request;
}

function checkService(address, port) {
  validateString(address, 'address');
  if (isIP(address) === 0) throw new ERR_INVALID_ARG_VALUE('address', address);
  validatePort(port);
}

function lookupService(address, port, callback) {
  if (arguments.length !== 3) throw new ERR_MISSING_ARGS('address', 'port', 'callback');
  checkService(address, port);
  validateFunction(callback, 'callback');
  return startService(address, +port, callback);
}
Object.defineProperty(lookupService, Symbol.for('nodejs.util.promisify.custom'), {
  __proto__: null, enumerable: false, value: lookupServicePromise,
});

function lookupServicePromise(address, port) {
  if (arguments.length !== 2) throw new ERR_MISSING_ARGS('address', 'port');
  checkService(address, port);
  return new Promise((done, reject) => {
    startService(address, +port, (error, hostname, service) => (error ? reject(error) : done({ hostname, service })));
  });
}

module.exports = {
  AI_ADDRCONFIG, AI_ALL, AI_V4MAPPED, getDefaultResultOrder, lookup, lookupPromise, lookupService, lookupServicePromise,
  setDefaultResultOrder, toAscii,
};
