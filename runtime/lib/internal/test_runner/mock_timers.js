'use strict';

// Timers and Date that go by a clock which the test moves. Spec: Node 24, test.md, "Class: MockTimers".

const nodeTimers = require('timers');
const nodeTimersPromises = require('timers/promises');
const {
  AbortError, codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE },
} = require('internal/errors');
const {
  validateAbortSignal, validateArray, validateFunction, validateNumber, validateObject, validateString,
} = require('internal/validators');
const { isDate } = require('internal/util/types');
const { ReflectApply } = primordials;

const kTimeoutMax = 2 ** 31 - 1;
const kApis = ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'scheduler.wait', 'AbortSignal.timeout'];
const RealDate = Date;

// A timer as programs see it.
class Timeout {
  #clock;

  constructor(clock, { id, callback, runAt, interval, args }) {
    this.id = id;
    this.callback = callback;
    this.runAt = runAt;
    this.interval = interval;
    this.args = args;
    this.#clock = clock;
  }
  hasRef() { return true; }
  ref() { return this; }
  unref() { return this; }
  refresh() { return this; }
  close() {
    this.#clock.clear(this);
    return this;
  }
  [Symbol.toPrimitive]() { return this.id; }
  [Symbol.dispose]() { this.#clock.clear(this); }
}

// The timers that wait, the first to run in front; of two for one time the older.
class Clock {
  now = 0;
  #waiting = [];
  #lastId = 0;

  add(callback, delay, args, interval) {
    let wait = delay;
    if (!(wait >= 1 && wait <= kTimeoutMax)) wait = 1;
    return this.#insert(callback, this.now + wait, args, interval ? wait : undefined);
  }
  // Before every timer that is due.
  addImmediate(callback, args) {
    return this.#insert(callback, this.now - 1, args, undefined);
  }
  #insert(callback, runAt, args, interval) {
    const timer = new Timeout(this, { __proto__: null, id: ++this.#lastId, callback, runAt, interval, args });
    this.#enqueue(timer);
    return timer;
  }
  #enqueue(timer) {
    let at = this.#waiting.length;
    while (at > 0 && this.#waiting[at - 1].runAt > timer.runAt) at--;
    this.#waiting.splice(at, 0, timer);
  }

  clear(timer) {
    if (timer === undefined || timer === null) return;
    const index = typeof timer === 'object' ? this.#waiting.indexOf(timer) :
      this.#waiting.findIndex(({ id }) => id === Number(timer));
    if (index !== -1) this.#waiting.splice(index, 1);
    if (typeof timer === 'object') timer.interval = undefined;
  }

  advance(milliseconds) {
    this.now += milliseconds;
    while (this.#waiting.length > 0 && this.#waiting[0].runAt <= this.now) {
      const timer = this.#waiting.shift();
      ReflectApply(timer.callback, timer, timer.args);
      if (timer.interval !== undefined) {
        timer.runAt += timer.interval;
        this.#enqueue(timer);
      }
    }
  }

  // The time of the last timer, or undefined.
  get last() { return this.#waiting.at(-1)?.runAt; }
}

class MockTimers {
  #clock;
  #restores = []; // what undoes each replacement

  enable(options = { __proto__: null }) {
    validateObject(options, 'options');
    if (this.#clock !== undefined) throw new ERR_INVALID_STATE('MockTimers is already enabled!');
    const { apis = kApis, now = 0 } = { __proto__: null, ...options };
    const start = isDate(now) ? now.getTime() : now;
    validateNumber(start, 'initialTime');
    validateTime(start);
    validateArray(apis, 'options.apis');
    apis.forEach((api, i) => {
      validateString(api, `options.apis[${i}]`);
      if (!kApis.includes(api)) throw new ERR_INVALID_ARG_VALUE('options.apis', api, `option ${api} is not supported`);
    });
    if (apis.includes('Date') && globalThis.Date.isMock) throw new ERR_INVALID_STATE('Date is already being mocked!');
    this.#clock = new Clock();
    this.#clock.now = start;
    const replace = (object, name, value) => this.#replace(object, name, value);
    for (const api of apis.length > 0 ? apis : kApis) kReplacements[api](this.#clock, replace);
  }

  #replace(object, name, value) {
    const descriptor = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, {
      __proto__: null, configurable: true, enumerable: descriptor?.enumerable ?? true, writable: true, value,
    });
    this.#restores.push(() => {
      if (descriptor === undefined) delete object[name];
      else Object.defineProperty(object, name, { __proto__: null, ...descriptor });
    });
  }

  #check() {
    if (this.#clock === undefined) {
      throw new ERR_INVALID_STATE('You should enable MockTimers first by calling the .enable function');
    }
  }

  tick(time = 1) {
    this.#check();
    validateNumber(time, 'time');
    validateTime(time);
    this.#clock.advance(time);
  }

  setTime(time = 0) {
    validateNumber(time, 'time');
    validateTime(time);
    this.#check();
    this.#clock.now = time;
  }

