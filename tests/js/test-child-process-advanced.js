// serialization: 'advanced' carries what structured clones do, in Node 24.21's format.
const assert = require('node:assert');
const { fork, spawn } = require('node:child_process');
const net = require('node:net');

if (process.argv[2] === 'echo') {
  process.on('message', (message, handle) => {
    process.send(message);
    handle?.close();
  });
  return;
}
if (process.argv[2] === 'bytes') {
  process.send({ a: Buffer.from('b'), n: new Int16Array([1]) });
  process.send('text');
  process.disconnect();
  return;
}

const child = fork(__filename, ['echo'], { serialization: 'advanced' });
const circular = { name: 'circular' };
circular.self = circular;
const large = new Uint8Array(300_000).map((_, i) => i % 251);
const values = [
  'text', 1.5, true, null, { big: 10n ** 30n }, new Map([[{ a: 1 }, new Set([1, 'x'])]]), new Date(5), /r/giu, [, 1],
  Buffer.from('buffer'), new Uint8Array([1, 2]), new Uint8ClampedArray([3]), new Int8Array([-1]), new Int16Array([-2]),
  new Uint16Array([2]), new Int32Array([-3]), new Uint32Array([3]), new Float32Array([1.5]), new Float64Array([Math.PI]),
  new BigInt64Array([-4n]), new BigUint64Array([4n]), new DataView(new ArrayBuffer(3)), new ArrayBuffer(5), circular,
  new RangeError('range'), large, { cmd: 'ordinary' },
];
const got = [];
child.on('message', (message) => {
  got.push(message);
  if (got.length < values.length) return;
  assert.deepStrictEqual(got, values);
  assert.ok(Buffer.isBuffer(got[9]) && !Buffer.isBuffer(got[10]));
  assert.throws(() => child.send({ f() {} }), { name: 'Error', message: 'f() {} could not be cloned.' });
  assert.throws(() => child.send({ s: Symbol('s') }), /could not be cloned/);
  assert.throws(() => child.send(() => {}), { code: 'ERR_INVALID_ARG_TYPE' });
  // Handles, too.
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    child.removeAllListeners('message');
    child.once('message', (message) => {
      assert.deepStrictEqual(message, new Set(['with a server']));
      server.close();
      child.disconnect();
    });
    child.send(new Set(['with a server']), server);
  });
});
for (const value of values) child.send(value);

// The bytes, as another runtime would read them: a size, V8's header, the message.
const raw = spawn(process.execPath, [__filename, 'bytes'], {
  stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  env: { ...process.env, NODE_CHANNEL_FD: '3', NODE_CHANNEL_SERIALIZATION_MODE: 'advanced' },
});
const chunks = [];
raw.stdio[3].on('data', (chunk) => chunks.push(chunk));
raw.stdio[3].on('end', () => {
  assert.strictEqual(Buffer.concat(chunks).toString('latin1'),
    '\0\0\0\x16\xff\x0fo"\x01a\\\0\x0a\x01b"\x01n\\\0\x03\x02\x01\0{\x02' + '\0\0\0\x08\xff\x0f"\x04text');
});

for (const serialization of [null, 'xml', 1]) {
  assert.throws(() => spawn(process.execPath, [], { serialization }), { code: 'ERR_INVALID_ARG_VALUE' });
}
