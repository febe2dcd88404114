'use strict';

// The methods of process that are the same at every start. Documented in doc/api/process.md.

const binding = internalBinding('process_object');
const credentials = internalBinding('credentials');
const exitState = require('internal/process/exit_state');
const { isMainThread, reallyExit, writeSync } = internalBinding('process_methods');
const {
  ArrayPrototypePush, Float64Array, FunctionPrototypeCall, NumberIsInteger, ObjectKeys, StringPrototypeIncludes,
} = primordials;
const errors = require('internal/errors');
const {
  codes: {
    ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, ERR_UNKNOWN_CREDENTIAL,
    ERR_UNKNOWN_SIGNAL, ERR_WORKER_UNSUPPORTED_OPERATION,
  },
} = errors;
const validators = require('internal/validators');
const { validateArray, validateNumber, validateObject, validateString, validateUint32 } = validators;

function refuseInWorker(name) {
  if (!isMainThread()) throw new ERR_WORKER_UNSUPPORTED_OPERATION(`process.${name}()`);
}

// --- end of the process ------------------------------------------------------------------------------------------------

function exit(code) {
  if (arguments.length !== 0) process.exitCode = code;
  exitState.asked = true;
  if (!process._exiting) {
    process._exiting = true;
    process.emit('exit', process.exitCode || 0);
  }
  // Read again: a listener may have changed it.
  process.reallyExit(+process.exitCode || 0);
  // A worker's JavaScript ends at the next turn of a loop.
  if (!isMainThread()) for (;;);
}

// As a method: no constructor.
const { abort } = {
  abort() {
    refuseInWorker('abort');
    binding.abort();
  },
};

function kill(pid, signal) {
  // A number given as text is a pid, too.
  // eslint-disable-next-line eqeqeq
  if (pid != (pid | 0)) throw new ERR_INVALID_ARG_TYPE('pid', 'number', pid);
  let number;
  if (typeof signal === 'number') {
    number = signal;
  } else {
    signal ||= 'SIGTERM';
    number = internalBinding('constants').os.signals[signal];
    if (number === undefined) throw new ERR_UNKNOWN_SIGNAL(signal);
  }
  const error = process._kill(pid | 0, number);
  if (error) throw new errors.ErrnoException(error, 'kill');
  return true;
}

function execve(execPath, args = [], env = process.env) {
  refuseInWorker('execve');
  const { emitExperimentalWarning } = require('internal/util');
  emitExperimentalWarning('process.execve');
  validateString(execPath, 'execPath');
  validateArray(args, 'args');
  for (let i = 0; i < args.length; i++) {
    if (typeof args[i] !== 'string' || StringPrototypeIncludes(args[i], '\u0000')) {
      throw new ERR_INVALID_ARG_VALUE(`args[${i}]`, args[i], 'must be a string without null bytes');
    }
  }
  validateObject(env, 'env');
  const lines = [];
  for (const key of ObjectKeys(env)) {
    const value = env[key];
    if (typeof value !== 'string' || StringPrototypeIncludes(key, '\u0000') || StringPrototypeIncludes(value, '\u0000')) {
      throw new ERR_INVALID_ARG_VALUE(
        'env', env, 'must be an object with string keys and values without null bytes');
    }
    ArrayPrototypePush(lines, `${key}=${value}`);
  }
  const error = binding.execve(execPath, args, lines);
  // As Node does: a program that cannot be run at this point ends the process.
  const { 0: name, 1: text } = errors.uvErrmapGet(error) || ['UNKNOWN', 'unknown error'];
  writeSync(2, `process.execve failed with error code ${name}: ${text}\n`);
  binding.abort();
}

// --- directories -------------------------------------------------------------------------------------------------------

// The working directory as last read; chdir() forgets it.
let cachedCwd = '';

function cwd() {
  // The main thread may change it at any time.
  if (cachedCwd !== '' && isMainThread()) return cachedCwd;
  const path = binding.cwd();
  if (typeof path === 'number') {
    const text = errors.uvErrmapGet(path)?.[1];
    throw new errors.UVException({
      errno: path, syscall: 'uv_cwd', message: `process.cwd failed with error ${text}, the current working directory was likely removed without changing the working directory`,
    });
  }
  cachedCwd = path;
  return path;
}

function chdir(directory) {
  refuseInWorker('chdir');
  validateString(directory, 'directory');
  const error = binding.chdir(directory);
  if (error) {
    let from;
    try { from = cwd(); } catch { from = ''; }
    throw new errors.UVException({ errno: error, syscall: 'chdir', path: from, dest: directory });
  }
  cachedCwd = '';
}

function umask(mask) {
  if (mask === undefined) return binding.umask();
  if (!isMainThread()) throw new ERR_WORKER_UNSUPPORTED_OPERATION('Setting process.umask()');
  return binding.umask(validators.parseFileMode(mask, 'mask'));
}

