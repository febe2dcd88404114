// Globals of the web that programs take for granted are there. As in Node 24.
const assert = require('node:assert');

const event = new CustomEvent('x', { detail: 1 });
assert.strictEqual(event.detail, 1);
assert.ok(event instanceof Event);
assert.match(navigator.userAgent, /^Node\.js\/24$/);
assert.ok(navigator.hardwareConcurrency >= 1);
if (process.platform === 'linux' && process.arch === 'x64') assert.strictEqual(navigator.platform, 'Linux x86_64');
assert.throws(() => new Navigator(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
