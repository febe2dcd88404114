'use strict';

// MessageChannel and its ports within a thread: https://html.spec.whatwg.org/#message-channels

const { codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS } } = require('internal/errors');
const { Event, NodeEventTarget, defineEventHandler } = require('internal/event_target');
const { structuredClone } = require('internal/structured_clone');
const { customInspectSymbol: kInspect } = require('internal/util');

const kMake = Symbol('make');
const kPeer = Symbol('peer');
const kQueue = Symbol('queue');
const kState = Symbol('state');

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
    if (source !== null && !(source instanceof MessagePort)) throw new ERR_INVALID_ARG_TYPE('init.source', 'MessagePort', source);
    this.#data = data;
    this.#origin = `${origin}`;
    this.#lastEventId = `${lastEventId}`;
    this.#source = source;
    this.#ports = [...ports];
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

class MessagePort extends NodeEventTarget {
  constructor(key = undefined) {
    if (key !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
    this[kQueue] = [];
    this[kPeer] = null;
    // `refed` undefined: nobody has asked, so listening decides.
    this[kState] = { started: false, closed: false, refed: undefined, keepAlive: null, scheduled: false };
  }

  postMessage(message, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('message');
    const transfer = Array.isArray(options) ? options : options?.transfer;
    const data = structuredClone(message, transfer == null ? undefined : { transfer });
    const peer = this[kPeer];
    if (peer === null || this[kState].closed) return;
    peer[kQueue].push(data);
    schedule(peer);
  }

  start() {
    const state = this[kState];
    if (state.closed || state.started) return;
    state.started = true;
    keepAlive(this);
    schedule(this);
  }
  close(callback = undefined) {
    if (typeof callback === 'function') this.once('close', callback);
    closePort(this);
    if (this[kPeer]) closePort(this[kPeer]);
  }
  ref() {
    this[kState].refed = true;
    keepAlive(this);
  }
  unref() {
    this[kState].refed = false;
    keepAlive(this);
  }
  hasRef() {
    return this[kState].keepAlive !== null;
  }
  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `MessagePort ${inspect({ active: !this[kState].closed, refed: this.hasRef() }, options)}`;
  }
}
Object.defineProperty(MessagePort.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'MessagePort' });

// The loop goes on while a port listens.
function keepAlive(port) {
  const state = port[kState];
  const wanted = !state.closed && state.started && state.refed !== false;
  if (wanted && state.keepAlive === null) {
    state.keepAlive = setInterval(() => {}, 2 ** 31 - 1);
  } else if (!wanted && state.keepAlive !== null) {
    clearInterval(state.keepAlive);
    state.keepAlive = null;
  }
}

function schedule(port) {
  const state = port[kState];
  if (!state.started || state.scheduled || port[kQueue].length === 0) return;
  state.scheduled = true;
  setImmediate(() => {
    state.scheduled = false;
    // As many as were there: those that come meanwhile wait for the next turn.
    for (let n = port[kQueue].length; n > 0 && !state.closed && state.started; n--) {
      const data = port[kQueue].shift();
      port.dispatchEvent(new MessageEvent('message', { data }));
    }
    schedule(port);
  });
}

function closePort(port) {
  const state = port[kState];
  if (state.closed) return;
  setImmediate(() => {
    if (state.closed) return;
    // What was sent before is delivered first.
    while (state.started && port[kQueue].length > 0) port.dispatchEvent(new MessageEvent('message', { data: port[kQueue].shift() }));
    state.closed = true;
    keepAlive(port);
    port[kPeer] = null;
    port.dispatchEvent(new Event('close'));
  });
}

defineEventHandler(MessagePort.prototype, 'message');
defineEventHandler(MessagePort.prototype, 'messageerror');
// To set onmessage, and to listen as an emitter, starts the port.
const { set: setOnMessage, get: getOnMessage } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
Object.defineProperty(MessagePort.prototype, 'onmessage', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get: getOnMessage,
  set(value) {
    Reflect.apply(setOnMessage, this, [value]);
    if (typeof value === 'function') this.start();
  },
});
for (const name of ['on', 'once', 'addListener', 'addEventListener']) {
  const original = MessagePort.prototype[name];
  Object.defineProperty(MessagePort.prototype, name, {
    __proto__: null,
    configurable: true,
    writable: true,
    value: { [name](type, ...args) {
      const result = Reflect.apply(original, this, [type, ...args]);
      if (type === 'message' && name !== 'addEventListener') this.start();
      return result;
    } }[name],
  });
}

class MessageChannel {
  constructor() {
    this.port1 = new MessagePort(kMake);
    this.port2 = new MessagePort(kMake);
    this.port1[kPeer] = this.port2;
    this.port2[kPeer] = this.port1;
  }
}
Object.defineProperty(MessageChannel.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'MessageChannel' });

// Takes the next message at once, past any listener.
function receiveMessageOnPort(port) {
  if (!(port instanceof MessagePort)) throw new ERR_INVALID_ARG_TYPE('port', 'MessagePort', port);
  return port[kQueue].length > 0 ? { message: port[kQueue].shift() } : undefined;
}

module.exports = { MessageChannel, MessageEvent, MessagePort, receiveMessageOnPort };
