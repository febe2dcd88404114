// Runs the benchmarks in turns on the built runtime and, if given, on a peer; prints medians and their ratio.
//   compare.js --runs N --runtime NODE --pkg PKG [--peer COMMAND] [NAME...]
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, runtime: { type: 'string' }, pkg: { type: 'string' }, peer: { type: 'string' } },
});
const runs = Number(values.runs);

function timed(command, args) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${status}\n${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

// A program that prints one number, in the unit of its row.
function printed(command, script) {
  const { status, stdout, stderr } = spawnSync(command, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${script}: exit code ${status}\n${stderr}`);
  return Number(stdout);
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-bench-'));
const empty = path.join(scratch, 'empty.js');
fs.writeFileSync(empty, '');
const rows = [
  { name: 'start-up', unit: 'ms', run: (runtime) => timed(runtime, [empty]) },
  ...fs.readdirSync(__dirname).filter((name) => name.startsWith('bench-')).sort().map((file) => ({
    name: file.slice(6, -3), unit: fs.readFileSync(path.join(__dirname, file), 'utf8').match(/^\/\/ Unit: (.*)$/m)[1],
    run: (runtime) => printed(runtime, path.join(__dirname, file)),
  })),
];
try {
  if (positionals.length === 0) {
    const times = Array.from({ length: runs }, () => timed(values.pkg, ['--version']));
    console.log(`${'pkg --version'.padEnd(24)} ${median(times).toFixed(2)} ms`);
  }
  for (const { name, unit, run } of rows) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const own = [];
    const peer = [];
    for (let i = 0; i < runs; i++) {
      own.push(run(values.runtime));
      if (values.peer) peer.push(run(values.peer));
    }
    let line = `${name.padEnd(24)} ${median(own).toFixed(2)} ${unit}`;
    if (values.peer) line += `, peer ${median(peer).toFixed(2)}, ratio ${(median(own) / median(peer)).toFixed(2)}`;
    console.log(line);
  }
} finally {
  fs.rmSync(scratch, { recursive: true });
}
