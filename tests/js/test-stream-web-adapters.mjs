// Node's streams become web streams and the other way round, with their data, their end and their errors.
import assert from 'node:assert';
import { Duplex, PassThrough, Readable, Transform, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

assert.strictEqual(await text(Readable.fromWeb(new Blob(['a', 'b']).stream())), 'ab');
assert.strictEqual(await new Response(Readable.toWeb(Readable.from([Buffer.from('c'), Buffer.from('d')], { objectMode: false }))).text(), 'cd');

const seen = [];
const writer = Writable.toWeb(new Writable({ highWaterMark: 1, write(chunk, encoding, callback) { seen.push(`${chunk}`); setImmediate(callback); } })).getWriter();
await writer.write('e');
await writer.write(new Uint8Array([102]));
await writer.close();
assert.deepStrictEqual(seen.splice(0), ['e', 'f']);

const sink = new WritableStream({ write(chunk) { seen.push(new TextDecoder().decode(chunk)); } });
await new Promise((resolve, reject) => Writable.fromWeb(sink).on('error', reject).end('g', resolve));
assert.deepStrictEqual(seen, ['g']);

const upper = () => new Transform({ transform(chunk, encoding, callback) { callback(null, `${chunk}`.toUpperCase()); } });
assert.strictEqual(await new Response(new Blob(['shout']).stream().pipeThrough(Duplex.toWeb(upper()))).text(), 'SHOUT');
const duplex = Duplex.fromWeb(new TransformStream());
duplex.end('h');
assert.strictEqual(await text(duplex), 'h');

const failing = new PassThrough();
const reader = Readable.toWeb(failing).getReader();
failing.destroy(new Error('broken'));
await assert.rejects(reader.read(), { message: 'broken' });
