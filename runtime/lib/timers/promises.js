'use strict';

// node:timers/promises. Documented in doc/api/timers.md, "Timers Promises API".

const { Timeout, Immediate, insert, clearImmediate } = require('internal/timers');
const { clearTimeout, clearInterval } = require('timers');
const {
  AbortError, codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS },
} = require('internal/errors');
const { validateAbortSignal, validateBoolean, validateNumber, validateObject } = require('internal/validators');

function cancel(clear, reject, signal) {
  clear();
  reject(new AbortError(undefined, { cause: signal.reason }));
}

// What the options say, or the error in them.
function readOptions(options) {
  validateObject(options, 'options');
  const { signal, ref = true } = options;
  validateAbortSignal(signal, 'options.signal');
  validateBoolean(ref, 'options.ref');
  return { signal, ref };
}

function untilDone(signal, start, clear) {
  return new Promise((resolve, reject) => {
    let onAbort;
    const item = start((value) => {
      if (onAbort) signal.removeEventListener('abort', onAbort);
      resolve(value);
    });
    if (signal) {
      onAbort = () => cancel(() => clear(item), reject, signal);
      signal.addEventListener('abort', onAbort, { __proto__: null, once: true });
    }
  });
}

function setTimeout(after, value, options = {}) {
  let signal;
  let ref;
  try {
    if (after !== undefined) validateNumber(after, 'delay');
    ({ signal, ref } = readOptions(options));
  } catch (error) {
    return Promise.reject(error);
  }
  if (signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
  return untilDone(signal, (resolve) => {
    const timer = new Timeout(resolve, after, [value], false, ref);
    insert(timer, timer._idleTimeout);
    return timer;
  }, clearTimeout);
}

function setImmediate(value, options = {}) {
  let signal;
  let ref;
  try {
    ({ signal, ref } = readOptions(options));
  } catch (error) {
    return Promise.reject(error);
  }
  if (signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
  return untilDone(signal, (resolve) => {
    const immediate = new Immediate(resolve, [value]);
    if (!ref) immediate.unref();
    return immediate;
  }, clearImmediate);
}

async function* setInterval(after, value, options = {}) {
  if (after !== undefined) validateNumber(after, 'delay');
  const { signal, ref } = readOptions(options);
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  let onAbort;
  let wake;
  let missed = 0;
  const timer = new Timeout(() => {
    missed++;
    wake?.();
    wake = undefined;
  }, after, undefined, true, ref);
  insert(timer, timer._idleTimeout);
  try {
    if (signal) {
      onAbort = () => {
        clearInterval(timer);
        wake?.(Promise.reject(new AbortError(undefined, { cause: signal.reason })));
        wake = undefined;
      };
      signal.addEventListener('abort', onAbort, { __proto__: null, once: true });
    }
    while (!signal?.aborted) {
      if (missed === 0) await new Promise((resolve) => { wake = resolve; });
      for (; missed > 0; missed--) yield value;
    }
    throw new AbortError(undefined, { cause: signal?.reason });
  } finally {
    clearInterval(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

const kScheduler = Symbol('kScheduler');

class Scheduler {
  constructor() {
    throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  yield() {
    if (!this[kScheduler]) throw new ERR_INVALID_THIS('Scheduler');
    return setImmediate();
  }

  wait(delay, options) {
    if (!this[kScheduler]) throw new ERR_INVALID_THIS('Scheduler');
    return setTimeout(delay, undefined, options);
  }
}

const scheduler = Reflect.construct(function() {
  this[kScheduler] = true;
}, [], Scheduler);

module.exports = { setTimeout, setImmediate, setInterval, scheduler };
