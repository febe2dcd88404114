'use strict';

// node:fs: the callback and the synchronous functions. Documented in doc/api/fs.md.

const { Buffer } = require('buffer');
const binding = internalBinding('fs');
const files = internalBinding('fs_files');
const { fs: constants } = internalBinding('constants');
const { BigInt64Array, Float64Array, MathMax, ObjectDefineProperties, ObjectDefineProperty, SymbolDispose } = primordials;
const {
  AbortError,
  codes: { ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const {
  kValidateObjectAllowNullable, parseFileMode, validateBoolean, validateBuffer, validateEncoding, validateFunction,
  validateInteger, validateObject, validateOneOf, validateString,
} = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');
const { customPromisifyArgs, defineLazyProperties, deprecate, kEmptyObject, promisify } = require('internal/util');
const {
  Dirent, Stats, copyObject, eisdir, getDirents, getOptions, getStatFsFromArray, getStatsFromArray, getValidMode,
  getValidatedFd, getValidatedPath, joinPath, kMaxUserId, stringToFlags, toUnixTimestamp, validateBufferArray, validateCpOptions,
  validateOffsetLengthRead, validateOffsetLengthWrite, validatePosition, validateRmOptions, validateRmdirOptions,
  validateStringAfterArrayBufferView,
} = require('internal/fs/utils');

const { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY, F_OK, S_IFDIR, S_IFMT } = constants;
const kWriteFlags = O_TRUNC | O_CREAT | O_WRONLY;

function checkCallback(callback) {
  validateFunction(callback, 'cb');
  return callback;
}
// `mayBeMissing`: what is not there is no error, but undefined.
function statsCallback(callback, mayBeMissing = false) {
  validateFunction(callback, 'cb');
  return (error, numbers) => {
    if (mayBeMissing && (error?.code === 'ENOENT' || error?.code === 'ENOTDIR')) callback(null, undefined);
    else if (error) callback(error);
    else callback(null, getStatsFromArray(numbers));
  };
}
function isFd(value) { return (value | 0) === value && value >= 0; }
function isUtf8(encoding) { return encoding === 'utf8' || encoding === 'utf-8' || encoding === 'UTF-8' || encoding === 'UTF8'; }
function isUtf8OrNone(encoding) { return !encoding || isUtf8(encoding); }
function abortedBy(signal) { return new AbortError(undefined, { cause: signal.reason }); }

// Names out of the system in the encoding that was asked for; the binding gives strings for UTF-8, else Buffers.
function wantsBuffer(encoding) { return !isUtf8OrNone(encoding); }
function decodeName(name, encoding) {
  return encoding === 'buffer' || typeof name === 'string' ? name : name.toString(encoding);
}
function nameCallback(callback, encoding) {
  checkCallback(callback);
  if (isUtf8OrNone(encoding) || encoding === 'buffer') return callback;
  return (error, name) => {
    if (error) callback(error);
    else callback(null, decodeName(name, encoding));
  };
}

// --- access ------------------------------------------------------------------------------------------------------------

function access(path, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = F_OK;
  }
  path = getValidatedPath(path);
  mode = getValidMode(mode, 'access');
  binding.access(path, mode, checkCallback(callback));
}

function accessSync(path, mode) {
  binding.access(getValidatedPath(path), getValidMode(mode, 'access'));
}

function exists(path, callback) {
  checkCallback(callback);
  try {
    path = getValidatedPath(path);
  } catch {
    callback(false);
    return;
  }
  binding.access(path, F_OK, (error) => callback(!error));
}
ObjectDefineProperty(exists, promisify.custom, {
  __proto__: null,
  value: function exists(path) { return new Promise((resolve) => module.exports.exists(path, resolve)); },
});

let warnedExists = false;
function existsSync(path) {
  try {
    path = getValidatedPath(path);
  } catch (error) {
    if (!warnedExists && error?.code === 'ERR_INVALID_ARG_TYPE') {
      warnedExists = true;
      process.emitWarning('Passing invalid argument types to fs.existsSync is deprecated', 'DeprecationWarning', 'DEP0187');
    }
    return false;
  }
  return binding.existsSync(path);
}

// --- descriptors -------------------------------------------------------------------------------------------------------

function open(path, flags, mode, callback) {
  path = getValidatedPath(path);
  if (arguments.length < 3) {
    callback = flags;
    flags = 'r';
    mode = 0o666;
  } else if (typeof mode === 'function') {
    callback = mode;
    mode = 0o666;
  } else {
    mode = parseFileMode(mode, 'mode', 0o666);
  }
  binding.open(path, stringToFlags(flags), mode, checkCallback(callback));
}

function openSync(path, flags, mode) {
  return binding.open(getValidatedPath(path), stringToFlags(flags), parseFileMode(mode, 'mode', 0o666));
}

function defaultCloseCallback(error) {
  if (error != null) throw error;
}
function close(fd, callback = defaultCloseCallback) {
  fd = getValidatedFd(fd);
  if (callback !== defaultCloseCallback) checkCallback(callback);
  binding.close(fd, callback);
}
function closeSync(fd) {
  binding.close(getValidatedFd(fd));
}

function read(fd, buffer, offsetOrOptions, length, position, callback) {
  fd = getValidatedFd(fd);
  let offset = offsetOrOptions;
  let options = null;
  if (arguments.length <= 4) {
    if (arguments.length === 4) {
      validateObject(offsetOrOptions, 'options', kValidateObjectAllowNullable);
      options = offsetOrOptions;
      callback = length;
    } else if (arguments.length === 3) {
      callback = offsetOrOptions;
      if (!isArrayBufferView(buffer)) {
        options = buffer;
        ({ buffer = Buffer.alloc(16384) } = options ?? kEmptyObject);
      }
    } else {
      callback = buffer;
      buffer = Buffer.alloc(16384);
    }
    if (options !== undefined) validateObject(options, 'options', kValidateObjectAllowNullable);
    ({ offset = 0, length = buffer?.byteLength - offset, position = null } = options ?? kEmptyObject);
  }
  validateBuffer(buffer);
  checkCallback(callback);
  if (offset == null) offset = 0;
  else validateInteger(offset, 'offset', 0);
  length |= 0;
  if (position != null) validatePosition(position, 'position', length);
  if (length === 0) return process.nextTick(() => callback(null, 0, buffer));
  if (buffer.byteLength === 0) throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
  validateOffsetLengthRead(offset, length, buffer.byteLength);
  if (position == null) position = -1;
  else validatePosition(position, 'position', length);
  binding.read(fd, buffer, offset, length, position, (error, count) => callback(error, count || 0, buffer));
}

function readSync(fd, buffer, offsetOrOptions, length, position) {
  fd = getValidatedFd(fd);
  validateBuffer(buffer);
  let offset = offsetOrOptions;
  if (arguments.length <= 3 || (offsetOrOptions !== null && typeof offsetOrOptions === 'object')) {
    if (offsetOrOptions !== undefined) validateObject(offsetOrOptions, 'options', kValidateObjectAllowNullable);
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions ?? kEmptyObject);
  }
  if (offset === undefined) offset = 0;
  else validateInteger(offset, 'offset', 0);
  length |= 0;
  if (position != null) validatePosition(position, 'position', length);
  if (length === 0) return 0;
  if (buffer.byteLength === 0) throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
  validateOffsetLengthRead(offset, length, buffer.byteLength);
  if (position == null) position = -1;
  else validatePosition(position, 'position', length);
  return binding.read(fd, buffer, offset, length, position);
}

