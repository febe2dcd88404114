'use strict';

// Asynchronous ids and the hooks that follow resources through their lives.
//
// Nothing is tracked until a program asks (executionAsyncId(), createHook().enable(), ...): from then on timers, ticks,
// microtasks and the core's requests get ids and keep a stack of executing resources. Promises are followed while a hook that
// wants them is enabled. Resources from before get their id when they are first met.

const { setPromiseHooks, setCallbackHooks } = internalBinding('async_context');
const { ArrayPrototypePush, ArrayPrototypeIndexOf, ReflectApply } = primordials;
const { kAsyncId, kTriggerId, kUntracked, setTimerHooks, setPlainImmediate } = require('internal/timers');
const exitState = require('internal/process/exit_state');
const { setTaskHooks } = require('internal/process/task_queues');

const kDestroyed = Symbol('destroyed');
const kMainId = 1;

let lastId = kMainId;
let tracking = false;
let mainDone = false;
let defaultTrigger = -1;

// The executing resource, and those it interrupted.
let executionId = kMainId;
let triggerId = 0;
let resource;
const topLevelResource = {};
let stack = [];

// Enabled hooks; replaced, never changed, so that a round of calls sees the hooks it began with.
let initHooks = [];
let beforeHooks = [];
let afterHooks = [];
let destroyHooks = [];
let resolveHooks = [];
let enabled = [];

function newAsyncId() {
  return ++lastId;
}

function executionAsyncId() {
  startTracking();
  return executionId;
}

function triggerAsyncId() {
  startTracking();
  return triggerId;
}

function executionAsyncResource() {
  startTracking();
  return resource ?? topLevelResource;
}

function defaultTriggerAsyncId() {
  return defaultTrigger >= 0 ? defaultTrigger : executionId;
}

// Calls fn with `id` as the trigger of what is made in it.
function defaultTriggerAsyncIdScope(id, fn, ...args) {
  if (id === undefined) return ReflectApply(fn, null, args);
  const outer = defaultTrigger;
  defaultTrigger = id;
  try {
    return ReflectApply(fn, null, args);
  } finally {
    defaultTrigger = outer;
  }
}

// A hook that throws ends the process: the state it was to follow is unknown.
function fatal(error) {
  if (typeof error?.stack === 'string') {
    process._rawDebug(error.stack);
  } else {
    const shown = { message: error };
    Error.captureStackTrace(shown, fatal);
    process._rawDebug(String(shown.stack).replace(/^.*/, () => `Error: ${String(error)}`));
  }
  if (require('internal/options').getOptionValue('--abort-on-uncaught-exception')) process.abort();
  process.exit(1);
}

function emitInit(id, type, trigger, of) {
  const list = initHooks;
  try {
    for (let i = 0; i < list.length; i++) list[i].init(id, type, trigger, of);
  } catch (error) {
    fatal(error);
  }
}
function emitBeforeHooks(id) {
  const list = beforeHooks;
  try {
    for (let i = 0; i < list.length; i++) list[i].before(id);
  } catch (error) {
    fatal(error);
  }
}
function emitAfterHooks(id) {
  const list = afterHooks;
  try {
    for (let i = 0; i < list.length; i++) list[i].after(id);
  } catch (error) {
    fatal(error);
  }
}
function emitResolve(id) {
  const list = resolveHooks;
  try {
    for (let i = 0; i < list.length; i++) list[i].promiseResolve(id);
  } catch (error) {
    fatal(error);
  }
}

// destroy comes later, in a turn of its own.
let destroyQueue = [];
let destroyScheduled = false;
function emitDestroy(id) {
  if (destroyHooks.length === 0 || id <= 0) return;
  ArrayPrototypePush(destroyQueue, id);
  if (destroyScheduled) return;
  destroyScheduled = true;
  // Nothing waits for it; when nothing else is left to do, it is done, too.
  exitState.beforeEnd = drainDestroyQueue;
  setPlainImmediate(drainDestroyQueue);
}
function drainDestroyQueue() {
  if (!destroyScheduled) return;
  destroyScheduled = false;
  while (destroyQueue.length > 0) {
    const ids = destroyQueue;
    destroyQueue = [];
    for (let i = 0; i < ids.length; i++) {
      const list = destroyHooks;
      try {
        for (let j = 0; j < list.length; j++) list[j].destroy(ids[i]);
      } catch (error) {
        fatal(error);
      }
    }
  }
}

