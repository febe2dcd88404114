'use strict';

// What node:child_process makes of its arguments.

const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_IPC_ONE_PIPE, ERR_IPC_SYNC_FORK, ERR_OUT_OF_RANGE },
} = require('internal/errors');
const {
  isInt32, validateBoolean, validateObject, validateString,
} = require('internal/validators');
const { convertToValidSignal } = require('internal/util');
const { isArrayBufferView } = require('internal/util/types');
const { toPathIfFileURL } = require('internal/url');

function noNull(value, name) {
  if (typeof value === 'string' && value.includes('\u0000')) {
    throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a string without null bytes');
  }
}

// A child may do what its parent may, unless it is told otherwise.
function inheritPermission(args, env, envPairs) {
  const options = require('internal/process/permission').optionsForChild(args, env.NODE_OPTIONS);
  if (options === undefined) return;
  const at = envPairs.findIndex((pair) => pair.startsWith('NODE_OPTIONS='));
  envPairs[at === -1 ? envPairs.length : at] = `NODE_OPTIONS=${options}`;
}

// (file, args?, options?) -> {file, args (with argv[0]), cwd, envPairs, shell, ...options}
function normalizeSpawn(file, args, options) {
  validateString(file, 'file');
  noNull(file, 'file');
  if (file.length === 0) throw new ERR_INVALID_ARG_VALUE('file', file, 'cannot be empty');
  if (Array.isArray(args)) {
    args = args.slice();
  } else if (args == null) {
    args = [];
  } else if (typeof args !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('args', 'object', args);
  } else {
    options = args;
    args = [];
  }
  for (let i = 0; i < args.length; i++) noNull(args[i] = `${args[i]}`, `args[${i}]`);
  if (options === undefined) options = {};
  else validateObject(options, 'options');
  options = { __proto__: null, ...options };

  let { cwd } = options;
  if (cwd != null) {
    cwd = toPathIfFileURL(cwd);
    if (typeof cwd !== 'string') throw new ERR_INVALID_ARG_TYPE('options.cwd', ['string', 'Buffer', 'URL'], cwd);
    noNull(cwd, 'options.cwd');
  }
  if (options.detached != null) validateBoolean(options.detached, 'options.detached');
  for (const key of ['uid', 'gid']) {
    if (options[key] != null && !isInt32(options[key])) throw new ERR_INVALID_ARG_TYPE(`options.${key}`, 'int32', options[key]);
  }
  if (options.shell != null && typeof options.shell !== 'boolean' && typeof options.shell !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('options.shell', ['boolean', 'string'], options.shell);
  }
  if (options.argv0 != null) {
    validateString(options.argv0, 'options.argv0');
    noNull(options.argv0, 'options.argv0');
  }
  if (options.windowsHide != null) validateBoolean(options.windowsHide, 'options.windowsHide');
  if (options.windowsVerbatimArguments != null) validateBoolean(options.windowsVerbatimArguments, 'options.windowsVerbatimArguments');

  if (options.shell) {
    noNull(options.shell, 'options.shell');
    if (args.length > 0 && !warnedOfShell) {
      warnedOfShell = true;
      process.emitWarning('Passing args to a child process with shell option true can lead to security vulnerabilities, ' +
        'as the arguments are not escaped, only concatenated.', 'DeprecationWarning', 'DEP0190');
    }
    const command = [file, ...args].join(' ');
    file = typeof options.shell === 'string' ? options.shell : '/bin/sh';
    args = ['-c', command];
  }
  args.unshift(typeof options.argv0 === 'string' ? options.argv0 : file);

  const env = options.env || process.env;
  const envPairs = [];
  for (const key in env) { // what is inherited counts too
    const value = env[key];
    if (value === undefined) continue;
    noNull(key, `options.env['${key}']`);
    noNull(`${value}`, `options.env['${key}']`);
    envPairs.push(`${key}=${value}`);
  }
  if (process.permission !== undefined) inheritPermission(args, env, envPairs);
  return { __proto__: null, ...options, args, cwd, detached: Boolean(options.detached), envPairs, file, windowsHide: Boolean(options.windowsHide) };
}
let warnedOfShell = false;

