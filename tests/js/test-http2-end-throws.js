// end() with a chunk that cannot be written throws and ends nothing: what is written later arrives, and so does the end.
const assert = require('node:assert');
const http2 = require('node:http2');

const server = http2.createServer();
server.on('stream', (stream) => {
  stream.respond();
  assert.throws(() => stream.end(5), { code: 'ERR_INVALID_ARG_TYPE' });
  stream.write('one ', () => stream.write('two ', () => stream.end('three')));
});
server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  let text = '';
  client.request().setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => {
    assert.strictEqual(text, 'one two three');
    client.close();
    server.close();
  });
});
