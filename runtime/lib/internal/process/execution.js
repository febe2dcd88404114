'use strict';

// Running text (-e, -p, stdin) and what happens to errors that nobody caught.

const { getOptionValue } = require('internal/options');

// --- Text as a program ------------------------------------------------------------------------------------------------

function tryGetCwd() {
  try {
    return process.cwd();
  } catch {
    // The working directory is gone; modules are then looked for where the runtime is.
    return require('path').dirname(process.execPath);
  }
}

// print as console.log() does, without loading it before it is needed.
function log(value) {
  require('internal/console/global').log(value);
}

// A script in the global scope, with the variables of a CommonJS module around it.
function evalScript(name, body, print, shouldLoadESM = false, mayBeModule = false) {
  const { Module } = require('internal/modules/cjs/loader');
  const path = require('path');
  const cwd = tryGetCwd();
  const module = new Module(name);
  module.filename = path.join(cwd, name);
  module.paths = Module._nodeModulePaths(cwd);

  const run = () => {
    const { Script } = require('vm');
    const { internalLoader } = require('internal/vm');
    let script;
    try {
      script = new Script(body, { filename: name, importModuleDynamically: internalLoader });
    } catch (error) {
      const message = `${error?.message}`;
      if (mayBeModule && getOptionValue('--experimental-detect-module') &&
          internalBinding('compile').looksLikeModule(body, name, message)) {
        evalModuleEntryPoint(body, print);
        return;
      }
      if (mayBeModule && getOptionValue('--strip-types')) {
        evalTypeScriptAfter(error, name, body, print, shouldLoadESM);
        return;
      }
      throw error;
    }
    globalThis.module = module;
    globalThis.exports = module.exports;
    globalThis.__filename = name;
    globalThis.__dirname = '.';
    const { makeRequireFunction } = require('internal/modules/cjs/loader');
    globalThis.require = makeRequireFunction(module);
    const result = script.runInThisContext({ displayErrors: true });
    // A promise has settled by then, if it does.
    if (print) process.prependListener('exit', () => log(result));
  };
  if (shouldLoadESM) {
    require('internal/modules/run_main').runEntryPointWithESMLoader(run);
  } else {
    run();
  }
}

// The text did not compile as JavaScript: maybe it does once its types are stripped.
function evalTypeScriptAfter(error, name, body, print, shouldLoadESM) {
  const { stripTypeScriptModuleTypes } = require('internal/modules/typescript');
  let stripped;
  try {
    stripped = stripTypeScriptModuleTypes(body, name);
  } catch {
    throw error;
  }
  if (stripped === `${body}\n\n//# sourceURL=${name}`) throw error;
  const { looksLikeModule, checkScript } = internalBinding('compile');
  try {
    checkScript(stripped, name);
  } catch (second) {
    if (looksLikeModule(stripped, name, `${second?.message}`)) {
      evalModuleEntryPoint(stripped, print);
      return;
    }
    throw error;
  }
  evalScript(name, stripped, print, shouldLoadESM, false);
}

function evalTypeScript(name, body, print, shouldLoadESM) {
  const { stripTypeScriptModuleTypes } = require('internal/modules/typescript');
  evalScript(name, stripTypeScriptModuleTypes(body, name), print, shouldLoadESM, false);
}

let evalIndex = 0;
function evalModuleEntryPoint(source, print) {
  if (print) {
    const { codes: { ERR_EVAL_ESM_CANNOT_PRINT } } = require('internal/errors');
    throw new ERR_EVAL_ESM_CANNOT_PRINT();
  }
  const { getLoader, cwdUrl } = require('internal/modules/esm/loader');
  require('internal/modules/run_main').runEntryPointWithESMLoader(
    () => getLoader().eval(source, `${cwdUrl()}[eval${++evalIndex}]`, true));
}

function evalTypeScriptModuleEntryPoint(source, print) {
  const { stripTypeScriptModuleTypes } = require('internal/modules/typescript');
  evalModuleEntryPoint(stripTypeScriptModuleTypes(source, '[eval]'), print);
}

// Globals that are no module in another shape.
const notReplaced = new Set(['console', 'module', 'process']);

