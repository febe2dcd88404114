// What a peer sends amiss ends its session with a coded error, and the server goes on.
const assert = require('node:assert');
const http2 = require('node:http2');
const net = require('node:net');

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
const settings = frame(4, 0, 0);
// :method GET, :scheme http, :path / of the static table.
const request = (id) => frame(1, 5, id, Buffer.from([0x82, 0x86, 0x84]));

const cases = {
  'no HTTP/2 at all': [Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n')],
  'garbage after the preface': [preface, Buffer.alloc(100, 0xff)],
  'a window update of nothing': [preface, settings, frame(8, 0, 0, Buffer.alloc(4))],
  'settings of a wrong length': [preface, frame(4, 0, 0, Buffer.alloc(5))],
  'a header block that cannot be decoded': [preface, settings, frame(1, 5, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]))],
  'streams that are reset as they are opened': [
    preface, settings,
    ...Array.from({ length: 4000 }, (_, i) => Buffer.concat([request(2 * i + 1), frame(3, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8]))])),
  ],
};

const server = http2.createServer({ streamResetBurst: 50, streamResetRate: 1 });
let error;
server.on('stream', (stream) => {
  stream.on('error', () => {});
  stream.respond();
  stream.end('ok');
});
server.on('sessionError', (told) => { error = told; });

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (const [name, frames] of Object.entries(cases)) {
    error = undefined;
    const session = new Promise((resolve) => server.once('session', (it) => it.once('close', resolve)));
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write(Buffer.concat(frames));
    await session;
    socket.destroy();
    if (name !== 'streams that are reset as they are opened') assert.match(error?.code ?? '', /^ERR_HTTP2_/, name);
  }
  const client = http2.connect(`http://127.0.0.1:${port}`);
  client.request().on('response', (headers) => {
    assert.strictEqual(headers[':status'], 200);
    client.close();
    server.close();
  }).resume();
});
