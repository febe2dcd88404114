'use strict';

// https://streams.spec.whatwg.org/#rs

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } } = require('internal/errors');
const { isArrayBufferView, isDataView } = require('internal/util/types');
const { validateAbortSignal, validateObject } = require('internal/validators');
const {
  SizedQueue, check, closedDeferred, defer, define, highWaterMarkOf, illegal, kKey, kState, method, promiseCall, quiet, sizeOf,
} = require('internal/webstreams/util');
const { kIsClosedPromise } = require('internal/streams/utils');
const writable = require('internal/webstreams/writablestream');

const kPull = Symbol('pull steps');
const kCancel = Symbol('cancel steps');
const kRelease = Symbol('release steps');

const { kTransfer, kTransferList, markTransferMode } = require('internal/worker/transfer');

const kPort = Symbol('kPort'); // that takes its place elsewhere

class ReadableStream {
  constructor(source = undefined, strategy = {}) {
    markTransferMode(this, false, true);
    if (source === kKey) return;
    if (source === null) throw new ERR_INVALID_ARG_VALUE('source', 'Object', source);
    source ??= null;
    if (source !== null && typeof source !== 'object' && typeof source !== 'function') {
      throw new ERR_INVALID_ARG_TYPE('source', 'Object', source);
    }
    initStream(this);
    const type = source?.type;
    const start = method(source, 'start', 'source');
    const pull = method(source, 'pull', 'source');
    const cancel = method(source, 'cancel', 'source');
    const algorithms = {
      start: start ? (controller) => Reflect.apply(start, source, [controller]) : () => undefined,
      pull: pull ? (controller) => promiseCall(pull, source, controller) : () => Promise.resolve(),
      cancel: cancel ? (reason) => promiseCall(cancel, source, reason) : () => Promise.resolve(),
    };
    if (type !== undefined) {
      if (`${type}` !== 'bytes') throw new ERR_INVALID_ARG_VALUE('source.type', type);
      if (strategy?.size !== undefined) throw new ERR_INVALID_ARG_VALUE.RangeError('strategy.size', strategy.size);
      const { autoAllocateChunkSize } = source;
      if (autoAllocateChunkSize !== undefined && !(+autoAllocateChunkSize > 0)) {
        throw new ERR_INVALID_ARG_VALUE('source.autoAllocateChunkSize', autoAllocateChunkSize);
      }
      setUpByteController(this, algorithms, highWaterMarkOf(strategy, 0), autoAllocateChunkSize);
    } else {
      const size = sizeOf(strategy);
      setUpDefaultController(this, algorithms, highWaterMarkOf(strategy, 1), size);
    }
  }

  static from(iterable) {
    return fromIterable(iterable);
  }

  get [kIsClosedPromise]() { return closedDeferred(this); }
  [kTransferList]() {
    this[kPort] = require('internal/webstreams/transfer').portOfReadable(this);
    return [this[kPort]];
  }
  [kTransfer]() {
    return { data: { port: this[kPort] }, deserializeInfo: 'internal/webstreams/transfer:reviveReadable' };
  }

  get locked() {
    check(this, ReadableStream, 'ReadableStream');
    return isLocked(this);
  }
  cancel(reason = undefined) {
    try {
      check(this, ReadableStream, 'ReadableStream');
    } catch (error) {
      return Promise.reject(error);
    }
    if (isLocked(this)) return Promise.reject(new ERR_INVALID_STATE.TypeError('ReadableStream is locked'));
    return cancelStream(this, reason);
  }
  getReader(options = {}) {
    check(this, ReadableStream, 'ReadableStream');
    if (options !== undefined && options !== null) validateObject(options, 'options');
    const mode = options?.mode;
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    if (`${mode}` !== 'byob') throw new ERR_INVALID_ARG_VALUE('options.mode', mode);
    return new ReadableStreamBYOBReader(this);
  }
  pipeThrough(transform, options = {}) {
    check(this, ReadableStream, 'ReadableStream');
    const { readable, writable: sink } = transform ?? {};
    if (!(readable instanceof ReadableStream)) throw new ERR_INVALID_ARG_TYPE('transform.readable', 'ReadableStream', readable);
    if (!(sink instanceof writable.WritableStream)) throw new ERR_INVALID_ARG_TYPE('transform.writable', 'WritableStream', sink);
    const checked = pipeOptions(options);
    if (isLocked(this)) throw new ERR_INVALID_STATE.TypeError('The ReadableStream is locked');
    if (sink.locked) throw new ERR_INVALID_STATE.TypeError('The WritableStream is locked');
    quiet(pipeTo(this, sink, checked));
    return readable;
  }
  pipeTo(destination, options = {}) {
    try {
      check(this, ReadableStream, 'ReadableStream');
      if (!(destination instanceof writable.WritableStream)) throw new ERR_INVALID_ARG_TYPE('transform.writable', 'WritableStream', destination);
      const checked = pipeOptions(options);
      if (isLocked(this)) throw new ERR_INVALID_STATE.TypeError('The ReadableStream is locked');
      if (destination.locked) throw new ERR_INVALID_STATE.TypeError('The WritableStream is locked');
      return pipeTo(this, destination, checked);
    } catch (error) {
      return Promise.reject(error);
    }
  }
  tee() {
    check(this, ReadableStream, 'ReadableStream');
    return tee(this);
  }
  values(options = {}) {
    check(this, ReadableStream, 'ReadableStream');
    if (options !== undefined && options !== null) validateObject(options, 'options');
    return iterate(this, Boolean(options?.preventCancel));
  }
}

