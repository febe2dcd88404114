'use strict';

// Promises rejected with no handler: 'unhandledRejection', 'rejectionHandled', 'multipleResolves' and what
// --unhandled-rejections says. Documented in doc/api/process.md and doc/api/cli.md.

const { tickInfo, promiseRejectEvents, setPromiseRejectCallback } = internalBinding('task_queue');
const {
  kPromiseRejectWithNoHandler, kPromiseHandlerAddedAfterReject, kPromiseRejectAfterResolved, kPromiseResolveAfterResolved,
} = promiseRejectEvents;
const { triggerUncaughtException } = internalBinding('errors');
const { get: getFrame, set: setFrame } = internalBinding('async_context');
const { SafeMap, SafeWeakMap, ArrayPrototypePush, ArrayPrototypeShift, ObjectPrototypeHasOwnProperty } = primordials;

const kHasRejectionToWarn = 1;
// Unhandled promises of this turn, in order; promises that were reported, in case they are handled later.
const pending = new SafeMap();
const reported = new SafeWeakMap();
const handledLate = [];
let lastId = 0;

function onPromiseReject(type, promise, reason) {
  switch (type) {
    case kPromiseRejectWithNoHandler:
      lastId++;
      pending.set(promise, { reason, id: lastId, frame: getFrame(), warned: false, domain: process.domain });
      tickInfo[kHasRejectionToWarn] = 1;
      break;
    case kPromiseHandlerAddedAfterReject: {
      if (pending.delete(promise)) {
        if (pending.size === 0 && handledLate.length === 0) tickInfo[kHasRejectionToWarn] = 0;
        break;
      }
      const info = reported.get(promise);
      if (info === undefined) break;
      reported.delete(promise);
      if (info.warned) {
        ArrayPrototypePush(handledLate, { promise, info });
        tickInfo[kHasRejectionToWarn] = 1;
      }
      break;
    }
    case kPromiseRejectAfterResolved:
      if (process.listenerCount?.('multipleResolves') > 0) process.emit('multipleResolves', 'reject', promise, reason);
      break;
    case kPromiseResolveAfterResolved:
      if (process.listenerCount?.('multipleResolves') > 0) process.emit('multipleResolves', 'resolve', promise, reason);
      break;
  }
}

function describe(reason) {
  try {
    return require('internal/util/inspect').inspect(reason);
  } catch {
    return 'an object';
  }
}

function isErrorLike(value) {
  return typeof value === 'object' && value !== null && ObjectPrototypeHasOwnProperty(value, 'stack');
}

// What is thrown for a rejection that was no error.
function asError(reason) {
  if (isErrorLike(reason)) return reason;
  const { codes: { ERR_UNHANDLED_REJECTION } } = require('internal/errors');
  return new ERR_UNHANDLED_REJECTION(describe(reason));
}

function warnUnhandled(info) {
  const { reason, id } = info;
  const text = 'Unhandled promise rejection. This error originated either by throwing inside of an async function without a catch ' +
    'block, or by rejecting a promise which was not handled with .catch(). To terminate the node process on unhandled promise ' +
    `rejection, use the CLI flag \`--unhandled-rejections=strict\` (see ` +
    `https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). (rejection id: ${id})`;
  const warning = new Error(text);
  warning.name = 'UnhandledPromiseRejectionWarning';
  try {
    if (reason instanceof Error || isErrorLike(reason)) {
      warning.stack = reason.stack;
      process.emitWarning(reason.stack, 'UnhandledPromiseRejectionWarning');
    } else {
      process.emitWarning(describe(reason), 'UnhandledPromiseRejectionWarning');
    }
  } catch {
    // A reason whose stack throws cannot be shown; the warning below names the rejection.
  }
  process.emitWarning(warning);
}

// True when there was a listener: of the domain it was rejected in, else of the process.
function emitUnhandled(promise, { domain, reason }) {
  if (domain?.listenerCount('error') > 0) return domain.emit('error', reason);
  return process.emit('unhandledRejection', reason, promise);
}

const modes = {
  __proto__: null,
  strict(promise, info) {
    triggerUncaughtException(asError(info.reason), true);
    if (!emitUnhandled(promise, info)) warnUnhandled(info);
    return true;
  },
  warn(promise, info) {
    emitUnhandled(promise, info);
    warnUnhandled(info);
    return true;
  },
  none(promise, info) {
    return emitUnhandled(promise, info) || true;
  },
  throw(promise, info) {
    if (!emitUnhandled(promise, info)) triggerUncaughtException(asError(info.reason), true);
    return true;
  },
  'warn-with-error-code'(promise, info) {
    if (!emitUnhandled(promise, info)) {
      warnUnhandled(info);
      process.exitCode = 1;
    }
    return true;
  },
};

let mode;
function currentMode() {
  if (mode === undefined) {
    let name = '';
    try {
      name = require('internal/options').getOptionValue('--unhandled-rejections');
    } catch {
      // No command line is read yet: the default.
    }
    mode = modes[name] ?? modes.throw;
  }
  return mode;
}

// Reports what is unhandled now. True when user code ran, so that ticks and microtasks are to be drained again.
function processPromiseRejections() {
  let ran = handledLate.length > 0;
  while (handledLate.length > 0) {
    const { promise } = ArrayPrototypeShift(handledLate);
    process.emit('rejectionHandled', promise);
  }
  // Handlers may reject more promises: those wait for the next round.
  let left = pending.size;
  while (left-- > 0) {
    const { 0: promise, 1: info } = pending.entries().next().value;
    pending.delete(promise);
    info.warned = true;
    reported.set(promise, info);
    const outer = getFrame();
    setFrame(info.frame);
    try {
      currentMode()(promise, info);
    } finally {
      setFrame(outer);
    }
    ran = true;
  }
  tickInfo[kHasRejectionToWarn] = pending.size > 0 || handledLate.length > 0 ? 1 : 0;
  return ran;
}

function listenForRejections() {
  setPromiseRejectCallback(onPromiseReject);
}

module.exports = { processPromiseRejections, listenForRejections };
