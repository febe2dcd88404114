'use strict';

// https://streams.spec.whatwg.org/#ws

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } } = require('internal/errors');
const { AbortController } = require('internal/abort_controller');
const {
  SizedQueue, check, closedDeferred, defer, define, highWaterMarkOf, illegal, kKey, kState, method, promiseCall, quiet, sizeOf,
} = require('internal/webstreams/util');
const { kIsClosedPromise } = require('internal/streams/utils');

const kClose = Symbol('close sentinel');

const { kTransfer, kTransferList, markTransferMode } = require('internal/worker/transfer');

const kPort = Symbol('kPort'); // that takes its place elsewhere

class WritableStream {
  constructor(sink = undefined, strategy = {}) {
    markTransferMode(this, false, true);
    if (sink === kKey) return;
    sink ??= null;
    if (sink?.type !== undefined) throw new ERR_INVALID_ARG_VALUE.RangeError('sink.type', sink.type);
    const size = sizeOf(strategy);
    const highWaterMark = highWaterMarkOf(strategy, 1);
    initStream(this);
    const call = (name) => {
      const fn = method(sink, name, 'sink');
      return fn && ((...args) => promiseCall(fn, sink, ...args));
    };
    const startFn = method(sink, 'start', 'sink');
    setUpController(this, {
      start: startFn ? (controller) => Reflect.apply(startFn, sink, [controller]) : () => undefined,
      write: call('write') ?? (async () => {}),
      close: call('close') ?? (async () => {}),
      abort: call('abort') ?? (async () => {}),
    }, highWaterMark, size);
  }
  get [kIsClosedPromise]() { return closedDeferred(this); }
  [kTransferList]() {
    this[kPort] = require('internal/webstreams/transfer').portOfWritable(this);
    return [this[kPort]];
  }
  [kTransfer]() {
    return { data: { port: this[kPort] }, deserializeInfo: 'internal/webstreams/transfer:reviveWritable' };
  }

  get locked() {
    check(this, WritableStream, 'WritableStream');
    return this[kState].writer !== undefined;
  }
  abort(reason = undefined) {
    try {
      check(this, WritableStream, 'WritableStream');
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.locked) return Promise.reject(new ERR_INVALID_STATE.TypeError('WritableStream is locked'));
    return abort(this, reason);
  }
  close() {
    try {
      check(this, WritableStream, 'WritableStream');
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.locked) return Promise.reject(new ERR_INVALID_STATE.TypeError('WritableStream is locked'));
    if (closeQueuedOrInFlight(this)) return Promise.reject(new ERR_INVALID_STATE.TypeError('WritableStream is already closing'));
    return close(this);
  }
  getWriter() {
    check(this, WritableStream, 'WritableStream');
    return new WritableStreamDefaultWriter(this);
  }
}

function initStream(stream) {
  stream[kState] = {
    state: 'writable', storedError: undefined, writer: undefined, controller: undefined, inFlightWrite: undefined,
    closeRequest: undefined, inFlightClose: undefined, pendingAbort: undefined, writeRequests: [], backpressure: false,
  };
}

// A stream on functions of ours, for transforms.
function createWritableStream(algorithms, highWaterMark, size) {
  const stream = new WritableStream(kKey);
  initStream(stream);
  setUpController(stream, algorithms, highWaterMark, size);
  return stream;
}

function closeQueuedOrInFlight(stream) {
  return stream[kState].closeRequest !== undefined || stream[kState].inFlightClose !== undefined;
}

function abort(stream, reason) {
  const s = stream[kState];
  if (s.state === 'closed' || s.state === 'errored') return Promise.resolve();
  s.controller[kState].abortController.abort(reason);
  if (s.state === 'closed' || s.state === 'errored') return Promise.resolve();
  if (s.pendingAbort !== undefined) return s.pendingAbort.promise;
  const wasErroring = s.state === 'erroring';
  if (wasErroring) reason = undefined;
  const pending = { ...defer(), reason, wasErroring };
  s.pendingAbort = pending;
  if (!wasErroring) startErroring(stream, reason);
  return pending.promise;
}

function close(stream) {
  const s = stream[kState];
  if (s.state === 'closed' || s.state === 'errored') return Promise.reject(new ERR_INVALID_STATE.TypeError(`WritableStream is ${s.state}`));
  const request = s.closeRequest = defer();
  if (s.writer && s.backpressure && s.state === 'writable') s.writer[kState].ready.resolve();
  const c = s.controller[kState];
  c.queue.push(kClose, 0);
  advance(s.controller);
  return request.promise;
}

function startErroring(stream, reason) {
  const s = stream[kState];
  s.state = 'erroring';
  s.storedError = reason;
  if (s.writer) ensureReadyRejected(s.writer, reason);
  if (s.inFlightWrite === undefined && s.inFlightClose === undefined && s.controller[kState].started) finishErroring(stream);
}

