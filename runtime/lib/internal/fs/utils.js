'use strict';

// What all of fs shares: checks of arguments, Stats, Dirent. Messages and codes are those of doc/api/fs.md and errors.md.

const { Buffer } = require('buffer');
const { fs: constants, os: { errno } } = internalBinding('constants');
const {
  BigInt, DateNow, NumberIsFinite, ObjectDefineProperty, ObjectSetPrototypeOf, ObjectIs,
  StringPrototypeIncludes, ArrayIsArray,
} = primordials;
const {
  codes: {
    ERR_FS_EISDIR, ERR_INCOMPATIBLE_OPTION_PAIR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE,
  },
  hideStackFrames,
} = require('internal/errors');
const {
  validateAbortSignal, validateBoolean, validateFunction, validateInt32, validateInteger, validateObject, validateUint32,
} = require('internal/validators');
const { isArrayBufferView, isDate, isUint8Array } = require('internal/util/types');

const {
  F_OK, R_OK, W_OK, X_OK, COPYFILE_EXCL, COPYFILE_FICLONE, COPYFILE_FICLONE_FORCE, O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR,
  O_SYNC, O_TRUNC, O_WRONLY, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, UV_DIRENT_BLOCK,
  UV_DIRENT_CHAR, UV_DIRENT_DIR, UV_DIRENT_FIFO, UV_DIRENT_FILE, UV_DIRENT_LINK, UV_DIRENT_SOCKET, UV_DIRENT_UNKNOWN,
} = constants;

const kMaxUserId = 2 ** 32 - 1;
const kReadFileBufferLength = 512 * 1024;
const kReadFileUnknownBufferLength = 64 * 1024;
const kWriteFileMaxChunkSize = 512 * 1024;
// Single reads and writes of the system end at this size.
const kIoMaxLength = 2 ** 31 - 1;

// --- paths and descriptors ---------------------------------------------------------------------------------------------

const validatePath = hideStackFrames((path, name = 'path') => {
  if (typeof path === 'string') {
    if (!StringPrototypeIncludes(path, '\u0000')) return;
  } else if (isUint8Array(path)) {
    if (!path.includes(0)) return;
  } else {
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'URL'], path);
  }
  throw new ERR_INVALID_ARG_VALUE(name, path, 'must be a string, Uint8Array, or URL without null bytes');
});

// A string or Buffer without NUL, out of a string, Buffer or file: URL.
function getValidatedPath(value, name = 'path') {
  if (typeof value === 'string' && !StringPrototypeIncludes(value, '\u0000')) return value;
  const path = typeof value === 'object' && value !== null && !isUint8Array(value) ?
    require('internal/url').toPathIfFileURL(value) : value;
  validatePath(path, name);
  return path;
}

const getValidatedFd = hideStackFrames((fd, name = 'fd') => {
  if (ObjectIs(fd, -0)) return 0;
  validateInt32(fd, name, 0);
  return fd;
});

// --- options -----------------------------------------------------------------------------------------------------------

function assertEncoding(encoding) {
  if (encoding && !Buffer.isEncoding(encoding)) {
    throw new ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding');
  }
}

// Options given as an encoding, an object, or a callback in their place.
function getOptions(options, defaults = {}) {
  if (options === null || options === undefined || typeof options === 'function') return defaults;
  if (typeof options === 'string') {
    defaults = { ...defaults };
    defaults.encoding = options;
    options = defaults;
  } else if (typeof options !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('options', ['string', 'Object'], options);
  }
  if (options.encoding !== 'buffer') assertEncoding(options.encoding);
  if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
  return options;
}

function copyObject(source) {
  const target = {};
  // Inherited options count, too.
  for (const key in source) target[key] = source[key];
  return target;
}

function stringToFlags(flags, name = 'flags') {
  if (typeof flags === 'number') {
    validateInt32(flags, name);
    return flags;
  }
  if (flags == null) return O_RDONLY;
  switch (flags) {
    case 'r': return O_RDONLY;
    case 'rs':
    case 'sr': return O_RDONLY | O_SYNC;
    case 'r+': return O_RDWR;
    case 'rs+':
    case 'sr+': return O_RDWR | O_SYNC;
    case 'w': return O_TRUNC | O_CREAT | O_WRONLY;
    case 'wx':
    case 'xw': return O_TRUNC | O_CREAT | O_WRONLY | O_EXCL;
    case 'w+': return O_TRUNC | O_CREAT | O_RDWR;
    case 'wx+':
    case 'xw+': return O_TRUNC | O_CREAT | O_RDWR | O_EXCL;
    case 'a': return O_APPEND | O_CREAT | O_WRONLY;
    case 'ax':
    case 'xa': return O_APPEND | O_CREAT | O_WRONLY | O_EXCL;
    case 'as':
    case 'sa': return O_APPEND | O_CREAT | O_WRONLY | O_SYNC;
    case 'a+': return O_APPEND | O_CREAT | O_RDWR;
    case 'ax+':
    case 'xa+': return O_APPEND | O_CREAT | O_RDWR | O_EXCL;
    case 'as+':
    case 'sa+': return O_APPEND | O_CREAT | O_RDWR | O_SYNC;
  }
  throw new ERR_INVALID_ARG_VALUE(name, flags);
}

