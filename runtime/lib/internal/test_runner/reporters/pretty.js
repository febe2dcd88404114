'use strict';

// How reporters for people show a test: its sign, name, time, and what it failed with.

const colors = require('internal/util/colors');
const { relative } = require('path');
const { inspectWithNoCustomRetry } = require('internal/errors');

// A check mark, a cross, an i in a circle, a triangle to the right, a small hyphen, a warning sign.
const kSigns = {
  __proto__: null,
  'test:pass': '\u2714 ',
  'test:fail': '\u2716 ',
  'test:diagnostic': '\u2139 ',
  'test:log': '\u2139 ',
  'test:coverage': '\u2139 ',
  'arrow:right': '\u25b6 ',
  'hyphen:minus': '\ufe63 ',
  'warning:alert': '\u26a0 ',
};

const indentOf = (nesting) => '  '.repeat(nesting);

function colorOf(type) {
  switch (type) {
    case 'test:fail': return colors.red;
    case 'test:pass': return colors.green;
    case 'test:diagnostic':
    case 'test:log':
    case 'test:coverage': return colors.blue;
    case 'info': return colors.blue;
    case 'warn': return colors.yellow;
    case 'error': return colors.red;
    default: return '';
  }
}

// The error as a reader sees it: what the test threw, without the runner's wrapping.
function formatError(error, indent) {
  if (!error) return '';
  const cause = error.code === 'ERR_TEST_FAILURE' ? error.cause : error;
  const text = inspectWithNoCustomRetry(cause, { __proto__: null, colors: colors.hasColors, breakLength: Infinity });
  return text.replace(/\n/g, `\n${indent}  `).replace(/\n[ \t]+(?=\n|$)/g, '\n');
}

// One test's line, and its error where `showError`.
function formatTest(type, data, { prefix = '', indent = '', showError = true } = { __proto__: null }) {
  let color = colorOf(type);
  let sign = kSigns[type] ?? ' ';
  const { skip, todo, expectFailure, details } = data;
  const duration = !details?.duration_ms ? '' : ` ${colors.gray}(${details.duration_ms}ms)${colors.white}`;
  let title = `${data.name}${duration}`;
  if (details?.passed_on_attempt !== undefined) title += ` (passed on attempt ${details.passed_on_attempt})`;
  if (skip !== undefined) {
    color = colors.gray;
    sign = kSigns['hyphen:minus'];
    title += ` # ${typeof skip === 'string' && skip !== '' ? skip : 'SKIP'}`;
  } else if (todo !== undefined) {
    if (type === 'test:fail') {
      color = colors.yellow;
      sign = kSigns['warning:alert'];
    }
    title += ` # ${typeof todo === 'string' && todo !== '' ? todo : 'TODO'}`;
  } else if (expectFailure !== undefined) {
    title += ' # EXPECTED FAILURE';
    if (typeof expectFailure === 'string' && expectFailure !== '') title += ` ${expectFailure}`;
  }
  const error = showError && details?.error ? formatError(details.error, indent) : '';
  const body = error === '' ? '\n' : `\n${indent}  ${error}\n`;
  return `${prefix}${indent}${color}${sign}${title}${colors.white}${body}`;
}

function locationOf({ file, line, column }) {
  return `${relative(process.cwd(), file)}:${line}:${column}`;
}

module.exports = { colorOf, formatTest, indentOf, kSigns, locationOf };
