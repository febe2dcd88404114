// A histogram keeps three digits; its figures are those of Node 24 for the same values. The loop's figures add up.
const assert = require('node:assert');
const { createHistogram, eventLoopUtilization, monitorEventLoopDelay, performance } = require('node:perf_hooks');

const histogram = createHistogram();
assert.strictEqual(histogram.count, 0);
assert.ok(Number.isNaN(histogram.mean));
for (let i = 1; i <= 100; i++) histogram.record(i * 1000);
assert.strictEqual(histogram.count, 100);
assert.strictEqual(histogram.min, 1000);
assert.strictEqual(histogram.max, 100031);
assert.strictEqual(histogram.percentile(50), 50015);
assert.deepStrictEqual([...histogram.percentiles.keys()].slice(0, 4), [0, 50, 75, 87.5]);
assert.throws(() => histogram.record(0), { code: 'ERR_OUT_OF_RANGE' });
const other = createHistogram();
other.record(5n);
histogram.add(other);
assert.strictEqual(histogram.min, 5);
histogram.reset();
assert.strictEqual(histogram.count, 0);

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
setTimeout(() => {
  delay.disable();
  assert.ok(delay.count > 0);
  assert.ok(delay.min >= 1e6);
  const { active, idle, utilization } = eventLoopUtilization();
  assert.ok(idle > 10 && active > 0);
  assert.ok(Math.abs(utilization - active / (idle + active)) < 1e-9);
  const since = performance.eventLoopUtilization({ active, idle, utilization });
  assert.ok(since.active >= 0 && since.active < 100);
}, 60);
