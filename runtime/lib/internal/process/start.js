'use strict';

// What process says about this start: runs once in every process and worker, before anything of the program.

const { launchInfo } = internalBinding('process_methods');
const { getTitle, setTitle, getPpid } = internalBinding('process_object');
const { makeEnv } = internalBinding('env');
const { ObjectDefineProperty } = primordials;

const info = launchInfo();

process.env = makeEnv();
ObjectDefineProperty(process, 'pid', {
  __proto__: null, value: info.pid, writable: false, enumerable: true, configurable: true,
});
ObjectDefineProperty(process, 'ppid', {
  __proto__: null, get: getPpid, set: undefined, enumerable: true, configurable: true,
});
ObjectDefineProperty(process, 'argv0', {
  __proto__: null, value: info.argv0, writable: false, enumerable: true, configurable: true,
});
ObjectDefineProperty(process, 'title', {
  __proto__: null,
  get: getTitle,
  set(value) { setTitle(`${value}`); },
  enumerable: true,
  configurable: true,
});
process.debugPort = 9229;

const stdioGetters = { __proto__: null };
for (const name of ['stdin', 'stdout', 'stderr']) {
  stdioGetters[name] = function() { return require('internal/process/stdio')[name](); };
  ObjectDefineProperty(process, name, {
    __proto__: null, configurable: true, enumerable: true, get: stdioGetters[name],
  });
}

module.exports = { stdioGetters };
