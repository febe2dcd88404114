// An add-on made for Node-API: values, classes, errors, work on the pool, calls from another thread. Its path is the argument.
const assert = require('node:assert');

const [, , path] = process.argv;
assert.ok(path, 'the path of the add-on is the first argument');
const addon = require(path);
assert.strictEqual(require(path), addon);
assert.strictEqual(addon.add(1, 2.5), 3.5);
assert.throws(() => addon.add('1', 2), { name: 'TypeError', code: 'ERR_TEST', message: 'two numbers are needed' });
let calls = 0;
assert.strictEqual(addon.callTwice(() => ++calls), 2);
assert.throws(() => addon.callTwice(() => { throw new RangeError('mine'); }), { name: 'RangeError', message: 'mine' });
const counter = new addon.Counter();
counter.next();
assert.strictEqual(counter.next(), 2);
assert.throws(() => addon.Counter.prototype.next.call({}), TypeError);
assert.throws(() => process.dlopen({ exports: {} }, __filename), { code: 'ERR_DLOPEN_FAILED' });

const seen = [];
addon.fromThread((number) => seen.push(number));
(async () => {
  assert.strictEqual(await addon.sumLater(Buffer.from([1, 2, 250])), 253);
  while (seen.length < 10) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepStrictEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
})();
