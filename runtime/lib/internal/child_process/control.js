'use strict';

// What a program sees of its channel: process.channel and subprocess.channel.

const EventEmitter = require('events');

class Control extends EventEmitter {
  #pipe;
  #refs = 0;
  #refExplicitly = false;
  constructor(pipe) {
    super();
    this.#pipe = pipe;
  }
  get fd() { return this.#pipe.getFd(); }
  // Listeners keep the loop alive, unless the program has said what it wants.
  refCounted() {
    if (++this.#refs === 1 && !this.#refExplicitly) this.#pipe.ref();
  }
  unrefCounted() {
    if (--this.#refs === 0 && !this.#refExplicitly) {
      this.#pipe.unref();
      this.emit('unref');
    }
  }
  ref() {
    this.#refExplicitly = true;
    this.#pipe.ref();
  }
  unref() {
    this.#refExplicitly = true;
    this.#pipe.unref();
  }
}

module.exports = { Control };
