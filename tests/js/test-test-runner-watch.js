// A run that watches runs a test file again when a module that it loaded changes, and ends when it is aborted.
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { run } = require('node:test');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-test-runner-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const write = (name, text) => fs.writeFileSync(path.join(folder, name), text);
write('dependency.js', "module.exports = 'first';");
write('a.test.js', "require('node:test')(require('./dependency.js'), () => {});");
write('b.test.js', "require('node:test')('b', () => {});");

const controller = new AbortController();
const events = [];
let rounds = 0;
const stream = run({ cwd: folder, watch: true, signal: controller.signal });
stream.on('data', ({ type, data }) => {
  if (type === 'test:pass') events.push(data.name);
  if (type === 'test:watch:restarted') events.push('restarted');
  if (type !== 'test:watch:drained') return;
  if (++rounds === 1) write('dependency.js', "module.exports = 'second';");
  else controller.abort();
});
stream.on('end', () => assert.deepStrictEqual(events, ['first', 'b', 'restarted', 'second']));
process.on('exit', () => assert.strictEqual(rounds, 2));
