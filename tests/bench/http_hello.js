'use strict';
// CPU time that a node:http server spends on one request: a child serves on loopback, 32 kept connections ask, and the
// child tells its own CPU time before and after.
const { spawn } = require('node:child_process');
const net = require('node:net');
const path = require('node:path');
const { report, wanted } = require('./measure.js');

const kConnections = 32, kSeconds = 2, kName = 'node:http hello, CPU';

// Sends `request`, then again after each whole answer, until `more` says no; resolves with how many answers came.
function ask(port, target, more) {
  const request = `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: keep-alive\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    let text = '', answers = 0;
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk;
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)[1]);
      if (text.length < head + 4 + length) return;
      const body = text.slice(head + 4);
      text = '';
      answers++;
      if (more()) return socket.write(request);
      socket.destroy();
      resolve({ answers, body });
    });
  });
}

if (wanted(kName)) {
  const server = spawn(process.execPath, [path.join(__dirname, 'http_server.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
  server.stdout.once('data', async (line) => {
    const port = Number(line);
    const spent = async () => Number((await ask(port, '/cpu', () => false)).body);
    const load = async (seconds) => {
      const end = performance.now() + seconds * 1000;
      const all = await Promise.all(Array.from({ length: kConnections }, () => ask(port, '/', () => performance.now() < end)));
      return all.reduce((sum, each) => sum + each.answers, 0);
    };
    await load(0.5);
    const before = await spent();
    const answers = await load(kSeconds);
    report(kName, 'us', (await spent() - before) / answers);
    server.kill();
  });
}