function pipeOptions(options) {
  if (options !== undefined && options !== null) validateObject(options, 'options');
  const { preventAbort, preventCancel, preventClose, signal } = options ?? {};
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  return { preventAbort: Boolean(preventAbort), preventCancel: Boolean(preventCancel), preventClose: Boolean(preventClose), signal };
}

function initStream(stream) {
  stream[kState] = { state: 'readable', storedError: undefined, reader: undefined, controller: undefined, disturbed: false };
}
function isLocked(stream) {
  return stream[kState].reader !== undefined;
}

function createReadableStream(algorithms, highWaterMark = 1, size = () => 1) {
  const stream = new ReadableStream(kKey);
  initStream(stream);
  setUpDefaultController(stream, algorithms, highWaterMark, size);
  return stream;
}
function createByteStream(algorithms) {
  const stream = new ReadableStream(kKey);
  initStream(stream);
  setUpByteController(stream, algorithms, 0, undefined);
  return stream;
}

function closeStream(stream) {
  const s = stream[kState];
  s.state = 'closed';
  s.closedDeferred?.resolve();
  const { reader } = s;
  if (reader === undefined) return;
  reader[kState].closed.resolve();
  if (reader instanceof ReadableStreamDefaultReader) {
    const { requests } = reader[kState];
    reader[kState].requests = [];
    for (const request of requests) request.close();
  }
}
function errorStream(stream, error) {
  const s = stream[kState];
  s.state = 'errored';
  s.storedError = error;
  s.closedDeferred?.reject(error);
  const { reader } = s;
  if (reader === undefined) return;
  reader[kState].closed.reject(error);
  quiet(reader[kState].closed.promise);
  const { requests } = reader[kState];
  reader[kState].requests = [];
  for (const request of requests) request.error(error);
}

function cancelStream(stream, reason) {
  const s = stream[kState];
  s.disturbed = true;
  if (s.state === 'closed') return Promise.resolve();
  if (s.state === 'errored') return Promise.reject(s.storedError);
  closeStream(stream);
  if (s.reader instanceof ReadableStreamBYOBReader) {
    const { requests } = s.reader[kState];
    s.reader[kState].requests = [];
    for (const request of requests) request.close(undefined);
  }
  return s.controller[kCancel](reason).then(() => undefined);
}

// Default controllers

function setUpDefaultController(stream, algorithms, highWaterMark, size) {
  const controller = new ReadableStreamDefaultController(kKey);
  controller[kState] = {
    stream, algorithms, highWaterMark, size, queue: new SizedQueue(), started: false, closeRequested: false, pulling: false,
    pullAgain: false,
  };
  stream[kState].controller = controller;
  start(controller, algorithms);
}
function start(controller, algorithms) {
  const c = controller[kState];
  const started = algorithms.start(controller);
  Promise.resolve(started).then(() => {
    c.started = true;
    callPull(controller);
  }, (error) => controllerError(controller, error));
}

function canCloseOrEnqueue(controller) {
  const c = controller[kState];
  return !c.closeRequested && c.stream[kState].state === 'readable';
}
function waitingReads(stream) {
  return stream[kState].reader?.[kState].requests.length ?? 0;
}
function desiredSize(controller) {
  const c = controller[kState];
  switch (c.stream[kState].state) {
    case 'errored': return null;
    case 'closed': return 0;
    default: return c.highWaterMark - (c.queue.total ?? 0);
  }
}
function shouldPull(controller) {
  const c = controller[kState];
  if (c.stream[kState].state !== 'readable' || c.closeRequested || !c.started) return false;
  if (isLocked(c.stream) && waitingReads(c.stream) > 0) return true;
  return desiredSize(controller) > 0;
}
function callPull(controller) {
  const c = controller[kState];
  if (!shouldPull(controller)) return;
  if (c.pulling) {
    c.pullAgain = true;
    return;
  }
  c.pulling = true;
  c.algorithms.pull(controller).then(() => {
    c.pulling = false;
    if (c.pullAgain) {
      c.pullAgain = false;
      callPull(controller);
    }
  }, (error) => controllerError(controller, error));
}
function controllerError(controller, error) {
  const c = controller[kState];
  if (c.stream[kState].state !== 'readable') return;
  c.queue.clear();
  if (c.pullIntos) c.pullIntos = [];
  c.algorithms = undefined;
  errorStream(c.stream, error);
}
function controllerClose(controller) {
  const c = controller[kState];
  if (!canCloseOrEnqueue(controller)) return;
  c.closeRequested = true;
  if (c.queue.length === 0) {
    c.algorithms = undefined;
    closeStream(c.stream);
  }
}
function controllerEnqueue(controller, chunk) {
  const c = controller[kState];
  const { stream } = c;
  if (!canCloseOrEnqueue(controller)) return;
  if (isLocked(stream) && waitingReads(stream) > 0) {
    stream[kState].reader[kState].requests.shift().chunk(chunk);
  } else {
    try {
      c.queue.push(chunk, c.size(chunk));
    } catch (error) {
      controllerError(controller, error);
      throw error;
    }
  }
  callPull(controller);
}

