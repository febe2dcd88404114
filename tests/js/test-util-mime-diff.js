// MIMEType, MIMEParams and diff(). Answers as Node 24.22.3 gives them.
const assert = require('node:assert');
const { MIMEType, MIMEParams, diff, stripVTControlCharacters } = require('node:util');

const rows = [
  ['TEXT/Plain ; Charset="utf-8"; a=b;c="d\\"e;f" ;g', 'text/plain;charset=utf-8;a=b;c="d\\"e;f"'],
  ['text/plain;a="unterminated', 'text/plain;a=unterminated'],
  ['text/plain;a=b ;c= d;e="q"x;f', 'text/plain;a=b;c=" d";e=q'],
  ['x/y;;;b=1;b=2', 'x/y;b=1'],
  ['x/y;a="', 'x/y;a=""'],
  ['x/y;a=\u0100;b', 'x/y'],
];
for (const [input, output] of rows) assert.strictEqual(String(new MIMEType(input)), output);
const refused = [
  ['a', 'type in "a" is invalid'], ['a/', 'subtype in "a/" is invalid'],
  ['  te xt/plain', 'type in "  te xt/plain" is invalid at 2'], ['x/y\f', 'subtype in "x/y\f" is invalid at 1'],
];
for (const [input, message] of refused) {
  assert.throws(() => new MIMEType(input), { name: 'TypeError', code: 'ERR_INVALID_MIME_SYNTAX', message: `The MIME syntax for a ${message}` });
  assert.strictEqual(MIMEType.parse(input), null);
}
const type = new MIMEType('text/plain;a=1');
type.type = 'APP';
type.params.set('K2', 'a b"\\');
assert.strictEqual(JSON.stringify(type), JSON.stringify('app/plain;a=1;k2="a b\\"\\\\"'));
assert.deepStrictEqual([...type.params], [['a', '1'], ['k2', 'a b"\\']]);
assert.throws(() => type.params.set('a b', 'x'), { message: 'The MIME syntax for a parameter name in "a b" is invalid at 1' });
assert.strictEqual(`${new MIMEParams()}`, '');

assert.deepStrictEqual(diff('ab', 'ac'), [[0, 'a'], [1, 'b'], [-1, 'c']]);
assert.deepStrictEqual(diff(['x'], ['x']), [[0, 'x']]);
assert.deepStrictEqual(diff('same', 'same'), []);
assert.throws(() => diff(['a', 1], 'a'), { code: 'ERR_INVALID_ARG_TYPE' });

assert.strictEqual(stripVTControlCharacters('\u001b]8;;https://a.test/(b)\u0007label\u001b]8;;\u0007'), 'label');
assert.strictEqual(stripVTControlCharacters('\u001b[38:2:255:0:0mred\u001b[0m'), 'red');
