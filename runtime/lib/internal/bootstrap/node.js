'use strict';

// Runs once, when the snapshot is made: process, globals and the callbacks that C++ calls. Nothing here may read the
// environment or open a handle; that happens in internal/bootstrap/start.

const { hasBuiltin } = require('internal/bootstrap/realm');
const { setExitCallbacks, reallyExit, version } = internalBinding('process_methods');
const { setUncaughtCallback, setErrorsModule } = internalBinding('errors');
const { ObjectDefineProperty, ReflectApply } = primordials;

ObjectDefineProperty(globalThis, Symbol.toStringTag, { __proto__: null, value: 'global', configurable: true });
ObjectDefineProperty(globalThis, 'global', { __proto__: null, value: globalThis, writable: true, enumerable: false, configurable: true });
ObjectDefineProperty(globalThis, 'process', { __proto__: null, value: process, writable: true, enumerable: false, configurable: true });

// Parts of the runtime that exist are set up; the order is theirs.
for (const id of [
  'internal/bootstrap/process', 'internal/bootstrap/timers', 'internal/bootstrap/web', 'internal/bootstrap/hot',
]) {
  if (hasBuiltin(id)) require(id);
}
process.version ??= version;
process.reallyExit ??= reallyExit;

const exitState = hasBuiltin('internal/process/exit_state') ? require('internal/process/exit_state') : undefined;
setExitCallbacks(
  function emitBeforeExit() {
    exitState?.beforeEnd?.();
    process.emit?.('beforeExit', process.exitCode ?? 0);
  },
  function emitExit() {
    if (!process._exiting) {
      exitState?.atEnd?.();
      process._exiting = true;
      process.emit?.('exit', process.exitCode ?? 0);
    }
    return process.exitCode ?? 0;
  });
if (hasBuiltin('internal/process/execution')) {
  // A program may put a function of its own in its place; without one an exception ends the process with code 6.
  process._fatalException = (error, fromPromise) => require('internal/process/execution').onUncaughtException(error, fromPromise);
  const kNoHandler = 6;
  setUncaughtCallback(function onUncaught(error, fromPromise) {
    const handler = process._fatalException;
    return typeof handler === 'function' ? ReflectApply(handler, process, [error, fromPromise]) !== false : kNoHandler;
  });
}
if (hasBuiltin('internal/errors')) setErrorsModule(require('internal/errors'));
