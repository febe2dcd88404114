// Loading is told on the channels module.require and module.import; hooks have a say in what the CommonJS they gave requires.
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import { tracingChannel } from 'node:diagnostics_channel';
import fs from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'module-tracing-')));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const file = (name, text) => {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

// Channels.
const events = [];
const track = (channel) => {
  const seen = (name) => ({ error, result, ...rest }) => events.push([channel, name, rest, error?.code]);
  tracingChannel(channel).subscribe({
    start: seen('start'), end: seen('end'), asyncStart: seen('asyncStart'), asyncEnd: seen('asyncEnd'), error: seen('error'),
  });
};
track('module.require');
track('module.import');
const require = createRequire(import.meta.url);
const parent = { parentFilename: import.meta.filename };
require('node:os');
assert.throws(() => require('./nothing'), { code: 'MODULE_NOT_FOUND' });
await import('node:os');
const lookedFor = { ...parent, id: './nothing' };
const imported = { parentURL: import.meta.url, url: 'node:os' };
assert.deepStrictEqual(events, [
  ['module.require', 'start', { ...parent, id: 'node:os' }, undefined],
  ['module.require', 'end', { ...parent, id: 'node:os' }, undefined],
  ['module.require', 'start', lookedFor, undefined],
  ['module.require', 'error', lookedFor, 'MODULE_NOT_FOUND'],
  ['module.require', 'end', lookedFor, 'MODULE_NOT_FOUND'],
  ['module.import', 'start', imported, undefined],
  ['module.import', 'end', imported, undefined],
  ['module.import', 'asyncStart', imported, undefined],
  ['module.import', 'asyncEnd', imported, undefined],
]);

// Hooks on this thread: what they give is checked, builtins have their bare names, createRequire() keeps its URL.
const asked = [];
const hooks = registerHooks({
  resolve(specifier, context, next) {
    asked.push([specifier, context.parentURL]);
    if (specifier === 'virtual:zlib') return { url: 'node:zlib', shortCircuit: true };
    if (specifier === 'virtual:wrong') return { shortCircuit: true };
    return next(specifier, context);
  },
});
assert.strictEqual(require.resolve('virtual:zlib'), 'zlib');
assert.throws(() => require('virtual:wrong'), {
  code: 'ERR_INVALID_RETURN_PROPERTY_VALUE', message: /"url" from the "resolve" hook/,
});
const withQuery = `${import.meta.url}?query`;
createRequire(withQuery)('node:os');
assert.deepStrictEqual(asked.at(-1), ['node:os', withQuery]);
hooks.deregister();

// Hooks on their own thread.
file('inner.cjs', 'exports.from = "disk";');
file('esm.mjs', 'export const esm = 1;');
const main = file('main.cjs', 'console.log(require("./inner.cjs").from, require("./esm.mjs").esm, require("./data.json"), require.resolve("./inner.cjs"));');
file('data.json', '2');
const loader = file('loader.mjs', `import fs from 'node:fs';
  export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (url.endsWith('main.cjs')) loaded.source = fs.readFileSync(new URL(url));
    if (url.endsWith('inner.cjs')) loaded.source = 'exports.from = "hooks";';
    return loaded;
  }`);
const register = `data:text/javascript,import { register } from 'node:module'; register(${JSON.stringify(pathToFileURL(loader).href)});`;
const { stdout, stderr } = spawnSync(process.execPath, ['--import', register, main], { encoding: 'utf8' });
assert.strictEqual(stdout, `hooks 1 2 ${folder}/inner.cjs\n`, stderr);

// Scripts end in time, also in what they leave to the jobs of their context.
const loop = 'Promise.resolve().then(() => { for (;;); });';
assert.throws(() => vm.runInNewContext(loop, {}, { timeout: 10, microtaskMode: 'afterEvaluate' }),
              { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