class ReadableStreamDefaultController {
  constructor(key = undefined) { illegal(key); }
  get desiredSize() {
    check(this, ReadableStreamDefaultController, 'ReadableStreamDefaultController');
    return desiredSize(this);
  }
  close() {
    check(this, ReadableStreamDefaultController, 'ReadableStreamDefaultController');
    if (!canCloseOrEnqueue(this)) throw new ERR_INVALID_STATE.TypeError('Controller is already closed');
    controllerClose(this);
  }
  enqueue(chunk = undefined) {
    check(this, ReadableStreamDefaultController, 'ReadableStreamDefaultController');
    if (!canCloseOrEnqueue(this)) throw new ERR_INVALID_STATE.TypeError('Controller is already closed');
    controllerEnqueue(this, chunk);
  }
  error(error = undefined) {
    check(this, ReadableStreamDefaultController, 'ReadableStreamDefaultController');
    controllerError(this, error);
  }
  [kCancel](reason) {
    const c = this[kState];
    c.queue.clear();
    const result = c.algorithms.cancel(reason);
    c.algorithms = undefined;
    return result;
  }
  [kPull](request) {
    const c = this[kState];
    if (c.queue.length > 0) {
      const chunk = c.queue.shift();
      if (c.closeRequested && c.queue.length === 0) {
        c.algorithms = undefined;
        closeStream(c.stream);
      } else {
        callPull(this);
      }
      request.chunk(chunk);
      return;
    }
    c.stream[kState].reader[kState].requests.push(request);
    callPull(this);
  }
  [kRelease]() {}
}

// Byte controllers. A pull-into is a buffer that a reader lent, to be filled.

function setUpByteController(stream, algorithms, highWaterMark, autoAllocateChunkSize) {
  const controller = new ReadableByteStreamController(kKey);
  const queue = { chunks: [], total: 0, get length() { return this.chunks.length; }, clear() { this.chunks = []; this.total = 0; } };
  controller[kState] = {
    stream, algorithms, highWaterMark, queue, started: false, closeRequested: false, pulling: false, pullAgain: false,
    autoAllocateChunkSize, pullIntos: [], byobRequest: null,
  };
  stream[kState].controller = controller;
  start(controller, algorithms);
}

function invalidateByobRequest(c) {
  if (c.byobRequest === null) return;
  c.byobRequest[kState].controller = undefined;
  c.byobRequest[kState].view = null;
  c.byobRequest = null;
}

function viewOf(into) {
  return into.type === DataView ? new DataView(into.buffer, into.byteOffset, into.filled) :
    new into.type(into.buffer, into.byteOffset, into.filled / into.elementSize);
}

function fillFromQueue(c, into) {
  let room = Math.min(c.queue.total, into.byteLength - into.filled);
  let ready = false;
  const afterAll = into.filled + room;
  const aligned = afterAll - (afterAll % into.elementSize);
  if (aligned >= into.minimum) {
    room = aligned - into.filled;
    ready = true;
  }
  const target = new Uint8Array(into.buffer);
  while (room > 0) {
    const head = c.queue.chunks[0];
    const take = Math.min(room, head.byteLength);
    target.set(new Uint8Array(head.buffer, head.byteOffset, take), into.byteOffset + into.filled);
    if (take === head.byteLength) c.queue.chunks.shift();
    else c.queue.chunks[0] = { buffer: head.buffer, byteOffset: head.byteOffset + take, byteLength: head.byteLength - take };
    c.queue.total -= take;
    into.filled += take;
    room -= take;
  }
  return ready;
}

function drainedClose(controller) {
  const c = controller[kState];
  if (c.queue.total === 0 && c.closeRequested) {
    c.algorithms = undefined;
    closeStream(c.stream);
  } else {
    callPull(controller);
  }
}

// Gives a filled pull-into to the read that waits for it.
function commit(stream, into) {
  const done = stream[kState].state === 'closed';
  const view = viewOf(into);
  const request = stream[kState].reader[kState].requests.shift();
  if (done) request.close(view);
  else request.chunk(view);
}

function processPullIntos(controller) {
  const c = controller[kState];
  const filled = [];
  while (c.pullIntos.length > 0 && c.queue.total > 0) {
    if (!fillFromQueue(c, c.pullIntos[0])) break;
    filled.push(c.pullIntos.shift());
  }
  for (const into of filled) commit(c.stream, into);
}

