'use strict';

// A run: the root of the tree of tests, what it counts, and how it begins and ends. A program that calls test() has one
// that begins with the first call and ends when nothing keeps the loop alive.

const { relative } = require('path');
const { clearInterval, setInterval } = require('timers');
const { TestNode, kCancelledByParent, now, running, tracing } = require('internal/test_runner/node');
const { commandLine } = require('internal/test_runner/options');
const { TestsStream } = require('internal/test_runner/stream');
const { testFailure } = require('internal/test_runner/utils');

const kLongestInterval = 2 ** 31 - 1;

// config: as commandLine() makes it.
class Harness {
  constructor(config, { loc, entryFile } = { __proto__: null }) {
    this.config = config;
    this.reporter = config.reporter ?? new TestsStream();
    this.reporter.onListenerError = (error) => {
      this.fatal = error;
      process.nextTick(() => { throw error; });
    };
    this.entryFile = entryFile;
    this.nextTestId = 0;
    this.success = true;
    this.isHeld = false; // tests are declared but do not run yet
    this.isRandom = config.randomSeed !== undefined && config.order !== 'declared';
    this.ready = undefined; // the promise of what goes before the first test, if any
    this.isEnded = false;
    this.isRound = config.reporter !== undefined; // one of several runs that a stream tells of
    this.fatal = undefined; // an error of the run itself, not of a test
    this.isFileRunner = config.order === 'declared'; // its tests are files in processes of their own
    if (config.rerunFailuresFilePath !== undefined && config.rerunFailuresFilePath !== null) {
      const { Attempts } = require('internal/test_runner/attempts');
      this.attempts = new Attempts(config.rerunFailuresFilePath, config.cwd ?? process.cwd());
      if (!config.speaksFrames) this.attempts.record(this.reporter);
    }
    this.counters = {
      __proto__: null, tests: 0, failed: 0, passed: 0, cancelled: 0, skipped: 0, todo: 0, topLevel: 0, suites: 0,
    };
    this.root = new TestNode({
      __proto__: null, name: '<root>', parent: null, harness: this, concurrency: config.rootConcurrency, loc,
    });
    this.root.startTime = now();
    this.root.passed = true;
  }

  // While tests run the loop goes on, whatever else keeps it alive.
  enter() {
    this.keepAlive ??= setInterval(() => {}, kLongestInterval);
  }
  onTopLevelEnd() {
    const { root } = this;
    if (root.activeSubtests > 0 || root.pending.length > 0 || this.isHeld) return;
    clearInterval(this.keepAlive);
    this.keepAlive = undefined;
    if (root.hooks.after.length > 0 && !this.isFileRunner) this.afterHooks = this.runAfterHooks();
    if (this.config.forceExit && !this.isFileRunner) this.exitByForce();
  }

  // after() of the root, once each; a failure is one of the run.
  async runAfterHooks() {
    const { root } = this;
    for (const hook of root.hooks.after) {
      if (hook.startTime !== null) {
        await hook.hasFinished.promise;
        continue;
      }
      await hook.runWith(root.context);
      if (hook.error === null) continue;
      this.success = false;
      this.reporter.fail(hook.loc, {
        __proto__: null, name: hook.loc?.file ?? '<root>', nesting: 0, testNumber: root.reportedCount + 1, testId: undefined,
        parentId: undefined, tags: [],
      }, { __proto__: null, duration_ms: hook.duration(), error: testFailure(hook.cause, 'hookFailed') });
    }
  }

  async exitByForce() {
    await this.afterHooks;
    await this.teardown?.();
    this.end();
    if (!this.success) process.exitCode = 1;
    await this.reported;
    process.exit();
  }

  count(node) {
    const { counters } = this;
    if (node.isCounted === false) return;
    if (node.nesting === 0) counters.topLevel++;
    if (node.isSuite) {
      counters.suites++;
    } else {
      counters.tests++;
      if (node.isSkipped) counters.skipped++;
      else if (node.isTodo) counters.todo++;
      else if (node.isCancelled) counters.cancelled++;
      else if (!node.passed) counters.failed++;
      else counters.passed++;
    }
    if (!node.passed && !node.isTodo) this.success = false;
  }

