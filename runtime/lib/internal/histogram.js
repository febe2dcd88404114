'use strict';

// Histograms of perf_hooks: values fall into buckets that keep a number of significant digits, as HdrHistogram lays them out.
// https://nodejs.org/api/perf_hooks.html#class-histogram

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const { validateInteger, validateNumber, validateObject } = require('internal/validators');
const { customInspectSymbol: kInspect } = require('internal/util');

const kMake = Symbol('make');
const kNoMinimum = 9223372036854776000; // what an empty histogram answers

// Bits that a whole number needs.
function bits(value) {
  return value >= 0x100000000 ? 64 - Math.clz32(Math.floor(value / 0x100000000)) : 32 - Math.clz32(value);
}

class Buckets {
  constructor(lowest, highest, figures) {
    this.highest = highest;
    this.unit = bits(lowest) - 1;
    this.magnitude = Math.ceil(Math.log2(2 * 10 ** figures));
    this.half = 2 ** (this.magnitude - 1);
    let count = 1;
    for (let top = 2 * this.half * 2 ** this.unit; top <= highest; top *= 2) count++;
    this.length = (count + 1) * this.half;
    this.reset();
  }
  reset() {
    this.counts = new Map(); // sparse: most histograms use few of their buckets
    this.total = 0;
    this.exceeds = 0;
    this.minimum = Infinity;
    this.maximum = 0;
  }
  bucketOf(value) { return Math.max(bits(value), this.magnitude + this.unit) - this.unit - this.magnitude; }
  indexOf(value) {
    const bucket = this.bucketOf(value);
    return bucket * this.half + Math.floor(value / 2 ** (bucket + this.unit));
  }
  lowestOf(value) {
    const size = 2 ** (this.bucketOf(value) + this.unit);
    return Math.floor(value / size) * size;
  }
  sizeOf(value) {
    const bucket = this.bucketOf(value);
    const sub = Math.floor(value / 2 ** (bucket + this.unit));
    return 2 ** (this.unit + bucket + (sub >= 2 * this.half ? 1 : 0));
  }
  highestOf(value) { return this.lowestOf(value) + this.sizeOf(value) - 1; }
  middleOf(value) { return this.lowestOf(value) + Math.floor(this.sizeOf(value) / 2); }
  record(value, times = 1) {
    const index = this.indexOf(value);
    if (value > this.highest || index >= this.length) {
      this.exceeds += times;
      return;
    }
    const entry = this.counts.get(index);
    if (entry === undefined) this.counts.set(index, { value: this.lowestOf(value), count: times });
    else entry.count += times;
    this.total += times;
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
  }
  sorted() {
    return [...this.counts.entries()].sort((a, b) => a[0] - b[0]).map((pair) => pair[1]);
  }
  mean() {
    let sum = 0;
    for (const { value, count } of this.sorted()) sum += this.middleOf(value) * count;
    return sum / this.total;
  }
  stddev() {
    const mean = this.mean();
    let sum = 0;
    for (const { value, count } of this.sorted()) sum += (this.middleOf(value) - mean) ** 2 * count;
    return Math.sqrt(sum / this.total);
  }
  percentile(percent) {
    let left = Math.max(1, Math.floor((Math.min(percent, 100) / 100) * this.total + 0.5));
    for (const { value, count } of this.sorted()) {
      left -= count;
      if (left <= 0) return percent === 0 ? this.lowestOf(value) : this.highestOf(value);
    }
    return 0;
  }
  // Steps that halve what is left to 100: 0, 50, 75, 87.5, ... One step ends with each bucket at the most.
  percentiles() {
    const out = [];
    const all = this.sorted();
    let next = 0;
    let seen = 0;
    for (let i = 0; i < all.length;) {
      const { value, count } = all[i];
      const reached = (100 * (seen + count)) / this.total;
      if (next <= reached && next < 100) {
        out.push([next, value]);
        next += 100 / 2 ** Math.floor(Math.log(100 / (100 - next)) / Math.log(2) + 1);
        if (i === all.length - 1) break;
        continue;
      }
      seen += count;
      i++;
    }
    out.push([100, this.lowestOf(this.maximum)]);
    return out;
  }
}

const { kClone, markTransferMode } = require('internal/worker/transfer');