function finishErroring(stream) {
  const s = stream[kState];
  s.state = 'errored';
  s.closedDeferred?.reject(s.storedError);
  s.controller[kState].queue.clear();
  for (const request of s.writeRequests) request.reject(s.storedError);
  s.writeRequests = [];
  const pending = s.pendingAbort;
  if (pending === undefined) return rejectClose(stream);
  s.pendingAbort = undefined;
  if (pending.wasErroring) {
    pending.reject(s.storedError);
    return rejectClose(stream);
  }
  const c = s.controller[kState];
  const aborted = c.algorithms.abort(pending.reason);
  clearAlgorithms(c);
  aborted.then(() => {
    pending.resolve();
    rejectClose(stream);
  }, (error) => {
    pending.reject(error);
    rejectClose(stream);
  });
}

function rejectClose(stream) {
  const s = stream[kState];
  if (s.closeRequest !== undefined) {
    s.closeRequest.reject(s.storedError);
    s.closeRequest = undefined;
  }
  if (s.writer) {
    const { closed } = s.writer[kState];
    closed.reject(s.storedError);
    quiet(closed.promise);
  }
}

function dealWithRejection(stream, error) {
  if (stream[kState].state === 'writable') startErroring(stream, error);
  else finishErroring(stream);
}

function updateBackpressure(stream, backpressure) {
  const s = stream[kState];
  if (s.writer && backpressure !== s.backpressure) {
    if (backpressure) s.writer[kState].ready = makeReady();
    else s.writer[kState].ready.resolve();
  }
  s.backpressure = backpressure;
}

function clearAlgorithms(c) {
  c.algorithms = undefined;
  c.size = undefined;
}

function setUpController(stream, algorithms, highWaterMark, size) {
  const controller = new WritableStreamDefaultController(kKey);
  const c = controller[kState] = {
    stream, algorithms, highWaterMark, size, started: false, queue: new SizedQueue(), abortController: new AbortController(),
  };
  stream[kState].controller = controller;
  updateBackpressure(stream, highWaterMark <= 0);
  const started = algorithms.start(controller);
  Promise.resolve(started).then(() => {
    c.started = true;
    advance(controller);
  }, (error) => {
    c.started = true;
    dealWithRejection(stream, error);
  });
}

function advance(controller) {
  const c = controller[kState];
  const { stream } = c;
  const s = stream[kState];
  if (!c.started || s.inFlightWrite !== undefined) return;
  if (s.state === 'erroring') return finishErroring(stream);
  if (s.state !== 'writable' || c.queue.length === 0 || s.inFlightClose !== undefined) return;
  const value = c.queue.peek();
  if (value === kClose) {
    s.inFlightClose = s.closeRequest;
    s.closeRequest = undefined;
    c.queue.shift();
    const closing = c.algorithms.close();
    clearAlgorithms(c);
    closing.then(() => {
      s.inFlightClose.resolve();
      s.inFlightClose = undefined;
      if (s.state === 'erroring') {
        s.storedError = undefined;
        if (s.pendingAbort !== undefined) {
          s.pendingAbort.resolve();
          s.pendingAbort = undefined;
        }
      }
      s.state = 'closed';
      s.closedDeferred?.resolve();
      s.writer?.[kState].closed.resolve();
    }, (error) => {
      s.inFlightClose.reject(error);
      s.inFlightClose = undefined;
      if (s.pendingAbort !== undefined) {
        s.pendingAbort.reject(error);
        s.pendingAbort = undefined;
      }
      dealWithRejection(stream, error);
    });
    return;
  }
  s.inFlightWrite = s.writeRequests.shift();
  c.algorithms.write(value, controller).then(() => {
    s.inFlightWrite.resolve();
    s.inFlightWrite = undefined;
    c.queue.shift();
    if (!closeQueuedOrInFlight(stream) && s.state === 'writable') updateBackpressure(stream, c.highWaterMark - c.queue.total <= 0);
    advance(controller);
  }, (error) => {
    if (s.state === 'writable') clearAlgorithms(c);
    s.inFlightWrite.reject(error);
    s.inFlightWrite = undefined;
    dealWithRejection(stream, error);
  });
}

function controllerError(controller, error) {
  const c = controller[kState];
  if (c.stream[kState].state !== 'writable') return;
  clearAlgorithms(c);
  startErroring(c.stream, error);
}

class WritableStreamDefaultController {
  constructor(key = undefined) { illegal(key); }
  get signal() {
    check(this, WritableStreamDefaultController, 'WritableStreamDefaultController');
    return this[kState].abortController.signal;
  }
  error(error = undefined) {
    check(this, WritableStreamDefaultController, 'WritableStreamDefaultController');
    controllerError(this, error);
  }
}

// A promise that knows whether it is settled.
function makeReady() {
  const { promise, resolve, reject } = defer();
  const ready = {
    promise,
    pending: true,
    resolve() {
      ready.pending = false;
      resolve();
    },
    reject(error) {
      ready.pending = false;
      reject(error);
    },
  };
  return ready;
}

function ensureReadyRejected(writer, error) {
  const w = writer[kState];
  if (!w.ready.pending) w.ready = makeReady();
  w.ready.reject(error);
  quiet(w.ready.promise);
}

