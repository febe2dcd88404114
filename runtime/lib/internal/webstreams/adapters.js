'use strict';

// Node's streams as web streams and the other way round. https://nodejs.org/api/stream.html#streamreadabletowebstreamreadable-options

const { AbortError, codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { validateBoolean, validateObject } = require('internal/validators');
const { isAnyArrayBuffer } = require('internal/util/types');
const eos = require('internal/streams/end_of_stream');
const Duplex = require('internal/streams/duplex');
const Readable = require('internal/streams/readable');
const Writable = require('internal/streams/writable');
const { ReadableStream, isReadableStream } = require('internal/webstreams/readablestream');
const { WritableStream } = require('internal/webstreams/writablestream');
const { ByteLengthQueuingStrategy, CountQueuingStrategy } = require('internal/webstreams/queuingstrategies');

function isNodeStream(value, method) {
  return value !== null && typeof value === 'object' && typeof value[method] === 'function' && typeof value.on === 'function';
}

// A stream that went away before its end was not finished well, whatever the reason said.
function errorOf(error) {
  return error?.code === 'ERR_STREAM_PREMATURE_CLOSE' ? new AbortError(undefined, { cause: error }) : error;
}

function newReadableStreamFromStreamReadable(readable, options = {}) {
  if (!isNodeStream(readable, 'read')) throw new ERR_INVALID_ARG_TYPE('streamReadable', 'stream.Readable', readable);
  if (readable.destroyed || readable.readableEnded) {
    const ended = new ReadableStream();
    ended.cancel();
    return ended;
  }
  const { readableObjectMode: objectMode, readableHighWaterMark: highWaterMark } = readable;
  const strategy = options.strategy ??
    (objectMode ? new CountQueuingStrategy({ highWaterMark }) : new ByteLengthQueuingStrategy({ highWaterMark }));
  let controller;
  let closed = false;
  const cleanup = eos(readable, { writable: false }, (error) => {
    cleanup();
    readable.on('error', () => {});
    if (closed) return;
    closed = true;
    if (error) controller.error(errorOf(error));
    else controller.close();
  });
  readable.pause();
  readable.on('data', (chunk) => {
    if (closed) return;
    // Web streams carry plain Uint8Arrays.
    if (Buffer.isBuffer(chunk) && !objectMode) chunk = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    controller.enqueue(chunk);
    if (controller.desiredSize <= 0) readable.pause();
  });
  readable.pause();
  return new ReadableStream({
    start(made) { controller = made; },
    pull() { readable.resume(); },
    cancel(reason) {
      closed = true;
      readable.destroy(reason instanceof Error ? reason : undefined);
    },
  }, strategy);
}

function newStreamReadableFromReadableStream(readableStream, options = {}) {
  if (!isReadableStream(readableStream)) throw new ERR_INVALID_ARG_TYPE('readableStream', 'ReadableStream', readableStream);
  validateObject(options, 'options');
  const { highWaterMark, encoding, objectMode = false, signal } = options;
  validateBoolean(objectMode, 'options.objectMode');
  const reader = readableStream.getReader();
  let closed = false;
  const readable = new Readable({
    objectMode, highWaterMark, encoding, signal,
    read() {
      reader.read().then(({ done, value }) => {
        readable.push(done ? null : value);
      }, (error) => readable.destroy(error));
    },
    destroy(error, callback) {
      const done = () => process.nextTick(callback, error);
      if (closed) done();
      else reader.cancel(error ?? undefined).then(done, done);
    },
  });
  reader.closed.then(() => { closed = true; }, (error) => {
    closed = true;
    readable.destroy(error);
  });
  return readable;
}

function newWritableStreamFromStreamWritable(writable) {
  if (!isNodeStream(writable, 'write')) throw new ERR_INVALID_ARG_TYPE('streamWritable', 'stream.Writable', writable);
  if (writable.destroyed || writable.writableEnded) {
    const ended = new WritableStream();
    ended.close();
    return ended;
  }
  const { writableObjectMode: objectMode, writableHighWaterMark: highWaterMark } = writable;
  let controller;
  let drained = null;
  let closing = null;
  let closed = false;
  const cleanup = eos(writable, { readable: false }, (error) => {
    cleanup();
    writable.on('error', () => {});
    closed = true;
    error = errorOf(error);
    drained?.[error ? 'reject' : 'resolve'](error);
    drained = null;
    if (closing !== null) {
      closing[error ? 'reject' : 'resolve'](error);
      closing = null;
    } else if (error) {
      controller.error(error);
    } else {
      // It ended by itself: nothing more can be written.
      controller.error(new AbortError());
    }
  });
  writable.on('drain', () => {
    drained?.resolve();
    drained = null;
  });
  return new WritableStream({
    start(made) { controller = made; },
    write(chunk) {
      if (!objectMode && isAnyArrayBuffer(chunk)) chunk = new Uint8Array(chunk);
      if (!writable.write(chunk) && !closed) {
        drained = Promise.withResolvers();
        return drained.promise;
      }
      return undefined;
    },
    abort(reason) { writable.destroy(reason instanceof Error ? reason : new AbortError(undefined, { cause: reason })); },
    close() {
      if (closed) return undefined;
      closing = Promise.withResolvers();
      writable.end();
      return closing.promise;
    },
    // Chunks may be strings, which have no byteLength: each counts as one.
  }, { highWaterMark });
}

function toBytes(chunk, encoding, decodeStrings) {
  if (typeof chunk !== 'string' || !decodeStrings) return chunk;
  return new Uint8Array(Buffer.from(chunk, encoding));
}

// The writing half of an adapter over a WritableStream's writer.
function writingMethods(writer, { decodeStrings = true, objectMode }, self) {
  let closed = false;
  writer.closed.then(() => { closed = true; }, (error) => {
    closed = true;
    self().destroy(error);
  });
  return {
    write(chunk, encoding, callback) {
      const bytes = objectMode ? chunk : toBytes(chunk, encoding, decodeStrings);
      writer.ready.then(() => writer.write(bytes)).then(() => callback(), callback);
    },
    writev(chunks, callback) {
      writer.ready.then(() => Promise.all(chunks.map(({ chunk, encoding }) =>
        writer.write(objectMode ? chunk : toBytes(chunk, encoding, decodeStrings))))).then(() => callback(), callback);
    },
    final(callback) {
      if (closed) callback();
      else writer.close().then(() => callback(), callback);
    },
    async end(error) {
      if (closed) return;
      await (error ? writer.abort(error) : writer.close()).catch(() => {});
    },
  };
}

function newStreamWritableFromWritableStream(writableStream, options = {}) {
  if (!(writableStream instanceof WritableStream)) throw new ERR_INVALID_ARG_TYPE('writableStream', 'WritableStream', writableStream);
  validateObject(options, 'options');
  const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
  validateBoolean(objectMode, 'options.objectMode');
  validateBoolean(decodeStrings, 'options.decodeStrings');
  const methods = writingMethods(writableStream.getWriter(), { decodeStrings, objectMode }, () => writable);
  const writable = new Writable({
    highWaterMark, objectMode, decodeStrings: false, signal,
    write: methods.write, writev: methods.writev, final: methods.final,
    destroy(error, callback) { methods.end(error).then(() => process.nextTick(callback, error)); },
  });
  return writable;
}

function newReadableWritablePairFromDuplex(duplex, options = {}) {
  if (!isNodeStream(duplex, 'read') || !isNodeStream(duplex, 'write')) throw new ERR_INVALID_ARG_TYPE('duplex', 'stream.Duplex', duplex);
  if (duplex.destroyed) {
    const readable = new ReadableStream();
    const writable = new WritableStream();
    readable.cancel();
    writable.close();
    return { readable, writable };
  }
  return {
    readable: newReadableStreamFromStreamReadable(duplex, options.readable ?? {}),
    writable: newWritableStreamFromStreamWritable(duplex),
  };
}

function newStreamDuplexFromReadableWritablePair(pair = {}, options = {}) {
  validateObject(pair, 'pair');
  validateObject(options, 'options');
  const { readable: readableStream, writable: writableStream } = pair;
  if (!isReadableStream(readableStream)) throw new ERR_INVALID_ARG_TYPE('pair.readable', 'ReadableStream', readableStream);
  if (!(writableStream instanceof WritableStream)) throw new ERR_INVALID_ARG_TYPE('pair.writable', 'WritableStream', writableStream);
  const { allowHalfOpen = false, decodeStrings = true, encoding, highWaterMark, objectMode = false, signal } = options;
  validateBoolean(objectMode, 'options.objectMode');
  const reader = readableStream.getReader();
  const methods = writingMethods(writableStream.getWriter(), { decodeStrings, objectMode }, () => duplex);
  let closed = false;
  const duplex = new Duplex({
    allowHalfOpen, highWaterMark, objectMode, encoding, decodeStrings: false, signal,
    write: methods.write, writev: methods.writev, final: methods.final,
    read() {
      reader.read().then(({ done, value }) => duplex.push(done ? null : value), (error) => duplex.destroy(error));
    },
    destroy(error, callback) {
      const halves = [methods.end(error)];
      if (!closed) halves.push(reader.cancel(error ?? undefined).catch(() => {}));
      Promise.all(halves).then(() => process.nextTick(callback, error));
    },
  });
  reader.closed.then(() => { closed = true; }, (error) => {
    closed = true;
    duplex.destroy(error);
  });
  return duplex;
}

module.exports = {
  newReadableStreamFromStreamReadable, newReadableWritablePairFromDuplex, newStreamDuplexFromReadableWritablePair,
  newStreamReadableFromReadableStream, newStreamWritableFromWritableStream, newWritableStreamFromStreamWritable,
};
