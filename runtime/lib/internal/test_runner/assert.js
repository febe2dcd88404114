'use strict';

// t.assert: the assertions of node:assert and of snapshots, and those that a program registers, counted for the plan.
// Spec: Node 24, test.md, "context.assert" and "assert.register(name, fn)".

const { ReflectApply } = primordials;
const assert = require('assert');
const { validateFunction, validateString } = require('internal/validators');

const kNames = [
  'deepEqual', 'deepStrictEqual', 'doesNotMatch', 'doesNotReject', 'doesNotThrow', 'equal', 'fail', 'ifError', 'match',
  'notDeepEqual', 'notDeepStrictEqual', 'notEqual', 'notStrictEqual', 'partialDeepStrictEqual', 'rejects', 'strictEqual',
  'throws',
];

let assertions; // name -> function
function all() {
  if (assertions !== undefined) return assertions;
  assertions = new Map();
  for (const name of kNames) assertions.set(name, assert[name]);
  const { snapshotAssertion, fileSnapshotAssertion } = require('internal/test_runner/snapshot');
  assertions.set('snapshot', snapshotAssertion);
  assertions.set('fileSnapshot', fileSnapshotAssertion);
  return assertions;
}

function register(name, fn) {
  validateString(name, 'name');
  validateFunction(fn, 'fn');
  all().set(name, fn);
}

// The assertions for one test: `this` of each is the test's context.
function bind(context, node) {
  const bound = { __proto__: null };
  const methods = all();
  for (const { 0: name, 1: fn } of methods) {
    bound[name] = (...args) => {
      node.plan?.count();
      return ReflectApply(fn, context, args);
    };
  }
  if (!methods.has('ok')) {
    // The message quotes the call, which is the one of this function.
    bound.ok = function ok(...args) {
      node.plan?.count();
      ReflectApply(assert.ok, { __proto__: null, ok }, args);
    };
  }
  return bound;
}

module.exports = { bind, register };
