// --permission: what is not granted is refused at the bindings, with the scope and the resource in the error.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-permission-'));
const open = path.join(folder, 'open');
fs.mkdirSync(open);
fs.writeFileSync(path.join(open, 'a.txt'), 'a');
fs.writeFileSync(path.join(folder, 'secret.js'), 'module.exports = 1');
fs.writeFileSync(path.join(folder, 'main.js'), 'console.log(typeof process.permission.has)');

function run(flags, program) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...program], { encoding: 'utf8' });
  assert.strictEqual(status, 0, stderr);
  return stdout.trim();
}
const attempt = `
  const fs = require('fs');
  const attempt = (call) => { try { call(); return 'done'; } catch (error) { return [error.code, error.permission, error.resource].join(' '); } };
`;
const evaluate = (flags, program) => JSON.parse(run(['--no-warnings', '--permission', ...flags],
  ['-e', `${attempt} Promise.resolve((async () => { ${program} })()).then((all) => console.log(JSON.stringify(all)))`]));

const secret = path.join(folder, 'secret.js');
const inside = path.join(open, 'a.txt');
assert.deepStrictEqual(evaluate([`--allow-fs-read=${open}`], `return [
  attempt(() => fs.readFileSync(${JSON.stringify(inside)})),
  attempt(() => fs.statSync(${JSON.stringify(secret)})),
  attempt(() => fs.readFileSync(${JSON.stringify(path.join(open, '..', 'secret.js'))})),
  attempt(() => fs.existsSync(${JSON.stringify(secret)})),
  attempt(() => require(${JSON.stringify(secret)})),
  await fs.promises.open(${JSON.stringify(secret)}).then(() => 'done', (error) => error.code),
  await new Promise((resolve) => fs.readFile(${JSON.stringify(secret)}, (error) => resolve(error.code))),
  await import(${JSON.stringify(secret)}).then(() => 'done', (error) => error.code),
  attempt(() => fs.writeFileSync(${JSON.stringify(inside)}, '')),
  attempt(() => fs.openSync(${JSON.stringify(inside)}, 'r+')),
  attempt(() => fs.symlinkSync('a', ${JSON.stringify(path.join(open, 'link'))})),
  attempt(() => require('child_process').spawnSync('ls')),
  attempt(() => require('child_process').spawn('ls')),
  attempt(() => new (require('worker_threads').Worker)(${JSON.stringify(inside)})),
  attempt(() => process.dlopen({}, 'x')),
  attempt(() => process.binding('fs')),
];`), [
  'done', `ERR_ACCESS_DENIED FileSystemRead ${secret}`, `ERR_ACCESS_DENIED FileSystemRead ${secret}`,
  `ERR_ACCESS_DENIED FileSystemRead ${secret}`, `ERR_ACCESS_DENIED FileSystemRead ${secret}`,
  'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED',
  `ERR_ACCESS_DENIED FileSystemWrite ${inside}`, `ERR_ACCESS_DENIED FileSystemWrite ${inside}`, 'ERR_ACCESS_DENIED  ',
  'ERR_ACCESS_DENIED ChildProcess ls', 'ERR_ACCESS_DENIED ChildProcess ls', 'ERR_ACCESS_DENIED WorkerThreads ',
  'ERR_DLOPEN_DISABLED  ', 'ERR_ACCESS_DENIED  ',
]);

// Grants, and giving them up.
assert.deepStrictEqual(evaluate([`--allow-fs-read=${open}`, '--allow-fs-write=/x/y*'], `
  const { permission } = process;
  const before = [permission.has('fs.read'), permission.has('fs.read', ${JSON.stringify(inside)}), permission.has('fs.read', ${JSON.stringify(open)}),
    permission.has('fs.write', '/x/yz/a'), permission.has('fs.write', '/x/z'), permission.has('child'), permission.has('nothing')];
  permission.drop('fs.read', ${JSON.stringify(open)});
  return [...before, permission.has('fs.read', ${JSON.stringify(inside)})];`),
[false, true, true, true, false, false, false, false]);

// The program itself can be read; children have what their parent has.
assert.strictEqual(run(['--permission'], [path.join(folder, 'main.js')]), 'function');
assert.strictEqual(run(['--no-warnings', '--permission', '--allow-child-process', '--allow-fs-read=/a'], ['-p', `
  require('child_process').execFileSync(process.execPath, ['--no-warnings', '-p', 'process.permission.has("fs.read", "/a") + " " + process.permission.has("fs.read", "/b")'], { encoding: 'utf8' })`]), 'true false');
assert.strictEqual(run([], ['-p', 'process.permission']), 'undefined');

// An audit refuses nothing and tells of it.
assert.strictEqual(run(['--permission-audit'], ['-p', `
  const told = [];
  require('diagnostics_channel').subscribe('node:permission-model:fs', ({ permission, resource }) => told.push(permission, resource));
  require('fs').readFileSync(${JSON.stringify(inside)});
  told.join(' ')`]), `FileSystemRead ${inside}`);
fs.rmSync(folder, { recursive: true });