class Histogram {
  #buckets;
  constructor(key, buckets) {
    if (key !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    markTransferMode(this, true, false);
    this.#buckets = buckets;
  }
  static bucketsOf(histogram) { return histogram.#buckets; }
  static isHistogram(value) { return typeof value === 'object' && value !== null && #buckets in value; }
  [kClone]() { return { data: { ...this.#buckets }, deserializeInfo: 'internal/histogram:reviveHistogram' }; }
  get count() { return this.#buckets.total; }
  get countBigInt() { return BigInt(this.count); }
  get exceeds() { return this.#buckets.exceeds; }
  get exceedsBigInt() { return BigInt(this.exceeds); }
  get min() { return this.count === 0 ? kNoMinimum : this.#buckets.lowestOf(this.#buckets.minimum); }
  get minBigInt() { return this.count === 0 ? 9223372036854775807n : BigInt(this.min); }
  get max() { return this.count === 0 ? 0 : this.#buckets.highestOf(this.#buckets.maximum); }
  get maxBigInt() { return BigInt(this.max); }
  get mean() { return this.#buckets.mean(); }
  get stddev() { return this.#buckets.stddev(); }
  percentile(percentile) {
    validateNumber(percentile, 'percentile');
    if (!(percentile > 0 && percentile <= 100)) throw new ERR_OUT_OF_RANGE('percentile', '> 0 && <= 100', percentile);
    return this.#buckets.percentile(percentile);
  }
  percentileBigInt(percentile) { return BigInt(this.percentile(percentile)); }
  get percentiles() { return new Map(this.#buckets.total === 0 ? [[100, 0]] : this.#buckets.percentiles()); }
  get percentilesBigInt() { return new Map([...this.percentiles].map(([key, value]) => [key, BigInt(value)])); }
  reset() { this.#buckets.reset(); }
  toJSON() {
    const { count, exceeds, max, mean, min, stddev } = this;
    return { count, min, max, mean, exceeds, stddev, percentiles: Object.fromEntries(this.percentiles) };
  }
  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    const { exceeds, max, mean, min, stddev, count, percentiles } = this;
    return `Histogram ${inspect({ min, max, mean, exceeds, stddev, count, percentiles }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

class RecordableHistogram extends Histogram {
  #last;
  record(value) {
    if (typeof value === 'bigint') {
      if (value < 1n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ERR_OUT_OF_RANGE('val', '>= 1 && <= 9007199254740991', value);
      value = Number(value);
    } else {
      validateInteger(value, 'val', 1);
    }
    Histogram.bucketsOf(this).record(value);
  }
  recordDelta() {
    const now = process.hrtime.bigint();
    if (this.#last !== undefined && now > this.#last) Histogram.bucketsOf(this).record(Number(now - this.#last));
    this.#last = now;
  }
  add(other) {
    if (!(other instanceof RecordableHistogram)) throw new ERR_INVALID_ARG_TYPE('other', 'RecordableHistogram', other);
    const mine = Histogram.bucketsOf(this);
    const theirs = Histogram.bucketsOf(other);
    for (const { value, count } of theirs.counts.values()) mine.record(value, count);
    mine.exceeds += theirs.exceeds;
  }
}

// The delay of the event loop, sampled by a timer that keeps nothing alive.
class IntervalHistogram extends Histogram {
  #resolution;
  #timer = null;
  #last = 0n;
  constructor(key, buckets, resolution) {
    super(key, buckets);
    this.#resolution = resolution;
  }
  enable() {
    if (this.#timer !== null) return false;
    this.#last = process.hrtime.bigint();
    this.#timer = setInterval(() => {
      const now = process.hrtime.bigint();
      if (now > this.#last) Histogram.bucketsOf(this).record(Number(now - this.#last));
      this.#last = now;
    }, this.#resolution);
    this.#timer.unref();
    return true;
  }
  disable() {
    if (this.#timer === null) return false;
    clearInterval(this.#timer);
    this.#timer = null;
    return true;
  }
  [Symbol.dispose]() { this.disable(); }
}

function createHistogram(options = {}) {
  validateObject(options, 'options');
  const { lowest = 1, highest = Number.MAX_SAFE_INTEGER, figures = 3 } = options;
  for (const [name, value, least] of [['lowest', lowest, 1], ['highest', highest, 2 * Number(lowest)]]) {
    if (typeof value === 'bigint') continue;
    validateInteger(value, `options.${name}`, name === 'lowest' ? 1 : undefined);
    if (value < least) throw new ERR_INVALID_ARG_VALUE.RangeError(`options.${name}`, value);
  }
  validateInteger(figures, 'options.figures', 1, 5);
  return new RecordableHistogram(kMake, new Buckets(Number(lowest), Number(highest), figures));
}

function monitorEventLoopDelay(options = {}) {
  validateObject(options, 'options');
  const { resolution = 10 } = options;
  validateInteger(resolution, 'options.resolution', 1);
  return new IntervalHistogram(kMake, new Buckets(1, 3.6e12, 3), resolution);
}

// A recordable one stays so; what measures by itself becomes a plain histogram.
function reviveHistogram(figures) {
  return new Histogram(kMake, Object.assign(Object.create(Buckets.prototype), figures));
}

module.exports = {
  reviveHistogram, Histogram, IntervalHistogram, RecordableHistogram, createHistogram, monitorEventLoopDelay };
