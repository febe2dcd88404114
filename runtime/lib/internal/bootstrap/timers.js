'use strict';

// Timers, ticks and microtasks: hooked into the core, and put on the global object.

require('internal/process/task_queues').setup();
require('internal/timers').setup();

const { queueMicrotask } = require('internal/process/task_queues');
const timers = require('timers');
const { ObjectDefineProperty } = primordials;

for (const name of ['clearImmediate', 'clearInterval', 'clearTimeout', 'setImmediate', 'setInterval', 'setTimeout']) {
  ObjectDefineProperty(globalThis, name, {
    __proto__: null, configurable: true, enumerable: true, writable: true, value: timers[name],
  });
}
ObjectDefineProperty(globalThis, 'queueMicrotask', {
  __proto__: null, configurable: true, enumerable: true, writable: true, value: queueMicrotask,
});
