'use strict';

// Ties a stream to an AbortSignal: when that is aborted, the stream is destroyed.

const { AbortError, codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { isNodeStream, isWebStream, kControllerErrorFunction } = require('internal/streams/utils');

function checkSignal(signal, name) {
  if (typeof signal !== 'object' || signal === null || !('aborted' in signal)) throw new ERR_INVALID_ARG_TYPE(name, 'AbortSignal', signal);
}

function addAbortSignal(signal, stream) {
  checkSignal(signal, 'signal');
  if (!isNodeStream(stream) && !isWebStream(stream)) {
    throw new ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
  }
  return tie(signal, stream);
}

function tie(signal, stream) {
  if (typeof signal !== 'object' || !('aborted' in signal)) return stream;
  const onAbort = isNodeStream(stream) ?
    () => stream.destroy(new AbortError(undefined, { cause: signal.reason })) :
    () => stream[kControllerErrorFunction](new AbortError(undefined, { cause: signal.reason }));
  if (signal.aborted) {
    onAbort();
  } else {
    const { [Symbol.dispose]: dispose } = require('events').addAbortListener(signal, onAbort);
    require('internal/streams/end_of_stream')(stream, dispose);
  }
  return stream;
}

module.exports = { addAbortSignal, addAbortSignalNoValidate: tie };
