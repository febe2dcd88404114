// What a worker does not catch reaches 'error' of its Worker, class and properties included; the exit code is 1.
const assert = require('node:assert');
const { once } = require('node:events');
const { Worker } = require('node:worker_threads');

async function errorOf(source, options) {
  const worker = new Worker(source, { eval: true, ...options });
  const exit = new Promise((resolve) => worker.once('exit', resolve));
  const [error] = await once(worker, 'error');
  assert.strictEqual(await exit, 1);
  return error;
}

(async () => {
  const error = await errorOf('const e = new RangeError("far"); e.code = "E_FAR"; e.inner = { deep: [new TypeError("in")] }; throw e;');
  assert.ok(error instanceof RangeError);
  assert.strictEqual(error.message, 'far');
  assert.strictEqual(error.code, 'E_FAR');
  assert.match(error.stack, /worker eval/);
  assert.strictEqual(await errorOf('throw 7n'), 7n);
  assert.strictEqual((await errorOf('Promise.reject(new Error("nobody"))')).message, 'nobody');
  const memory = await errorOf('const all = []; for (;;) all.push(new Array(1e4).fill({}));', {
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  });
  assert.strictEqual(memory.code, 'ERR_WORKER_OUT_OF_MEMORY');
})();
