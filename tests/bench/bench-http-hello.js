// CPU time of one request of a node:http hello world, client and server in one process on loopback.
// Unit: us/request
const http = require('node:http');

const server = http.createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const { port } = server.address();
  const ask = () => new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
  const round = async (count) => {
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (let i = 0; i < count / 8; i++) await ask();
    }));
  };
  await round(2000);
  const before = process.cpuUsage();
  await round(8000);
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 8000);
  process.exit();
});
