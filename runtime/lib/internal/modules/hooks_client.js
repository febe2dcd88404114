'use strict';

// What module.register() made, as seen by a thread that imports: the hooks run on a thread of their own, and this one waits
// for their answers. Spec: Node 24, module.md, "Asynchronous customization hooks".
//
// A question is a message { method, args } on a port; the answer is a message on the same port, after which the number in
// `lock` grows. A thread that registers starts its hooks' thread; workers of a process with --experimental-loader get a port to their parent's.

const { MessageChannel, receiveMessageOnPort } = require('internal/worker/io');

let connection; // { port, lock }, once there are hooks

function isActive() { return connection !== undefined; }

// A worker's channel to the thread of its parent's hooks.
function adopt(given) {
  connection = given;
  given.port.unref();
  require('internal/modules/customization_hooks').install();
}

function newChannel() {
  const { port1, port2 } = new MessageChannel();
  const lock = new Int32Array(new SharedArrayBuffer(4));
  port1.unref();
  return { here: { port: port1, lock }, there: { port: port2, lock } };
}

function start() {
  const { here, there } = newChannel();
  const { startHooksThread } = require('internal/worker');
  startHooksThread(there);
  connection = here;
}

// The answer to a question; throws what the hooks threw.
function call(method, args, transferList) {
  const { port, lock } = connection;
  const before = Atomics.load(lock, 0);
  port.postMessage({ method, args }, transferList);
  let received;
  while ((received = receiveMessageOnPort(port)) === undefined) Atomics.wait(lock, 0, before, 1000);
  const { message } = received;
  if (message.status === 'exit') process.exit(message.code);
  if (message.status === 'never') {
    const { codes: { ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED } } = require('internal/errors');
    throw new ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED();
  }
  if (message.status === 'error') throw require('internal/worker/errors').deserializeError(message.error);
  return message.value;
}

// module.register()
function register(specifier, parentURL = 'data:', options = undefined) {
  const { isURL } = require('internal/url');
  if (parentURL !== null && typeof parentURL === 'object' && !isURL(parentURL)) {
    options = parentURL;
    parentURL = options.parentURL ?? 'data:';
  }
  if (require('internal/worker/thread').state.isInternalThread) {
    // What --require names runs on the thread of the hooks, too; its hooks are registered by the thread that they are for.
    if (require('internal/modules/cjs/loader').Module.prototype.isPreloading) return;
    const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
    throw new ERR_METHOD_NOT_IMPLEMENTED('register() on the thread of the hooks');
  }
  if (connection === undefined) start();
  call('register', [`${specifier}`, `${parentURL}`, options?.data], options?.transferList);
  require('internal/modules/customization_hooks').install();
}

function resolve(specifier, context) { return call('resolve', [specifier, context]); }
function load(url, context) { return call('load', [url, context]); }

// What a worker made by this thread needs to ask the same hooks: those of the command line are for every thread, those that a
// program registers for its own.
function share() {
  if (connection === undefined || require('internal/options').getOptionValue('--experimental-loader').length === 0) return undefined;
  const { here, there } = newChannel();
  call('connect', [there], [there.port]);
  return here;
}

module.exports = { adopt, isActive, load, register, resolve, share };