// --- time and resources ------------------------------------------------------------------------------------------------

const times = new Float64Array(2);

function hrtime(time) {
  binding.hrtime(times);
  if (time !== undefined) {
    validateArray(time, 'time');
    if (time.length !== 2) throw new ERR_OUT_OF_RANGE('time', 2, time.length);
    const seconds = times[0] - time[0];
    const nanos = times[1] - time[1];
    return nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos];
  }
  return [times[0], times[1]];
}
hrtime.bigint = function hrtimeBigInt() { return binding.hrtimeBigint(); };

function uptime() { return binding.uptime(); }

const memory = new Float64Array(5);
function memoryUsage() {
  const error = binding.memoryUsage(memory);
  if (error) throw new errors.ErrnoException(error, 'uv_resident_set_memory');
  return { rss: memory[0], heapTotal: memory[1], heapUsed: memory[2], external: memory[3], arrayBuffers: memory[4] };
}
memoryUsage.rss = function rss() {
  const size = binding.rss();
  if (size < 0) throw new errors.ErrnoException(size, 'uv_resident_set_memory');
  return size;
};

const usage = new Float64Array(16);
function resourceUsage() {
  const error = binding.resourceUsage(usage);
  if (error) throw new errors.ErrnoException(error, 'uv_getrusage');
  return {
    userCPUTime: usage[0],
    systemCPUTime: usage[1],
    maxRSS: usage[2],
    sharedMemorySize: usage[3],
    unsharedDataSize: usage[4],
    unsharedStackSize: usage[5],
    minorPageFault: usage[6],
    majorPageFault: usage[7],
    swappedOut: usage[8],
    fsRead: usage[9],
    fsWrite: usage[10],
    ipcSent: usage[11],
    ipcReceived: usage[12],
    signalsCount: usage[13],
    voluntaryContextSwitches: usage[14],
    involuntaryContextSwitches: usage[15],
  };
}

function isPreviousCpuValue(value) {
  return typeof value === 'number' && value <= Number.MAX_SAFE_INTEGER && value >= 0;
}
function usageSince(previous, ofThread) {
  if (previous) {
    validateObject(previous, 'prevValue');
    for (const key of ['user', 'system']) {
      if (isPreviousCpuValue(previous[key])) continue;
      validateNumber(previous[key], `prevValue.${key}`);
      throw new ERR_INVALID_ARG_VALUE.RangeError(`prevValue.${key}`, previous[key]);
    }
  }
  const error = binding.cpuUsage(times, ofThread);
  if (error) throw new errors.ErrnoException(error, 'uv_getrusage');
  if (previous) return { user: times[0] - previous.user, system: times[1] - previous.system };
  return { user: times[0], system: times[1] };
}
function cpuUsage(prevValue) { return usageSince(prevValue, false); }
function threadCpuUsage(prevValue) { return usageSince(prevValue, true); }

function constrainedMemory() { return binding.constrainedMemory(); }
function availableMemory() { return binding.availableMemory(); }

// --- users and groups --------------------------------------------------------------------------------------------------

function validateId(id, name) {
  if (typeof id === 'number') validateUint32(id, name);
  else if (typeof id !== 'string') throw new ERR_INVALID_ARG_TYPE(name, ['number', 'string'], id);
}
// Errors of these calls have the system's text: "EPERM, Operation not permitted".
function credentialError(result, syscall) {
  const { getSystemErrorMessage, getSystemErrorName } = require('internal/util');
  const code = getSystemErrorName(result);
  const text = getSystemErrorMessage(result);
  return errors.genericNodeError(`${code}, ${text[0].toUpperCase()}${text.slice(1)}`, { errno: -result, code, syscall });
}

function makeSetter(name, kind) {
  return { [name](id) {
    refuseInWorker(name);
    validateId(id, 'id');
    if (typeof id === 'number') id |= 0;
    const result = credentials[name](typeof id === 'number' ? id >>> 0 : id);
    if (result === 1) throw new ERR_UNKNOWN_CREDENTIAL(kind, id);
    if (result < 0) throw credentialError(result, name);
  } }[name];
}

function getgroups() {
  const groups = credentials.getgroups();
  if (typeof groups === 'number') throw credentialError(groups, 'getgroups');
  return groups;
}

function setgroups(groups) {
  refuseInWorker('setgroups');
  validateArray(groups, 'groups');
  for (let i = 0; i < groups.length; i++) validateId(groups[i], `groups[${i}]`);
  const result = credentials.setgroups(groups);
  if (result > 0) throw new ERR_UNKNOWN_CREDENTIAL('Group', groups[result - 1]);
  if (result < 0) throw credentialError(result, 'setgroups');
}

