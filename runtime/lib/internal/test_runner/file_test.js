'use strict';

// A test file that runs in a process of its own: a node whose subtests are those that the process tells of.

const { spawn } = require('child_process');
const { once } = require('events');
const { createInterface } = require('readline');
const { resolve } = require('path');
const { codes: { ERR_TEST_FAILURE } } = require('internal/errors');
const { FrameReader } = require('internal/test_runner/frames');
const { TestNode } = require('internal/test_runner/node');

// Events in the order of declaration wait for the files before this one.
const kOrdered = new Set(['test:start', 'test:pass', 'test:fail', 'test:plan', 'test:diagnostic', 'test:summary']);

class FileTest extends TestNode {
  #buffer = [];
  #passedOn = 0; // outcomes of top-level tests
  #failed = 0;

  // options.file: as it was given; options.start: {args, cwd, env}.
  constructor({ file, launch, ...options }) {
    const path = resolve(launch.cwd, file);
    super({
      __proto__: null, ...options, name: file, loc: { __proto__: null, line: 1, column: 1, file: path },
      fn: (t) => this.#launch(t),
    });
    this.path = path;
    this.launch = launch;
  }

  async #launch(t) {
    const { launch, harness } = this;
    const workerId = harness.workers.take();
    const child = spawn(process.execPath, launch.args(this.name), {
      __proto__: null,
      cwd: launch.cwd,
      env: { ...launch.env, NODE_TEST_CONTEXT: 'child-v8', NODE_TEST_WORKER_ID: `${workerId}` },
      signal: t.signal,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end();
    harness.children.add(child);
    let failure;
    child.on('error', (error) => { failure = error; });
    const reader = new FrameReader((event) => this.#take(event), (message) => this.#output('stdout', message));
    child.stdout.on('data', (chunk) => reader.write(chunk));
    const lines = createInterface({ __proto__: null, input: child.stderr });
    lines.on('line', (line) => this.#output('stderr', `${line}\n`));
    const stdoutEnded = once(child.stdout, 'end');
    const linesEnded = once(lines, 'close');
    const { 0: code, 1: signal } = await new Promise((done) => {
      child.on('exit', (...status) => done(status));
      child.on('error', () => {
        if (child.pid === undefined) done([null, null]);
      });
    });
    await Promise.all([stdoutEnded, linesEnded]);
    reader.end();
    harness.children.delete(child);
    harness.workers.give(workerId);
    if (code === 0 && signal === null) return;
    const error = new ERR_TEST_FAILURE('test failed', this.#failed > 0 ? 'subtestsFailed' : 'testCodeFailure');
    error.exitCode = code;
    error.signal = signal;
    // The frames would be the runner's own.
    error.stack = undefined;
    if (failure !== undefined && failure.name !== 'AbortError') error.cause = failure;
    throw error;
  }

  #output(stream, message) {
    this.reporter[stream]({ __proto__: null, file: this.name, message, entryFile: this.path });
  }

  #take(event) {
    const { type, data } = event;
    if (type === 'watch:loaded') {
      this.harness.onLoaded?.(this.name, data.files);
      return;
    }
    data.entryFile = this.path;
    if ((type === 'test:pass' || type === 'test:fail') && type === 'test:fail' && !data.todo) this.#failed++;
    if (kOrdered.has(type) && !this.isClearToSend()) this.#buffer.push(event);
    else this.#passOn(event);
  }

  #passOn(event) {
    const { type, data } = event;
    if (type === 'test:pass' || type === 'test:fail') {
      if (data.nesting === 0) {
        this.#passedOn++;
        data.testNumber = ++this.parent.reportedCount;
      }
      this.harness.countEvent(event);
    }
    this.reporter.forward(event);
  }

  flush() {
    const events = this.#buffer;
    this.#buffer = [];
    for (const event of events) this.#passOn(event);
  }

  // Is the file a test in the report, beside those that it has?
  get isItself() {
    return (this.#passedOn === 0 && this.#buffer.length === 0) || (!this.passed && this.error?.failureType !== 'subtestsFailed');
  }

  get isCounted() { return this.isItself; }

  report() {
    if (this.isItself) super.report();
  }
}

// Numbers for processes that run at one time, the lowest that is free first.
class Workers {
  #taken = new Set();
  take() {
    let id = 1;
    while (this.#taken.has(id)) id++;
    this.#taken.add(id);
    return id;
  }
  give(id) { this.#taken.delete(id); }
}

module.exports = { FileTest, Workers };
