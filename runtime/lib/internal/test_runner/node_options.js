'use strict';

// The options of test() and suite(), checked. Spec: Node 24, test.md, "test([name][, options][, fn])".

const { availableParallelism } = require('os');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const {
  validateAbortSignal, validateArray, validateNumber, validateString, validateUint32,
} = require('internal/validators');

const kTimeoutMax = 2 ** 31 - 1;

// A time limit in ms, or undefined where none was given.
function readTimeout(timeout) {
  if (timeout == null) return undefined;
  if (timeout !== Infinity) validateNumber(timeout, 'options.timeout', 0, kTimeoutMax);
  return timeout;
}

function readSignal(signal) {
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  return signal;
}

// Lower case, in the order given.
function readTags(tags) {
  if (tags === undefined) return [];
  validateArray(tags, 'options.tags');
  if (tags.length > 0) warnOfTags();
  return tags.map((tag, i) => {
    validateString(tag, `options.tags[${i}]`);
    if (tag === '') throw new ERR_INVALID_ARG_VALUE(`options.tags[${i}]`, tag, 'must be a non-empty string');
    return tag.toLowerCase();
  });
}

let warnedOfTags = false;
function warnOfTags() {
  if (warnedOfTags) return;
  warnedOfTags = true;
  require('internal/util').emitExperimentalWarning('Test tags');
}

function readConcurrency(concurrency, parent) {
  switch (typeof concurrency) {
    case 'number':
      validateUint32(concurrency, 'options.concurrency', true);
      return concurrency;
    case 'boolean':
      if (!concurrency) return 1;
      return parent === null ? Math.max(availableParallelism() - 1, 1) : Infinity;
    default:
      if (concurrency != null) throw new ERR_INVALID_ARG_TYPE('options.concurrency', ['boolean', 'number'], concurrency);
      return parent === null ? 1 : parent.concurrency;
  }
}

// options.expectFailure as {label, match}, or undefined.
function readExpectation(value) {
  if (value === '') return { label: undefined, match: undefined };
  if (!value) return undefined;
  if (typeof value === 'string') return { label: value, match: undefined };
  if (typeof value === 'function' || value instanceof RegExp || value instanceof Error) return { label: undefined, match: value };
  if (typeof value !== 'object') return { label: undefined, match: undefined };
  const keys = Object.keys(value);
  if (keys.length === 0) throw new ERR_INVALID_ARG_VALUE('options.expectFailure', value, 'must not be an empty object');
  if (keys.every((key) => key === 'match' || key === 'label')) return { label: value.label, match: value.match };
  return { label: undefined, match: value };
}

module.exports = { readConcurrency, readExpectation, readSignal, readTags, readTimeout };
