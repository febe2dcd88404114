// finished() tells when a web stream is closed or fails, also of one that has been for a while; and a fetch whose body comes
// slowly is read to its end. As in Node 24.
import assert from 'node:assert';
import http from 'node:http';
import { finished } from 'node:stream/promises';

let control;
const readable = new ReadableStream({ start(controller) { control = controller; } });
const done = finished(readable);
control.enqueue('a');
control.close();
const reader = readable.getReader();
assert.deepStrictEqual(await reader.read(), { value: 'a', done: false });
await done;
await finished(readable);

const broken = new ReadableStream({ start(controller) { controller.error(new Error('broken')); } });
await assert.rejects(finished(broken), { message: 'broken' });

const writable = new WritableStream();
const written = finished(writable);
await writable.close();
await written;
const failing = new WritableStream({ write() { throw new Error('full'); } });
const failed = assert.rejects(finished(failing), { message: 'full' });
await assert.rejects(failing.getWriter().write('x'), { message: 'full' });
await failed;

const server = http.createServer((request, response) => {
  response.write(Buffer.alloc(100_000));
  setTimeout(() => response.end(Buffer.alloc(1_000_000)), 50);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const response = await fetch(`http://127.0.0.1:${server.address().port}`);
assert.strictEqual((await response.arrayBuffer()).byteLength, 1_100_000);
server.close();
server.closeAllConnections();
