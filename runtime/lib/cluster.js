'use strict';

// https://nodejs.org/api/cluster.html: what it is depends on the side; a worker is told by its environment.

module.exports = require(`internal/cluster/${Object.hasOwn(process.env, 'NODE_UNIQUE_ID') ? 'child' : 'primary'}`);
