'use strict';

// https://nodejs.org/api/child_process.html

const { ChildProcess } = require('internal/child_process/child');
const {
  killSignalNumber, noNull, normalizeSpawn, normalizeStdio, sameForAll, validateMaxBuffer, validateTimeout,
} = require('internal/child_process/arguments');
const {
  AbortError, ErrnoException, genericNodeError,
  codes: { ERR_CHILD_PROCESS_IPC_REQUIRED, ERR_CHILD_PROCESS_STDIO_MAXBUFFER, ERR_INVALID_ARG_TYPE },
} = require('internal/errors');
const { validateAbortSignal, validateArray, validateFunction, validateObject, validateString } =
  require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');
const { toPathIfFileURL } = require('internal/url');
const { promisify } = require('internal/util');

const MAX_BUFFER = 1024 * 1024;

function onAbort(child, signal, killSignal) {
  if (!child) return;
  try {
    if (child.kill(killSignal)) child.emit('error', new AbortError(undefined, { cause: signal.reason }));
  } catch (error) {
    child.emit('error', error);
  }
}

function spawn(file, args, options) {
  options = normalizeSpawn(file, args, options);
  validateTimeout(options.timeout);
  if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
  const killSignal = killSignalNumber(options.killSignal);
  const child = new ChildProcess();
  child.spawn(options);
  if (options.timeout > 0) {
    let timer = setTimeout(() => {
      if (timer) {
        timer = null;
        try {
          child.kill(killSignal);
        } catch (error) {
          child.emit('error', error);
        }
      }
    }, options.timeout);
    child.once('exit', () => {
      clearTimeout(timer);
      timer = null;
    });
  }
  if (options.signal) {
    const { signal } = options;
    const aborted = () => onAbort(child, signal, killSignal);
    if (signal.aborted) {
      process.nextTick(aborted);
    } else {
      signal.addEventListener('abort', aborted, { once: true });
      child.once('exit', () => signal.removeEventListener('abort', aborted));
    }
  }
  return child;
}

function fork(modulePath, args, options) {
  modulePath = toPathIfFileURL(modulePath);
  if (typeof modulePath !== 'string') throw new ERR_INVALID_ARG_TYPE('modulePath', ['string', 'Buffer', 'URL'], modulePath);
  noNull(modulePath, 'modulePath');
  if (args == null) {
    args = [];
  } else if (typeof args === 'object' && !Array.isArray(args)) {
    options = args;
    args = [];
  } else {
    validateArray(args, 'args');
  }
  if (options != null) validateObject(options, 'options');
  options = { __proto__: null, ...options, shell: false };
  options.execPath ||= process.execPath;
  noNull(options.execPath, 'options.execPath');
  let execArgv = options.execArgv || process.execArgv;
  if (execArgv === process.execArgv && process._eval != null) {
    // The child runs a file, not what -e or -p gave.
    const at = execArgv.lastIndexOf(process._eval);
    if (at > 0) execArgv = [...execArgv.slice(0, at - 1), ...execArgv.slice(at + 1)];
  }
  args = [...execArgv, modulePath, ...args];
  if (typeof options.stdio === 'string') {
    options.stdio = [...sameForAll(options.stdio), 'ipc'];
  } else if (!Array.isArray(options.stdio)) {
    const std = options.silent ? 'pipe' : 'inherit';
    options.stdio = [std, std, std, 'ipc'];
  } else if (!options.stdio.includes('ipc')) {
    throw new ERR_CHILD_PROCESS_IPC_REQUIRED('options.stdio');
  }
  return spawn(options.execPath, args, options);
}

