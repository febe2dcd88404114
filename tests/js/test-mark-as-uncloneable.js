// What is marked as uncloneable cannot be cloned, and what is marked as untransferable not transferred; the rest still can.
const assert = require('node:assert');
const { isMarkedAsUntransferable, markAsUncloneable, markAsUntransferable } = require('node:worker_threads');

const kept = { a: 1 };
markAsUncloneable(kept);
assert.throws(() => structuredClone(kept), { name: 'DataCloneError' });
assert.throws(() => structuredClone([{ kept }]), { name: 'DataCloneError' });
assert.deepStrictEqual(structuredClone({ b: new Map([[1, 2]]) }), { b: new Map([[1, 2]]) });
const buffer = new ArrayBuffer(8);
markAsUntransferable(buffer);
assert.strictEqual(isMarkedAsUntransferable(buffer), true);
assert.throws(() => structuredClone(buffer, { transfer: [buffer] }), { name: 'DataCloneError' });
assert.strictEqual(buffer.byteLength, 8);
assert.strictEqual(structuredClone(buffer).byteLength, 8);