function readv(fd, buffers, position, callback) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  callback = checkCallback(callback || position);
  if (typeof position !== 'number') position = null;
  binding.readBuffers(fd, buffers, position, (error, count) => callback(error, count || 0, buffers));
}
function readvSync(fd, buffers, position) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  if (typeof position !== 'number') position = null;
  return binding.readBuffers(fd, buffers, position);
}

function write(fd, buffer, offsetOrOptions, length, position, callback) {
  fd = getValidatedFd(fd);
  let offset = offsetOrOptions;
  if (isArrayBufferView(buffer)) {
    callback = checkCallback(callback || position || length || offset);
    if (typeof offset === 'object') {
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions ?? kEmptyObject);
    }
    if (offset == null || typeof offset === 'function') offset = 0;
    else validateInteger(offset, 'offset', 0);
    if (typeof length !== 'number') length = buffer.byteLength - offset;
    if (typeof position !== 'number') position = null;
    validateOffsetLengthWrite(offset, length, buffer.byteLength);
    binding.writeBuffer(fd, buffer, offset, length, position, (error, count) => callback(error, count || 0, buffer));
    return;
  }
  validateStringAfterArrayBufferView(buffer, 'buffer');
  // write(fd, string[, position[, encoding]], callback)
  let encoding = length;
  if (typeof position === 'function') {
    callback = position;
  } else if (typeof length === 'function') {
    callback = length;
    encoding = 'utf8';
  } else {
    callback = typeof offset === 'function' ? offset : callback ?? position;
    if (typeof offset === 'function') {
      offset = null;
      encoding = 'utf8';
    }
  }
  const text = String(buffer);
  validateEncoding(text, encoding);
  checkCallback(callback);
  if (typeof offset !== 'number') offset = null;
  const done = (error, count) => callback(error, count || 0, buffer);
  if (isUtf8OrNone(encoding)) {
    binding.writeString(fd, text, offset, done);
  } else {
    const bytes = Buffer.from(text, encoding);
    binding.writeBuffer(fd, bytes, 0, bytes.length, offset, done);
  }
}

