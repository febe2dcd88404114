// WebAssembly that is compiled on other threads keeps the program going until its promise is settled, in workers, too.
const assert = require('assert');
const { Worker } = require('worker_threads');

const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
let settled = 0;
WebAssembly.instantiate(empty).then(({ module }) => {
  settled++;
  return WebAssembly.instantiate(module);
}).then(() => settled++);
WebAssembly.compile(new Uint8Array([1, 2, 3])).catch((error) => {
  assert.strictEqual(error.name, 'CompileError');
  settled++;
});
const worker = new Worker(`WebAssembly.compile(new Uint8Array([${empty}])).then(() => { process.exitCode = 3; })`, { eval: true });
worker.on('exit', (code) => { assert.strictEqual(code, 3); settled++; });
process.on('exit', () => assert.strictEqual(settled, 4));
