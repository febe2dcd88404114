'use strict';

// The global console.

const { Console, initializeGlobal } = require('internal/console/constructor');

// What V8's own console has besides stays there: profile(), createTask() and the like speak to the inspector.
const native = globalThis.console;
internalBinding('inspector').console = native;
const console = { __proto__: {} };
initializeGlobal(console);
for (const key of ['context', 'createTask', 'profile', 'profileEnd', 'timeStamp']) {
  if (typeof native?.[key] === 'function' && console[key] === undefined) console[key] = native[key];
}
Object.defineProperty(console, Symbol.toStringTag, { __proto__: null, writable: false, enumerable: false, configurable: true, value: 'console' });
console.Console = Console;
Console.prototype.constructor = Console;
Object.defineProperty(Console.prototype, 'constructor', { __proto__: null, enumerable: false });

module.exports = console;