function writeSync(fd, buffer, offsetOrOptions, length, position) {
  fd = getValidatedFd(fd);
  let offset = offsetOrOptions;
  if (isArrayBufferView(buffer)) {
    if (position === undefined) position = null;
    if (typeof offset === 'object') {
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions ?? kEmptyObject);
    }
    if (offset == null) offset = 0;
    else validateInteger(offset, 'offset', 0);
    if (typeof length !== 'number') length = buffer.byteLength - offset;
    validateOffsetLengthWrite(offset, length, buffer.byteLength);
    return binding.writeBuffer(fd, buffer, offset, length, position);
  }
  validateStringAfterArrayBufferView(buffer, 'buffer');
  validateEncoding(buffer, length);
  if (offset === undefined) offset = null;
  if (isUtf8OrNone(length)) return binding.writeString(fd, buffer, offset);
  const bytes = Buffer.from(buffer, length);
  return binding.writeBuffer(fd, bytes, 0, bytes.length, offset);
}

function writev(fd, buffers, position, callback) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  callback = checkCallback(callback || position);
  if (buffers.length === 0) {
    process.nextTick(callback, null, 0, buffers);
    return;
  }
  if (typeof position !== 'number') position = null;
  binding.writeBuffers(fd, buffers, position, (error, count) => callback(error, count || 0, buffers));
}
function writevSync(fd, buffers, position) {
  fd = getValidatedFd(fd);
  validateBufferArray(buffers);
  if (buffers.length === 0) return 0;
  if (typeof position !== 'number') position = null;
  return binding.writeBuffers(fd, buffers, position);
}

for (const { 0: fn, 1: names } of [
  [read, ['bytesRead', 'buffer']], [write, ['bytesWritten', 'buffer']],
  [readv, ['bytesRead', 'buffers']], [writev, ['bytesWritten', 'buffers']],
]) {
  ObjectDefineProperty(fn, customPromisifyArgs, { __proto__: null, value: names, enumerable: false });
}

// --- whole files -------------------------------------------------------------------------------------------------------

function readFile(path, options, callback) {
  callback ||= options;
  checkCallback(callback);
  options = getOptions(options, { flag: 'r' });
  const { signal, encoding } = options;
  if (signal?.aborted) {
    process.nextTick(callback, abortedBy(signal));
    return;
  }
  const target = isFd(path) ? path : getValidatedPath(path);
  const asText = isUtf8(encoding);
  files.readFile(target, stringToFlags(options.flag ?? 'r'), asText, (error, data) => {
    if (signal?.aborted) {
      callback(abortedBy(signal));
      return;
    }
    if (error) {
      callback(error);
      return;
    }
    if (encoding && encoding !== 'buffer' && typeof data !== 'string') {
      try {
        data = data.toString(encoding);
      } catch (thrown) {
        callback(thrown);
        return;
      }
    }
    callback(null, data);
  });
}

function readFileSync(path, options) {
  if (options === undefined || options === null) {
    return files.readFile(isFd(path) ? path : getValidatedPath(path), O_RDONLY, false);
  }
  options = getOptions(options, { flag: 'r' });
  const { encoding } = options;
  const target = isFd(path) ? path : getValidatedPath(path);
  const data = files.readFile(target, stringToFlags(options.flag ?? 'r'), isUtf8(encoding));
  return encoding && encoding !== 'buffer' && typeof data !== 'string' ? data.toString(encoding) : data;
}

// The bytes of what is to be written: a view as it is; a string, which goes out as UTF-8 without a copy of ours.
function toWritable(data, encoding, name = 'data') {
  if (isArrayBufferView(data)) return data;
  validateStringAfterArrayBufferView(data, name);
  return isUtf8OrNone(encoding) ? data : Buffer.from(data, encoding);
}

// With `flush`: step by step through the public functions, as programs that observe them expect.
function writeAll(fd, isUserFd, data, offset, length, signal, flush, callback) {
  const finish = (error) => {
    if (isUserFd) {
      callback(error);
    } else {
      module.exports.close(fd, (closeError) => {
        const { aggregateTwoErrors } = require('internal/errors');
        callback(aggregateTwoErrors(closeError, error) || null);
      });
    }
  };
  if (signal?.aborted) {
    finish(abortedBy(signal));
    return;
  }
  module.exports.write(fd, data, offset, length, null, (error, count) => {
    if (error) {
      finish(error);
    } else if (count < length) {
      writeAll(fd, isUserFd, data, offset + count, length - count, signal, flush, callback);
    } else if (flush) {
      module.exports.fsync(fd, finish);
    } else {
      finish(null);
    }
  });
}

function writeFile(path, data, options, callback) {
  callback ||= options;
  checkCallback(callback);
  options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
  const flag = options.flag || 'w';
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  data = toWritable(data, options.encoding);
  const { signal } = options;
  if (flush) {
    if (typeof data === 'string') data = Buffer.from(data);
    if (isFd(path)) {
      writeAll(path, true, data, 0, data.byteLength, signal, flush, callback);
      return;
    }
    if (signal?.aborted) {
      process.nextTick(callback, abortedBy(signal));
      return;
    }
    module.exports.open(path, flag, options.mode ?? 0o666, (error, fd) => {
      if (error) callback(error);
      else writeAll(fd, false, data, 0, data.byteLength, signal, flush, callback);
    });
    return;
  }
  const target = isFd(path) ? path : getValidatedPath(path);
  const flags = stringToFlags(flag);
  const mode = parseFileMode(options.mode, 'mode', 0o666);
  if (signal?.aborted) {
    process.nextTick(callback, abortedBy(signal));
    return;
  }
  files.writeFile(target, data, flags, mode, false, (error) => {
    if (signal?.aborted) callback(abortedBy(signal));
    else callback(error ?? null);
  });
}

