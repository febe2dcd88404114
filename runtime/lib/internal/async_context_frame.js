'use strict';

// The values that AsyncLocalStorage instances have in one asynchronous context. V8 carries the current frame along promise
// reactions; timers, ticks, requests and AsyncResources keep the one they were made in.
//
// A frame is a short linked list, newest entry first, with at most one entry for a storage. It is not changed after it was made
// (but for disable()), so a context is captured by keeping a reference.

const { get: current, set: exchange } = internalBinding('async_context');

class AsyncContextFrame {
  constructor(storage, value, next) {
    this.storage = storage;
    this.value = value;
    this.next = next;
  }
}

function find(frame, storage) {
  while (frame !== undefined) {
    if (frame.storage === storage) return frame;
    frame = frame.next;
  }
  return undefined;
}

// The same list without the entry of `storage`; what is behind that entry is shared.
function without(frame, storage) {
  const entry = find(frame, storage);
  if (entry === undefined) return frame;
  if (entry === frame) return frame.next;
  return new AsyncContextFrame(frame.storage, frame.value, without(frame.next, storage));
}

function withValue(frame, storage, value) {
  return new AsyncContextFrame(storage, value, without(frame, storage));
}

module.exports = { AsyncContextFrame, current, exchange, find, without, withValue };
