// Arrays and views are compared by their elements and by what other properties they have, large ones at once.
const assert = require('node:assert');

const large = () => new Uint8Array(4 << 20).fill(7);
const before = process.cpuUsage();
assert.deepStrictEqual(large(), large());
const { user } = process.cpuUsage(before);
assert.ok(user < 1e6, `${user} us for 4 MiB`); // a property key an element would take more

const tagged = (array, key, value = 1) => Object.assign(array, { [key]: value });
for (const make of [() => [1, 2], () => new Uint8Array(2), () => new String('ab')]) {
  assert.deepStrictEqual(make(), make());
  assert.deepStrictEqual(tagged(make(), 'more'), tagged(make(), 'more'));
  assert.notDeepStrictEqual(tagged(make(), 'more'), make());
  assert.notDeepStrictEqual(make(), tagged(make(), 'more'));
  assert.notDeepStrictEqual(tagged(make(), 'more', 1), tagged(make(), 'more', 2));
  assert.notDeepStrictEqual(tagged(make(), Symbol.for('s'), 1), tagged(make(), Symbol.for('s'), 2));
  assert.deepEqual(tagged(make(), Symbol.for('s'), 1), make());
}
