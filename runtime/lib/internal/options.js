'use strict';

// The command line's options. They are read when they are first asked for: what is loaded into the snapshot must not ask.

const { SafeMap } = primordials;
const binding = internalBinding('options');

const values = new SafeMap();

// Boolean, number, string or list of strings by the option's type; `--no-x` is the negation of `--x`.
function getOptionValue(name) {
  let value = values.get(name);
  if (value === undefined) {
    value = binding.getOption(name);
    values.set(name, value);
  }
  return value;
}

// After the command line was extended (by a worker's execArgv).
function refreshOptions() { values.clear(); }

module.exports = {
  getOptionValue,
  refreshOptions,
  hasEvalString: binding.hasEval,
  getEmbedderOptions: () => ({ shouldNotRegisterESMLoader: false, noGlobalSearchPaths: false, hasEmbedderPreload: false }),
};
