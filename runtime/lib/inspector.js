'use strict';

// node:inspector. Documented in doc/api/inspector.md; the messages are those of the Chrome DevTools Protocol.

const {
  JSONParse, JSONStringify, SafeMap, SymbolDispose,
} = primordials;
const EventEmitter = require('events');
const {
  codes: {
    ERR_INSPECTOR_ALREADY_ACTIVATED, ERR_INSPECTOR_ALREADY_CONNECTED, ERR_INSPECTOR_CLOSED, ERR_INSPECTOR_COMMAND, ERR_INSPECTOR_NOT_ACTIVE,
    ERR_INSPECTOR_NOT_AVAILABLE, ERR_INSPECTOR_NOT_CONNECTED, ERR_INSPECTOR_NOT_WORKER, ERR_INVALID_ARG_TYPE,
  },
} = require('internal/errors');
const { isUint32, validateFunction, validateInt32, validateString } = require('internal/validators');
const { isMainThread } = require('worker_threads');
const binding = internalBinding('inspector');
const { attach, openServer } = require('internal/inspector/attach');

class Session extends EventEmitter {
  #connection = null;
  #nextId = 1;
  #callbacks = new SafeMap();

  connect() {
    if (this.#connection) throw new ERR_INSPECTOR_ALREADY_CONNECTED('The inspector session');
    attach();
    this.#connection = new binding.Connection((message) => this.#receive(message), false);
  }

  connectToMainThread() {
    if (isMainThread) throw new ERR_INSPECTOR_NOT_WORKER();
    if (this.#connection) throw new ERR_INSPECTOR_ALREADY_CONNECTED('The inspector session');
    this.#connection = new binding.Connection((message) => this.#receive(message), true);
  }

  #receive(text) {
    const message = JSONParse(text);
    try {
      if (message.id === undefined) {
        this.emit(message.method, message);
        this.emit('inspectorNotification', message);
        return;
      }
      const callback = this.#callbacks.get(message.id);
      this.#callbacks.delete(message.id);
      if (callback === undefined) return;
      if (message.error) {
        callback(new ERR_INSPECTOR_COMMAND(message.error.code, message.error.message));
      } else {
        callback(null, message.result);
      }
    } catch (error) {
      process.emitWarning(error);
    }
  }

  post(method, params, callback) {
    validateString(method, 'method');
    if (callback === undefined && typeof params === 'function') {
      callback = params;
      params = null;
    }
    if (params && typeof params !== 'object') throw new ERR_INVALID_ARG_TYPE('params', 'Object', params);
    if (callback) validateFunction(callback, 'callback');
    if (!this.#connection) throw new ERR_INSPECTOR_NOT_CONNECTED();
    const message = { id: this.#nextId++, method };
    if (params) message.params = params;
    if (callback) this.#callbacks.set(message.id, callback);
    this.#connection.dispatch(JSONStringify(message));
  }

  disconnect() {
    if (!this.#connection) return;
    this.#connection.disconnect();
    this.#connection = null;
    for (const callback of this.#callbacks.values()) process.nextTick(callback, new ERR_INSPECTOR_CLOSED());
    this.#callbacks.clear();
    this.#nextId = 1;
  }
}

function open(port, host, wait) {
  if (!isMainThread) throw new ERR_INSPECTOR_NOT_AVAILABLE();
  if (binding.url() !== undefined) throw new ERR_INSPECTOR_ALREADY_ACTIVATED();
  // 0 to 65535: the operating system's own to refuse.
  if (isUint32(port)) validateInt32(port, 'port', 0, 65535);
  else port = process.debugPort;
  const failure = openServer(host ? `${host}` : '127.0.0.1', port);
  if (failure !== undefined) process.stderr.write(`${failure}\n`);
  else if (wait) binding.waitForDebugger();
  return { __proto__: null, [SymbolDispose]() { close(); } };
}

function close() { binding.close(); }
function url() { return binding.url(); }

function waitForDebugger() {
  if (binding.url() === undefined) throw new ERR_INSPECTOR_NOT_ACTIVE();
  binding.waitForDebugger();
}

module.exports = { open, close, url, waitForDebugger, console: binding.console, Session };
