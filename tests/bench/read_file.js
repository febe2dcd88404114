'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { measure, measureAsync } = require('./measure.js');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-bench-'));
const file = path.join(folder, 'kilobyte');
fs.writeFileSync(file, 'x'.repeat(1024));

(async () => {
  measure('readFileSync, 1 KB', 200, () => { for (let i = 0; i < 200; i++) fs.readFileSync(file); });
  await measureAsync('fs.promises.readFile, in turn', 200, async () => {
    for (let i = 0; i < 200; i++) await fs.promises.readFile(file);
  });
  await measureAsync('fs.promises.readFile, 32 at once', 320, async () => {
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 32 }, () => fs.promises.readFile(file)));
  });
  await measureAsync('fs.promises.stat, in turn', 200, async () => {
    for (let i = 0; i < 200; i++) await fs.promises.stat(file);
  });
  fs.rmSync(folder, { recursive: true });
})();