// (file, args?, options?, callback?) of execFile
function normalizeExecFile(file, args, options, callback) {
  if (Array.isArray(args)) {
    args = args.slice();
  } else if (args != null && typeof args === 'object') {
    callback = options;
    options = args;
    args = null;
  } else if (typeof args === 'function') {
    callback = args;
    options = null;
    args = null;
  }
  args ??= [];
  if (typeof options === 'function') callback = options;
  else if (options != null) validateObject(options, 'options');
  if (typeof options === 'function') options = null;
  options ??= {};
  if (callback != null) validateFunction(callback, 'callback');
  if (options.argv0 != null) {
    validateString(options.argv0, 'options.argv0');
    noNull(options.argv0, 'options.argv0');
  }
  return { file, args, options, callback };
}

function execFile(...given) {
  const { file, args, options: asked, callback } = normalizeExecFile(...given);
  const options = {
    __proto__: null,
    encoding: 'utf8', timeout: 0, maxBuffer: MAX_BUFFER, killSignal: 'SIGTERM', cwd: null, env: null, shell: false, ...asked,
  };
  validateTimeout(options.timeout);
  validateMaxBuffer(options.maxBuffer);
  options.killSignal = killSignalNumber(options.killSignal);
  const child = spawn(file, args, {
    __proto__: null,
    cwd: options.cwd, env: options.env, gid: options.gid, shell: options.shell, signal: options.signal, uid: options.uid,
    argv0: options.argv0, detached: options.detached, windowsHide: Boolean(options.windowsHide),
    windowsVerbatimArguments: Boolean(options.windowsVerbatimArguments),
  });
  const encoding = options.encoding !== 'buffer' && Buffer.isEncoding(options.encoding) ? options.encoding : null;
  const outputs = { stdout: [], stderr: [] };
  const lengths = { stdout: 0, stderr: 0 };
  let killed = false;
  let exited = false;
  let failure = null;
  let timer;

  const finished = (code, signal) => {
    if (exited) return;
    exited = true;
    clearTimeout(timer);
    if (!callback) return;
    const join = (name) => {
      const stream = child[name];
      return encoding || stream?.readableEncoding ? outputs[name].join('') : Buffer.concat(outputs[name]);
    };
    const stdout = join('stdout');
    const stderr = join('stderr');
    if (!failure && code === 0 && signal === null) return callback(null, stdout, stderr);
    let command = file;
    if (args?.length) command += ` ${args.join(' ')}`;
    failure ??= genericNodeError(`Command failed: ${command}\n${stderr}`, {
      code: code < 0 ? require('internal/util').getSystemErrorName(code) : code,
      killed: child.killed || killed,
      signal,
    });
    failure.cmd = command;
    callback(failure, stdout, stderr);
  };
  const kill = () => {
    child.stdout?.destroy();
    child.stderr?.destroy();
    killed = true;
    try {
      child.kill(options.killSignal);
    } catch (error) {
      failure ??= error;
      finished();
    }
  };
  if (options.timeout > 0) timer = setTimeout(kill, options.timeout);
  for (const name of ['stdout', 'stderr']) {
    const stream = child[name];
    if (!stream) continue;
    if (encoding) stream.setEncoding(encoding);
    stream.on('data', (chunk) => {
      // maxBuffer counts bytes, or characters of decoded text.
      const length = stream.readableEncoding ? Buffer.byteLength(chunk, stream.readableEncoding) : chunk.length;
      lengths[name] += length;
      if (lengths[name] <= options.maxBuffer) {
        outputs[name].push(chunk);
        return;
      }
      const room = options.maxBuffer - (lengths[name] - length);
      outputs[name].push(chunk.slice(0, room));
      failure = new ERR_CHILD_PROCESS_STDIO_MAXBUFFER(name);
      kill();
    });
  }
  child.on('close', finished);
  child.on('error', (error) => {
    failure = error;
    child.stdout?.destroy();
    child.stderr?.destroy();
    finished();
  });
  return child;
}

function normalizeExec(command, options, callback) {
  validateString(command, 'command');
  noNull(command, 'command');
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  options = { __proto__: null, ...options };
  options.shell = typeof options.shell === 'string' ? options.shell : true;
  return { file: command, options, callback };
}

