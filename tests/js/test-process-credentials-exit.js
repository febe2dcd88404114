// Errors of users and groups are the system's; exit codes are integers, also as text, and what a listener of 'exit' says last
// counts. As in Node 24.21.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

const status = (code) => spawnSync(process.execPath, ['-e', code]).status;
for (const [code, expected] of [
  ["process.on('exit', () => { process.exitCode = 0; }); throw 1", 0],
  ["process.on('exit', () => { process.exitCode = 9; }); throw 1", 9],
  ["process.on('exit', () => { throw 1; }); process.exit(5)", 5],
  ["process.exitCode = 0; throw 1", 1],
  ["process.exit('7')", 7],
  ['process._fatalException = undefined; throw 1', 6],
  ['process._fatalException = () => true; throw 1', 0],
]) assert.strictEqual(status(code), expected, code);
for (const code of ['1 one', 'two', '', {}, true, 2n]) {
  assert.throws(() => { process.exitCode = code; }, { code: 'ERR_INVALID_ARG_TYPE' }, String(code));
}
for (const code of [2.5, NaN, Infinity]) assert.throws(() => { process.exitCode = code; }, { code: 'ERR_OUT_OF_RANGE' });

assert.strictEqual(process.abort.prototype, undefined);
assert.throws(() => process.initgroups('a user of no system', 'a group of no system'),
  { code: 'ERR_UNKNOWN_CREDENTIAL', message: 'Group identifier does not exist: a group of no system' });
const refused = spawnSync(process.execPath, ['-e', `
  if (process.getuid() === 0) process.setuid(65534);
  const errors = [];
  for (const call of [() => process.setuid(0), () => process.setgroups([1]), () => process.initgroups('root', 0)]) {
    try { call(); } catch ({ message, code, errno, syscall }) { errors.push([message, code, errno, syscall]); }
  }
  console.log(JSON.stringify(errors));`], { encoding: 'utf8' });
const text = 'EPERM, Operation not permitted';
assert.deepStrictEqual(JSON.parse(refused.stdout),
  [[text, 'EPERM', 1, 'setuid'], [text, 'EPERM', 1, 'setgroups'], [text, 'EPERM', 1, 'initgroups']]);

process.setSourceMapsEnabled(true);
process.setSourceMapsEnabled(false);
assert.throws(() => process.setSourceMapsEnabled(1), { code: 'ERR_INVALID_ARG_TYPE' });
