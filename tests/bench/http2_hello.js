'use strict';
// CPU time that a node:http2 server spends on one small answer and on a megabyte: a child serves on loopback, one connection
// asks 32 or 4 times at once, and the child tells its own CPU time before and after.
const { spawn } = require('node:child_process');
const http2 = require('node:http2');
const path = require('node:path');
const { report, wanted } = require('./measure.js');

const cases = [['node:http2 hello, CPU', '/', 32], ['node:http2 megabyte, CPU', '/large', 4]];

function get(client, target) {
  return new Promise((resolve, reject) => {
    let text = '';
    const request = client.request({ ':path': target });
    request.on('data', (chunk) => { if (chunk.length < 100) text += chunk; });
    request.on('error', reject);
    request.on('end', () => resolve(text));
  });
}

if (cases.some(([name]) => wanted(name))) {
  const server = spawn(process.execPath, [path.join(__dirname, 'http2_server.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
  server.stdout.once('data', async (line) => {
    const client = http2.connect(`http://127.0.0.1:${Number(line)}`, { settings: { initialWindowSize: 1 << 20 } });
    const load = async (target, many, seconds) => {
      const end = performance.now() + seconds * 1000;
      let answers = 0;
      await Promise.all(Array.from({ length: many }, async () => {
        do {
          await get(client, target);
          answers++;
        } while (performance.now() < end);
      }));
      return answers;
    };
    for (const [name, target, many] of cases) {
      if (!wanted(name)) continue;
      await load(target, many, 0.5);
      const before = Number(await get(client, '/cpu'));
      const answers = await load(target, many, 2);
      report(name, 'us', (Number(await get(client, '/cpu')) - before) / answers);
    }
    client.close();
    server.kill();
  });
}
