'use strict';

// pipeline(...streams, callback): joins streams, iterables, functions and web streams, and takes all of them down when one fails.

const { AbortError, aggregateTwoErrors, codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE, ERR_MISSING_ARGS, ERR_STREAM_DESTROYED, ERR_STREAM_PREMATURE_CLOSE } } =
  require('internal/errors');
const { validateFunction, validateAbortSignal } = require('internal/validators');
const eos = require('internal/streams/end_of_stream');
const destroyImpl = require('internal/streams/destroy');
const Duplex = require('internal/streams/duplex');
const {
  isIterable, isReadable, isReadableNodeStream, isNodeStream, isTransformStream, isWebStream, isReadableStream, isReadableFinished,
} = require('internal/streams/utils');

let PassThrough;
let Readable;

function destroyer(stream, reading, writing) {
  let finished = false;
  stream.on('close', () => { finished = true; });
  const cleanup = eos(stream, { readable: reading, writable: writing }, (error) => { finished = !error; });
  return {
    destroy(error) {
      if (finished) return;
      finished = true;
      destroyImpl.destroyer(stream, error || new ERR_STREAM_DESTROYED('pipe'));
    },
    cleanup,
  };
}

function popCallback(streams) {
  validateFunction(streams[streams.length - 1], 'streams[stream.length - 1]');
  return streams.pop();
}

function makeAsyncIterable(value) {
  if (isIterable(value)) return value;
  if (isReadableNodeStream(value)) {
    Readable ??= require('internal/streams/readable');
    return Readable.prototype[Symbol.asyncIterator].call(value);
  }
  throw new ERR_INVALID_ARG_TYPE('val', ['Readable', 'Iterable', 'AsyncIterable'], value);
}

// Writes what an iterable yields to a stream.
async function pumpToNode(iterable, writable, finish, { end }) {
  let error;
  let wake = null;
  const resume = (failure) => {
    if (failure) error = failure;
    if (wake) {
      const callback = wake;
      wake = null;
      callback();
    }
  };
  const drained = () => new Promise((resolve, reject) => {
    if (error) {
      reject(error);
    } else {
      wake = () => (error ? reject(error) : resolve());
    }
  });
  writable.on('drain', resume);
  const cleanup = eos(writable, { readable: false }, resume);
  try {
    if (writable.writableNeedDrain) await drained();
    for await (const chunk of iterable) {
      if (!writable.write(chunk)) await drained();
    }
    if (end) {
      writable.end();
      await drained();
    }
    finish();
  } catch (failure) {
    finish(error !== failure ? aggregateTwoErrors(error, failure) : failure);
  } finally {
    cleanup();
    writable.off('drain', resume);
  }
}

async function pumpToWeb(readable, writable, finish, { end }) {
  if (isTransformStream(writable)) writable = writable.writable;
  const writer = writable.getWriter();
  try {
    for await (const chunk of readable) {
      await writer.ready;
      writer.write(chunk).catch(() => {});
    }
    await writer.ready;
    if (end) await writer.close();
    finish();
  } catch (error) {
    try {
      await writer.abort(error);
      finish(error);
    } catch (failure) {
      finish(failure);
    }
  }
}

function once(callback) {
  let called = false;
  return (...args) => {
    if (called) return;
    called = true;
    callback(...args);
  };
}

function pipeline(...streams) {
  return pipelineImpl(streams, once(popCallback(streams)));
}

