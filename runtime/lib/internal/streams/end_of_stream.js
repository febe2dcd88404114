'use strict';

// finished(stream, callback): calls back once, when a stream of any kind is through, failed, or closed too early.

const { AbortError, codes: { ERR_INVALID_ARG_TYPE, ERR_STREAM_PREMATURE_CLOSE } } = require('internal/errors');
const { validateAbortSignal, validateBoolean, validateFunction, validateObject } = require('internal/validators');
const utils = require('internal/streams/utils');

const {
  isClosed, isReadable, isReadableNodeStream, isReadableStream, isReadableFinished, isReadableErrored, isWritable, isWritableNodeStream,
  isWritableStream, isWritableFinished, isWritableErrored, isNodeStream, willEmitClose, kIsClosedPromise,
} = utils;
const nothing = () => {};

function isRequest(stream) {
  return stream.setHeader && typeof stream.abort === 'function';
}

function onceOnly(callback) {
  let called = false;
  return function(...args) {
    if (called) return;
    called = true;
    callback.apply(this, args);
  };
}

// Runs the callback in the async context of the caller of finished().
function inContext(callback) {
  const { get, set } = internalBinding('async_context');
  const frame = get();
  if (frame === undefined) return callback;
  return function(...args) {
    const outer = get();
    set(frame);
    try {
      return callback.apply(this, args);
    } finally {
      set(outer);
    }
  };
}

function eos(stream, options, callback) {
  if (arguments.length === 2) {
    callback = options;
    options = {};
  } else if (options == null) {
    options = {};
  } else {
    validateObject(options, 'options');
  }
  validateFunction(callback, 'callback');
  validateAbortSignal(options.signal, 'options.signal');
  callback = onceOnly(inContext(callback));

  if (isReadableStream(stream) || isWritableStream(stream)) return eosWeb(stream, options, callback);
  if (!isNodeStream(stream)) throw new ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);

  const readable = options.readable ?? isReadableNodeStream(stream);
  const writable = options.writable ?? isWritableNodeStream(stream);
  const w = stream._writableState;
  const r = stream._readableState;

  // 'close' is waited for only when it is sure to come, and both asked-for sides are what the stream has.
  let waitsForClose = willEmitClose(stream) && isReadableNodeStream(stream) === readable && isWritableNodeStream(stream) === writable;
  let writableDone = isWritableFinished(stream, false);
  let readableDone = isReadableFinished(stream, false);

  const onFinish = () => {
    writableDone = true;
    // Destroyed before 'finish': what comes now is of no use.
    if (stream.destroyed) waitsForClose = false;
    if (waitsForClose && (!stream.readable || readable)) return;
    if (!readable || readableDone) callback.call(stream);
  };
  const onEnd = () => {
    readableDone = true;
    if (stream.destroyed) waitsForClose = false;
    if (waitsForClose && (!stream.writable || writable)) return;
    if (!writable || writableDone) callback.call(stream);
  };
  const onError = (error) => callback.call(stream, error);

  let closed = isClosed(stream);
  const onClose = () => {
    closed = true;
    const errored = isWritableErrored(stream) || isReadableErrored(stream);
    if (errored && typeof errored !== 'boolean') return callback.call(stream, errored);
    if (readable && !readableDone && isReadableNodeStream(stream, true) && !isReadableFinished(stream, false)) {
      return callback.call(stream, new ERR_STREAM_PREMATURE_CLOSE());
    }
    if (writable && !writableDone && !isWritableFinished(stream, false)) return callback.call(stream, new ERR_STREAM_PREMATURE_CLOSE());
    callback.call(stream);
  };
  const onClosedAlready = () => {
    closed = true;
    const errored = isWritableErrored(stream) || isReadableErrored(stream);
    if (errored && typeof errored !== 'boolean') return callback.call(stream, errored);
    callback.call(stream);
  };
  const onRequest = () => stream.req.on('finish', onFinish);
  const onLegacyFinish = () => {
    if (!stream.writable) onFinish();
  };

  if (isRequest(stream)) {
    stream.on('complete', onFinish);
    if (!waitsForClose) stream.on('abort', onClose);
    if (stream.req) onRequest();
    else stream.on('request', onRequest);
  } else if (writable && !w) {
    // Streams of the first kind have no 'finish'.
    stream.on('end', onLegacyFinish);
    stream.on('close', onLegacyFinish);
  }
  if (!waitsForClose && typeof stream.aborted === 'boolean') stream.on('aborted', onClose);
  stream.on('end', onEnd);
  stream.on('finish', onFinish);
  if (options.error !== false) stream.on('error', onError);
  stream.on('close', onClose);

  if (closed) {
    process.nextTick(onClose);
  } else if (w?.errorEmitted || r?.errorEmitted) {
    if (!waitsForClose) process.nextTick(onClosedAlready);
  } else if (!readable && (!waitsForClose || isReadable(stream)) && (writableDone || isWritable(stream) === false) &&
             (w == null || w.pendingcb === undefined || w.pendingcb === 0)) {
    process.nextTick(onClosedAlready);
  } else if (!writable && (!waitsForClose || isWritable(stream)) && (readableDone || isReadable(stream) === false)) {
    process.nextTick(onClosedAlready);
  } else if (r && stream.req && stream.aborted) {
    process.nextTick(onClosedAlready);
  }

  const cleanup = () => {
    callback = nothing;
    stream.removeListener('aborted', onClose);
    stream.removeListener('complete', onFinish);
    stream.removeListener('abort', onClose);
    stream.removeListener('request', onRequest);
    if (stream.req) stream.req.removeListener('finish', onFinish);
    stream.removeListener('end', onLegacyFinish);
    stream.removeListener('close', onLegacyFinish);
    stream.removeListener('finish', onFinish);
    stream.removeListener('end', onEnd);
    stream.removeListener('error', onError);
    stream.removeListener('close', onClose);
  };

  if (options.signal && !closed) {
    const abort = () => {
      // cleanup() takes the callback away.
      const last = callback;
      cleanup();
      last.call(stream, new AbortError(undefined, { cause: options.signal.reason }));
    };
    if (options.signal.aborted) {
      process.nextTick(abort);
    } else {
      const disposable = require('events').addAbortListener(options.signal, abort);
      const last = callback;
      callback = onceOnly((...args) => {
        disposable[Symbol.dispose]();
        last.apply(stream, args);
      });
    }
  }
  return cleanup;
}

function eosWeb(stream, options, callback) {
  let aborted = false;
  let abort = nothing;
  if (options.signal) {
    abort = () => {
      aborted = true;
      callback.call(stream, new AbortError(undefined, { cause: options.signal.reason }));
    };
    if (options.signal.aborted) {
      process.nextTick(abort);
    } else {
      const disposable = require('events').addAbortListener(options.signal, abort);
      const last = callback;
      callback = onceOnly((...args) => {
        disposable[Symbol.dispose]();
        last.apply(stream, args);
      });
    }
  }
  const done = (...args) => {
    if (!aborted) process.nextTick(() => callback.apply(stream, args));
  };
  stream[kIsClosedPromise].promise.then(() => done(), (error) => done(error));
  return nothing;
}

function finished(stream, options) {
  let autoCleanup = false;
  if (options === null) options = {};
  if (options?.cleanup) {
    validateBoolean(options.cleanup, 'cleanup');
    autoCleanup = options.cleanup;
  }
  return new Promise((resolve, reject) => {
    const cleanup = eos(stream, options, (error) => {
      if (autoCleanup) cleanup();
      if (error) reject(error);
      else resolve();
    });
  });
}

module.exports = eos;
module.exports.finished = finished;
