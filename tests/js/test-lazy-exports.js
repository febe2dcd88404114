// Exports that load their built-in when they are first read are plain data properties to everyone who looks: a class that
// copies or inherits them can be given others.
const assert = require('node:assert');
const lazies = [['module', 'SourceMap'], ['fs', 'Dir'], ['buffer', 'Blob'], ['util', 'TextDecoder'], ['https', 'globalAgent']];
for (const [id, key] of lazies) {
  const exports = require(id);
  const derived = Object.create(exports);
  derived[key] = 'mine';
  assert.strictEqual(derived[key], 'mine', id);
  const descriptor = Object.getOwnPropertyDescriptor(exports, key);
  assert.deepStrictEqual([descriptor.writable, descriptor.enumerable, descriptor.configurable, descriptor.value === exports[key]],
                         [true, true, true, true], id);
}
class Module extends require('module').Module {}
for (const [key, value] of Object.entries(require('module').Module)) Module[key] = value;
assert.strictEqual(typeof Module.SourceMap, 'function');
