'use strict';

// Readable.from(iterable): a stream of what an iterator yields. The iterator is asked for more only when there is room.

const { Buffer } = require('buffer');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_STREAM_NULL_VALUES } } = require('internal/errors');

module.exports = function from(Readable, iterable, options) {
  if (typeof iterable === 'string' || iterable instanceof Buffer) {
    return new Readable({
      objectMode: true,
      ...options,
      read() {
        this.push(iterable);
        this.push(null);
      },
    });
  }
  let iterator;
  let isAsync;
  if (iterable?.[Symbol.asyncIterator]) {
    isAsync = true;
    iterator = iterable[Symbol.asyncIterator]();
  } else if (iterable?.[Symbol.iterator]) {
    isAsync = false;
    iterator = iterable[Symbol.iterator]();
  } else {
    throw new ERR_INVALID_ARG_TYPE('iterable', ['Iterable'], iterable);
  }

  const readable = new Readable({ objectMode: true, highWaterMark: 1, ...options });
  let reading = false;
  let isAsyncValues = false;

  readable._read = function() {
    if (reading) return;
    reading = true;
    if (isAsync) nextAsync();
    else if (isAsyncValues) nextSyncWithPromises();
    else nextSync();
  };

  readable._destroy = function(error, callback) {
    close(error).then(
      () => process.nextTick(callback, error),
      (failure) => process.nextTick(callback, failure || error));
  };

  async function close(error) {
    const failed = error !== undefined && error !== null;
    if (failed && typeof iterator.throw === 'function') {
      const { value, done } = await iterator.throw(error);
      await value;
      if (done) return;
    }
    if (typeof iterator.return === 'function') {
      const { value } = await iterator.return();
      await value;
    }
  }

  // Values of a plain iterator, as long as none is a promise: no tick in between.
  function nextSync() {
    for (;;) {
      try {
        const { value, done } = iterator.next();
        if (done) {
          readable.push(null);
          return;
        }
        if (value && typeof value.then === 'function') {
          isAsyncValues = true;
          settle(value);
          return;
        }
        if (!offer(value)) return;
      } catch (error) {
        readable.destroy(error);
        return;
      }
    }
  }

  async function settle(promise) {
    try {
      if (offer(await promise)) nextSyncWithPromises();
    } catch (error) {
      readable.destroy(error);
    }
  }

  async function nextSyncWithPromises() {
    for (;;) {
      try {
        const { value, done } = iterator.next();
        if (done) {
          readable.push(null);
          return;
        }
        if (!offer(value && typeof value.then === 'function' ? await value : value)) return;
      } catch (error) {
        readable.destroy(error);
        return;
      }
    }
  }

  async function nextAsync() {
    for (;;) {
      try {
        const { value, done } = await iterator.next();
        if (done) {
          readable.push(null);
          return;
        }
        if (!offer(value)) return;
      } catch (error) {
        readable.destroy(error);
        return;
      }
    }
  }

  // True when the stream wants another.
  function offer(value) {
    if (value === null) {
      reading = false;
      throw new ERR_STREAM_NULL_VALUES();
    }
    if (readable.push(value)) return true;
    reading = false;
    return false;
  }

  return readable;
};
