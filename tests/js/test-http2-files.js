// respondWithFile() and respondWithFD() send a file or a part of it, with its length, and tell of what cannot be sent.
const assert = require('node:assert');
const fs = require('node:fs');
const http2 = require('node:http2');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'http2-files-'));
const file = path.join(folder, 'data');
const content = Buffer.alloc(300_000, 'abcdefghij');
fs.writeFileSync(file, content);
const fd = fs.openSync(file, 'r');

const server = http2.createServer();
server.on('stream', (stream, headers) => {
  stream.on('error', () => {});
  switch (headers[':path']) {
    case '/file':
      stream.respondWithFile(file, { 'content-type': 'text/plain' }, {
        statCheck(stat, sent) { sent['x-size'] = stat.size; },
      });
      break;
    case '/range':
      stream.respondWithFD(fd, { ':status': 206 }, { offset: 5, length: 100_000 });
      break;
    default:
      stream.respondWithFile(headers[':path'] === '/folder' ? folder : path.join(folder, 'missing'), {}, {
        onError(error) {
          stream.respond({ ':status': 404, 'x-code': error.code });
          stream.end();
        },
      });
  }
});

function get(client, name) {
  return new Promise((resolve, reject) => {
    const request = client.request({ ':path': name });
    const chunks = [];
    let headers;
    request.on('response', (all) => { headers = all; });
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('error', reject);
    request.on('end', () => resolve({ headers, body: Buffer.concat(chunks) }));
  });
}

server.listen(0, '127.0.0.1', async () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const whole = await get(client, '/file');
  assert.ok(whole.body.equals(content));
  assert.strictEqual(whole.headers['content-length'], `${content.length}`);
  assert.strictEqual(whole.headers['x-size'], `${content.length}`);
  const part = await get(client, '/range');
  assert.strictEqual(part.headers[':status'], 206);
  assert.ok(part.body.equals(content.subarray(5, 100_005)));
  assert.strictEqual((await get(client, '/folder')).headers['x-code'], 'ERR_HTTP2_SEND_FILE');
  assert.strictEqual((await get(client, '/missing')).headers['x-code'], 'ENOENT');
  client.close();
  server.close(() => {
    fs.closeSync(fd);
    fs.rmSync(folder, { recursive: true });
  });
});
