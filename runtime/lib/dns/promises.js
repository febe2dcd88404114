'use strict';

// https://nodejs.org/api/dns.html#dns-promises-api

const system = require('internal/dns/lookup');
const { defaultFunctions, kQueries, setDefaultServers } = require('internal/dns/resolver');
const { Resolver } = require('internal/dns/promise_resolver');

module.exports = {
  lookup: system.lookupPromise,
  lookupService: system.lookupServicePromise,
  Resolver,
  getDefaultResultOrder: system.getDefaultResultOrder,
  setDefaultResultOrder: system.setDefaultResultOrder,
  setServers: setDefaultServers,
  ...require('internal/dns/codes'),
  ...defaultFunctions('promises', Object.keys(kQueries)),
};