function writerWrite(writer, chunk) {
  const { stream } = writer[kState];
  const s = stream[kState];
  const controller = s.controller;
  const c = controller[kState];
  let size = 1;
  if (c.size !== undefined) {
    try {
      size = c.size(chunk);
    } catch (error) {
      controllerError(controller, error);
    }
  }
  if (stream !== writer[kState].stream) return Promise.reject(new ERR_INVALID_STATE.TypeError('Mismatched WritableStreams'));
  if (s.state === 'errored') return Promise.reject(s.storedError);
  if (closeQueuedOrInFlight(stream) || s.state === 'closed') return Promise.reject(new ERR_INVALID_STATE.TypeError('WritableStream is closed'));
  if (s.state === 'erroring') return Promise.reject(s.storedError);
  const request = defer();
  s.writeRequests.push(request);
  try {
    c.queue.push(chunk, size);
  } catch (error) {
    controllerError(controller, error);
    return request.promise;
  }
  if (!closeQueuedOrInFlight(stream) && s.state === 'writable') updateBackpressure(stream, c.highWaterMark - c.queue.total <= 0);
  advance(controller);
  return request.promise;
}

function desiredSize(stream) {
  const s = stream[kState];
  if (s.state === 'errored' || s.state === 'erroring') return null;
  if (s.state === 'closed') return 0;
  const c = s.controller[kState];
  return c.highWaterMark - c.queue.total;
}

function releaseWriter(writer) {
  const w = writer[kState];
  const { stream } = w;
  const error = new ERR_INVALID_STATE.TypeError('Writer has been released');
  ensureReadyRejected(writer, error);
  if (stream[kState].state === 'writable' || stream[kState].state === 'erroring') {
    w.closed.reject(error);
  } else {
    w.closed = defer();
    w.closed.reject(error);
  }
  quiet(w.closed.promise);
  stream[kState].writer = undefined;
  w.stream = undefined;
}

class WritableStreamDefaultWriter {
  constructor(stream) {
    if (!(stream instanceof WritableStream) || !(kState in stream)) throw new ERR_INVALID_ARG_TYPE('stream', 'WritableStream', stream);
    if (stream.locked) throw new ERR_INVALID_STATE.TypeError('WritableStream is locked');
    const s = stream[kState];
    s.writer = this;
    const w = this[kState] = { stream, ready: makeReady(), closed: defer() };
    switch (s.state) {
      case 'writable':
        if (closeQueuedOrInFlight(stream) || !s.backpressure) w.ready.resolve();
        break;
      case 'erroring':
        w.ready.reject(s.storedError);
        quiet(w.ready.promise);
        break;
      case 'closed':
        w.ready.resolve();
        w.closed.resolve();
        break;
      default:
        w.ready.reject(s.storedError);
        w.closed.reject(s.storedError);
        quiet(w.ready.promise);
        quiet(w.closed.promise);
    }
  }
  get closed() {
    try {
      check(this, WritableStreamDefaultWriter, 'WritableStreamDefaultWriter');
    } catch (error) {
      return Promise.reject(error);
    }
    return this[kState].closed.promise;
  }
  get desiredSize() {
    check(this, WritableStreamDefaultWriter, 'WritableStreamDefaultWriter');
    if (this[kState].stream === undefined) throw new ERR_INVALID_STATE.TypeError('Writer is not bound to a WritableStream');
    return desiredSize(this[kState].stream);
  }
  get ready() {
    try {
      check(this, WritableStreamDefaultWriter, 'WritableStreamDefaultWriter');
    } catch (error) {
      return Promise.reject(error);
    }
    return this[kState].ready.promise;
  }
  abort(reason = undefined) {
    return bound(this, (stream) => abort(stream, reason));
  }
  close() {
    return bound(this, (stream) => (closeQueuedOrInFlight(stream) ?
      Promise.reject(new ERR_INVALID_STATE.TypeError('WritableStream is already closing')) : close(stream)));
  }
  releaseLock() {
    check(this, WritableStreamDefaultWriter, 'WritableStreamDefaultWriter');
    if (this[kState].stream !== undefined) releaseWriter(this);
  }
  write(chunk = undefined) {
    return bound(this, () => writerWrite(this, chunk));
  }
}
function bound(writer, run) {
  try {
    check(writer, WritableStreamDefaultWriter, 'WritableStreamDefaultWriter');
  } catch (error) {
    return Promise.reject(error);
  }
  const { stream } = writer[kState];
  if (stream === undefined) return Promise.reject(new ERR_INVALID_STATE.TypeError('Writer is not bound to a WritableStream'));
  return run(stream);
}

define(WritableStream, ['locked', 'abort', 'close', 'getWriter'], (self) => ({ locked: self.locked, state: self[kState].state, supportsBackpressure: true }));
define(WritableStreamDefaultController, ['signal', 'error']);
define(WritableStreamDefaultWriter, ['closed', 'desiredSize', 'ready', 'abort', 'close', 'releaseLock', 'write']);

module.exports = {
  WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter, abort, close, closeQueuedOrInFlight,
  controllerError, createWritableStream, desiredSize, writerWrite,
};
