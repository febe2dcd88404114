'use strict';

// fs.glob() and path.matchesGlob(): https://nodejs.org/api/fs.html#fspromisesglobpattern-options. minimatch takes patterns
// apart, this walks the directories. The walk is a generator that yields the calls it needs, [name in fs, ...arguments].

const path = require('path');
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { toPathIfFileURL } = require('internal/url');
const { validateBoolean, validateObject, validateString, validateStringArray } = require('internal/validators');

let library;
function minimatch() { return library ??= require('internal/deps/minimatch'); }

function optionsFor(platform) {
  return {
    __proto__: null, nocase: false, windowsPathsNoEscape: true, nonegate: true, nocomment: true, optimizationLevel: 2, platform,
    nocaseMagicOnly: true,
  };
}

// dot: do stars match names that begin with a dot?
function matchGlobPattern(file, pattern, windows, dot = false) {
  validateString(file, 'path');
  validateString(pattern, 'pattern');
  return minimatch().minimatch(file, pattern, { ...optionsFor(windows ? 'win32' : 'linux'), dot });
}

// Whether the caller leaves `file` (relative, or a Dirent) out.
function exclusionOf(exclude) {
  if (exclude === undefined || exclude === null) return undefined;
  if (typeof exclude === 'function') return { test: exclude, byPath: false };
  if (!Array.isArray(exclude)) throw new ERR_INVALID_ARG_TYPE('options.exclude', ['function', 'string[]'], exclude);
  validateStringArray(exclude, 'options.exclude');
  const patterns = exclude.map((pattern) => new (minimatch().Minimatch)(pattern, { ...optionsFor('linux'), dot: true }));
  return { test: (file) => patterns.some((pattern) => pattern.match(file) || pattern.match(`${file}/`)), byPath: true };
}

class Glob {
  #patterns;
  #cwd;
  #exclusion;
  #withFileTypes = false;
  #followSymlinks = false;
  #entries = new Map(); // of each directory
  #visited = new Set();
  #seen = new Set();
  #found = [];

  constructor(pattern, options = {}) {
    if (Array.isArray(pattern)) validateStringArray(pattern, 'patterns');
    else validateString(pattern, 'patterns');
    validateObject(options, 'options');
    const { cwd, exclude, withFileTypes = false, followSymlinks = false } = options;
    validateBoolean(withFileTypes, 'options.withFileTypes');
    validateBoolean(followSymlinks, 'options.followSymlinks');
    this.#cwd = cwd === undefined ? '.' : toPathIfFileURL(cwd);
    validateString(this.#cwd, 'options.cwd');
    this.#exclusion = exclusionOf(exclude);
    this.#withFileTypes = withFileTypes;
    this.#followSymlinks = followSymlinks;
    this.#patterns = (Array.isArray(pattern) ? pattern : [pattern]).flatMap(
      (entry) => new (minimatch().Minimatch)(entry, optionsFor('linux')).set);
  }

  #absolute(relative) { return path.resolve(this.#cwd, relative); }