function exec(command, options, callback) {
  const normalized = normalizeExec(command, options, callback);
  return execFile(normalized.file, normalized.options, normalized.callback);
}

function custom(original) {
  const promised = (...args) => {
    const { promise, resolve, reject } = Promise.withResolvers();
    promise.child = original(...args, (error, stdout, stderr) => {
      if (error) reject(Object.assign(error, { stdout, stderr }));
      else resolve({ stdout, stderr });
    });
    return promise;
  };
  return Object.defineProperty(promised, 'name', { __proto__: null, value: original.name, configurable: true });
}
for (const original of [exec, execFile]) {
  Object.defineProperty(original, promisify.custom, { __proto__: null, enumerable: false, value: custom(original) });
}

function spawnSync(file, args, options) {
  options = { __proto__: null, maxBuffer: MAX_BUFFER, ...normalizeSpawn(file, args, options) };
  validateTimeout(options.timeout);
  validateMaxBuffer(options.maxBuffer);
  options.killSignal = killSignalNumber(options.killSignal);
  options.stdio = normalizeStdio(options.stdio || 'pipe', true).stdio;
  if (options.input) {
    const stdin = options.stdio[0] = { ...options.stdio[0], type: 'pipe', readable: true, writable: false };
    stdin.input = options.input;
  }
  for (let i = 0; i < options.stdio.length; i++) {
    const { input } = options.stdio[i];
    if (input == null) continue;
    if (isArrayBufferView(input)) continue;
    if (typeof input === 'string') options.stdio[i].input = Buffer.from(input, options.encoding === 'buffer' ? undefined : options.encoding);
    else throw new ERR_INVALID_ARG_TYPE(`options.stdio[${i}]`, ['Buffer', 'TypedArray', 'DataView', 'string'], input);
  }
  const result = internalBinding('spawn_sync').spawn(options);
  if (result.output && options.encoding && options.encoding !== 'buffer') {
    for (let i = 0; i < result.output.length; i++) {
      if (result.output[i]) result.output[i] = result.output[i].toString(options.encoding);
    }
  }
  result.stdout = result.output && result.output[1];
  result.stderr = result.output && result.output[2];
  if (result.error) {
    result.error = new ErrnoException(result.error, `spawnSync ${options.file}`);
    result.error.path = options.file;
    result.error.spawnargs = options.args.slice(1);
  }
  return result;
}

function checkSync(result, args, command) {
  if (result.error) {
    const { error, ...rest } = result;
    return Object.assign(error, rest);
  }
  if (result.status !== 0) {
    let message = 'Command failed: ';
    message += command || args.join(' ');
    if (result.stderr && result.stderr.length > 0) message += `\n${result.stderr.toString()}`;
    return genericNodeError(message, result);
  }
}

function execFileSync(file, args, options) {
  const normalized = normalizeExecFile(file, args, options);
  const inheritStderr = !normalized.options.stdio;
  const result = spawnSync(normalized.file, normalized.args, normalized.options);
  if (inheritStderr && result.stderr) process.stderr.write(result.stderr);
  const error = checkSync(result, [normalized.options.argv0 || normalized.file, ...normalized.args]);
  if (error) throw error;
  return result.stdout;
}

function execSync(command, options) {
  const normalized = normalizeExec(command, options, null);
  const inheritStderr = !normalized.options.stdio;
  const result = spawnSync(normalized.file, normalized.options);
  if (inheritStderr && result.stderr) process.stderr.write(result.stderr);
  const error = checkSync(result, undefined, command);
  if (error) throw error;
  return result.stdout;
}

// In a child that was forked.
function _forkChild(fd, serialization) {
  require('internal/child_process/channel').setupChild(fd, serialization);
}

module.exports = { _forkChild, ChildProcess, exec, execFile, execFileSync, execSync, fork, spawn, spawnSync };
