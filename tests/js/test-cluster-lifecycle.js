// Settings, events and ends of workers. As in Node 24.21.
const assert = require('node:assert');
const cluster = require('node:cluster');
const net = require('node:net');

if (cluster.isWorker) {
  assert.strictEqual(cluster.isPrimary, false);
  assert.strictEqual(cluster.worker.id, Number(process.env.ID));
  assert.strictEqual(cluster.fork, undefined);
  const ways = {
    exit: () => process.exit(3),
    throw: () => { throw new Error('on purpose'); },
    'process.disconnect': () => process.disconnect(),
    disconnect: () => cluster.worker.disconnect(),
    kill: () => cluster.worker.kill('SIGKILL'),
    taken: () => net.createServer().listen(0, function() {
      net.createServer().once('error', ({ code, syscall, message }) => {
        process.send({ code, syscall, message: message.replace(/\d+/g, 'N') });
        cluster.worker.disconnect();
      }).listen(this.address().port);
    }),
    stay: () => {},
  };
  process.on('message', (way) => ways[way]());
  return;
}

assert.deepStrictEqual([cluster.isPrimary, cluster.isMaster, cluster.isWorker, cluster.worker], [true, true, false, undefined]);
assert.deepStrictEqual(cluster.settings, {});
const setups = [];
cluster.on('setup', (settings) => setups.push(settings.args));
cluster.setupPrimary({ args: ['an argument'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' });
assert.deepStrictEqual(cluster.settings, {
  args: ['an argument'], exec: __filename, execArgv: process.execArgv, silent: false, stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  serialization: 'advanced',
});

// Runs one worker to its end -> what happened.
let lastId = 0;
function run(way) {
  const id = ++lastId;
  const worker = cluster.fork({ ID: id });
  const events = [];
  assert.deepStrictEqual([worker.id, worker.state, worker.isDead(), worker.isConnected(), cluster.workers[id]],
    [id, 'none', false, true, worker]);
  for (const name of ['fork', 'online', 'exit', 'disconnect', 'message']) {
    const listener = (of, detail) => {
      if (of !== worker) return;
      events.push(name);
      if (name === 'message') events.push(detail);
    };
    cluster.on(name, listener);
    worker.once('exit', () => setImmediate(() => cluster.off(name, listener)));
  }
  return new Promise((resolve) => {
    worker.once('online', () => {
      assert.strictEqual(worker.state, 'online');
      if (typeof way === 'function') way(worker);
      else worker.send(way);
    });
    let code;
    let signal;
    const done = () => {
      if (!worker.isDead() || worker.isConnected()) return;
      assert.ok(!(id in cluster.workers));
      setImmediate(() => resolve({ code, signal, voluntary: worker.exitedAfterDisconnect, events }));
    };
    worker.once('exit', (...how) => {
      [code, signal] = how;
      done();
    });
    worker.once('disconnect', done);
  });
}

const common = (events, ...more) => {
  assert.deepStrictEqual(events.slice(0, 2), ['fork', 'online']);
  const middle = events.slice(2).filter((event) => event !== 'exit' && event !== 'disconnect');
  assert.deepStrictEqual(middle, more);
  assert.deepStrictEqual(events.filter((event) => event === 'exit' || event === 'disconnect').sort(), ['disconnect', 'exit']);
};

(async () => {
  const rows = [
    ['exit', 3, null, false], ['throw', 1, null, false], ['process.disconnect', 0, null, false], ['disconnect', 0, null, true],
    ['kill', 0, null, true], [(worker) => worker.kill(), null, 'SIGTERM', false],
    [(worker) => worker.kill('SIGKILL'), null, 'SIGKILL', false], [(worker) => assert.strictEqual(worker.disconnect(), worker), 0, null, true],
  ];
  for (const [way, code, signal, voluntary] of rows) {
    const { events, ...ended } = await run(way);
    assert.deepStrictEqual(ended, { code, signal, voluntary }, String(way));
    common(events);
  }
  const { events, ...ended } = await run('taken');
  assert.deepStrictEqual(ended, { code: 0, signal: null, voluntary: true });
  common(events, 'message', { code: 'EADDRINUSE', syscall: 'bind', message: 'bind EADDRINUSE null:N' });

  assert.deepStrictEqual(cluster.workers, {});
  assert.ok(setups.length >= 10 && setups.every(([argument]) => argument === 'an argument'));
  await new Promise((resolve) => cluster.disconnect(resolve)); // there is none left
  const stays = [run('stay'), run('stay')];
  await new Promise((resolve) => cluster.once('online', resolve));
  let called = false;
  cluster.disconnect(() => { called = true; });
  for (const { voluntary } of await Promise.all(stays)) assert.strictEqual(voluntary, true);
  assert.ok(called);
})();