function toUnixTimestamp(time, name = 'time') {
  // eslint-disable-next-line eqeqeq
  if (typeof time === 'string' && +time == time) return +time;
  if (NumberIsFinite(time)) return time < 0 ? DateNow() / 1000 : time;
  if (isDate(time)) return time.getTime() / 1000;
  throw new ERR_INVALID_ARG_TYPE(name, ['Date', 'Time in seconds'], time);
}

const validateOffsetLengthRead = hideStackFrames((offset, length, bufferLength) => {
  if (offset < 0) throw new ERR_OUT_OF_RANGE('offset', '>= 0', offset);
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length);
  if (offset + length > bufferLength) throw new ERR_OUT_OF_RANGE('length', `<= ${bufferLength - offset}`, length);
});

const validateOffsetLengthWrite = hideStackFrames((offset, length, byteLength) => {
  if (offset > byteLength) throw new ERR_OUT_OF_RANGE('offset', `<= ${byteLength}`, offset);
  if (length > byteLength - offset) throw new ERR_OUT_OF_RANGE('length', `<= ${byteLength - offset}`, length);
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length);
  validateInt32(length, 'length', 0);
});

const validatePosition = hideStackFrames((position, name, length) => {
  if (typeof position === 'number') {
    validateInteger(position, name, -1);
  } else if (typeof position === 'bigint') {
    const most = 2n ** 63n - 1n - BigInt(length);
    if (!(position >= -1n && position <= most)) {
      throw new ERR_OUT_OF_RANGE(name, `>= -1 && <= ${most}`, position);
    }
  } else {
    throw new ERR_INVALID_ARG_TYPE(name, ['integer', 'bigint'], position);
  }
});

const validateBufferArray = hideStackFrames((buffers, name = 'buffers') => {
  if (!ArrayIsArray(buffers)) throw new ERR_INVALID_ARG_TYPE(name, 'ArrayBufferView[]', buffers);
  for (let i = 0; i < buffers.length; i++) {
    if (!isArrayBufferView(buffers[i])) throw new ERR_INVALID_ARG_TYPE(name, 'ArrayBufferView[]', buffers);
  }
  return buffers;
});

const validateStringAfterArrayBufferView = hideStackFrames((buffer, name) => {
  if (typeof buffer !== 'string') {
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], buffer);
  }
});


function getValidMode(mode, type) {
  const [low, high, fallback] = type === 'copyFile' ?
    [0, COPYFILE_EXCL | COPYFILE_FICLONE | COPYFILE_FICLONE_FORCE, 0] : [F_OK, F_OK | R_OK | W_OK | X_OK, F_OK];
  if (mode == null) return fallback;
  validateInteger(mode, 'mode', low, high);
  return mode;
}

const rmDefaults = { recursive: false, force: false, retryDelay: 100, maxRetries: 0 };
const rmdirDefaults = { retryDelay: 100, maxRetries: 0, recursive: false };

const validateRmdirOptions = hideStackFrames((options, defaults = rmdirDefaults) => {
  if (options === undefined) return defaults;
  validateObject(options, 'options');
  options = { ...defaults, ...options };
  validateBoolean(options.recursive, 'options.recursive');
  validateInt32(options.retryDelay, 'options.retryDelay', 0);
  validateUint32(options.maxRetries, 'options.maxRetries');
  return options;
});

const validateRmOptions = hideStackFrames((options) => {
  options = validateRmdirOptions(options, rmDefaults);
  validateBoolean(options.force, 'options.force');
  return options;
});

function eisdir(path) {
  return new ERR_FS_EISDIR({ code: 'EISDIR', message: 'is a directory', path, syscall: 'rm', errno: errno.EISDIR });
}

