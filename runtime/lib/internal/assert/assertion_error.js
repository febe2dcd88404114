'use strict';

// The error of node:assert, with a message that shows how the two values differ.

const { inspect } = require('internal/util/inspect');
const { isErrorStackTraceLimitWritable } = require('internal/errors');
const { validateObject } = require('internal/validators');
const colors = require('internal/util/colors');
const { diffLines, printDiff } = require('internal/assert/diff');

const kReadable = {
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
  strictEqual: 'Expected values to be strictly equal:',
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notIdentical: 'Values identical but not reference-equal:',
  sameStructure: 'Values have same structure but are not reference-equal:',
  notDeepEqualUnequal: 'Expected values not to be loosely deep-equal:',
};
const kDiffed = new Set(['deepStrictEqual', 'strictEqual', 'partialDeepStrictEqual']);
const kShortLength = 12;
const kMaxLines = 51;
const kMaxInspectLength = 512;

function inspectValue(value) {
  return inspect(value, {
    compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, showProxy: false,
    sorted: true, getters: true, breakLength: Infinity,
  });
}

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

function diffMessage(actual, expected, operator, customMessage, full) {
  const actualText = inspectValue(actual);
  const expectedText = inspectValue(expected);
  const actualLines = actualText.split('\n');
  const expectedLines = expectedText.split('\n');
  let header = kReadable[operator];
  if (operator === 'strictEqual') {
    const bothObjects = typeof actual === 'object' && actual !== null && typeof expected === 'object' && expected !== null;
    const bothFunctions = typeof actual === 'function' && typeof expected === 'function';
    if (bothObjects || bothFunctions) header = kReadable.strictEqualObject;
  }
  if (customMessage != null) header = String(customMessage);

  if (actualText === expectedText) {
    const lines = actualLines.length > 50 && !full ? [...actualLines.slice(0, 46), '...'] : actualLines;
    const identical = operator === 'strictEqual' && isObject(actual) ? kReadable.sameStructure : kReadable.notIdentical;
    return `${customMessage != null ? header : identical}\n\n${lines.join('\n')}\n`;
  }
  if (actualLines.length === 1 && expectedLines.length === 1 && !isObject(actual) && !isObject(expected) &&
      (actual !== 0 || expected !== 0)) {
    const total = actualText.length + expectedText.length;
    const room = process.stderr.isTTY ? process.stderr.columns : 80;
    const escaped = typeof actual === 'string' && typeof expected === 'string' && hasEscapedLine(actualText);
    // Both fit on one line.
    if (total <= kShortLength || (total < room && !escaped)) return `${header}\n\n${actualText} !== ${expectedText}\n`;
  }

  const legend = `${colors.green}+ actual${colors.white} ${colors.red}- expected${colors.white}`;
  let indicator = '';
  if (actualLines.length === 1 && expectedLines.length === 1 && typeof actual === 'string' && typeof expected === 'string') {
    let at = 0;
    while (at < actualText.length && actualText[at] === expectedText[at]) at++;
    if (at > 2 && at < actualText.length && at < expectedText.length && hasEscapedLine(actualText)) indicator = `\n${' '.repeat(at + 2)}^`;
  }
  if (actualLines.length === 1 && expectedLines.length === 1) {
    return `${header}\n${legend}\n\n${colors.green}+${colors.white} ${actualText}\n${colors.red}-${colors.white} ${expectedText}${indicator}\n`;
  }
  const commas = actualLines.length !== expectedLines.length || operator === 'partialDeepStrictEqual';
  const { message, skipped } = printDiff(diffLines(actualLines, expectedLines, commas));
  return `${header}\n${legend}${skipped ? '\n... Skipped lines' : ''}\n${message}`;
}

function hasEscapedLine(text) {
  return text.includes('\\n');
}

function shortened(value) {
  const text = inspectValue(value);
  const lines = text.split('\n');
  if (lines.length > kMaxLines - 1) return [...lines.slice(0, 46), `${colors.blue}...${colors.white}`].join('\n');
  return text;
}

