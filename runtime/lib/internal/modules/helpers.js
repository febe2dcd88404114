'use strict';

// What the CommonJS and the ES module loader share.

const {
  ArrayPrototypePush, ObjectFreeze, SafeSet, StringPrototypeCharCodeAt, StringPrototypeLastIndexOf,
  StringPrototypeSlice,
} = primordials;
const { getOptionValue } = require('internal/options');

// The folder of an absolute path or of a file name.
function dirname(path) {
  const slash = StringPrototypeLastIndexOf(path, '/');
  if (slash < 0) return '.';
  return slash === 0 ? '/' : StringPrototypeSlice(path, 0, slash);
}

let conditions;
function setConditions() {
  const shared = ['module-sync'];
  if (!getOptionValue('--require-module')) shared.length = 0;
  if (getOptionValue('--addons')) ArrayPrototypePush(shared, 'node-addons');
  const user = getOptionValue('--conditions');
  conditions = {
    require: ObjectFreeze(['node', 'require', ...shared, ...user]),
    import: ObjectFreeze(['node', 'import', ...shared, ...user]),
  };
}
// The conditions of `exports` and `imports` that hold for require() and for import.
function requireConditions() {
  if (conditions === undefined) setConditions();
  return conditions.require;
}
function importConditions() {
  if (conditions === undefined) setConditions();
  return conditions.import;
}

function stripBOM(content) {
  return StringPrototypeCharCodeAt(content, 0) === 0xFEFF ? StringPrototypeSlice(content, 1) : content;
}

// Deprecations met by resolution, each said once.
const emitted = new SafeSet();
function emitResolutionWarning(code, message) {
  if (emitted.has(message)) return;
  emitted.add(message);
  process.emitWarning(message, 'DeprecationWarning', code);
}
internalBinding('modules').setWarningCallback(emitResolutionWarning);

let hasStartedUserCJSExecution = false;
let hasStartedUserESMExecution = false;

module.exports = {
  dirname,
  requireConditions,
  importConditions,
  stripBOM,
  emitResolutionWarning,
  setHasStartedUserCJSExecution() { hasStartedUserCJSExecution = true; },
  hasStartedUserCJSExecution() { return hasStartedUserCJSExecution; },
  setHasStartedUserESMExecution() { hasStartedUserESMExecution = true; },
  hasStartedUserESMExecution() { return hasStartedUserESMExecution; },
};
