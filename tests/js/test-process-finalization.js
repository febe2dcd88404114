// Callbacks for what has not been collected or taken back when the process ends, once for each. As in Node 24.21.
const assert = require('node:assert');

const calls = [];
const kept = { name: 'kept' };
const again = { name: 'taken back' };
process.finalization.registerBeforeExit(kept, (object, event) => {
  calls.push([object, event]);
  setTimeout(() => calls.push('more work'), 1);
});
process.finalization.register(kept, (object, event) => calls.push([object, event]));
process.finalization.register(again, () => calls.push('never'));
process.finalization.unregister(again);
process.finalization.unregister({});
for (const wrong of [undefined, null, 5, 'text']) {
  assert.throws(() => process.finalization.register(wrong, () => {}), { code: 'ERR_INVALID_ARG_TYPE' });
}
process.on('exit', () => assert.deepStrictEqual(calls, [[kept, 'beforeExit'], 'more work', [kept, 'exit']]));
