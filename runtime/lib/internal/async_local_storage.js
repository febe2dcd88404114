'use strict';

// AsyncLocalStorage and RunScope, on the context frame that V8 carries. Documented in doc/api/async_context.md.

const { current, exchange, find, without, withValue } = require('internal/async_context_frame');
const { validateObject, validateString } = require('internal/validators');
const { ReflectApply, SymbolDispose } = primordials;

class RunScope {
  #storage;
  #before;
  #had;
  #disposed = false;

  constructor(storage, store) {
    const entry = find(current(), storage);
    this.#storage = storage;
    this.#had = entry !== undefined;
    this.#before = entry?.value;
    storage.enterWith(store);
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#had) this.#storage.enterWith(this.#before);
    else exchange(without(current(), this.#storage));
  }

  [SymbolDispose]() {
    this.dispose();
  }
}

class AsyncLocalStorage {
  #defaultValue = undefined;
  #name = undefined;

  constructor(options = undefined) {
    if (options === undefined) return;
    validateObject(options, 'options');
    this.#defaultValue = options.defaultValue;
    if (options.name !== undefined) this.#name = `${options.name}`;
  }

  get name() {
    return this.#name || '';
  }

  static bind(fn) {
    return require('async_hooks').AsyncResource.bind(fn);
  }

  static snapshot() {
    const frame = current();
    return function runInSnapshot(callback, ...args) {
      const outer = current();
      exchange(frame);
      try {
        return ReflectApply(callback, this, args);
      } finally {
        exchange(outer);
      }
    };
  }

  disable() {
    const entry = find(current(), this);
    if (entry === undefined) return;
    // In place: the contexts that share this entry are to lose it too.
    entry.storage = undefined;
    entry.value = undefined;
  }

  enterWith(store) {
    exchange(withValue(current(), this, store));
  }

  run(store, callback, ...args) {
    const outer = current();
    // As in Node, nothing begins with a store that is there already, and nothing ends.
    const entry = find(outer, this);
    if (entry !== undefined && Object.is(entry.value, store)) return ReflectApply(callback, null, args);
    const inner = withValue(outer, this, store);
    exchange(inner);
    try {
      return ReflectApply(callback, null, args);
    } finally {
      this.#restore(outer, inner);
    }
  }

  exit(callback, ...args) { return this.run(undefined, callback, ...args); }

  // Ends run(): what other storages entered meanwhile stays.
  #restore(outer, inner) {
    const frame = current();
    if (frame === inner) {
      exchange(outer);
      return;
    }
    const entry = find(outer, this);
    exchange(entry === undefined ? without(frame, this) : withValue(frame, this, entry.value));
  }

  getStore() {
    let frame = current();
    while (frame !== undefined) {
      if (frame.storage === this) return frame.value;
      frame = frame.next;
    }
    return this.#defaultValue;
  }

  withScope(store) {
    return new RunScope(this, store);
  }
}

module.exports = { AsyncLocalStorage, RunScope };
