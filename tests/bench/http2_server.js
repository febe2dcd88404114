'use strict';
// Serves HTTP/2 without TLS until it is killed: /cpu answers with the microseconds of CPU this process has used, /large with a
// megabyte, all else with a greeting.
const http2 = require('node:http2');

const large = Buffer.alloc(1 << 20, 'x');
const server = http2.createServer();
server.on('stream', (stream, headers) => {
  let body = 'hello world\n';
  if (headers[':path'] === '/large') {
    body = large;
  } else if (headers[':path'] === '/cpu') {
    const { user, system } = process.cpuUsage();
    body = String(user + system);
  }
  stream.respond({ ':status': 200, 'content-type': 'text/plain', 'content-length': body.length });
  stream.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
