// Servers, sockets and handles go along with messages, in order; what waits for them is sent afterwards. As in Node 24.21.
const assert = require('node:assert');
const { fork } = require('node:child_process');
const dgram = require('node:dgram');
const net = require('node:net');

if (process.argv[2] === 'child') {
  process.on('message', (message, handle) => {
    if (message === 'server') {
      process.send({ kind: handle.constructor.name, address: handle.address() });
      handle.close();
    } else if (message === 'raw') {
      process.send({ kind: handle.constructor.name });
      handle.close();
    } else if (message === 'datagrams') {
      process.send({ kind: handle.constructor.name, type: handle.type, address: handle.address() });
      handle.close();
    } else if (message === 'socket') {
      handle.on('data', (data) => handle.end(`child ${data}`));
    } else if (message === 'shared socket') {
      handle.write('child ', () => process.send({ wrote: true }));
    } else {
      process.send({ plain: message, handle });
    }
  });
  return;
}

const child = fork(__filename, ['child']);
const answers = [];
child.on('message', (message) => answers.push(message));
child.on('exit', (code) => assert.strictEqual(code, 0));

for (const wrong of [{}, 1, 'text', process]) {
  assert.throws(() => child.send('x', wrong), { code: 'ERR_INVALID_HANDLE_TYPE', name: 'TypeError' });
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
async function ask(port) {
  const client = net.connect(port, '127.0.0.1');
  client.write('ping');
  let text = '';
  for await (const chunk of client.setEncoding('latin1')) text += chunk;
  return text;
}

(async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const datagrams = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await new Promise((resolve) => datagrams.once('listening', resolve));
  const bound = datagrams.address();

  const sent = [];
  assert.strictEqual(child.send('server', server, () => sent.push('server')), true);
  // The handle is not acknowledged yet: one message may wait, and then it is time to stop.
  assert.strictEqual(child.send('raw', server._handle, () => sent.push('raw')), true);
  assert.strictEqual(child.send('datagrams', datagrams, () => sent.push('datagrams')), false);
  assert.strictEqual(child.send('alone', () => sent.push('alone')), false);
  await until(() => answers.length === 4 && sent.length === 4);
  assert.deepStrictEqual(sent, ['server', 'raw', 'datagrams', 'alone']);
  assert.deepStrictEqual(answers.splice(0), [
    { kind: 'Server', address },
    { kind: 'TCP' },
    { kind: 'Socket', type: 'udp4', address: bound },
    { plain: 'alone' },
  ]);
  datagrams.close();

  // What was closed is sent as nothing.
  const gone = net.createServer();
  child.send('nothing', gone);
  await until(() => answers.length === 1);
  assert.deepStrictEqual(answers.splice(0), [{ plain: 'nothing' }]);

  // A socket leaves this process, and is counted where it is.
  server.once('connection', (socket) => {
    child.send('socket', socket);
    assert.strictEqual(server._connections, 0);
    assert.strictEqual(socket._handle, null);
    server.getConnections((error, count) => {
      assert.ifError(error);
      assert.strictEqual(count, 1);
    });
  });
  assert.strictEqual(await ask(address.port), 'child ping');

  // Or stays here as well.
  server.once('connection', (socket) => {
    child.send('shared socket', socket, { keepOpen: true });
    child.once('message', () => socket.end('parent'));
  });
  const client = net.connect(address.port, '127.0.0.1');
  let text = '';
  client.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
    if (text === 'child parent') client.destroy();
  });
  await until(() => client.destroyed);
  assert.strictEqual(text, 'child parent');

  server.close();
  child.disconnect();
  assert.strictEqual(child.connected, false);
})();