function byteEnqueue(controller, chunk) {
  const c = controller[kState];
  const { stream } = c;
  if (!canCloseOrEnqueue(controller)) return;
  const { byteOffset, byteLength } = chunk;
  const buffer = chunk.buffer.transfer();
  if (c.pullIntos.length > 0) {
    const first = c.pullIntos[0];
    if (first.buffer.detached) throw new ERR_INVALID_STATE.TypeError('Destination ArrayBuffer is detached');
    invalidateByobRequest(c);
    first.buffer = first.buffer.transfer();
    if (first.reader === 'none' && first.filled > 0) {
      c.queue.chunks.push({ buffer: first.buffer.slice(first.byteOffset, first.byteOffset + first.filled), byteOffset: 0, byteLength: first.filled });
      c.queue.total += first.filled;
      c.pullIntos.shift();
    }
  }
  const push = () => {
    c.queue.chunks.push({ buffer, byteOffset, byteLength });
    c.queue.total += byteLength;
  };
  if (stream[kState].reader instanceof ReadableStreamDefaultReader) {
    const { requests } = stream[kState].reader[kState];
    // Reads are answered from the queue first.
    while (requests.length > 0 && c.queue.total > 0) fillDefaultRead(controller, requests.shift());
    if (requests.length === 0) {
      push();
    } else {
      if (c.pullIntos.length > 0) c.pullIntos.shift();
      requests.shift().chunk(new Uint8Array(buffer, byteOffset, byteLength));
    }
  } else if (stream[kState].reader instanceof ReadableStreamBYOBReader) {
    push();
    processPullIntos(controller);
  } else {
    push();
  }
  callPull(controller);
}

function fillDefaultRead(controller, request) {
  const c = controller[kState];
  const { buffer, byteOffset, byteLength } = c.queue.chunks.shift();
  c.queue.total -= byteLength;
  drainedClose(controller);
  request.chunk(new Uint8Array(buffer, byteOffset, byteLength));
}

function byteClose(controller) {
  const c = controller[kState];
  if (c.closeRequested || c.stream[kState].state !== 'readable') return;
  if (c.queue.total > 0) {
    c.closeRequested = true;
    return;
  }
  if (c.pullIntos.length > 0 && c.pullIntos[0].filled % c.pullIntos[0].elementSize !== 0) {
    const error = new ERR_INVALID_STATE.TypeError('Partial read');
    controllerError(controller, error);
    throw error;
  }
  c.algorithms = undefined;
  closeStream(c.stream);
}

function respond(controller, bytesWritten) {
  const c = controller[kState];
  const [first] = c.pullIntos;
  const { state } = c.stream[kState];
  if (state === 'closed') {
    if (bytesWritten !== 0) throw new ERR_INVALID_STATE.TypeError('Controller is closed');
  } else {
    if (bytesWritten === 0) throw new ERR_INVALID_STATE.TypeError('bytesWritten must be greater than 0');
    if (first.filled + bytesWritten > first.byteLength) throw new ERR_INVALID_ARG_VALUE.RangeError('bytesWritten', bytesWritten);
  }
  first.buffer = first.buffer.transfer();
  respondInternal(controller, bytesWritten);
}

function respondInternal(controller, bytesWritten) {
  const c = controller[kState];
  const [first] = c.pullIntos;
  invalidateByobRequest(c);
  if (c.stream[kState].state === 'closed') {
    if (first.reader === 'none') c.pullIntos.shift();
    if (c.stream[kState].reader instanceof ReadableStreamBYOBReader) {
      while (c.stream[kState].reader[kState].requests.length > 0) commit(c.stream, c.pullIntos.shift());
    }
  } else {
    first.filled += bytesWritten;
    if (first.reader === 'none') {
      c.queue.chunks.push({ buffer: first.buffer.slice(first.byteOffset, first.byteOffset + first.filled), byteOffset: 0, byteLength: first.filled });
      c.queue.total += first.filled;
      c.pullIntos.shift();
      processPullIntos(controller);
    } else if (first.filled >= first.minimum) {
      c.pullIntos.shift();
      const rest = first.filled % first.elementSize;
      if (rest > 0) {
        const end = first.byteOffset + first.filled;
        c.queue.chunks.push({ buffer: first.buffer.slice(end - rest, end), byteOffset: 0, byteLength: rest });
        c.queue.total += rest;
      }
      first.filled -= rest;
      if (first.reader === 'default') {
        c.stream[kState].reader[kState].requests.shift().chunk(viewOf(first));
      } else {
        commit(c.stream, first);
      }
      processPullIntos(controller);
    }
  }
  callPull(controller);
}

