'use strict';

// fs.watch(), fs.watchFile() and fs/promises.watch(): https://nodejs.org/api/fs.html#fswatchfilename-options-listener
// FSEvent is inotify, StatWatcher polls. A recursive watch has an FSEvent for each directory below its root.

const { FSEvent, StatWatcher: StatHandle } = internalBinding('fs_watch');
const EventEmitter = require('events');
const path = require('path');
const {
  AbortError, UVException,
  codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const { getStatsFromArray, getValidatedPath } = require('internal/fs/utils');
const {
  validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateObject, validateOneOf,
  validateUint32,
} = require('internal/validators');
const { isRegExp } = require('internal/util/types');

const { UV_ENOENT, UV_ENOSPC } = internalBinding('uv');

function watchError(errno, filename) {
  const error = new UVException({
    errno,
    syscall: 'watch',
    path: filename,
    message: errno === UV_ENOSPC ? 'System limit for number of file watchers reached' : '',
  });
  error.filename = filename;
  return error;
}

// --- What is left out ---------------------------------------------------------------------------------------------------

// Function of a name, true where `ignore` (string, RegExp, function or a list of them) matches it; null for none.
function matcherOf(ignore) {
  if (ignore == null) return null;
  const tests = (Array.isArray(ignore) ? ignore : [ignore]).map((entry, index) => {
    const name = Array.isArray(ignore) ? `options.ignore[${index}]` : 'options.ignore';
    if (typeof entry === 'string') {
      if (entry === '') throw new ERR_INVALID_ARG_VALUE(name, entry, 'must be a non-empty string');
      const { matchGlobPattern } = require('internal/fs/glob');
      // A pattern without a slash is about names at any depth.
      return (file) => matchGlobPattern(file, entry, false) ||
        (!entry.includes('/') && matchGlobPattern(path.basename(file), entry, false));
    }
    if (isRegExp(entry)) return (file) => entry.exec(file) !== null;
    if (typeof entry === 'function') return (file) => !!entry(file);
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'RegExp', 'Function'], entry);
  });
  return (file) => tests.some((test) => test(file));
}

// --- fs.watch() ---------------------------------------------------------------------------------------------------------

class FSWatcher extends EventEmitter {
  #handles = new Map(); // by directory; '' is what was asked for
  #root = '';
  #options;
  #ignores;
  #refed = true;
  #known = new Map(); // recursive: the names of each directory, so that new directories are told from old ones

  constructor(options) {
    super();
    this.#options = options;
    this.#ignores = matcherOf(options.ignore);
  }

