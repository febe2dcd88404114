'use strict';

// https://streams.spec.whatwg.org/#ts

const { codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } } = require('internal/errors');
const { check, defer, define, highWaterMarkOf, illegal, kKey, kState, method, promiseCall, sizeOf } = require('internal/webstreams/util');
const readable = require('internal/webstreams/readablestream');
const writable = require('internal/webstreams/writablestream');

const { kTransfer, kTransferList, markTransferMode } = require('internal/worker/transfer');

class TransformStream {
  constructor(transformer = undefined, writableStrategy = {}, readableStrategy = {}) {
    markTransferMode(this, false, true);
    if (transformer === kKey) return;
    transformer ??= null;
    for (const name of ['readableType', 'writableType']) {
      if (transformer?.[name] !== undefined) throw new ERR_INVALID_ARG_VALUE.RangeError(`transformer.${name}`, transformer[name]);
    }
    const readableHighWaterMark = highWaterMarkOf(readableStrategy, 0);
    const readableSize = sizeOf(readableStrategy);
    const writableHighWaterMark = highWaterMarkOf(writableStrategy, 1);
    const writableSize = sizeOf(writableStrategy);
    const startFn = method(transformer, 'start', 'transformer');
    const transform = method(transformer, 'transform', 'transformer');
    const flush = method(transformer, 'flush', 'transformer');
    const cancel = method(transformer, 'cancel', 'transformer');
    const started = defer();
    const controller = new TransformStreamDefaultController(kKey);
    const t = this[kState] = { controller, backpressure: undefined, change: undefined, readable: undefined, writable: undefined };
    controller[kState] = {
      stream: this,
      finish: undefined,
      transform: transform ? (chunk) => promiseCall(transform, transformer, chunk, controller) : async (chunk) => enqueue(controller, chunk),
      flush: flush ? () => promiseCall(flush, transformer, controller) : async () => {},
      cancel: cancel ? (reason) => promiseCall(cancel, transformer, reason) : async () => {},
    };
    t.writable = writable.createWritableStream({
      start: () => started.promise,
      write: (chunk) => sinkWrite(this, chunk),
      close: () => sinkClose(this),
      abort: (reason) => sinkAbort(this, reason),
    }, writableHighWaterMark, writableSize);
    t.readable = readable.createReadableStream({
      start: () => started.promise,
      pull: () => {
        setBackpressure(this, false);
        return t.change.promise;
      },
      cancel: (reason) => sourceCancel(this, reason),
    }, readableHighWaterMark, readableSize);
    setBackpressure(this, true);
    started.resolve(startFn ? Reflect.apply(startFn, transformer, [controller]) : undefined);
  }
  [kTransferList]() {
    const { readable: from, writable: to } = this[kState];
    return [from, to];
  }
  [kTransfer]() {
    const { readable: from, writable: to } = this[kState];
    return { data: { readable: from, writable: to }, deserializeInfo: 'internal/webstreams/transfer:reviveTransform' };
  }

  get readable() {
    check(this, TransformStream, 'TransformStream');
    return this[kState].readable;
  }
  get writable() {
    check(this, TransformStream, 'TransformStream');
    return this[kState].writable;
  }
}

function setBackpressure(stream, backpressure) {
  const t = stream[kState];
  t.change?.resolve();
  t.change = defer();
  t.backpressure = backpressure;
}
function clear(controller) {
  const c = controller[kState];
  c.transform = c.flush = c.cancel = undefined;
}
function errorStream(stream, error) {
  readable.controllerError(stream[kState].readable[kState].controller, error);
  errorWritable(stream, error);
}
function errorWritable(stream, error) {
  const t = stream[kState];
  clear(t.controller);
  writable.controllerError(t.writable[kState].controller, error);
  if (t.backpressure) setBackpressure(stream, false);
}

function enqueue(controller, chunk) {
  const { stream } = controller[kState];
  const t = stream[kState];
  const inner = t.readable[kState].controller;
  if (inner[kState].closeRequested || t.readable[kState].state !== 'readable') throw new ERR_INVALID_STATE.TypeError('Unable to enqueue');
  try {
    readable.controllerEnqueue(inner, chunk);
  } catch (error) {
    errorWritable(stream, error);
    throw t.readable[kState].storedError;
  }
  const backpressure = !(readable.desiredSize(inner) > 0 || (t.readable[kState].reader?.[kState].requests.length ?? 0) > 0);
  if (backpressure !== t.backpressure) setBackpressure(stream, true);
}