  // What another process counted in an event that it reported.
  countEvent({ type, data }) {
    const passed = type === 'test:pass';
    const failure = data.details?.error?.failureType;
    const isTodo = data.todo !== undefined && data.todo !== false;
    this.count({
      __proto__: null, nesting: data.nesting, isSuite: data.details?.type === 'suite', passed,
      isSkipped: data.skip !== undefined && data.skip !== false, isTodo,
      isCancelled: failure === kCancelledByParent || failure === 'testTimeoutFailure' || failure === 'testAborted',
    });
  }

  // Ends the run: what still waits is cancelled, the totals are told.
  end() {
    if (this.isEnded) return;
    this.isEnded = true;
    const { root, counters, reporter } = this;
    root.settleSubtests(testFailure(
      'Promise resolution is still pending but the event loop has already resolved', kCancelledByParent));
    root.endTime = now();
    if (tracing.hasSubscribers) this.traceRoot();
    const { loc } = root;
    const coverage = this.coverage === undefined ? undefined : this.takeCoverage();
    // The process that runs this file counts and tells for itself.
    const isPart = this.config.speaksFrames;
    if (!isPart) reporter.plan(loc, 0, root.reportedCount);
    const tell = (message, level) => reporter.diagnostic(loc, 0, message, level);
    for (const message of root.diagnostics) tell(message);
    const { tests, suites, passed, failed, cancelled, skipped, todo } = counters;
    const milliseconds = root.duration();
    if (!isPart) {
      if (this.config.randomSeed !== undefined) tell(`Randomized test order seed: ${this.config.randomSeed}`);
      const totals = { tests, suites, pass: passed, fail: failed, cancelled, skipped, todo, duration_ms: milliseconds };
      for (const name of Object.keys(totals)) tell(`${name} ${totals[name]}`);
    }
    if (!isPart) this.attempts?.write();
    if (coverage !== undefined) {
      for (const message of require('internal/test_runner/coverage').missedThresholds(coverage)) {
        this.success = false;
        process.exitCode = 1;
        tell(message, 'error');
      }
      reporter.coverage(0, loc, coverage);
    }
    require('internal/test_runner/snapshot').writeSnapshotFiles();
    reporter.summary({
      __proto__: null, success: this.success, counts: { __proto__: null, ...counters }, duration_ms: milliseconds, file: loc?.file,
    });
    if (!this.isRound) reporter.end();
    this.onEnd?.();
  }

  // The summary; undefined, and said so, when it could not be made.
  takeCoverage() {
    try {
      return this.coverage.summary();
    } catch (error) {
      this.root.diagnostic(`Warning: Could not report code coverage. ${error}`);
      return undefined;
    } finally {
      this.coverage.end();
    }
  }

  traceRoot() {
    const data = this.root.traceData();
    tracing.start.runStores(data, () => tracing.end.publish(data));
  }
}

// --- The process ------------------------------------------------------------------------------------------------------

let main; // the run that test() adds to
let isWatching = false; // for errors of the process

// The run of this process, begun when first asked for.
function processHarness() {
  if (main !== undefined) return main;
  const config = commandLine();
  const file = process.argv[1] === undefined || config.isRunner ? undefined : require('path').resolve(process.argv[1]);
  main = new Harness({ ...config, __proto__: null, rootConcurrency: undefined }, {
    __proto__: null,
    loc: file === undefined ? undefined : { __proto__: null, line: 1, column: 1, file },
    entryFile: file,
  });
  if (config.coverage) main.coverage = require('internal/test_runner/coverage').commandLineCoverage();
  // With --test the runner says when; preloaded modules may declare tests and hooks before.
  if (config.isRunner) {
    main.isHeld = true;
    return main;
  }
  watchProcess(main);
  main.ready = begin(main);
  main.ready.then(undefined, (error) => { main.fatal = error; });
  return main;
}

// Uses `harness` as the run that test() adds to, from now on.
function adoptHarness(harness) {
  main = harness;
  watchProcess(harness);
}

// Global setup, then the reporters.
async function begin(harness) {
  const { config } = harness;
  const { setUpReporters } = require('internal/test_runner/reporting');
  harness.reported = setUpReporters(harness, config);
  await harness.reported.isReady;
  if (config.globalSetupPath !== undefined && !config.isChild) {
    harness.teardown = await require('internal/test_runner/global_setup').setUp(config.globalSetupPath, process.cwd());
  }
}

