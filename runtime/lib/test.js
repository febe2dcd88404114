'use strict';

// node:test. Documented in doc/api/test.md.

const { running } = require('internal/test_runner/node');
const { TestNode } = require('internal/test_runner/node');
const { Suite } = require('internal/test_runner/suite');
const { addHook } = require('internal/test_runner/context');
const { currentNode, declare } = require('internal/test_runner/harness');
const { callerLocation } = require('internal/test_runner/utils');

const kMarks = ['expectFailure', 'skip', 'todo', 'only'];

// test() or suite() with its shorthands.
function declarer(Type, name) {
  const declared = {
    [name](title, options, fn) {
      return declare(Type, title, options, fn, { __proto__: null, loc: callerLocation() });
    },
  }[name];
  for (const mark of kMarks) {
    declared[mark] = function(title, options, fn) {
      return declare(Type, title, options, fn, { __proto__: null, [mark]: true, loc: callerLocation() });
    };
  }
  return declared;
}

const test = declarer(TestNode, 'test');
const suite = declarer(Suite, 'suite');

function hook(kind) {
  return {
    [kind](fn, options) { addHook(currentNode(), kind, fn, options); },
  }[kind];
}

function getTestContext() {
  const node = running.getStore();
  return (node?.owner ?? node)?.context;
}

module.exports = Object.assign(test, {
  after: hook('after'),
  afterEach: hook('afterEach'),
  before: hook('before'),
  beforeEach: hook('beforeEach'),
  describe: suite,
  getTestContext,
  it: test,
  run(...args) { return require('internal/test_runner/run').run(...args); },
  suite,
  test,
});

function lazily(name, make) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      const value = make();
      Object.defineProperty(module.exports, name, { __proto__: null, configurable: true, enumerable: true, writable: true, value });
      return value;
    },
  });
}
lazily('mock', () => new (require('internal/test_runner/mock').MockTracker)());
lazily('snapshot', () => {
  const { setDefaultSnapshotSerializers, setResolveSnapshotPath } = require('internal/test_runner/snapshot');
  return { __proto__: null, setDefaultSnapshotSerializers, setResolveSnapshotPath };
});
lazily('assert', () => ({ register: require('internal/test_runner/assert').register }));
