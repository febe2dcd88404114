'use strict';

// A run: the root of the tree of tests, what it counts, and how it begins and ends. A program that calls test() has one
// that begins with the first call and ends when nothing keeps the loop alive.

const { relative } = require('path');
const { clearInterval, setInterval } = require('timers');
const { TestNode, kCancelledByParent, now, running, tracing } = require('internal/test_runner/node');
const { commandLine } = require('internal/test_runner/options');
const { TestsStream } = require('internal/test_runner/stream');
const { createSeededGenerator, testFailure } = require('internal/test_runner/utils');

const kLongestInterval = 2 ** 31 - 1;

// config: as commandLine() makes it.
class Harness {
  constructor(config, { loc, entryFile } = { __proto__: null }) {
    this.config = config;
    this.reporter = new TestsStream();
    this.entryFile = entryFile;
    this.nextTestId = 0;
    this.success = true;
    this.isHeld = false; // tests are declared but do not run yet
    this.random = config.randomSeed === undefined ? undefined : createSeededGenerator(config.randomSeed);
    this.ready = undefined; // the promise of what goes before the first test, if any
    this.isEnded = false;
    this.counters = {
      __proto__: null, tests: 0, failed: 0, passed: 0, cancelled: 0, skipped: 0, todo: 0, topLevel: 0, suites: 0,
    };
    this.root = new TestNode({ __proto__: null, name: '<root>', parent: null, harness: this, concurrency: config.rootConcurrency, loc });
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
    if (this.openFiles > 0) return;
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
    this.end();
    await this.reported;
    process.exit();
  }

  count(node) {
    const { counters } = this;
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
    reporter.plan(loc, 0, root.reportedCount);
    const tell = (message, level = 'info') => reporter.diagnostic(loc, 0, message, level);
    for (const message of root.diagnostics) tell(message);
    const { tests, suites, passed, failed, cancelled, skipped, todo } = counters;
    const milliseconds = root.duration();
    if (this.config.randomSeed !== undefined && !this.config.isChild) tell(`Randomized test order seed: ${this.config.randomSeed}`);
    tell(`tests ${tests}`);
    tell(`suites ${suites}`);
    tell(`pass ${passed}`);
    tell(`fail ${failed}`);
    tell(`cancelled ${cancelled}`);
    tell(`skipped ${skipped}`);
    tell(`todo ${todo}`);
    tell(`duration_ms ${milliseconds}`);
    this.attempts?.write();
    require('internal/test_runner/snapshot').writeSnapshotFiles();
    reporter.summary({
      __proto__: null, success: this.success, counts: { __proto__: null, ...counters }, duration_ms: milliseconds, file: loc?.file,
    });
    reporter.end();
  }

  traceRoot() {
    const data = this.root.traceData();
    tracing.start.runStores(data, () => tracing.end.publish(data));
  }
}

// --- The process ------------------------------------------------------------------------------------------------------

let main; // the run that test() adds to

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
  watchProcess(main);
  main.ready = begin(main);
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
  harness.reported = setUpReporters(harness.reporter, config);
  await harness.reported.isReady;
}

// Errors that nobody caught belong to the test that caused them.
function watchProcess(harness) {
  process.on('uncaughtException', (error) => onStrayError(harness, error, 'uncaughtException'));
  process.on('unhandledRejection', (error) => onStrayError(harness, error, 'unhandledRejection'));
  process.on('beforeExit', () => finish(harness));
  const { isRunner } = harness.config;
  if (isRunner) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupt(harness, signal));
  }
}

function onStrayError(harness, error, event) {
  if (error?.code === 'ERR_TEST_FAILURE' && error.failureType === 'testAborted') return;
  const node = running.getStore();
  const { root } = harness;
  if (node !== undefined && node.root === root && !node.isFinished && node !== root) {
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
  if (harness.isEnded || harness.isFinishing || harness.isFileRunner) return;
  harness.isFinishing = true;
  await harness.ready;
  harness.root.settleSubtests(testFailure(
    'Promise resolution is still pending but the event loop has already resolved', kCancelledByParent));
  await harness.runAfterHooks();
  await harness.teardown?.();
  harness.end();
  if (!harness.success) process.exitCode = 1;
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
  harness.success = false;
  harness.end();
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
  if (node.isFinished && !node.startsTooLate) return;
  await node.start();
}

module.exports = { Harness, adoptHarness, currentNode, declare, finish, processHarness };