function initgroups(user, extraGroup) {
  refuseInWorker('initgroups');
  validateId(user, 'user');
  validateId(extraGroup, 'extraGroup');
  const result = credentials.initgroups(user, extraGroup);
  if (result === 1) throw new ERR_UNKNOWN_CREDENTIAL('User', user);
  if (result === 2) throw new ERR_UNKNOWN_CREDENTIAL('Group', extraGroup);
  if (result < 0) throw credentialError(result, 'initgroups');
}

// --- what keeps the process running ------------------------------------------------------------------------------------

const active = (name) => (...args) => require('internal/process/active')[name](...args);

function ref(maybeRefable) {
  const fn = maybeRefable?.[Symbol.for('nodejs.ref')] || maybeRefable?.ref;
  if (typeof fn === 'function') FunctionPrototypeCall(fn, maybeRefable);
}
function unref(maybeRefable) {
  const fn = maybeRefable?.[Symbol.for('nodejs.unref')] || maybeRefable?.unref;
  if (typeof fn === 'function') FunctionPrototypeCall(fn, maybeRefable);
}

// --- modules and files -------------------------------------------------------------------------------------------------

function getBuiltinModule(id) {
  validateString(id, 'id');
  const { userBuiltinId, requireBuiltin } = require('internal/bootstrap/realm');
  const builtin = userBuiltinId(id);
  return builtin === undefined ? undefined : requireBuiltin(builtin);
}

function setSourceMapsEnabled(enabled) {
  require('internal/validators').validateBoolean(enabled, 'val');
  require('internal/source_map/source_map_cache').setSupport(enabled, enabled, enabled);
}

function loadEnvFile(path = undefined) {
  if (path != null) {
    const { getValidatedPath } = require('internal/fs/utils');
    path = getValidatedPath(path, 'path');
  } else {
    path = '.env';
  }
  const { readFileSync } = require('fs');
  const { parseEnv } = require('util');
  const variables = parseEnv(readFileSync(path, 'utf8'));
  for (const key of ObjectKeys(variables)) {
    // What the environment says goes before the file.
    if (process.env[key] === undefined) process.env[key] = variables[key];
  }
}

function dlopen(module, filename, flags = internalBinding('constants').os.dlopen.RTLD_LAZY) {
  return internalBinding('napi').dlopen(module, filename, flags);
}

// The few internals that old packages look at.
const offeredBindings = ['constants', 'uv'];
function processBinding(name) {
  const { getOptionValue } = require('internal/options');
  if (getOptionValue('--permission')) {
    const { codes: { ERR_ACCESS_DENIED } } = require('internal/errors');
    throw new ERR_ACCESS_DENIED('process.binding');
  }
  name = `${name}`;
  if (primordials.ArrayPrototypeIncludes(offeredBindings, name)) return internalBinding(name);
  if (name === 'util') return { ...require('internal/util/types') };
  if (name === 'natives') {
    const sources = {};
    for (const id of require('internal/bootstrap/realm').publicBuiltinIds()) sources[id] = '';
    return sources;
  }
  const error = new Error(`No such module: ${name}`);
  error.code = 'ERR_INVALID_MODULE';
  throw error;
}

function linkedBinding(name) {
  if (process.permission?.has('addon') === false) {
    const { codes: { ERR_ACCESS_DENIED } } = require('internal/errors');
    throw new ERR_ACCESS_DENIED('Access to this API has been restricted. Use --allow-addons to manage permissions.', 'Addon', name);
  }
  const error = new Error(`No such binding: ${name}`);
  error.code = 'ERR_INVALID_MODULE';
  throw error;
}

function rawDebug(...args) {
  writeSync(2, `${FunctionPrototypeCall(require('internal/util/inspect').format, undefined, ...args)}\n`);
}

function openStdin() {
  process.stdin.resume();
  return process.stdin;
}

module.exports = {
  _rawDebug: rawDebug,
  binding: processBinding,
  _linkedBinding: linkedBinding,
  dlopen,
  uptime,
  getActiveResourcesInfo: active('getActiveResourcesInfo'),
  _getActiveHandles: active('getActiveHandles'),
  _getActiveRequests: active('getActiveRequests'),
  setSourceMapsEnabled,
  reallyExit,
  _kill: binding.kill,
  loadEnvFile,
  cpuUsage,
  threadCpuUsage,
  resourceUsage,
  memoryUsage,
  constrainedMemory,
  availableMemory,
  kill,
  exit,
  execve,
  ref,
  unref,
  hrtime,
  openStdin,
  getuid: credentials.getuid,
  geteuid: credentials.geteuid,
  getgid: credentials.getgid,
  getegid: credentials.getegid,
  getgroups,
  getBuiltinModule,
  abort,
  umask,
  chdir,
  cwd,
  initgroups,
  setgroups,
  setegid: makeSetter('setegid', 'Group'),
  seteuid: makeSetter('seteuid', 'User'),
  setgid: makeSetter('setgid', 'Group'),
  setuid: makeSetter('setuid', 'User'),
};
