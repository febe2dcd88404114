'use strict';

// Reporters and where they write. Spec: Node 24, test.md, "Test reporters".

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { compose } = require('stream');
const { finished } = require('stream/promises');

const kBuiltins = ['dot', 'junit', 'spec', 'tap'];
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

// Connects the reporters. The promise is fulfilled when they wrote all; its `isReady` when they listen.
function setUpReporters(stream, config) {
  const wanted = pairs(config);
  const whenDone = [];
  const isReady = (async () => {
    for (const { 0: name, 1: destination } of wanted) {
      const reporter = instanceOf(await loadReporter(name));
      const target = destinationOf(destination);
      const output = compose(stream, reporter);
      output.pipe(target);
      const isStandard = target === process.stdout || target === process.stderr;
      whenDone.push(finished(isStandard ? output : target, { __proto__: null, readable: isStandard, writable: !isStandard }));
    }
  })();
  const done = isReady.then(() => Promise.all(whenDone));
  done.then(undefined, (error) => { process.nextTick(() => { throw error; }); });
  done.isReady = isReady;
  return done;
}

module.exports = { setUpReporters };
