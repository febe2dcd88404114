// node:test tells how each test ended, in the order of declaration, and the process exits with 1 when one failed.
// Expected: Node 24.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

if (process.argv[2] === 'child') {
  const { describe, it, test } = require('node:test');
  test('slow', () => new Promise((resolve) => { setTimeout(resolve, 20); }));
  test('throws', () => { throw new TypeError('bad'); });
  test('rejects', async () => { throw new Error('later'); });
  test('callback', (t, done) => { setImmediate(done, new Error('called')); });
  test('skipped', { skip: 'why' }, () => { throw new Error('not run'); });
  test('todo', { todo: true }, () => { throw new Error('not counted'); });
  test('expected', { expectFailure: true }, () => { throw new Error('wanted'); });
  test('too slow', { timeout: 5 }, () => new Promise((resolve) => { setTimeout(resolve, 1000).unref(); }));
  test('stray', (t, done) => { setImmediate(() => { throw new Error('uncaught'); }); });
  test('plan', (t) => { t.plan(2); t.assert.ok(true); });
  describe('suite', () => {
    it('inner', () => {});
    it('broken', () => assert.strictEqual(1, 2));
  });
  test('parent', (t) => { t.test('not awaited', async () => {}); });
} else {
  const child = spawnSync(process.execPath, ['--test-reporter=tap', __filename, 'child'], { encoding: 'utf8' });
  assert.strictEqual(child.status, 1, child.stdout + child.stderr);
  const lines = child.stdout.split('\n');
  assert.strictEqual(lines[0], 'TAP version 13');
  assert.deepStrictEqual(lines.filter((line) => /^ *(not )?ok /.test(line)), [
    'ok 1 - slow',
    'not ok 2 - throws',
    'not ok 3 - rejects',
    'not ok 4 - callback',
    'ok 5 - skipped # SKIP why',
    'not ok 6 - todo # TODO',
    'ok 7 - expected # EXPECTED FAILURE',
    'not ok 8 - too slow',
    'not ok 9 - stray',
    'not ok 10 - plan',
    '    ok 1 - inner',
    '    not ok 2 - broken',
    'not ok 11 - suite',
    '    ok 1 - not awaited',
    'ok 12 - parent',
  ]);
  assert.deepStrictEqual(lines.filter((line) => /^# (tests|suites|pass|fail|cancelled|skipped|todo) /.test(line)), [
    '# tests 14', '# suites 1', '# pass 5', '# fail 6', '# cancelled 1', '# skipped 1', '# todo 1',
  ]);
  const failures = lines.filter((line) => /failureType|error: /.test(line)).map((line) => line.trim());
  assert.deepStrictEqual(failures.slice(0, 2), ["failureType: 'testCodeFailure'", "error: 'bad'"]);
  assert.ok(failures.includes("error: 'test timed out after 5ms'"));
  assert.ok(failures.includes("failureType: 'uncaughtException'"));
  assert.ok(failures.includes("error: 'plan expected 2 assertions but received 1'"));
  assert.ok(failures.includes("error: '1 subtest failed'"));
}
