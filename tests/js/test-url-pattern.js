// URLPattern matches whole URLs and parts of them, and gives what its groups took.
const assert = require('node:assert');
assert.strictEqual(require('node:url').URLPattern, URLPattern);

const routes = new URLPattern('/books/:id(\\d+)/*', 'https://example.test');
assert.strictEqual(routes.pathname, '/books/:id(\\d+)/*');
assert.strictEqual(routes.hostname, 'example.test');
assert.strictEqual(routes.hasRegExpGroups, true);
const match = routes.exec('https://example.test/books/42/a/b');
assert.deepStrictEqual({ ...match.pathname.groups }, { id: '42', 0: 'a/b' });
assert.strictEqual(match.pathname.input, '/books/42/a/b');
assert.deepStrictEqual(match.inputs, ['https://example.test/books/42/a/b']);
assert.strictEqual(routes.exec('https://example.test/books/x/'), null);
assert.strictEqual(routes.test('/books/1/', 'https://example.test'), true);
assert.strictEqual(routes.test({ hostname: 'example.test', pathname: '/books/1/', protocol: 'https' }), true);

// A group that took no part has no value; a name may hold any letters.
assert.strictEqual(new URLPattern({ pathname: '/a/:b?' }).exec({ pathname: '/a' }).pathname.groups.b, undefined);
assert.strictEqual(new URLPattern({ pathname: '/:été' }).exec({ pathname: '/x' }).pathname.groups['été'], 'x');
assert.strictEqual(new URLPattern({ pathname: '/A' }, { ignoreCase: true }).test({ pathname: '/a' }), true);

assert.throws(() => URLPattern(), { code: 'ERR_CONSTRUCT_CALL_REQUIRED' });
assert.throws(() => new URLPattern('relative'), { code: 'ERR_INVALID_URL_PATTERN', name: 'TypeError' });
assert.throws(() => new URLPattern({ pathname: '/(\\d' }), { code: 'ERR_INVALID_URL_PATTERN' });
assert.throws(() => routes.test({}, 'https://example.test'), { code: 'ERR_OPERATION_FAILED' });
assert.throws(() => URLPattern.prototype.hash, { message: 'Illegal invocation' });
