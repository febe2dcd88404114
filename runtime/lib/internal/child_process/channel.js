'use strict';

// The channel between a process and the child it forked: messages as lines of JSON on a pipe.

const EventEmitter = require('events');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_HANDLE_TYPE, ERR_IPC_CHANNEL_CLOSED, ERR_IPC_DISCONNECTED, ERR_METHOD_NOT_IMPLEMENTED, ERR_MISSING_ARGS },
  ErrnoException,
} = require('internal/errors');
const { validateObject } = require('internal/validators');
const { StringDecoder } = require('string_decoder');

const { streamState, kReadBytesOrError, kLastWriteWasAsync } = internalBinding('stream_wrap');

class Control extends EventEmitter {
  #channel;
  #refs = 0;
  #refExplicitly = false;
  constructor(channel) {
    super();
    this.#channel = channel;
  }
  get fd() { return this.#channel?.getFd(); }
  // Listeners keep the loop alive, unless the program has said what it wants.
  refCounted() {
    if (++this.#refs === 1 && !this.#refExplicitly) this.#channel.ref();
  }
  unrefCounted() {
    if (--this.#refs === 0 && !this.#refExplicitly) {
      this.#channel.unref();
      this.emit('unref');
    }
  }
  ref() {
    this.#refExplicitly = true;
    this.#channel.ref();
  }
  unref() {
    this.#refExplicitly = true;
    this.#channel.unref();
  }
}

// Gives `target` (a ChildProcess, or process in the child) send(), disconnect(), connected and channel.
function setup(target, channel, serialization) {
  if (serialization === 'advanced') throw new ERR_METHOD_NOT_IMPLEMENTED('serialization: \'advanced\'');
  const control = new Control(channel);
  target.channel = control;
  target._channel = channel;
  target.connected = true;
  let pendingWrites = 0;
  let disconnecting = false;
  let received = '';
  const decoder = new StringDecoder('utf8');
  // A program may not listen yet: what comes before it does is kept.
  let held = [];

  const deliver = (message, handle) => {
    const internal = message !== null && typeof message === 'object' && typeof message.cmd === 'string' && message.cmd.startsWith('NODE_');
    target.emit(internal ? 'internalMessage' : 'message', message, handle);
  };
  const flushHeld = () => {
    if (held === null) return;
    const all = held;
    held = null;
    for (const [message, handle] of all) deliver(message, handle);
  };
  target.on('newListener', function onNewListener(event) {
    if (event !== 'message' || held === null) return;
    process.nextTick(flushHeld);
  });

  channel.onread = function(buffer, handle) {
    const size = streamState[kReadBytesOrError];
    if (size <= 0) {
      channel.onread = () => {};
      finish();
      return;
    }
    received += decoder.write(buffer);
    const lines = received.split('\n');
    received = lines.pop();
    for (const line of lines) {
      let message;
      try {
        message = JSON.parse(line);
      } catch (error) {
        target.emit('error', error);
        continue;
      }
      if (message?.cmd === 'NODE_HANDLE' || handle) {
        handle?.close?.();
        handle = undefined;
      }
      const internal = message !== null && typeof message === 'object' && typeof message.cmd === 'string' && message.cmd.startsWith('NODE_');
      process.nextTick(() => {
        if (!internal && held !== null && target.listenerCount('message') === 0 && target === process) held.push([message]);
        else deliver(message);
      });
    }
  };

  function finish() {
    if (!target.connected && target._channel === null) return;
    target.connected = false;
    target._channel = null;
    target.channel = null;
    channel.close(() => {
      process.nextTick(() => {
        target.emit('disconnect');
        if (target !== process) require('internal/child_process/child').maybeClose(target);
      });
    });
  }

  target.send = function(message, handle, options, callback) {
    if (typeof handle === 'function') {
      callback = handle;
      handle = undefined;
      options = undefined;
    } else if (typeof options === 'function') {
      callback = options;
      options = undefined;
    } else if (options !== undefined) {
      validateObject(options, 'options');
    }
    if (this.connected) return this._send(message, handle, options, callback);
    const error = new ERR_IPC_CHANNEL_CLOSED();
    if (typeof callback === 'function') process.nextTick(callback, error);
    else process.nextTick(() => this.emit('error', error));
    return false;
  };

  target._send = function(message, handle, options, callback) {
    if (message === undefined) throw new ERR_MISSING_ARGS('message');
    if (typeof message !== 'string' && typeof message !== 'object' && typeof message !== 'number' && typeof message !== 'boolean') {
      throw new ERR_INVALID_ARG_TYPE('message', ['string', 'object', 'number', 'boolean'], message);
    }
    if (handle) throw new ERR_INVALID_HANDLE_TYPE();
    const request = { oncomplete(status) {
      pendingWrites--;
      if (typeof callback === 'function') callback(status < 0 ? new ErrnoException(status, 'write') : null);
      if (pendingWrites === 0 && disconnecting) finish();
    } };
    const error = channel.writeUtf8String(request, `${JSON.stringify(message)}\n`);
    if (error) {
      const failure = new ErrnoException(error, 'write');
      if (typeof callback === 'function') process.nextTick(callback, failure);
      else process.nextTick(() => this.emit('error', failure));
      return false;
    }
    if (streamState[kLastWriteWasAsync]) {
      pendingWrites++;
    } else if (typeof callback === 'function') {
      process.nextTick(callback, null);
    }
    return channel.getWriteQueueSize() < 65536 * 2;
  };

  target.disconnect = function() {
    if (!this.connected) {
      this.emit('error', new ERR_IPC_DISCONNECTED());
      return;
    }
    this._disconnect();
  };
  target._disconnect = function() {
    this.connected = false;
    if (pendingWrites > 0) disconnecting = true;
    else finish();
  };

  channel.readStart();
  return control;
}

// In a forked child: process becomes the target. Listeners of 'message' and 'disconnect' keep the loop alive.
function setupChild(fd, serialization) {
  const { Pipe } = internalBinding('pipe_wrap');
  const channel = new Pipe(2);
  const error = channel.open(fd);
  if (error) throw new ErrnoException(error, 'open');
  channel.unref();
  const control = setup(process, channel, serialization);
  process.on('newListener', (event) => {
    if (event === 'message' || event === 'disconnect') control.refCounted();
  });
  process.on('removeListener', (event) => {
    if ((event === 'message' || event === 'disconnect') && process.channel) control.unrefCounted();
  });
}

module.exports = { setup, setupChild };
