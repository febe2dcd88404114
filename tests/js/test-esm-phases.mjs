// `import source` gives what a module is compiled from; WebAssembly modules are imported as instances. Attributes choose text.
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'esm-phases-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const file = (name, content) => {
  fs.writeFileSync(path.join(folder, name), content);
  return pathToFileURL(path.join(folder, name)).href;
};

// (module (global (export "answer") i32 (i32.const 42)) (func (export "run") (result i32) (i32.const 7)))
const wasm = file('answer.wasm', Buffer.from(
  '0061736d010000000105016000017f030201000606017f00412a0b07100206616e7377657203000372756e00000a0601040041070b', 'hex'));
const compiled = await import.source(wasm);
assert.ok(compiled instanceof WebAssembly.Module);
const users = file('users.mjs', 'import source one from "./answer.wasm"; import * as two from "./answer.wasm"; export { one, two };');
const { one, two } = await import(users);
assert.strictEqual(one, compiled);
assert.deepStrictEqual([two.answer, two.run()], [42, 7]);
const abstract = Object.getPrototypeOf(WebAssembly.Module.prototype);
assert.strictEqual(Object.getOwnPropertyDescriptor(abstract, Symbol.toStringTag).get.call(one), 'WebAssembly.Module');

const none = { name: 'SyntaxError', code: 'ERR_SOURCE_PHASE_NOT_DEFINED',
               message: `Source phase import object is not defined for module '${users}'` };
await assert.rejects(import.source(users), none);
await assert.rejects(import(file('wrong.mjs', 'import source x from "./users.mjs";')), none);

// Attributes.
const json = 'data:application/json,1';
const rejects = (promise, code) => assert.rejects(promise, { code });
await rejects(import(json), 'ERR_IMPORT_ATTRIBUTE_MISSING');
await rejects(import(json, { with: { type: 'css' } }), 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED');
await rejects(import('data:text/css,', { with: { other: 'x' } }), 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED');
await rejects(import('data:text/javascript,', { with: { type: 'json' } }), 'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE');
await rejects(import('data:text/javascript,', { with: { type: 'text' } }), 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED');
await assert.rejects(import('data:text/plain;base64,'), { message: 'Unknown module format: text/plain for URL data:text/plain;base64,' });
file('plain.txt', '\ufeffplain\n');
const { stdout, stderr } = spawnSync(process.execPath, ['--experimental-import-text', '--input-type=module', '-e', `
  import text from './plain.txt' with { type: 'text' };
  const { default: bytes } = await import('data:text/javascript,o%80', { with: { type: 'text' } });
  console.log(JSON.stringify([text, bytes]));`], { cwd: folder, encoding: 'utf8' });
assert.strictEqual(stdout, '["plain\\n","o\ufffd"]\n', stderr);

// The same file by another spelling of its URL is the same module.
assert.strictEqual(await import(users), await import(users.replace('.mjs', '%2emjs')));

// What stands on Object.prototype has no say.
Object.defineProperty(Object.prototype, 'url', { configurable: true, get: assert.fail, set: assert.fail });
await assert.rejects(import('./nothing.mjs'), { code: 'ERR_MODULE_NOT_FOUND' });
delete Object.prototype.url;
