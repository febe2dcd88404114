'use strict';

// A handle that the primary binds and every worker has a copy of; the system chooses who accepts or receives.

const { Pipe, UV_READABLE, UV_WRITABLE } = internalBinding('pipe_wrap');

function createHandle(address, { port, addressType, fd, flags, readableAll, writableAll }) {
  if (addressType === 'udp4' || addressType === 'udp6') {
    return require('internal/dgram')._createSocketHandle(address, port, addressType, fd, flags);
  }
  const handle = require('internal/net/server').createServerHandle(address, port, addressType, fd, flags);
  const mode = (readableAll ? UV_READABLE : 0) | (writableAll ? UV_WRITABLE : 0);
  if (mode !== 0 && handle instanceof Pipe) {
    const error = handle.fchmod(mode);
    if (error) {
      handle.close();
      return error;
    }
  }
  return handle;
}

module.exports = class SharedHandle {
  #workers = new Map();
  #handle = null;
  #error = 0;

  constructor(key, address, options) {
    const made = createHandle(address, options);
    if (typeof made === 'number') this.#error = made;
    else this.#handle = made;
  }

  add(worker, answer) {
    this.#workers.set(worker.id, worker);
    answer(this.#error, null, this.#handle);
  }

  // True when that was the last one, and the handle is closed.
  remove(worker) {
    if (!this.#workers.delete(worker.id) || this.#workers.size > 0) return false;
    this.#handle?.close();
    return true;
  }
};