function push(id, trigger, of) {
  if (stack.length === 0 && !mainDone) {
    // The first callback from the loop; the main script, with id 1, is over. Within it, AsyncResources nest.
    if (internalBinding('async_context').mainIsDone()) {
      mainDone = true;
      executionId = 0;
      triggerId = 0;
    }
  }
  ArrayPrototypePush(stack, { id: executionId, trigger: triggerId, resource });
  executionId = id;
  triggerId = trigger;
  resource = of;
}

function pop(id) {
  if (stack.length === 0) return false;
  if (executionId !== id) {
    process._rawDebug(`Error: async hook stack has become corrupted (actual: ${executionId}, expected: ${id})`);
    process.exit(1);
  }
  const outer = stack.pop();
  executionId = outer.id;
  triggerId = outer.trigger;
  resource = outer.resource;
  return stack.length > 0;
}

function emitBefore(id, trigger, of) {
  push(id, trigger, of);
  if (beforeHooks.length !== 0) emitBeforeHooks(id);
}
function emitAfter(id) {
  // Nothing is on the stack when an exception that a handler took has emptied it.
  if (stack.length === 0) return;
  if (afterHooks.length !== 0) emitAfterHooks(id);
  pop(id);
}

// After an exception that the process survives: what was executing is over.
function clearAsyncIdStack() {
  while (stack.length > 0) {
    if (afterHooks.length !== 0 && executionId > 0) emitAfterHooks(executionId);
    pop(executionId);
  }
}

// --- objects with an id --------------------------------------------------------------------------------------------------

function initResource(of, type) {
  of[kAsyncId] = ++lastId;
  of[kTriggerId] = defaultTriggerAsyncId();
  if (initHooks.length !== 0) emitInit(of[kAsyncId], type, of[kTriggerId], of);
}
function idOf(of) {
  if (!of[kAsyncId]) {
    of[kAsyncId] = ++lastId;
    of[kTriggerId] = 0;
  }
  return of[kAsyncId];
}

const timerHooks = {
  init: initResource,
  before(timer) { if (timer[kAsyncId] !== kUntracked) emitBefore(idOf(timer), timer[kTriggerId], timer); },
  after(timer) { if (timer[kAsyncId] !== kUntracked) emitAfter(timer[kAsyncId]); },
  destroy(timer) { emitDestroy(timer[kAsyncId]); },
  // What was destroyed in the turn before is told ahead of the program's immediates.
  beforeImmediates: drainDestroyQueue,
};

const taskHooks = {
  initTick(tick) { initResource(tick, 'TickObject'); },
  runTick(tick, run) {
    const id = idOf(tick);
    emitBefore(id, tick[kTriggerId], tick);
    try {
      run(tick);
    } finally {
      emitDestroy(id);
    }
    emitAfter(id);
  },
  wrapMicrotask(callback) {
    const { AsyncResource } = require('async_hooks');
    const task = new AsyncResource('Microtask', { requireManualDestroy: true });
    task.callback = callback;
    return function runMicrotask() {
      task.runInAsyncScope(() => {
        try {
          callback();
        } catch (error) {
          internalBinding('errors').triggerUncaughtException(error, false);
        } finally {
          task.emitDestroy();
        }
      });
    };
  },
};

// What the core calls for requests and handles: objects with callbacks that the loop will call.
const callbackHooks = {
  init: initResource,
  before(of) {
    emitBefore(idOf(of), of[kTriggerId], of);
  },
  after(of) { emitAfter(of[kAsyncId]); },
  destroy(of) { emitDestroy(of[kAsyncId]); },
};

// The AsyncResource in whose scope the program is while nothing is tracked yet: it is what executes when tracking starts.
let untracked;
function enterUntracked(of) {
  const before = untracked;
  untracked = of;
  return before;
}
// Back to the scope before; tracking may have started within.
function leaveUntracked(before) {
  untracked = before;
  if (tracking) takeUntracked();
}
function takeUntracked() {
  executionId = untracked === undefined ? baseId : untracked.asyncId();
  triggerId = untracked === undefined ? 0 : untracked.triggerAsyncId();
  resource = untracked;
}
let baseId = kMainId;

