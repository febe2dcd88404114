'use strict';

// Duplex.from(body): a Duplex of nearly anything that can be read or written.

const { AbortError, codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE } } = require('internal/errors');
const {
  isReadable, isWritable, isIterable, isNodeStream, isReadableNodeStream, isWritableNodeStream, isDuplexNodeStream, isReadableStream,
  isWritableStream,
} = require('internal/streams/utils');
const { destroyer } = require('internal/streams/destroy');
const eos = require('internal/streams/end_of_stream');
const Duplex = require('internal/streams/duplex');
const Readable = require('internal/streams/readable');
const Writable = require('internal/streams/writable');
const from = require('internal/streams/from');

// A Duplex whose two sides may be decided after it was made.
class Duplexify extends Duplex {
  constructor(options) {
    super(options);
    if (options?.readable === false) {
      this._readableState.readable = false;
      this._readableState.ended = this._readableState.endEmitted = true;
    }
    if (options?.writable === false) {
      this._writableState.writable = false;
      this._writableState.ending = this._writableState.ended = this._writableState.finished = true;
    }
  }
}

function isBlob(value) {
  return Object.prototype.toString.call(value) === '[object Blob]' || Object.prototype.toString.call(value) === '[object File]';
}

module.exports = function duplexify(body, name) {
  if (isDuplexNodeStream(body)) return body;
  if (isReadableNodeStream(body)) return join({ readable: body });
  if (isWritableNodeStream(body)) return join({ writable: body });
  if (isNodeStream(body)) return join({ writable: false, readable: false });
  if (isReadableStream(body)) return join({ readable: Readable.fromWeb(body) });
  if (isWritableStream(body)) return join({ writable: Writable.fromWeb(body) });

  if (typeof body === 'function') {
    const { value, write, final, destroy } = fromGenerator(body);
    // A generator function that takes the written chunks and yields what is read.
    if (isDuplexNodeStream(value)) return value;
    if (isIterable(value)) return from(Duplexify, value, { objectMode: true, write, final, destroy });
    const then = value?.then;
    if (typeof then === 'function') {
      let duplex;
      const promise = then.call(value, (settled) => {
        if (settled != null) throw new ERR_INVALID_RETURN_VALUE('nully', 'body', settled);
      }, (error) => destroyer(duplex, error));
      duplex = new Duplexify({
        objectMode: true,
        readable: false,
        write,
        final(callback) {
          final(async () => {
            try {
              await promise;
              process.nextTick(callback, null);
            } catch (error) {
              process.nextTick(callback, error);
            }
          });
        },
        destroy,
      });
      return duplex;
    }
    throw new ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or AsyncFunction', name, value);
  }

  if (isBlob(body)) return duplexify(body.arrayBuffer());
  if (isIterable(body)) return from(Duplexify, body, { objectMode: true, writable: false });
  if (isReadableStream(body?.readable) && isWritableStream(body?.writable)) return Duplexify.fromWeb(body);

  if (typeof body?.writable === 'object' || typeof body?.readable === 'object') {
    const readable = body?.readable ? (isReadableNodeStream(body.readable) ? body.readable : duplexify(body.readable)) : undefined;
    const writable = body?.writable ? (isWritableNodeStream(body.writable) ? body.writable : duplexify(body.writable)) : undefined;
    return join({ readable, writable });
  }

  const then = body?.then;
  if (typeof then === 'function') {
    let duplex;
    then.call(body, (value) => {
      if (value != null) duplex.push(value);
      duplex.push(null);
    }, (error) => destroyer(duplex, error));
    duplex = new Duplexify({ objectMode: true, writable: false, read() {} });
    return duplex;
  }

  throw new ERR_INVALID_ARG_TYPE(name, [
    'Blob', 'ReadableStream', 'WritableStream', 'Stream', 'Iterable', 'AsyncIterable', 'Function', '{ readable, writable } pair', 'Promise',
  ], body);
};

// Calls fn(chunks, {signal}) where chunks are those that will be written.
function fromGenerator(fn) {
  let { promise, resolve } = Promise.withResolvers();
  const controller = new AbortController();
  const { signal } = controller;
  const value = fn(async function* chunks() {
    for (;;) {
      const current = promise;
      promise = null;
      const { chunk, done, callback } = await current;
      process.nextTick(callback);
      if (done) return;
      if (signal.aborted) throw new AbortError(undefined, { cause: signal.reason });
      ({ promise, resolve } = Promise.withResolvers());
      yield chunk;
    }
  }(), { signal });
  return {
    value,
    write(chunk, encoding, callback) {
      const settle = resolve;
      resolve = null;
      settle({ chunk, done: false, callback });
    },
    final(callback) {
      const settle = resolve;
      resolve = null;
      settle({ done: true, callback });
    },
    destroy(error, callback) {
      controller.abort();
      callback(error);
    },
  };
}

function join(pair) {
  const r = pair.readable && typeof pair.readable.read !== 'function' ? Readable.wrap(pair.readable) : pair.readable;
  const w = pair.writable;
  let readable = !!isReadable(r);
  let writable = !!isWritable(w);
  let onDrain;
  let onFinish;
  let onReadable;
  let onClose;

  function finished(error) {
    const callback = onClose;
    onClose = null;
    if (callback) callback(error);
    else if (error) duplex.destroy(error);
  }

  const duplex = new Duplexify({
    readableObjectMode: !!r?.readableObjectMode,
    writableObjectMode: !!w?.writableObjectMode,
    readable,
    writable,
  });

  if (writable) {
    eos(w, (error) => {
      writable = false;
      if (error) destroyer(r, error);
      finished(error);
    });
    duplex._write = (chunk, encoding, callback) => {
      if (w.write(chunk, encoding)) callback();
      else onDrain = callback;
    };
    duplex._final = (callback) => {
      w.end();
      onFinish = callback;
    };
    w.on('drain', () => {
      if (!onDrain) return;
      const callback = onDrain;
      onDrain = null;
      callback();
    });
    w.on('finish', () => {
      if (!onFinish) return;
      const callback = onFinish;
      onFinish = null;
      callback();
    });
  }

  if (readable) {
    eos(r, (error) => {
      readable = false;
      if (error) destroyer(r, error);
      finished(error);
    });
    r.on('readable', () => {
      if (!onReadable) return;
      const callback = onReadable;
      onReadable = null;
      callback();
    });
    r.on('end', () => duplex.push(null));
    duplex._read = () => {
      for (;;) {
        const chunk = r.read();
        if (chunk === null) {
          onReadable = duplex._read;
          return;
        }
        if (!duplex.push(chunk)) return;
      }
    };
  }

  duplex._destroy = (error, callback) => {
    if (!error && onClose !== null) error = new AbortError();
    onReadable = null;
    onDrain = null;
    onFinish = null;
    if (onClose === null) {
      callback(error);
    } else {
      onClose = callback;
      destroyer(w, error);
      destroyer(r, error);
    }
  };
  return duplex;
}
