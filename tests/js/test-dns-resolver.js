'use strict';

// A Resolver asks the servers it was given: records come back in the documented shapes, failures as codes, and a
// cancelled query as ECANCELLED (Node 24.21).
const assert = require('node:assert');
const dgram = require('node:dgram');
const dns = require('node:dns');

const u16 = (n) => Buffer.from([n >> 8, n & 255]);
const name = (text) => Buffer.from(text.split('.').map((label) => String.fromCharCode(label.length) + label).join('') + '\0');
const record = (type, data) =>
  Buffer.concat([Buffer.from([0xc0, 12]), u16(type), u16(1), Buffer.from([0, 0, 0, 60]), u16(data.length), data]);
const answers = {
  1: [record(1, Buffer.from([192, 0, 2, 1])), record(1, Buffer.from([192, 0, 2, 2]))],
  12: [record(12, name('p.example'))],
  15: [record(15, Buffer.concat([u16(10), name('mx.example')]))],
  16: [record(16, Buffer.from('\x03one\x03two'))],
  257: [record(257, Buffer.from('\x00\x05issueca.example'))],
};

const server = dgram.createSocket('udp4');
let resolver;
server.on('message', (query, { port, address }) => {
  const end = query.indexOf(0, 12) + 5;
  const asked = query.subarray(13, 13 + query[12]).toString();
  const found = asked === 'missing' ? [] : answers[query.readUInt16BE(end - 4)] ?? [];
  if (asked === 'slow') {
    resolver.cancel();
    return;
  }
  server.send([query.subarray(0, 2), u16(asked === 'missing' ? 0x8183 : 0x8180), u16(1), u16(found.length), u16(0), u16(0),
    query.subarray(12, end), ...found], port, address);
});

server.bind(0, '127.0.0.1', async () => {
  const servers = [`127.0.0.1:${server.address().port}`];
  resolver = new dns.promises.Resolver({ timeout: 5000, tries: 1 });
  resolver.setServers(servers);
  assert.deepStrictEqual(resolver.getServers(), servers);
  assert.deepStrictEqual(await resolver.resolve('a.example'), ['192.0.2.1', '192.0.2.2']);
  assert.deepStrictEqual((await resolver.resolve4('a.example', { ttl: true }))[1], { address: '192.0.2.2', ttl: 60 });
  assert.deepStrictEqual(await resolver.resolveMx('a.example'), [{ exchange: 'mx.example', priority: 10, type: 'MX' }]);
  assert.deepStrictEqual(await resolver.resolveTxt('a.example'), [['one', 'two']]);
  assert.deepStrictEqual(await resolver.resolveCaa('a.example'), [{ critical: 0, type: 'CAA', issue: 'ca.example' }]);
  assert.deepStrictEqual(await resolver.reverse('192.0.2.1'), ['p.example']);
  await assert.rejects(resolver.resolve6('a.example'), { code: 'ENODATA', syscall: 'queryAaaa', hostname: 'a.example' });
  await assert.rejects(resolver.resolve4('missing.example'), { code: dns.NOTFOUND, message: 'queryA ENOTFOUND missing.example' });
  await assert.rejects(resolver.resolve4('slow.example'), { code: dns.CANCELLED });
  server.close();
});
