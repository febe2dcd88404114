'use strict';

// Events as TAP 13, a document that machines read.

const { inspectWithNoCustomRetry } = require('internal/errors');
const { inspect } = require('internal/util/inspect');
const { isDate } = require('internal/util/types');
const { isError } = require('internal/util');

const kIndent = '    ';
const kBlock = '  ';
const indentOf = (nesting) => kIndent.repeat(nesting);

// Text on a TAP line: what would end a description or begin a directive is escaped.
function escape(text) {
  return text.replace(/[\\#\n\t\r\f\b\v]/g, (c) => (c === '#' ? '\\#' : c === '\\' ? '\\\\' : `\\${kLetters[c]}`));
}
const kLetters = { __proto__: null, '\n': '\\n', '\t': '\\t', '\r': '\\r', '\f': '\\f', '\b': '\\b', '\v': '\\v' };

async function* tap(source) {
  yield 'TAP version 13\n';
  for await (const { type, data } of source) {
    switch (type) {
      case 'test:fail': {
        yield line(data, 'not ok');
        const location = data.file ? `${data.file}:${data.line}:${data.column}` : null;
        yield details(data, location);
        break;
      }
      case 'test:pass':
        yield line(data, 'ok');
        yield details(data, null);
        break;
      case 'test:plan':
        yield `${indentOf(data.nesting)}1..${data.count}\n`;
        break;
      case 'test:start':
        yield `${indentOf(data.nesting)}# Subtest: ${escape(data.name)}\n`;
        break;
      case 'test:stderr':
      case 'test:stdout':
        for (const text of data.message.split(/\n|\r\n/)) if (text !== '') yield `# ${escape(text)}\n`;
        break;
      case 'test:diagnostic':
      case 'test:log':
        yield `${indentOf(data.nesting)}# ${escape(data.message)}\n`;
        break;
        break;
      case 'test:coverage':
        yield require('internal/test_runner/coverage_report').formatReport(indentOf(data.nesting), data.summary, '# ', '');
        break;
      case 'test:interrupted':
        for (const { name, file, line: at, column } of data.tests) {
          const where = file ? ` at ${file}:${at}:${column}` : '';
          yield `# Interrupted while running: ${escape(name)}${where}\n`;
        }
        break;
    }
  }
}

function line({ nesting, testNumber, name, skip, todo, expectFailure }, verdict) {
  let text = `${indentOf(nesting)}${verdict} ${testNumber}`;
  if (name) text += ` ${escape(`- ${name}`)}`;
  const directive = (word, reason) => ` # ${word}${typeof reason === 'string' && reason.length > 0 ? ` ${escape(reason)}` : ''}`;
  if (skip !== undefined) text += directive('SKIP', skip);
  else if (todo !== undefined) text += directive('TODO', todo);
  else if (expectFailure !== undefined) text += directive('EXPECTED FAILURE', expectFailure);
  return `${text}\n`;
}

function details({ nesting, details: { duration_ms: duration, type, error } }, location) {
  const indent = `${indentOf(nesting)}${kBlock}`;
  let text = `${indent}---\n`;
  text += yaml(indent, 'duration_ms', duration);
  text += yaml(indent, 'type', type);
  if (location !== null) text += yaml(indent, 'location', location);
  text += errorYaml(indent, error);
  return `${text}${indent}...\n`;
}

// What is told of a failure: of what the test threw where that was an error, else of the wrapper.
function errorYaml(indent, error) {
  if (error === undefined || error === null) return '';
  const { failureType, code: outerCode } = error;
  let subject = error;
  if (outerCode === 'ERR_TEST_FAILURE' && isErrorLike(error.cause)) subject = error.cause;
  const { message, name, operator } = subject;
  let text = failureType === undefined ? '' : yaml(indent, 'failureType', failureType);
  if ('exitCode' in error) text += yaml(indent, 'exitCode', error.exitCode) + yaml(indent, 'signal', error.signal);
  text += yaml(indent, 'error', typeof message === 'string' ? message : inspectWithNoCustomRetry(subject));
  text += yaml(indent, 'code', subject.code ?? outerCode);
  if (name && name !== 'Error') text += yaml(indent, 'name', name);
  if (subject.code === 'ERR_ASSERTION' || 'expected' in subject || 'actual' in subject) {
    text += yaml(indent, 'expected', subject.expected);
    text += yaml(indent, 'actual', subject.actual);
    if (operator) text += yaml(indent, 'operator', operator);
  }
  const frames = framesOf(subject.stack);
  if (frames.length > 0) {
    text += `${indent}stack: |-\n`;
    for (const frame of frames) text += `${indent}  ${frame}\n`;
  }
  return text;
}

function isErrorLike(value) {
  return value !== null && typeof value === 'object' && (isError(value) || value instanceof Error);
}

function framesOf(stack) {
  if (typeof stack !== 'string') return [];
  const frames = [];
  for (const text of stack.split('\n')) {
    const match = /^\s+at\s(.*)$/.exec(text);
    if (match !== null) frames.push(match[1]);
  }
  return frames;
}

function yaml(indent, name, value, seen = new Set()) {
  if (value === undefined) return '';
  const prefix = `${indent}${name}:`;
  if (value === null) return `${prefix} ~\n`;
  if (typeof value !== 'object') {
    if (typeof value !== 'string') return `${prefix} ${inspect(value)}\n`;
    if (!/\r?\n/.test(value)) return `${prefix} ${inspect(value)}\n`;
    const lines = value.split(/\r?\n/);
    return `${prefix} |-\n${lines.map((text) => `${indent}  ${text}\n`).join('')}`;
  }
  if (isDate(value)) return `${prefix} ${Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()}\n`;
  if (seen.has(value)) return `${prefix} <Circular>\n`;
  seen.add(value);
  let text = `${prefix}\n`;
  for (const key of Object.keys(value)) text += yaml(`${indent}  `, key, value[key], seen);
  seen.delete(value);
  return text;
}

module.exports = tap;
