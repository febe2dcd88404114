// https.get, a kept connection with its session, and fetch reach an https server; a large body comes through whole.
import assert from 'node:assert';
import { once } from 'node:events';
import fs from 'node:fs';
import https from 'node:https';
import tls from 'node:tls';

const read = (name) => fs.readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const ca = read('ca.pem');
const large = 'x'.repeat(3_000_000);
const server = https.createServer({ key: read('server-key.pem'), cert: read('server.pem') }, (request, response) => {
  if (request.url === '/large') {
    response.end(large);
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => response.end(`${request.method} ${request.url} ${body}`));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();

async function get(path, options) {
  const request = https.get({ host: 'localhost', family: 4, port, path, ca, ...options });
  const [response] = await once(request, 'response');
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, text, reused: request.reusedSocket };
}

assert.deepStrictEqual(await get('/a'), { status: 200, text: 'GET /a ', reused: false });
assert.strictEqual((await get('/large')).text, large);
const agent = new https.Agent({ keepAlive: true });
assert.strictEqual((await get('/b', { agent })).reused, false);
await new Promise(setImmediate);
assert.strictEqual((await get('/c', { agent })).reused, true);
agent.destroy();

tls.setDefaultCACertificates([ca.toString()]);
const answer = await fetch(`https://localhost:${port}/d`, { method: 'POST', body: 'body' });
assert.strictEqual(await answer.text(), 'POST /d body');
const refused = await fetch(`https://127.0.0.2:${port}/`).catch((error) => error);
assert.ok(refused instanceof TypeError);
server.close();
server.closeAllConnections();
process.exit();
