// What a context's global object has of its own: the own properties of a plain sandbox, none that it inherits, and none of
// a proxy before they are defined from inside. As Node 24.22.3 answers.
const assert = require('node:assert');
const vm = require('node:vm');
const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

const key = Symbol('key');
const rows = [
  // sandbox, has(a), has(inherited), 'inherited' in, has(symbol)
  [{ a: 1 }, true, false, false, false],
  [Object.create({ inherited: 1 }, { a: { value: 1 } }), true, false, false, false],
  [new Proxy({ a: 1 }, {}), false, false, false, false],
];
for (const [sandbox, own, inherited, within, symbol] of rows) {
  const global = vm.runInContext('this', vm.createContext(sandbox));
  assert.deepStrictEqual([has(global, 'a'), has(global, 'inherited'), 'inherited' in global, has(global, key)],
                         [own, inherited, within, symbol]);
  assert.ok(has(global, 'Array'));
  Object.defineProperty(global, key, { value: 2 });
  assert.ok(has(global, key));
  assert.strictEqual(global[key], 2);
  global.late = 5;
  assert.ok(has(global, 'late'));
  assert.ok(delete global.late);
  assert.ok(!has(global, 'late') && !has(sandbox, 'late'));
}
assert.strictEqual(vm.runInNewContext('inherited', Object.create({ inherited: 7 })), 7);