class ReadableStreamBYOBRequest {
  constructor(key = undefined) { illegal(key); }
  get view() {
    check(this, ReadableStreamBYOBRequest, 'ReadableStreamBYOBRequest');
    return this[kState].view;
  }
  respond(bytesWritten) {
    check(this, ReadableStreamBYOBRequest, 'ReadableStreamBYOBRequest');
    const { controller, view } = this[kState];
    if (controller === undefined) throw new ERR_INVALID_STATE.TypeError('This BYOB request has been invalidated');
    if (view.buffer.detached) throw new ERR_INVALID_STATE.TypeError('Viewed ArrayBuffer is detached');
    respond(controller, +bytesWritten);
  }
  respondWithNewView(view) {
    check(this, ReadableStreamBYOBRequest, 'ReadableStreamBYOBRequest');
    const { controller } = this[kState];
    if (controller === undefined) throw new ERR_INVALID_STATE.TypeError('This BYOB request has been invalidated');
    if (!isArrayBufferView(view)) throw new ERR_INVALID_ARG_TYPE('view', ['Buffer', 'TypedArray', 'DataView'], view);
    if (view.buffer.detached) throw new ERR_INVALID_STATE.TypeError('Viewed ArrayBuffer is detached');
    const c = controller[kState];
    const [first] = c.pullIntos;
    if (c.stream[kState].state === 'closed') {
      if (view.byteLength !== 0) throw new ERR_INVALID_STATE.TypeError('View is not zero-length');
    } else if (view.byteLength === 0) {
      throw new ERR_INVALID_STATE.TypeError('View is zero-length');
    }
    if (first.byteOffset + first.filled !== view.byteOffset) throw new ERR_INVALID_ARG_VALUE.RangeError('view', view);
    if (first.buffer.byteLength !== view.buffer.byteLength) throw new ERR_INVALID_ARG_VALUE.RangeError('view.buffer.byteLength', view.buffer.byteLength);
    if (first.filled + view.byteLength > first.byteLength) throw new ERR_INVALID_ARG_VALUE.RangeError('view', view);
    const size = view.byteLength;
    first.buffer = view.buffer.transfer();
    respondInternal(controller, size);
  }
}

class ReadableByteStreamController {
  constructor(key = undefined) { illegal(key); }
  get byobRequest() {
    check(this, ReadableByteStreamController, 'ReadableByteStreamController');
    const c = this[kState];
    if (c.byobRequest === null && c.pullIntos.length > 0) {
      const [first] = c.pullIntos;
      const request = new ReadableStreamBYOBRequest(kKey);
      request[kState] = {
        controller: this,
        view: new Uint8Array(first.buffer, first.byteOffset + first.filled, first.byteLength - first.filled),
      };
      c.byobRequest = request;
    }
    return c.byobRequest;
  }
  get desiredSize() {
    check(this, ReadableByteStreamController, 'ReadableByteStreamController');
    return desiredSize(this);
  }
  close() {
    check(this, ReadableByteStreamController, 'ReadableByteStreamController');
    if (this[kState].closeRequested) throw new ERR_INVALID_STATE.TypeError('Controller is already closed');
    if (this[kState].stream[kState].state !== 'readable') throw new ERR_INVALID_STATE.TypeError('ReadableStream is already closed');
    byteClose(this);
  }
  enqueue(chunk) {
    check(this, ReadableByteStreamController, 'ReadableByteStreamController');
    if (!isArrayBufferView(chunk)) throw new ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], chunk);
    if (chunk.byteLength === 0) throw new ERR_INVALID_STATE.TypeError('chunk ArrayBuffer is zero-length or detached');
    if (this[kState].closeRequested) throw new ERR_INVALID_STATE.TypeError('Controller is already closed');
    if (this[kState].stream[kState].state !== 'readable') throw new ERR_INVALID_STATE.TypeError('ReadableStream is already closed');
    byteEnqueue(this, chunk);
  }
  error(error = undefined) {
    check(this, ReadableByteStreamController, 'ReadableByteStreamController');
    controllerError(this, error);
  }
  [kCancel](reason) {
    const c = this[kState];
    c.pullIntos = [];
    invalidateByobRequest(c);
    c.queue.clear();
    const result = c.algorithms.cancel(reason);
    c.algorithms = undefined;
    return result;
  }
  [kPull](request) {
    const c = this[kState];
    if (c.queue.total > 0) return fillDefaultRead(this, request);
    if (c.autoAllocateChunkSize !== undefined) {
      const size = c.autoAllocateChunkSize;
      c.pullIntos.push({
        buffer: new ArrayBuffer(size), byteOffset: 0, byteLength: size, filled: 0, minimum: 1, elementSize: 1,
        type: Uint8Array, reader: 'default',
      });
    }
    c.stream[kState].reader[kState].requests.push(request);
    callPull(this);
  }
  [kRelease]() {
    const c = this[kState];
    if (c.pullIntos.length > 0) {
      c.pullIntos[0].reader = 'none';
      c.pullIntos = [c.pullIntos[0]];
    }
  }
}

