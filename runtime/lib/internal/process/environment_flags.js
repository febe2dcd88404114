'use strict';

// process.allowedNodeEnvironmentFlags: a read-only Set of what NODE_OPTIONS may hold, that knows flags in all their
// spellings. Spec: Node 24, process.md.

const {
  ObjectFreeze, ReflectApply, SafeSet, SetPrototypeHas, StringPrototypeReplace, StringPrototypeSlice, StringPrototypeStartsWith,
  SymbolIterator,
} = primordials;

const v8Flags = [
  '--abort-on-uncaught-exception', '--disallow-code-generation-from-strings', '--enable-etw-stack-walking',
  '--expose-gc', '--interpreted-frames-native-stack', '--jitless', '--max-old-space-size', '--max-semi-space-size',
  '--perf-basic-prof', '--perf-basic-prof-only-functions', '--perf-prof', '--perf-prof-unwinding-info',
  '--stack-trace-limit',
];

function build() {
  const rows = internalBinding('options').environmentOptions();
  const names = [];
  for (let i = 0; i < rows.length; i += 2) {
    names.push(rows[i]);
    if (rows[i + 1]) names.push(`--no-${StringPrototypeSlice(rows[i], 2)}`);
  }
  names.push('-r', '-C', '--loader', '--experimental-strip-types', '--enable-network-family-autoselection',
             '--es-module-specifier-resolution', '--report-directory', ...v8Flags);
  names.sort();
  const known = new SafeSet(names);

  // "--a_b=x" is "--a-b".
  function normalize(flag) {
    let text = StringPrototypeReplace(`${flag}`, /=.*$/s, '');
    if (StringPrototypeStartsWith(text, '--')) text = `--${StringPrototypeReplace(StringPrototypeSlice(text, 2), /_/g, '-')}`;
    else if (!StringPrototypeStartsWith(text, '-')) return [`-${text}`, `--${StringPrototypeReplace(text, /_/g, '-')}`];
    return [text];
  }

  // What it shows is `known`: Set.prototype's methods, called on it, change nothing that can be seen.
  class NodeEnvironmentFlagsSet extends Set {
    add() { return this; }
    delete() { return false; }
    clear() {}
    has(key) {
      if (typeof key !== 'string') return false;
      return normalize(key).some((name) => SetPrototypeHas(known, name));
    }
    get size() { return known.size; }
    forEach(callback, thisArg = undefined) {
      known.forEach((flag) => ReflectApply(callback, thisArg, [flag, flag, this]));
    }
    entries() { return known.entries(); }
    keys() { return known.values(); }
    values() { return known.values(); }
    [SymbolIterator]() { return known.values(); }
  }
  const flags = new NodeEnvironmentFlagsSet();
  ObjectFreeze(NodeEnvironmentFlagsSet.prototype.constructor);
  ObjectFreeze(NodeEnvironmentFlagsSet.prototype);
  return ObjectFreeze(flags);
}

module.exports = { build };
