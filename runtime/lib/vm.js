'use strict';

// Compiling and running code in contexts. Spec: Node 24, vm.md.

const { ObjectFreeze, Symbol } = primordials;
const { ContextifyScript, compileFunction: compileInContext, makeContext, isContext: isContextified } =
  internalBinding('contextify');
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const {
  validateArray, validateBoolean, validateBuffer, validateInt32, validateOneOf, validateObject, validateString,
  validateStringArray, validateUint32, kValidateObjectAllowArray, kValidateObjectAllowNullable, kValidateObjectAllowFunction,
} = require('internal/validators');
const { defaultLoader, importId } = require('internal/vm');

const contextOption = (kValidateObjectAllowArray ?? 1) | (kValidateObjectAllowNullable ?? 2) | (kValidateObjectAllowFunction ?? 4);
const dontContextify = Symbol('vm_context_no_contextify');

const constants = ObjectFreeze({
  __proto__: null, USE_MAIN_CONTEXT_DEFAULT_LOADER: defaultLoader, DONT_CONTEXTIFY: dontContextify,
});

function isContext(object) {
  validateObject(object, 'object', kValidateObjectAllowArray);
  return isContextified(object);
}

function requireContext(contextifiedObject) {
  if (contextifiedObject !== null && (typeof contextifiedObject === 'object' || typeof contextifiedObject === 'function') &&
      isContextified(contextifiedObject)) {
    return;
  }
  throw new ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', contextifiedObject);
}

function runOptions(options) {
  validateObject(options, 'options');
  const { timeout, displayErrors = true, breakOnSigint = false } = options;
  if (timeout !== undefined) validateUint32(timeout, 'options.timeout', true);
  validateBoolean(displayErrors, 'options.displayErrors');
  validateBoolean(breakOnSigint, 'options.breakOnSigint');
  return { timeout: timeout ?? -1, displayErrors, breakOnSigint };
}

class Script extends ContextifyScript {
  constructor(code, options = {}) {
    code = `${code}`;
    if (typeof options === 'string') options = { filename: options };
    else validateObject(options, 'options');
    const {
      filename = 'evalmachine.<anonymous>', lineOffset = 0, columnOffset = 0, cachedData, produceCachedData = false,
      importModuleDynamically,
    } = options;
    validateString(filename, 'options.filename');
    validateInt32(lineOffset, 'options.lineOffset');
    validateInt32(columnOffset, 'options.columnOffset');
    if (cachedData !== undefined && !ArrayBuffer.isView(cachedData)) {
      throw new ERR_INVALID_ARG_TYPE('options.cachedData', ['Buffer', 'TypedArray', 'DataView'], cachedData);
    }
    validateBoolean(produceCachedData, 'options.produceCachedData');
    let self;
    const id = importId(importModuleDynamically, filename, () => self);
    super(code, filename, lineOffset, columnOffset, cachedData, produceCachedData, undefined, id);
    self = this;
  }

  runInThisContext(options = {}) {
    const { timeout, displayErrors, breakOnSigint } = runOptions(options);
    return withSigint(breakOnSigint, () => super.runInContext(null, timeout, displayErrors, breakOnSigint));
  }

  runInContext(contextifiedObject, options = {}) {
    requireContext(contextifiedObject);
    const { timeout, displayErrors, breakOnSigint } = runOptions(options);
    return withSigint(breakOnSigint, () => super.runInContext(contextifiedObject, timeout, displayErrors, breakOnSigint));
  }

  runInNewContext(contextObject, options) {
    const context = createContext(contextObject, contextOptionsOf(options));
    return this.runInContext(context, options);
  }
}

// SIGINT belongs to the script while it runs: the program's own listeners wait.
function withSigint(breakOnSigint, body) {
  if (!breakOnSigint || process.listenerCount('SIGINT') === 0) return body();
  const listeners = process.listeners('SIGINT');
  process.removeAllListeners('SIGINT');
  try {
    return body();
  } finally {
    for (const listener of listeners) process.addListener('SIGINT', listener);
  }
}

// The options of runInNewContext that are about the context.
function contextOptionsOf(options) {
  if (options === undefined || options === null || typeof options !== 'object') return {};
  const { contextName, contextOrigin, contextCodeGeneration, microtaskMode } = options;
  if (contextName !== undefined) validateString(contextName, 'options.contextName');
  if (contextOrigin !== undefined) validateString(contextOrigin, 'options.contextOrigin');
  let codeGeneration;
  if (contextCodeGeneration !== undefined) {
    validateObject(contextCodeGeneration, 'options.contextCodeGeneration');
    const { strings, wasm } = contextCodeGeneration;
    if (strings !== undefined) validateBoolean(strings, 'options.contextCodeGeneration.strings');
    if (wasm !== undefined) validateBoolean(wasm, 'options.contextCodeGeneration.wasm');
    codeGeneration = { strings, wasm };
  }
  if (microtaskMode !== undefined) validateString(microtaskMode, 'options.microtaskMode');
  return { name: contextName, origin: contextOrigin, codeGeneration, microtaskMode };
}