function pullInto(controller, view, minimum, request) {
  const c = controller[kState];
  const { stream } = c;
  const type = isDataView(view) ? DataView : view.constructor;
  const elementSize = isDataView(view) ? 1 : view.BYTES_PER_ELEMENT;
  const { byteOffset, byteLength } = view;
  const into = {
    buffer: view.buffer.transfer(), byteOffset, byteLength, filled: 0, minimum: minimum * elementSize, elementSize,
    type: type === Buffer ? Uint8Array : type, reader: 'byob',
  };
  if (c.pullIntos.length > 0) {
    c.pullIntos.push(into);
    stream[kState].reader[kState].requests.push(request);
    return;
  }
  if (stream[kState].state === 'closed') {
    into.filled = 0;
    request.close(viewOf(into));
    return;
  }
  if (c.queue.total > 0) {
    if (fillFromQueue(c, into)) {
      drainedClose(controller);
      request.chunk(viewOf(into));
      return;
    }
    if (c.closeRequested) {
      const error = new ERR_INVALID_STATE.TypeError('ReadableStream closed');
      controllerError(controller, error);
      request.error(error);
      return;
    }
  }
  c.pullIntos.push(into);
  stream[kState].reader[kState].requests.push(request);
  callPull(controller);
}

// Readers

function initReader(reader, stream) {
  if (!(stream instanceof ReadableStream) || !(kState in stream)) throw new ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', stream);
  if (isLocked(stream)) throw new ERR_INVALID_STATE.TypeError('ReadableStream is locked');
  const s = stream[kState];
  const closed = defer();
  reader[kState] = { stream, closed, requests: [] };
  s.reader = reader;
  if (s.state === 'closed') {
    closed.resolve();
  } else if (s.state === 'errored') {
    closed.reject(s.storedError);
    quiet(closed.promise);
  }
}
function releaseReader(reader) {
  const r = reader[kState];
  const { stream } = r;
  const error = new ERR_INVALID_STATE.TypeError('Reader released');
  if (stream[kState].state !== 'readable') r.closed = defer();
  r.closed.reject(error);
  quiet(r.closed.promise);
  stream[kState].controller[kRelease]();
  stream[kState].reader = undefined;
  r.stream = undefined;
  const { requests } = r;
  r.requests = [];
  for (const request of requests) request.error(error);
}
function readRequest({ resolve, reject }) {
  return {
    chunk: (value) => resolve({ value, done: false }),
    close: (value) => resolve({ value, done: true }),
    error: reject,
  };
}
function defaultRead(reader, request) {
  const { stream } = reader[kState];
  const s = stream[kState];
  s.disturbed = true;
  if (s.state === 'closed') request.close();
  else if (s.state === 'errored') request.error(s.storedError);
  else s.controller[kPull](request);
}
function unbound() {
  return new ERR_INVALID_STATE.TypeError('The reader is not attached to a stream');
}

class ReadableStreamDefaultReader {
  constructor(stream) { initReader(this, stream); }
  read() {
    try {
      check(this, ReadableStreamDefaultReader, 'ReadableStreamDefaultReader');
    } catch (error) {
      return Promise.reject(error);
    }
    if (this[kState].stream === undefined) return Promise.reject(unbound());
    const result = defer();
    defaultRead(this, readRequest(result));
    return result.promise;
  }
  releaseLock() {
    check(this, ReadableStreamDefaultReader, 'ReadableStreamDefaultReader');
    if (this[kState].stream !== undefined) releaseReader(this);
  }
  get closed() {
    try {
      check(this, ReadableStreamDefaultReader, 'ReadableStreamDefaultReader');
    } catch (error) {
      return Promise.reject(error);
    }
    return this[kState].closed.promise;
  }
  cancel(reason = undefined) {
    try {
      check(this, ReadableStreamDefaultReader, 'ReadableStreamDefaultReader');
    } catch (error) {
      return Promise.reject(error);
    }
    return this[kState].stream === undefined ? Promise.reject(unbound()) : cancelStream(this[kState].stream, reason);
  }
}

