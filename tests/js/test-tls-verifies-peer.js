// A client accepts a server whose certificate leads to a trusted one and names the host, and refuses any other.
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const tls = require('node:tls');

const read = (name) => fs.readFileSync(path.join(__dirname, 'fixtures', name));
const ca = read('ca.pem');
const server = tls.createServer({ key: read('server-key.pem'), cert: read('server.pem'), ALPNProtocols: ['a/1'] }, (socket) => {
  socket.on('error', () => {});
  socket.end('hello');
});
server.on('tlsClientError', () => {});

function attempt(options) {
  return new Promise((resolve) => {
    const socket = tls.connect({ port: server.address().port, host: '127.0.0.1', ...options });
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => { text += chunk; });
    socket.on('error', (error) => resolve({ code: error.code }));
    socket.on('end', () => resolve({
      text, authorized: socket.authorized, protocol: socket.getProtocol(), alpn: socket.alpnProtocol,
      subject: socket.getPeerCertificate().subject.CN,
    }));
  });
}

server.listen(0, '127.0.0.1', async () => {
  const trusted = await attempt({ ca, servername: 'localhost', ALPNProtocols: ['b/1', 'a/1'] });
  assert.deepStrictEqual(trusted, { text: 'hello', authorized: true, protocol: 'TLSv1.3', alpn: 'a/1', subject: 'localhost' });
  assert.strictEqual((await attempt({ ca })).authorized, true, 'by its address');
  assert.strictEqual((await attempt({ ca, servername: 'x.pkg.example.test' })).authorized, true);
  assert.deepStrictEqual(await attempt({ ca, servername: 'x.y.pkg.example.test' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  assert.deepStrictEqual(await attempt({ ca, servername: 'pkg.example.test' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  assert.deepStrictEqual(await attempt({ ca: read('server.pem'), servername: 'localhost' }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  assert.deepStrictEqual(await attempt({ servername: 'localhost' }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  const unverified = await attempt({ servername: 'localhost', rejectUnauthorized: false });
  assert.strictEqual(unverified.authorized, false);
  assert.strictEqual(unverified.text, 'hello');
  server.close();
});
