// Promises of vm contexts are followed, of those that were made before the hook as well as of later ones.
const assert = require('node:assert');
const { createHook, executionAsyncId } = require('node:async_hooks');
const vm = require('node:vm');

const early = vm.createContext({ executionAsyncId });
const ids = [];
const hook = createHook({ init(id, type) { if (type === 'PROMISE') ids.push(id); } }).enable();
const late = vm.createContext({ executionAsyncId });
const reactions = [early, late].map((context) => vm.runInContext('Promise.resolve().then(executionAsyncId)', context));
assert.strictEqual(ids.length, 4);
Promise.all(reactions).then(([first, second]) => {
  assert.deepStrictEqual([first, second], [ids[1], ids[3]]);
  hook.disable();
  ids.length = 0;
  vm.runInContext('Promise.resolve()', early);
  assert.deepStrictEqual(ids, []);
});
