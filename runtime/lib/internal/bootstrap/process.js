'use strict';

// The process object: its place in the prototype chain and its methods. What depends on this start of the process
// (environment, title, streams, ...) comes from internal/process/start.

const EventEmitter = require('events');
const methods = require('internal/process/methods');
const { hasBuiltin } = require('internal/bootstrap/realm');
const { version } = internalBinding('process_methods');
const { arch, versions } = internalBinding('process_object');
const { ObjectCreate, ObjectDefineProperty, ObjectFreeze, ObjectSetPrototypeOf, SymbolToStringTag } = primordials;

const prototype = ObjectCreate(EventEmitter.prototype, {
  constructor: {
    __proto__: null, value: function process() {}, writable: true, enumerable: false, configurable: true,
  },
});
prototype.constructor.prototype = prototype;
ObjectSetPrototypeOf(process, prototype);
ObjectDefineProperty(process, SymbolToStringTag, {
  __proto__: null, value: 'process', writable: false, enumerable: false, configurable: true,
});

function define(name, value) {
  ObjectDefineProperty(process, name, { __proto__: null, value, writable: false, enumerable: true, configurable: true });
}
define('version', version);
define('versions', versions());
define('arch', arch);
define('platform', 'linux');
const release = {};
for (const { 0: name, 1: value } of [['name', 'node'], ['lts', 'Krypton']]) {
  ObjectDefineProperty(release, name, { __proto__: null, value, writable: false, enumerable: true, configurable: true });
}
define('release', release);

EventEmitter.call(process);
process.domain = null;

// --- exit code ---------------------------------------------------------------------------------------------------------

let exitCode;
function validateExitCode(code) {
  if (code === null || code === undefined) return;
  const { validateInteger } = require('internal/validators');
  validateInteger(typeof code === 'string' && code !== '' && Number.isInteger(+code) ? +code : code, 'code');
}
ObjectDefineProperty(process, 'exitCode', {
  __proto__: null,
  get() { return exitCode; },
  set(code) {
    validateExitCode(code);
    exitCode = code;
  },
  enumerable: true,
  configurable: false,
});
let exiting = false;
ObjectDefineProperty(process, '_exiting', {
  __proto__: null,
  get() { return exiting; },
  set(value) { exiting = value; },
  enumerable: true,
  configurable: true,
});

// --- what the runtime is made of ---------------------------------------------------------------------------------------

function deepFreeze(object) {
  for (const key of primordials.ObjectKeys(object)) {
    if (typeof object[key] === 'object') deepFreeze(object[key]);
  }
  return ObjectFreeze(object);
}
define('config', deepFreeze({
  target_defaults: {
    cflags: [], default_configuration: 'Release', defines: [], include_dirs: [], libraries: [],
  },
  variables: {
    asan: 0,
    coverage: false,
    host_arch: arch,
    is_debug: 0,
    napi_build_version: process.versions.napi,
    node_builtin_shareable_builtins: [],
    node_byteorder: 'little',
    node_module_version: +process.versions.modules,
    node_shared: false,
    node_shared_openssl: false,
    node_use_openssl: true,
    node_use_sqlite: hasBuiltin('sqlite'),
    node_use_v8_platform: true,
    node_without_node_options: false,
    openssl_is_fips: false,
    shlib_suffix: 'so.137',
    single_executable_application: false,
    target_arch: arch,
    ubsan: 0,
    v8_enable_i18n_support: 1,
    v8_enable_webassembly: 1,
  },
}));

const features = {
  inspector: hasBuiltin('inspector'),
  debug: false,
  uv: true,
  ipv6: true,
  tls_alpn: true,
  tls_sni: true,
  tls_ocsp: true,
  tls: true,
  openssl_is_boringssl: false,
};
function defineFeature(name, get) {
  ObjectDefineProperty(features, name, { __proto__: null, get, set: undefined, enumerable: true, configurable: true });
}
const option = (name) => require('internal/options').getOptionValue(name);
defineFeature('cached_builtins', function() { return true; });
defineFeature('require_module', function() {
  return hasBuiltin('internal/options') ? option('--require-module') : false;
});
defineFeature('quic', function() { return false; });
defineFeature('typescript', function() {
  if (!hasBuiltin('internal/modules/typescript')) return false;
  return option('--experimental-transform-types') ? 'transform' : option('--strip-types') ? 'strip' : false;
});
ObjectDefineProperty(process, 'features', {
  __proto__: null, value: features, writable: false, enumerable: true, configurable: false,
});

// --- methods -----------------------------------------------------------------------------------------------------------

for (const name of primordials.ObjectKeys(methods)) process[name] = methods[name];

if (hasBuiltin('internal/process/warning')) {
  process.emitWarning = require('internal/process/warning').emitWarning;
}
function forward(name, id) {
  if (hasBuiltin(id)) process[name] = { [name](...args) { return require(id)[name](...args); } }[name];
}
forward('setUncaughtExceptionCaptureCallback', 'internal/process/execution');
forward('hasUncaughtExceptionCaptureCallback', 'internal/process/execution');
ObjectDefineProperty(process, 'moduleLoadList', {
  __proto__: null, enumerable: true, configurable: true, get: () => require('internal/bootstrap/realm').loadedNames(),
});
ObjectDefineProperty(process, 'sourceMapsEnabled', {
  __proto__: null, enumerable: true, configurable: true,
  get() { return require('internal/source_map/source_map_cache').getSourceMapsSupport().enabled; },
});

// Listeners of a signal's name start to listen to the signal.
const signals = require('internal/process/signals');
process.on('newListener', signals.startListeningIfSignal);
process.on('removeListener', signals.stopListeningIfSignal);
