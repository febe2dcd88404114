'use strict';

// util.debuglog(): messages of a section, on stderr while NODE_DEBUG names it.

const { inspect } = require('internal/util/inspect');
const { formatWithOptions } = require('internal/util/format');

let pattern;  // undefined until the environment was read; null when nothing is asked for
const enabled = new Map();

function initializeDebugEnv(text) {
  enabled.clear();
  pattern = null;
  if (!text) return;
  const source = text.replace(/[|\\{}()[\]^$+?.]/g, '\\$&').replaceAll('*', '.*').replaceAll(',', '$|^');
  pattern = new RegExp(`^${source}$`, 'i');
}

function isEnabled(set) {
  let known = enabled.get(set);
  if (known === undefined) {
    if (pattern === undefined) initializeDebugEnv(process.env.NODE_DEBUG);
    known = pattern !== null && pattern.test(set);
    enabled.set(set, known);
    if (known && (set === 'HTTP' || set === 'HTTP2')) {
      process.emitWarning(`Setting the NODE_DEBUG environment variable to '${set.toLowerCase()}' can expose sensitive ` +
        'data (such as passwords, tokens and authentication headers) in the resulting log.');
    }
  }
  return known;
}

// A function that writes; `callback` gets one without the checks, with the first call.
function debuglog(set, callback) {
  set = `${set}`.toUpperCase();
  let write = function first(...args) {
    write = isEnabled(set) ? debug : function nothing() {};
    if (typeof callback === 'function') callback(addEnabled(write));
    write(...args);
  };
  function debug(...parts) {
    const colors = require('internal/util/colors').shouldColorize(process.stderr);
    const text = formatWithOptions({ colors }, ...parts);
    const number = colors ? inspect(process.pid, { colors }) : `${process.pid}`;
    process.stderr.write(formatWithOptions({ colors }, '%s %s: %s\n', set, number, text));
  }
  let test = () => {
    const on = isEnabled(set);
    test = () => on;
    return on;
  };
  function addEnabled(log) {
    return Object.defineProperty(log, 'enabled', {
      __proto__: null, get() { return test(); }, configurable: true, enumerable: true,
    });
  }
  return addEnabled((...args) => { write(...args); });
}

module.exports = { debuglog, initializeDebugEnv };
