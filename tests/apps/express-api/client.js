'use strict';

// Asks the server at the URL in argv[2] over HTTP and Socket.IO; exits 0 only when every answer is the right one.

const assert = require('node:assert');
const http = require('node:http');
const { io } = require('socket.io-client');

const base = process.argv[2];

function request(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const req = http.request(base + path, { method, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk) => { text += chunk; });
      res.on('end', () => resolve({ status: res.statusCode, type: res.headers['content-type'], text }));
      res.on('error', reject);
    });
    req.on('error', reject);
    req.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function withTimeout(promise, what) {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than 10 s`)), 10_000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function overHttp() {
  const hello = await request('GET', '/');
  console.log(`GET / -> ${hello.status} ${hello.text}`);
  assert.deepStrictEqual(hello, { status: 200, type: 'text/plain; charset=utf-8', text: 'Hello from Express' });
  const missing = await request('GET', '/notes/99');
  console.log(`GET /notes/99 -> ${missing.status} ${missing.text}`);
  assert.strictEqual(missing.status, 404);
  const answer = await fetch(`${base}/notes/1`);
  console.log(`fetch /notes/1 -> ${answer.status}`);
  assert.deepStrictEqual(await answer.json(), { id: 1, text: 'first note' });
}

async function overSocket(transport) {
  const socket = io(base, { transports: [transport], reconnection: false });
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    assert.strictEqual(socket.io.engine.transport.name, transport);
    const echoed = await socket.emitWithAck('echo', 'gr\u00fc\u00dfe');
    console.log(`socket.io over ${transport}: ${echoed}`);
    assert.strictEqual(echoed, 'echo: gr\u00fc\u00dfe');
    const pushed = new Promise((resolve) => socket.once('note', resolve));
    const created = await request('POST', '/notes', { text: `over ${transport}` });
    console.log(`POST /notes -> ${created.status} ${created.text}`);
    assert.strictEqual(created.status, 201);
    assert.deepStrictEqual(await pushed, JSON.parse(created.text));
  } finally {
    socket.close();
  }
}

withTimeout(overHttp(), 'HTTP')
  .then(() => withTimeout(overSocket('polling'), 'Socket.IO over polling'))
  .then(() => withTimeout(overSocket('websocket'), 'Socket.IO over WebSocket'))
  .then(() => console.log('all answers were right'));
