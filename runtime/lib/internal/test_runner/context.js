'use strict';

// What test functions, suite functions and their hooks get to see of their node.
// Spec: Node 24, test.md, "Class: TestContext" and "Class: SuiteContext".

const { clearTimeout, setTimeout } = require('timers');
const { validateFunction, validateNumber, validateObject, validateString } = require('internal/validators');

function log(node, message, data) {
  validateString(message, 'message');
  node.reporter.log(node.loc, {
    __proto__: null, name: node.name, nesting: node.nesting, testId: node.testId, parentId: node.parent?.testId, message, data,
  });
}

function filePathOf(node) {
  return node.entryFile ?? node.loc?.file;
}

class TestContext {
  #node;
  #assert;

  constructor(node) {
    this.#node = node;
  }

  get signal() { return this.#node.signal; }
  get name() { return this.#node.name; }
  get filePath() { return filePathOf(this.#node); }
  get fullName() { return this.#node.fullName; }
  get error() { return this.#node.error; }
  get passed() { return this.#node.passed; }
  get attempt() { return this.#node.harness.attempts?.number ?? 0; }
  get tags() { return this.#node.tags; }
  get workerId() {
    const id = process.env.NODE_TEST_WORKER_ID;
    return id === undefined ? undefined : Number(id) || undefined;
  }

  diagnostic(message) { this.#node.diagnostic(message); }
  log(message, data) { log(this.#node, message, data); }

  plan(count, options = undefined) {
    const node = this.#node;
    const { Plan } = require('internal/test_runner/plan');
    const { codes: { ERR_TEST_FAILURE } } = require('internal/errors');
    if (node.plan !== undefined) {
      throw new ERR_TEST_FAILURE('cannot set plan more than once', 'testCodeFailure');
    }
    node.plan = options === undefined ? new Plan(count) : new Plan(count, options);
  }

  get assert() {
    return (this.#assert ??= require('internal/test_runner/assert').bind(this, this.#node));
  }

  get mock() {
    const node = this.#node;
    return (node.mock ??= new (require('internal/test_runner/mock').MockTracker)());
  }

  runOnly(value) { this.#node.runOnlySubtests = Boolean(value); }
  skip(message) { this.#node.skip(message); }
  todo(message) { this.#node.todo(message); }

  test(name, options, fn) {
    const node = this.#node;
    const { TestNode } = require('internal/test_runner/node');
    const { callerLocation } = require('internal/test_runner/utils');
    const subtest = node.createSubtest(TestNode, name, options, fn, { __proto__: null, loc: callerLocation() });
    return subtest.start();
  }

  before(fn, options) { addHook(this.#node, 'before', fn, options); }
  after(fn, options) { addHook(this.#node, 'after', fn, options); }
  beforeEach(fn, options) { addHook(this.#node, 'beforeEach', fn, options); }
  afterEach(fn, options) { addHook(this.#node, 'afterEach', fn, options); }

  waitFor(condition, options = { __proto__: null }) {
    validateFunction(condition, 'condition');
    validateObject(options, 'options');
    const { interval = 50, timeout = 1000 } = options;
    validateNumber(interval, 'options.interval', 0, 2 ** 31 - 1);
    validateNumber(timeout, 'options.timeout', 0, 2 ** 31 - 1);
    return poll(condition, interval, timeout);
  }
}

// Calls `condition` every `interval` ms until it neither throws nor rejects.
function poll(condition, interval, timeout) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const kNothing = Symbol('nothing');
  let cause = kNothing;
  let pollTimer;
  const timeoutTimer = setTimeout(() => {
    clearTimeout(pollTimer);
    pollTimer = undefined;
    isOver = true;
    const error = new Error('waitFor() timed out');
    if (cause !== kNothing) error.cause = cause;
    reject(error);
  }, timeout);
  let isOver = false;
  const attempt = async () => {
    try {
      const result = await condition();
      if (isOver) return;
      isOver = true;
      clearTimeout(timeoutTimer);
      resolve(result);
    } catch (error) {
      cause = error;
      if (!isOver) pollTimer = setTimeout(attempt, interval);
    }
  };
  attempt();
  return promise;
}

function addHook(node, kind, fn, options) {
  const { Hook } = require('internal/test_runner/hook');
  const { callerLocation } = require('internal/test_runner/utils');
  node.addHook(kind, new Hook(kind, node, fn, options, callerLocation(2)));
}

class SuiteContext {
  #node;

  constructor(node) {
    this.#node = node;
  }

  get signal() { return this.#node.signal; }
  get name() { return this.#node.name; }
  get filePath() { return filePathOf(this.#node); }
  get fullName() { return this.#node.fullName; }
  get passed() { return this.#node.passed; }
  get attempt() { return this.#node.harness.attempts?.number ?? 0; }
  diagnostic(message) { this.#node.diagnostic(message); }
  log(message, data) { log(this.#node, message, data); }
}

module.exports = { SuiteContext, TestContext, addHook };
