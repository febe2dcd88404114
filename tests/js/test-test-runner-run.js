// run() runs each file in a process of its own, streams what happens in it in the order of declaration, and a file
// without tests is a test itself; with isolation 'none' all run in this process.
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { run } = require('node:test');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-test-runner-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const file = (name, text) => {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
const one = file('one.cjs', `
  const { describe, it, test } = require('node:test');
  console.log('from one');
  test('a', async (t) => { await t.test('b', () => {}); t.diagnostic('note'); });
  describe('s', () => { it('fails', () => { throw new RangeError('out'); }); });
`);
const plain = file('plain.mjs', 'process.exitCode = 3;');

async function collect(options) {
  const lines = [];
  let summary;
  for await (const { type, data } of run(options)) {
    if (type === 'test:pass' || type === 'test:fail') {
      const error = data.details.error?.cause ?? '';
      lines.push(`${type} ${data.nesting} ${data.testNumber} ${path.basename(data.name)} ${error}`.trim());
    } else if (type === 'test:plan') {
      lines.push(`plan ${data.nesting} ${data.count}`);
    } else if (type === 'test:diagnostic' && data.message === 'note') {
      lines.push('note');
    } else if (type === 'test:stdout') {
      lines.push(data.message.trim());
    } else if (type === 'test:summary' && data.file === undefined) {
      summary = data;
    }
  }
  return { lines, summary };
}

(async () => {
  const apart = await collect({ files: [one, plain] });
  assert.deepStrictEqual(apart.lines, [
    'from one',
    'test:pass 1 1 b', 'plan 1 1', 'test:pass 0 1 a', 'note',
    'test:fail 1 1 fails RangeError: out', 'plan 1 1', 'test:fail 0 2 s 1 subtest failed',
    'test:fail 0 3 plain.mjs test failed',
    'plan 0 3',
  ]);
  assert.strictEqual(apart.summary.success, false);
  assert.deepStrictEqual({ ...apart.summary.counts }, {
    tests: 4, failed: 2, passed: 2, cancelled: 0, skipped: 0, todo: 0, topLevel: 3, suites: 1,
  });

  const filtered = await collect({ files: [one], testNamePatterns: ['/^b$/', 'a'], concurrency: true });
  assert.deepStrictEqual(filtered.lines.slice(1, 3), ['test:pass 1 1 b', 'plan 1 1']);

  const together = await collect({ files: [one, plain], isolation: 'none' });
  assert.deepStrictEqual(together.lines.slice(-2), ['test:pass 0 3 plain.mjs', 'plan 0 3']);
  process.exitCode = 0;

  assert.throws(() => run({ files: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => run({ shard: { total: 2, index: 3 } }), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => run({ watch: true, shard: { total: 2, index: 1 } }), { code: 'ERR_INVALID_ARG_VALUE' });
})();
