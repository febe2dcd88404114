'use strict';

// BroadcastChannel: https://html.spec.whatwg.org/#broadcasting-to-other-browsing-contexts

const binding = internalBinding('message_port');
const { codes: { ERR_INVALID_THIS, ERR_MISSING_ARGS } } = require('internal/errors');
const { EventTarget, defineEventHandler } = require('internal/event_target');
const { customInspectSymbol: kInspect, lazyDOMException } = require('internal/util');
const { MessageEvent, kHandle, kOwner } = require('internal/worker/io');
const { markTransferMode } = require('internal/worker/transfer');

function onmessage(data, moved, failed) {
  // Nothing comes after close(), whatever was under way.
  if (this[kOwner][kClosed]) return;
  this[kOwner].dispatchEvent(new MessageEvent(failed ? 'messageerror' : 'message', { data }));
}

const kClosed = Symbol('kClosed');

class BroadcastChannel extends EventTarget {
  #name;
  #closed = false;

  static #check(value) {
    if (typeof value !== 'object' || value === null || !(#name in value)) throw new ERR_INVALID_THIS('BroadcastChannel');
  }

  constructor(name) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    super();
    markTransferMode(this, false, false);
    this.#name = `${name}`;
    const handle = binding.broadcast(this.#name);
    handle[kOwner] = this;
    handle.onmessage = onmessage;
    this[kHandle] = handle;
    handle.ref();
    handle.start();
  }

  get [kClosed]() { return this.#closed; }
  get name() {
    BroadcastChannel.#check(this);
    return this.#name;
  }
  close() {
    BroadcastChannel.#check(this);
    this.#closed = true;
    this[kHandle].close();
  }
  postMessage(message) {
    BroadcastChannel.#check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('message');
    if (this.#closed) throw lazyDOMException('BroadcastChannel is closed.', 'InvalidStateError');
    this[kHandle].post(message, undefined, this);
  }
  // Node's own: whether the channel keeps the loop alive. Return the channel.
  ref() {
    BroadcastChannel.#check(this);
    if (!this.#closed) this[kHandle].ref();
    return this;
  }
  unref() {
    BroadcastChannel.#check(this);
    if (!this.#closed) this[kHandle].unref();
    return this;
  }

  [kInspect](depth, options) {
    BroadcastChannel.#check(this);
    if (depth < 0) return 'BroadcastChannel';
    const { inspect } = require('internal/util/inspect');
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `BroadcastChannel ${inspect({ name: this.#name, active: !this.#closed }, inner)}`;
  }
}
for (const name of ['name', 'close', 'postMessage']) {
  Object.defineProperty(BroadcastChannel.prototype, name, { __proto__: null, enumerable: true });
}
Object.defineProperty(BroadcastChannel.prototype, Symbol.toStringTag, {
  __proto__: null, configurable: true, value: 'BroadcastChannel',
});
defineEventHandler(BroadcastChannel.prototype, 'message');
defineEventHandler(BroadcastChannel.prototype, 'messageerror');

module.exports = { BroadcastChannel };
