// Databases leave as bytes, change sets and files, and come back.
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { DatabaseSync, backup, constants } = require('node:sqlite');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-sqlite-'));
const make = () => {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)');
  return db;
};
const content = (db) => db.prepare('SELECT id, a FROM t ORDER BY id', { returnArrays: true }).all();

const source = make();
const session = source.createSession();
source.exec("INSERT INTO t VALUES (1, 'one'), (2, 'two')");

const target = make();
assert.strictEqual(target.applyChangeset(session.changeset()), true);
assert.deepStrictEqual(content(target), [[1, 'one'], [2, 'two']]);
assert.strictEqual(target.applyChangeset(session.changeset()), false); // both rows are there
const kinds = [];
assert.strictEqual(target.applyChangeset(session.changeset(), {
  onConflict(kind) { kinds.push(kind); return constants.SQLITE_CHANGESET_OMIT; },
}), true);
assert.deepStrictEqual(kinds, [constants.SQLITE_CHANGESET_CONFLICT, constants.SQLITE_CHANGESET_CONFLICT]);
assert.throws(() => target.applyChangeset(new Uint8Array([1, 2, 3])), { code: 'ERR_SQLITE_ERROR', errcode: 11 });

const copy = make();
copy.deserialize(source.serialize());
assert.deepStrictEqual(content(copy), [[1, 'one'], [2, 'two']]);

(async () => {
  for (let i = 3; i < 500; ++i) source.exec(`INSERT INTO t VALUES (${i}, '${'x'.repeat(100)}')`);
  const file = path.join(folder, 'copy.db');
  const left = [];
  const pages = await backup(source, file, { rate: 5, progress({ remainingPages }) { left.push(remainingPages); } });
  assert.ok(pages > 10 && left.length >= 2 && left[0] === pages - 5);
  const read = new DatabaseSync(file, { readOnly: true });
  assert.deepStrictEqual(content(read), content(source));
  assert.throws(() => read.exec('DELETE FROM t'), { code: 'ERR_SQLITE_ERROR' });
  assert.strictEqual(read.location(), file);
  read.close();

  const failing = new Error('stop');
  await assert.rejects(backup(source, file, { rate: 1, progress() { throw failing; } }), failing);
  await assert.rejects(backup(source, path.join(folder, 'none', 'copy.db')), { code: 'ERR_SQLITE_ERROR' });
  // A database that is closed takes its backups with it.
  const cut = backup(source, path.join(folder, 'cut.db'), { rate: 1 });
  source.close();
  await assert.rejects(cut, { code: 'ERR_INVALID_STATE' });
  fs.rmSync(folder, { recursive: true });
})();
