'use strict';

// MessageChannel and its ports: https://html.spec.whatwg.org/#message-channels

const binding = internalBinding('message_port');
const { codes: { ERR_CONSTRUCT_CALL_INVALID, ERR_CONSTRUCT_CALL_REQUIRED, ERR_MISSING_ARGS } } = require('internal/errors');
const {
  Event, NodeEventTarget, defineEventHandler, kCreateEvent, kHybridDispatch, kNewListener, kRemoveListener,
} = require('internal/event_target');
const { kDetached, kTransfer, kTransferList, markTransferMode } = require('internal/worker/transfer');
const { customInspectSymbol: kInspect } = require('internal/util');

const kHandle = Symbol('kHandle');
const kOwner = Symbol('kOwner');
const kMoved = Symbol('kMoved');
const kPorts = Symbol('kPorts');

function describeSource(source) {
  return typeof source === 'object' ? require('internal/util/inspect').inspect(source) : String(source);
}

class MessageEvent extends Event {
  #data;
  #origin;
  #lastEventId;
  #source;
  #ports;
  constructor(type, init = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    super(type, init);
    const { data = null, origin = '', lastEventId = '', source = null, ports = [] } = init ?? {};
    if (typeof ports?.[Symbol.iterator] !== 'function') {
      throw typeError(`MessageEvent constructor: eventInitDict.ports (${describeSource(ports)}) is not iterable.`);
    }
    if (source !== null && !(source instanceof MessagePort)) {
      throw typeError(`MessageEvent constructor: Expected eventInitDict.source ("${describeSource(source)}") to be an instance of MessagePort.`);
    }
    this.#data = data;
    this.#origin = `${origin}`;
    this.#lastEventId = `${lastEventId}`;
    this.#source = source;
    this.#ports = [...ports];
    for (const port of this.#ports) {
      if (port instanceof MessagePort) continue;
      throw typeError(`MessageEvent constructor: Expected eventInitDict.ports ("${describeSource(port)}") to be an instance of MessagePort.`);
    }
  }
  get data() { return this.#data; }
  get origin() { return this.#origin; }
  get lastEventId() { return this.#lastEventId; }
  get source() { return this.#source; }
  get ports() { return this.#ports; }
}
for (const name of ['data', 'origin', 'lastEventId', 'source', 'ports']) {
  Object.defineProperty(MessageEvent.prototype, name, { __proto__: null, enumerable: true });
}
Object.defineProperty(MessageEvent.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'MessageEvent' });

// The list of an argument that is an array or other iterable, or { transfer: iterable }; undefined for none.
function transferListOf(options) {
  if (options === undefined || options === null) return undefined;
  if (typeof options !== 'object' && typeof options !== 'function') {
    throw typeError('Optional transferList argument must be an iterable');
  }
  if (typeof options[Symbol.iterator] === 'function') {
    return listOf(options, 'Optional transferList argument must be an iterable');
  }
  const { transfer } = options;
  if (transfer === undefined) return undefined;
  return listOf(transfer, 'Optional options.transfer argument must be an iterable');
}
function listOf(iterable, message) {
  if (Array.isArray(iterable)) return iterable;
  if (iterable === null || typeof iterable !== 'object' || typeof iterable[Symbol.iterator] !== 'function') {
    throw typeError(message);
  }
  const iterator = iterable[Symbol.iterator]();
  if (typeof iterator?.next !== 'function') throw typeError(message);
  return [...{ [Symbol.iterator]: () => iterator }];
}
function typeError(message) {
  const error = new TypeError(message);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

// What the native port calls, with itself as receiver.
function onmessage(data, moved, failed) {
  const port = this[kOwner];
  port[kPorts] = moved.length === 0 ? moved : moved.filter((object) => object instanceof MessagePort);
  port[kHybridDispatch](data, failed ? 'messageerror' : 'message');
}
function onclose() {
  const port = this[kOwner];
  port[kMoved] = true;
  port.dispatchEvent(new Event('close'));
}

class Port extends NodeEventTarget {
  constructor(handle) {
    super();
    markTransferMode(this, false, true);
    this[kHandle] = handle;
    this[kMoved] = false;
    this[kPorts] = []; // of the message that is being delivered
    handle[kOwner] = this;
    handle.onmessage = onmessage;
    handle.onclose = onclose;
  }

  postMessage(message, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('message');
    if (this[kHandle].post(message, transferListOf(options), this) === null) {
      process.emitWarning('The target port was posted to itself, and the communication channel was lost');
    }
  }

  start() {
    this[kHandle].start();
  }
  close(callback = undefined) {
    if (typeof callback === 'function') this.once('close', callback);
    this[kMoved] = true;
    this[kHandle].close(onclose);
  }
  ref() {
    this[kHandle].ref();
  }
  unref() {
    this[kHandle].unref();
  }
  hasRef() {
    return this[kHandle].hasRef();
  }

  // A port keeps the loop alive while somebody listens, unless told otherwise afterwards.
  [kNewListener](size, type, ...rest) {
    if (type === 'message' && size === 1) {
      this[kHandle].ref();
      this[kHandle].start();
    }
    return super[kNewListener](size, type, ...rest);
  }
  [kRemoveListener](size, type, ...rest) {
    if (type === 'message' && size === 0) {
      this[kHandle].unref();
      // What comes meanwhile waits for the next listener.
      this[kHandle].stop();
    }
    return super[kRemoveListener](size, type, ...rest);
  }

  // Listeners of the emitter's kind get the data alone.
  [kCreateEvent](data, type) {
    if (type !== 'message' && type !== 'messageerror') return super[kCreateEvent](data, type);
    return new MessageEvent(type, { data, ports: this[kPorts] });
  }

  get [kDetached]() { return this[kMoved]; }
  [kTransferList]() { return [this[kHandle]]; }
  [kTransfer]() {
    this[kMoved] = true;
    return { data: { handle: this[kHandle] }, deserializeInfo: 'internal/worker/io:adoptPort' };
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `MessagePort ${inspect({ active: !this[kMoved], refed: this.hasRef() }, options)}`;
  }
}
// What programs see: the class of ports, that nobody can construct.
function MessagePort() { throw new ERR_CONSTRUCT_CALL_INVALID(); }
Object.setPrototypeOf(MessagePort, NodeEventTarget);
Object.defineProperty(MessagePort, 'prototype', { __proto__: null, value: Port.prototype, writable: false });
Object.defineProperty(Port.prototype, 'constructor', {
  __proto__: null, value: MessagePort, writable: true, enumerable: false, configurable: true,
});
for (const name of ['postMessage', 'start', 'close', 'ref', 'unref', 'hasRef']) {
  Object.defineProperty(MessagePort.prototype, name, { __proto__: null, enumerable: true });
}
Object.defineProperty(MessagePort.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'MessagePort' });
defineEventHandler(MessagePort.prototype, 'message');
defineEventHandler(MessagePort.prototype, 'messageerror');

function adoptPort({ handle }) { return new Port(handle); }

function MessageChannel() {
  if (new.target === undefined) throw new ERR_CONSTRUCT_CALL_REQUIRED('MessageChannel');
  const { 0: one, 1: other } = binding.channel();
  this.port1 = new Port(one);
  this.port2 = new Port(other);
}
Object.defineProperty(MessageChannel.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'MessageChannel' });

// Takes the next message at once, past any listener.
function receiveMessageOnPort(port) {
  const handle = port?.[kHandle];
  if (!(handle instanceof binding.MessagePort)) throw typeError('The "port" argument must be a MessagePort instance');
  const received = handle.receive();
  return received ? { message: received[0] } : undefined;
}

// Hands over what has come and is not yet delivered.
function drainPort(port) {
  port[kHandle].drain();
}

module.exports = {
  MessageChannel, MessageEvent, MessagePort, adoptPort, drainPort, kHandle, kOwner, receiveMessageOnPort, transferListOf,
};
