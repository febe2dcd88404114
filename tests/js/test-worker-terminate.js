// terminate() ends a thread that loops, one that waits in Atomics.wait(), and one with open handles and requests; a worker that
// ends takes its own workers along.
const assert = require('node:assert');
const { once } = require('node:events');
const { Worker } = require('node:worker_threads');

(async () => {
  for (const source of [
    'for (;;);',
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
    `const net = require('net');
     const server = net.createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1', () => {
       const client = net.connect(server.address().port, '127.0.0.1', () => client.write('x'));
     });
     setInterval(() => {}, 1000);
     require('fs').readFile('/proc/self/maps', () => {});
     require('crypto').pbkdf2('a', 'b', 200000, 64, 'sha512', () => {});
     require('zlib').gzip(Buffer.alloc(1 << 20), () => {});
     new (require('worker_threads').Worker)('for (;;);', { eval: true });`,
  ]) {
    const worker = new Worker(`${source}`, { eval: true });
    await once(worker, 'online');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.strictEqual(await worker.terminate(), 1);
  }
})();
