'use strict';

// Reporters and where they write. Spec: Node 24, test.md, "Test reporters".

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { compose } = require('stream');
const { errorMonitor } = require('events');

const kBuiltins = ['dot', 'junit', 'lcov', 'spec', 'tap'];
const kDefaultReporter = 'spec';
const kDefaultDestination = 'stdout';

function destinationOf(name) {
  if (name === 'stdout') return process.stdout;
  if (name === 'stderr') return process.stderr;
  return require('fs').createWriteStream(name);
}

// A reporter by the name of a built-in one, or by what import() takes.
async function loadReporter(name) {
  if (kBuiltins.includes(name)) return require('test/reporters')[name];
  const { getLoader, cwdUrl } = require('internal/modules/esm/loader');
  const namespace = await getLoader().import(name, cwdUrl(), { __proto__: null });
  let reporter = namespace.default;
  if (reporter?.default !== undefined) reporter = reporter.default;
  if (reporter === undefined || reporter === null) {
    throw new ERR_INVALID_ARG_TYPE('reporter', ['Function', 'Duplex'], reporter);
  }
  return reporter;
}

// Classes are to be made; functions and streams are what compose() takes.
function instanceOf(reporter) {
  return reporter?.prototype && Object.getOwnPropertyDescriptor(reporter.prototype, 'constructor') ? new reporter() : reporter;
}

function pairs(config) {
  const { reporters, destinations } = config;
  if (reporters.length === 0 && destinations.length === 0) return [[kDefaultReporter, kDefaultDestination]];
  if (reporters.length === 1 && destinations.length === 0) return [[reporters[0], kDefaultDestination]];
  if (reporters.length !== destinations.length) {
    throw new ERR_INVALID_ARG_VALUE('--test-reporter', reporters,
      'must match the number of specified \'--test-reporter-destination\'');
  }
  return reporters.map((name, i) => [name, destinations[i]]);
}

// Connects the reporters. The promise is fulfilled when they wrote all; its `isReady` when they listen. What goes wrong in
// them is an error of the run.
function setUpReporters(harness, config) {
  if (config.speaksFrames) {
    const done = connect(harness, require('internal/test_runner/frames').encodeEvents, process.stdout);
    done.isReady = undefined;
    return done;
  }
  const wanted = pairs(config);
  const outputs = [];
  const isReady = (async () => {
    for (const { 0: name, 1: destination } of wanted) {
      outputs.push(connect(harness, instanceOf(await loadReporter(name)), destinationOf(destination)));
    }
  })();
  const done = isReady.then(() => Promise.all(outputs));
  done.then(undefined, () => {}); // told through isReady
  done.isReady = isReady;
  return done;
}

function connect(harness, reporter, target) {
  const output = compose(harness.reporter, reporter);
  output.on(errorMonitor, (error) => { harness.fatal = error; });
  target.on(errorMonitor, (error) => { harness.fatal = error; });
  output.pipe(target);
  const isStandard = target === process.stdout || target === process.stderr;
  return new Promise((done) => { (isStandard ? output.once('end', done) : target.once('finish', done)); });
}

module.exports = { setUpReporters };