function messageFor(actual, expected, operator) {
  if (operator === 'notDeepStrictEqual' || operator === 'notStrictEqual') {
    let base = kReadable[operator];
    const text = shortened(actual);
    if (operator === 'notStrictEqual' && isObject(actual)) base = kReadable.notStrictEqualObject;
    return text.includes('\n') || (operator === 'notDeepStrictEqual' && text.length > 5) ?
      `${base}\n\n${text}\n` : `${base} ${text}`;
  }
  let left = inspectValue(actual);
  let right = inspectValue(expected);
  const readable = kReadable[operator];
  if (operator === 'notDeepEqual' && left === right) {
    left = `${readable}\n\n${left}`;
    return left.length > 1024 ? `${left.slice(0, 1021)}...` : left;
  }
  if (left.length > kMaxInspectLength) left = `${left.slice(0, kMaxInspectLength - 3)}...`;
  if (right.length > kMaxInspectLength) right = `${right.slice(0, kMaxInspectLength - 3)}...`;
  if (operator === 'deepEqual') return `${readable}\n\n${left}\n\nshould loosely deep-equal\n\n${right}`;
  if (operator === 'notDeepEqual') return `${kReadable.notDeepEqualUnequal}\n\n${left}\n\nshould not loosely deep-equal\n\n${right}`;
  return `${left} ${operator} ${right}`;
}

// Errors are compared without their stacks, which always differ.
function copyError(error) {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(error)), error);
  Object.defineProperty(copy, 'message', { __proto__: null, value: error.message });
  if (Object.hasOwn(error, 'cause')) {
    const { cause } = error;
    Object.defineProperty(copy, 'cause', { __proto__: null, value: cause instanceof Error ? copyError(cause) : cause });
  }
  return copy;
}

class AssertionError extends Error {
  constructor(options) {
    validateObject(options, 'options');
    const { message, operator, stackStartFn, stackStartFunction, details, diff = 'simple' } = options;
    let { actual, expected } = options;
    const limit = Error.stackTraceLimit;
    if (isErrorStackTraceLimitWritable()) Error.stackTraceLimit = 0;
    let text;
    if (message != null) {
      text = kDiffed.has(operator) ?
        diffMessage(actual, expected, operator, message, diff === 'full') : String(message);
    } else {
      colors.refresh();
      if (actual instanceof Error && expected instanceof Error && 'stack' in actual && 'stack' in expected) {
        actual = copyError(actual);
        expected = copyError(expected);
      }
      text = kDiffed.has(operator) ? diffMessage(actual, expected, operator, null, diff === 'full') : messageFor(actual, expected, operator);
    }
    super(text);
    if (isErrorStackTraceLimitWritable()) Error.stackTraceLimit = limit;
    this.generatedMessage = !message;
    Object.defineProperty(this, 'name', {
      __proto__: null, value: 'AssertionError [ERR_ASSERTION]', enumerable: false, writable: true, configurable: true,
    });
    this.code = 'ERR_ASSERTION';
    if (details) {
      this.actual = undefined;
      this.expected = undefined;
      this.operator = undefined;
      for (let i = 0; i < details.length; i++) {
        this[`message ${i}`] = details[i].message;
        this[`actual ${i}`] = details[i].actual;
        this[`expected ${i}`] = details[i].expected;
        this[`operator ${i}`] = details[i].operator;
        this[`stack trace ${i}`] = details[i].stack;
      }
    } else {
      this.actual = actual;
      this.expected = expected;
      this.operator = operator;
    }
    this.diff = diff;
    Error.captureStackTrace(this, stackStartFn || stackStartFunction);
    // The stack is made now, with the code in the name.
    this.stack; // eslint-disable-line no-unused-expressions
    this.name = 'AssertionError';
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [inspect.custom](recurseTimes, context) {
    // Long values were shown in the message: here they are cut.
    const { actual, expected } = this;
    const cut = (value) => {
      if (typeof value !== 'string') return value;
      const lines = value.split('\n');
      if (lines.length > 10) return `${lines.slice(0, 10).join('\n')}\n...`;
      return value.length > kMaxInspectLength ? `${value.slice(0, kMaxInspectLength)}...` : value;
    };
    this.actual = cut(actual);
    this.expected = cut(expected);
    const result = inspect(this, { ...context, customInspect: false, depth: 0 });
    this.actual = actual;
    this.expected = expected;
    return result;
  }
}

module.exports = AssertionError;