function validateCpOptions(options) {
  if (options === undefined) return { ...cpDefaults };
  validateObject(options, 'options');
  options = { ...cpDefaults, ...options };
  validateBoolean(options.dereference, 'options.dereference');
  validateBoolean(options.errorOnExist, 'options.errorOnExist');
  validateBoolean(options.force, 'options.force');
  validateBoolean(options.preserveTimestamps, 'options.preserveTimestamps');
  validateBoolean(options.recursive, 'options.recursive');
  validateBoolean(options.verbatimSymlinks, 'options.verbatimSymlinks');
  options.mode = getValidMode(options.mode, 'copyFile');
  if (options.dereference === true && options.verbatimSymlinks === true) {
    throw new ERR_INCOMPATIBLE_OPTION_PAIR('dereference', 'verbatimSymlinks');
  }
  if (options.filter !== undefined) validateFunction(options.filter, 'options.filter');
  return options;
}
const cpDefaults = {
  dereference: false, errorOnExist: false, filter: undefined, force: true, preserveTimestamps: false, recursive: false,
  verbatimSymlinks: false,
};

// --- Stats -------------------------------------------------------------------------------------------------------------

class StatsBase {
  constructor(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks) {
    this.dev = dev;
    this.mode = mode;
    this.nlink = nlink;
    this.uid = uid;
    this.gid = gid;
    this.rdev = rdev;
    this.blksize = blksize;
    this.ino = ino;
    this.size = size;
    this.blocks = blocks;
  }
  isDirectory() { return this._checkModeProperty(S_IFDIR); }
  isFile() { return this._checkModeProperty(S_IFREG); }
  isBlockDevice() { return this._checkModeProperty(S_IFBLK); }
  isCharacterDevice() { return this._checkModeProperty(S_IFCHR); }
  isSymbolicLink() { return this._checkModeProperty(S_IFLNK); }
  isFIFO() { return this._checkModeProperty(S_IFIFO); }
  isSocket() { return this._checkModeProperty(S_IFSOCK); }
}

function Stats(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeMs, mtimeMs, ctimeMs, birthtimeMs) {
  this.dev = dev;
  this.mode = mode;
  this.nlink = nlink;
  this.uid = uid;
  this.gid = gid;
  this.rdev = rdev;
  this.blksize = blksize;
  this.ino = ino;
  this.size = size;
  this.blocks = blocks;
  this.atimeMs = atimeMs;
  this.mtimeMs = mtimeMs;
  this.ctimeMs = ctimeMs;
  this.birthtimeMs = birthtimeMs;
}
ObjectSetPrototypeOf(Stats.prototype, StatsBase.prototype);
ObjectSetPrototypeOf(Stats, StatsBase);
Stats.prototype._checkModeProperty = function(property) { return (this.mode & S_IFMT) === property; };

function BigIntStats(
  dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeNs, mtimeNs, ctimeNs, birthtimeNs) {
  this.dev = dev;
  this.mode = mode;
  this.nlink = nlink;
  this.uid = uid;
  this.gid = gid;
  this.rdev = rdev;
  this.blksize = blksize;
  this.ino = ino;
  this.size = size;
  this.blocks = blocks;
  this.atimeMs = atimeNs / 1000000n;
  this.mtimeMs = mtimeNs / 1000000n;
  this.ctimeMs = ctimeNs / 1000000n;
  this.birthtimeMs = birthtimeNs / 1000000n;
  this.atimeNs = atimeNs;
  this.mtimeNs = mtimeNs;
  this.ctimeNs = ctimeNs;
  this.birthtimeNs = birthtimeNs;
}
ObjectSetPrototypeOf(BigIntStats.prototype, StatsBase.prototype);
ObjectSetPrototypeOf(BigIntStats, StatsBase);
BigIntStats.prototype._checkModeProperty = function(property) { return (this.mode & BigInt(S_IFMT)) === BigInt(property); };

// Dates are made when they are first looked at.
for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) {
  const ms = `${name}Ms`;
  for (const { prototype } of [Stats, BigIntStats]) {
    ObjectDefineProperty(prototype, name, {
      __proto__: null,
      enumerable: true,
      configurable: true,
      get() {
        const date = new Date(Number(this[ms]));
        this[name] = date;
        return date;
      },
      set(value) {
        ObjectDefineProperty(this, name, {
          __proto__: null, value, enumerable: true, configurable: true, writable: true,
        });
      },
    });
  }
}

