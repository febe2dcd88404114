'use strict';

// fs.cp(): https://nodejs.org/api/fs.html#fscpsrc-dest-options-callback. The algorithm is a generator that yields the calls it
// needs, [name in fs, ...arguments]; one driver answers them at once, the other waits for promises.

const path = require('path');
const { codes } = require('internal/errors');
const { errno } = internalBinding('constants').os;

function cpError(name, message, where, system) {
  return new codes[name]({ message, path: where, syscall: 'cp', errno: errno[system], code: system });
}

function* statOf(file, dereference, missingIsNull = false) {
  try {
    return yield [dereference ? 'stat' : 'lstat', file, { bigint: true }];
  } catch (error) {
    if (missingIsNull && error.code === 'ENOENT') return null;
    throw error;
  }
}

function areIdentical(one, other) {
  return other.ino !== 0n && other.dev !== 0n && one.ino === other.ino && one.dev === other.dev;
}

function parts(file) { return path.resolve(file).split(path.sep).filter(Boolean); }
function isInside(inner, outer) {
  const above = parts(outer);
  const below = parts(inner);
  return above.every((part, index) => below[index] === part);
}

// The two may be copied one to the other -> [source's stat, destination's or null].
function* checkPair(src, dest, options) {
  const from = yield* statOf(src, options.dereference);
  const to = yield* statOf(dest, options.dereference, true);
  if (to !== null) {
    if (areIdentical(from, to)) throw cpError('ERR_FS_CP_EINVAL', 'src and dest cannot be the same', dest, 'EINVAL');
    if (from.isDirectory() && !to.isDirectory()) {
      throw cpError('ERR_FS_CP_DIR_TO_NON_DIR', `cannot overwrite non-directory ${dest} with directory ${src}`, dest, 'EISDIR');
    }
    if (!from.isDirectory() && to.isDirectory()) {
      throw cpError('ERR_FS_CP_NON_DIR_TO_DIR', `cannot overwrite directory ${dest} with non-directory ${src}`, dest, 'ENOTDIR');
    }
  }
  if (from.isDirectory() && isInside(dest, src)) {
    throw cpError('ERR_FS_CP_EINVAL', `cannot copy ${src} to a subdirectory of self ${dest}`, dest, 'EINVAL');
  }
  return [from, to];
}

// The destination is not reached through a link into the source.
function* checkParents(src, from, dest) {
  const srcParent = path.resolve(path.dirname(src));
  for (let parent = path.resolve(path.dirname(dest)); ; parent = path.resolve(path.dirname(parent))) {
    if (parent === srcParent || parent === path.parse(parent).root) return;
    const stat = yield* statOf(parent, true, true);
    if (stat === null) {
      // What will be made: it lies below what is.
      continue;
    }
    if (areIdentical(from, stat)) {
      throw cpError('ERR_FS_CP_EINVAL', `cannot copy ${src} to a subdirectory of self ${dest}`, dest, 'EINVAL');
    }
  }
}

function* isWanted(src, dest, options) {
  return options.filter === undefined || (yield ['filter', src, dest]);
}

function* copy(src, dest, options) {
  if (!(yield* isWanted(src, dest, options))) return;
  const { 0: from, 1: to } = yield* checkPair(src, dest, options);
  yield* checkParents(src, from, dest);
  yield ['mkdir', path.dirname(dest), { recursive: true }];
  yield* copyEntry(src, from, dest, to, options);
}

function* copyEntry(src, from, dest, to, options) {
  if (from.isDirectory()) {
    if (options.recursive) return yield* copyDirectory(src, from, dest, to, options);
    throw cpError('ERR_FS_EISDIR', `Recursive option not enabled, cannot copy a directory: ${src}`, src, 'EISDIR');
  }
  if (from.isFile() || from.isCharacterDevice() || from.isBlockDevice()) return yield* copyFile(src, from, dest, to, options);
  if (from.isSymbolicLink()) return yield* copyLink(src, dest, to, options);
  if (from.isSocket()) throw cpError('ERR_FS_CP_SOCKET', `cannot copy a socket file: ${dest}`, dest, 'EINVAL');
  if (from.isFIFO()) throw cpError('ERR_FS_CP_FIFO_PIPE', `cannot copy a FIFO pipe: ${dest}`, dest, 'EINVAL');
  throw cpError('ERR_FS_CP_UNKNOWN', `cannot copy an unknown file type: ${dest}`, dest, 'EINVAL');
}