function writeFileSync(path, data, options) {
  if (options === undefined && typeof data === 'string' && typeof path === 'string') {
    files.writeFile(getValidatedPath(path), data, kWriteFlags, 0o666, false);
    return;
  }
  options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  const flag = options.flag || 'w';
  data = toWritable(data, options.encoding);
  if (flush) {
    if (typeof data === 'string') data = Buffer.from(data);
    const fd = isFd(path) ? path : module.exports.openSync(path, flag, options.mode);
    try {
      for (let offset = 0; offset < data.byteLength;) {
        offset += module.exports.writeSync(fd, data, offset, data.byteLength - offset);
      }
      module.exports.fsyncSync(fd);
    } finally {
      if (!isFd(path)) module.exports.closeSync(fd);
    }
    return;
  }
  const target = isFd(path) ? path : getValidatedPath(path);
  files.writeFile(target, data, stringToFlags(flag), parseFileMode(options.mode, 'mode', 0o666), false);
}

function appendOptions(path, options) {
  options = copyObject(getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'a', flush: false }));
  // A descriptor is written to as it stands.
  if (!options.flag || isFd(path)) options.flag = 'a';
  return options;
}
function appendFile(path, data, options, callback) {
  callback ||= options;
  checkCallback(callback);
  module.exports.writeFile(path, data, appendOptions(path, options), callback);
}
function appendFileSync(path, data, options) {
  module.exports.writeFileSync(path, data, appendOptions(path, options));
}

function copyFile(src, dest, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = 0;
  }
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  mode = getValidMode(mode, 'copyFile');
  binding.copyFile(src, dest, mode, checkCallback(callback));
}
function copyFileSync(src, dest, mode) {
  binding.copyFile(getValidatedPath(src, 'src'), getValidatedPath(dest, 'dest'), getValidMode(mode, 'copyFile'));
}

function truncate(path, len, callback) {
  if (typeof len === 'function') {
    callback = len;
    len = 0;
  } else if (len === undefined) {
    len = 0;
  }
  validateInteger(len, 'len');
  len = MathMax(0, len);
  checkCallback(callback);
  module.exports.open(path, 'r+', (error, fd) => {
    if (error) {
      callback(error);
      return;
    }
    binding.ftruncate(fd, len, (error) => module.exports.close(fd, (closeError) => callback(error || closeError)));
  });
}
function truncateSync(path, len) {
  if (len === undefined) len = 0;
  const fd = module.exports.openSync(path, 'r+');
  try {
    ftruncateSync(fd, len);
  } finally {
    module.exports.closeSync(fd);
  }
}
function ftruncate(fd, len = 0, callback) {
  if (typeof len === 'function') {
    callback = len;
    len = 0;
  }
  fd = getValidatedFd(fd);
  validateInteger(len, 'len');
  binding.ftruncate(fd, MathMax(0, len), checkCallback(callback));
}
function ftruncateSync(fd, len = 0) {
  fd = getValidatedFd(fd);
  validateInteger(len, 'len');
  binding.ftruncate(fd, len < 0 ? 0 : len);
}
function fsync(fd, callback) { binding.fsync(getValidatedFd(fd), checkCallback(callback)); }
function fsyncSync(fd) { binding.fsync(getValidatedFd(fd)); }
function fdatasync(fd, callback) { binding.fdatasync(getValidatedFd(fd), checkCallback(callback)); }
function fdatasyncSync(fd) { binding.fdatasync(getValidatedFd(fd)); }

// --- stat --------------------------------------------------------------------------------------------------------------

const numbers = new Float64Array(18);
let bigNumbers;
function statArray(bigint) { return bigint ? bigNumbers ??= new BigInt64Array(18) : numbers; }

function stat(path, options = { bigint: false }, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = kEmptyObject;
  }
  callback = statsCallback(callback, options?.throwIfNoEntry === false);
  binding.stat(getValidatedPath(path), options.bigint === true, callback);
}
function lstat(path, options = { bigint: false }, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = kEmptyObject;
  }
  callback = statsCallback(callback, options?.throwIfNoEntry === false);
  binding.lstat(getValidatedPath(path), options.bigint === true, callback);
}
function fstat(fd, options = { bigint: false }, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = kEmptyObject;
  }
  fd = getValidatedFd(fd);
  binding.fstat(fd, options.bigint === true, statsCallback(callback));
}
function statSync(path, options = { bigint: false, throwIfNoEntry: true }) {
  const array = statArray(options.bigint);
  return binding.stat(getValidatedPath(path), array, options.throwIfNoEntry) ? getStatsFromArray(array) : undefined;
}
function lstatSync(path, options = { bigint: false, throwIfNoEntry: true }) {
  const array = statArray(options.bigint);
  return binding.lstat(getValidatedPath(path), array, options.throwIfNoEntry) ? getStatsFromArray(array) : undefined;
}
function fstatSync(fd, options = { bigint: false }) {
  const array = statArray(options.bigint);
  binding.fstat(getValidatedFd(fd), array);
  return getStatsFromArray(array);
}
function statfs(path, options = { bigint: false }, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = kEmptyObject;
  }
  checkCallback(callback);
  binding.statfs(getValidatedPath(path), options.bigint === true, (error, values) => {
    if (error) callback(error);
    else callback(null, getStatFsFromArray(values));
  });
}
function statfsSync(path, options = { bigint: false }) {
  return getStatFsFromArray(binding.statfs(getValidatedPath(path), options.bigint === true));
}

