// process.allowedNodeEnvironmentFlags cannot be changed, and knows the spellings of a flag. As in Node 24.21.
const assert = require('node:assert');

const flags = process.allowedNodeEnvironmentFlags;
const { size } = flags;
assert.ok(flags instanceof Set && Object.isFrozen(flags) && size > 50);
for (const spelling of ['--no-warnings', '--no_warnings', 'no-warnings', '-r', 'r', '--stack-trace-limit=100', '--require']) {
  assert.ok(flags.has(spelling), spelling);
}
for (const other of ['--eval', '-e', '--no such', '', 5]) assert.ok(!flags.has(other), String(other));
for (const change of [
  () => flags.add('foo'), () => Set.prototype.add.call(flags, 'foo'), () => flags.delete('-r'),
  () => Set.prototype.delete.call(flags, '-r'), () => flags.clear(), () => Set.prototype.clear.call(flags),
]) {
  change();
  assert.strictEqual(flags.size, size);
  assert.ok(!flags.has('foo') && flags.has('-r'));
  for (const list of [[...flags], [...flags.keys()], [...flags.values()], [...flags.entries()].map(([flag]) => flag)]) {
    assert.ok(!list.includes('foo') && list.includes('-r'));
  }
}
const self = {};
flags.forEach(function(flag, again, set) { assert.deepStrictEqual([this, again, set], [self, flag, flags]); }, self);