  // Begins to watch. Throws when it cannot.
  start(filename) {
    this.#root = filename;
    const isDirectory = this.#options.recursive && this.#isDirectory(filename);
    const error = this.#open('', filename);
    if (error !== 0) {
      if (error === UV_ENOENT && this.#options.throwIfNoEntry === false) return;
      throw watchError(error, filename);
    }
    if (isDirectory) this.#descend('', false);
  }

  // Not by following links: a loop of them would never end.
  #isDirectory(filename) {
    const { lstatSync, statSync } = require('fs');
    const stat = (filename === this.#root ? statSync : lstatSync)(filename, { throwIfNoEntry: false });
    return stat !== undefined && stat.isDirectory();
  }

  #open(relative, filename) {
    const handle = new FSEvent();
    handle.owner = this;
    handle.onchange = (status, eventType, name) => this.#changed(relative, status, eventType, name);
    const error = handle.start(filename, this.#options.persistent && this.#refed, false, this.#options.encoding === 'buffer');
    if (error !== 0) {
      handle.close();
      return error;
    }
    this.#handles.set(relative, handle);
    return 0;
  }

  // Watches the directories in `relative`. `announce`: what is in them appeared since the directory did.
  #descend(relative, announce) {
    let entries;
    try {
      entries = require('fs').readdirSync(path.join(this.#root, relative), { withFileTypes: true });
    } catch {
      return; // it is gone again, or may not be read
    }
    this.#known.set(relative, new Set(entries.map((entry) => entry.name)));
    for (const entry of entries) {
      const inner = path.join(relative, entry.name);
      if (announce) this.#tell('rename', inner);
      if (entry.isDirectory() && !this.#handles.has(inner) && !this.#ignores?.(inner) && !this.closed) {
        if (this.#open(inner, path.join(this.#root, inner)) === 0) this.#descend(inner, announce);
      }
    }
  }

  #changed(relative, status, eventType, name) {
    if (this.closed) return;
    if (status < 0) {
      if (relative !== '') return this.#forget(relative);
      const error = watchError(status, name ?? this.#root);
      this.close();
      this.emit('error', error);
      return;
    }
    if (relative === '' && !this.#known.has('')) return this.#tell(eventType, name);
    const inner = name === null ? relative : path.join(relative, `${name}`);
    // inotify tells of a directory's own end in its watch and in that of its parent.
    if (relative !== '' && !this.#known.has(relative)) return;
    const known = this.#known.get(relative);
    if (eventType === 'rename') {
      const { lstatSync } = require('fs');
      const stat = lstatSync(path.join(this.#root, inner), { throwIfNoEntry: false });
      if (stat === undefined) {
        // Of the directory itself: its parent will tell.
        if (!known.delete(`${name}`) && relative !== '' && this.#handles.has(relative) && name === path.basename(relative)) return;
        this.#forget(inner);
      } else {
        known.add(`${name}`);
        if (stat.isDirectory() && !this.#handles.has(inner) && !this.#ignores?.(inner)) {
          this.#tell(eventType, inner);
          if (!this.closed && this.#open(inner, path.join(this.#root, inner)) === 0) this.#descend(inner, true);
          return;
        }
      }
    }
    this.#tell(eventType, inner);
  }

  #forget(relative) {
    for (const [directory, handle] of this.#handles) {
      if (directory !== relative && !directory.startsWith(`${relative}/`)) continue;
      if (directory === '') continue;
      handle.close();
      this.#handles.delete(directory);
      this.#known.delete(directory);
    }
  }

  #tell(eventType, name) {
    if (name !== null && this.#ignores?.(`${name}`)) return;
    if (this.closed) return;
    const { encoding } = this.#options;
    if (name !== null && encoding && encoding !== 'utf8' && encoding !== 'utf-8') {
      const bytes = Buffer.from(name);
      name = encoding === 'buffer' ? bytes : bytes.toString(encoding);
    }
    this.emit('change', eventType, name);
  }

  get closed() { return this.#handles === null; }
  close() {
    if (this.closed) return;
    for (const handle of this.#handles.values()) handle.close();
    this.#handles = null;
    process.nextTick(() => this.emit('close'));
  }
  ref() {
    this.#refed = true;
    if (!this.closed) for (const handle of this.#handles.values()) handle.ref();
    return this;
  }
  unref() {
    this.#refed = false;
    if (!this.closed) for (const handle of this.#handles.values()) handle.unref();
    return this;
  }
}

function optionsOf(options) {
  options = typeof options === 'string' ? { encoding: options } : { ...options };
  const { persistent = true, recursive = false, encoding = 'utf8', signal, ignore, throwIfNoEntry } = options;
  validateBoolean(persistent, 'options.persistent');
  validateBoolean(recursive, 'options.recursive');
  validateAbortSignal(signal, 'options.signal');
  if (throwIfNoEntry !== undefined) validateBoolean(throwIfNoEntry, 'options.throwIfNoEntry');
  if (encoding !== undefined && encoding !== 'buffer' && !Buffer.isEncoding(encoding)) {
    throw new ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding');
  }
  return { persistent, recursive, encoding, signal, ignore, throwIfNoEntry };
}

function watch(filename, options, listener) {
  if (typeof options === 'function') {
    listener = options;
    options = undefined;
  }
  filename = `${getValidatedPath(filename)}`;
  options = optionsOf(options);
  const watcher = new FSWatcher(options);
  watcher.start(filename);
  if (listener) watcher.addListener('change', listener);
  const { signal } = options;
  if (signal) {
    if (signal.aborted) {
      process.nextTick(() => watcher.close());
    } else {
      const stop = () => watcher.close();
      signal.addEventListener('abort', stop, { once: true });
      watcher.once('close', () => signal.removeEventListener('abort', stop));
    }
  }
  return watcher;
}

// The events as an async iterator, which throws AbortError once the signal says so.
async function* watchPromise(filename, options = {}) {
  filename = `${getValidatedPath(filename)}`;
  validateObject(options, 'options');
  const checked = optionsOf(options);
  const { maxQueue = 2048, overflow = 'ignore' } = options;
  validateInteger(maxQueue, 'options.maxQueue');
  validateOneOf(overflow, 'options.overflow', ['ignore', 'error']);
  const { signal } = checked;
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });

  const watcher = new FSWatcher(checked);
  watcher.start(filename);
  let { promise, resolve, reject } = Promise.withResolvers();
  let events = [];
  const abort = () => reject(new AbortError(undefined, { cause: signal.reason }));
  watcher.on('error', (error) => reject(error));
  watcher.on('change', (eventType, name) => {
    if (events.length < maxQueue) {
      events.push({ __proto__: null, eventType, filename: name });
      resolve();
    } else if (overflow === 'error') {
      const { codes: { ERR_FS_WATCH_QUEUE_OVERFLOW } } = require('internal/errors');
      reject(new ERR_FS_WATCH_QUEUE_OVERFLOW(maxQueue));
    } else {
      process.emitWarning('fs.watch maxQueue exceeded');
    }
  });
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      await promise;
      ({ promise, resolve, reject } = Promise.withResolvers());
      const ready = events;
      events = [];
      yield* ready;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    watcher.close();
  }
}

// --- fs.watchFile() -----------------------------------------------------------------------------------------------------

class StatWatcher extends EventEmitter {
  #handle = null;
  #bigint;
  #lastStatus = 1;

  constructor(bigint) {
    super();
    this.#bigint = bigint;
  }

  start(filename, persistent, interval) {
    const handle = new StatHandle(this.#bigint);
    handle.onchange = (status, now, before) => {
      // It is missing, and was.
      if (this.#lastStatus < 0 && status < 0) return;
      this.#lastStatus = status;
      this.emit('change', getStatsFromArray(now), getStatsFromArray(before));
    };
    if (!persistent) {
      handle.unref();
    }
    const error = handle.start(filename, interval);
    if (error !== 0) {
      handle.close();
      throw watchError(error, filename);
    }
    this.#handle = handle;
  }
  stop() {
    if (this.#handle === null) return;
    process.nextTick(() => this.emit('stop'));
    this.#handle.close();
    this.#handle = null;
  }
  ref() {
    this.#handle?.ref();
    return this;
  }
  unref() {
    this.#handle?.unref();
    return this;
  }
}

const statWatchers = new Map();

function watchFile(filename, options, listener) {
  filename = path.resolve(`${getValidatedPath(filename)}`);
  if (options === null || typeof options !== 'object') {
    listener = options;
    options = undefined;
  }
  const { interval = 5007, persistent = true, bigint = false } = options ?? {};
  validateFunction(listener, 'listener');
  validateUint32(interval, 'interval');
  let watcher = statWatchers.get(filename);
  if (watcher === undefined) {
    watcher = new StatWatcher(bigint);
    watcher.start(filename, persistent, interval);
    statWatchers.set(filename, watcher);
  }
  watcher.addListener('change', listener);
  return watcher;
}

function unwatchFile(filename, listener) {
  filename = path.resolve(`${getValidatedPath(filename)}`);
  const watcher = statWatchers.get(filename);
  if (watcher === undefined) return;
  if (typeof listener === 'function') watcher.removeListener('change', listener);
  else watcher.removeAllListeners('change');
  if (watcher.listenerCount('change') === 0) {
    watcher.stop();
    statWatchers.delete(filename);
  }
}

module.exports = { FSWatcher, StatWatcher, unwatchFile, watch, watchFile, watchPromise };