// Errors that nobody caught belong to the test that caused them, until the run ends.
function watchProcess(harness) {
  const listeners = { __proto__: null, beforeExit: () => finish(harness) };
  if (!isWatching) {
    isWatching = true;
    for (const event of ['uncaughtException', 'unhandledRejection']) {
      listeners[event] = (error) => onStrayError(error, event);
    }
    if (commandLine().isRunner) {
      for (const signal of ['SIGINT', 'SIGTERM']) listeners[signal] = () => interrupt(main, signal);
    }
  }
  for (const event of Object.keys(listeners)) process.on(event, listeners[event]);
  harness.onEnd = () => {
    for (const event of Object.keys(listeners)) process.off(event, listeners[event]);
    if (listeners.uncaughtException !== undefined) isWatching = false;
  };
}

function onStrayError(error, event) {
  const node = running.getStore();
  const harness = node?.harness ?? main;
  // Thrown from here it ends the process.
  for (const { fatal } of [harness, main]) if (fatal !== undefined && fatal === error) throw error;
  if (error?.code === 'ERR_TEST_FAILURE' && error.failureType === 'testAborted') return;
  const { root } = harness;
  if (node !== undefined && !node.isFinished && node !== root) {
    node.stop(testFailure(error, event));
    return;
  }
  let text = 'Error: ';
  if (node === undefined || node === root) {
    text += 'A resource generated asynchronous activity after the test ended. This activity created the error ' +
      `"${error}" which triggered an ${event} event, caught by the test runner.`;
  } else {
    const where = node.loc === undefined ? '' :
      ` at ${relative(process.cwd(), node.loc.file)}:${node.loc.line}:${node.loc.column}`;
    const what = node.kind === undefined ? `Test "${node.name}"` : `Test hook "${node.kind}"`;
    text += `${what}${where} generated asynchronous activity after the test ended. This activity created the error ` +
      `"${error}" and would have caused the test to fail, but instead triggered an ${event} event.`;
  }
  root.diagnostic(text);
  harness.success = false;
  process.exitCode = 1;
}

async function finish(harness) {
  if (harness.isEnded || harness.isFinishing || harness.runsFiles) return;
  harness.isFinishing = true;
  await harness.ready;
  harness.root.settleSubtests(testFailure(
    'Promise resolution is still pending but the event loop has already resolved', kCancelledByParent));
  await close(harness);
  if (!harness.success) process.exitCode = 1;
}

async function close(harness) {
  await harness.runAfterHooks();
  await harness.teardown?.();
  harness.end();
}

// Ends a run of files.
async function closeRun(harness) {
  await close(harness);
  if (!harness.config.forceExit) return;
  // What reads the stream is to have read it.
  await new Promise((done) => { harness.reporter.once('end', done); });
  await harness.reported;
  process.exit();
}

// The names of the tests that ran when a signal came, and the end.
async function interrupt(harness, signal) {
  const tests = [];
  const visit = (node) => {
    for (const child of node.subtests) {
      if (child.startTime === null || child.isFinished) continue;
      if (!child.subtests.some((grandchild) => grandchild.startTime !== null && !grandchild.isFinished)) {
        tests.push({ __proto__: null, ...child.loc, name: child.name, nesting: child.nesting });
      }
      visit(child);
    }
  };
  visit(harness.root);
  if (tests.length > 0) harness.reporter.interrupted(tests);
  harness.onInterrupt?.(signal);
  await harness.teardown?.();
  harness.isEnded = true;
  harness.reporter.end();
  await harness.reported;
  process.exit(1);
}

// --- What programs call -----------------------------------------------------------------------------------------------

// The node that a call of test() or a hook function belongs to.
function currentNode() {
  const node = running.getStore();
  if (node === undefined) return processHarness().root;
  return node.owner ?? node;
}

// Declares a test or suite where the program is; the promise is fulfilled when it ended, or at once in a suite.
function declare(Type, name, options, fn, overrides) {
  let parent = currentNode();
  if (main !== undefined && parent.root !== main.root && parent.root.harness.isEnded) parent = main.root;
  const node = parent.createSubtest(Type, name, options, fn, overrides);
  if (node.parent.isSuite) return Promise.resolve();
  if (node.parent.parent === null) return startTopLevel(node);
  return node.start();
}

async function startTopLevel(node) {
  await node.harness.ready;
  if (node.isFinished) return;
  await node.start();
}

module.exports = { Harness, adoptHarness, closeRun, currentNode, declare, processHarness };
