// A child that ends while much is on its way to it: callbacks are told, nothing is thrown, and the end is seen, with a handle
// under way as well.
const assert = require('node:assert');
const { fork } = require('node:child_process');
const net = require('node:net');

if (process.argv[2] === 'child') {
  // What comes meanwhile fills the pipe.
  process.on('message', () => {
    for (const end = performance.now() + 100; performance.now() < end;);
    process.exit(4);
  });
  return;
}
if (process.argv[2] === 'sockets') {
  process.on('message', (message, socket) => socket?.destroy());
  return;
}

for (const serialization of ['json', 'advanced']) {
  const child = fork(__filename, ['child'], { serialization });
  const told = [];
  child.send('read');
  for (let i = 0; i < 3; i++) child.send('x'.repeat(1 << 20));
  child.send('y'.repeat(1 << 20), (error) => told.push(error));
  const server = net.createServer().listen(0, '127.0.0.1', () => child.send('server', server, (error) => told.push(error)));
  const events = [];
  child.on('disconnect', () => events.push('disconnect'));
  child.on('exit', (code) => events.push(code));
  child.on('close', () => {
    server.close();
    assert.deepStrictEqual(events.toSorted(), [4, 'disconnect']);
    assert.strictEqual(child.connected, false);
    assert.strictEqual(child.send('late', (error) => assert.strictEqual(error.code, 'ERR_IPC_CHANNEL_CLOSED')), false);
  });
  process.on('exit', () => assert.ok(told.length === 2, `${told.length} of 2 callbacks`));
}

// Many servers' sockets go through one channel without a listener for each.
const warnings = [];
process.on('warning', (warning) => warnings.push(warning));
const child = fork(__filename, ['sockets']);
let left = 15;
for (let i = left; i > 0; i--) {
  const server = net.createServer((socket) => {
    child.send('take', socket, () => server.getConnections((error, count) => {
      assert.ifError(error);
      assert.ok(count <= 1);
      server.close(() => {
        if (--left === 0) child.disconnect();
      });
    }));
  }).listen(0, '127.0.0.1', () => net.connect(server.address().port, '127.0.0.1').on('error', () => {}).resume());
}
process.on('exit', () => assert.deepStrictEqual([left, warnings], [0, []]));
