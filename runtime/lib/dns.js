'use strict';

// https://nodejs.org/api/dns.html

const system = require('internal/dns/lookup');

module.exports = {
  ADDRCONFIG: system.AI_ADDRCONFIG,
  ALL: system.AI_ALL,
  V4MAPPED: system.AI_V4MAPPED,
  getDefaultResultOrder: system.getDefaultResultOrder,
  lookup: system.lookup,
  lookupService: system.lookupService,
  setDefaultResultOrder: system.setDefaultResultOrder,
};
