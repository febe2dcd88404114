// --experimental-webstorage: localStorage lives in its file, sessionStorage in the process; both have a quota.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-storage-'));
const file = path.join(folder, 'local');
const run = (program, ...flags) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-p', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : stderr;
};
const on = ['--no-warnings', '--experimental-webstorage', `--localstorage-file=${file}`];

assert.match(run('localStorage'), /ReferenceError: localStorage is not defined/);
assert.match(run('localStorage', '--experimental-webstorage'), /ERR_INVALID_ARG_VALUE/);
assert.strictEqual(run('typeof localStorage', ...on), 'object');
assert.ok(!fs.existsSync(file));

assert.strictEqual(run("localStorage.a = 'é'; localStorage.setItem('b', 2); localStorage.length", ...on), '2');
assert.deepStrictEqual(fs.readdirSync(folder), ['local']); // no write-ahead log is left beside it
const read = 'JSON.stringify([localStorage.a, localStorage.getItem("b"), localStorage.c, localStorage.getItem("c"), ' +
  'Object.keys(localStorage), "a" in localStorage, delete localStorage.a, localStorage.a, localStorage.key(0)])';
assert.deepStrictEqual(JSON.parse(run(read, ...on)), ['é', '2', null, null, ['a', 'b'], true, true, null, 'b']);
assert.strictEqual(run('sessionStorage.a = 1; typeof sessionStorage.a', ...on), 'string');
assert.strictEqual(run('sessionStorage.a', ...on), 'undefined');
assert.match(run("localStorage.x = 'x'.repeat(6 * 1024 * 1024)", ...on), /QuotaExceededError/);
fs.rmSync(folder, { recursive: true });
