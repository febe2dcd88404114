// node:sqlite runs statements, converts values both ways and tells errors with SQLite's codes.
const assert = require('node:assert');
const { DatabaseSync, StatementSync } = require('node:sqlite');

assert.throws(() => require('sqlite'), { code: 'MODULE_NOT_FOUND' });
assert.throws(() => DatabaseSync(':memory:'), { code: 'ERR_CONSTRUCT_CALL_REQUIRED' });
assert.throws(() => new StatementSync(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });

const db = new DatabaseSync(':memory:');
db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)');
const insert = db.prepare('INSERT INTO t (a, b) VALUES (?, $b)');
assert.deepStrictEqual(insert.run({ b: 'x' }, 1.5), { lastInsertRowid: 1, changes: 1 });
assert.deepStrictEqual(insert.run({ $b: new Uint8Array([1, 2]) }, 7n), { lastInsertRowid: 2, changes: 1 });
assert.deepStrictEqual(insert.run(null), { lastInsertRowid: 3, changes: 1 });
assert.deepStrictEqual(db.prepare('SELECT a, b FROM t').all(), [
  { __proto__: null, a: 1.5, b: 'x' },
  { __proto__: null, a: 7, b: new Uint8Array([1, 2]) },
  { __proto__: null, a: null, b: null },
]);
assert.strictEqual(insert.expandedSQL, 'INSERT INTO t (a, b) VALUES (NULL, NULL)');

assert.throws(() => insert.run({ c: 1 }), { code: 'ERR_INVALID_STATE', message: "Unknown named parameter 'c'" });
assert.throws(() => insert.run(Symbol()), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => db.prepare('SELECT ?').get(2n ** 63n), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => db.exec('INSERT INTO t (id) VALUES (1)'), {
  code: 'ERR_SQLITE_ERROR', errcode: 1555, errstr: 'constraint failed', message: 'UNIQUE constraint failed: t.id',
});
const big = db.prepare('SELECT 9007199254740993 AS n');
assert.throws(() => big.get(), { code: 'ERR_OUT_OF_RANGE' });
big.setReadBigInts(true);
assert.deepStrictEqual(big.get(), { __proto__: null, n: 9007199254740993n });

// Rows come one by one; another execution of the same statement ends that.
const ids = db.prepare('SELECT id FROM t', { returnArrays: true });
const rows = ids.iterate();
assert.deepStrictEqual(rows.next().value, [1]);
assert.deepStrictEqual([...rows], [[2], [3]]);
const stale = ids.iterate();
ids.get();
assert.throws(() => stale.next(), { code: 'ERR_INVALID_STATE', message: 'iterator was invalidated' });

// Closing the database ends its statements.
db.close();
assert.strictEqual(db.isOpen, false);
assert.throws(() => ids.get(), { code: 'ERR_INVALID_STATE', message: 'statement has been finalized' });