// The `stdio` option -> {stdio: [{type, handle?, fd?, ipc?}], ipc, ipcFd}. `sync` ones have no handles.
function normalizeStdio(stdio, sync) {
  const { Pipe } = internalBinding('pipe_wrap');
  let ipc;
  let ipcFd;
  if (typeof stdio === 'string') {
    stdio = sameForAll(stdio);
  } else if (!Array.isArray(stdio)) {
    throw new ERR_INVALID_ARG_VALUE('stdio', stdio);
  }
  stdio = stdio.slice();
  while (stdio.length < 3) stdio.push(undefined);
  const result = [];
  const cleanUp = () => { for (const { type, handle } of result) if (type === 'pipe') handle?.close(); };
  for (let i = 0; i < stdio.length; i++) {
    let value = stdio[i];
    value ??= i < 3 ? 'pipe' : 'ignore';
    if (value === 'ignore') {
      result.push({ type: 'ignore' });
    } else if (value === 'pipe' || value === 'overlapped' || (typeof value === 'number' && value < 0)) {
      const entry = { type: value === 'overlapped' ? 'overlapped' : 'pipe', readable: i === 0, writable: i !== 0 };
      if (!sync) entry.handle = new Pipe(0);
      result.push(entry);
    } else if (value === 'ipc') {
      if (sync || ipc !== undefined) {
        cleanUp();
        throw sync ? new ERR_IPC_SYNC_FORK() : new ERR_IPC_ONE_PIPE();
      }
      ipc = new Pipe(2);
      ipcFd = i;
      result.push({ type: 'pipe', handle: ipc, ipc: true });
    } else if (value === 'inherit') {
      result.push({ type: 'inherit', fd: i });
    } else if (typeof value === 'number' || typeof value.fd === 'number') {
      result.push({ type: 'fd', fd: typeof value === 'number' ? value : value.fd });
    } else if (wrapOf(value)) {
      result.push({ type: 'wrap', wrapType: 'pipe', handle: wrapOf(value), stream: value });
    } else if (isArrayBufferView(value) || typeof value === 'string') {
      if (!sync) {
        cleanUp();
        throw new ERR_INVALID_ARG_VALUE('stdio', require('internal/util/inspect').inspect(value));
      }
      result.push({ type: 'pipe', readable: i === 0, writable: i !== 0 });
    } else {
      cleanUp();
      throw new ERR_INVALID_ARG_VALUE('stdio', value);
    }
  }
  return { stdio: result, ipc, ipcFd };
}

function wrapOf(value) {
  const handle = value.handle ?? value._handle ?? value;
  return typeof handle?.readStart === 'function' || typeof handle?.listen === 'function' ? handle : undefined;
}

function sameForAll(option) {
  switch (option) {
    case 'ignore':
    case 'overlapped':
    case 'pipe':
      return [option, option, option];
    case 'inherit':
      return [0, 1, 2];
    default:
      throw new ERR_INVALID_ARG_VALUE('stdio', option);
  }
}

function validateTimeout(timeout) {
  if (timeout != null && !(Number.isInteger(timeout) && timeout >= 0)) {
    throw new ERR_OUT_OF_RANGE('timeout', 'an unsigned integer', timeout);
  }
}
function validateMaxBuffer(maxBuffer) {
  if (maxBuffer != null && !(typeof maxBuffer === 'number' && maxBuffer >= 0)) {
    throw new ERR_OUT_OF_RANGE('options.maxBuffer', 'a positive number', maxBuffer);
  }
}
function killSignalNumber(signal) {
  if (typeof signal === 'string' || typeof signal === 'number') {
    signal = convertToValidSignal(signal);
    if (signal === 0) throw new ERR_OUT_OF_RANGE('options.killSignal', 'a valid signal', signal);
    return signal;
  }
  if (signal != null) throw new ERR_INVALID_ARG_TYPE('options.killSignal', ['string', 'number'], signal);
}

module.exports = { killSignalNumber, noNull, normalizeSpawn, normalizeStdio, sameForAll, validateMaxBuffer, validateTimeout };
