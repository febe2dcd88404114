// A child's streams, exit code and errors, waited for and beside the loop. As in Node 24.21.
const assert = require('node:assert');
const { exec, execSync, fork, spawn, spawnSync } = require('node:child_process');

if (process.argv[2] === 'child') {
  process.on('message', (message) => {
    process.send({ got: message });
    process.disconnect();
  });
  return;
}
assert.strictEqual(spawnSync('echo', ['hi'], { encoding: 'utf8' }).stdout, 'hi\n');
assert.strictEqual(execSync('echo $X; cat', { env: { ...process.env, X: '1' }, input: 'in' }).toString(), '1\nin');
assert.strictEqual(spawnSync('no-such-program').error.code, 'ENOENT');
assert.strictEqual(spawnSync('sleep', ['5'], { timeout: 20 }).error.code, 'ETIMEDOUT');
assert.throws(() => execSync('exit 3', { stdio: 'pipe' }), { status: 3 });

const events = [];
exec('echo out; echo err >&2; exit 2', (error, stdout, stderr) => events.push(`exec ${error.code} ${stdout.trim()} ${stderr.trim()}`));
const cat = spawn('cat');
cat.stdout.on('data', (data) => events.push(`cat ${data}`));
cat.on('close', (code) => events.push(`cat closed ${code}`));
cat.stdin.end('xyz');
spawn('no-such-program').on('error', (error) => events.push(error.message));
const child = fork(__filename, ['child']);
child.on('message', (message) => events.push(`fork ${JSON.stringify(message)}`));
child.on('exit', (code) => events.push(`fork exited ${code}`));
child.send({ a: 1 });
process.on('exit', () => {
  assert.deepStrictEqual(events.sort(), [
    'cat closed 0', 'cat xyz', 'exec 2 out err', 'fork exited 0', 'fork {"got":{"a":1}}', 'spawn no-such-program ENOENT',
  ]);
});
