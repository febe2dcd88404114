'use strict';

// before(), after(), beforeEach(), afterEach(): a function that runs around the tests of its owner, with the context of
// the test it runs for. Spec: Node 24, test.md, "before([fn][, options])" and what follows it.

const { current, exchange, withValue } = require('internal/async_context_frame');
const { TestNode, now, running } = require('internal/test_runner/node');
const { testFailure } = require('internal/test_runner/utils');

const kNames = { __proto__: null, before: true, after: true, beforeEach: false, afterEach: false };

class Hook extends TestNode {
  // kind: one of kNames.
  constructor(kind, owner, fn, options, loc) {
    const { signal, timeout } = { __proto__: null, ...options };
    super({ __proto__: null, fn, name: '', parent: owner, signal, timeout: timeout ?? Infinity, loc, isHook: true });
    this.kind = kind;
    this.owner = owner;
    this.isOnce = kNames[kind];
  }

  get context() { return this.owner.context; }

  // The hook for one more run: tests that run at one time have each their own.
  forRun() {
    if (this.startTime === null) return this;
    const { kind, owner, fn, outerSignal: signal, timeout, loc } = this;
    const hook = new Hook(kind, owner, fn, { signal, timeout }, loc);
    hook.frame = withValue(this.frame, running, hook);
    return hook;
  }

  // What the hook's function threw.
  get cause() {
    return this.error?.code === 'ERR_TEST_FAILURE' ? this.error.cause : this.error;
  }

  // Runs for a test with this context; never rejects.
  async runWith(context) {
    this.startTime = now();
    const stop = this.arm();
    let called;
    const outer = current();
    exchange(this.frame);
    try {
      const { fn } = this;
      if (this.outerSignal?.aborted) this.abortBy(this.outerSignal);
      else if (fn.length === 2) called = this.invokeWithCallback(stop, context);
      else called = this.outcomeOf(this.resource().runInAsyncScope(fn, context, context), stop);
    } catch (error) {
      this.failWith(error);
    }
    exchange(outer);
    if (called !== undefined) {
      try {
        await called;
      } catch (error) {
        this.failWith(error);
      }
    }
    stop.disarm();
    this.endTime = now();
    this.hasFinished.resolve();
  }

  throwFailure() {
    if (this.error === null) return;
    const failure = testFailure(`failed running ${this.kind} hook`, 'hookFailed');
    failure.cause = this.cause;
    throw failure;
  }
}

module.exports = { Hook };