// --- names -------------------------------------------------------------------------------------------------------------

function rename(oldPath, newPath, callback) {
  checkCallback(callback);
  binding.rename(getValidatedPath(oldPath, 'oldPath'), getValidatedPath(newPath, 'newPath'), callback);
}
function renameSync(oldPath, newPath) {
  binding.rename(getValidatedPath(oldPath, 'oldPath'), getValidatedPath(newPath, 'newPath'));
}
function link(existingPath, newPath, callback) {
  checkCallback(callback);
  binding.link(getValidatedPath(existingPath, 'existingPath'), getValidatedPath(newPath, 'newPath'), callback);
}
function linkSync(existingPath, newPath) {
  binding.link(getValidatedPath(existingPath, 'existingPath'), getValidatedPath(newPath, 'newPath'));
}
const linkTypes = ['dir', 'file', 'junction', null, undefined];
function symlink(target, path, type, callback) {
  if (callback === undefined) {
    callback = checkCallback(type);
    type = undefined;
  } else {
    validateOneOf(type, 'type', linkTypes);
  }
  binding.symlink(getValidatedPath(target, 'target'), getValidatedPath(path), checkCallback(callback));
}
function symlinkSync(target, path, type) {
  validateOneOf(type, 'type', linkTypes);
  binding.symlink(getValidatedPath(target, 'target'), getValidatedPath(path));
}
function readlink(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  checkCallback(callback);
  const { encoding } = getOptions(options);
  binding.readlink(getValidatedPath(path), wantsBuffer(encoding), nameCallback(callback, encoding));
}
function readlinkSync(path, options) {
  const { encoding } = getOptions(options);
  return decodeName(binding.readlink(getValidatedPath(path), wantsBuffer(encoding)), encoding);
}
function unlink(path, callback) {
  checkCallback(callback);
  binding.unlink(getValidatedPath(path), callback);
}
function unlinkSync(path) { binding.unlink(getValidatedPath(path)); }

// What the system's realpath could not resolve fails at the part that is at fault.
function realpathProblem(path, fallback) {
  const { resolve, dirname } = require('path');
  let left = resolve(typeof path === 'string' ? path : Buffer.from(path).toString()).split('/').filter(Boolean);
  let current = '';
  let links = 0;
  try {
    while (left.length > 0) {
      const next = `${current}/${left.shift()}`;
      if (lstatSync(next).isSymbolicLink()) {
        // A link to itself, or to nothing: stat tells which.
        statSync(next);
        if (++links > 100) return fallback;
        const target = readlinkSync(next);
        // An open pipe or socket in /proc: its name is no path.
        if (/^(?:pipe|socket):\[\d+\]$/.test(target)) return next;
        left = [...resolve(dirname(next), target).split('/').filter(Boolean), ...left];
        current = '';
      } else {
        current = next;
      }
    }
  } catch (error) {
    return error;
  }
  return fallback;
}
function realpathSync(path, options) {
  const { encoding } = getOptions(options);
  path = getValidatedPath(path);
  let name;
  try {
    name = binding.realpath(path.length === 0 ? '.' : path, wantsBuffer(encoding));
  } catch (error) {
    const found = realpathProblem(path, error);
    if (typeof found !== 'string') throw found;
    return found;
  }
  return decodeName(name, encoding);
}
realpathSync.native = (path, options) => {
  const { encoding } = getOptions(options);
  return decodeName(binding.realpath(getValidatedPath(path), wantsBuffer(encoding)), encoding);
};
function realpath(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  checkCallback(callback);
  const { encoding } = getOptions(options);
  path = getValidatedPath(path);
  binding.realpath(path.length === 0 ? '.' : path, wantsBuffer(encoding), (error, name) => {
    if (!error) return callback(null, decodeName(name, encoding));
    const found = realpathProblem(path, error);
    if (typeof found === 'string') callback(null, found);
    else callback(found);
  });
}
realpath.native = (path, options, callback) => {
  callback = typeof options === 'function' ? options : callback;
  checkCallback(callback);
  const { encoding } = getOptions(options);
  binding.realpath(getValidatedPath(path), wantsBuffer(encoding), nameCallback(callback, encoding));
};

// --- folders -----------------------------------------------------------------------------------------------------------

