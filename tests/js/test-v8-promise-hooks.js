// v8.promiseHooks sees promises beside async_hooks, until it is told to stop.
const assert = require('node:assert');
const { createHook } = require('node:async_hooks');
const { promiseHooks } = require('node:v8');

const seen = [];
const stop = promiseHooks.createHook({ init(promise, parent) { seen.push(['init', parent]); }, settled() { seen.push(['settled']); } });
const first = Promise.resolve();
assert.deepStrictEqual(seen, [['init', undefined], ['settled']]);
let asyncInits = 0;
const hook = createHook({ init() { asyncInits++; } }).enable();
first.then(() => {});
assert.deepStrictEqual(seen.at(-1), ['init', first]);
assert.ok(asyncInits > 0);
hook.disable();
const before = seen.length;
stop();
Promise.resolve();
assert.strictEqual(seen.length, before);
assert.throws(() => promiseHooks.onInit(async () => {}), { code: 'ERR_INVALID_ARG_TYPE' });
