'use strict';

// node:stream. Documented in doc/api/stream.md.

const { Stream } = require('internal/streams/legacy');
const utils = require('internal/streams/utils');

// The base class is the module, and the parts hang on it. It is complete before the parts are loaded, which ask for it.
module.exports = Stream;

const { addAbortSignal } = require('internal/streams/add_abort_signal');
const { setDefaultHighWaterMark, getDefaultHighWaterMark } = require('internal/streams/state');
const eos = require('internal/streams/end_of_stream');
const { pipeline } = require('internal/streams/pipeline');
const { destroyer } = require('internal/streams/destroy');
const operators = require('internal/streams/operators');
const { codes: { ERR_ILLEGAL_CONSTRUCTOR } } = require('internal/errors');
const { promisify: { custom: customPromisify } } = require('internal/util');

Stream.isDestroyed = utils.isDestroyed;
Stream.isDisturbed = utils.isDisturbed;
Stream.isErrored = utils.isErrored;
Stream.isReadable = utils.isReadable;
Stream.isWritable = utils.isWritable;
Stream.Readable = require('internal/streams/readable');

function hide(name, value) {
  Object.defineProperty(value, 'name', { __proto__: null, value: name });
  Object.defineProperty(Stream.Readable.prototype, name, {
    __proto__: null, value, enumerable: false, configurable: true, writable: true,
  });
}
for (const [name, operator] of Object.entries(operators.streamReturningOperators)) {
  function fn(...args) {
    if (new.target) throw new ERR_ILLEGAL_CONSTRUCTOR();
    return Stream.Readable.from(Reflect.apply(operator, this, args));
  }
  Object.defineProperty(fn, 'length', { __proto__: null, value: operator.length });
  hide(name, fn);
}
for (const [name, operator] of Object.entries(operators.promiseReturningOperators)) {
  function fn(...args) {
    if (new.target) throw new ERR_ILLEGAL_CONSTRUCTOR();
    return new Promise((resolve, reject) => Reflect.apply(operator, this, args).then(resolve, reject));
  }
  Object.defineProperty(fn, 'length', { __proto__: null, value: operator.length });
  hide(name, fn);
}
{
  // Of the operators compose() alone gives a Duplex, which is the composed stream itself.
  const { compose } = operators.streamReturningOperators;
  hide('compose', function(...args) {
    if (new.target) throw new ERR_ILLEGAL_CONSTRUCTOR();
    return Reflect.apply(compose, this, args);
  });
}

Stream.Writable = require('internal/streams/writable');
Stream.Duplex = require('internal/streams/duplex');
Stream.Transform = require('internal/streams/transform');
Stream.PassThrough = require('internal/streams/passthrough');
Stream.duplexPair = function duplexPair(options) {
  return require('internal/streams/duplexpair')(options);
};
Stream.pipeline = pipeline;
Stream.addAbortSignal = addAbortSignal;
Stream.finished = eos;
Stream.destroy = destroyer;
Stream.compose = (...streams) => require('internal/streams/compose')(...streams);
Object.defineProperty(Stream.compose, 'name', { __proto__: null, value: 'compose' });
Stream.setDefaultHighWaterMark = setDefaultHighWaterMark;
Stream.getDefaultHighWaterMark = getDefaultHighWaterMark;

Object.defineProperty(Stream, 'promises', {
  __proto__: null, configurable: true, enumerable: true, get() { return require('stream/promises'); },
});
Object.defineProperty(pipeline, customPromisify, {
  __proto__: null, enumerable: true, get() { return require('stream/promises').pipeline; },
});
Object.defineProperty(eos, customPromisify, {
  __proto__: null, enumerable: true, get() { return require('stream/promises').finished; },
});

Stream.Stream = Stream;
Stream._isArrayBufferView = ArrayBuffer.isView;
Stream._isUint8Array = (value) => value instanceof Uint8Array;
Stream._uint8ArrayToBuffer = function _uint8ArrayToBuffer(chunk) {
  return require('buffer').Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
};
