'use strict';

// fs.Dir: a folder read bit by bit. Documented in doc/api/fs.md, "Class: fs.Dir".

const { opendir: openHandle, DirHandle } = internalBinding('fs_dir');
const { SymbolAsyncDispose, SymbolAsyncIterator, SymbolDispose, ObjectDefineProperty } = primordials;
const {
  codes: { ERR_DIR_CLOSED, ERR_DIR_CONCURRENT_OPERATION, ERR_INVALID_THIS, ERR_MISSING_ARGS },
} = require('internal/errors');
const { validateBoolean, validateFunction, validateUint32 } = require('internal/validators');
const { getDirent, getOptions, getValidatedPath, joinPath } = require('internal/fs/utils');

class Dir {
  #handle;
  #path;
  #options;
  #buffered = [];
  #closed = false;
  // Callbacks of operations that wait for one that runs; null while nothing runs.
  #queue = null;
  // Folders inside that a recursive walk has still to open.
  #folders = [];
  #encoding;

  constructor(handle, path, options) {
    if (handle == null) throw new ERR_MISSING_ARGS('handle');
    this.#handle = handle;
    this.#path = path;
    this.#options = { bufferSize: 32, ...getOptions(options, { encoding: 'utf8' }) };
    this.#encoding = this.#options.encoding;
    validateUint32(this.#options.bufferSize, 'options.bufferSize', true);
    if (this.#options.recursive != null) validateBoolean(this.#options.recursive, 'options.recursive');
  }

  get path() {
    if (!(#path in this)) throw new ERR_INVALID_THIS('Dir');
    return this.#path;
  }

  get #asBuffer() { return Boolean(this.#encoding) && this.#encoding !== 'utf8' && this.#encoding !== 'utf-8'; }

  read(callback) {
    if (callback === undefined) {
      return new Promise((resolve, reject) => {
        this.#read((error, entry) => {
          if (error) reject(error);
          else resolve(entry);
        }, true);
      });
    }
    validateFunction(callback, 'callback');
    this.#read(callback, false);
  }

  #read(callback, isPromise) {
    if (this.#closed) {
      const error = new ERR_DIR_CLOSED();
      if (isPromise) callback(error);
      else process.nextTick(callback, error);
      return;
    }
    if (this.#queue !== null) {
      this.#queue.push(() => this.#read(callback, isPromise));
      return;
    }
    if (this.#buffered.length > 0) {
      const entry = this.#buffered.shift();
      this.#note(entry);
      if (isPromise) callback(null, entry);
      else process.nextTick(callback, null, entry);
      return;
    }
    this.#queue = [];
    this.#fill((error, entry) => {
      const waiting = this.#queue;
      this.#queue = null;
      for (const operation of waiting) operation();
      callback(error, entry);
    });
  }

  #fill(callback) {
    this.#handle.read(this.#asBuffer, this.#options.bufferSize, (error, result) => {
      if (error) {
        callback(error, null);
        return;
      }
      if (result === null || result === undefined) {
        if (this.#folders.length === 0) {
          callback(null, null);
          return;
        }
        this.#next((error) => {
          if (error) callback(error, null);
          else this.#fill(callback);
        });
        return;
      }
      this.#process(result, (error) => {
        if (error) {
          callback(error, null);
          return;
        }
        const entry = this.#buffered.shift();
        this.#note(entry);
        callback(null, entry);
      });
    });
  }

  #note(entry) {
    if (this.#options.recursive && entry.isDirectory()) this.#folders.push(joinPath(entry.parentPath, entry.name));
  }
  // The folder whose entries are being read: the first is this.#path.
  #current;
  #folder() { return this.#current ?? this.#path; }
  #next(callback) {
    const path = this.#folders.shift();
    openHandle(path, DirHandle, (error, handle) => {
      if (error) {
        callback(error);
        return;
      }
      const old = this.#handle;
      this.#handle = handle;
      this.#current = path;
      old.close(() => callback(null));
    });
  }
  #nextSync() {
    const path = this.#folders.shift();
    const handle = openHandle(path, DirHandle);
    this.#handle.close();
    this.#handle = handle;
    this.#current = path;
  }

  #decode(name) { return this.#asBuffer && this.#encoding !== 'buffer' ? name.toString(this.#encoding) : name; }

  #process(result, callback) {
    const folder = this.#folder();
    const entries = [];
    let left = result.length / 2;
    let failed = false;
    for (let i = 0; i < result.length; i += 2) {
      const index = i / 2;
      getDirent(folder, this.#decode(result[i]), result[i + 1], (error, entry) => {
        if (failed) return;
        if (error) {
          failed = true;
          callback(error);
          return;
        }
        entries[index] = entry;
        if (--left === 0) {
          this.#buffered.push(...entries);
          callback(null);
        }
      });
    }
  }

  readSync() {
    if (this.#closed) throw new ERR_DIR_CLOSED();
    if (this.#queue !== null) throw new ERR_DIR_CONCURRENT_OPERATION();
    for (;;) {
      if (this.#buffered.length > 0) {
        const entry = this.#buffered.shift();
        this.#note(entry);
        return entry;
      }
      const result = this.#handle.read(this.#asBuffer, this.#options.bufferSize);
      if (result === null || result === undefined) {
        if (this.#folders.length === 0) return null;
        this.#nextSync();
        continue;
      }
      const folder = this.#folder();
      for (let i = 0; i < result.length; i += 2) {
        this.#buffered.push(getDirent(folder, this.#decode(result[i]), result[i + 1]));
      }
    }
  }

  close(callback) {
    if (callback === undefined) {
      if (this.#closed) return Promise.reject(new ERR_DIR_CLOSED());
      return new Promise((resolve, reject) => {
        this.close((error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    }
    validateFunction(callback, 'callback');
    if (this.#closed) {
      process.nextTick(callback, new ERR_DIR_CLOSED());
      return;
    }
    if (this.#queue !== null) {
      this.#queue.push(() => this.close(callback));
      return;
    }
    this.#closed = true;
    this.#handle.close(callback);
  }

  closeSync() {
    if (this.#closed) throw new ERR_DIR_CLOSED();
    if (this.#queue !== null) throw new ERR_DIR_CONCURRENT_OPERATION();
    this.#closed = true;
    this.#handle.close();
  }

  async* entries() {
    try {
      for (;;) {
        const entry = await this.read();
        if (entry === null) break;
        yield entry;
      }
    } finally {
      await this.close();
    }
  }

  [SymbolDispose]() {
    if (!this.#closed) this.closeSync();
  }
  async [SymbolAsyncDispose]() {
    if (!this.#closed) await this.close();
  }
}
ObjectDefineProperty(Dir.prototype, SymbolAsyncIterator, {
  __proto__: null, value: Dir.prototype.entries, enumerable: false, writable: true, configurable: true,
});

function checkOptions(options) {
  options = getOptions(options, { encoding: 'utf8' });
  if (options.bufferSize !== undefined) validateUint32(options.bufferSize, 'options.bufferSize', true);
  return options;
}

function opendir(path, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  validateFunction(callback, 'callback');
  path = getValidatedPath(path);
  options = checkOptions(typeof options === 'function' ? undefined : options);
  openHandle(path, DirHandle, (error, handle) => {
    if (error) callback(error);
    else callback(null, new Dir(handle, path, options));
  });
}

function opendirSync(path, options) {
  path = getValidatedPath(path);
  options = checkOptions(options);
  return new Dir(openHandle(path, DirHandle), path, options);
}

async function opendirPromise(path, options) {
  path = getValidatedPath(path);
  options = checkOptions(options);
  return new Dir(await openHandle(path, DirHandle, true), path, options);
}

module.exports = { Dir, opendir, opendirPromise, opendirSync };
