// What a client writes comes back, both ends count the bytes, and both close.
const net = require('node:net');

function check(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${actual} is not ${expected}`);
}

const seen = [];
const server = net.createServer((socket) => {
  socket.pipe(socket);
});
server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, 'localhost');
  client.setEncoding('utf8');
  client.on('connect', () => client.end('hello'));
  client.on('data', (text) => seen.push(text));
  client.on('close', (hadError) => {
    check(hadError, false, 'error');
    check(client.bytesRead, 5, 'bytes read');
    check(client.bytesWritten, 5, 'bytes written');
    server.close(() => seen.push('closed'));
  });
});
process.on('exit', () => check(seen.join(), 'hello,closed', 'events'));
