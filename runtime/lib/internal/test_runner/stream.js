'use strict';

// TestsStream: what happens in a run, as a stream of {type, data} that emits each event by its type too.
// Spec: Node 24, test.md, "Class: TestsStream".

const { Readable } = require('stream');

class TestsStream extends Readable {
  #waiting = [];
  #canPush = true;

  constructor() {
    super({ __proto__: null, objectMode: true, highWaterMark: Number.MAX_SAFE_INTEGER });
  }

  onListenerError(error) { process.nextTick(() => { throw error; }); }

  _read() {
    this.#canPush = true;
    while (this.#waiting.length > 0) {
      if (!this.#push(this.#waiting.shift())) return;
    }
  }

  #push(message) {
    this.#canPush = this.push(message);
    return this.#canPush;
  }

  // Passes on an event that came from another process or run as it is.
  forward(event) {
    try {
      this.emit(event.type, event.data);
    } catch (error) {
      // A listener's mistake is not one of the test that is reported.
      this.onListenerError(error);
    }
    this.#send(event);
  }

  #emitEvent(type, data) {
    this.forward({ type, data });
  }

  #send(event) {
    if (this.#canPush && this.#waiting.length === 0) this.#push(event);
    else this.#waiting.push(event);
  }

  #outcome(type, loc, node, details, directive) {
    const { tags, classname, ...rest } = node;
    const data = { __proto__: null, ...rest, details, tags };
    if (classname !== undefined) data.classname = classname;
    this.#emitEvent(type, Object.assign(data, loc, directive));
  }

  enqueue(loc, data) { this.#emitEvent('test:enqueue', { __proto__: null, ...data, ...loc }); }
  dequeue(loc, data) { this.#emitEvent('test:dequeue', { __proto__: null, ...data, ...loc }); }
  start(loc, data) { this.#emitEvent('test:start', { __proto__: null, ...data, ...loc }); }
  complete(loc, node, details, directive) { this.#outcome('test:complete', loc, node, details, directive); }
  ok(loc, node, details, directive) { this.#outcome('test:pass', loc, node, details, directive); }
  fail(loc, node, details, directive) { this.#outcome('test:fail', loc, node, details, directive); }
  plan(loc, nesting, count) { this.#emitEvent('test:plan', { __proto__: null, nesting, count, ...loc }); }
  diagnostic(loc, nesting, message, level = 'info') {
    this.#emitEvent('test:diagnostic', { __proto__: null, nesting, message, level, ...loc });
  }
  log(loc, data) { this.#emitEvent('test:log', { __proto__: null, ...data, ...loc }); }
  stdout(data) { this.#emitEvent('test:stdout', { __proto__: null, ...data }); }
  stderr(data) { this.#emitEvent('test:stderr', { __proto__: null, ...data }); }
  coverage(nesting, loc, summary) { this.#emitEvent('test:coverage', { __proto__: null, nesting, summary, ...loc }); }
  interrupted(tests) { this.#emitEvent('test:interrupted', { __proto__: null, tests }); }
  summary(data) { this.#emitEvent('test:summary', { __proto__: null, ...data }); }

  watchRestarted() { this.#emitEvent('test:watch:restarted', undefined); }
  watchDrained() { this.#emitEvent('test:watch:drained', undefined); }

  // No more events.
  end() { this.#send(null); }
}

module.exports = { TestsStream };
