// cp() and cpSync() copy trees with links, modes and filters, and refuse what cannot be.
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'cp-'));
process.on('exit', () => fs.rmSync(root, { recursive: true }));
const src = path.join(root, 'src');
fs.mkdirSync(path.join(src, 'a/b'), { recursive: true });
fs.writeFileSync(path.join(src, 'a/run.sh'), '#!/bin/sh\n', { mode: 0o755 });
fs.writeFileSync(path.join(src, 'a/b/skip.txt'), '');
fs.symlinkSync('run.sh', path.join(src, 'a/link'));

async function check(name, copy) {
  const dest = path.join(root, name);
  await copy(src, dest, { recursive: true, verbatimSymlinks: true, filter: (from) => !from.endsWith('skip.txt') });
  assert.deepStrictEqual(fs.readdirSync(dest, { recursive: true }).sort(), ['a', 'a/b', 'a/link', 'a/run.sh']);
  assert.strictEqual(fs.statSync(path.join(dest, 'a/run.sh')).mode & 0o777, 0o755);
  assert.strictEqual(fs.readlinkSync(path.join(dest, 'a/link')), 'run.sh');
  await assert.rejects(async () => copy(src, path.join(root, `${name}2`), {}), { code: 'ERR_FS_EISDIR' });
  await assert.rejects(async () => copy(src, path.join(src, 'a'), { recursive: true }), { code: 'ERR_FS_CP_EINVAL' });
  await assert.rejects(async () => copy(path.join(src, 'a/run.sh'), path.join(dest, 'a/run.sh'), { force: false, errorOnExist: true }),
                       { code: 'ERR_FS_CP_EEXIST' });
}
(async () => {
  await check('sync', fs.cpSync);
  await check('promise', fs.promises.cp);
  await check('callback', require('node:util').promisify(fs.cp));
})();
