'use strict';

// The subtests of a node: how they are made, wait for their turn to run, and for their turn to be reported.

const { eventData } = require('internal/test_runner/report');
const { createSeededGenerator, draw, testFailure } = require('internal/test_runner/utils');

const now = () => process.hrtime.bigint();

class Branch {
  constructor(parent, harness, isHook) {
    this.parent = parent;
    this.root = parent === null ? this : parent.root;
    this.harness = harness;
    this.nesting = parent === null || parent.parent === null ? 0 : parent.nesting + 1;
    this.subtests = [];
    this.pending = []; // subtests that wait for their turn to run
    this.activeSubtests = 0;
    this.filteredCount = 0;
    // The place among its siblings in the report: the one of declaration, or of execution where that is random.
    this.random = harness.isRandom ? createSeededGenerator(harness.config.randomSeed) : undefined;
    this.place = parent === null || isHook || parent.random !== undefined ? 0 : parent.subtests.length + 1;
    this.placed = 0; // how many subtests have a place, where the order is random
    this.byPlace = undefined; // place -> subtest, where the order is random
    this.ready = new Map(); // subtests that ended and wait for their turn to be reported, by place
    this.waitingOn = 1; // the place of the subtest that is reported next
    this.reportedCount = 0;
  }

  // Makes a subtest of the class `Type`; what follows is what test() was called with. A subtest of a test that ended
  // belongs to the nearest ancestor that did not, and has failed.
  createSubtest(Type, name, options, fn, overrides) {
    if (typeof name === 'function') {
      fn = name;
      name = undefined;
      options = undefined;
    } else if (name !== null && typeof name === 'object') {
      fn = typeof options === 'function' ? options : fn;
      options = name;
      name = undefined;
    } else if (typeof options === 'function') {
      fn = options;
      options = undefined;
    }
    // Own properties alone: what was put on Object.prototype is no option.
    const given = { __proto__: null, ...options };
    let parent = this;
    while ((parent.isFinished || parent.isBuilt) && parent.parent !== null) parent = parent.parent;
    parent.plan?.count();
    const node = new Type({
      __proto__: null, ...given, ...overrides, fn: given.fn ?? fn, name: given.name ?? name, parent,
    });
    parent.subtests.push(node);
    if (parent !== this) {
      node.fail(testFailure('test could not be started because its parent finished', 'parentAlreadyFinished'));
    }
    return node;
  }

  hasRoom() { return this.activeSubtests < this.concurrency; }

  // Runs the node now or when its parent has room. The promise is fulfilled when it ended.
  start() {
    if (this.isFiltered) {
      this.endFiltered();
      return this.hasFinished.promise;
    }
    this.harness.enter?.();
    this.reporter.enqueue(this.loc, eventData(this));
    const { parent } = this;
    const isRandom = parent.random !== undefined;
    if (this.harness.isHeld || isRandom || !parent.hasRoom()) {
      parent.pending.push(this);
      // All that are declared in one go take part in the draw.
      if (isRandom && !this.harness.isHeld) queueMicrotask(() => parent.processPending());
      return this.hasFinished.promise;
    }
    this.reporter.dequeue(this.loc, eventData(this));
    return this.run();
  }

  // Starts what waits, as far as there is room.
  processPending() {
    while (this.pending.length > 0 && this.hasRoom()) {
      const node = this.random === undefined ? this.pending.shift() : draw(this.pending, this.random);
      if (node.isFinished) continue;
      if (node.isFiltered) {
        node.endFiltered();
        continue;
      }
      this.takePlace(node);
      node.reporter.dequeue(node.loc, eventData(node));
      node.run();
    }
  }

  endFiltered() {
    this.startTime ??= now();
    this.endTime ??= this.startTime;
    this.passed = true;
    this.hasFinished.resolve();
    this.parent.addReady(this);
  }

  // Where the order is random a node's place is the next one when it starts, or when it ends without having run.
  takePlace(node) {
    if (this.random === undefined || node.place !== 0) return;
    node.place = ++this.placed;
    this.byPlace ??= new Map();
    this.byPlace.set(node.place, node);
  }

  // Subtests that still run are cancelled; those that failed make the test fail.
  settleSubtests(error) {
    let failed = 0;
    this.pending = [];
    for (const node of this.subtests) {
      if (!node.isFinished && !node.isFiltered) {
        if (node.outerSignal?.aborted) node.abortBy(node.outerSignal);
        else node.cancel(error);
        node.postRun();
        node.stopper?.(node.error);
      }
      if (node.isFiltered && !node.isFinished) node.endFiltered();
      if (!node.passed && !node.isTodo) failed++;
    }
    if ((this.passed || this.parent === null) && failed > 0) {
      const text = `${failed} subtest${failed > 1 ? 's' : ''} failed`;
      this.passed = false;
      this.error = null;
      this.fail(testFailure(text, 'subtestsFailed'));
    }
  }

  // A node is reported once all before it were, and its parent is the one that is reported now.
  isClearToSend() {
    if (this.parent === null) return true;
    return this.parent.waitingOn === this.place && this.parent.isClearToSend();
  }

  addReady(node) {
    this.takePlace(node);
    this.ready.set(node.place, node);
    if (this.isClearToSend()) this.flush();
  }

  // Reports what has its turn.
  flush() {
    let node;
    while ((node = this.ready.get(this.waitingOn)) !== undefined) {
      this.ready.delete(this.waitingOn);
      node.flush();
      node.report();
      this.waitingOn++;
    }
    // The one that is next may have subtests that ended while it runs.
    (this.random === undefined ? this.subtests[this.waitingOn - 1] : this.byPlace?.get(this.waitingOn))?.flush();
  }
}

module.exports = { Branch, now };
