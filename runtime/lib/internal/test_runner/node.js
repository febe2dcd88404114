'use strict';

// A test in the tree of tests: how it is scheduled, run, ended and reported. Suites (suite.js) and hooks (hook.js) are
// nodes too. Spec: Node 24, test.md.

const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
const { availableParallelism } = require('os');
const { clearTimeout, setTimeout } = require('timers');
const { resolve } = require('path');
const { tracingChannel } = require('diagnostics_channel');
const { current, exchange, withValue } = require('internal/async_context_frame');
const { AbortError, codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { isPromise } = require('internal/util/types');
const {
  validateAbortSignal, validateArray, validateNumber, validateString, validateUint32,
} = require('internal/validators');
const { ReflectApply } = primordials;
const { TestContext } = require('internal/test_runner/context');
const { isFilteredByName, isFilteredByTag } = require('internal/test_runner/filter');
const { Plan } = require('internal/test_runner/plan');
const { createSeededGenerator, draw, testFailure } = require('internal/test_runner/utils');

const kTimeoutMax = 2 ** 31 - 1;
const kCancelledByParent = 'cancelledByParent';

// The node whose function is running, across what that function starts.
const running = new AsyncLocalStorage();
const tracing = tracingChannel('node.test');

// Why a node stops whose time is over.
const kTimedOut = Symbol('timed out');

const noop = () => {};
const now = () => process.hrtime.bigint();

function validateTags(tags) {
  if (tags === undefined) return [];
  validateArray(tags, 'options.tags');
  return tags.map((tag, i) => {
    validateString(tag, `options.tags[${i}]`);
    if (tag === '') throw new ERR_INVALID_ARG_VALUE(`options.tags[${i}]`, tag, 'must be a non-empty string');
    return tag.toLowerCase();
  });
}

let warnedOfTags = false;
function warnOfTags() {
  if (warnedOfTags) return;
  warnedOfTags = true;
  require('internal/util').emitExperimentalWarning('Test tags');
}

function readConcurrency(concurrency, parent) {
  switch (typeof concurrency) {
    case 'number':
      validateUint32(concurrency, 'options.concurrency', true);
      return concurrency;
    case 'boolean':
      if (!concurrency) return 1;
      return parent === null ? Math.max(availableParallelism() - 1, 1) : Infinity;
    default:
      if (concurrency != null) throw new ERR_INVALID_ARG_TYPE('options.concurrency', ['boolean', 'number'], concurrency);
      return parent === null ? 1 : parent.concurrency;
  }
}

// options.expectFailure as {label, match}, or undefined.
function readExpectation(value) {
  if (value === '') return { label: undefined, match: undefined };
  if (!value) return undefined;
  if (typeof value === 'string') return { label: value, match: undefined };
  if (typeof value === 'function' || value instanceof RegExp || value instanceof Error) return { label: undefined, match: value };
  if (typeof value !== 'object') return { label: undefined, match: undefined };
  const keys = Object.keys(value);
  if (keys.length === 0) throw new ERR_INVALID_ARG_VALUE('options.expectFailure', value, 'must not be an empty object');
  if (keys.every((key) => key === 'match' || key === 'label')) return { label: value.label, match: value.match };
  return { label: undefined, match: value };
}

class TestNode {
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
    this.parent = parent;
    this.root = parent === null ? this : parent.root;
    this.harness = parent === null ? options.harness : parent.root.harness;
    const { config } = this.harness;
    this.reporter = this.harness.reporter;
    this.nesting = parent === null || parent.parent === null ? 0 : parent.nesting + 1;
    this.fn = typeof fn === 'function' ? fn : noop;
    this.name = typeof name === 'string' && name !== '' ? name : (fn?.name || '<anonymous>');
    if (typeof name === 'symbol') this.name = String(name);
    this.loc = loc;
    this.entryFile = this.harness.entryFile ?? parent?.entryFile;

    this.concurrency = readConcurrency(concurrency, parent);
    if (timeout != null && timeout !== Infinity) validateNumber(timeout, 'options.timeout', 0, kTimeoutMax);
    this.timeout = timeout ?? (parent === null ? Infinity : this.#inheritedTimeout(config));
    if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
    this.outerSignal = signal;
    const own = validateTags(tags);
    if (own.length > 0) warnOfTags();
    this.tags = Object.freeze([...new Set([...(parent?.tags ?? []), ...own])]);

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
    this.filteredCount = 0;

    this.testId = options.isHook ? undefined : this.harness.nextTestId++;
    // The place among its siblings in the report: the one of declaration, or of execution where that is random.
    this.random = this.harness.isRandom ? createSeededGenerator(config.randomSeed) : undefined;
    this.place = parent === null || options.isHook || parent.random !== undefined ? 0 : parent.subtests.length + 1;
    this.placed = 0; // how many subtests have a place, where the order is random
    this.byPlace = undefined; // place -> subtest, where the order is random
    this.subtests = [];
    this.pending = []; // subtests that wait for their turn to run
    this.ready = new Map(); // subtests that ended and wait for their turn to be reported, by number
    this.waitingOn = 1; // the number of the subtest that is reported next
    this.activeSubtests = 0;
    this.reportedCount = 0;
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
    this.#filter(config);
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

  #filter(config) {
    const { parent } = this;
    if (this.only === true) {
      for (let at = parent; at !== null; at = at.parent) at.hasOnlyDescendant = true;
    }
    const isAsked = this.only === true;
    const inherits = !parent.isSuite && parent.parent !== null;
    if (this.only === undefined && inherits) this.only = Boolean(parent.only && !parent.runOnlySubtests) || undefined;
    this.isFilteredByName = isFilteredByName(this, config);
    this.isFilteredByTag = isFilteredByTag(this, config);
    // Where files have processes of their own, the runner has to say that it wants these tests only.
    const hasSay = config.only || !config.isChild;
    if (!hasSay && (isAsked || parent.runOnlySubtests)) {
      this.diagnostic("'only' and 'runOnly' require the --test-only command-line option.");
    }
    this.isFilteredByOnly = hasSay && (config.only || parent.runOnlySubtests) && !this.only;
    this.isFiltered = this.isFilteredByName || this.isFilteredByTag || this.isFilteredByOnly;
    if (this.isFiltered) parent.filteredCount++;
  }

  // --- What it is ------------------------------------------------------------------------------------------------------

  get fullName() {
    const names = [];
    for (let at = this; at.parent !== null; at = at.parent) names.unshift(at.name);
    return names.length === 0 ? this.name : names.join(' > ');
  }
  get className() {
    const names = [];
    for (let at = this.parent; at !== null && at.parent !== null; at = at.parent) names.unshift(at.name);
    return names.length === 0 ? undefined : names.join('.');
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

  // --- Subtests --------------------------------------------------------------------------------------------------------

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
      node.startTime = node.endTime = now();
      node.startsTooLate = true;
    }
    return node;
  }

  hasRoom() { return this.activeSubtests < this.concurrency; }

  // Runs the node now or when its parent has room. The promise is fulfilled when it ended.
  start() {
    if (this.startsTooLate) {
      this.startsTooLate = false;
      this.endTime = null;
      this.postRun();
      return this.hasFinished.promise;
    }
    if (this.isFiltered) {
      this.endFiltered();
      return this.hasFinished.promise;
    }
    this.harness.enter?.();
    this.reporter.enqueue(this.loc, this.eventData());
    const { parent } = this;
    const isRandom = parent.random !== undefined;
    if (this.harness.isHeld || isRandom || !parent.hasRoom()) {
      parent.pending.push(this);
      // All that are declared in one go take part in the draw.
      if (isRandom && !this.harness.isHeld) queueMicrotask(() => parent.processPending());
      return this.hasFinished.promise;
    }
    this.reporter.dequeue(this.loc, this.eventData());
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
      node.reporter.dequeue(node.loc, node.eventData());
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
      for (const hook of owner.hooks[name]) {
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
    this.reporter.complete(this.loc, this.outcomeData(), { ...this.details(), passed: this.passed }, this.directive());
    parent.addReady(this);
    this.hasFinished.resolve();
    if (parent.parent === null) queueMicrotask(() => this.harness.onTopLevelEnd());
  }

  // Subtests that still run are cancelled; those that failed make the test fail.
  settleSubtests(error) {
    let failed = 0;
    const waiting = this.pending;
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
    waiting.length = 0;
    if ((this.passed || this.parent === null) && failed > 0) {
      const text = `${failed} subtest${failed > 1 ? 's' : ''} failed`;
      this.passed = false;
      this.error = null;
      this.fail(testFailure(text, 'subtestsFailed'));
    }
  }

  // --- Reporting -------------------------------------------------------------------------------------------------------

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

  report() {
    if (this.isFiltered) return;
    this.reportStarted();
    this.parent.reportedCount++;
    if (this.reportedCount > 0) this.reporter.plan(this.loc, this.nesting + 1, this.reportedCount);
    const data = this.outcomeData(this.parent.reportedCount);
    if (data.classname === undefined) delete data.classname;
    if (this.passed) this.reporter.ok(this.loc, data, this.details(), this.directive());
    else this.reporter.fail(this.loc, data, this.details(), this.directive());
    for (const message of this.diagnostics) this.reporter.diagnostic(this.loc, this.nesting, message);
  }

  reportStarted() {
    if (this.wasStartReported || this.parent === null) return;
    this.wasStartReported = true;
    this.parent.reportStarted();
    const { type, ...data } = this.eventData();
    this.reporter.start(this.loc, data);
  }

  eventData() {
    return {
      __proto__: null, nesting: this.nesting, name: this.name, type: this.type, testId: this.testId,
      parentId: this.parent.testId, tags: this.tags,
    };
  }

  outcomeData(number) {
    const { className } = this;
    const data = {
      __proto__: null, name: this.name, nesting: this.nesting, testNumber: number ?? this.place - this.parent.filteredCount,
      testId: this.testId, parentId: this.parent.testId, tags: this.tags,
    };
    if (number !== undefined && className !== undefined) data.classname = className;
    return data;
  }

  details() {
    const details = { __proto__: null, duration_ms: this.duration(), type: this.type };
    if (!this.passed) details.error = this.error;
    const { className } = this;
    if (className !== undefined) details.classname = className;
    const { attempts } = this.harness;
    if (attempts !== undefined) {
      details.attempt = attempts.number;
      if (this.passedBefore !== undefined && this.passed) {
        details.passed_on_attempt = this.passedBefore.passed_on_attempt;
        if (typeof this.passedBefore.duration_ms === 'number') details.duration_ms = this.passedBefore.duration_ms;
      }
    }
    return details;
  }

  // Milliseconds from start to end.
  duration() {
    if (this.startTime === null) return 0;
    return Number((this.endTime ?? now()) - this.startTime) / 1e6;
  }

  directive() {
    if (this.isSkipped) return { __proto__: null, skip: this.skipReason };
    if (this.isTodo) return { __proto__: null, todo: this.todoReason };
    if (this.expectation !== undefined) return { __proto__: null, expectFailure: this.expectation.label ?? true };
    return undefined;
  }

  traceData() {
    return { __proto__: null, name: this.name, nesting: this.nesting, file: this.loc?.file, type: this.type };
  }
}

module.exports = { TestNode, kCancelledByParent, now, running, tracing };
