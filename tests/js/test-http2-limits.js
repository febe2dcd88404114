// A peer that asks for more than a server's limits allow is stopped: fields of a block, memory of a session, pings.
const assert = require('node:assert');
const http2 = require('node:http2');

const { NGHTTP2_ENHANCE_YOUR_CALM } = http2.constants;

function listen(options, onStream) {
  return new Promise((resolve) => {
    const server = http2.createServer(options);
    server.on('stream', onStream);
    server.on('sessionError', () => {});
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
const connect = (server) => http2.connect(`http://127.0.0.1:${server.address().port}`);
function closed(request) {
  return new Promise((resolve) => {
    request.on('error', () => {});
    request.on('close', () => resolve(request.rstCode));
    request.resume();
  });
}

(async () => {
  // Four pseudo-headers and six more.
  let server = await listen({ maxHeaderListPairs: 10 }, (stream) => {
    stream.respond();
    stream.end();
  });
  let client = connect(server);
  const fields = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 'v']));
  assert.strictEqual(await closed(client.request(fields(6))), 0);
  assert.strictEqual(await closed(client.request(fields(7))), NGHTTP2_ENHANCE_YOUR_CALM);
  client.close();
  server.close();

  // A megabyte of header blocks that streams hold on to.
  let accepted = 0;
  server = await listen({ maxSessionMemory: 1 }, (stream) => {
    stream.on('error', () => {});
    stream.respond();
    stream.write('never ended');
    accepted++;
  });
  client = connect(server);
  client.on('error', () => {});
  const requests = Array.from({ length: 90 }, () => client.request({ 'x-large': 'v'.repeat(15_000) }));
  const refused = new Promise((resolve) => {
    for (const request of requests) {
      request.on('error', () => {
        if (request.rstCode === NGHTTP2_ENHANCE_YOUR_CALM) resolve();
      });
    }
  });
  await refused;
  assert.ok(accepted > 10 && accepted < 90, `${accepted}`);
  client.destroy();
  server.close();

  // Pings that wait for their acknowledgement.
  server = await listen({}, () => {});
  client = http2.connect(`http://127.0.0.1:${server.address().port}`, { maxOutstandingPings: 2 });
  await new Promise((resolve) => client.once('connect', resolve));
  const pings = [1, 2, 3].map(() => new Promise((resolve) => client.ping((error, duration, payload) => resolve(error?.code ?? payload.length))));
  assert.deepStrictEqual(await Promise.all(pings), [8, 8, 'ERR_HTTP2_PING_CANCEL']);
  client.close();
  server.close();
})();
