'use strict';

// The array-like helpers of Readable: map, filter, take and so on give streams, reduce, toArray and so on promises.

const { AbortError, codes: { ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS, ERR_OUT_OF_RANGE } } = require('internal/errors');
const { validateAbortSignal, validateInteger, validateObject, validateFunction } = require('internal/validators');
const { finished } = require('internal/streams/end_of_stream');
const { addAbortSignalNoValidate } = require('internal/streams/add_abort_signal');
const { isWritable, isNodeStream } = require('internal/streams/utils');
const compose = (...args) => require('internal/streams/compose')(...args);

const kEmpty = Symbol('kEmpty');
const kEof = Symbol('kEof');

function composeWith(stream, options) {
  if (options != null) validateObject(options, 'options');
  validateAbortSignal(options?.signal, 'options.signal');
  if (isNodeStream(stream) && !isWritable(stream)) throw new ERR_INVALID_ARG_VALUE('stream', stream, 'must be writable');
  const composed = compose(this, stream);
  if (options?.signal) addAbortSignalNoValidate(options.signal, composed);
  return composed;
}

function checkOptions(options) {
  if (options != null) validateObject(options, 'options');
  validateAbortSignal(options?.signal, 'options.signal');
}

// Runs `fn` over the chunks, `concurrency` at a time, and yields the results in order.
function map(fn, options) {
  validateFunction(fn, 'fn');
  checkOptions(options);
  let concurrency = 1;
  if (options?.concurrency != null) concurrency = Math.floor(options.concurrency);
  let highWaterMark = concurrency - 1;
  if (options?.highWaterMark != null) highWaterMark = Math.floor(options.highWaterMark);
  validateInteger(concurrency, 'options.concurrency', 1);
  validateInteger(highWaterMark, 'options.highWaterMark', 0);
  highWaterMark += concurrency;

  return async function* map() {
    const signal = AbortSignal.any([options?.signal].filter(Boolean));
    const stream = this;
    const queue = [];
    const signalOption = { signal };
    let wakeReader;
    let wakeWriter;
    let done = false;
    let running = 0;

    function onCatch() {
      done = true;
      afterOne();
    }
    function afterOne() {
      running--;
      maybeResume();
    }
    function maybeResume() {
      if (wakeWriter && !done && running < concurrency && queue.length < highWaterMark) {
        wakeWriter();
        wakeWriter = null;
      }
    }
    async function pump() {
      try {
        for await (let chunk of stream) {
          if (done) return;
          if (signal.aborted) throw new AbortError();
          try {
            chunk = fn(chunk, signalOption);
            if (chunk === kEmpty) continue;
            chunk = Promise.resolve(chunk);
          } catch (error) {
            chunk = Promise.reject(error);
          }
          running++;
          chunk.then(afterOne, onCatch);
          queue.push(chunk);
          if (wakeReader) {
            wakeReader();
            wakeReader = null;
          }
          if (!done && (queue.length >= highWaterMark || running >= concurrency)) {
            await new Promise((resolve) => { wakeWriter = resolve; });
          }
        }
        queue.push(kEof);
      } catch (error) {
        const failed = Promise.reject(error);
        failed.then(afterOne, onCatch);
        queue.push(failed);
      } finally {
        done = true;
        if (wakeReader) {
          wakeReader();
          wakeReader = null;
        }
      }
    }
    pump();
    try {
      for (;;) {
        while (queue.length > 0) {
          const value = await queue[0];
          if (value === kEof) return;
          if (signal.aborted) throw new AbortError();
          if (value !== kEmpty) yield value;
          queue.shift();
          maybeResume();
        }
        await new Promise((resolve) => { wakeReader = resolve; });
      }
    } finally {
      done = true;
      if (wakeWriter) {
        wakeWriter();
        wakeWriter = null;
      }
    }
  }.call(this);
}

async function some(fn, options) {
  for await (const unused of filter.call(this, fn, options)) {
    void unused;
    return true;
  }
  return false;
}

async function every(fn, options) {
  validateFunction(fn, 'fn');
  // every(x) is not some(not x).
  return !(await some.call(this, async (...args) => !(await fn(...args)), options));
}

async function find(fn, options) {
  for await (const result of filter.call(this, fn, options)) return result;
  return undefined;
}

async function forEach(fn, options) {
  validateFunction(fn, 'fn');
  async function each(value, own) {
    await fn(value, own);
    return kEmpty;
  }
  for await (const unused of map.call(this, each, options)) void unused;
}

function filter(fn, options) {
  validateFunction(fn, 'fn');
  async function keep(value, own) {
    return (await fn(value, own)) ? value : kEmpty;
  }
  return map.call(this, keep, options);
}

class ReduceAwareErrMissingArgs extends ERR_MISSING_ARGS {
  constructor() {
    super('reduce');
    this.message = 'Reduce of an empty stream requires an initial value';
  }
}

async function reduce(reducer, initial, options) {
  validateFunction(reducer, 'reducer');
  checkOptions(options);
  let hasInitial = arguments.length > 1;
  if (options?.signal?.aborted) {
    const error = new AbortError(undefined, { cause: options.signal.reason });
    this.once('error', () => {}); // the caller gets it
    await finished(this.destroy(error)).catch(() => {});
    throw error;
  }
  const controller = new AbortController();
  const { signal } = controller;
  if (options?.signal) options.signal.addEventListener('abort', () => controller.abort(), { once: true });
  let empty = true;
  try {
    for await (const value of this) {
      empty = false;
      if (options?.signal?.aborted) throw new AbortError();
      if (!hasInitial) {
        initial = value;
        hasInitial = true;
      } else {
        initial = await reducer(initial, value, { signal });
      }
    }
    if (empty && !hasInitial) throw new ReduceAwareErrMissingArgs();
  } finally {
    controller.abort();
  }
  return initial;
}

async function toArray(options) {
  checkOptions(options);
  const result = [];
  for await (const value of this) {
    if (options?.signal?.aborted) throw new AbortError(undefined, { cause: options.signal.reason });
    result.push(value);
  }
  return result;
}

function flatMap(fn, options) {
  const values = map.call(this, fn, options);
  return async function* flatMap() {
    for await (const value of values) yield* value;
  }.call(this);
}

function toCount(number) {
  number = Number(number);
  if (Number.isNaN(number)) return 0;
  if (number < 0) throw new ERR_OUT_OF_RANGE('number', '>= 0', number);
  return number;
}

function drop(number, options) {
  checkOptions(options);
  number = toCount(number);
  return async function* drop() {
    if (options?.signal?.aborted) throw new AbortError();
    for await (const value of this) {
      if (options?.signal?.aborted) throw new AbortError();
      if (number-- <= 0) yield value;
    }
  }.call(this);
}

function take(number, options) {
  checkOptions(options);
  number = toCount(number);
  return async function* take() {
    if (options?.signal?.aborted) throw new AbortError();
    for await (const value of this) {
      if (options?.signal?.aborted) throw new AbortError();
      if (number-- > 0) yield value;
      // Not one chunk more than asked for is read.
      if (number <= 0) return;
    }
  }.call(this);
}

module.exports.streamReturningOperators = { drop, filter, flatMap, map, take, compose: composeWith };
module.exports.promiseReturningOperators = { every, forEach, reduce, toArray, some, find };
