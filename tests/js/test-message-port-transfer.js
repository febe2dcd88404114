// Ports, buffers, streams, keys, blobs and file handles go to another thread; broadcast channels reach all of a name.
const assert = require('node:assert');
const { once } = require('node:events');
const { createSecretKey } = require('node:crypto');
const { open } = require('node:fs/promises');
const { BroadcastChannel, MessageChannel, Worker } = require('node:worker_threads');

const worker = new Worker(`
  const { parentPort } = require('worker_threads');
  const channel = new BroadcastChannel('all');
  channel.onmessage = ({ data }) => { if (data === 'stop') channel.close(); else channel.postMessage('heard ' + data); };
  parentPort.once('message', async ({ port, buffer, stream, key, blob, handle, sink }) => {
    let text = '';
    for await (const chunk of stream) text += chunk;
    const writer = sink.getWriter();
    await writer.write('into the sink');
    await writer.close();
    port.postMessage({
      bytes: new Uint8Array(buffer), text, key: key.export().toString(), blob: await blob.text(),
      file: (await handle.readFile('utf8')).slice(0, 10),
    });
    await handle.close();
    port.close();
  });`, { eval: true });

(async () => {
  const { port1, port2 } = new MessageChannel();
  const buffer = new Uint8Array([1, 2, 3]).buffer;
  const stream = new ReadableStream({ start(controller) { controller.enqueue('a'); controller.enqueue('b'); controller.close(); } });
  const written = [];
  const sink = new WritableStream({ write(chunk) { written.push(chunk); } });
  const handle = await open(__filename);
  assert.throws(() => worker.postMessage({ port2 }), { name: 'DataCloneError', code: 25 });
  worker.postMessage({
    port: port2, buffer, stream, sink, handle, key: createSecretKey(Buffer.from('secret')), blob: new Blob(['of ', 'parts']),
  }, [port2, buffer, stream, sink, handle]);
  assert.strictEqual(buffer.byteLength, 0);
  assert.ok(stream.locked);
  assert.strictEqual(handle.fd, -1);
  const [answer] = await once(port1, 'message');
  assert.deepStrictEqual(answer, {
    bytes: new Uint8Array([1, 2, 3]), text: 'ab', key: 'secret', blob: 'of parts', file: '// Ports, ',
  });
  assert.deepStrictEqual(written, ['into the sink']);
  const channel = new BroadcastChannel('all');
  channel.postMessage('hello');
  const { data } = await new Promise((resolve) => { channel.onmessage = resolve; });
  assert.strictEqual(data, 'heard hello');
  channel.postMessage('stop');
  channel.close();
  assert.deepStrictEqual(await once(worker, 'exit'), [0]);
})();
