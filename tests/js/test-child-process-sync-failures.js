// spawnSync() of what cannot be started, and of what says too much; options are own properties. As in Node 24.21.
const assert = require('node:assert');
const { execSync, fork, spawn, spawnSync } = require('node:child_process');

for (let i = 0; i < 3; i++) {
  const { error, pid, status, output } = spawnSync('no-such-program', { timeout: 1000 });
  assert.deepStrictEqual([error.code, error.syscall, pid, status, output], ['ENOENT', 'spawnSync no-such-program', 0, null, null]);
}
assert.strictEqual(spawnSync('true').status, 0);

// What was read with the bytes over the limit is kept.
const loud = spawnSync('echo', ['0123456789'], { maxBuffer: 3 });
assert.strictEqual(loud.error.code, 'ENOBUFS');
assert.strictEqual(loud.stdout.toString(), '0123456789\n');
assert.strictEqual(spawnSync('echo', ['0123456789'], { maxBuffer: 11 }).error, undefined);

// An argument is made a string once.
let asked = 0;
spawnSync('true', [{ toString: () => `${asked++}` }]);
assert.strictEqual(asked, 1);

Object.prototype.cwd = '/no/such/folder';
assert.strictEqual(execSync('pwd').toString(), `${process.cwd()}\n`);
delete Object.prototype.cwd;

// Every stream of a child but its stdin can be read, and all can be written.
const child = spawn('cat', { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
assert.deepStrictEqual(child.stdio.map((stream) => [stream.readable, stream.writable]),
  [[false, true], [true, true], [true, true], [true, true]]);
child.stdin.end();

// A stream that another child has as its own is that child's to read.
const echo = spawn('echo', ['through']);
const cat = spawn('cat', { stdio: [echo.stdout, 'pipe', 'inherit'] });
let text = '';
cat.stdout.on('data', (data) => text += data);
cat.on('close', () => assert.strictEqual(text, 'through\n'));

// The channel's old name.
const forked = fork('-', { execArgv: ['--version'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
process.once('warning', (warning) => assert.strictEqual(warning.code, 'DEP0129'));
assert.strictEqual(forked._channel, forked.channel);
