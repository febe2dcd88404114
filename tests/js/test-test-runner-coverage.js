// Coverage tells the lines, branches and functions that the tests of all processes ran, and holds them to a least.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-test-coverage-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const write = (name, ...lines) => fs.writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
write('sum.js',
      'exports.sign = function sign(n) {',
      '  if (n < 0) {',
      "    return 'minus';",
      '  }',
      "  return 'plus';",
      '};',
      'exports.unused = function unused() {',
      '  return 1;',
      '};',
      '/* node:coverage ignore next 3 */',
      'exports.left = function left() {',
      '  return 1;',
      '};');
write('.other.js', 'exports.x = 1;');
write('a.test.js', "require('./.other.js');", "require('node:test')('a', () => { require('./sum.js').sign(1); });");
write('b.test.js', "require('node:test')('b', () => { require('./sum.js').sign(-1); });");
const env = { ...process.env, NODE_OPTIONS: '' };
delete env.NODE_V8_COVERAGE;
const run = (...args) => spawnSync(process.execPath, ['--test', '--experimental-test-coverage', ...args],
                                   { cwd: folder, encoding: 'utf8', env });
const report = ({ stdout }) => stdout.slice(stdout.indexOf('# start of coverage report'));

// One process runs one branch, the other process the other one.
let child = run('--test-reporter=tap', '--test-coverage-exclude=**/.*', '--test-coverage-exclude=*.test.js');
assert.strictEqual(child.status, 0, child.stdout + child.stderr);
assert.strictEqual(report(child), [
  '# start of coverage report',
  '# ----------------------------------------------------------',
  '# file      | line % | branch % | funcs % | uncovered lines',
  '# ----------------------------------------------------------',
  '# sum.js    |  92.31 |   100.00 |   66.67 | 8',
  '# ----------------------------------------------------------',
  '# all files |  92.31 |   100.00 |   66.67 | ',
  '# ----------------------------------------------------------',
  '# end of coverage report',
  '',
].join('\n'));

child = run('--test-reporter=lcov', '--test-coverage-include=sum.js', 'a.test.js');
assert.match(child.stdout, /^TN:\nSF:sum\.js\nFN:1,sign\nFN:7,unused\nFN:11,left\nFNDA:1,sign\nFNDA:0,unused\n/);
assert.match(child.stdout, /^DA:3,0$/m);
assert.match(child.stdout, /^DA:8,0$/m);
assert.match(child.stdout, /^end_of_record$/m);

child = run('--test-reporter=dot', '--test-coverage-lines=95', '--test-coverage-functions=50', '--test-coverage-include=sum.js');
assert.strictEqual(child.status, 1);
assert.match(child.stdout, /Error: 92\.31% line coverage does not meet threshold of 95%\./);
assert.doesNotMatch(child.stdout, /function coverage/);

child = run('--test-coverage-lines=101');
assert.match(child.stderr, /ERR_OUT_OF_RANGE.*"--test-coverage-lines" is out of range/);
assert.strictEqual(child.status, 1);

// Without tests: what ran is written for other tools.
const written = path.join(folder, 'written');
child = spawnSync(process.execPath, ['-e', "require('./sum.js').sign(1)"], { cwd: folder, env: { ...env, NODE_V8_COVERAGE: written } });
assert.strictEqual(child.status, 0);
const [name] = fs.readdirSync(written);
assert.match(name, /^coverage-\d+-\d{13}-\d+\.json$/);
const { result } = JSON.parse(fs.readFileSync(path.join(written, name), 'utf8'));
const script = result.find(({ url }) => url.endsWith('/sum.js'));
const sign = script.functions.find(({ functionName }) => functionName === 'sign');
assert.deepStrictEqual(sign.ranges.map(({ count }) => count), [1, 0]);
