'use strict';

// A test in the tree of tests: how it runs and ends. Suites (suite.js) and hooks (hook.js) are nodes too.
// Spec: Node 24, test.md.

const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
const { tracingChannel } = require('diagnostics_channel');
const { resolve } = require('path');
const { clearTimeout, setTimeout } = require('timers');
const { current, exchange, withValue } = require('internal/async_context_frame');
const { AbortError } = require('internal/errors');
const { isPromise } = require('internal/util/types');
const { ReflectApply } = primordials;
const { Branch, now } = require('internal/test_runner/branch');
const { TestContext } = require('internal/test_runner/context');
const { filter } = require('internal/test_runner/filter');
const {
  readConcurrency, readExpectation, readSignal, readTags, readTimeout,
} = require('internal/test_runner/node_options');
const { Plan } = require('internal/test_runner/plan');
const { reportComplete, reportOutcome } = require('internal/test_runner/report');
const { testFailure } = require('internal/test_runner/utils');

const kCancelledByParent = 'cancelledByParent';

// The node whose function is running, across what that function starts.
const running = new AsyncLocalStorage();
const tracing = tracingChannel('node.test');

// Why a node stops whose time is over.
const kTimedOut = Symbol('timed out');

const noop = () => {};

class TestNode extends Branch {
  // The async context in which the node was declared, and in it, itself.
  frame = withValue(current(), running, this);

  // How events name the node's kind.
  get type() { return 'test'; }
  get isSuite() { return false; }

  // options: what the caller of test() gave, and fn, name, parent, loc (where it was declared), harness (of a root).
  constructor(options) {
    const {
      fn, name, parent, only, skip, todo, signal, timeout, concurrency, loc, plan, tags, expectFailure,
    } = options;
    super(parent, parent === null ? options.harness : parent.harness, options.isHook);
    const { config } = this.harness;
    this.reporter = this.harness.reporter;
    this.fn = typeof fn === 'function' ? fn : noop;
    this.name = typeof name === 'string' && name !== '' ? name : (fn?.name || '<anonymous>');
    if (typeof name === 'symbol') this.name = String(name);
    this.loc = loc;
    this.entryFile = this.harness.entryFile ?? parent?.entryFile;

    this.concurrency = readConcurrency(concurrency, parent);
    this.timeout = readTimeout(timeout) ?? (parent === null ? Infinity : this.#inheritedTimeout(config));
    this.outerSignal = readSignal(signal);
    this.tags = Object.freeze([...new Set([...(parent?.tags ?? []), ...readTags(tags)])]);

    this.skipReason = undefined; // true, or why
    if (skip !== undefined && skip !== false && skip !== null && skip !== 0 && skip !== '') this.skip(skip);
    this.todoReason = undefined;
    if (todo !== undefined && todo !== false) this.todo(todo);
    else if (parent?.isTodo) this.todoReason = true;
    this.expectation = readExpectation(expectFailure) ?? parent?.expectation;
    this.plan = plan === undefined || plan === null ? undefined : new Plan(plan);

    this.only = only;
    this.runOnlySubtests = parent === null ? config.only : false;
    this.hasOnlyDescendant = false;
    this.isChosenByName = false;
    this.isFilteredByName = false;
    this.isFilteredByTag = false;
    this.isFilteredByOnly = false;
    this.isFiltered = false;

    this.testId = options.isHook ? undefined : this.harness.nextTestId++;
    this.hooks = { __proto__: null, before: [], after: [], beforeEach: [], afterEach: [] };
    this.diagnostics = [];
    this.passed = false;
    this.isCancelled = false;
    this.error = null;
    this.startTime = null;
    this.endTime = null;
    this.wasStartReported = false;
    this.hasFinished = Promise.withResolvers();
    this.stopper = undefined; // ends the wait for the node's function, while it runs
    this.stopReason = undefined;
    this.holdsSlot = false; // is it one of its parent's activeSubtests?
    this.before = undefined; // {promise, hook}: the last before() hook that ran while the node did
    this.controller = undefined;
    if (parent === null || options.isHook || options.isFile) return;
    filter(this, config);
    this.passedBefore = this.harness.attempts?.find(this.loc);
    if (this.passedBefore !== undefined && !this.isSuite) this.#replay();
  }

  // A test that passed in an attempt before is not run again: it has the subtests that it had then.
  #replay() {
    const children = this.passedBefore.children ?? [];
    this.fn = async () => {
      for (const { name, file, line, column } of children) {
        const loc = { __proto__: null, line, column, file: resolve(process.cwd(), file) };
        await this.createSubtest(TestNode, name, undefined, undefined, { __proto__: null, loc }).start();
      }
    };
  }

