// A secure server speaks HTTP/2 with those that ask for it by ALPN, and HTTP/1.1 with the others when it may.
const assert = require('node:assert');
const fs = require('node:fs');
const http2 = require('node:http2');
const https = require('node:https');
const path = require('node:path');

const read = (name) => fs.readFileSync(path.join(__dirname, 'fixtures', name));
const ca = read('ca.pem');
const server = http2.createSecureServer({ key: read('server-key.pem'), cert: read('server.pem'), allowHTTP1: true },
  (request, response) => {
    response.setHeader('x-version', request.httpVersion);
    response.end(`${request.method} ${request.url}`);
  });

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const client = http2.connect(`https://127.0.0.1:${port}`, { ca, servername: 'localhost' });
  const second = await new Promise((resolve, reject) => {
    const request = client.request({ ':path': '/two' });
    let text = '';
    let version;
    request.setEncoding('utf8');
    request.on('response', (headers) => { version = headers['x-version']; });
    request.on('data', (chunk) => { text += chunk; });
    request.on('end', () => resolve([version, text]));
    request.on('error', reject);
  });
  assert.deepStrictEqual(second, ['2.0', 'GET /two']);
  assert.strictEqual(client.alpnProtocol, 'h2');
  client.close();
  const first = await new Promise((resolve, reject) => {
    https.get({ port, host: '127.0.0.1', ca, servername: 'localhost', path: '/one', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => { text += chunk; });
      response.on('end', () => resolve([response.headers['x-version'], text]));
    }).on('error', reject);
  });
  assert.deepStrictEqual(first, ['1.1', 'GET /one']);
  server.close();
});