class ReadableStreamBYOBReader {
  constructor(stream) {
    if (!(stream instanceof ReadableStream) || !(kState in stream)) throw new ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', stream);
    if (isLocked(stream)) throw new ERR_INVALID_STATE.TypeError('ReadableStream is locked');
    if (!(stream[kState].controller instanceof ReadableByteStreamController)) {
      throw new ERR_INVALID_ARG_VALUE('stream', stream, 'must be a byte stream');
    }
    initReader(this, stream);
  }
  read(view, options = {}) {
    try {
      check(this, ReadableStreamBYOBReader, 'ReadableStreamBYOBReader');
      if (!isArrayBufferView(view)) throw new ERR_INVALID_ARG_TYPE('view', ['Buffer', 'TypedArray', 'DataView'], view);
      validateObject(options, 'options');
      if (view.byteLength === 0 || view.buffer.byteLength === 0) throw new ERR_INVALID_STATE.TypeError('View or Viewed ArrayBuffer is zero-length or detached');
      const minimum = options.min ?? 1;
      if (!Number.isInteger(minimum) || minimum <= 0) throw new ERR_INVALID_ARG_VALUE('options.min', minimum, 'must be greater than 0');
      const length = isDataView(view) ? view.byteLength : view.length;
      if (minimum > length) throw new ERR_INVALID_ARG_VALUE.RangeError('options.min', minimum);
      const { stream } = this[kState];
      if (stream === undefined) throw unbound();
      const result = defer();
      stream[kState].disturbed = true;
      if (stream[kState].state === 'errored') return Promise.reject(stream[kState].storedError);
      pullInto(stream[kState].controller, view, minimum, readRequest(result));
      return result.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }
  releaseLock() {
    check(this, ReadableStreamBYOBReader, 'ReadableStreamBYOBReader');
    if (this[kState].stream !== undefined) releaseReader(this);
  }
  get closed() {
    try {
      check(this, ReadableStreamBYOBReader, 'ReadableStreamBYOBReader');
    } catch (error) {
      return Promise.reject(error);
    }
    return this[kState].closed.promise;
  }
  cancel(reason = undefined) {
    try {
      check(this, ReadableStreamBYOBReader, 'ReadableStreamBYOBReader');
    } catch (error) {
      return Promise.reject(error);
    }
    return this[kState].stream === undefined ? Promise.reject(unbound()) : cancelStream(this[kState].stream, reason);
  }
}

// Pipes, tees and iteration

function pipeTo(source, dest, { preventAbort, preventCancel, preventClose, signal }) {
  const reader = new ReadableStreamDefaultReader(source);
  const writer = new writable.WritableStreamDefaultWriter(dest);
  source[kState].disturbed = true;
  const result = defer();
  let shuttingDown = false;
  let lastWrite = Promise.resolve();

  const finalize = (failed, error) => {
    writer.releaseLock();
    reader.releaseLock();
    signal?.removeEventListener('abort', onAbort);
    if (failed) result.reject(error);
    else result.resolve(undefined);
  };
  // Chunks that were read are written before the end.
  const afterWrites = (action) => {
    const writing = lastWrite;
    quiet(writing).then(check2, check2);
    function check2() {
      if (writing !== lastWrite) return afterWrites(action);
      action();
    }
  };
  const shutdown = (action, failed, error) => {
    if (shuttingDown) return;
    shuttingDown = true;
    const run = () => {
      if (!action) return finalize(failed, error);
      action().then(() => finalize(failed, error), (other) => finalize(true, other));
    };
    if (dest[kState].state === 'writable' && !writable.closeQueuedOrInFlight(dest)) afterWrites(run);
    else run();
  };
  function onAbort() {
    const { reason } = signal;
    const actions = [];
    if (!preventAbort) actions.push(() => (dest[kState].state === 'writable' ? writable.abort(dest, reason) : Promise.resolve()));
    if (!preventCancel) actions.push(() => (source[kState].state === 'readable' ? cancelStream(source, reason) : Promise.resolve()));
    shutdown(() => Promise.all(actions.map((action) => action())), true, reason);
  }
  if (signal) {
    if (signal.aborted) {
      onAbort();
      return result.promise;
    }
    signal.addEventListener('abort', onAbort);
  }
  const onSourceError = (error) => shutdown(preventAbort ? null : () => writable.abort(dest, error), true, error);
  const onSourceClosed = () => shutdown(preventClose ? null : () => {
    if (writable.closeQueuedOrInFlight(dest) || dest[kState].state === 'closed') return Promise.resolve();
    if (dest[kState].state === 'errored') return Promise.reject(dest[kState].storedError);
    return writable.close(dest);
  }, false);
  const onDestError = (error) => shutdown(preventCancel ? null : () => cancelStream(source, error), true, error);
  if (source[kState].state === 'errored') onSourceError(source[kState].storedError);
  else reader[kState].closed.promise.then(undefined, onSourceError);
  if (dest[kState].state === 'errored') onDestError(dest[kState].storedError);
  else writer[kState].closed.promise.then(undefined, onDestError);
  if (source[kState].state === 'closed') onSourceClosed();
  else reader[kState].closed.promise.then(onSourceClosed, () => {});
  if (writable.closeQueuedOrInFlight(dest) || dest[kState].state === 'closed') {
    const error = new ERR_INVALID_STATE.TypeError('Destination WritableStream is closed');
    shutdown(preventCancel ? null : () => cancelStream(source, error), true, error);
  }
  const step = () => {
    if (shuttingDown) return;
    writer[kState].ready.promise.then(() => {
      if (shuttingDown) return;
      defaultRead(reader, {
        chunk(chunk) {
          lastWrite = quiet(writable.writerWrite(writer, chunk));
          // The read must be over before the next begins.
          queueMicrotask(step);
        },
        close() {},
        error() {},
      });
    }, () => {});
  };
  step();
  return result.promise;
}

function tee(stream) {
  const bytes = stream[kState].controller instanceof ReadableByteStreamController;
  const reader = new ReadableStreamDefaultReader(stream);
  let reading = false;
  let readAgain = false;
  const canceled = [false, false];
  const reasons = [];
  const branches = [];
  const cancelled = defer();
  const enqueue = (branch, chunk) => (bytes ? byteEnqueue : controllerEnqueue)(branch[kState].controller, chunk);
  const closeBranch = (branch) => (bytes ? byteClose : controllerClose)(branch[kState].controller);

  const pull = () => {
    if (reading) {
      readAgain = true;
      return Promise.resolve();
    }
    reading = true;
    defaultRead(reader, {
      chunk(value) {
        queueMicrotask(() => {
          readAgain = false;
          const copy = bytes && !canceled[0] && !canceled[1] ? value.slice() : value;
          if (!canceled[0]) enqueue(branches[0], value);
          if (!canceled[1]) enqueue(branches[1], copy);
          reading = false;
          if (readAgain) pull();
        });
      },
      close() {
        reading = false;
        for (const i of [0, 1]) {
          if (canceled[i]) continue;
          closeBranch(branches[i]);
          if (bytes && branches[i][kState].controller[kState].pullIntos.length > 0) respond(branches[i][kState].controller, 0);
        }
        if (!canceled[0] || !canceled[1]) cancelled.resolve();
      },
      error() { reading = false; },
    });
    return Promise.resolve();
  };
  const cancel = (i) => (reason) => {
    canceled[i] = true;
    reasons[i] = reason;
    if (canceled[1 - i]) cancelled.resolve(cancelStream(stream, [reasons[0], reasons[1]]));
    return cancelled.promise;
  };
  for (const i of [0, 1]) {
    const algorithms = { start() {}, pull, cancel: cancel(i) };
    branches[i] = bytes ? createByteStream(algorithms) : createReadableStream(algorithms);
  }
  reader[kState].closed.promise.then(undefined, (error) => {
    for (const branch of branches) controllerError(branch[kState].controller, error);
    if (!canceled[0] || !canceled[1]) cancelled.resolve();
  });
  return branches;
}

const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype));

