// What keeps the process running is known by kind and by object, until it is unreferenced or done. As in Node 24.21.
const assert = require('node:assert');
const dgram = require('node:dgram');
const fs = require('node:fs');
const net = require('node:net');
const { MessageChannel } = require('node:worker_threads');

// Whether the client knows by then that it is connected is chance.
const kinds = () => process.getActiveResourcesInfo().filter((kind) => kind !== 'ConnectWrap');
const names = (list) => list.map((each) => each.constructor.name);
assert.deepStrictEqual(kinds(), []);

fs.stat('.', () => {});
const promise = fs.promises.stat('.');
const timers = [setTimeout(() => {}, 1e6), setTimeout(() => {}, 1e6).unref(), setInterval(() => {}, 1e6), setImmediate(() => {})];
assert.deepStrictEqual(kinds(), ['FSReqCallback', 'FSReqPromise', 'Timeout', 'Timeout', 'Immediate']);
assert.deepStrictEqual(names(process._getActiveRequests()), ['FSReqCallback', 'FSReqPromise']);
timers[0].unref();
clearInterval(timers[2]);
clearImmediate(timers[3]);
assert.deepStrictEqual(kinds(), ['FSReqCallback', 'FSReqPromise']);

promise.then(() => {
  const { port1, port2 } = new MessageChannel();
  const watcher = fs.watch('.');
  const datagrams = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  const server = net.createServer((accepted) => {
    const handles = process._getActiveHandles();
    for (const each of [server, client, accepted, watcher]) assert.ok(handles.includes(each));
    assert.deepStrictEqual(kinds().sort(), ['FSEventWrap', 'TCPServerWrap', 'TCPSocketWrap', 'TCPSocketWrap', 'UDPWrap']);
    port1.on('message', () => {});
    assert.ok(process._getActiveHandles().includes(port1) && kinds().includes('MessagePort'));
    port2.close();
    server.unref();
    datagrams.unref();
    watcher.close();
    accepted.destroy();
    client.destroy();
    server.close();
    datagrams.close();
    setTimeout(() => assert.deepStrictEqual(kinds(), ['Timeout']), 20);
  }).listen(0, '127.0.0.1', () => { client = net.connect(server.address().port, '127.0.0.1'); });
  let client;
});
