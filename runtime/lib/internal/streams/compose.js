'use strict';

// compose(...streams): one Duplex that writes to the first and reads from the last.

const { pipeline } = require('internal/streams/pipeline');
const Duplex = require('internal/streams/duplex');
const { destroyer } = require('internal/streams/destroy');
const {
  isNodeStream, isReadable, isWritable, isWebStream, isTransformStream, isWritableStream, isReadableStream,
} = require('internal/streams/utils');
const { AbortError, codes: { ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } } = require('internal/errors');
const eos = require('internal/streams/end_of_stream');

module.exports = function compose(...streams) {
  if (streams.length === 0) throw new ERR_MISSING_ARGS('streams');
  if (streams.length === 1) return Duplex.from(streams[0]);
  const given = [...streams];
  if (typeof streams[0] === 'function') streams[0] = Duplex.from(streams[0]);
  const lastIndex = streams.length - 1;
  if (typeof streams[lastIndex] === 'function') streams[lastIndex] = Duplex.from(streams[lastIndex]);
  for (let n = 0; n < streams.length; ++n) {
    if (!isNodeStream(streams[n]) && !isWebStream(streams[n])) continue;
    if (n < lastIndex && !(isReadable(streams[n]) || isReadableStream(streams[n]) || isTransformStream(streams[n]))) {
      throw new ERR_INVALID_ARG_VALUE(`streams[${n}]`, given[n], 'must be readable');
    }
    if (n > 0 && !(isWritable(streams[n]) || isWritableStream(streams[n]) || isTransformStream(streams[n]))) {
      throw new ERR_INVALID_ARG_VALUE(`streams[${n}]`, given[n], 'must be writable');
    }
  }

  let onDrain;
  let onFinish;
  let onReadable;
  let onClose;
  let duplex;
  function finished(error) {
    const callback = onClose;
    onClose = null;
    if (callback) callback(error);
    else if (error) duplex.destroy(error);
    else if (!readable && !writable) duplex.destroy();
  }

  const head = streams[0];
  const tail = pipeline(streams, finished);
  const writable = !!(isWritable(head) || isWritableStream(head) || isTransformStream(head));
  const readable = !!(isReadable(tail) || isReadableStream(tail) || isTransformStream(tail));
  duplex = new Duplex({
    // Modes are those of the two ends.
    writableObjectMode: !!head?.writableObjectMode,
    readableObjectMode: !!tail?.readableObjectMode,
    writable,
    readable,
  });

  if (writable) {
    if (isNodeStream(head)) {
      duplex._write = (chunk, encoding, callback) => {
        if (head.write(chunk, encoding)) callback();
        else onDrain = callback;
      };
      duplex._final = (callback) => {
        head.end();
        onFinish = callback;
      };
      head.on('drain', () => {
        if (!onDrain) return;
        const callback = onDrain;
        onDrain = null;
        callback();
      });
    } else if (isWebStream(head)) {
      const writer = (isTransformStream(head) ? head.writable : head).getWriter();
      duplex._write = async (chunk, encoding, callback) => {
        try {
          await writer.ready;
          writer.write(chunk).catch(() => {});
          callback();
        } catch (error) {
          callback(error);
        }
      };
      duplex._final = async (callback) => {
        try {
          await writer.ready;
          writer.close().catch(() => {});
          onFinish = callback;
        } catch (error) {
          callback(error);
        }
      };
    }
    const toRead = isTransformStream(tail) ? tail.readable : tail;
    eos(toRead, () => {
      if (!onFinish) return;
      const callback = onFinish;
      onFinish = null;
      callback();
    });
  }

  if (readable) {
    if (isNodeStream(tail)) {
      tail.on('readable', () => {
        if (!onReadable) return;
        const callback = onReadable;
        onReadable = null;
        callback();
      });
      tail.on('end', () => duplex.push(null));
      duplex._read = () => {
        for (;;) {
          const chunk = tail.read();
          if (chunk === null) {
            onReadable = duplex._read;
            return;
          }
          if (!duplex.push(chunk)) return;
        }
      };
    } else if (isWebStream(tail)) {
      const reader = (isTransformStream(tail) ? tail.readable : tail).getReader();
      duplex._read = async () => {
        for (;;) {
          try {
            const { value, done } = await reader.read();
            if (done) {
              duplex.push(null);
              return;
            }
            if (!duplex.push(value)) return;
          } catch {
            return; // the pipeline has told
          }
        }
      };
    }
  }

  duplex._destroy = (error, callback) => {
    if (!error && onClose !== null) error = new AbortError();
    onReadable = null;
    onDrain = null;
    onFinish = null;
    if (isNodeStream(tail)) destroyer(tail, error);
    if (onClose === null) callback(error);
    else onClose = callback;
  };
  return duplex;
};
