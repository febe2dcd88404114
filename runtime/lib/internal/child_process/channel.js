'use strict';

// The channel between a process and the child it forked: messages on a pipe, with handles.
//
// A handle goes inside a message {cmd: 'NODE_HANDLE', type, msg}, and the other side answers NODE_HANDLE_ACK, or
// NODE_HANDLE_NACK when the message came alone (it had no descriptor left for it). Until then all that is sent waits: a
// handle's message is never overtaken, and there is only one handle that an answer can mean.

const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_IPC_CHANNEL_CLOSED, ERR_IPC_DISCONNECTED, ERR_MISSING_ARGS,
  },
  ErrnoException,
} = require('internal/errors');
const { deprecate } = require('internal/util');
const { validateObject } = require('internal/validators');
const { createCodec } = require('internal/child_process/codecs');
const { Control } = require('internal/child_process/control');

const { streamState, kReadBytesOrError, kLastWriteWasAsync } = internalBinding('stream_wrap');

// More unsent bytes than this, and send() says to wait.
const kHighWaterMark = 128 * 1024;
const kMaxRetransmissions = 3;
const kChannelDeprecation = '_channel is deprecated. Use ChildProcess.channel instead.';
const kNoOptions = { __proto__: null };

function isInternal(message) {
  return message !== null && typeof message === 'object' && typeof message.cmd === 'string' && message.cmd.startsWith('NODE_');
}

class Channel {
  sent = new Map(); // lists of internal/child_process/socket_lists, by key
  received = new Map();
  #pipe;
  #codec;
  #pendingWrites = 0;
  #closing = false;
  #arrived = null; // a handle whose message is not complete
  #inFlight = null; // the entry whose handle has not been acknowledged
  #queue = null; // entries that wait for that
  // A program may not listen yet: what comes before it does is kept.
  #held = [];

  constructor(target, pipe, serialization) {
    this.target = target;
    this.#pipe = pipe;
    this.#codec = createCodec(serialization);
    // Classes of what can arrive must be there before it does.
    internalBinding('tcp_wrap');
    internalBinding('udp_wrap');
    target.on('newListener', (event) => {
      if (event === 'message' && this.#held !== null) process.nextTick(() => this.#flushHeld());
    });
    const onMessage = (message) => this.#receive(message);
    const onError = (error) => target.emit('error', error);
    pipe.onread = (bytes, handle) => {
      if (streamState[kReadBytesOrError] <= 0) {
        this.#finish();
        return;
      }
      if (handle) {
        this.#arrived?.close();
        this.#arrived = handle;
      }
      this.#codec.feed(bytes, onMessage, onError);
    };
    pipe.readStart();
  }

  // Receiving.

  #flushHeld() {
    const held = this.#held;
    this.#held = null;
    for (const { 0: message, 1: handle } of held ?? []) this.target.emit('message', message, handle);
  }

  #deliver(message, handle) {
    const internal = isInternal(message);
    process.nextTick(() => {
      const { target } = this;
      if (internal) target.emit('internalMessage', message, handle);
      else if (this.#held !== null && target === process && target.listenerCount('message') === 0) this.#held.push([message, handle]);
      else target.emit('message', message, handle);
    });
  }

  #receive(message) {
    if (this.#pipe === null) return;
    switch (isInternal(message) ? message.cmd : '') {
      case 'NODE_HANDLE':
        this.#receiveHandle(message);
        break;
      case 'NODE_HANDLE_ACK':
        this.#acknowledged();
        break;
      case 'NODE_HANDLE_NACK':
        this.#notReceived();
        break;
      case 'NODE_SOCKET_NOTIFY_CLOSE':
      case 'NODE_SOCKET_GET_COUNT':
        this.received.get(message.key)?.receive(message);
        break;
      case 'NODE_SOCKET_ALL_CLOSED':
      case 'NODE_SOCKET_COUNT':
        this.sent.get(message.key)?.receive(message);
        break;
      default:
        this.#deliver(message);
    }
  }

  #receiveHandle(envelope) {
    const raw = this.#arrived;
    this.#arrived = null;
    if (raw === null) {
      this.#writeNow({ cmd: 'NODE_HANDLE_NACK' });
      return;
    }
    this.#writeNow({ cmd: 'NODE_HANDLE_ACK' });
    const kind = require('internal/child_process/handle_kinds').kindNamed(envelope.type, raw);
    if (kind === undefined) {
      raw.close();
      this.#deliver(envelope.msg);
      return;
    }
    kind.receive(raw, envelope, this, (handle) => this.#deliver(envelope.msg, handle));
  }

  // Sending. An entry is {encoded, kind, object, raw, message, options, callback, attempts}.

  post(message, object, options = kNoOptions, callback = undefined) {
    if (message === undefined) throw new ERR_MISSING_ARGS('message');
    if (typeof message !== 'string' && typeof message !== 'object' && typeof message !== 'number' && typeof message !== 'boolean') {
      throw new ERR_INVALID_ARG_TYPE('message', ['string', 'object', 'number', 'boolean'], message);
    }
    const kind = object ? require('internal/child_process/handle_kinds').kindOf(object) : null;
    const entry = { encoded: null, kind, object, raw: null, message, options, callback, attempts: 0 };
    if (kind === null || kind.raw(object) === null) {
      entry.kind = null;
      entry.encoded = this.#codec.encode(message);
    } else {
      const envelope = { cmd: 'NODE_HANDLE', type: kind.name, msg: message };
      kind.describe(envelope, object);
      entry.encoded = this.#codec.encode(envelope);
    }
    if (this.#queue === null) return this.#write(entry);
    this.#queue.push(entry);
    return this.#queue.length === 1;
  }

  // Ahead of all that waits.
  #writeNow(message) {
    const options = { swallowErrors: true };
    this.#write({ encoded: this.#codec.encode(message), kind: null, message, options, callback: undefined });
  }

