'use strict';
// The wall time of a program that does nothing, from spawn to exit.
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { report, wanted } = require('./measure.js');

if (wanted('start-up, empty program')) {
  const program = path.join(__dirname, 'empty.js');
  const times = [];
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    const run = spawnSync(process.execPath, [program]);
    if (run.status !== 0) throw new Error(`${process.execPath} ended with ${run.status}`);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  report('start-up, empty program', 'ms', times[times.length >> 1]);
}
