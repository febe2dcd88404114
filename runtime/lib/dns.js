'use strict';

// https://nodejs.org/api/dns.html

const system = require('internal/dns/lookup');
const { defaultFunctions, kQueries, setDefaultServers } = require('internal/dns/resolver');
const { Resolver } = require('internal/dns/callback_resolver');

module.exports = {
  lookup: system.lookup,
  lookupService: system.lookupService,
  Resolver,
  getDefaultResultOrder: system.getDefaultResultOrder,
  setDefaultResultOrder: system.setDefaultResultOrder,
  setServers: setDefaultServers,
  ADDRCONFIG: system.AI_ADDRCONFIG,
  ALL: system.AI_ALL,
  V4MAPPED: system.AI_V4MAPPED,
  ...require('internal/dns/codes'),
  ...defaultFunctions('callback', Object.keys(kQueries)),
};

Object.defineProperty(module.exports, 'promises', {
  __proto__: null, configurable: true, enumerable: true,
  get() { return require('dns/promises'); },
});