  #isExcluded(relative, entry, isDirectory) {
    if (this.#exclusion === undefined) return false;
    const { test, byPath } = this.#exclusion;
    if (byPath) return test(relative);
    if (this.#withFileTypes) return !!test(entry);
    return !!test(entry.name) || (isDirectory && relative !== entry.name && !!test(relative));
  }

  *#add(relative, entry) {
    if (relative === '') relative = '.';
    if (this.#seen.has(relative)) return;
    this.#seen.add(relative);
    if (!this.#withFileTypes) {
      this.#found.push(relative);
      return;
    }
    const { Dirent } = require('fs');
    const name = path.basename(relative);
    const parent = path.dirname(relative);
    if (entry === undefined) {
      const stat = yield ['lstat', this.#absolute(relative)];
      const { UV_DIRENT_DIR, UV_DIRENT_FILE, UV_DIRENT_LINK, UV_DIRENT_UNKNOWN } = internalBinding('constants').fs;
      const type = stat.isDirectory() ? UV_DIRENT_DIR : stat.isFile() ? UV_DIRENT_FILE :
        stat.isSymbolicLink() ? UV_DIRENT_LINK : UV_DIRENT_UNKNOWN;
      this.#found.push(new Dirent(name, parent, type));
    } else {
      entry.parentPath = parent;
      this.#found.push(entry);
    }
  }

  *#stat(name, relative) {
    try {
      return yield [name, this.#absolute(relative)];
    } catch {
      return undefined; // missing, or not to be looked at
    }
  }

  *#list(directory) {
    let entries = this.#entries.get(directory);
    if (entries === undefined) {
      try {
        entries = yield ['readdir', this.#absolute(directory), { withFileTypes: true }];
      } catch {
        entries = []; // no directory, or it may not be read
      }
      this.#entries.set(directory, entries);
    }
    return entries;
  }

  *#isDirectory(relative, entry, follow) {
    if (entry !== undefined && !entry.isSymbolicLink()) return entry.isDirectory();
    if (entry !== undefined && !follow) return false;
    const stat = yield* this.#stat(follow ? 'stat' : 'lstat', relative);
    return stat !== undefined && stat.isDirectory();
  }

  // What of `parts` from `index` on is in `directory`. `deep`: a ** came before.
  *#visit(directory, parts, index, deep, set) {
    const key = `${set}:${index}:${directory}`;
    if (this.#visited.has(key)) return;
    this.#visited.add(key);
    const part = parts[index];
    const isLast = index === parts.length - 1;
    const { GLOBSTAR } = minimatch();
    if (part === '' && isLast) {
      // A slash at the end: directories alone.
      if (yield* this.#isDirectory(directory, undefined, !deep)) yield* this.#add(directory);
    } else if (typeof part === 'string') {
      const relative = path.join(directory, part);
      const stat = yield* this.#stat('lstat', relative);
      if (stat === undefined) return;
      const entry = { name: part, isSymbolicLink: () => stat.isSymbolicLink(), isDirectory: () => stat.isDirectory() };
      const isDirectory = yield* this.#isDirectory(relative, entry, !deep);
      if (part !== '..' && this.#isExcluded(relative, yield* this.#direntOf(directory, part, entry), isDirectory)) return;
      if (isLast) yield* this.#add(relative);
      else if (isDirectory) yield* this.#visit(relative, parts, index + 1, deep, set);
    } else if (part === GLOBSTAR) {
      if (isLast) yield* this.#add(directory);
      else yield* this.#visit(directory, parts, index + 1, true, set);
      for (const entry of yield* this.#list(directory)) {
        if (entry.name[0] === '.') continue;
        const relative = path.join(directory, entry.name);
        const isDirectory = yield* this.#isDirectory(relative, entry, this.#followSymlinks);
        if (this.#isExcluded(relative, entry, isDirectory)) continue;
        if (isLast) yield* this.#add(relative, entry);
        if (isDirectory && !(entry.isSymbolicLink() && (yield* this.#isCycle(relative)))) {
          yield* this.#visit(relative, parts, index, true, set);
        }
      }
    } else {
      for (const entry of yield* this.#list(directory)) {
        if (!part.test(entry.name)) continue;
        const relative = path.join(directory, entry.name);
        const isDirectory = yield* this.#isDirectory(relative, entry, !deep);
        if (this.#isExcluded(relative, entry, isDirectory)) continue;
        if (isLast) yield* this.#add(relative, entry);
        else if (isDirectory) yield* this.#visit(relative, parts, index + 1, deep, set);
      }
    }
  }

  // For `exclude`, which gets Dirents when they are asked for.
  *#direntOf(directory, name, otherwise) {
    if (this.#exclusion === undefined || !this.#withFileTypes) return otherwise;
    return (yield* this.#list(directory)).find((entry) => entry.name === name) ?? otherwise;
  }

  // A link to a directory that it lies in.
  *#isCycle(relative) {
    const target = yield* this.#stat('realpath', relative);
    const here = yield* this.#stat('realpath', path.dirname(relative));
    return target === undefined || here === undefined || here === target || here.startsWith(`${target}/`);
  }

  *#steps() {
    for (const [set, parts] of this.#patterns.entries()) {
      if (parts.length === 1 && (parts[0] === '.' || parts[0] === '..' || parts[0] === '')) continue;
      if (parts[0] === '.' && parts.length === 2 && parts[1] === '') continue;
      if (parts[0] === '') yield* this.#visit('/', parts, 1, false, set);
      else yield* this.#visit('', parts, 0, false, set);
    }
  }

  globSync() {
    const fs = require('fs');
    const steps = this.#steps();
    let step = steps.next();
    while (!step.done) {
      const [name, ...args] = step.value;
      let result;
      try {
        result = fs[`${name}Sync`](...args);
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(result);
    }
    return this.#found;
  }

  async *walk() {
    const fs = require('fs/promises');
    const steps = this.#steps();
    let step = steps.next();
    let given = 0;
    while (!step.done) {
      while (given < this.#found.length) yield this.#found[given++];
      const [name, ...args] = step.value;
      let result;
      try {
        result = await fs[name](...args);
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(result);
    }
    while (given < this.#found.length) yield this.#found[given++];
  }
}

module.exports = { Glob, matchGlobPattern };