function mkdirOptions(options) {
  let mode = 0o777;
  let recursive = false;
  if (typeof options === 'number' || typeof options === 'string') {
    mode = parseFileMode(options, 'mode');
  } else if (options) {
    if (options.recursive !== undefined) {
      recursive = options.recursive;
      validateBoolean(recursive, 'options.recursive');
    }
    if (options.mode !== undefined) mode = parseFileMode(options.mode, 'options.mode');
  }
  return { mode, recursive };
}
function mkdir(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  path = getValidatedPath(path);
  const { mode, recursive } = mkdirOptions(options);
  checkCallback(callback);
  if (recursive) files.mkdirs(path, mode, callback);
  else binding.mkdir(path, mode, callback);
}
function mkdirSync(path, options) {
  path = getValidatedPath(path);
  const { mode, recursive } = mkdirOptions(options);
  if (recursive) return files.mkdirs(path, mode);
  binding.mkdir(path, mode);
}

function temporaryName(prefix) {
  prefix = getValidatedPath(prefix, 'prefix');
  const last = typeof prefix === 'string' ? prefix[prefix.length - 1] : String.fromCharCode(prefix[prefix.length - 1]);
  if (last === 'X') {
    process.emitWarning('mkdtemp() templates ending with X are not portable. ' +
      'For details see: https://nodejs.org/api/fs.html');
  }
  return typeof prefix === 'string' ? `${prefix}XXXXXX` : Buffer.concat([prefix, Buffer.from('XXXXXX')]);
}
function mkdtemp(prefix, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  checkCallback(callback);
  const { encoding } = getOptions(options);
  binding.mkdtemp(temporaryName(prefix), wantsBuffer(encoding), nameCallback(callback, encoding));
}
function mkdtempSync(prefix, options) {
  const { encoding } = getOptions(options);
  return decodeName(binding.mkdtemp(temporaryName(prefix), wantsBuffer(encoding)), encoding);
}
function mkdtempDisposableSync(prefix, options) {
  const path = mkdtempSync(prefix, options);
  // The folder is found again even when the working directory has changed.
  const whole = require('path').resolve(`${path}`);
  const remove = () => rmSync(whole, { maxRetries: 0, recursive: true, force: true, retryDelay: 0 });
  return { path, remove, [SymbolDispose]() { remove(); } };
}

// Every entry below `base`, as paths relative to it.
function readdirSyncRecursive(base, options) {
  const withFileTypes = Boolean(options.withFileTypes);
  const { encoding } = options;
  const path = require('path');
  const found = [];
  const queue = [base];
  for (let index = 0; index < queue.length; index++) {
    const folder = queue[index];
    const { 0: names, 1: types } = binding.readdir(folder, wantsBuffer(encoding), true);
    if (withFileTypes) {
      for (const entry of getDirents(folder, [names, types])) {
        found.push(decodeDirent(entry, encoding));
        if (entry.isDirectory()) queue.push(joinPath(entry.parentPath, entry.name));
      }
      continue;
    }
    for (let i = 0; i < names.length; i++) {
      const whole = joinPath(folder, names[i]);
      found.push(typeof whole === 'string' ? path.relative(base, whole) :
        decodeName(whole.subarray(Buffer.from(base).length + 1), encoding));
      const isFolder = types[i] === constants.UV_DIRENT_DIR ||
        (types[i] === constants.UV_DIRENT_UNKNOWN && lstatSync(whole).isDirectory());
      if (isFolder) queue.push(whole);
    }
  }
  return found;
}
function readdirRecursive(base, options, callback) {
  const withFileTypes = Boolean(options.withFileTypes);
  const { encoding } = options;
  const path = require('path');
  const found = [];
  const queue = [base];
  let index = 0;
  const next = () => {
    if (index === queue.length) {
      callback(null, found);
      return;
    }
    const folder = queue[index++];
    binding.readdir(folder, wantsBuffer(encoding), true, (error, lists) => {
      if (error) {
        callback(error);
        return;
      }
      getDirents(folder, lists, (error, entries) => {
        if (error) {
          callback(error);
          return;
        }
        for (const entry of entries) {
          const whole = joinPath(folder, entry.name);
          if (entry.isDirectory()) queue.push(whole);
          if (withFileTypes) found.push(decodeDirent(entry, encoding));
          else if (typeof whole === 'string') found.push(path.relative(base, whole));
          else found.push(decodeName(whole.subarray(Buffer.from(base).length + 1), encoding));
        }
        next();
      });
    });
  };
  next();
}
function decodeDirent(entry, encoding) {
  entry.name = decodeName(entry.name, encoding);
  return entry;
}
function decodeNames(names, encoding) {
  if (isUtf8OrNone(encoding) || encoding === 'buffer') return names;
  for (let i = 0; i < names.length; i++) names[i] = names[i].toString(encoding);
  return names;
}

