// A server answers with a length, in chunks, and on a kept connection. As in Node 24.21.
const assert = require('node:assert');
const http = require('node:http');

const seen = [];
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (data) => { body += data; });
  request.on('end', () => {
    response.setHeader('Content-Type', 'text/plain');
    if (request.url === '/chunked') {
      response.write('a');
      setImmediate(() => response.end('b'));
    } else {
      response.end(`${request.method} ${body}`);
    }
  });
});
const agent = new http.Agent({ keepAlive: true });

function ask(options, body, next) {
  const request = http.request({ ...options, agent, port: server.address().port }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => { text += chunk; });
    response.on('end', () => {
      seen.push([response.statusCode, response.headers['content-length'], response.headers['transfer-encoding'], text, request.reusedSocket]);
      setImmediate(next);
    });
  });
  request.end(body);
}
server.listen(0, '127.0.0.1', () => {
  ask({ path: '/' }, undefined, () => {
    ask({ path: '/', method: 'POST' }, 'body', () => {
      ask({ path: '/chunked' }, undefined, () => {
        agent.destroy();
        server.close();
      });
    });
  });
});
process.on('exit', () => {
  assert.deepStrictEqual(seen, [
    [200, '4', undefined, 'GET ', false],
    [200, '9', undefined, 'POST body', true],
    [200, undefined, 'chunked', 'ab', true],
  ]);
});
