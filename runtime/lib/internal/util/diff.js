'use strict';

// util.diff(). Documented in doc/api/util.md.

const { ArrayIsArray, ArrayPrototypeMap } = primordials;
const { diffLines } = require('internal/assert/diff');
const { validateString, validateStringArray } = require('internal/validators');

function check(value, name) {
  if (ArrayIsArray(value)) validateStringArray(value, name);
  else validateString(value, name);
}

// [[1 | -1 | 0, element], ...]: in `actual` only, in `expected` only, in both; nothing when they are equal.
function diff(actual, expected) {
  if (actual === expected) return [];
  check(actual, 'actual');
  check(expected, 'expected');
  return ArrayPrototypeMap(diffLines(actual, expected, false), ({ type, value }) => [type, value]);
}

module.exports = { diff };
