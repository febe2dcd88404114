'use strict';

// What a program gets with its first session: a console that tells the inspector, too, and stacks across asynchronous calls.

const { FunctionPrototypeBind, ObjectDefineProperty, ObjectKeys, ObjectPrototypeHasOwnProperty } = primordials;
const { getOptionValue } = require('internal/options');
const binding = internalBinding('inspector');

// [address]:port, name:port, port, or a name alone
const kHostPort = /^(?:\[([^\]]*)\]|((?!\d+$)[^:]*))?:?(\d+)?$/;

let isAttached = false;

// Each method of V8's console, which the inspector listens to, is called beside ours of the same name.
function wrapConsole() {
  const { console } = globalThis;
  for (const key of ObjectKeys(binding.console)) {
    const own = console[key];
    if (typeof own !== 'function' || own === binding.console[key]) continue;
    if (!ObjectPrototypeHasOwnProperty(console, key)) continue;
    const both = FunctionPrototypeBind(binding.consoleCall, console, binding.console[key], own);
    ObjectDefineProperty(both, 'name', { __proto__: null, value: key, configurable: true });
    console[key] = both;
  }
}

function followAsyncCalls() {
  let hook;
  binding.onAsyncDepth((wanted) => {
    if (hook === undefined && wanted) {
      // Promises are V8's own to follow.
      const promises = new primordials.SafeSet();
      hook = require('async_hooks').createHook({
        init(id, type) {
          if (type === 'PROMISE') promises.add(id);
          else binding.asyncTaskScheduled(type, id, true);
        },
        before(id) { if (!promises.has(id)) binding.asyncTaskStarted(id); },
        after(id) { if (!promises.has(id)) binding.asyncTaskFinished(id); },
        destroy(id) { if (!promises.delete(id)) binding.asyncTaskCanceled(id); },
      });
    }
    if (wanted) hook.enable();
    else hook?.disable();
  });
}

// What the console of a debugger has in scope besides V8's own helpers.
function installCommandLineApi(api) {
  const { createRequire } = require('module');
  const { join } = require('path');
  const main = process.mainModule;
  ObjectDefineProperty(api, 'require', {
    __proto__: null, configurable: true, enumerable: true, writable: true,
    value: main === undefined ? createRequire(join(process.cwd(), 'repl')) : createRequire(main.filename),
  });
}

function attach() {
  if (isAttached) return;
  isAttached = true;
  binding.onCommandLine(installCommandLineApi);
  wrapConsole();
  followAsyncCalls();
}

// Opens the server for debuggers and says where; what went wrong when it could not.
function openServer(host, port) {
  attach();
  const failure = binding.open(host, port);
  if (failure !== undefined) return failure;
  process.debugPort = binding.port();
  process._rawDebug(`Debugger listening on ${binding.url()}`);
  process._rawDebug('For help, see: https://nodejs.org/learn/getting-started/debugging');
}

// --inspect, --inspect-brk and --inspect-wait, before the program. A server that cannot start is a message and no more, as
// with Node; a port that no program may have ends the process.
function openFromCommandLine() {
  // What is not permitted is not there: no message, as with Node.
  if (process.permission?.has('inspector') === false) return;
  const isStopped = getOptionValue('--inspect-brk') || getOptionValue('--inspect-wait');
  const { 1: bracketed, 2: name, 3: digits } = kHostPort.exec(getOptionValue('--inspect-port') || '9229') ?? ['', '', '', ''];
  const port = digits === undefined ? 9229 : Number(digits);
  if (!(port === 0 || (port >= 1024 && port <= 65535))) {
    process._rawDebug(`${process.argv0}: must be 0 or in range 1024 to 65535.`);
    process.reallyExit(9);
  }
  const failure = openServer(bracketed || name || '127.0.0.1', port);
  if (failure !== undefined) process._rawDebug(failure);
  else if (isStopped) binding.waitForDebugger();
}

module.exports = { attach, openFromCommandLine, openServer };