function iterate(stream, preventCancel) {
  const reader = new ReadableStreamDefaultReader(stream);
  let ongoing = Promise.resolve();
  let done = false;
  const next = () => {
    if (done) return Promise.resolve({ done: true, value: undefined });
    const result = defer();
    defaultRead(reader, {
      chunk: (value) => result.resolve({ value, done: false }),
      close: () => {
        done = true;
        releaseReader(reader);
        result.resolve({ done: true, value: undefined });
      },
      error: (error) => {
        done = true;
        releaseReader(reader);
        result.reject(error);
      },
    });
    return result.promise;
  };
  const finish = async (value) => {
    if (done) return { done: true, value };
    done = true;
    if (preventCancel) {
      releaseReader(reader);
      return { done: true, value };
    }
    const cancelling = cancelStream(stream, value);
    releaseReader(reader);
    await cancelling;
    return { done: true, value };
  };
  return Object.setPrototypeOf({
    next() { return (ongoing = ongoing.then(next, next)); },
    return(value) {
      const run = () => finish(value);
      return (ongoing = ongoing.then(run, run));
    },
  }, AsyncIteratorPrototype);
}

function fromIterable(iterable) {
  if (iterable === null || iterable === undefined) throw new ERR_INVALID_ARG_TYPE('iterable', 'iterable', iterable);
  const open = iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator];
  if (typeof open !== 'function') {
    const { codes: { ERR_ARG_NOT_ITERABLE } } = require('internal/errors');
    throw new ERR_ARG_NOT_ITERABLE(require('internal/util/inspect').inspect(iterable));
  }
  const iterator = Reflect.apply(open, iterable, []);
  const isAsync = iterable[Symbol.asyncIterator] != null;
  const stream = createReadableStream({
    start() {},
    async pull() {
      const result = await iterator.next();
      if (typeof result !== 'object' || result === null) throw new ERR_INVALID_STATE.TypeError('The promise returned by the iterator.next() method must fulfill with an object');
      if (result.done) controllerClose(stream[kState].controller);
      else controllerEnqueue(stream[kState].controller, isAsync ? result.value : await result.value);
    },
    async cancel(reason) {
      if (typeof iterator.return !== 'function') return;
      await iterator.return(reason);
    },
  }, 0);
  return stream;
}

Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, {
  __proto__: null, configurable: true, enumerable: false, writable: true, value: ReadableStream.prototype.values,
});
Object.defineProperty(ReadableStream, 'from', { __proto__: null, enumerable: true });
define(ReadableStream, ['locked', 'cancel', 'getReader', 'pipeThrough', 'pipeTo', 'tee', 'values'],
  (self) => ({ locked: self.locked, state: self[kState].state, supportsBYOB: self[kState].controller instanceof ReadableByteStreamController }));
define(ReadableStreamDefaultController, ['desiredSize', 'close', 'enqueue', 'error']);
define(ReadableByteStreamController, ['byobRequest', 'desiredSize', 'close', 'enqueue', 'error']);
define(ReadableStreamBYOBRequest, ['view', 'respond', 'respondWithNewView'], (self) => ({ view: self.view, controller: self[kState].controller }));
define(ReadableStreamDefaultReader, ['closed', 'cancel', 'read', 'releaseLock']);
define(ReadableStreamBYOBReader, ['closed', 'cancel', 'read', 'releaseLock']);

const isReadableStream = (value) => value instanceof ReadableStream && kState in value;

module.exports = {
  ReadableStream, ReadableStreamDefaultReader, ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableByteStreamController,
  ReadableStreamDefaultController, controllerClose, controllerEnqueue, controllerError, createReadableStream, desiredSize,
  isReadableStream,
};
