// Requests and responses of http2's compatibility API work as those of http: headers, bodies, trailers, early ends.
const assert = require('node:assert');
const http2 = require('node:http2');

const server = http2.createServer((request, response) => {
  assert.ok(request instanceof http2.Http2ServerRequest);
  assert.ok(response instanceof http2.Http2ServerResponse);
  if (request.url === '/early') {
    // The body is not wanted.
    response.writeHead(413, { 'content-type': 'text/plain' });
    response.end('too large');
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.statusCode = 201;
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response.appendHeader('X-Many', 'one');
    response.appendHeader('x-many', 'two');
    response.addTrailers({ 'x-checked': 'yes' });
    assert.throws(() => response.setHeader(':status', 1), { code: 'ERR_HTTP2_PSEUDOHEADER_NOT_ALLOWED' });
    response.write(`${request.method} ${request.authority} `);
    assert.strictEqual(response.headersSent, true);
    assert.throws(() => response.setHeader('x', 'y'), { code: 'ERR_HTTP2_HEADERS_SENT' });
    response.end(Buffer.concat(chunks));
  });
});

function ask(client, headers, body) {
  return new Promise((resolve, reject) => {
    const request = client.request(headers);
    const result = { text: '' };
    request.setEncoding('utf8');
    request.on('response', (all) => { result.headers = all; });
    request.on('trailers', (all) => { result.trailers = all; });
    request.on('data', (chunk) => { result.text += chunk; });
    request.on('error', reject);
    request.on('close', () => resolve(result));
    request.end(body);
  });
}

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const client = http2.connect(`http://127.0.0.1:${port}`);
  const { headers, text, trailers } = await ask(client, { ':method': 'PUT', ':path': '/' }, 'body');
  assert.strictEqual(headers[':status'], 201);
  assert.deepStrictEqual(headers['set-cookie'], ['a=1', 'b=2']);
  assert.strictEqual(headers['x-many'], 'one, two');
  assert.ok(headers.date);
  assert.strictEqual(text, `PUT 127.0.0.1:${port} body`);
  assert.strictEqual(trailers['x-checked'], 'yes');
  const early = await ask(client, { ':method': 'POST', ':path': '/early' }, Buffer.alloc(1_000_000));
  assert.strictEqual(early.headers[':status'], 413);
  assert.strictEqual(early.text, 'too large');
  client.close();
  server.close();
});
