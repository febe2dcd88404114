// One session carries many exchanges at once, with bodies both ways, trailers and pushed streams.
const assert = require('node:assert');
const http2 = require('node:http2');

const server = http2.createServer();
server.on('stream', (stream, headers) => {
  if (headers[':path'] === '/push') {
    stream.pushStream({ ':path': '/pushed' }, (error, pushed) => {
      assert.ifError(error);
      pushed.respond({ ':status': 200 });
      pushed.end('pushed');
    });
  }
  stream.respond({ ':status': 200, 'x-path': headers[':path'] }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-length': `${length}` }));
  let length = 0;
  stream.on('data', (chunk) => {
    length += chunk.length;
    stream.write(chunk);
  });
  stream.on('end', () => stream.end());
});

function exchange(client, path, body) {
  return new Promise((resolve, reject) => {
    const request = client.request({ ':path': path, ':method': 'POST' });
    const chunks = [];
    const result = {};
    request.on('response', (headers) => { result.path = headers['x-path']; });
    request.on('trailers', (headers) => { result.length = headers['x-length']; });
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('error', reject);
    request.on('close', () => resolve({ ...result, body: Buffer.concat(chunks) }));
    request.end(body);
  });
}

server.listen(0, '127.0.0.1', async () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const pushed = new Promise((resolve) => client.on('stream', (stream, headers) => {
    let text = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => { text += chunk; });
    stream.on('end', () => resolve([headers[':path'], text]));
  }));
  // Larger than a stream's window and than what a socket takes at once.
  const bodies = Array.from({ length: 20 }, (_, i) => Buffer.alloc(1 + i * 40_000, i));
  const results = await Promise.all(bodies.map((body, i) => exchange(client, `/${i}`, body)));
  results.forEach((result, i) => {
    assert.strictEqual(result.path, `/${i}`);
    assert.strictEqual(result.length, `${bodies[i].length}`);
    assert.ok(result.body.equals(bodies[i]));
  });
  await exchange(client, '/push', 'x');
  assert.deepStrictEqual(await pushed, ['/pushed', 'pushed']);
  client.close();
  server.close();
});
