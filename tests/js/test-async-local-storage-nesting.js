// Stores of AsyncLocalStorage where contexts meet: nested storages, sockets that requests share. Ids of AsyncResources that ran
// before anyone asked; destroy comes even when nothing else is left to do.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { AsyncLocalStorage, AsyncResource, executionAsyncId, triggerAsyncId } = require('node:async_hooks');
const http = require('node:http');

// Ids: the first question is asked within two scopes.
const outer = new AsyncResource('outer');
const inner = new AsyncResource('inner');
outer.runInAsyncScope(() => {
  inner.runInAsyncScope(() => {
    assert.strictEqual(executionAsyncId(), inner.asyncId());
    assert.strictEqual(triggerAsyncId(), inner.triggerAsyncId());
  });
  assert.strictEqual(executionAsyncId(), outer.asyncId());
});
assert.strictEqual(executionAsyncId(), 1);

// run() ends what it began, and no more.
const one = new AsyncLocalStorage();
const two = new AsyncLocalStorage();
one.run('a', () => {
  two.enterWith('kept');
  one.run('b', () => one.enterWith('lost'));
  assert.strictEqual(one.getStore(), 'a');
  one.exit(() => two.enterWith('kept too'));
});
assert.deepStrictEqual([one.getStore(), two.getStore()], [undefined, 'kept too']);
two.enterWith(undefined);

// A response belongs to the request that it answers, whichever request made the socket.
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const server = http.createServer((request, response) => {
  response.write('x');
  setImmediate(() => response.end('y'));
});
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const ask = (name) => one.run(name, () => new Promise((resolve) => {
    const seen = [];
    const see = () => seen.push(one.getStore());
    http.get({ agent, host: '127.0.0.1', port }, (response) => {
      see();
      response.on('data', see);
      response.on('end', () => {
        see();
        resolve(new Set(seen));
      });
    });
  }));
  const all = await Promise.all(['first', 'second', 'third'].map(ask));
  assert.deepStrictEqual(all, [new Set(['first']), new Set(['second']), new Set(['third'])]);
  agent.destroy();
  server.close();
});

const { stdout } = spawnSync(process.execPath, ['-e', `
  const log = process._rawDebug;
  let ids = [];
  require('async_hooks').createHook({
    init(id, type) { if (type === 'Immediate') ids.push(id); },
    destroy(id) { if (ids.includes(id)) console.log('destroyed', ids.indexOf(id)); },
  }).enable();
  setImmediate(() => setImmediate(() => console.log('second')));`], { encoding: 'utf8' });
assert.strictEqual(stdout, 'destroyed 0\nsecond\ndestroyed 1\n');
