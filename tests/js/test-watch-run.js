// --watch runs a program again when what it loaded changes; --run runs a script of package.json; of two environment files the
// later wins; --experimental-config-file gives options.
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { once } = require('node:events');
const { createInterface } = require('node:readline');
const { spawn, spawnSync } = require('node:child_process');

const folder = fs.realpathSync(fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'watch-run-')));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const file = (name, text) => {
  const full = path.join(folder, name);
  fs.mkdirSync(path.dirname(full), { recursive: true });
  fs.writeFileSync(full, text);
  return full;
};
const run = (args, options) => spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder, ...options });

async function watches() {
  const dependency = file('dependency.cjs', 'module.exports = 1;');
  const env = file('a.env', 'WATCHED=first\n');
  const main = file('main.mjs', 'import n from "./dependency.cjs"; console.log(n, process.env.WATCHED, process.argv.length);');
  const child = spawn(process.execPath, ['--watch', `--env-file=${env}`, main, 'x'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = [];
  let reached;
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (line.includes('Waiting for file changes')) reached?.();
  });
  // One change at a time: the next comes when the program has run.
  const next = async (change) => {
    lines.length = 0;
    const promise = new Promise((resolve) => { reached = resolve; });
    change?.();
    await promise;
    return [...lines];
  };
  const over = `Completed running '${main} x'. Waiting for file changes before restarting...`;
  const again = (changed) => [`Change detected in '${changed}'`, `Restarting '${main} x'`];
  assert.deepStrictEqual(await next(), ['1 first 3', over]);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
  await pause();
  assert.deepStrictEqual(await next(() => fs.writeFileSync(dependency, 'module.exports = 2;')),
                         [...again(dependency), '2 first 3', over]);
  await pause();
  assert.deepStrictEqual(await next(() => fs.writeFileSync(env, 'WATCHED=second\n')), [...again(env), '2 second 3', over]);
  child.kill();
  assert.deepStrictEqual(await once(child, 'exit'), [0, null]);
}

// Options of watching are no options of the program; some do not go together.
assert.match(run(['--watch', '-e', '1']).stderr, /either --watch or --eval can be used, not both/);
assert.match(run(['--watch', '--watch-kill-signal=none', 'x.js']).stderr, /ERR_UNKNOWN_SIGNAL/);

// --run
const packageJson = file('package.json', JSON.stringify({
  scripts: { where: 'pwd; echo "$NODE_RUN_SCRIPT_NAME $NODE_RUN_PACKAGE_JSON_PATH"; echo "$PATH" | cut -d: -f1', echo: 'printf "[%s]"', bad: [] },
}));
file('node_modules/.bin/tool', '');
file('below/x.txt', '');
assert.strictEqual(run(['--run', 'where'], { cwd: path.join(folder, 'below') }).stdout,
                   `${folder}\nwhere ${packageJson}\n${folder}/node_modules/.bin\n`);
assert.strictEqual(run(['--run', 'echo', '--', "it's", '$HOME', '', 'plain']).stdout, "[it's][$HOME][][plain]");
const missing = run(['--run', 'none']);
assert.deepStrictEqual([missing.status, missing.stdout], [1, '']);
assert.ok(missing.stderr.startsWith(`Missing script: "none" for ${packageJson}\n\nAvailable scripts are:\n  where: pwd;`), missing.stderr);
assert.match(run(['--run', 'bad']).stderr, /^Script "bad" is unexpectedly not a string for /);

// --env-file
file('1.env', 'ONE=1\nBOTH=1\nSET=1\n');
file('2.env', 'BOTH=2\nTWO=2\n');
const show = ['-p', 'const { ONE, BOTH, TWO, SET } = process.env; [ONE, BOTH, TWO, SET].join()'];
const env = { ...process.env, SET: 'outside' };
assert.strictEqual(run(['--env-file=1.env', '--env-file-if-exists=2.env', ...show], { env }).stdout, '1,2,2,outside\n');
assert.strictEqual(run(['--env-file-if-exists=2.env', '--env-file', '1.env', ...show], { env }).stdout, '1,1,2,outside\n');
const absent = run(['--env-file-if-exists=none.env', '-p', '1']);
assert.deepStrictEqual([absent.status, absent.stdout, absent.stderr], [0, '1\n', 'none.env not found. Continuing without it.\n']);

// --experimental-config-file
const config = (options) => file('node.config.json', JSON.stringify(options));
const header = (...args) => run(['--no-warnings', ...args, '-p', 'http.maxHeaderSize']);
config({ $schema: 'any', nodeOptions: { 'max-http-header-size': 10 } });
assert.strictEqual(header('--experimental-default-config-file').stdout, '10\n');
assert.strictEqual(header('--experimental-config-file', '--max-http-header-size=30').stdout, '30\n');
assert.match(run(['--experimental-config-file', '-p', '1']).stderr, /--experimental-config-file is an experimental feature/);
for (const [options, message] of [
  [[], /Root value unexpected not an object/],
  [{ other: {} }, /Unknown namespace other\n.*node\.config\.json: invalid content/],
  [{ nodeOptions: { test: true } }, /Unknown or not allowed option test for namespace nodeOptions/],
  [{ nodeOptions: { 'max-http-header-size': -1 } }, /Invalid value for --max-http-header-size/],
  [{ nodeOptions: { 'test-isolation': 'none' }, test: { 'test-isolation': 'none' } }, /Option --test-isolation is already defined/],
]) {
  config(options);
  const { status, stderr, stdout } = header('--experimental-config-file');
  assert.deepStrictEqual([status, stdout], [9, '']);
  assert.match(stderr, message);
}

watches();
