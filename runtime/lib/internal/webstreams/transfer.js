'use strict';

// Streams that go to another realm: a pipe over a message channel takes their place.
// https://streams.spec.whatwg.org/#transferrable-streams

const { lazyDOMException } = require('internal/util');
const { MessageChannel } = require('internal/worker/io');

const kNothing = () => {};

// The reason of an error or cancellation, as much of it as can be cloned.
function postError(port, reason) {
  try {
    port.postMessage({ type: 'error', value: reason });
  } catch (error) {
    port.postMessage({ type: 'error', value: error });
    throw error;
  }
}

// A stream of what comes over `port`. `keepsAlive`: whether the loop runs on while somebody reads.
function readableOver(port, keepsAlive) {
  const { ReadableStream } = require('internal/webstreams/readablestream');
  let wanted = Promise.withResolvers();
  return new ReadableStream({
    start(controller) {
      port.onmessage = ({ data: { type, value } }) => {
        port.unref();
        switch (type) {
          case 'chunk':
            controller.enqueue(value);
            wanted.resolve();
            break;
          case 'close':
            controller.close();
            wanted.resolve();
            port.close();
            break;
          case 'error':
            controller.error(value);
            wanted.resolve();
            port.close();
            break;
        }
      };
      port.onmessageerror = () => {
        const error = lazyDOMException('Internal transferred ReadableStream error', 'DataCloneError');
        port.postMessage({ type: 'error', value: error });
        controller.error(error);
        port.close();
      };
      port.unref();
    },
    pull() {
      wanted = Promise.withResolvers();
      if (keepsAlive) port.ref();
      port.postMessage({ type: 'pull' });
      return wanted.promise;
    },
    cancel(reason) {
      try {
        postError(port, reason);
      } finally {
        port.close();
      }
    },
  }, { highWaterMark: 0, size: () => 1 });
}

// A stream whose chunks go over `port`, once the other side asked for one.
function writableOver(port) {
  const { WritableStream } = require('internal/webstreams/writablestream');
  let asked = Promise.withResolvers();
  return new WritableStream({
    start(controller) {
      port.onmessage = ({ data: { type, value } }) => {
        if (type === 'error') controller.error(value);
        asked.resolve();
      };
      port.onmessageerror = () => {
        const error = lazyDOMException('Internal transferred WritableStream error', 'DataCloneError');
        port.postMessage({ type: 'error', value: error });
        controller.error(error);
        port.close();
      };
      port.unref();
    },
    async write(chunk) {
      await asked.promise;
      asked = Promise.withResolvers();
      try {
        port.postMessage({ type: 'chunk', value: chunk });
      } catch (error) {
        try { postError(port, error); } finally { port.close(); }
        throw error;
      }
    },
    close() {
      port.postMessage({ type: 'close' });
      port.close();
    },
    abort(reason) {
      try {
        postError(port, reason);
      } finally {
        port.close();
      }
    },
  }, { highWaterMark: 1, size: () => 1 });
}

function checkUnlocked(stream, name) {
  if (stream.locked) throw lazyDOMException(`Cannot transfer a locked ${name}`, 'DataCloneError');
}

// Each gives the port that stands for the stream; the stream is piped from then on.
function portOfReadable(stream) {
  checkUnlocked(stream, 'ReadableStream');
  const { port1, port2 } = new MessageChannel();
  stream.pipeTo(writableOver(port1)).catch(kNothing);
  return port2;
}
function portOfWritable(stream) {
  checkUnlocked(stream, 'WritableStream');
  const { port1, port2 } = new MessageChannel();
  readableOver(port1, false).pipeTo(stream).catch(kNothing);
  return port2;
}

function reviveReadable({ port }) { return readableOver(port, true); }
function reviveWritable({ port }) { return writableOver(port); }
function reviveTransform({ readable, writable }) {
  return require('internal/webstreams/transformstream').joined(readable, writable);
}

module.exports = { portOfReadable, portOfWritable, reviveReadable, reviveTransform, reviveWritable };
