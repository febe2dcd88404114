// The server that debuggers connect to: what it answers over HTTP, breakpoints over its WebSocket, and how it ends.
const assert = require('node:assert');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const inspector = require('node:inspector');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'inspector-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const scripts = {
  'stops.js': 'const a = 1;\nconst b = "ü\u{1f600}";\nconsole.log(a, b);\nsetTimeout(() => { debugger; }, 1);\n',
  'module.mjs': 'const x = 5;\nconsole.log(x);\n',
  'busy.js': 'let n = 0; globalThis.halt = false; while (!globalThis.halt) if (++n % 1000 === 0) Math.random();\nconsole.log("halted");\n',
};
for (const name of Object.keys(scripts)) fs.writeFileSync(path.join(folder, name), scripts[name]);

// A program under the debugger: ask() for answers, event() for what happens next.
async function debug(flag, name) {
  const child = spawn(process.execPath, [flag, path.join(folder, name)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const it = { child, out: '', err: '', ended: new Promise((resolve) => child.on('close', resolve)) };
  child.stdout.on('data', (data) => { it.out += data; });
  it.url = await new Promise((resolve) => child.stderr.on('data', (data) => {
    it.err += data;
    const found = /listening on (ws:\S+)/.exec(it.err);
    if (found) resolve(found[1]);
  }));
  const socket = it.socket = new WebSocket(it.url);
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
  const answers = new Map();
  const events = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.id) answers.get(message.id)(message);
    else events.push(message);
    wake();
  };
  let id = 0;
  it.ask = (method, params) => new Promise((resolve) => {
    answers.set(++id, resolve);
    socket.send(JSON.stringify({ id, method, params }));
  });
  it.event = async (wanted) => {
    for (;;) {
      const at = events.findIndex((each) => each.method === wanted);
      if (at !== -1) return events.splice(at, 1)[0].params;
      await new Promise((resolve) => { wake = resolve; });
    }
  };
  return it;
}
const line = (pause) => pause.callFrames[0].location.lineNumber;

async function breakpoints() {
  const it = await debug('--inspect-brk=0', 'stops.js');
  await it.ask('Runtime.enable');
  await it.ask('Debugger.enable');
  await it.ask('Debugger.setBreakpointByUrl', { lineNumber: 2, url: require('node:url').pathToFileURL(path.join(folder, 'stops.js')).href });
  await it.ask('Runtime.runIfWaitingForDebugger');
  const start = await it.event('Debugger.paused');
  assert.deepStrictEqual([start.reason, line(start)], ['Break on start', 0]);
  await it.ask('Debugger.resume');
  const second = await it.event('Debugger.paused');
  assert.strictEqual(line(second), 2);
  const { callFrameId } = second.callFrames[0];
  const { result } = await it.ask('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'b + "y".repeat(70000)' });
  assert.strictEqual(result.result.value, 'ü\u{1f600}' + 'y'.repeat(70000));
  await it.ask('Debugger.resume');
  assert.strictEqual(line(await it.event('Debugger.paused')), 3);
  await it.ask('Debugger.resume');
  // The end is told, and the program stays for whoever listens.
  await it.event('Runtime.executionContextDestroyed');
  it.socket.close();
  assert.strictEqual(await it.ended, 0);
  assert.strictEqual(it.out, '1 ü\u{1f600}\n');
  assert.match(it.err, /For help, see: .*\nDebugger attached\.\nWaiting for the debugger to disconnect\.\.\.\n$/s);
}

async function modules() {
  const it = await debug('--inspect-brk=0', 'module.mjs');
  await it.ask('Debugger.enable');
  await it.ask('Runtime.runIfWaitingForDebugger');
  assert.strictEqual(line(await it.event('Debugger.paused')), 0);
  it.socket.close(); // in a pause: the program goes on
  assert.strictEqual(await it.ended, 0);
  assert.strictEqual(it.out, '5\n');
}

async function busy() {
  const it = await debug('--inspect=0', 'busy.js');
  assert.strictEqual((await it.ask('Runtime.evaluate', { expression: 'halt = true, 6 * 7' })).result.result.value, 42);
  it.socket.close();
  assert.strictEqual(await it.ended, 0);
  assert.strictEqual(it.out, 'halted\n');
}

function request(port, path, headers = {}) {
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (data) => { body += data; }).on('end', () => resolve([response.statusCode, body]));
    }).on('error', reject);
  });
}

// The bytes that a raw connection gets before it is closed.
function talk(port, ...parts) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => { for (const part of parts) socket.write(part); });
    let text = '';
    socket.on('data', (data) => { text += data.toString('latin1'); }).on('close', () => resolve(text)).on('error', () => {});
  });
}

async function server() {
  assert.throws(() => inspector.waitForDebugger(), { code: 'ERR_INSPECTOR_NOT_ACTIVE' });
  const opened = inspector.open(0);
  const { port, pathname } = new URL(inspector.url());
  assert.strictEqual(process.debugPort, Number(port));
  assert.throws(() => inspector.open(0), { code: 'ERR_INSPECTOR_ALREADY_ACTIVATED' });
  const [status, body] = await request(port, '/json/list');
  const [target] = JSON.parse(body);
  assert.strictEqual(status, 200);
  assert.deepStrictEqual([target.type, path.resolve(target.title), target.webSocketDebuggerUrl], ['node', __filename, inspector.url()]);
  const version = JSON.parse((await request(port, '/json/version'))[1]);
  assert.deepStrictEqual(version, { 'Browser': `node.js/${process.version}`, 'Protocol-Version': '1.1' });
  for (const [path, headers] of [
    ['/nothing'], ['/json', { Host: 'page.example.test' }],
    ['/wrong-id', { 'Upgrade': 'websocket', 'Connection': 'Upgrade', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version': '13' }],
  ]) {
    assert.strictEqual((await request(port, path, headers))[0], 400, path);
  }
  const upgrade = `GET ${pathname} HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  // The example of RFC 6455; a frame that no client may send ends the connection.
  assert.match(await talk(port, upgrade, Buffer.from([0x81, 2, 0x68, 0x69])), /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
  // A ping is answered, a close is returned.
  const masked = (opcode, text) => Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
  const talked = await talk(port, upgrade, masked(9, 'hello'), masked(8, '\x03\xe8'));
  if (process.versions.pkg) assert.ok(talked.includes('\x8a\x05hello'));
  assert.ok(talked.includes('\x88'));

  opened[Symbol.dispose]();
  assert.strictEqual(inspector.url(), undefined);
  await assert.rejects(request(port, '/json'));
}

// Where the inspector is not permitted the flag does nothing, and the functions throw.
function permission() {
  const source = 'try { require("inspector").open(0); } catch (error) { console.log(error.code, error.permission); }';
  const { stdout, stderr } = spawnSync(process.execPath, ['--permission', '--allow-fs-read=*', '--inspect=0', '-e', source]);
  assert.deepStrictEqual([`${stdout}`, `${stderr}`], ['ERR_ACCESS_DENIED Inspector\n', '']);
}

(async () => {
  permission();
  await server();
  await Promise.all([breakpoints(), modules(), busy()]);
})();
