'use strict';
// Prints the cost of one operation: the best of three rounds, in the form that compare.py reads. What lacks `part` (the
// first argument) in its name is left out.
const part = process.argv[2] ?? '';

function report(name, unit, value) { console.log(`${name}\t${unit}\t${value.toFixed(4)}`); }
function wanted(name) { return name.includes(part); }

// `operations`: how many of them one call of `body` makes.
function measure(name, operations, body, seconds = 0.3) {
  if (!wanted(name)) return;
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    let calls = 0, spent;
    const start = performance.now();
    do { body(); calls++; spent = performance.now() - start; } while (spent < seconds * 1000);
    best = Math.min(best, spent * 1000 / (calls * operations));
  }
  report(name, 'us', best);
}

// As measure(), of a body whose promise settles when its operations are done.
async function measureAsync(name, operations, body, seconds = 0.3) {
  if (!wanted(name)) return;
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    let calls = 0, spent;
    const start = performance.now();
    do { await body(); calls++; spent = performance.now() - start; } while (spent < seconds * 1000);
    best = Math.min(best, spent * 1000 / (calls * operations));
  }
  report(name, 'us', best);
}

module.exports = { measure, measureAsync, report, wanted };