function readdir(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  checkCallback(callback);
  options = getOptions(options);
  path = getValidatedPath(path);
  if (options.recursive != null) validateBoolean(options.recursive, 'options.recursive');
  if (options.recursive) {
    // The root of the walk is told as it was given.
    readdirRecursive(path, options, callback);
    return;
  }
  const { encoding } = options;
  const withTypes = Boolean(options.withFileTypes);
  binding.readdir(path, wantsBuffer(encoding), withTypes, (error, result) => {
    if (error) {
      callback(error);
      return;
    }
    if (withTypes) {
      decodeNames(result[0], encoding);
      getDirents(path, result, callback);
    } else {
      callback(null, decodeNames(result, encoding));
    }
  });
}
function readdirSync(path, options) {
  options = getOptions(options);
  path = getValidatedPath(path);
  if (options.recursive != null) validateBoolean(options.recursive, 'options.recursive');
  if (options.recursive) return readdirSyncRecursive(path, options);
  const { encoding } = options;
  const withTypes = Boolean(options.withFileTypes);
  const result = binding.readdir(path, wantsBuffer(encoding), withTypes);
  if (!withTypes) return decodeNames(result, encoding);
  decodeNames(result[0], encoding);
  return getDirents(path, result);
}

const kRecursiveRmdir = 'In future versions of Node.js, fs.rmdir(path, { recursive: true }) will be removed. ' +
  'Use fs.rm(path, { recursive: true }) instead';
let warnedRmdir = false;
function warnRecursiveRmdir() {
  if (warnedRmdir) return;
  warnedRmdir = true;
  process.emitWarning(kRecursiveRmdir, 'DeprecationWarning', 'DEP0147');
}
function rmdir(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  checkCallback(callback);
  path = getValidatedPath(path);
  if (options?.recursive) {
    warnRecursiveRmdir();
    options = validateRmdirOptions(options);
    binding.lstat(path, false, (error, numbers) => {
      // Without a folder there, rmdir itself says what is wrong.
      if (error || !getStatsFromArray(numbers).isDirectory()) binding.rmdir(path, callback);
      else files.rmTree(path, options.maxRetries, options.retryDelay, callback);
    });
    return;
  }
  validateRmdirOptions(options);
  binding.rmdir(path, callback);
}
function rmdirSync(path, options) {
  path = getValidatedPath(path);
  if (options?.recursive) {
    warnRecursiveRmdir();
    options = validateRmdirOptions(options);
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      files.rmTree(path, options.maxRetries, options.retryDelay);
      return;
    }
  } else {
    validateRmdirOptions(options);
  }
  binding.rmdir(path);
}

function rm(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  checkCallback(callback);
  path = getValidatedPath(path);
  options = validateRmOptions(options);
  binding.lstat(path, false, (error, numbers) => {
    if (error) {
      callback(options.force && error.code === 'ENOENT' ? null : error);
      return;
    }
    if (!options.recursive && (numbers[1] & S_IFMT) === S_IFDIR) {
      callback(eisdir(path));
      return;
    }
    files.rmTree(path, options.maxRetries, options.retryDelay, (error) => {
      callback(error && !(options.force && error.code === 'ENOENT') ? error : null);
    });
  });
}
function rmSync(path, options) {
  path = getValidatedPath(path);
  options = validateRmOptions(options);
  if (!binding.lstat(path, numbers, !options.force)) return;
  if (!options.recursive && (numbers[1] & S_IFMT) === S_IFDIR) throw eisdir(path);
  files.rmTree(path, options.maxRetries, options.retryDelay);
}

// --- mode, owner and times ---------------------------------------------------------------------------------------------

function chmod(path, mode, callback) {
  path = getValidatedPath(path);
  mode = parseFileMode(mode, 'mode');
  binding.chmod(path, mode, checkCallback(callback));
}
function chmodSync(path, mode) { binding.chmod(getValidatedPath(path), parseFileMode(mode, 'mode')); }
function fchmod(fd, mode, callback) {
  fd = getValidatedFd(fd);
  mode = parseFileMode(mode, 'mode');
  binding.fchmod(fd, mode, checkCallback(callback));
}
function fchmodSync(fd, mode) { binding.fchmod(getValidatedFd(fd), parseFileMode(mode, 'mode')); }

function validateOwner(uid, gid) {
  validateInteger(uid, 'uid', -1, kMaxUserId);
  validateInteger(gid, 'gid', -1, kMaxUserId);
}
function chown(path, uid, gid, callback) {
  checkCallback(callback);
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  binding.chown(path, uid, gid, callback);
}
function chownSync(path, uid, gid) {
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  binding.chown(path, uid, gid);
}
function lchown(path, uid, gid, callback) {
  checkCallback(callback);
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  binding.lchown(path, uid, gid, callback);
}
function lchownSync(path, uid, gid) {
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  binding.lchown(path, uid, gid);
}
function fchown(fd, uid, gid, callback) {
  fd = getValidatedFd(fd);
  validateOwner(uid, gid);
  binding.fchown(fd, uid, gid, checkCallback(callback));
}
function fchownSync(fd, uid, gid) {
  fd = getValidatedFd(fd);
  validateOwner(uid, gid);
  binding.fchown(fd, uid, gid);
}

