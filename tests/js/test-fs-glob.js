// What glob patterns match; rows of pattern and matches, as Node 24.21 has them.
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'glob-'));
process.on('exit', () => fs.rmSync(root, { recursive: true }));
for (const directory of ['a/b/c', '.x', 'd']) fs.mkdirSync(path.join(root, directory), { recursive: true });
for (const file of ['a/1.js', 'a/b/2.js', 'a/b/c/3.ts', '.x/h.js', 'd/.dot', 'e.js']) fs.writeFileSync(path.join(root, file), '');
fs.symlinkSync('../a', path.join(root, 'd/link'));

const rows = [
  ['**', '. a a/1.js a/b a/b/2.js a/b/c a/b/c/3.ts d d/link e.js'],
  ['**/*.js', 'a/1.js a/b/2.js e.js'],
  ['**/', '. a a/b a/b/c d'],
  ['{a,d}/**', 'a a/1.js a/b a/b/2.js a/b/c a/b/c/3.ts d d/link'],
  ['**/.*', '.x d/.dot'],
  ['a/b/../*.js', 'a/1.js'],
  ['d/link/**', 'd/link d/link/1.js d/link/b d/link/b/2.js d/link/b/c d/link/b/c/3.ts'],
  ['**/link/*', ''],
  ['!(a)', 'd e.js'],
  ['.', ''],
];
(async () => {
  for (const [pattern, expected] of rows) {
    assert.strictEqual(fs.globSync(pattern, { cwd: root }).sort().join(' '), expected, pattern);
    const found = await Array.fromAsync(fs.promises.glob(pattern, { cwd: root }));
    assert.strictEqual(found.sort().join(' '), expected, pattern);
  }
  assert.deepStrictEqual(fs.globSync('**', { cwd: root, exclude: ['a/**'] }).sort(), ['.', 'd', 'd/link', 'e.js']);
  assert.ok(path.matchesGlob('/foo/bar', '/foo/*'));
})();