// Out of the numbers of a stat (see runtime/bindings/fs/call.h).
function getStatsFromArray(n) {
  if (typeof n[0] === 'bigint') {
    const ns = (index) => n[index] * 1000000000n + n[index + 1];
    return new BigIntStats(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], ns(10), ns(12), ns(14), ns(16));
  }
  return new Stats(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9],
    n[10] * 1000 + n[11] / 1e6, n[12] * 1000 + n[13] / 1e6, n[14] * 1000 + n[15] / 1e6, n[16] * 1000 + n[17] / 1e6);
}

class StatFs {
  constructor(type, bsize, frsize, blocks, bfree, bavail, files, ffree) {
    this.type = type;
    this.bsize = bsize;
    this.frsize = frsize;
    this.blocks = blocks;
    this.bfree = bfree;
    this.bavail = bavail;
    this.files = files;
    this.ffree = ffree;
  }
}
function getStatFsFromArray(n) {
  return new StatFs(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
}

// --- Dirent ------------------------------------------------------------------------------------------------------------

const kType = Symbol('type');
const kStats = Symbol('stats');

class Dirent {
  constructor(name, type, path) {
    this.name = name;
    this.parentPath = path;
    this[kType] = type;
  }
  isDirectory() { return this[kType] === UV_DIRENT_DIR; }
  isFile() { return this[kType] === UV_DIRENT_FILE; }
  isBlockDevice() { return this[kType] === UV_DIRENT_BLOCK; }
  isCharacterDevice() { return this[kType] === UV_DIRENT_CHAR; }
  isSymbolicLink() { return this[kType] === UV_DIRENT_LINK; }
  isFIFO() { return this[kType] === UV_DIRENT_FIFO; }
  isSocket() { return this[kType] === UV_DIRENT_SOCKET; }
}

// A Dirent whose kind the folder did not tell: lstat did.
class DirentFromStats extends Dirent {
  constructor(name, stats, path) {
    super(name, null, path);
    this[kStats] = stats;
  }
}
for (const name of ['isDirectory', 'isFile', 'isBlockDevice', 'isCharacterDevice', 'isSymbolicLink', 'isFIFO', 'isSocket']) {
  DirentFromStats.prototype[name] = { [name]() { return this[kStats][name](); } }[name];
}

function joinPath(path, name) {
  if (typeof path === 'string' && typeof name === 'string') return require('path').join(path, name);
  const separator = Buffer.from('/');
  return Buffer.concat([typeof path === 'string' ? Buffer.from(path) : path, separator,
    typeof name === 'string' ? Buffer.from(name) : name]);
}

// Sync: the Dirent. With a callback: callback(error, dirent).
function getDirent(path, name, type, callback) {
  if (type !== UV_DIRENT_UNKNOWN) {
    const dirent = new Dirent(name, type, path);
    if (typeof callback === 'function') return callback(null, dirent);
    return dirent;
  }
  const { lstat, lstatSync } = require('fs');
  if (typeof callback === 'function') {
    lstat(joinPath(path, name), (error, stats) => {
      if (error) callback(error);
      else callback(null, new DirentFromStats(name, stats, path));
    });
    return undefined;
  }
  return new DirentFromStats(name, lstatSync(joinPath(path, name)), path);
}

// [names, types] as Dirents.
function getDirents(path, lists, callback) {
  const { 0: names, 1: types } = lists;
  if (typeof callback !== 'function') {
    for (let i = 0; i < names.length; i++) names[i] = getDirent(path, names[i], types[i]);
    return names;
  }
  let left = names.length;
  if (left === 0) return callback(null, names);
  let failed = false;
  for (let i = 0; i < names.length; i++) {
    getDirent(path, names[i], types[i], (error, dirent) => {
      if (failed) return;
      if (error) {
        failed = true;
        callback(error);
        return;
      }
      names[i] = dirent;
      if (--left === 0) callback(null, names);
    });
  }
}

module.exports = {
  BigIntStats,
  Dirent,
  DirentFromStats,
  Stats,
  assertEncoding,
  constants: { kIoMaxLength, kMaxUserId, kReadFileBufferLength, kReadFileUnknownBufferLength, kWriteFileMaxChunkSize },
  copyObject,
  eisdir,
  getDirent,
  getDirents,
  getOptions,
  getStatFsFromArray,
  getStatsFromArray,
  getValidMode,
  getValidatedFd,
  getValidatedPath,
  joinPath,
  kMaxUserId,
  stringToFlags,
  toUnixTimestamp,
  validateBufferArray,
  validateCpOptions,
  validateOffsetLengthRead,
  validateOffsetLengthWrite,
  validatePath,
  validatePosition,
  validateRmOptions,
  validateRmdirOptions,
  validateStringAfterArrayBufferView,
};
