'use strict';

// The process object: what does not depend on this start, which internal/bootstrap/start fills in.

const EventEmitter = require('events');
const binding = internalBinding('process_object');

const { ObjectDefineProperty, ObjectSetPrototypeOf } = primordials;

const prototype = Object.create(EventEmitter.prototype, {
  constructor: { __proto__: null, value: function process() {}, writable: true, enumerable: false, configurable: true },
  [Symbol.toStringTag]: { __proto__: null, value: 'process', writable: false, enumerable: false, configurable: true },
});
prototype.constructor.prototype = prototype;
ObjectSetPrototypeOf(process, prototype);
EventEmitter.call(process);

process.platform = 'linux';
process.arch = binding.arch;
process.release = { name: 'node' };
process.versions = binding.versions();
ObjectDefineProperty(process, 'env', {
  __proto__: null, value: binding.makeEnv(), writable: true, enumerable: true, configurable: true,
});

let cachedCwd = '';
process.cwd = function cwd() {
  if (cachedCwd === '') cachedCwd = check(binding.cwd(), 'uv_cwd', 'process.cwd failed with error ');
  return cachedCwd;
};
process.chdir = function chdir(directory) {
  require('internal/validators').validateString(directory, 'directory');
  const result = binding.chdir(directory);
  cachedCwd = '';
  if (typeof result === 'number') {
    const { UVException } = require('internal/errors');
    throw new UVException({ errno: result, syscall: 'chdir', path: process.cwd(), dest: directory });
  }
};
function check(result, syscall, message) {
  if (typeof result !== 'number') return result;
  const { UVException, uvErrmapGet } = require('internal/errors');
  const text = uvErrmapGet(result)?.[1];
  throw new UVException({ errno: result, syscall, message: `${message}${text}` });
}

process.exit = function exit(code) {
  if (arguments.length !== 0) process.exitCode = code;
  if (!process._exiting) {
    process._exiting = true;
    process.emit('exit', process.exitCode || 0);
  }
  process.reallyExit(process.exitCode || 0);
};
process.emitWarning = function emitWarning(...args) {
  return require('internal/process/warning').emitWarning(...args);
};
