// Mocks stand for functions, methods and properties, remember how they were used, and are undone when their test ends;
// mocked timers run when the test says that time passed.
const assert = require('node:assert');
const { mock, test } = require('node:test');

const object = { value: 5, add(n) { return this.value + n; }, get twice() { return this.value * 2; } };

test('methods, accessors and properties', (t) => {
  t.mock.method(object, 'add', (n) => n, { times: 1 });
  assert.strictEqual(object.add(1), 1);
  assert.strictEqual(object.add(1), 6);
  const getter = t.mock.getter(object, 'twice', () => 'mocked');
  assert.strictEqual(object.twice, 'mocked');
  assert.strictEqual(getter.mock.callCount(), 1);
  const property = t.mock.property(object, 'value', 7);
  assert.strictEqual(object.value, 7);
  assert.deepStrictEqual(property.mock.accesses.map(({ type, value }) => [type, value]), [['get', 7]]);
  assert.throws(() => t.mock.method(object, 'value'), { code: 'ERR_INVALID_ARG_VALUE' });
}).then(() => {
  assert.strictEqual(object.value, 5);
  assert.strictEqual(object.twice, 10);
  assert.strictEqual(object.add.mock, undefined);
});

test('functions', () => {
  const fn = mock.fn((a, b) => a + b);
  fn.mock.mockImplementationOnce(() => { throw new Error('once'); }, 1);
  assert.strictEqual(fn(1, 2), 3);
  assert.throws(() => fn(), /once/);
  const [first, second] = fn.mock.calls;
  assert.deepStrictEqual([first.arguments, first.result, second.error.message], [[1, 2], 3, 'once']);
  class Pair { constructor(a) { this.a = a; } }
  const Mocked = mock.fn(Pair);
  assert.ok(new Mocked(1) instanceof Pair);
  assert.strictEqual(Mocked.mock.calls[0].target, Pair);
});

test('timers', async (t) => {
  const timers = require('node:timers/promises');
  t.mock.timers.enable({ now: 1000 });
  const ran = [];
  setTimeout(() => ran.push('b'), 20);
  setTimeout(() => ran.push('a'), 10);
  const interval = setInterval(() => ran.push('i'), 15);
  setImmediate(() => ran.push('now'));
  const waited = timers.setTimeout(20, 'value');
  t.mock.timers.tick(20);
  assert.deepStrictEqual(ran, ['now', 'a', 'i', 'b']);
  assert.strictEqual(Date.now(), 1020);
  assert.strictEqual(new Date().getTime(), 1020);
  assert.strictEqual(await waited, 'value');
  clearInterval(interval);
  assert.throws(() => t.mock.timers.enable(), { code: 'ERR_INVALID_STATE' });
}).then(() => assert.ok(Date.now() > 1e12));

process.on('exit', (code) => assert.strictEqual(code, 0));