function startTracking() {
  if (tracking) return;
  tracking = true;
  mainDone = internalBinding('async_context').mainIsDone();
  if (mainDone) executionId = baseId = 0;
  // Ids that timers already have as primitives stay theirs.
  lastId = Math.max(lastId, require('internal/timers').lastTimerId());
  setTimerHooks(timerHooks, newAsyncId);
  setTaskHooks(taskHooks);
  setCallbackHooks(callbackHooks.init, callbackHooks.before, callbackHooks.after, callbackHooks.destroy);
  if (untracked !== undefined) takeUntracked();
}

// --- promises ------------------------------------------------------------------------------------------------------------

const kPromiseId = Symbol('async_id_symbol');
const kPromiseTrigger = Symbol('trigger_async_id_symbol');
let promiseRegistry;

function promiseId(promise) {
  if (!promise[kPromiseId]) initPromise(promise, undefined);
  return promise[kPromiseId];
}
function initPromise(promise, parent) {
  if (promise[kPromiseId]) return;
  const trigger = parent ? promiseId(parent) : defaultTriggerAsyncId();
  const id = promise[kPromiseId] = ++lastId;
  promise[kPromiseTrigger] = trigger;
  if (initHooks.length !== 0) emitInit(id, 'PROMISE', trigger, promise);
  if (destroyHooks.length !== 0) watchCollection(promise, { id });
}
function beforePromise(promise) {
  emitBefore(promiseId(promise), promise[kPromiseTrigger], promise);
}
function afterPromise(promise) {
  const id = promiseId(promise);
  // A hook that was enabled within the reaction has seen no `before` of it.
  if (id !== executionId) return;
  emitAfter(id);
}
function resolvePromise(promise) {
  const id = promiseId(promise);
  if (resolveHooks.length !== 0) emitResolve(id);
}

// Emits destroy for {id, destroyed} when `object` is collected.
function watchCollection(object, state) {
  promiseRegistry ??= new FinalizationRegistry((held) => {
    if (!held.destroyed) emitDestroy(held.id);
  });
  promiseRegistry.register(object, state);
}

function updateHooks() {
  const with_ = (name) => enabled.filter((hook) => typeof hook[name] === 'function');
  initHooks = with_('init');
  beforeHooks = with_('before');
  afterHooks = with_('after');
  destroyHooks = with_('destroy');
  resolveHooks = with_('promiseResolve');
  followPromises();
}

// Each context has hooks of its own: called again when there is a new one.
let following = false;
let others = null; // v8.promiseHooks' [init, before, after, settled], each maybe undefined
function followPromises() {
  const follow = enabled.some((hook) => hook.trackPromises);
  if (follow || others !== null) {
    const own = follow ? [initPromise, beforePromise, afterPromise, resolvePromise] : [];
    const both = (mine, other) => (mine === undefined || other === undefined ? mine ?? other : (promise, parent) => {
      mine(promise, parent);
      other(promise, parent);
    });
    setPromiseHooks(both(own[0], others?.[0]), both(own[1], others?.[1]), both(own[2], others?.[2]), both(own[3], others?.[3]));
  } else if (following) {
    setPromiseHooks(undefined, undefined, undefined, undefined);
  }
  following = follow || others !== null;
}
function setOtherPromiseHooks(hooks) {
  others = hooks;
  followPromises();
}

function enableHook(hook) {
  if (ArrayPrototypeIndexOf(enabled, hook) !== -1) return;
  startTracking();
  enabled = [...enabled, hook];
  updateHooks();
}
function disableHook(hook) {
  const position = ArrayPrototypeIndexOf(enabled, hook);
  if (position === -1) return;
  enabled = enabled.toSpliced(position, 1);
  updateHooks();
}

module.exports = {
  setOtherPromiseHooks,
  newAsyncId, executionAsyncId, triggerAsyncId, executionAsyncResource, defaultTriggerAsyncId, defaultTriggerAsyncIdScope,
  emitInit, emitBefore, emitAfter, emitDestroy, clearAsyncIdStack, watchCollection, enableHook, disableHook, followPromises, startTracking,
  isTracking: () => tracking,
  enterUntracked,
  leaveUntracked,
  initHooksExist: () => initHooks.length > 0,
  destroyHooksExist: () => destroyHooks.length > 0,
  enabledHooksExist: () => enabled.length > 0,
  getDefaultTriggerAsyncId: defaultTriggerAsyncId,
  symbols: { async_id_symbol: kAsyncId, trigger_async_id_symbol: kTriggerId, destroyed: kDestroyed },
};
