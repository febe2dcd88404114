// Errors of what a domain's callbacks and emitters do go to its handler, else to the domain around it, else to the process.
// As in Node 24.21.
const assert = require('node:assert');
const domain = require('node:domain');
const { spawnSync } = require('node:child_process');
const EventEmitter = require('node:events');
const fs = require('node:fs');
const net = require('node:net');

if (process.argv[2] === 'child') {
  const [inner, outer] = [domain.create(), domain.create()];
  const ways = {
    unhandled() {
      inner.run(() => { throw new Error('nobody'); });
    },
    'handler throws'() {
      inner.on('error', () => { throw new Error('second'); });
      inner.run(() => { throw new Error('first'); });
    },
    listener() {
      process.on('uncaughtException', ({ message }) => console.log(message, process.domain, domain._stack.length));
      inner.run(() => { setTimeout(() => { throw new Error('to the process'); }, 1); });
    },
    outer() {
      outer.on('error', ({ message, domainThrown }) => console.log(message, domainThrown));
      inner.on('error', () => { throw new Error('second'); });
      outer.run(() => inner.run(() => { throw new Error('first'); }));
    },
  };
  ways[process.argv[3]]();
  return;
}
for (const [way, status, out, err] of [
  ['unhandled', 1, '', 'nobody'], ['handler throws', 7, '', 'second'], ['listener', 0, 'to the process null 0\n', ''],
  ['outer', 0, 'second true\n', ''],
]) {
  const child = spawnSync(process.execPath, [__filename, 'child', way], { encoding: 'utf8' });
  assert.deepStrictEqual([child.status, child.stdout], [status, out], child.stderr);
  assert.ok(child.stderr.includes(err), child.stderr);
}

// Each of these throws or emits an error in a domain of its own.
const ways = {
  sync: () => { throw new Error('sync'); },
  tick: () => process.nextTick(() => { throw new Error('tick'); }),
  timeout: () => setTimeout(() => { throw new Error('timeout'); }, 1),
  immediate: () => setImmediate(() => { throw new Error('immediate'); }),
  fs: () => fs.stat(__filename, () => { throw new Error('fs'); }),
  nested: () => setTimeout(() => fs.stat('.', () => process.nextTick(() => { throw new Error('nested'); })), 1),
  rejection: () => Promise.reject(new Error('rejection')),
  socket: () => {
    const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1', () => {
      net.connect(server.address().port, '127.0.0.1', function() {
        this.destroy();
        server.close();
        throw new Error('socket');
      });
    });
  },
  listener: () => {
    const emitter = new EventEmitter();
    emitter.on('event', () => { throw new Error('listener'); });
    setTimeout(() => emitter.emit('event'), 1);
  },
};
const caught = [];
for (const [name, way] of Object.entries(ways)) {
  const each = domain.create();
  each.on('error', (error) => {
    assert.strictEqual(error.message, name);
    caught.push(name);
    if (name === 'rejection') return; // it was not thrown
    assert.strictEqual(error.domain, each);
    assert.strictEqual(error.domainThrown, true);
    assert.strictEqual(Object.getOwnPropertyDescriptor(error, 'domain').enumerable, false);
    assert.ok(!process.domain); // not within its own domain
  });
  // An exception that is thrown at once ends this turn, so that each has its own.
  setImmediate(() => each.run(way));
}

const owner = domain.create();
const errors = [];
owner.on('error', (error) => errors.push(error));
const emitter = new EventEmitter();
owner.add(emitter);
assert.deepStrictEqual(owner.members, [emitter]);
const first = new Error('emitted');
assert.strictEqual(emitter.emit('error', first), false);
assert.deepStrictEqual([first.domainEmitter, first.domainThrown, first.domain], [emitter, false, owner]);
emitter.once('error', () => {});
assert.strictEqual(emitter.emit('error', first), true); // its own listener comes first
owner.remove(emitter);
assert.throws(() => emitter.emit('error', new Error('alone')), /alone/);
const callback = () => assert.fail('not called');
const second = new Error('given');
owner.intercept(callback)(second);
assert.deepStrictEqual([second.domainBound, second.domainThrown], [callback, false]);
assert.strictEqual(owner.intercept((a, b) => a + b)(null, 1, 2), 3);
assert.strictEqual(owner.bind(() => process.domain)(), owner);
assert.deepStrictEqual(errors, [first, second]);
assert.throws(() => process.setUncaughtExceptionCaptureCallback(() => {}), { code: 'ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE' });

process.on('exit', () => assert.deepStrictEqual(caught.sort(), Object.keys(ways).sort()));
