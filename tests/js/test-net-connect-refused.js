// A refused connection is an 'error' with the address, then 'close'.
const net = require('node:net');

const events = [];
const probe = net.createServer().listen(0, '127.0.0.1', () => {
  const { port } = probe.address();
  probe.close(() => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', (error) => {
      events.push(error.code, error.syscall, error.address, error.port === port, error.message === `connect ECONNREFUSED 127.0.0.1:${port}`);
    });
    socket.on('close', (hadError) => events.push(hadError));
  });
});
process.on('exit', () => {
  const text = events.join();
  if (text !== 'ECONNREFUSED,connect,127.0.0.1,true,true,true') throw new Error(text);
});
