'use strict';

// describe(): a node whose function declares tests, and runs at once; the tests run in their turn.

const { ReflectApply } = primordials;
const { SuiteContext } = require('internal/test_runner/context');
const { settleSuite } = require('internal/test_runner/filter');
const { TestNode, now, tracing } = require('internal/test_runner/node');
const { testFailure } = require('internal/test_runner/utils');

class Suite extends TestNode {
  get type() { return 'suite'; }
  get isSuite() { return true; }

  constructor(options) {
    super(options);
    this.isBuilt = false; // are all its tests declared?
    this.build = undefined; // the promise of an async function that is not through with declaring
    const isExcluded = this.isFilteredByOnly && this.only === false;
    if (!this.isSkipped && !isExcluded && !this.outerSignal?.aborted) this.#declare();
    if (this.build === undefined) this.#settle();
  }

  makeContext() { return new SuiteContext(this); }

  #declare() {
    try {
      const result = this.within(() => ReflectApply(this.fn, this.context, [this.context]));
      const isObject = (typeof result === 'object' && result !== null) || typeof result === 'function';
      if (isObject) this.build = this.#awaitBuild(result);
    } catch (error) {
      this.#failBuild(error);
    }
  }

  async #awaitBuild(result) {
    try {
      await result;
    } catch (error) {
      this.#failBuild(error);
    }
    this.#settle();
  }

  #settle() {
    this.isBuilt = true;
    settleSuite(this);
  }

  #failBuild(error) {
    this.fail(testFailure(error, 'testCodeFailure'));
    if (this.isFiltered) {
      this.isFiltered = false;
      this.parent.filteredCount--;
    }
  }

  // What is still being declared decides whether the suite is filtered.
  start() {
    if (this.build === undefined || !this.isFiltered) return super.start();
    this.build.then(() => super.start());
    return this.hasFinished.promise;
  }

  async run() {
    this.holdsSlot = true;
    this.parent.activeSubtests++;
    this.startTime = now();
    const trace = tracing.hasSubscribers ? this.traceData() : undefined;
    if (trace === undefined) await this.within(this.runSuite);
    else await this.within(() => tracing.start.runStores(trace, this.runSuite, this));
    if (trace !== undefined) {
      if (this.error !== null) {
        trace.error = this.error;
        tracing.error.publish(trace);
      }
      tracing.end.publish(trace);
    }
    this.end();
  }

  async runSuite() {
    if (this.build !== undefined) await this.build;
    if (this.error !== null) return; // the function that declares threw
    if (this.isSkipped || this.isFiltered) {
      this.pass();
      return;
    }
    const stop = this.arm();
    const { context } = this;
    try {
      if (this.outerSignal?.aborted) {
        this.abortBy(this.outerSignal);
        return;
      }
      if (this.parent.before !== undefined) {
        await this.parent.before.promise;
        this.parent.before.hook.throwFailure();
      }
      await this.runHooks('before', context);
      if (this.error === null) await Promise.race([this.#runSubtests(), stop.promise]);
      await this.runHooks('after', context);
      this.pass();
    } catch (error) {
      this.failWith(error);
      await this.#afterFailure(context);
    }
    stop.disarm();
  }

  #runSubtests() {
    const startOne = (node) => node.start();
    return Promise.all(this.subtests.map((node) => new Promise((resolve) => { resolve(startOne(node)); })));
  }

  async #afterFailure(context) {
    try {
      await this.runHooks('after', context);
    } catch (error) {
      this.fail(error);
    }
  }
}

module.exports = { Suite };