  // The command line's time limit is one for tests, not for suites.
  #inheritedTimeout(config) {
    if (this.parent.timeout !== Infinity || this.isSuite) return this.parent.timeout;
    return config.timeout ?? Infinity;
  }

  // --- What it is ------------------------------------------------------------------------------------------------------

  get fullName() {
    const names = [];
    for (let at = this; at.parent !== null; at = at.parent) names.unshift(at.name);
    return names.length === 0 ? this.name : names.join(' > ');
  }
  get isSkipped() { return this.skipReason !== undefined; }
  get isTodo() { return this.todoReason !== undefined && !this.isSkipped; }
  get isFinished() { return this.endTime !== null; }
  get context() { return (this.madeContext ??= this.makeContext()); }
  get signal() {
    this.controller ??= new AbortController();
    if (this.isFinished && !this.controller.signal.aborted) this.controller.abort();
    return this.controller.signal;
  }
  makeContext() { return new TestContext(this); }

  skip(reason) { this.skipReason = typeof reason === 'string' && reason !== '' ? reason : true; }
  todo(reason) { this.todoReason = typeof reason === 'string' && reason !== '' ? reason : true; }
  diagnostic(message) { this.diagnostics.push(message); }

  // --- Running ---------------------------------------------------------------------------------------------------------

  // Does everything that belongs to the node and ends it. Never rejects.
  async run() {
    const { parent } = this;
    this.holdsSlot = true;
    parent.activeSubtests++;
    this.startTime = now();
    if (this.isSkipped) {
      this.pass();
      this.end();
      return;
    }
    if (this.outerSignal?.aborted) {
      this.abortBy(this.outerSignal);
      this.end();
      return;
    }
    const stop = this.arm();
    const work = { __proto__: null, afterEachDone: false, ctx: this.context };
    const trace = tracing.hasSubscribers ? this.traceData() : undefined;
    // Few calls lie between here and the test's function: a stack of ten frames is to reach the program's code.
    const outer = current();
    exchange(this.frame);
    let body;
    if (trace === undefined) body = this.#runBody(stop, work);
    else body = tracing.start.runStores(trace, this.#runBody, this, stop, work, trace);
    exchange(outer);
    await body;
    stop.disarm();
    this.#abortQuietly();
    this.end();
  }

  // Calls a method in the async context of the node.
  within(method, ...args) {
    const outer = current();
    exchange(this.frame);
    try {
      return ReflectApply(method, this, args);
    } finally {
      exchange(outer);
    }
  }

  async #runBody(stop, work, trace) {
    try {
      // With nothing to wait for the function runs at once.
      const { before } = this.parent;
      if (before !== undefined) {
        await before.promise;
        before.hook.throwFailure();
      }
      if (this.#hasEach('beforeEach')) await this.runEach('beforeEach', work.ctx);
      if (this.stopReason !== undefined) await stop.promise;
      const { fn } = this;
      const called = fn.length === 2 ? this.invokeWithCallback(stop, work.ctx) :
        this.outcomeOf(this.resource().runInAsyncScope(fn, work.ctx, work.ctx), stop);
      if (called !== undefined) await called;
      if (this.before !== undefined) {
        await this.before.promise;
        if (this.before.hook.error !== null) throw testFailure(this.before.hook.cause, 'testCodeFailure');
      }
      await this.awaitSubtests(stop);
      const planned = this.plan?.check();
      if (planned !== undefined) await Promise.race([planned, stop.promise]);
      this.pass();
      // After the function's own turn, as hooks behind an asynchronous test come.
      await undefined;
      await this.cleanUp(work);
    } catch (error) {
      this.failWith(error);
      await this.#cleanUpQuietly(work);
    }
    if (trace !== undefined) {
      if (this.error !== null) {
        trace.error = this.error;
        tracing.error.publish(trace);
      }
      tracing.end.publish(trace);
    }
  }

  failWith(error) {
    if (error === kTimedOut) {
      this.cancel(testFailure(`test timed out after ${this.timeout}ms`, 'testTimeoutFailure'));
      return;
    }
    if (error === this.stopReason) return; // told already
    if (error?.code === 'ERR_TEST_FAILURE') {
      if (error.failureType === 'testTimeoutFailure') this.cancel(error);
      else this.fail(error);
      return;
    }
    this.fail(testFailure(error, 'testCodeFailure'));
  }

  #hasEach(name) {
    for (let at = this.parent; at !== null; at = at.parent) if (at.hooks[name].length > 0) return true;
    return false;
  }

  async cleanUp(work) {
    if (!work.afterEachDone) await this.#runAfterEach(work);
    await this.runHooks('after', work.ctx);
  }

  #runAfterEach(work) {
    work.afterEachDone = true;
    return this.runEach('afterEach', work.ctx);
  }

  // After a failure the hooks run all the same; the first failure is the one that counts.
  async #cleanUpQuietly(work) {
    while (true) {
      try {
        await this.cleanUp(work);
        return;
      } catch (error) {
        this.fail(error);
        if (work.isAfterDone) return;
        work.isAfterDone = work.afterEachDone;
      }
    }
  }

  // What to wait for after a function returned `result`.
  outcomeOf(result, stop) {
    // Anything may be a thenable; to look for `then` would be to call its getter once too often.
    const isObject = (typeof result === 'object' && result !== null) || typeof result === 'function';
    if (isObject) return Promise.race([result, stop.promise]);
    return this.stopReason === undefined ? undefined : stop.promise;
  }

  // The async resource that the function runs in.
  resource() { return new AsyncResource('Test', { __proto__: null, requireManualDestroy: true }); }

  // Calls a function that takes a callback behind the context. Returns a promise of its outcome.
  invokeWithCallback(stop, context) {
    const { promise, resolve, reject } = Promise.withResolvers();
    let isCalled = false;
    const callback = (error) => {
      if (isCalled) throw testFailure('callback invoked multiple times', 'multipleCallbackInvocations');
      isCalled = true;
      if (error) reject(error);
      else resolve();
    };
    const result = this.resource().runInAsyncScope(this.fn, context, context, callback);
    if (isPromise(result)) {
      result.then(undefined, noop); // its outcome does not matter any more
      throw testFailure('passed a callback but also returned a Promise', 'callbackAndPromisePresent');
    }
    return Promise.race([promise, stop.promise]);
  }

  // Subtests that nobody waited for still belong to the test.
  async awaitSubtests(stop) {
    for (let i = 0; i < this.subtests.length; i++) {
      const node = this.subtests[i];
      if (!node.isFinished) await Promise.race([node.hasFinished.promise, stop.promise]);
    }
  }

  // --- Hooks -----------------------------------------------------------------------------------------------------------

  // Registers a hook. before() of a node that is running runs at once.
  addHook(name, hook) {
    this.hooks[name].push(hook);
    if (name === 'before' && this.startTime !== null && !this.isSuite) {
      this.before = { __proto__: null, promise: hook.runWith(this.context), hook };
    }
  }

  // The hooks of the node's ancestors for each of their tests.
  async runEach(name, context) {
    const owners = [];
    for (let at = this.parent; at !== null; at = at.parent) {
      if (name === 'beforeEach') owners.unshift(at);
      else owners.push(at);
    }
    for (const owner of owners) {
      for (const declared of owner.hooks[name]) {
        const hook = declared.forRun();
        await hook.runWith(context);
        hook.throwFailure();
      }
    }
  }

  async runHooks(name, context) {
    for (const hook of this.hooks[name]) {
      if (hook.isOnce && hook.startTime !== null) {
        await hook.hasFinished.promise;
        continue;
      }
      await hook.runWith(context);
      hook.throwFailure();
    }
  }

  // --- Ends ------------------------------------------------------------------------------------------------------------

  // The promise rejects when the node is to stop: its time is over, its signal was aborted, or stop() was called.
  arm() {
    const { promise, reject } = Promise.withResolvers();
    promise.then(undefined, noop);
    this.stopper = (reason) => {
      this.stopReason = reason;
      reject(reason);
    };
    let timer;
    if (this.timeout !== Infinity) {
      timer = setTimeout(() => {
        this.stopper?.(kTimedOut);
        this.#abortQuietly();
      }, this.timeout);
    }
    const onAbort = () => this.abortBy(this.outerSignal);
    this.outerSignal?.addEventListener('abort', onAbort, { __proto__: null, once: true });
    return {
      promise,
      disarm: () => {
        clearTimeout(timer);
        this.outerSignal?.removeEventListener('abort', onAbort);
        this.stopper = undefined;
      },
    };
  }

  abortBy(signal) {
    const reason = testFailure(signal.reason ?? new AbortError(), 'testAborted');
    this.cancel(reason);
    this.stopper?.(reason);
  }

  #abortQuietly() {
    if (this.controller !== undefined && !this.controller.signal.aborted) this.controller.abort();
  }

  // Fails the node from outside its function and lets it end.
  stop(error) {
    this.fail(error);
    this.#abortQuietly();
    this.stopper?.(error);
  }

  // The node ends without having run to its end.
  cancel(error) {
    if (this.isFinished || this.error !== null) return;
    this.fail(error ?? testFailure('test did not finish before its parent and was cancelled', kCancelledByParent));
    this.isCancelled = true;
    this.#abortQuietly();
  }

  fail(error) {
    if (this.error !== null || (this.passed && this.isFinished)) return;
    this.error = error;
    this.passed = false;
    if (this.expectation !== undefined && !this.isTodo && !this.isSkipped) this.#meetExpectation(error);
    else if (this.expectation !== undefined) this.passed = this.isTodo;
  }

  // A test that was to fail passes when it failed as expected.
  #meetExpectation(error) {
    const { match } = this.expectation;
    if (match === undefined) {
      this.passed = true;
      return;
    }
    const cause = error?.code === 'ERR_TEST_FAILURE' ? error.cause : error;
    try {
      require('assert').throws(() => { throw cause; }, match);
      this.passed = true;
    } catch (mismatch) {
      this.error = testFailure('The test failed, but the error did not match the expected validation', 'testCodeFailure');
      this.error.cause = mismatch;
    }
  }

  pass() {
    if (this.error !== null) return;
    if (this.expectation !== undefined && !this.isSkipped && !this.isTodo && !this.isFiltered) {
      this.error = testFailure('test was expected to fail but passed', 'expectedFailure');
      this.passed = false;
      return;
    }
    this.passed = true;
  }

  end() {
    this.postRun();
    this.parent.processPending();
  }

  // Ends what is left of the subtests, and hands the node to its parent to be reported.
  postRun() {
    if (this.isFinished) return;
    this.settleSubtests();
    this.endTime = now();
    this.startTime ??= this.endTime;
    this.mock?.reset();
    const { parent } = this;
    if (this.holdsSlot) parent.activeSubtests--;
    this.harness.count(this);
    parent.takePlace(this);
    reportComplete(this);
    parent.addReady(this);
    this.hasFinished.resolve();
    if (parent.parent === null) queueMicrotask(() => this.harness.onTopLevelEnd());
  }

  // --- Reporting -------------------------------------------------------------------------------------------------------

  report() {
    if (!this.isFiltered) reportOutcome(this);
  }

  // Milliseconds from start to end.
  duration() {
    if (this.startTime === null) return 0;
    return Number((this.endTime ?? now()) - this.startTime) / 1e6;
  }

  traceData() {
    return { __proto__: null, name: this.name, nesting: this.nesting, file: this.loc?.file, type: this.type };
  }
}

module.exports = { TestNode, kCancelledByParent, now, running, tracing };
