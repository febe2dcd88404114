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

// A function that writes; `callback` gets one without the checks, once the section is known to be on.
function debuglog(set, callback) {
  set = `${set}`.toUpperCase();
  let write = function first(...args) {
    if (!isEnabled(set)) {
      write = function nothing() {};
      return;
    }
    const { pid } = process;
    write = function debug(...parts) {
      const colors = Boolean(process.stderr.hasColors?.());
      const text = formatWithOptions({ colors }, ...parts);
      const number = colors ? inspect(pid, { colors }) : `${pid}`;
      process.stderr.write(formatWithOptions({ colors }, '%s %s: %s\n', set, number, text));
    };
    if (typeof callback === 'function') callback(write);
    write(...args);
  };
  const logger = (...args) => { write(...args); };
  let test = () => {
    const on = isEnabled(set);
    test = () => on;
    return on;
  };
  Object.defineProperty(logger, 'enabled', {
    __proto__: null, get() { return test(); }, configurable: true, enumerable: true,
  });
  return logger;
}

module.exports = { debuglog, initializeDebugEnv };
