// The messages of failed assertions, as Node 24.21 words them.
const assert = require('node:assert');

const rows = [
  [() => assert.strictEqual(1, 2), 'Expected values to be strictly equal:\n\n1 !== 2\n'],
  [() => assert.deepStrictEqual({ a: 1 }, { a: 2 }),
    'Expected values to be strictly deep-equal:\n+ actual - expected\n\n  {\n+   a: 1\n-   a: 2\n  }\n'],
  [() => assert.ok(0), 'The expression evaluated to a falsy value:\n\n  assert.ok(0)\n'],
  [() => assert.throws(() => {}), 'Missing expected exception.'],
  [() => assert.equal(1, 2), '1 == 2'],
  [() => assert.deepStrictEqual(new Set([{ a: 1 }]), new Set([{ a: 1 }])), undefined],
  [() => assert.deepStrictEqual([, 1], [undefined, 1]), // eslint-disable-line no-sparse-arrays
    'Expected values to be strictly deep-equal:\n+ actual - expected\n\n  [\n+   <1 empty item>,\n-   undefined,\n    1\n  ]\n'],
];
for (const [run, message] of rows) {
  let got;
  try {
    run();
  } catch (error) {
    if (error.code !== 'ERR_ASSERTION' || error.name !== 'AssertionError') throw error;
    got = error.message;
  }
  if (got !== message) throw new Error(`${run}: ${JSON.stringify(got)}`);
}