let contextCount = 0;

function createContext(contextObject = {}, options = {}) {
  const isVanilla = contextObject === dontContextify;
  if (!isVanilla) {
    if (contextObject === null || (typeof contextObject !== 'object' && typeof contextObject !== 'function')) {
      throw new ERR_INVALID_ARG_TYPE('object', 'Object', contextObject);
    }
    if (isContextified(contextObject)) return contextObject;
  }
  validateObject(options, 'options');
  const {
    name = `VM Context ${++contextCount}`, origin, codeGeneration, microtaskMode, importModuleDynamically,
  } = options;
  validateString(name, 'options.name');
  if (origin !== undefined) validateString(origin, 'options.origin');
  if (codeGeneration !== undefined) validateObject(codeGeneration, 'options.codeGeneration');
  const { strings = true, wasm = true } = codeGeneration ?? {};
  validateBoolean(strings, 'options.codeGeneration.strings');
  validateBoolean(wasm, 'options.codeGeneration.wasm');
  validateOneOf(microtaskMode, 'options.microtaskMode', ['afterEvaluate', undefined]);
  const id = importId(importModuleDynamically, name, () => result);
  const result = makeContext(isVanilla ? undefined : contextObject, id, name, origin, strings, wasm,
                             microtaskMode === 'afterEvaluate');
  require('internal/async_hooks').followPromises();
  return result;
}

function createScript(code, options) {
  return new Script(code, options);
}

function runInContext(code, contextifiedObject, options) {
  requireContext(contextifiedObject);
  const merged = typeof options === 'string' ? { filename: options } : { ...options };
  return createScript(code, merged).runInContext(contextifiedObject, merged);
}

function runInNewContext(code, contextObject, options) {
  const merged = typeof options === 'string' ? { filename: options } : options;
  const context = createContext(contextObject, contextOptionsOf(merged));
  return runInContext(code, context, merged);
}

function runInThisContext(code, options) {
  const merged = typeof options === 'string' ? { filename: options } : options;
  return createScript(code, merged).runInThisContext(merged);
}

function compileFunction(code, params, options = {}) {
  validateString(code, 'code');
  if (params !== undefined) validateStringArray(params, 'params');
  validateObject(options, 'options');
  const {
    filename = '', lineOffset = 0, columnOffset = 0, cachedData, produceCachedData = false, parsingContext,
    contextExtensions = [], importModuleDynamically,
  } = options;
  validateString(filename, 'options.filename');
  validateInt32(columnOffset, 'options.columnOffset');
  validateInt32(lineOffset, 'options.lineOffset');
  if (cachedData !== undefined) validateBuffer(cachedData, 'options.cachedData');
  validateBoolean(produceCachedData, 'options.produceCachedData');
  if (parsingContext !== undefined &&
      (typeof parsingContext !== 'object' || parsingContext === null || !isContextified(parsingContext))) {
    throw new ERR_INVALID_ARG_TYPE('options.parsingContext', 'Context', parsingContext);
  }
  validateArray(contextExtensions, 'options.contextExtensions');
  for (let i = 0; i < contextExtensions.length; i++) {
    validateObject(contextExtensions[i], `options.contextExtensions[${i}]`, contextOption);
  }
  let fn;
  const id = importId(importModuleDynamically, filename, () => fn);
  const result = compileInContext(code, filename, lineOffset, columnOffset, cachedData, produceCachedData, parsingContext,
                                  contextExtensions, params, id);
  fn = result.function;
  for (const key of ['cachedDataRejected', 'cachedDataProduced', 'cachedData', 'sourceMapURL']) {
    if (result[key] !== undefined) fn[key] = result[key];
  }
  return fn;
}

module.exports = {
  Script,
  createContext,
  createScript,
  runInContext,
  runInNewContext,
  runInThisContext,
  isContext,
  compileFunction,
  constants,
};

// The classes for modules are there only with their flag, which is not known while the snapshot is made.
if (process.argv !== undefined && require('internal/options').getOptionValue('--experimental-vm-modules')) {
  const { Module, SourceTextModule, SyntheticModule } = require('internal/vm/module');
  Object.assign(module.exports, { Module, SourceTextModule, SyntheticModule });
}
