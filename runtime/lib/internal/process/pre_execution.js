'use strict';

// What happens between the start of the process and the program: the command line takes effect.

const { ObjectDefineProperty, StringPrototypeStartsWith } = primordials;
const binding = internalBinding('modules');
const { getOptionValue } = require('internal/options');
const { hasBuiltin } = require('internal/bootstrap/realm');

// `expandArgv1`: argv[1] names the program and becomes an absolute path. `preload`: what --require names runs now.
function prepareExecution(expandArgv1, preload = true) {
  patchProcess(expandArgv1);
  setupWarnings();
  switchFeatures();
  if (getOptionValue('--permission') || getOptionValue('--permission-audit')) {
    require('internal/process/permission').setUpPermission(internalBinding('process_methods').isMainThread());
  }
  if (internalBinding('process_methods').isMainThread()) {
    setupChildProcessIpcChannel();
    setupClusterWorker();
    if (getOptionValue('--inspect') || getOptionValue('--inspect-brk') || getOptionValue('--inspect-wait')) {
      require('internal/inspector/attach').openFromCommandLine();
    }
  }
  if (getOptionValue('--expose-internals')) {
    require('internal/bootstrap/realm').exposeInternals?.();
  }
  if (getOptionValue('--enable-source-maps')) require('internal/source_map/source_map_cache').setSupport(true, true, true);
  const { NODE_V8_COVERAGE: coverageFolder } = process.env;
  if (coverageFolder) require('internal/coverage').enableCoverage(coverageFolder);
  if (getOptionValue('--experimental-test-coverage') && !getOptionValue('--test')) {
    require('internal/test_runner/coverage').commandLineCoverage();
  }
  if (process.env.WATCH_REPORT_DEPENDENCIES !== undefined) reportWhatIsLoaded();
  const { initializeCJS } = require('internal/modules/cjs/loader');
  initializeCJS();
  if (process.env.NODE_COMPILE_CACHE) require('internal/modules/compile_cache').enableFromEnvironment();
  require('internal/modules/esm/loader');
  if (preload) loadPreloads();
}

// Globals and modules that the command line adds and takes away.
function switchFeatures() {
  if (getOptionValue('--experimental-webstorage')) {
    const { defineLazyProperties } = require('internal/util');
    defineLazyProperties(globalThis, 'internal/webstorage', ['Storage', 'localStorage', 'sessionStorage']);
  }
  if (!getOptionValue('--experimental-sqlite')) require('internal/bootstrap/realm').disableBuiltin('sqlite');
}

function loadPreloads() {
  const preloads = getOptionValue('--require');
  if (preloads.length > 0) require('internal/modules/cjs/loader').Module._preloadModules(preloads);
}

function patchProcess(expandArgv1) {
  for (const [property, option] of [
    ['noDeprecation', ['--deprecation', false]], ['throwDeprecation', ['--throw-deprecation', true]],
    ['traceDeprecation', ['--trace-deprecation', true]], ['traceProcessWarnings', ['--trace-warnings', true]],
  ]) {
    if (getOptionValue(option[0]) === option[1]) process[property] = true;
  }
  if (getOptionValue('--trace-warnings')) process.traceDeprecation = true;
  const source = require('internal/options').hasEvalString() ? getOptionValue('--eval') : undefined;
  if (source !== undefined) process._eval = source;
  if (getOptionValue('--preserve-symlinks')) process._preserveSymlinks = true;
  const mainEntry = process.argv[1];
  if (expandArgv1 && mainEntry !== undefined && !StringPrototypeStartsWith(mainEntry, '-') &&
      !getOptionValue('--entry-url')) {
    process.argv[1] = binding.resolvePath(mainEntry);
  }
  if (getOptionValue('--experimental-config-file')) {
    require('internal/util').emitExperimentalWarning('--experimental-config-file');
  }
  const title = getOptionValue('--title');
  if (title !== '') process.title = title;
  lazyProperty('allowedNodeEnvironmentFlags', () => require('internal/process/environment_flags').build());
  lazyProperty('finalization', () => require('internal/process/finalization'));
}

// A property of process that is made when it is first asked for.
function lazyProperty(name, make) {
  const define = (value) => ObjectDefineProperty(process, name, {
    __proto__: null, value, writable: true, configurable: true, enumerable: true,
  });
  ObjectDefineProperty(process, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      const value = make();
      define(value);
      return value;
    },
    set: define,
  });
}

// To the test runner or the process of --watch that watches the files of this process.
function reportWhatIsLoaded() {
  if (process.env.NODE_TEST_CONTEXT === 'child-v8') {
    delete process.env.WATCH_REPORT_DEPENDENCIES;
    process.on('exit', () => require('internal/test_runner/frames').writeLoaded());
  } else if (process.send !== undefined) {
    require('internal/modules/watch_report').start((paths) => {
      if (process.connected) process.send({ 'watch:loaded': paths });
    });
  }
}

// A forked child: the channel is its own, not its children's.
function setupChildProcessIpcChannel() {
  const { NODE_CHANNEL_FD: fd } = process.env;
  if (fd === undefined) return;
  const mode = process.env.NODE_CHANNEL_SERIALIZATION_MODE;
  delete process.env.NODE_CHANNEL_FD;
  delete process.env.NODE_CHANNEL_SERIALIZATION_MODE;
  require('child_process')._forkChild(fd | 0, mode || 'json');
}

// A worker of a cluster; the processes that it starts are not.
function setupClusterWorker() {
  if (process.env.NODE_UNIQUE_ID === undefined || !process.argv[1]) return;
  require('cluster')._setupWorker();
  delete process.env.NODE_UNIQUE_ID;
}

function setupWarnings() {
  if (!hasBuiltin('internal/process/warning')) return;
  const { emitWarning, onWarning } = require('internal/process/warning');
  process.emitWarning ??= emitWarning;
  if (getOptionValue('--warnings')) process.on('warning', onWarning);
}

module.exports = { loadPreloads, prepareExecution };
