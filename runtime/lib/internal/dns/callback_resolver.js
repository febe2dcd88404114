'use strict';

// dns.Resolver: methods that take a callback.

const { codes: { ERR_INVALID_ARG_TYPE }, DNSException } = require('internal/errors');
const { validateFunction, validateString } = require('internal/validators');
const { kQueries, methodFor, ResolverBase, start } = require('internal/dns/resolver');

class Resolver extends ResolverBase {}

function onresolve(error, records) {
  if (error) this.callback(new DNSException(error, this.bindingName, this.hostname));
  else this.callback(null, records);
}

function makeMethod(query) {
  return { [query](name, options, callback = options) {
    validateString(name, 'name');
    validateFunction(callback, 'callback');
    const { 0: request, 1: error } = start(this, query, name, Boolean(options?.ttl), onresolve, { callback });
    if (error) throw new DNSException(error, query, name);
    return request;
  } }[query];
}

for (const [method, query] of Object.entries(kQueries)) Resolver.prototype[method] = makeMethod(query);

Resolver.prototype.resolve = function resolve(hostname, rrtype, callback) {
  if (typeof rrtype === 'string') return this[methodFor(rrtype)](hostname, callback);
  if (typeof rrtype === 'function') return this.resolve4(hostname, rrtype);
  throw new ERR_INVALID_ARG_TYPE('rrtype', 'string', rrtype);
};

module.exports = { Resolver };
