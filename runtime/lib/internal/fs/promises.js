'use strict';

// What fs/promises exports. Documented in doc/api/fs.md, "Promises API".

const { Buffer } = require('buffer');
const binding = internalBinding('fs');
const files = internalBinding('fs_files');
const { fs: constants } = internalBinding('constants');
const { SymbolAsyncDispose } = primordials;
const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
const { parseFileMode, validateBoolean, validateInteger, validateOneOf } = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');
const {
  copyObject, eisdir, getDirents, getOptions, getStatFsFromArray, getStatsFromArray, getValidMode, getValidatedPath, joinPath,
  kMaxUserId, stringToFlags, toUnixTimestamp, validateCpOptions, validateRmOptions, validateRmdirOptions,
  validateStringAfterArrayBufferView,
} = require('internal/fs/utils');
const { FileHandle, checkAborted, decode, isIterable, readAll, using, writeAll } = require('internal/fs/file_handle');

const { F_OK, S_IFDIR, S_IFMT } = constants;

function isUtf8(encoding) { return encoding === 'utf8' || encoding === 'utf-8'; }
function wantsBuffer(encoding) { return Boolean(encoding) && !isUtf8(encoding); }
const decodeName = decode;

async function access(path, mode = F_OK) {
  return binding.access(getValidatedPath(path), getValidMode(mode, 'access'), true);
}

async function copyFile(src, dest, mode) {
  return binding.copyFile(getValidatedPath(src, 'src'), getValidatedPath(dest, 'dest'), getValidMode(mode, 'copyFile'), true);
}

async function cp(src, dest, options) {
  options = validateCpOptions(options);
  src = getValidatedPath(src, 'src');
  dest = getValidatedPath(dest, 'dest');
  return require('internal/fs/cp').cp(src, dest, options);
}

async function* glob(pattern, options) {
  const { Glob } = require('internal/fs/glob');
  yield* new Glob(pattern, options).walk();
}

async function open(path, flags, mode) {
  path = getValidatedPath(path);
  const numeric = stringToFlags(flags);
  mode = parseFileMode(mode, 'mode', 0o666);
  return new FileHandle(await binding.open(path, numeric, mode, true));
}

async function opendir(path, options) {
  return require('internal/fs/dir').opendirPromise(path, options);
}

async function rename(oldPath, newPath) {
  return binding.rename(getValidatedPath(oldPath, 'oldPath'), getValidatedPath(newPath, 'newPath'), true);
}

async function truncate(path, len = 0) {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(len);
  } finally {
    await handle.close();
  }
}

async function rm(path, options) {
  path = getValidatedPath(path);
  options = validateRmOptions(options);
  try {
    if (!options.recursive && ((await binding.lstat(path, false, true))[1] & S_IFMT) === S_IFDIR) throw eisdir(path);
    await files.rmTree(path, options.maxRetries, options.retryDelay, true);
  } catch (error) {
    if (!options.force || error.code !== 'ENOENT') throw error;
  }
}

let warnedRmdir = false;
async function rmdir(path, options) {
  path = getValidatedPath(path);
  if (options?.recursive) {
    if (!warnedRmdir) {
      warnedRmdir = true;
      process.emitWarning('In future versions of Node.js, fs.rmdir(path, { recursive: true }) will be removed. ' +
        'Use fs.rm(path, { recursive: true }) instead', 'DeprecationWarning', 'DEP0147');
    }
    options = validateRmdirOptions(options);
    const numbers = await binding.lstat(path, false, true);
    if ((numbers[1] & S_IFMT) === S_IFDIR) return files.rmTree(path, options.maxRetries, options.retryDelay, true);
  } else {
    validateRmdirOptions(options);
  }
  return binding.rmdir(path, true);
}

async function mkdir(path, options) {
  if (typeof options === 'number' || typeof options === 'string') options = { mode: options };
  const { recursive = false, mode = 0o777 } = options || {};
  path = getValidatedPath(path);
  validateBoolean(recursive, 'options.recursive');
  const numeric = parseFileMode(mode, 'mode', 0o777);
  return recursive ? files.mkdirs(path, numeric, true) : binding.mkdir(path, numeric, true);
}

function direntsOf(path, lists) {
  return new Promise((resolve, reject) => {
    getDirents(path, lists, (error, entries) => {
      if (error) reject(error);
      else resolve(entries);
    });
  });
}
async function readdirRecursive(base, options) {
  const { encoding } = options;
  const path = require('path');
  const found = [];
  const queue = [base];
  for (let index = 0; index < queue.length; index++) {
    const folder = queue[index];
    const entries = await direntsOf(folder, await binding.readdir(folder, wantsBuffer(encoding), true, true));
    for (const entry of entries) {
      const whole = joinPath(folder, entry.name);
      if (entry.isDirectory()) queue.push(whole);
      if (options.withFileTypes) {
        entry.name = decodeName(entry.name, encoding);
        found.push(entry);
      } else {
        found.push(typeof whole === 'string' ? path.relative(base, whole) :
          decodeName(whole.subarray(Buffer.from(base).length + 1), encoding));
      }
    }
  }
  return found;
}
async function readdir(path, options) {
  options = getOptions(options);
  path = getValidatedPath(path);
  if (options.recursive) return readdirRecursive(path, options);
  const { encoding } = options;
  const withTypes = Boolean(options.withFileTypes);
  const result = await binding.readdir(path, wantsBuffer(encoding), withTypes, true);
  const names = withTypes ? result[0] : result;
  if (wantsBuffer(encoding) && encoding !== 'buffer') {
    for (let i = 0; i < names.length; i++) names[i] = names[i].toString(encoding);
  }
  return withTypes ? direntsOf(path, result) : names;
}

