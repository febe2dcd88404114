'use strict';

// Every form of send() puts the same bytes on the wire, bound or not, connected or not (Node 24.21).
const assert = require('node:assert');
const dgram = require('node:dgram');

const receiver = dgram.createSocket('udp4');
const got = [];
receiver.on('message', (message, remote) => {
  assert.strictEqual(remote.family, 'IPv4');
  assert.strictEqual(remote.size, message.length);
  got.push(message.toString());
  if (got.length < 7) return;
  assert.deepStrictEqual(got.sort(), ['', 'ab', 'abc', 'bc', 'conn', 'list', 'nn'].sort());
  receiver.close();
});
receiver.bind(0, '127.0.0.1', async () => {
  const { port } = receiver.address();
  const sender = dgram.createSocket('udp4');
  const sent = (...args) => new Promise((resolve, reject) => {
    sender.send(...args, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
  assert.strictEqual(await sent('abc', port), 3);
  assert.strictEqual(await sent(Buffer.from('abc'), 1, 2, port, '127.0.0.1'), 2);
  assert.strictEqual(await sent(new DataView(new Uint8Array([97, 98]).buffer), port, 'localhost'), 2);
  assert.strictEqual(await sent(['li', Buffer.from('st')], port, '127.0.0.1'), 4);
  assert.strictEqual(await sent([], port), 0);
  await new Promise((resolve) => { sender.connect(port, resolve); });
  assert.strictEqual(sender.remoteAddress().port, port);
  assert.throws(() => sender.send('x', 0, 1, port), { code: 'ERR_SOCKET_DGRAM_IS_CONNECTED' });
  assert.strictEqual(await sent('conn'), 4);
  assert.strictEqual(await sent('conn', 2, 2), 2);
  await sender[Symbol.asyncDispose]();
  assert.throws(() => sender.address(), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });
});
