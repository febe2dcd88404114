// `--test` finds test files by their names, runs those of a shard, and exits with 1 when a test failed.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-test-runner-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
for (const name of ['a.test.js', 'test/b.mjs', 'sub/test-c.cjs', 'd_test.ts', 'no.js', 'node_modules/x/test.js']) {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  const load = /mjs|ts$/.test(name) ? "import { test } from 'node:test'" : "const { test } = require('node:test')";
  fs.writeFileSync(path.join(folder, name), `${load};\ntest('in ${name}', () => {});\n`);
}
const node = (...args) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
const names = ({ stdout }) => stdout.split('\n').filter((line) => /^(not )?ok/.test(line)).map((line) => line.replace(/^.* - /, ''));

let child = node('--test', '--test-reporter=tap', '--no-warnings');
assert.strictEqual(child.status, 0, child.stdout + child.stderr);
assert.deepStrictEqual(names(child), ['in a.test.js', 'in d_test.ts', 'in sub/test-c.cjs', 'in test/b.mjs']);

child = node('--test', '--test-reporter=tap', '--test-shard=2/2', '*.test.js', 'sub/*');
assert.deepStrictEqual(names(child), ['in sub/test-c.cjs']);

child = node('--test', '--test-reporter=dot', '--test-isolation=none', 'no.js');
assert.strictEqual(child.stdout, '.\n');

fs.writeFileSync(path.join(folder, 'bad.js'), "require('node:test')('x', () => { throw new Error('no'); });");
child = node('--test', 'bad.js');
assert.strictEqual(child.status, 1);
assert.match(child.stdout, /failing tests:\n\ntest at bad\.js:1:21\n/);

child = node('--test', 'absent.js');
assert.strictEqual(child.status, 1);
assert.strictEqual(child.stderr, "Could not find 'absent.js'\n");

child = node('--test', '--test-shard=x', 'no.js');
assert.match(child.stderr, /ERR_INVALID_ARG_VALUE.*'--test-shard' must be in the form of <index>\/<total>/);

child = node('--test', '--check', 'no.js');
assert.strictEqual(child.status, 9);
