'use strict';

// The text of the call that failed, read from the program's source.

const { isErrorStackTraceLimitWritable, overrideStackTrace } = require('internal/errors');

function callSite(fn) {
  const limit = Error.stackTraceLimit;
  const writable = isErrorStackTraceLimitWritable();
  if (writable) Error.stackTraceLimit = 1;
  let site;
  const error = {};
  overrideStackTrace.set(error, (_, sites) => {
    site = sites[0];
    return '';
  });
  Error.captureStackTrace(error, fn);
  error.stack; // eslint-disable-line no-unused-expressions
  if (writable) Error.stackTraceLimit = limit;
  return site;
}

// The file's text, when it can be had.
function sourceOf(site) {
  const filename = site.getFileName();
  if (!filename || filename.startsWith('node:')) return undefined;
  try {
    const { readFileSync } = require('fs');
    return readFileSync(filename.startsWith('file:') ? require('internal/url').fileURLToPath(filename) : filename, 'utf8');
  } catch {
    return undefined; // code of eval() and the like
  }
}

// The innermost call whose callee spans `offset`.
function findCall(source, offset) {
  const { parse } = require('internal/deps/acorn/dist/acorn');
  const { full } = require('internal/deps/acorn-walk/dist/walk');
  const options = {
    ecmaVersion: 'latest', allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true, allowHashBang: true,
    allowImportExportEverywhere: true,
  };
  let tree;
  try {
    tree = parse(source, { ...options, sourceType: 'script' });
  } catch {
    tree = parse(source, { ...options, sourceType: 'module' });
  }
  let found;
  full(tree, (node) => {
    if (node.type !== 'CallExpression' || node.callee.start > offset || node.callee.end < offset) return;
    if (found === undefined || node.end - node.start < found.end - found.start) found = node;
  });
  return found;
}

function describe(fn) {
  const header = 'The expression evaluated to a falsy value:\n\n  ';
  const unknown = `${header}${fn.name === 'ok' ? 'assert.ok' : 'assert'}(...)\n`;
  const site = callSite(fn);
  const source = site && sourceOf(site);
  if (source === undefined) return unknown;
  const lines = source.split('\n');
  const line = site.getLineNumber() - 1;
  const offset = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0) + site.getColumnNumber() - 1;
  let node;
  try {
    node = findCall(source, offset);
  } catch {
    return unknown;
  }
  if (node === undefined) return unknown;
  // Later lines keep their place relative to the first.
  const indent = node.start - (source.lastIndexOf('\n', node.start - 1) + 1);
  const code = source.slice(node.start, node.end).split('\n').map((text, index) => {
    if (index === 0) return text;
    const blanks = text.length - text.trimStart().length;
    return `  ${text.slice(Math.min(indent, blanks))}`;
  }).join('\n');
  return `${header}${code}\n`;
}

module.exports = { describe };
