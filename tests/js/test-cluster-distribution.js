// Connections of a port that workers share go to them in turn, or to whoever the system chooses; datagrams and Unix sockets
// are shared as well. As in Node 24.21.
const assert = require('node:assert');
const cluster = require('node:cluster');
const dgram = require('node:dgram');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');

if (cluster.isWorker) {
  assert.strictEqual(process.env.NODE_UNIQUE_ID, undefined);
  assert.strictEqual(cluster.worker.process, process);
  http.createServer((request, response) => response.end(`${cluster.worker.id}`)).listen(0, '127.0.0.1');
  net.createServer((socket) => socket.end(`${cluster.worker.id}`)).listen(process.env.SOCKET);
  // A free port is the same for all workers, and another for each time that one asks.
  const again = net.createServer().listen(0, '127.0.0.1', () => process.send({ port: again.address().port }));
  const alone = net.createServer().listen({ port: 0, host: '127.0.0.1', exclusive: true },
    () => process.send({ exclusive: alone.address().port })).unref();
  dgram.createSocket('udp4', (text) => process.send({ datagram: `${text}` })).bind(0, '127.0.0.1');
  return;
}

const policy = process.argv[2];
if (!policy) {
  const { execFileSync } = require('node:child_process');
  for (const each of ['rr', 'none']) {
    execFileSync(process.execPath, [__filename, each], { env: { ...process.env, NODE_CLUSTER_SCHED_POLICY: each }, stdio: 'inherit' });
  }
  return;
}

assert.strictEqual(cluster.schedulingPolicy, policy === 'rr' ? cluster.SCHED_RR : cluster.SCHED_NONE);
const folder = require('node:fs').mkdtempSync(path.join(require('node:os').tmpdir(), 'pkg-cluster-'));
const socket = path.join(folder, 'socket');
const listening = [];
const messages = [];
cluster.on('listening', (worker, address) => listening.push({ id: worker.id, ...address }));
cluster.on('message', (worker, message) => messages.push({ id: worker.id, ...message }));
cluster.setupPrimary({ args: [] });
for (let i = 0; i < 3; i++) cluster.fork({ SOCKET: socket });

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
async function ask(options) {
  const client = net.connect(options);
  if (options.port) client.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of client.setEncoding('latin1')) text += chunk;
  return text.slice(-1) === '\n' ? text.split('\r\n').at(-4) : text.slice(-1);
}

(async () => {
  await until(() => listening.length === 12 && messages.length === 6);
  const portsOf = (condition) => new Set(listening.filter(condition).map(({ port }) => port));
  const shared = new Set(messages.filter(({ port }) => port).map(({ port }) => port));
  assert.strictEqual(shared.size, 1);
  assert.strictEqual(new Set(messages.map(({ exclusive }) => exclusive).filter(Boolean)).size, 3);
  assert.strictEqual(portsOf(({ addressType }) => addressType === 'udp4').size, 1);
  assert.deepStrictEqual(listening.filter(({ addressType }) => addressType === -1).map(({ address }) => address), [socket, socket, socket]);
  const [webPort, ...more] = portsOf(({ addressType, port }) => addressType === 4 && !shared.has(port));
  assert.deepStrictEqual(more, []); // what is exclusive is not the primary's matter
  for (const options of [{ port: webPort, host: '127.0.0.1' }, { path: socket }]) {
    const answers = [];
    for (let i = 0; i < 9; i++) answers.push(await ask(options));
    assert.ok(answers.every((id) => ['1', '2', '3'].includes(id)), answers.join());
    if (policy === 'rr') {
      for (const id of ['1', '2', '3']) assert.strictEqual(answers.filter((each) => each === id).length, 3, answers.join());
    }
  }
  const [datagramPort] = portsOf(({ addressType }) => addressType === 'udp4');
  const client = dgram.createSocket('udp4');
  client.send('hello', datagramPort, '127.0.0.1');
  await until(() => messages.some(({ datagram }) => datagram === 'hello'));
  client.close();

  // One leaves; the others go on.
  const exits = [];
  cluster.on('exit', (worker, code, signal) => exits.push([worker.id, code, signal, worker.exitedAfterDisconnect, worker.state]));
  cluster.workers[2].kill('SIGKILL');
  await until(() => exits.length === 1);
  for (let i = 0; i < 4; i++) assert.ok(['1', '3'].includes(await ask({ path: socket })));
  cluster.disconnect(() => {
    assert.deepStrictEqual(Object.keys(cluster.workers), []);
    assert.strictEqual(require('node:fs').existsSync(socket), false);
    require('node:fs').rmSync(folder, { recursive: true });
  });
  await until(() => exits.length === 3);
  assert.deepStrictEqual(exits.sort(([a], [b]) => a - b),
    [[1, 0, null, true, 'dead'], [2, null, 'SIGKILL', false, 'dead'], [3, 0, null, true, 'dead']]);
})();
