// A worker gets its data and messages, answers, and ends with its own exit code.
const assert = require('node:assert');
const { Worker, isMainThread, parentPort, threadId, workerData } = require('node:worker_threads');

if (isMainThread) {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(__filename, { workerData: { shared, list: [1, 2n, new Map([['a', new Date(0)]])] } });
  const seen = [];
  worker.on('online', () => seen.push('online'));
  worker.on('message', (message) => {
    seen.push(message);
    if (message.id !== undefined) worker.postMessage('bye');
  });
  worker.on('exit', (code) => {
    assert.strictEqual(code, 7);
    assert.deepStrictEqual(seen, ['online', { id: 1, map: new Map([['a', new Date(0)]]) }, 'got bye']);
    assert.strictEqual(shared[0], 42);
    assert.strictEqual(worker.threadId, -1);
  });
} else {
  assert.strictEqual(workerData.list[1], 2n);
  Atomics.store(workerData.shared, 0, 42);
  parentPort.postMessage({ id: threadId, map: workerData.list[2] });
  parentPort.once('message', (message) => {
    parentPort.postMessage(`got ${message}`);
    process.exit(7);
  });
}