// The builtins as globals, crypto in place of the web's object, for -e, -p and the REPL: each is loaded when it is first touched.
function addBuiltinLibsToObject(object) {
  const { publicBuiltinIds, requireBuiltin } = require('internal/bootstrap/realm');
  for (const name of publicBuiltinIds()) {
    if (name.includes('/') || name.includes(':') || name[0] === '_' || notReplaced.has(name)) continue;
    const set = (value) => {
      delete object[name];
      object[name] = value;
    };
    Object.defineProperty(object, name, {
      get() {
        const library = requireBuiltin(name);
        // A program may have made it its own, for good.
        if (!Reflect.deleteProperty(object, name)) return library;
        Object.defineProperty(object, name, { get: () => library, set, configurable: true, enumerable: false });
        return library;
      },
      set,
      configurable: true,
      enumerable: false,
    });
  }
}

// All of stdin as text.
function readStdin(callback) {
  process.stdin.setEncoding('utf8');
  let code = '';
  process.stdin.on('data', (data) => { code += data; });
  process.stdin.on('end', () => callback(code));
}

// --- Uncaught exceptions ----------------------------------------------------------------------------------------------

// In a worker: passes on the error that ends it.
let workerErrorHandler = null;
function setWorkerErrorHandler(handler) { workerErrorHandler = handler; }

// `domains`: {handle(error) -> whether a domain did} of the domain module, once it is loaded.
const exceptionHandlerState = { captureFn: null, reportFlag: false, domains: null };

function setUncaughtExceptionCaptureCallback(fn) {
  const { codes: { ERR_INVALID_ARG_TYPE, ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET } } = require('internal/errors');
  if (fn === null) {
    exceptionHandlerState.captureFn = null;
    internalBinding('errors').setAbortOnUncaught(true);
    return;
  }
  if (typeof fn !== 'function') throw new ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], fn);
  if (exceptionHandlerState.captureFn !== null) throw new ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET();
  exceptionHandlerState.captureFn = fn;
  internalBinding('errors').setAbortOnUncaught(false);
}
function hasUncaughtExceptionCaptureCallback() {
  return exceptionHandlerState.captureFn !== null;
}

// Called from C++ with what nobody caught. True when the program goes on; false when the error is to be printed and
// the process to end.
function onUncaughtException(error, fromPromise) {
  try {
    return reportUncaught(error, fromPromise);
  } finally {
    // The async context of what threw ends here.
    if (!fromPromise) internalBinding('async_context').set(undefined);
  }
}

function reportUncaught(error, fromPromise) {
  if (workerErrorHandler === null) return handleUncaught(error, fromPromise);
  let handled = false;
  try {
    handled = handleUncaught(error, fromPromise);
  } catch (thrown) {
    // A listener threw: that error ends the thread in place of the first.
    error = thrown;
  }
  if (handled) return true;
  workerErrorHandler(error);
  process.reallyExit(+(process.exitCode ?? 1));
  return true;
}

function handleUncaught(error, fromPromise) {
  const type = fromPromise ? 'unhandledRejection' : 'uncaughtException';
  process.emit('uncaughtExceptionMonitor', error, type);
  if (exceptionHandlerState.captureFn !== null) {
    exceptionHandlerState.captureFn(error);
  } else if (!exceptionHandlerState.domains?.handle(error) && !process.emit('uncaughtException', error, type)) {
    // Listeners of 'exit' still run. What they throw is not to hide the first error.
    try {
      if (!process._exiting) {
        process._exiting = true;
        process.exitCode = 1;
        process.emit('exit', 1);
      }
    } catch {
      // The error that ends the process is already known.
    }
    return false;
  }
  // The turn that failed is over: what was executing has ended, and what was queued for its end goes on.
  const hooks = require('internal/async_hooks');
  if (hooks.isTracking()) hooks.clearAsyncIdStack();
  require('timers').setImmediate(() => {});
  return true;
}

// Reports an error as if it had been thrown with nobody to catch it.
function throwUncaught(error) {
  internalBinding('errors').triggerUncaughtException(error, true);
}

module.exports = {
  addBuiltinLibsToObject,
  evalModuleEntryPoint,
  evalScript,
  evalTypeScript,
  evalTypeScriptModuleEntryPoint,
  exceptionHandlerState,
  hasUncaughtExceptionCaptureCallback,
  onUncaughtException,
  readStdin,
  setUncaughtExceptionCaptureCallback,
  setWorkerErrorHandler,
  throwUncaught,
  tryGetCwd,
};