function pipelineImpl(streams, callback, options) {
  if (streams.length === 1 && Array.isArray(streams[0])) streams = streams[0];
  if (streams.length < 2) throw new ERR_MISSING_ARGS('streams');

  const controller = new AbortController();
  const { signal } = controller;
  const outerSignal = options?.signal;
  // What is still listened to on the last stream once all is over.
  const lastStreamCleanup = [];
  validateAbortSignal(outerSignal, 'options.signal');

  function abort() {
    finishNow(new AbortError(undefined, { cause: outerSignal?.reason }));
  }
  let disposable;
  if (outerSignal) disposable = require('events').addAbortListener(outerSignal, abort);

  let error;
  let value;
  const destroys = [];
  let pending = 0;

  function finish(failure) {
    finishCounted(failure, --pending === 0);
  }
  function finishOnlyError(failure) {
    // An error destroys the whole pipeline; success is told by the other end.
    pending--;
    if (failure) finishCounted(failure, pending === 0);
    else if (pending === 0) finishCounted(undefined, true);
  }
  function finishNow(failure) {
    finishCounted(failure, --pending === 0);
  }
  function finishCounted(failure, final) {
    if (failure && (!error || error.code === 'ERR_STREAM_PREMATURE_CLOSE')) error = failure;
    if (!error && !final) return;
    while (destroys.length) destroys.shift()(error);
    disposable?.[Symbol.dispose]();
    controller.abort();
    if (final) {
      if (!error) lastStreamCleanup.forEach((cleanup) => cleanup());
      process.nextTick(callback, error, value);
    }
  }

  let result;
  for (let i = 0; i < streams.length; i++) {
    const stream = streams[i];
    const reading = i < streams.length - 1;
    const writing = i > 0;
    const end = reading || options?.end !== false;
    const isLast = i === streams.length - 1;

    if (isNodeStream(stream)) {
      if (end) {
        const { destroy, cleanup } = destroyer(stream, reading, writing);
        destroys.push(destroy);
        if (isReadable(stream) && isLast) lastStreamCleanup.push(cleanup);
      }
      // An error that comes after the pipeline is through is somebody else's; before, it must not be uncaught.
      const onError = (failure) => {
        if (!failure || failure.name === 'AbortError' || failure.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
        pending++;
        finish(failure);
      };
      stream.on('error', onError);
      if (isReadable(stream) && isLast) lastStreamCleanup.push(() => stream.removeListener('error', onError));
    }

    if (i === 0) {
      if (typeof stream === 'function') {
        result = stream({ signal });
        if (!isIterable(result)) throw new ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or Stream', 'source', result);
      } else if (isIterable(stream) || isReadableNodeStream(stream) || isTransformStream(stream)) {
        result = stream;
      } else {
        result = Duplex.from(stream);
      }
    } else if (typeof stream === 'function') {
      result = makeAsyncIterable(isTransformStream(result) ? result.readable : result);
      result = stream(result, { signal });
      if (reading) {
        if (!isIterable(result, true)) throw new ERR_INVALID_RETURN_VALUE('AsyncIterable', `transform[${i - 1}]`, result);
      } else {
        PassThrough ??= require('internal/streams/passthrough');
        // The pipeline gives a stream to its caller even when the last step only returns a promise.
        const through = new PassThrough({ objectMode: true });
        const then = result?.then;
        if (typeof then === 'function') {
          pending++;
          then.call(result, (settled) => {
            value = settled;
            if (settled != null) through.write(settled);
            if (end) through.end();
            process.nextTick(finish);
          }, (failure) => {
            through.destroy(failure);
            process.nextTick(finish, failure);
          });
        } else if (isIterable(result, true)) {
          pending++;
          pumpToNode(result, through, finish, { end });
        } else if (isReadableStream(result) || isTransformStream(result)) {
          pending++;
          pumpToNode(result.readable || result, through, finish, { end });
        } else {
          throw new ERR_INVALID_RETURN_VALUE('AsyncIterable or Promise', 'destination', result);
        }
        result = through;
        const { destroy, cleanup } = destroyer(result, false, true);
        destroys.push(destroy);
        if (isLast) lastStreamCleanup.push(cleanup);
      }
    } else if (isNodeStream(stream)) {
      if (isReadableNodeStream(result)) {
        pending += 2;
        const cleanup = pipe(result, stream, finish, finishOnlyError, { end });
        if (isReadable(stream) && isLast) lastStreamCleanup.push(cleanup);
      } else if (isTransformStream(result) || isReadableStream(result)) {
        pending++;
        pumpToNode(result.readable || result, stream, finish, { end });
      } else if (isIterable(result)) {
        pending++;
        pumpToNode(result, stream, finish, { end });
      } else {
        throw new ERR_INVALID_ARG_TYPE('val', ['Readable', 'Iterable', 'AsyncIterable', 'ReadableStream', 'TransformStream'], result);
      }
      result = stream;
    } else if (isWebStream(stream)) {
      if (isReadableNodeStream(result)) {
        pending++;
        pumpToWeb(makeAsyncIterable(result), stream, finish, { end });
      } else if (isReadableStream(result) || isIterable(result)) {
        pending++;
        pumpToWeb(result, stream, finish, { end });
      } else if (isTransformStream(result)) {
        pending++;
        pumpToWeb(result.readable, stream, finish, { end });
      } else {
        throw new ERR_INVALID_ARG_TYPE('val', ['Readable', 'Iterable', 'AsyncIterable', 'ReadableStream', 'TransformStream'], result);
      }
      result = stream;
    } else {
      result = Duplex.from(stream);
    }
  }

  if (signal?.aborted || outerSignal?.aborted) process.nextTick(abort);
  return result;
}

function pipe(source, destination, finish, finishOnlyError, { end }) {
  let ended = false;
  destination.on('close', () => {
    // The destination went while there was more to come.
    if (!ended) finishOnlyError(new ERR_STREAM_PREMATURE_CLOSE());
  });
  source.pipe(destination, { end: false });
  if (end) {
    const endDestination = () => {
      ended = true;
      destination.end();
    };
    if (isReadableFinished(source)) process.nextTick(endDestination);
    else source.once('end', endDestination);
  } else {
    finish();
  }
  eos(source, { readable: true, writable: false }, (error) => {
    const r = source._readableState;
    if (error && error.code === 'ERR_STREAM_PREMATURE_CLOSE' && r?.ended && !r.errored && !r.errorEmitted) {
      // Closed by its own end before 'end' was emitted: whether all was read is told by 'end' or 'error'.
      source.once('end', finish).once('error', finish);
    } else {
      finish(error);
    }
  });
  return eos(destination, { readable: false, writable: true }, finish);
}

module.exports = { pipelineImpl, pipeline };
