// Functions, aggregates and authorizers in JavaScript: what they throw comes out of the statement, and the database
// cannot be pulled from under them.
const assert = require('node:assert');
const { DatabaseSync, constants } = require('node:sqlite');

const db = new DatabaseSync(':memory:');
db.exec('CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2), (3)');

db.function('twice', (n) => n * 2);
assert.deepStrictEqual(db.prepare('SELECT twice(n) AS n FROM t').all().map((row) => row.n), [2, 4, 6]);
const thrown = new RangeError('no');
db.function('throws', () => { throw thrown; });
assert.throws(() => db.prepare('SELECT throws()').get(), (error) => error === thrown);
db.function('later', async () => 1);
assert.throws(() => db.prepare('SELECT later()').get(), { code: 'ERR_SQLITE_ERROR', message: /Asynchronous/ });

db.function('closes', () => { db.close(); });
assert.throws(() => db.prepare('SELECT closes()').get(), { code: 'ERR_INVALID_STATE', message: /in a callback/ });
assert.strictEqual(db.isOpen, true);
let again;
db.function('again', () => again.get());
again = db.prepare('SELECT again()');
assert.throws(() => again.get(), { code: 'ERR_INVALID_STATE', message: 'statement is already being executed' });

let results = 0;
db.aggregate('total', {
  start: () => 0, step: (sum, n) => sum + n, inverse: (sum, n) => sum - n, result(sum) { ++results; return sum; },
});
assert.strictEqual(db.prepare('SELECT total(n) AS sum FROM t').get().sum, 6);
assert.strictEqual(results, 1);
const windowed = db.prepare('SELECT total(n) OVER (ORDER BY n ROWS 1 PRECEDING) AS sum FROM t').all();
assert.deepStrictEqual(windowed.map((row) => row.sum), [1, 3, 5]);
assert.strictEqual(results, 4); // once a row, and not at the end again

db.setAuthorizer((action) => (action === constants.SQLITE_INSERT ? constants.SQLITE_DENY : constants.SQLITE_OK));
assert.throws(() => db.exec('INSERT INTO t VALUES (4)'), { code: 'ERR_SQLITE_ERROR', message: 'not authorized' });
db.setAuthorizer(() => { throw thrown; });
assert.throws(() => db.exec('SELECT 1'), (error) => error === thrown);
db.setAuthorizer(null);
db.exec('SELECT 1');
