'use strict';

// node:async_hooks: createHook, the ids of what executes, AsyncResource and AsyncLocalStorage. Documented in
// doc/api/async_hooks.md and doc/api/async_context.md.

const {
  codes: { ERR_ASYNC_CALLBACK, ERR_ASYNC_TYPE, ERR_INVALID_ASYNC_ID, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const { validateFunction, validateString, validateBoolean } = require('internal/validators');
const { current, exchange } = require('internal/async_context_frame');
const { AsyncLocalStorage } = require('internal/async_local_storage');
const hooks = require('internal/async_hooks');
const { ReflectApply, NumberIsSafeInteger } = primordials;

class AsyncHook {
  constructor({ init, before, after, destroy, promiseResolve, trackPromises }) {
    this.init = init;
    this.before = before;
    this.after = after;
    this.destroy = destroy;
    this.promiseResolve = promiseResolve;
    this.trackPromises = trackPromises ?? true;
  }

  enable() {
    hooks.enableHook(this);
    return this;
  }

  disable() {
    hooks.disableHook(this);
    return this;
  }
}

function createHook(options) {
  for (const name of ['init', 'before', 'after', 'destroy', 'promiseResolve']) {
    if (options[name] !== undefined && typeof options[name] !== 'function') throw new ERR_ASYNC_CALLBACK(`hook.${name}`);
  }
  const { trackPromises, promiseResolve } = options;
  if (trackPromises !== undefined) {
    validateBoolean(trackPromises, 'trackPromises');
    if (trackPromises === false && typeof promiseResolve === 'function') {
      throw new ERR_INVALID_ARG_VALUE('trackPromises', trackPromises, 'must not be false when promiseResolve is enabled');
    }
  }
  return new AsyncHook(options);
}

const kContextFrame = Symbol('context_frame');
const kId = Symbol('async_id_symbol');
const kTrigger = Symbol('trigger_async_id_symbol');
const kDestroyState = Symbol('destroyed');

let hasWarnedOfBoundResource = false;
function warnOfBoundResource() {
  if (hasWarnedOfBoundResource) return;
  hasWarnedOfBoundResource = true;
  process.emitWarning('The asyncResource property on bound functions is deprecated', 'DeprecationWarning', 'DEP0172');
}

class AsyncResource {
  constructor(type, options = undefined) {
    validateString(type, 'type');
    let trigger;
    let manual = false;
    if (typeof options === 'number') {
      trigger = options;
    } else if (options !== undefined && options !== null) {
      trigger = options.triggerAsyncId;
      manual = !!options.requireManualDestroy;
    }
    if (trigger !== undefined && (!NumberIsSafeInteger(trigger) || trigger < -1)) {
      throw new ERR_INVALID_ASYNC_ID('triggerAsyncId', trigger);
    }
    this[kContextFrame] = current();
    this[kDestroyState] = undefined;
    this[kId] = 0;
    this[kTrigger] = trigger;
    if (!hooks.isTracking()) return;
    this[kId] = hooks.newAsyncId();
    this[kTrigger] = trigger ?? hooks.defaultTriggerAsyncId();
    if (hooks.initHooksExist()) {
      if (type.length === 0) throw new ERR_ASYNC_TYPE(type);
      hooks.emitInit(this[kId], type, this[kTrigger], this);
    }
    if (!manual && hooks.destroyHooksExist()) {
      this[kDestroyState] = { id: this[kId], destroyed: false };
      hooks.watchCollection(this, this[kDestroyState]);
    }
  }

  runInAsyncScope(fn, thisArg, ...args) {
    const outer = current();
    exchange(this[kContextFrame]);
    if (!hooks.isTracking()) {
      const before = hooks.enterUntracked(this);
      try {
        return ReflectApply(fn, thisArg, args);
      } finally {
        exchange(outer);
        hooks.leaveUntracked(before);
      }
    }
    const id = this.asyncId();
    hooks.emitBefore(id, this[kTrigger], this);
    try {
      return ReflectApply(fn, thisArg, args);
    } finally {
      exchange(outer);
      hooks.emitAfter(id);
    }
  }

  emitDestroy() {
    if (this[kDestroyState] !== undefined) this[kDestroyState].destroyed = true;
    if (hooks.isTracking()) hooks.emitDestroy(this.asyncId());
    return this;
  }

  asyncId() {
    if (this[kId] === 0) {
      const trigger = this[kTrigger] ?? (hooks.triggerAsyncId() || hooks.executionAsyncId());
      // To ask for those may have begun the tracking, and with it this.
      if (this[kId] === 0) {
        this[kId] = hooks.newAsyncId();
        this[kTrigger] = trigger;
      }
    }
    return this[kId];
  }

  triggerAsyncId() {
    this.asyncId();
    return this[kTrigger];
  }

  bind(fn, thisArg) {
    validateFunction(fn, 'fn');
    const resource = this;
    const bound = thisArg === undefined ?
      function(...args) { return resource.runInAsyncScope(fn, this, ...args); } :
      function(...args) { return resource.runInAsyncScope(fn, thisArg, ...args); };
    Object.defineProperties(bound, {
      length: { __proto__: null, configurable: true, enumerable: false, value: fn.length, writable: false },
      name: { __proto__: null, configurable: true, enumerable: false, value: `bound ${fn.name}`, writable: false },
      asyncResource: {
        __proto__: null,
        configurable: true,
        enumerable: true,
        get() { warnOfBoundResource(); return resource; },
        set(value) { warnOfBoundResource(); Object.defineProperty(this, 'asyncResource', { __proto__: null, configurable: true, enumerable: true, value, writable: true }); },
      },
    });
    return bound;
  }

  static bind(fn, type, thisArg) {
    validateFunction(fn, 'fn');
    return new AsyncResource(type || fn.name || 'bound-anonymous-fn').bind(fn, thisArg);
  }
}

module.exports = {
  AsyncLocalStorage,
  createHook,
  executionAsyncId: hooks.executionAsyncId,
  triggerAsyncId: hooks.triggerAsyncId,
  executionAsyncResource: hooks.executionAsyncResource,
  AsyncResource,
};
Object.defineProperty(module.exports, 'asyncWrapProviders', {
  __proto__: null, configurable: false, enumerable: true, writable: false,
  value: Object.freeze({ __proto__: null, ...internalBinding('async_context').providers() }),
});
