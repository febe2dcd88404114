// Agents go through the proxies that their proxyEnv names: http with the whole URL, https through a tunnel.
const assert = require('node:assert');
const { once } = require('node:events');
const http = require('node:http');
const https = require('node:https');

const seen = [];
const server = http.createServer((request, response) => response.end(`direct ${request.url}`));
const proxy = http.createServer((request, response) => {
  seen.push([request.method, request.url, request.headers.host, request.headers['proxy-authorization']]);
  response.end('through the proxy');
});
proxy.on('connect', (request, socket) => {
  seen.push(['CONNECT', request.url, request.headers.host]);
  if (request.url.startsWith('refused')) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  else socket.end(); // before it has answered
});

async function get(options) {
  const request = http.get(options);
  const [response] = await once(request, 'response');
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return body;
}
const failure = (options) => new Promise((resolve) => https.get(options).on('error', resolve));

(async () => {
  server.listen(0, '127.0.0.1');
  proxy.listen(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(proxy, 'listening')]);
  const { port } = server.address();
  const address = `127.0.0.1:${proxy.address().port}`;
  const agent = new http.Agent({ proxyEnv: { http_proxy: `http://us%20er:pass@${address}`, NO_PROXY: '127.0.0.1, .local.test' } });

  assert.strictEqual(await get({ host: 'example.test', path: '/a?b', agent }), 'through the proxy');
  const credentials = `Basic ${Buffer.from('us er:pass').toString('base64')}`;
  assert.deepStrictEqual(seen.pop(), ['GET', 'http://example.test/a?b', 'example.test', credentials]);
  assert.strictEqual(await get({ host: 'example.test', port: 81, headers: ['Host', 'example.test:81'], agent }), 'through the proxy');
  assert.strictEqual(seen.pop()[1], 'http://example.test:81/');
  assert.strictEqual(await get({ host: '127.0.0.1', port, path: '/c', agent }), 'direct /c');
  assert.deepStrictEqual(seen, []);
  // The proxy sees the URL, the server the header: they must not differ.
  assert.throws(() => http.get({ host: 'example.test', headers: { Host: 'other.test' }, agent }), { code: 'ERR_INVALID_ARG_VALUE' });

  const tunnels = new https.Agent({ proxyEnv: { HTTPS_PROXY: `http://${address}` } });
  const refused = await failure({ host: 'refused.test', agent: tunnels });
  assert.strictEqual(refused.code, 'ERR_PROXY_TUNNEL');
  assert.match(refused.message, /refused\.test:443 via .*403 Forbidden/);
  assert.deepStrictEqual(seen.pop(), ['CONNECT', 'refused.test:443', 'refused.test:443']);
  assert.match((await failure({ host: 'cut.test', agent: tunnels })).message, /ended unexpectedly/);

  assert.throws(() => new http.Agent({ proxyEnv: { HTTP_PROXY: 'http://:80' } }), { code: 'ERR_PROXY_INVALID_CONFIG' });
  // The global agent, until it is put back.
  const restore = http.setGlobalProxyFromEnv({ http_proxy: `http://${address}` });
  assert.strictEqual(await get('http://example.test/'), 'through the proxy');
  restore();
  assert.strictEqual(await get({ host: '127.0.0.1', port, path: '/d' }), 'direct /d');
  proxy.closeAllConnections();
  server.closeAllConnections();
  proxy.close();
  server.close();
  agent.destroy();
})();
