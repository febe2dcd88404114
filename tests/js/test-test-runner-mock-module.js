// Flags: --experimental-test-module-mocks
// mock.module() gives a module other exports, for import and require() alike, until it is restored.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

if (typeof require('node:test').mock.module !== 'function') {
  const flags = ['--experimental-test-module-mocks', '--no-warnings'];
  const child = spawnSync(process.execPath, [...flags, __filename], { encoding: 'utf8' });
  assert.strictEqual(child.status, 0, child.stdout + child.stderr);
} else {
  const { test } = require('node:test');
  test('a built-in module', async (t) => {
    const original = require('readline');
    const mocked = t.mock.module('node:readline', { exports: { fn: () => 42 } });
    assert.strictEqual(require('readline').fn(), 42);
    assert.notStrictEqual(require('readline'), require('readline'));
    const { default: namespace, fn } = await import('node:readline');
    assert.deepStrictEqual([namespace.fn(), fn()], [42, 42]);
    assert.throws(() => t.mock.module('readline'), { code: 'ERR_INVALID_STATE' });
    mocked.restore();
    assert.strictEqual(require('readline'), original);
  });
  test('a file', async (t) => {
    const file = require.resolve('./fixtures/mocked.cjs');
    const original = require(file);
    t.mock.module('./fixtures/mocked.cjs', { cache: true, exports: { default: { a: 1 }, b: 2 } });
    assert.deepStrictEqual(require(file), { a: 1, b: 2 });
    assert.strictEqual(require(file), require('./fixtures/mocked.cjs'));
    assert.strictEqual((await import('./fixtures/mocked.cjs')).b, 2);
    t.mock.reset();
    assert.strictEqual(require(file), original);
  });
}
