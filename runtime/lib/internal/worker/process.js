'use strict';

// What process cannot do in a worker. https://nodejs.org/api/worker_threads.html#class-worker

const { ObjectDefineProperty } = primordials;
const { codes: { ERR_WORKER_UNSUPPORTED_OPERATION } } = require('internal/errors');

function refusal(name) {
  const refuse = { [name]() {
    throw new ERR_WORKER_UNSUPPORTED_OPERATION(`process.${name}()`);
  } }[name];
  refuse.disabled = true;
  return refuse;
}

function restrict() {
  for (const name of [
    'abort', 'chdir', 'execve', 'initgroups', 'setegid', 'seteuid', 'setgid', 'setgroups', 'setuid',
  ]) {
    process[name] = refusal(name);
  }
  // The channel to the parent process is the main thread's.
  if (process.env.NODE_CHANNEL_FD !== undefined) {
    for (const name of ['send', 'disconnect']) process[name] = refusal(name);
    for (const name of ['channel', 'connected']) {
      ObjectDefineProperty(process, name, {
        __proto__: null,
        configurable: true,
        enumerable: false,
        get() { throw new ERR_WORKER_UNSUPPORTED_OPERATION(`process.${name}`); },
      });
    }
  }
  // The title is the process's: a worker's is for itself.
  let title = process.title;
  ObjectDefineProperty(process, 'title', {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get: () => title,
    set(value) { title = `${value}`; },
  });
}

module.exports = { restrict };
