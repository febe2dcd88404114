'use strict';

// A worker's program: what the Worker object that made the thread sent along.

const { ObjectDefineProperty } = primordials;
const worker = internalBinding('worker').self();
const { adoptPort, receiveMessageOnPort } = require('internal/worker/io');
const { ControlPort, ThreadReadable, ThreadWritable } = require('internal/worker/stdio');
const { limitsObject, state } = require('internal/worker/thread');

const control = adoptPort({ handle: worker.port });
// It was sent before the thread began.
const { message: start } = receiveMessageOnPort(control);

state.isMainThread = false;
state.isInternalThread = start.isInternal;
state.threadId = worker.threadId;
state.threadName = worker.name;
state.resourceLimits = limitsObject(worker.limits);
state.parentPort = start.isInternal ? null : start.port;
state.workerData = start.isInternal ? null : start.workerData;
state.environmentData = start.environmentData;
state.controlPort = control;

if (start.how === 'internal') {
  require('internal/worker/process').restrict();
  require('internal/process/pre_execution').prepareExecution(false);
  require(start.source).start(start.workerData);
  return;
}

// --- Standard streams --------------------------------------------------------------------------------------------------

const shared = new ControlPort(control);
const streams = {
  stdin: new ThreadReadable(shared, 'stdin', true),
  stdout: new ThreadWritable(shared, 'stdout'),
  stderr: new ThreadWritable(shared, 'stderr'),
};
if (!start.hasStdin) streams.stdin.end();
for (const name of ['stdin', 'stdout', 'stderr']) {
  ObjectDefineProperty(process, name, { __proto__: null, configurable: true, enumerable: true, get: () => streams[name] });
}
control.on('message', (message) => {
  if (message.type === 'stdio') streams.stdin.take(message.chunks);
  else if (message.type === 'wants') streams[message.stream].wanted();
});
control.unref();

require('internal/worker/mail').open();
require('internal/worker/process').restrict();
require('internal/process/execution').setWorkerErrorHandler((error) => {
  const { serializeError } = require('internal/worker/errors');
  let serialized;
  try {
    serialized = serializeError(error);
  } catch {
    serialized = undefined;
  }
  control.postMessage(serialized === undefined ? { type: 'unserializable error' } : { type: 'error', error: serialized });
});

const { prepareExecution } = require('internal/process/pre_execution');
prepareExecution(false);
process.argv = [process.argv[0], ...start.argv];
control.postMessage({ type: 'online' });

if (start.reportsLoaded) {
  require('internal/modules/watch_report').start((paths) => control.postMessage({ type: 'watch:loaded', paths }));
}
if (start.hooks !== undefined) require('internal/modules/hooks_client').adopt(start.hooks);

const { getOptionValue } = require('internal/options');
const { evalModuleEntryPoint, evalScript, evalTypeScript, evalTypeScriptModuleEntryPoint } =
  require('internal/process/execution');
if (start.how === 'eval') {
  const name = '[worker eval]';
  process.argv.splice(1, 0, name);
  const loadESM = require('internal/modules/run_main').hasPreloads();
  switch (getOptionValue('--input-type')) {
    case 'module': evalModuleEntryPoint(start.source, false); break;
    case 'module-typescript': evalTypeScriptModuleEntryPoint(start.source, false); break;
    case 'commonjs-typescript': evalTypeScript(name, start.source, false, loadESM); break;
    case 'commonjs': evalScript(name, start.source, false, loadESM, false); break;
    default: evalScript(name, start.source, false, loadESM, true);
  }
} else if (start.how === 'url') {
  const { getLoader, cwdUrl } = require('internal/modules/esm/loader');
  require('internal/modules/run_main').runEntryPointWithESMLoader(() => {
    const loader = getLoader();
    const { url, format } = loader.resolve(start.source, cwdUrl());
    return loader.importMain(url, { format });
  });
} else {
  process.argv.splice(1, 0, start.source);
  require('internal/modules/cjs/loader').Module.runMain(start.source);
}