async function readlink(path, options) {
  const { encoding } = getOptions(options);
  return decodeName(await binding.readlink(getValidatedPath(path, 'oldPath'), wantsBuffer(encoding), true), encoding);
}

async function symlink(target, path, type) {
  validateOneOf(type, 'type', ['dir', 'file', 'junction', null, undefined]);
  return binding.symlink(getValidatedPath(target, 'target'), getValidatedPath(path), true);
}

async function lstat(path, options = { bigint: false }) {
  return getStatsFromArray(await binding.lstat(getValidatedPath(path), options.bigint === true, true));
}
async function stat(path, options = { bigint: false }) {
  path = getValidatedPath(path);
  try {
    return getStatsFromArray(await binding.stat(path, options.bigint === true, true));
  } catch (error) {
    if (options.throwIfNoEntry === false && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}
async function statfs(path, options = { bigint: false }) {
  return getStatFsFromArray(await binding.statfs(getValidatedPath(path), options.bigint === true, true));
}

async function link(existingPath, newPath) {
  return binding.link(getValidatedPath(existingPath, 'existingPath'), getValidatedPath(newPath, 'newPath'), true);
}
async function unlink(path) { return binding.unlink(getValidatedPath(path), true); }
async function chmod(path, mode) { return binding.chmod(getValidatedPath(path), parseFileMode(mode, 'mode'), true); }
async function lchmod() { throw new ERR_METHOD_NOT_IMPLEMENTED('lchmod()'); }

function validateOwner(uid, gid) {
  validateInteger(uid, 'uid', -1, kMaxUserId);
  validateInteger(gid, 'gid', -1, kMaxUserId);
}
async function lchown(path, uid, gid) {
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  return binding.lchown(path, uid, gid, true);
}
async function chown(path, uid, gid) {
  path = getValidatedPath(path);
  validateOwner(uid, gid);
  return binding.chown(path, uid, gid, true);
}
async function utimes(path, atime, mtime) {
  return binding.utimes(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime), true);
}
async function lutimes(path, atime, mtime) {
  return binding.lutimes(getValidatedPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime), true);
}

async function realpath(path, options) {
  const { encoding } = getOptions(options);
  return decodeName(await binding.realpath(getValidatedPath(path), wantsBuffer(encoding), true), encoding);
}

async function mkdtemp(prefix, options) {
  const { encoding } = getOptions(options);
  prefix = getValidatedPath(prefix, 'prefix');
  const last = typeof prefix === 'string' ? prefix[prefix.length - 1] : String.fromCharCode(prefix[prefix.length - 1]);
  if (last === 'X') {
    process.emitWarning('mkdtemp() templates ending with X are not portable. ' +
      'For details see: https://nodejs.org/api/fs.html');
  }
  const template = typeof prefix === 'string' ? `${prefix}XXXXXX` : Buffer.concat([prefix, Buffer.from('XXXXXX')]);
  return decodeName(await binding.mkdtemp(template, wantsBuffer(encoding), true), encoding);
}
async function mkdtempDisposable(prefix, options) {
  const path = await mkdtemp(prefix, options);
  const whole = require('path').resolve(`${path}`);
  const remove = () => rm(whole, { maxRetries: 0, recursive: true, force: true, retryDelay: 0 });
  return { __proto__: null, path, remove, async [SymbolAsyncDispose]() { await remove(); } };
}

async function writeFile(path, data, options) {
  options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
  const flag = options.flag || 'w';
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  const { encoding, signal } = options;
  const iterable = isIterable(data);
  if (!iterable && !isArrayBufferView(data)) {
    validateStringAfterArrayBufferView(data, 'data');
    if (encoding && !isUtf8(encoding)) data = Buffer.from(data, encoding);
  }
  checkAborted(signal);
  if (path instanceof FileHandle) {
    return using(path, 'write', async (fd) => {
      await writeAll(fd, data, encoding, signal);
      if (flush) await path.sync();
    });
  }
  if (iterable || flush) {
    const handle = await open(path, flag, options.mode);
    try {
      await writeAll(handle.fd, data, encoding, signal);
      if (flush) await handle.sync();
    } finally {
      await handle.close();
    }
    return undefined;
  }
  await files.writeFile(getValidatedPath(path), data, stringToFlags(flag), parseFileMode(options.mode, 'mode', 0o666), false, true);
  checkAborted(signal);
}

async function appendFile(path, data, options) {
  options = copyObject(getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'a', flush: false }));
  options.flag ||= 'a';
  return writeFile(path, data, options);
}

async function readFile(path, options) {
  // The usual call: one trip to the thread pool.
  if (options === undefined && typeof path === 'string') {
    return files.readFile(getValidatedPath(path), 0, false, true);
  }
  options = getOptions(options, { flag: 'r' });
  if (path instanceof FileHandle) return using(path, 'read', (fd) => readAll(fd, options));
  const { signal, encoding } = options;
  const flags = stringToFlags(options.flag || 'r');
  path = getValidatedPath(path);
  checkAborted(signal);
  const data = await files.readFile(path, flags, isUtf8(encoding), true);
  checkAborted(signal);
  return decode(data, encoding);
}

async function* watch(filename, options = {}) {
  yield* require('internal/fs/watchers').watchPromise(filename, options);
}

module.exports = {
  exports: {
    access, copyFile, cp, glob, open, opendir, rename, truncate, rm, rmdir, mkdir, readdir, readlink, symlink, lstat, stat, statfs,
    link, unlink, chmod, lchmod, lchown, chown, utimes, lutimes, realpath, mkdtemp, mkdtempDisposable, writeFile, appendFile,
    readFile, watch, constants,
  },
  FileHandle,
};
