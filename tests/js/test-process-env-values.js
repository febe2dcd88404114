// process.env can be cloned as what it shows; under --pending-deprecation it warns once of values that are no text. As in Node 24.21.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

process.env.PKG_TEST_ENV = 'of this test';
const clone = structuredClone({ env: process.env, same: process.env });
assert.deepEqual(clone.env, process.env);
assert.strictEqual(clone.env.PKG_TEST_ENV, 'of this test');
assert.strictEqual(clone.env, clone.same);
clone.env.PKG_TEST_ENV = 'changed';
assert.strictEqual(process.env.PKG_TEST_ENV, 'of this test');

const code = "process.env.A = 'text'; process.env.A = 1; process.env.A = true; process.env.A = undefined; process.env.A = {}";
for (const [flags, warnings] of [[[], 0], [['--pending-deprecation'], 1]]) {
  const { stderr } = spawnSync(process.execPath, [...flags, '-e', code], { encoding: 'utf8' });
  assert.strictEqual(stderr.split('DEP0104').length - 1, warnings, stderr);
}
