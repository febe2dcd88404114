// Tests that run at one time have each their own run of a beforeEach() hook: one that fails for one test fails that
// alone. (In Node 24 it fails for the others that run at the time, too.)
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

if (process.argv[2] === 'child') {
  const { beforeEach, describe, getTestContext, it } = require('node:test');
  const { setTimeout } = require('node:timers/promises');
  describe('suite', { concurrency: true }, () => {
    beforeEach(async (t) => {
      await setTimeout(t.name === 'slow' ? 30 : 5);
      assert.strictEqual(getTestContext().name, 'suite');
      if (t.name === 'bad') throw new Error('for bad alone');
    });
    for (const name of ['slow', 'bad', 'good']) it(name, () => {});
  });
} else {
  const child = spawnSync(process.execPath, ['--test-reporter=tap', __filename, 'child'], { encoding: 'utf8' });
  const outcomes = child.stdout.split('\n').filter((line) => /^ *(not )?ok/.test(line));
  assert.deepStrictEqual(outcomes, ['    ok 1 - slow', '    not ok 2 - bad', '    ok 3 - good', 'not ok 1 - suite']);
}
