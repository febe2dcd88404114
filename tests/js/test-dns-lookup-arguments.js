'use strict';

// What dns.lookup() refuses before it asks the system, and the names that are none (Node 24.21).
const assert = require('node:assert');
const dns = require('node:dns');

const rows = [
  [['a\0b'], 'ERR_INVALID_ARG_VALUE'],
  [[5], 'ERR_INVALID_ARG_TYPE'],
  [['a', '4'], 'ERR_INVALID_ARG_TYPE'],
  [['a', 5], 'ERR_INVALID_ARG_VALUE'],
  [['a', { hints: 1 << 20 }], 'ERR_INVALID_ARG_VALUE'],
  [['a', { all: 1 }], 'ERR_INVALID_ARG_TYPE'],
  [['a', { order: 'x' }], 'ERR_INVALID_ARG_VALUE'],
];
for (const [args, code] of rows) {
  assert.throws(() => dns.lookup(...args, () => {}), { code });
  assert.throws(() => dns.promises.lookup(...args), { code });
}

const warnings = [];
process.on('warning', ({ code }) => warnings.push(code));
dns.lookup('', (error, address, family) => {
  assert.deepStrictEqual([error, address, family], [null, null, 4]);
  dns.promises.lookup(undefined, { all: true }).then((addresses) => assert.deepStrictEqual(addresses, []));
});
process.on('exit', () => assert.deepStrictEqual(warnings, ['DEP0118']));
