'use strict';

// https://nodejs.org/api/perf_hooks.html: the clock, marks and measures, and their observers.

const { utilization } = require('internal/utilization');
const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, ERR_MISSING_ARGS, ERR_PERFORMANCE_INVALID_TIMESTAMP },
} = require('internal/errors');
const { EventTarget } = require('internal/event_target');
const { validateFunction, validateNumber, validateObject } = require('internal/validators');
const { customInspectSymbol: kInspect } = require('internal/util');
const { structuredClone } = require('internal/structured_clone');

const kMake = Symbol('make');
const kWants = Symbol('wants');
const clock = internalBinding('clock');
const { now } = clock;
let origin;
const timeOrigin = () => (origin ??= clock.timeOrigin());

function inspectEntry(self, depth, options) {
  if (depth < 0) return self;
  const { inspect } = require('internal/util/inspect');
  const shown = { name: self.name, entryType: self.entryType, startTime: self.startTime, duration: self.duration };
  if ('detail' in self) shown.detail = self.detail;
  return `${self.constructor.name} ${inspect(shown, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
}

class PerformanceEntry {
  #name;
  #type;
  #start;
  #duration;
  constructor(key, name, type, start, duration) {
    if (key !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#name = name;
    this.#type = type;
    this.#start = start;
    this.#duration = duration;
  }
  get name() { return this.#name; }
  get entryType() { return this.#type; }
  get startTime() { return this.#start; }
  get duration() { return this.#duration; }
  toJSON() {
    return { name: this.name, entryType: this.entryType, startTime: this.startTime, duration: this.duration, ...('detail' in this ? { detail: this.detail } : {}) };
  }
  [kInspect](depth, options) { return inspectEntry(this, depth, options); }
}

class PerformanceMark extends PerformanceEntry {
  #detail;
  constructor(name, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    name = `${name}`;
    if (options != null) validateObject(options, 'options');
    const startTime = options?.startTime ?? now();
    validateNumber(startTime, 'startTime');
    if (startTime < 0) throw new ERR_PERFORMANCE_INVALID_TIMESTAMP(startTime);
    super(kMake, name, 'mark', startTime, 0);
    this.#detail = options?.detail == null ? null : structuredClone(options.detail);
  }
  get detail() { return this.#detail; }
}

class PerformanceMeasure extends PerformanceEntry {
  #detail;
  constructor(key, name, start, duration, detail) {
    super(key, name, 'measure', start, duration);
    this.#detail = detail;
  }
  get detail() { return this.#detail; }
}

// The timeline, in order of start time.
let entries = [];
const byStart = (list) => list.toSorted((a, b) => a.startTime - b.startTime);
const observers = new Set();
const pending = new Set();

function add(entry) {
  entries.push(entry);
  publish(entry);
}
function publish(entry) {
  for (const observer of observers) observer[kMake](entry);
}

// https://w3c.github.io/resource-timing/#dom-performanceresourcetiming: where each figure stands in what fetch measured.
const resourceFields = {
  __proto__: null,
  initiatorType: (it) => it.initiatorType,
  workerStart: (it) => it.info.finalServiceWorkerStartTime,
  redirectStart: (it) => it.info.redirectStartTime,
  redirectEnd: (it) => it.info.redirectEndTime,
  fetchStart: (it) => it.info.postRedirectStartTime,
  domainLookupStart: (it) => it.info.finalConnectionTimingInfo?.domainLookupStartTime,
  domainLookupEnd: (it) => it.info.finalConnectionTimingInfo?.domainLookupEndTime,
  connectStart: (it) => it.info.finalConnectionTimingInfo?.connectionStartTime,
  connectEnd: (it) => it.info.finalConnectionTimingInfo?.connectionEndTime,
  secureConnectionStart: (it) => it.info.finalConnectionTimingInfo?.secureConnectionStartTime,
  nextHopProtocol: (it) => it.info.finalConnectionTimingInfo?.ALPNNegotiatedProtocol,
  requestStart: (it) => it.info.finalNetworkRequestStartTime,
  responseStart: (it) => it.info.finalNetworkResponseStartTime,
  responseEnd: (it) => it.info.endTime,
  encodedBodySize: (it) => it.info.encodedBodySize,
  decodedBodySize: (it) => it.info.decodedBodySize,
  transferSize: (it) => (it.cacheMode === 'local' ? 0 : it.cacheMode === 'validated' ? 300 : it.info.encodedBodySize + 300),
  deliveryType: (it) => it.deliveryType,
  responseStatus: (it) => it.responseStatus,
};
class PerformanceResourceTiming extends PerformanceEntry {
  #it;
  constructor(key, url, it) {
    if (key !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super(key, url, 'resource', it.info.startTime, it.info.endTime - it.info.startTime);
    this.#it = it;
  }
  static {
    for (const name of Object.keys(resourceFields)) {
      const read = resourceFields[name];
      Object.defineProperty(this.prototype, name, {
        __proto__: null, configurable: true, enumerable: true,
        get() { return read(this.#it); },
      });
    }
  }
  toJSON() {
    const json = super.toJSON();
    for (const name of Object.keys(resourceFields)) json[name] = this[name];
    return json;
  }
}

class PerformanceObserverEntryList {
  #entries;
  constructor(key, list) {
    if (key !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#entries = byStart(list);
  }
  getEntries() { return this.#entries.slice(); }
  getEntriesByType(type) { return this.#entries.filter((entry) => entry.entryType === `${type}`); }
  getEntriesByName(name, type = undefined) {
    return this.#entries.filter((entry) => entry.name === `${name}` && (type === undefined || entry.entryType === `${type}`));
  }
}

const kSupported = ['dns', 'function', 'http2', 'mark', 'measure', 'resource'];

class PerformanceObserver {
  #callback;
  #types = new Set();
  #mode;
  #buffer = [];
  constructor(callback) {
    validateFunction(callback, 'callback');
    this.#callback = callback;
  }
  static get supportedEntryTypes() { return kSupported.slice(); }

  observe(options = {}) {
    validateObject(options, 'options');
    const { entryTypes, type, buffered } = options;
    if (entryTypes === undefined && type === undefined) throw new ERR_MISSING_ARGS('options.entryTypes', 'options.type');
    if (entryTypes != null && type != null) {
      throw new ERR_INVALID_ARG_VALUE('options.entryTypes', entryTypes, 'options.entryTypes can not set with options.type together');
    }
    const mode = entryTypes != null ? 'multiple' : 'single';
    if (this.#mode !== undefined && this.#mode !== mode) throw new ERR_INVALID_ARG_VALUE('options', options);
    this.#mode = mode;
    if (mode === 'multiple') {
      if (!Array.isArray(entryTypes)) throw new ERR_INVALID_ARG_TYPE('options.entryTypes', 'string[]', entryTypes);
      this.#types = new Set(entryTypes.filter((each) => kSupported.includes(each)));
    } else if (kSupported.includes(type)) {
      this.#types.add(type);
      if (buffered) for (const entry of entries) if (entry.entryType === type) this[kMake](entry);
    }
    if (this.#types.size > 0) observers.add(this);
    else this.disconnect();
  }
  disconnect() {
    observers.delete(this);
    pending.delete(this);
    this.#buffer = [];
    this.#types = new Set();
    this.#mode = undefined;
  }
  takeRecords() {
    const list = this.#buffer;
    this.#buffer = [];
    return list;
  }
  [kMake](entry) {
    if (!this.#types.has(entry.entryType)) return;
    this.#buffer.push(entry);
    if (pending.size === 0) setImmediate(deliver);
    pending.add(this);
  }
  [kWants](type) { return this.#types.has(type); }
  static deliver(observer) {
    const list = observer.takeRecords();
    if (list.length > 0) Reflect.apply(observer.#callback, observer, [new PerformanceObserverEntryList(kMake, list), observer]);
  }
}
const deliverTo = PerformanceObserver.deliver;
delete PerformanceObserver.deliver;
function deliver() {
  const all = [...pending];
  pending.clear();
  for (const observer of all) deliverTo(observer);
}

// An entry of the core's own, with details of its type.
class PerformanceNodeEntry extends PerformanceEntry {
  #detail;
  constructor(key, name, type, start, duration, detail) {
    super(key, name, type, start, duration);
    this.#detail = detail;
  }
  get detail() { return this.#detail; }
}
Object.assign(require('internal/perf_observe').observing, {
  wants(type) {
    for (const observer of observers) if (observer[kWants](type)) return true;
    return false;
  },
  publish(name, type, start, duration, detail) {
    const entry = new PerformanceNodeEntry(kMake, name, type, start, duration, detail);
    // Those of http2 have their details as properties of their own, too.
    publish(type === 'http2' ? Object.assign(entry, detail) : entry);
  },
});

// A mark's time, or the number itself.
function timeOf(value) {
  if (typeof value === 'number') {
    if (value < 0) throw new ERR_PERFORMANCE_INVALID_TIMESTAMP(value);
    return value;
  }
  const name = `${value}`;
  const mark = entries.findLast((entry) => entry.entryType === 'mark' && entry.name === name);
  if (mark === undefined) {
    const { lazyDOMException } = require('internal/util');
    throw lazyDOMException(`The "${name}" performance mark has not been set`, 'SyntaxError');
  }
  return mark.startTime;
}

// https://nodejs.org/api/perf_hooks.html#performanceeventlooputilizationutilization1-utilization2
function eventLoopUtilization(first, second) {
  const start = clock.loopStart();
  if (start < 0) return { idle: 0, active: 0, utilization: 0 };
  return utilization(now() - start, clock.idleTime(), first, second);
}

// https://nodejs.org/api/perf_hooks.html#perf_hookstimerifyfn-options: observers hear how long each call took.
function timerify(fn, options = {}) {
  validateFunction(fn, 'fn');
  validateObject(options, 'options');
  const { histogram } = options;
  if (histogram !== undefined && !(histogram instanceof require('internal/histogram').RecordableHistogram)) {
    throw new ERR_INVALID_ARG_TYPE('options.histogram', 'RecordableHistogram', histogram);
  }
  function timerified(...args) {
    const start = now();
    const done = () => {
      const duration = now() - start;
      // In nanoseconds; what took less than one counts as one.
      histogram?.record(Math.max(1, Math.ceil(duration * 1e6)));
      publish(new PerformanceEntry(kMake, fn.name, 'function', start, duration));
    };
    const result = new.target ? Reflect.construct(fn, args, fn) : Reflect.apply(fn, this, args);
    if (!new.target && typeof result?.finally === 'function') return result.finally(done);
    done();
    return result;
  }
  Object.defineProperties(timerified, {
    length: { __proto__: null, configurable: false, enumerable: true, value: fn.length },
    name: { __proto__: null, configurable: false, enumerable: true, value: `timerified ${fn.name}` },
  });
  return timerified;
}

class Performance extends EventTarget {
  constructor(key = undefined) {
    if (key !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
  }
  now() {
    if (!(this instanceof Performance)) throw new ERR_INVALID_THIS('Performance');
    return now();
  }
  get timeOrigin() { return timeOrigin(); }
  mark(name, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    const mark = new PerformanceMark(name, options);
    add(mark);
    return mark;
  }
  measure(name, startOrOptions = undefined, endMark = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    let start = 0;
    let end;
    let detail = null;
    if (startOrOptions !== null && typeof startOrOptions === 'object') {
      const options = startOrOptions;
      if (options.duration !== undefined && options.end !== undefined && options.start !== undefined) {
        throw new ERR_INVALID_ARG_VALUE('options', options, 'may not have start, end and duration together');
      }
      if (options.end !== undefined) end = timeOf(options.end);
      else if (options.start !== undefined && options.duration !== undefined) end = timeOf(options.start) + options.duration;
      else end = now();
      if (options.start !== undefined) start = timeOf(options.start);
      else if (options.duration !== undefined && options.end !== undefined) start = end - options.duration;
      if (options.detail != null) detail = structuredClone(options.detail);
    } else {
      if (startOrOptions !== undefined) start = timeOf(startOrOptions);
      end = endMark !== undefined ? timeOf(endMark) : now();
    }
    const measure = new PerformanceMeasure(kMake, `${name}`, start, end - start, detail);
    add(measure);
    return measure;
  }
  // What fetch measured of one request: https://nodejs.org/api/perf_hooks.html#performancemarkresourcetimingtiminginfo-requestedurl-initiatortype-global-cachemode-bodyinfo-responsestatus-deliverytype
  markResourceTiming(info, requestedUrl, initiatorType, global, cacheMode, bodyInfo, responseStatus, deliveryType = '') {
    if (cacheMode !== '' && cacheMode !== 'local' && cacheMode !== 'validated') throw new ERR_INVALID_ARG_VALUE('cacheMode', cacheMode);
    const entry = new PerformanceResourceTiming(kMake, `${requestedUrl}`, { info, initiatorType, cacheMode, bodyInfo, responseStatus, deliveryType });
    if (resourceCount() < resourceLimit) add(entry);
    else publish(entry);
    return entry;
  }
  setResourceTimingBufferSize(size) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('maxSize');
    resourceLimit = Math.max(0, Math.trunc(Number(size)) || 0);
  }
  clearResourceTimings(name = undefined) { clear('resource', name); }
  clearMarks(name = undefined) { clear('mark', name); }
  clearMeasures(name = undefined) { clear('measure', name); }
  getEntries() { return byStart(entries); }
  getEntriesByName(name, type = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return byStart(entries.filter((entry) => entry.name === `${name}` && (type === undefined || entry.entryType === `${type}`)));
  }
  getEntriesByType(type) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    return byStart(entries.filter((entry) => entry.entryType === `${type}`));
  }
  toJSON() { return { timeOrigin: this.timeOrigin, eventLoopUtilization: eventLoopUtilization() }; }
  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `Performance ${inspect({ timeOrigin: this.timeOrigin }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}
// The module's own functions, as methods too.
for (const method of [eventLoopUtilization, timerify]) {
  Object.defineProperty(Performance.prototype, method.name, { __proto__: null, configurable: true, enumerable: true, writable: true, value: method });
}

// Entries of requests that are kept; observers hear of all.
let resourceLimit = 250;
function resourceCount() {
  let count = 0;
  for (const entry of entries) if (entry.entryType === 'resource') count++;
  return count;
}
function clear(type, name) {
  entries = entries.filter((entry) => entry.entryType !== type || (name !== undefined && entry.name !== `${name}`));
}

for (const type of [PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver, PerformanceObserverEntryList, PerformanceResourceTiming, Performance]) {
  Object.defineProperty(type.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: type.name });
}

module.exports = {
  Performance,
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
  PerformanceObserver,
  PerformanceObserverEntryList,
  PerformanceResourceTiming,
  createHistogram(options) { return require('internal/histogram').createHistogram(options); },
  eventLoopUtilization,
  timerify,
  monitorEventLoopDelay(options) { return require('internal/histogram').monitorEventLoopDelay(options); },
  performance: new Performance(kMake),
};

