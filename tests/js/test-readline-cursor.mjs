// readline/promises' Readline sends moves of the cursor together, or one by one.
import assert from 'node:assert';
import { Readline } from 'node:readline/promises';
import { PassThrough } from 'node:stream';

const stream = new PassThrough({ encoding: 'utf8' });
const cursor = new Readline(stream);
cursor.cursorTo(0, 2).moveCursor(-1, 3).clearLine(1);
assert.strictEqual(stream.read(), null);
await cursor.commit();
assert.strictEqual(stream.read(), '\x1b[3;1H\x1b[1D\x1b[3B\x1b[0K');
cursor.clearScreenDown().rollback();
await cursor.commit();
assert.strictEqual(stream.read(), null);
assert.throws(() => cursor.cursorTo(1.5), { code: 'ERR_OUT_OF_RANGE' });
assert.throws(() => new Readline({}), { code: 'ERR_INVALID_ARG_TYPE' });

new Readline(stream, { autoCommit: true }).clearLine(0);
await new Promise(setImmediate);
assert.strictEqual(stream.read(), '\x1b[2K');
