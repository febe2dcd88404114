'use strict';

// v8.promiseHooks: what programs want to know of each promise. https://nodejs.org/api/v8.html#promise-hooks

const { ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeSplice } = primordials;
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { setOtherPromiseHooks } = require('internal/async_hooks');
const { isAsyncFunction } = require('internal/util/types');

const lists = { __proto__: null, init: [], before: [], after: [], settled: [] };

// One function of a list that calls them all. What one throws is nobody's to catch, and keeps none from being called.
function callerOf(list) {
  if (list.length === 0) return undefined;
  const hooks = [...list];
  return (promise, parent) => {
    for (let i = 0; i < hooks.length; ++i) {
      try {
        hooks[i](promise, parent);
      } catch (error) {
        process.nextTick(() => internalBinding('errors').triggerUncaughtException(error, false));
      }
    }
  };
}

function update() {
  const { init, before, after, settled } = lists;
  const hooks = [callerOf(init), callerOf(before), callerOf(after), callerOf(settled)];
  setOtherPromiseHooks(hooks.some((hook) => hook !== undefined) ? hooks : null);
}

// An async function would make promises that it is called for in turn.
function validate(hook, name) {
  if (typeof hook !== 'function' || isAsyncFunction(hook)) throw new ERR_INVALID_ARG_TYPE(name, 'Function', hook);
}

const plain = (hook) => (promise, parent) => hook(promise, parent);

function add(kind, hook) {
  const entry = plain(hook);
  ArrayPrototypePush(lists[kind], entry);
  update();
  return () => {
    const at = ArrayPrototypeIndexOf(lists[kind], entry);
    if (at === -1) return;
    ArrayPrototypeSplice(lists[kind], at, 1);
    update();
  };
}

function makeUse(kind) {
  return (hook) => {
    validate(hook, `${kind}Hook`);
    return add(kind, hook);
  };
}

function createHook({ init, before, after, settled } = {}) {
  const stops = [];
  for (const { 0: kind, 1: hook } of [['init', init], ['before', before], ['after', after], ['settled', settled]]) {
    if (!hook) continue;
    validate(hook, `${kind}Hook`);
    ArrayPrototypePush(stops, add(kind, hook));
  }
  return () => { for (const stop of stops) stop(); };
}

module.exports = {
  promiseHooks: {
    createHook, onInit: makeUse('init'), onBefore: makeUse('before'), onAfter: makeUse('after'), onSettled: makeUse('settled'),
  },
};
