// Callbacks of fs are resources; hooks that are enabled see their whole life.
const assert = require('node:assert');
const { createHook, executionAsyncId } = require('node:async_hooks');
const fs = require('node:fs');

const seen = [];
const ids = new Set();
const hook = createHook({
  init(id, type) {
    if (type !== 'FSREQCALLBACK') return;
    ids.add(id);
    seen.push('init');
  },
  before(id) { if (ids.has(id)) seen.push('before'); },
  after(id) { if (ids.has(id)) seen.push('after'); },
  destroy(id) { if (ids.has(id)) seen.push('destroy'); },
}).enable();
fs.stat('.', () => {
  seen.push(ids.has(executionAsyncId()));
  setTimeout(() => {
    hook.disable();
    assert.deepStrictEqual(seen, ['init', 'before', true, 'after', 'destroy']);
  }, 5);
});