  runAll() {
    this.#check();
    const { last, now } = this.#clock;
    if (last !== undefined) this.#clock.advance(Math.max(last - now, 0));
  }

  reset() {
    if (this.#clock === undefined) return;
    for (const restore of this.#restores.reverse()) restore();
    this.#restores = [];
    this.#clock = undefined;
  }

  [Symbol.dispose]() { this.reset(); }
}

function validateTime(time) {
  if (!(time >= 0)) throw new ERR_INVALID_ARG_VALUE('time', 'positive integer', time);
}

// What each api stands for: replace(object, property, value).
const kReplacements = {
  '__proto__': null,
  'setTimeout'(clock, replace) {
    const set = (callback = () => {}, delay = 1, ...args) => {
      validateFunction(callback, 'callback');
      return clock.add(callback, delay, args, false);
    };
    everywhere(replace, 'setTimeout', set);
    everywhere(replace, 'clearTimeout', (timer) => clock.clear(timer));
    replace(nodeTimersPromises, 'setTimeout', (delay, value, options) => promised(
      clock, options, (done) => clock.add(done, delay, [value], false)));
  },
  'setInterval'(clock, replace) {
    const set = (callback = () => {}, delay = 1, ...args) => {
      validateFunction(callback, 'callback');
      return clock.add(callback, delay, args, true);
    };
    everywhere(replace, 'setInterval', set);
    everywhere(replace, 'clearInterval', (timer) => clock.clear(timer));
    replace(nodeTimersPromises, 'setInterval', (delay, value, options) => intervals(clock, delay, value, options));
  },
  'setImmediate'(clock, replace) {
    const set = (callback, ...args) => {
      validateFunction(callback, 'callback');
      return clock.addImmediate(callback, args);
    };
    everywhere(replace, 'setImmediate', set);
    everywhere(replace, 'clearImmediate', (timer) => clock.clear(timer));
    replace(nodeTimersPromises, 'setImmediate', (value, options) => promised(
      clock, options, (done) => clock.addImmediate(done, [value])));
  },
  'Date'(clock, replace) { replace(globalThis, 'Date', mockDate(clock)); },
  'scheduler.wait'(clock, replace) {
    replace(nodeTimersPromises.scheduler, 'wait', (delay, options) => promised(
      clock, options, (done) => clock.add(done, delay, [], false)));
  },
  'AbortSignal.timeout'(clock, replace) {
    replace(AbortSignal, 'timeout', (delay) => {
      const { validateUint32 } = require('internal/validators');
      validateUint32(delay, 'delay', false);
      const controller = new AbortController();
      clock.add(() => {
        controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      }, delay, [], false);
      return controller.signal;
    });
  },
};

function everywhere(replace, name, value) {
  replace(globalThis, name, value);
  replace(nodeTimers, name, value);
}

// A promise of what start(done) will hand over, rejected when the signal is aborted.
function promised(clock, options = { __proto__: null }, start) {
  return new Promise((resolve, reject) => {
    validateObject(options, 'options');
    const { signal } = options;
    validateAbortSignal(signal, 'options.signal');
    if (signal?.aborted) throw new AbortError(undefined, { __proto__: null, cause: signal.reason });
    let onAbort;
    const timer = start((value) => {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
      resolve(value);
    });
    if (signal === undefined) return;
    onAbort = () => {
      clock.clear(timer);
      reject(new AbortError(undefined, { __proto__: null, cause: signal.reason }));
    };
    signal.addEventListener('abort', onAbort, { __proto__: null, once: true });
  });
}

// timers/promises' setInterval(): the value for each time that the interval passed.
async function* intervals(clock, delay, value, options = { __proto__: null }) {
  validateObject(options, 'options');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  const aborted = () => new AbortError(undefined, { __proto__: null, cause: signal.reason });
  if (signal?.aborted) throw aborted();
  let due = 0;
  let wake;
  const timer = clock.add(() => {
    due++;
    wake?.resolve();
  }, delay, [], true);
  const onAbort = () => wake?.reject(aborted());
  signal?.addEventListener('abort', onAbort, { __proto__: null, once: true });
  try {
    while (true) {
      if (signal?.aborted) throw aborted();
      if (due === 0) {
        wake = Promise.withResolvers();
        await wake.promise;
        wake = undefined;
      }
      for (; due > 0; due--) yield value;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    clock.clear(timer);
  }
}

// Date by the clock: like the real one but for what the time is now.
function mockDate(clock) {
  function MockDate(...args) {
    if (new.target === undefined) return new RealDate(clock.now).toString();
    const target = new.target === MockDate ? RealDate : new.target;
    return Reflect.construct(RealDate, args.length === 0 ? [clock.now] : args, target);
  }
  const descriptors = Object.getOwnPropertyDescriptors(RealDate);
  descriptors.now.value = () => clock.now;
  Object.defineProperties(MockDate, descriptors);
  Object.defineProperty(MockDate, 'isMock', { __proto__: null, configurable: false, enumerable: true, writable: false, value: true });
  MockDate.toString = () => 'function Date() { [native code] }';
  return MockDate;
}

module.exports = { MockTimers };
