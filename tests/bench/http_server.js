'use strict';
// Serves until it is killed: /cpu answers with the microseconds of CPU this process has used, all else with a greeting.
const http = require('node:http');

const server = http.createServer((request, response) => {
  let body = 'hello world\n';
  if (request.url === '/cpu') {
    const { user, system } = process.cpuUsage();
    body = String(user + system);
  }
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