function* copyFile(src, from, dest, to, options) {
  if (to !== null) {
    if (options.force) {
      yield ['unlink', dest];
    } else {
      if (options.errorOnExist) throw cpError('ERR_FS_CP_EEXIST', `${dest} already exists`, dest, 'EEXIST');
      return;
    }
  }
  yield ['copyFile', src, dest, options.mode];
  const mode = Number(from.mode);
  if (options.preserveTimestamps) {
    // Times can be set only on what can be written.
    if ((mode & 0o200) === 0) yield ['chmod', dest, mode | 0o200];
    const { atime, mtime } = yield ['stat', src];
    yield ['utimes', dest, atime, mtime];
  }
  yield ['chmod', dest, mode];
}

function* copyDirectory(src, from, dest, to, options) {
  if (to === null) {
    yield ['mkdir', dest];
  } else if (options.isAsync && options.errorOnExist && !options.force) {
    // Node's cpSync() lets directories be.
    throw cpError('ERR_FS_CP_EEXIST', `${dest} already exists`, dest, 'EEXIST');
  }
  for (const name of yield ['readdir', src]) {
    const inner = path.join(src, name);
    const target = path.join(dest, name);
    if (!(yield* isWanted(inner, target, options))) continue;
    const { 0: innerFrom, 1: innerTo } = yield* checkPair(inner, target, options);
    yield* copyEntry(inner, innerFrom, target, innerTo, options);
  }
  if (to === null) yield ['chmod', dest, Number(from.mode)];
}

function* copyLink(src, dest, to, options) {
  let target = yield ['readlink', src];
  if (!options.verbatimSymlinks && !path.isAbsolute(target)) target = path.resolve(path.dirname(src), target);
  if (to === null) return yield ['symlink', target, dest];
  let old;
  try {
    old = yield ['readlink', dest];
  } catch (error) {
    // Not a link: the error of making one says so.
    if (error.code === 'EINVAL' || error.code === 'UNKNOWN') return yield ['symlink', target, dest];
    throw error;
  }
  if (!path.isAbsolute(old)) old = path.resolve(path.dirname(dest), old);
  const pointed = yield* statOf(src, true, true);
  if (pointed?.isDirectory()) {
    if (isInside(old, target)) {
      throw cpError('ERR_FS_CP_EINVAL', `cannot copy ${target} to a subdirectory of self ${old}`, dest, 'EINVAL');
    }
    if (isInside(target, old)) {
      throw cpError('ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY', `cannot overwrite ${old} with ${target}`, dest, 'EINVAL');
    }
  }
  yield ['unlink', dest];
  return yield ['symlink', target, dest];
}

function cpSync(src, dest, options) {
  const fs = require('fs');
  const steps = copy(`${src}`, `${dest}`, options);
  let step = steps.next();
  while (!step.done) {
    const [name, ...args] = step.value;
    let result;
    try {
      if (name === 'filter') {
        result = options.filter(...args);
        if (typeof result?.then === 'function') throw new codes.ERR_INVALID_RETURN_VALUE('boolean', 'filter', result);
      } else {
        result = fs[`${name}Sync`](...args);
      }
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
}

async function cp(src, dest, options) {
  const fs = require('fs/promises');
  const steps = copy(`${src}`, `${dest}`, { ...options, isAsync: true });
  let step = steps.next();
  while (!step.done) {
    const [name, ...args] = step.value;
    let result;
    try {
      result = await (name === 'filter' ? options.filter(...args) : fs[name](...args));
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(result);
  }
}

module.exports = { cp, cpSync };
