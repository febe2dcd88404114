// What a timer, an immediate or a tick throws is reported in the async context of what threw; it does not outlive that.
const assert = require('node:assert');
const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
const seen = [];
process.on('uncaughtException', (error) => {
  seen.push([error.message, storage.getStore()]);
});
storage.run('inside', () => {
  process.nextTick(() => { throw new Error('tick'); });
  setImmediate(() => { throw new Error('immediate'); });
  setTimeout(() => { throw new Error('timer'); }, 1);
});
setTimeout(() => seen.push(['later', storage.getStore()]), 20);
setTimeout(() => require('node:fs').stat(__filename, () => seen.push(['io', storage.getStore()])), 20);

process.on('exit', () => {
  const found = new Map(seen);
  assert.strictEqual(seen.length, 5);
  for (const name of ['tick', 'immediate', 'timer']) assert.strictEqual(found.get(name), 'inside', name);
  for (const name of ['later', 'io']) assert.strictEqual(found.get(name), undefined, name);
});