  #write(entry) {
    const { kind, object, options } = entry;
    if (kind !== null && entry.raw === null) {
      entry.raw = kind.raw(object);
      if (entry.raw === null) {
        // It was closed while it waited.
        entry.kind = null;
        entry.encoded = this.#codec.encode(entry.message);
      } else {
        kind.take(object, entry.raw, this, options);
      }
    }
    const request = { oncomplete: (status) => this.#written(entry, status) };
    const error = this.#codec.write(this.#pipe, request, entry.encoded, entry.raw ?? undefined);
    if (error) {
      this.#release(entry);
      this.#report(entry, new ErrnoException(error, 'write'));
      return false;
    }
    if (entry.raw !== null && entry.raw !== undefined) {
      this.#inFlight = entry;
      this.#queue ??= [];
    }
    if (streamState[kLastWriteWasAsync]) this.#pendingWrites++;
    else this.#done(entry, null);
    return this.#pipe.getWriteQueueSize() < kHighWaterMark;
  }

  #written(entry, status) {
    this.#pendingWrites--;
    // A process that ends while messages are on their way to it is no error of who sent them, unless they ask.
    this.#done(entry, status < 0 ? new ErrnoException(status, 'write') : null);
    if (this.#closing) this.close();
  }

  #done(entry, error) {
    const { callback } = entry;
    entry.callback = undefined;
    if (typeof callback === 'function') process.nextTick(callback, error);
  }
  #report(entry, error) {
    if (typeof entry.callback === 'function') this.#done(entry, error);
    else if (!entry.options.swallowErrors) process.nextTick(() => this.target.emit('error', error));
  }

  // The other side has the handle, or will never have it.
  #release(entry) {
    if (entry.raw && entry.kind.closes(entry.options)) entry.raw.close();
    entry.raw = null;
  }

  #acknowledged() {
    if (this.#inFlight === null) return;
    this.#release(this.#inFlight);
    this.#flushQueue();
  }

  #notReceived() {
    const entry = this.#inFlight;
    if (entry === null) return;
    if (++entry.attempts <= kMaxRetransmissions) {
      this.#inFlight = null;
      this.#write(entry);
      if (this.#inFlight === null) this.#flushQueue();
      return;
    }
    process.emitWarning('Handle did not reach the receiving process correctly', 'SentHandleNotReceivedWarning');
    this.#acknowledged();
  }

  #flushQueue() {
    this.#inFlight = null;
    const queue = this.#queue ?? [];
    this.#queue = null;
    for (let i = 0; i < queue.length; i++) {
      if (this.#pipe === null) {
        this.#report(queue[i], new ERR_IPC_CHANNEL_CLOSED());
        continue;
      }
      this.#write(queue[i]);
      if (this.#inFlight !== null) {
        this.#queue = queue.slice(i + 1);
        return;
      }
    }
    if (this.#closing) this.close();
  }

  // Ending.

  // Closes when all has been sent.
  close() {
    this.#closing = true;
    if (this.#queue === null && this.#pendingWrites === 0) this.#finish();
  }

  #finish() {
    const { target } = this;
    const pipe = this.#pipe;
    if (pipe === null) return;
    this.#pipe = null;
    pipe.onread = () => {};
    target.connected = false;
    target.channel = null;
    this.#arrived?.close();
    this.#arrived = null;
    if (this.#inFlight !== null) this.#release(this.#inFlight);
    for (const entry of this.#queue ?? []) {
      entry.options = { swallowErrors: true };
      this.#report(entry, new ERR_IPC_CHANNEL_CLOSED());
    }
    this.#inFlight = this.#queue = null;
    pipe.close(() => {
      process.nextTick(() => {
        target.emit('disconnect');
        if (target !== process) require('internal/child_process/child').maybeClose(target);
      });
    });
  }
}

// Gives `target` (a ChildProcess, or process in the child) send(), disconnect(), connected and channel.
function setup(target, pipe, serialization) {
  const control = new Control(pipe);
  target.channel = control;
  Object.defineProperty(target, '_channel', {
    __proto__: null,
    configurable: true,
    get: deprecate(() => target.channel, kChannelDeprecation, 'DEP0129'),
    set: deprecate((value) => { target.channel = value; }, kChannelDeprecation, 'DEP0129'),
  });
  target.connected = true;
  const channel = new Channel(target, pipe, serialization);

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
    return channel.post(message, handle, options, callback);
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
    channel.close();
  };
  return control;
}

// In a forked child: process becomes the target. Listeners of 'message' and 'disconnect' keep the loop alive.
function setupChild(fd, serialization) {
  const { Pipe } = internalBinding('pipe_wrap');
  const pipe = new Pipe(2);
  const error = pipe.open(fd);
  if (error) throw new ErrnoException(error, 'open');
  pipe.unref();
  const control = setup(process, pipe, serialization);
  process.on('newListener', (event) => {
    if (event === 'message' || event === 'disconnect') control.refCounted();
  });
  process.on('removeListener', (event) => {
    if ((event === 'message' || event === 'disconnect') && process.channel) control.unrefCounted();
  });
}

module.exports = { setup, setupChild };