function utimes(path, atime, mtime, callback) {
  checkCallback(callback);
  binding.utimes(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime), callback);
}
function utimesSync(path, atime, mtime) {
  binding.utimes(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime));
}
function lutimes(path, atime, mtime, callback) {
  checkCallback(callback);
  binding.lutimes(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime), callback);
}
function lutimesSync(path, atime, mtime) {
  binding.lutimes(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime));
}
function futimes(fd, atime, mtime, callback) {
  fd = getValidatedFd(fd);
  atime = toUnixTimestamp(atime, 'atime');
  mtime = toUnixTimestamp(mtime, 'mtime');
  binding.futimes(fd, atime, mtime, checkCallback(callback));
}
function futimesSync(fd, atime, mtime) {
  binding.futimes(getValidatedFd(fd), toUnixTimestamp(atime, 'atime'), toUnixTimestamp(mtime, 'mtime'));
}

// --- trees, globs, watchers, streams: loaded when they are used --------------------------------------------------------

function cp(src, dest, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  checkCallback(callback);
  options = validateCpOptions(options);
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  require('internal/fs/cp').cp(src, dest, options).then(() => process.nextTick(callback, null), (error) => process.nextTick(callback, error));
}
function cpSync(src, dest, options) {
  options = validateCpOptions(options);
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  require('internal/fs/cp').cpSync(src, dest, options);
}

function glob(pattern, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  checkCallback(callback);
  const { Glob } = require('internal/fs/glob');
  (async () => {
    const matches = [];
    for await (const match of new Glob(pattern, options).walk()) matches.push(match);
    return matches;
  })().then((matches) => process.nextTick(callback, null, matches), (error) => process.nextTick(callback, error));
}
function globSync(pattern, options) {
  const { Glob } = require('internal/fs/glob');
  return new Glob(pattern, options).globSync();
}

function watch(filename, options, listener) {
  return require('internal/fs/watchers').watch(filename, options, listener);
}
function watchFile(filename, options, listener) {
  return require('internal/fs/watchers').watchFile(filename, options, listener);
}
function unwatchFile(filename, listener) {
  require('internal/fs/watchers').unwatchFile(filename, listener);
}

function openAsBlob(path, options = kEmptyObject) {
  validateObject(options, 'options');
  const type = options.type || '';
  validateString(type, 'options.type');
  path = getValidatedPath(path);
  return require('internal/fs/blob').openAsBlob(path, { type });
}

let streams;
function lazyStreams() { return streams ??= require('internal/fs/streams'); }
function createReadStream(path, options) { return new (module.exports.ReadStream)(path, options); }
function createWriteStream(path, options) { return new (module.exports.WriteStream)(path, options); }

function opendir(path, options, callback) { require('internal/fs/dir').opendir(path, options, callback); }
function opendirSync(path, options) { return require('internal/fs/dir').opendirSync(path, options); }

const DeprecatedStats = deprecate(Stats, 'fs.Stats constructor is deprecated.', 'DEP0180');

module.exports = {
  appendFile, appendFileSync, access, accessSync, chown, chownSync, chmod, chmodSync, close, closeSync, copyFile, copyFileSync,
  cp, cpSync, createReadStream, createWriteStream, exists, existsSync, fchown, fchownSync, fchmod, fchmodSync, fdatasync,
  fdatasyncSync, fstat, fstatSync, fsync, fsyncSync, ftruncate, ftruncateSync, futimes, futimesSync, glob, globSync, lchown,
  lchownSync, lchmod: undefined, lchmodSync: undefined, link, linkSync, lstat, lstatSync, lutimes, lutimesSync, mkdir, mkdirSync,
  mkdtemp, mkdtempSync, mkdtempDisposableSync, open, openSync, openAsBlob, readdir, readdirSync, read, readSync, readv,
  readvSync, readFile, readFileSync, readlink, readlinkSync, realpath, realpathSync, rename, renameSync, rm, rmSync, rmdir,
  rmdirSync, stat, statfs, statSync, statfsSync, symlink, symlinkSync, truncate, truncateSync, unwatchFile, unlink, unlinkSync,
  utimes, utimesSync, watch, watchFile, writeFile, writeFileSync, write, writeSync, writev, writevSync,
  Dirent,
  Stats: DeprecatedStats,
  _toUnixTimestamp: toUnixTimestamp,
  opendir, opendirSync,
};

// A class that is loaded when it is first asked for, and can be replaced.
function lazyClass(name, load, extra = {}) {
  let value;
  ObjectDefineProperty(module.exports, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return value ??= load(); },
    set(replacement) { value = replacement; },
    ...extra,
  });
}
lazyClass('ReadStream', () => lazyStreams().ReadStream);
lazyClass('WriteStream', () => lazyStreams().WriteStream);
lazyClass('FileReadStream', () => lazyStreams().ReadStream);
lazyClass('FileWriteStream', () => lazyStreams().WriteStream);
defineLazyProperties(module.exports, 'internal/fs/dir', ['Dir']);
defineLazyProperties(module.exports, 'internal/fs/utf8_stream', ['Utf8Stream']);
ObjectDefineProperties(module.exports, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  promises: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() { return require('internal/fs/promises').exports; },
  },
});
