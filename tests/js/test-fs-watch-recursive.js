// A recursive watch tells of files in directories that are there and that come, by their path below the root; closing ends it.
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-'));
process.on('exit', () => fs.rmSync(root, { recursive: true }));
fs.mkdirSync(path.join(root, 'old', 'deep'), { recursive: true });
const seen = new Set();
const wanted = ['old/deep/a.txt', 'new', 'new/b.txt'];
const watcher = fs.watch(root, { recursive: true, ignore: '*.log' }, (type, name) => {
  seen.add(name);
  if (wanted.every((entry) => seen.has(entry))) watcher.close();
});
watcher.on('close', () => {
  assert.ok(!seen.has('old/c.log'));
  clearTimeout(guard);
});
const guard = setTimeout(() => assert.fail(`only ${[...seen]}`), 10_000);
fs.writeFileSync(path.join(root, 'old/c.log'), '');
fs.writeFileSync(path.join(root, 'old/deep/a.txt'), '');
fs.mkdirSync(path.join(root, 'new'));
fs.writeFileSync(path.join(root, 'new/b.txt'), '');
assert.throws(() => fs.watch(path.join(root, 'none')), { code: 'ENOENT', syscall: 'watch' });
