'use strict';

// What events say of a test. Spec: Node 24, test.md, "Class: TestsStream".

// Of a test that is to run.
function eventData(node) {
  return {
    __proto__: null, nesting: node.nesting, name: node.name, type: node.type, testId: node.testId,
    parentId: node.parent.testId, tags: node.tags,
  };
}

// The names of the tests around it, joined by dots.
function classNameOf(node) {
  const names = [];
  for (let at = node.parent; at !== null && at.parent !== null; at = at.parent) names.unshift(at.name);
  return names.length === 0 ? undefined : names.join('.');
}

// Of a test that ended; `number` where it is reported, in its turn.
function outcomeData(node, number) {
  const data = {
    __proto__: null, name: node.name, nesting: node.nesting, testNumber: number ?? node.place - node.parent.filteredCount,
    testId: node.testId, parentId: node.parent.testId, tags: node.tags,
  };
  const className = classNameOf(node);
  if (number !== undefined && className !== undefined) data.classname = className;
  return data;
}

function detailsOf(node) {
  const details = { __proto__: null, duration_ms: node.duration(), type: node.type };
  if (!node.passed) details.error = node.error;
  const className = classNameOf(node);
  if (className !== undefined) details.classname = className;
  const { attempts } = node.harness;
  if (attempts !== undefined) {
    details.attempt = attempts.number;
    const { passedBefore } = node;
    if (passedBefore !== undefined && node.passed) {
      details.passed_on_attempt = passedBefore.passed_on_attempt;
      if (typeof passedBefore.duration_ms === 'number') details.duration_ms = passedBefore.duration_ms;
    }
  }
  return details;
}

// That it was skipped, is to be done, or is expected to fail, and why.
function directiveOf(node) {
  if (node.isSkipped) return { __proto__: null, skip: node.skipReason };
  if (node.isTodo) return { __proto__: null, todo: node.todoReason };
  if (node.expectation !== undefined) return { __proto__: null, expectFailure: node.expectation.label ?? true };
  return undefined;
}

// The node's beginning, after those of its ancestors.
function reportStarted(node) {
  if (node.wasStartReported || node.parent === null) return;
  node.wasStartReported = true;
  reportStarted(node.parent);
  const { type, ...data } = eventData(node);
  node.reporter.start(node.loc, data);
}

function reportComplete(node) {
  node.reporter.complete(node.loc, outcomeData(node), { ...detailsOf(node), passed: node.passed }, directiveOf(node));
}

function reportOutcome(node) {
  const { reporter, loc, parent } = node;
  reportStarted(node);
  parent.reportedCount++;
  if (node.reportedCount > 0) reporter.plan(loc, node.nesting + 1, node.reportedCount);
  const data = outcomeData(node, parent.reportedCount);
  if (node.passed) reporter.ok(loc, data, detailsOf(node), directiveOf(node));
  else reporter.fail(loc, data, detailsOf(node), directiveOf(node));
  for (const message of node.diagnostics) reporter.diagnostic(loc, node.nesting, message);
}

module.exports = { eventData, reportComplete, reportOutcome };
