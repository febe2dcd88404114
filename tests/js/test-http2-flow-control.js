// Who does not read makes the other side wait at the stream's window, and other streams go on meanwhile.
const assert = require('node:assert');
const http2 = require('node:http2');

const window = 65535;
const total = 1_000_000;
const server = http2.createServer();
let slow;
server.on('stream', (stream, headers) => {
  stream.respond();
  if (headers[':path'] !== '/slow') {
    stream.end('quick');
    return;
  }
  slow = { written: 0 };
  const next = () => {
    if (slow.written === total) return stream.end();
    slow.written += 10_000;
    stream.write(Buffer.alloc(10_000), next);
  };
  next();
});

function text(client, path) {
  return new Promise((resolve) => {
    let all = '';
    client.request({ ':path': path }).setEncoding('utf8').on('data', (chunk) => { all += chunk; }).on('end', () => resolve(all));
  });
}

server.listen(0, '127.0.0.1', async () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const request = client.request({ ':path': '/slow' });
  await new Promise((resolve) => request.on('response', resolve));
  for (let i = 0; i < 20; i++) assert.strictEqual(await text(client, '/quick'), 'quick');
  // One write more than fits is under way.
  assert.ok(slow.written <= window + 20_000, `${slow.written}`);
  let received = 0;
  request.on('data', (chunk) => { received += chunk.length; });
  await new Promise((resolve) => request.on('end', resolve));
  assert.strictEqual(received, total);
  client.close();
  server.close();
});
