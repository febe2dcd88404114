// Time of one fs.promises.readFile of 1 KiB, eight at a time.
// Unit: us/file
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'pkg-bench-')), 'file');
fs.writeFileSync(file, 'x'.repeat(1024));
async function round(count) {
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let i = 0; i < count / 8; i++) await fs.promises.readFile(file);
  }));
}
(async () => {
  await round(1000);
  const start = process.hrtime.bigint();
  await round(8000);
  console.log(Number(process.hrtime.bigint() - start) / 1e3 / 8000);
  fs.rmSync(path.dirname(file), { recursive: true });
})();
