'use strict';

// The standard streams of a worker. On both sides of its control port: { type: 'stdio', stream, chunks: [{ chunk, encoding }] }
// carries what was written, a chunk of null the end, and { type: 'wants', stream } says that the reader has room.

const { Readable, Writable } = require('stream');

// What the other side writes.
class ThreadReadable extends Readable {
  #port;
  #name;
  #keepsAlive;
  #begun = false;
  #ended = false;

  // `keepsAlive`: whether reading keeps the loop running.
  constructor(port, name, keepsAlive) {
    super();
    this.#port = port;
    this.#name = name;
    this.#keepsAlive = keepsAlive;
  }

  _read() {
    if (!this.#begun && this.#keepsAlive && !this.#ended) {
      this.#begun = true;
      this.#port.keepAlive(1);
    }
    this.#port.postMessage({ type: 'wants', stream: this.#name });
  }

  take(chunks) {
    for (const { chunk, encoding } of chunks) {
      if (chunk === null) this.end();
      else this.push(chunk, encoding);
    }
  }
  end() {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#begun) this.#port.keepAlive(-1);
    this.push(null);
  }
}

// What the other side reads. Chunks count as written once it asked for more.
class ThreadWritable extends Writable {
  #port;
  #name;
  #waiting = [];

  constructor(port, name) {
    super({ decodeStrings: false });
    this.#port = port;
    this.#name = name;
  }

  _writev(chunks, callback) {
    this.#port.postMessage({
      type: 'stdio',
      stream: this.#name,
      chunks: chunks.map(({ chunk, encoding }) => ({ chunk, encoding })),
    });
    if (process._exiting) {
      callback();
      return;
    }
    this.#waiting.push(callback);
    if (this.#waiting.length === 1) this.#port.keepAlive(1);
  }
  _final(callback) {
    this.#port.postMessage({ type: 'stdio', stream: this.#name, chunks: [{ chunk: null, encoding: '' }] });
    callback();
  }

  wanted() {
    if (this.#waiting.length === 0) return;
    const callbacks = this.#waiting;
    this.#waiting = [];
    this.#port.keepAlive(-1);
    for (const callback of callbacks) callback();
  }
}

// A port and how many want it to keep the loop alive.
class ControlPort {
  #port;
  #users = 0;

  constructor(port) { this.#port = port; }
  postMessage(message) { this.#port.postMessage(message); }
  keepAlive(change) {
    this.#users += change;
    if (this.#users > 0) this.#port.ref();
    else this.#port.unref();
  }
}

module.exports = { ControlPort, ThreadReadable, ThreadWritable };
