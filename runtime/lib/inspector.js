'use strict';

// node:inspector. Documented in doc/api/inspector.md; the messages are those of the Chrome DevTools Protocol.

const {
  JSONParse, JSONStringify, SafeMap,
} = primordials;
const EventEmitter = require('events');
const {
  codes: {
    ERR_INSPECTOR_ALREADY_CONNECTED, ERR_INSPECTOR_CLOSED, ERR_INSPECTOR_COMMAND, ERR_INSPECTOR_NOT_ACTIVE,
    ERR_INSPECTOR_NOT_AVAILABLE, ERR_INSPECTOR_NOT_CONNECTED, ERR_INSPECTOR_NOT_WORKER, ERR_INVALID_ARG_TYPE,
  },
} = require('internal/errors');
const { validateFunction, validateString } = require('internal/validators');
const { isMainThread } = require('worker_threads');
const binding = internalBinding('inspector');
const { attach } = require('internal/inspector/attach');

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

// There is no server for other programs to connect to.
function open() { throw new ERR_INSPECTOR_NOT_AVAILABLE(); }
function close() {}
function url() { return undefined; }
function waitForDebugger() { throw new ERR_INSPECTOR_NOT_ACTIVE(); }

module.exports = { open, close, url, waitForDebugger, console: binding.console, Session };