async function perform(controller, chunk) {
  try {
    return await controller[kState].transform(chunk);
  } catch (error) {
    errorStream(controller[kState].stream, error);
    throw error;
  }
}

async function sinkWrite(stream, chunk) {
  const t = stream[kState];
  if (t.backpressure) {
    await t.change.promise;
    const s = t.writable[kState];
    if (s.state === 'erroring') throw s.storedError;
  }
  return perform(t.controller, chunk);
}

// Ends both sides once; whoever comes second waits for the first.
function finish(stream, begin, settle) {
  const t = stream[kState];
  const c = t.controller[kState];
  if (c.finish !== undefined) return c.finish.promise;
  c.finish = defer();
  const running = begin(c);
  clear(t.controller);
  running.then(() => settle(undefined, c.finish), (error) => settle({ error }, c.finish));
  return c.finish.promise;
}

function sinkAbort(stream, reason) {
  const { readable: source } = stream[kState];
  return finish(stream, (c) => c.cancel(reason), (failed, { resolve, reject }) => {
    const r = source[kState];
    if (failed) {
      readable.controllerError(r.controller, failed.error);
      reject(failed.error);
    } else if (r.state === 'errored') {
      reject(r.storedError);
    } else {
      readable.controllerError(r.controller, reason);
      resolve();
    }
  });
}

function sinkClose(stream) {
  const { readable: source } = stream[kState];
  return finish(stream, (c) => c.flush(), (failed, { resolve, reject }) => {
    const r = source[kState];
    if (failed) {
      readable.controllerError(r.controller, failed.error);
      reject(failed.error);
    } else if (r.state === 'errored') {
      reject(r.storedError);
    } else {
      readable.controllerClose(r.controller);
      resolve();
    }
  });
}

function sourceCancel(stream, reason) {
  const { writable: sink } = stream[kState];
  return finish(stream, (c) => c.cancel(reason), (failed, { resolve, reject }) => {
    const w = sink[kState];
    if (failed) {
      writable.controllerError(w.controller, failed.error);
      if (stream[kState].backpressure) setBackpressure(stream, false);
      reject(failed.error);
    } else if (w.state === 'errored') {
      reject(w.storedError);
    } else {
      writable.controllerError(w.controller, reason);
      if (stream[kState].backpressure) setBackpressure(stream, false);
      resolve();
    }
  });
}

class TransformStreamDefaultController {
  constructor(key = undefined) { illegal(key); }
  get desiredSize() {
    check(this, TransformStreamDefaultController, 'TransformStreamDefaultController');
    return readable.desiredSize(this[kState].stream[kState].readable[kState].controller);
  }
  enqueue(chunk = undefined) {
    check(this, TransformStreamDefaultController, 'TransformStreamDefaultController');
    enqueue(this, chunk);
  }
  error(reason = undefined) {
    check(this, TransformStreamDefaultController, 'TransformStreamDefaultController');
    errorStream(this[kState].stream, reason);
  }
  terminate() {
    check(this, TransformStreamDefaultController, 'TransformStreamDefaultController');
    const { stream } = this[kState];
    readable.controllerClose(stream[kState].readable[kState].controller);
    errorWritable(stream, new ERR_INVALID_STATE.TypeError('TransformStream has been terminated'));
  }
}

define(TransformStream, ['readable', 'writable'], (self) => ({ readable: self.readable, writable: self.writable, backpressure: self[kState].backpressure }));
define(TransformStreamDefaultController, ['desiredSize', 'enqueue', 'error', 'terminate']);

// One whose sides came from another realm.
function joined(readableSide, writableSide) {
  const stream = new TransformStream(kKey);
  stream[kState] = {
    controller: undefined, backpressure: undefined, change: undefined, readable: readableSide, writable: writableSide,
  };
  return stream;
}

module.exports = { TransformStream, TransformStreamDefaultController, joined };
