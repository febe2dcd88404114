'use strict';

// process.nextTick and queueMicrotask, and the loop that drains both between callbacks: all ticks, then all microtasks, then the
// rejections nobody handled, until nothing is left.

const {
  tickInfo, runMicrotasks, setTickCallback, enqueueMicrotask,
} = internalBinding('task_queue');
const { get: getFrame, set: setFrame } = internalBinding('async_context');
const { triggerUncaughtException } = internalBinding('errors');
const FixedQueue = require('internal/fixed_queue');
const { ReflectApply, FunctionPrototypeBind } = primordials;

const kHasTickScheduled = 0;
const kHasRejectionToWarn = 1;
const queue = new FixedQueue();

class Tick {
  constructor(callback, args, frame) {
    this.callback = callback;
    this.args = args;
    this.frame = frame;
  }
}

let asyncHooks;
function nextTick(callback, ...args) {
  if (typeof callback !== 'function') {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('callback', 'Function', callback);
  }
  if (process._exiting) return;
  if (queue.isEmpty()) tickInfo[kHasTickScheduled] = 1;
  const tick = new Tick(callback, args.length === 0 ? undefined : args, getFrame());
  asyncHooks?.initTick(tick);
  queue.push(tick);
}

function runTick(tick) {
  const { callback, args } = tick;
  if (args === undefined) {
    callback();
    return;
  }
  switch (args.length) {
    case 1: callback(args[0]); break;
    case 2: callback(args[0], args[1]); break;
    case 3: callback(args[0], args[1], args[2]); break;
    default: ReflectApply(callback, undefined, args);
  }
}

let processPromiseRejections;

// Called by the core when tickInfo says that there is something to do.
function processTicksAndRejections() {
  let tick;
  do {
    while ((tick = queue.shift()) !== null) {
      const outer = getFrame();
      setFrame(tick.frame);
      // What a tick throws is reported in the tick's frame; that ends with the report.
      if (asyncHooks === undefined) runTick(tick);
      else asyncHooks.runTick(tick, runTick);
      setFrame(outer);
    }
    tickInfo[kHasTickScheduled] = 0;
    runMicrotasks();
  } while (!queue.isEmpty() || processPromiseRejections());
  tickInfo[kHasTickScheduled] = 0;
  tickInfo[kHasRejectionToWarn] = 0;
}

function runMicrotask(callback) {
  try {
    callback();
  } catch (error) {
    triggerUncaughtException(error, false);
  }
}

function queueMicrotask(callback) {
  if (typeof callback !== 'function') {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('callback', 'Function', callback);
  }
  if (asyncHooks !== undefined) callback = asyncHooks.wrapMicrotask(callback);
  enqueueMicrotask(FunctionPrototypeBind(runMicrotask, undefined, callback));
}

// async_hooks puts its {initTick(tick), runTick(tick, run), wrapMicrotask(fn)} here while a hook is enabled.
function setTaskHooks(hooks) {
  asyncHooks = hooks;
}

function setup() {
  const promises = require('internal/process/promises');
  processPromiseRejections = promises.processPromiseRejections;
  promises.listenForRejections();
  setTickCallback(processTicksAndRejections);
  process.nextTick = nextTick;
  process._tickCallback = processTicksAndRejections;
}

module.exports = { setup, nextTick, queueMicrotask, runNextTicks, setTaskHooks };

// Between two timers or immediates of one turn.
function runNextTicks() {
  if (tickInfo[kHasTickScheduled] === 0 && tickInfo[kHasRejectionToWarn] === 0) {
    runMicrotasks();
    if (tickInfo[kHasTickScheduled] === 0 && tickInfo[kHasRejectionToWarn] === 0) return;
  }
  processTicksAndRejections();
}
