// Timers that expire while others run are run with them, and those that are set afterwards still come.
const assert = require('node:assert');
const fs = require('node:fs');

const order = [];
setTimeout(() => {
  order.push('first');
  for (const end = performance.now() + 30; performance.now() < end;); // the second expires meanwhile
}, 1);
setTimeout(() => {
  order.push('second');
  fs.stat('.', () => setTimeout(() => order.push('third'), 5));
}, 10);
process.on('exit', () => assert.deepStrictEqual(order, ['first', 'second', 'third']));
