'use strict';

// What the CommonJS and the ES module loader share.

const {
  ArrayPrototypePush, ObjectFreeze, ReflectApply, SafeSet, StringPrototypeCharCodeAt, StringPrototypeLastIndexOf, StringPrototypeReplace,
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

// Deprecations met by resolution, each said once but for that of slashes, whose places are many.
const emitted = new SafeSet();
function emitResolutionWarning(code, message) {
  if (code === 'ExperimentalWarning') {
    require('internal/util').emitExperimentalWarning(message);
    return;
  }
  // This one is said once for a package, whoever imports.
  const key = code === 'DEP0155' ? StringPrototypeReplace(message, / imported from .*\. Mapping/, '. Mapping') : message;
  if (code !== 'DEP0166' && emitted.has(key)) return;
  emitted.add(key);
  process.emitWarning(message, 'DeprecationWarning', code);
}
internalBinding('modules').setWarningCallback(emitResolutionWarning);

// The `require` of one module.
function makeRequireFunction(mod) {
  const { Module, getHooks } = require('internal/modules/cjs/loader');
  const requireHere = function require(path) {
    return ReflectApply(mod.require, mod, [path]);
  };
  const resolve = function resolve(request, options) {
    checkRequest(request);
    const hooks = getHooks();
    if (hooks !== undefined) return hooks.resolveForRequire(request, mod, false, options).filename;
    return Module._resolveFilename(request, mod, false, options);
  };
  resolve.paths = function paths(request) {
    checkRequest(request);
    return Module._resolveLookupPaths(request, mod);
  };
  requireHere.resolve = resolve;
  requireHere.main = process.mainModule;
  requireHere.extensions = Module._extensions;
  requireHere.cache = Module._cache;
  return requireHere;
}
function checkRequest(request) {
  if (typeof request !== 'string') {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('request', 'string', request);
  }
}

let hasStartedUserCJSExecution = false;
let hasStartedUserESMExecution = false;

module.exports = {
  dirname,
  makeRequireFunction,
  requireConditions,
  importConditions,
  stripBOM,
  emitResolutionWarning,
  setHasStartedUserCJSExecution() { hasStartedUserCJSExecution = true; },
  hasStartedUserCJSExecution() { return hasStartedUserCJSExecution; },
  setHasStartedUserESMExecution() { hasStartedUserESMExecution = true; },
  hasStartedUserESMExecution() { return hasStartedUserESMExecution; },
};
