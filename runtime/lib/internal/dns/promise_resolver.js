'use strict';

// dns.promises.Resolver: methods that return promises. Wrong arguments throw.

const { DNSException } = require('internal/errors');
const { validateString } = require('internal/validators');
const { kQueries, methodFor, ResolverBase, start } = require('internal/dns/resolver');

class Resolver extends ResolverBase {}

function onresolve(error, records) {
  if (error) this.reject(new DNSException(error, this.bindingName, this.hostname));
  else this.resolve(records);
}

function makeMethod(query) {
  return { [query](name, options) {
    validateString(name, 'name');
    return new Promise((resolve, reject) => {
      const { 1: error } = start(this, query, name, Boolean(options?.ttl), onresolve, { resolve, reject });
      if (error) reject(new DNSException(error, query, name));
    });
  } }[query];
}

for (const [method, query] of Object.entries(kQueries)) Resolver.prototype[method] = makeMethod(query);

Resolver.prototype.resolve = function resolve(hostname, rrtype = 'A') {
  return this[methodFor(rrtype)](hostname);
};

module.exports = { Resolver };
