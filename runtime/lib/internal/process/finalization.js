'use strict';

// process.finalization: callbacks for objects that have not been collected when the process ends.
// https://nodejs.org/api/process.html#processfinalizationregisterref-callback

const { SafeFinalizationRegistry, SafeSet, SafeWeakRef } = primordials;
const { emitExperimentalWarning } = require('internal/util');
const { kValidateObjectAllowObjects, validateFunction, validateObject } = require('internal/validators');

const entries = { __proto__: null, exit: new SafeSet(), beforeExit: new SafeSet() }; // of {reference, callback}
const registry = new SafeFinalizationRegistry(({ entry, event }) => drop(entry, event));

function drop(entry, event) {
  entries[event].delete(entry);
  if (entries[event].size === 0) process.removeListener(event, runners[event]);
}

// Each is called once.
function run(event) {
  for (const entry of entries[event]) {
    drop(entry, event);
    const object = entry.reference.deref();
    if (object === undefined) continue;
    registry.unregister(entry);
    entry.callback(object, event);
  }
}
const runners = { __proto__: null, exit: () => run('exit'), beforeExit: () => run('beforeExit') };

function add(object, callback, event, name) {
  emitExperimentalWarning(`process.finalization.${name}`);
  validateObject(object, 'obj', kValidateObjectAllowObjects);
  validateFunction(callback, 'fn');
  const entry = { reference: new SafeWeakRef(object), callback };
  if (entries[event].size === 0) process.on(event, runners[event]);
  entries[event].add(entry);
  registry.register(object, { entry, event }, entry);
}

module.exports = {
  register(object, callback) { add(object, callback, 'exit', 'register'); },
  registerBeforeExit(object, callback) { add(object, callback, 'beforeExit', 'registerBeforeExit'); },
  unregister(object) {
    emitExperimentalWarning('process.finalization.unregister');
    for (const event of ['exit', 'beforeExit']) {
      for (const entry of entries[event]) {
        if (entry.reference.deref() !== object) continue;
        registry.unregister(entry);
        drop(entry, event);
      }
    }
  },
};
