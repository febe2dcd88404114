'use strict';

// fs.Utf8Stream: text into a file, many small pieces in few writes. https://nodejs.org/api/fs.html#class-fsutf8stream

const {
  ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeUnshift, AtomicsWait, Int32Array, MathMax,
  StringPrototypeCharCodeAt, StringPrototypeSlice, SymbolDispose,
} = primordials;
const EventEmitter = require('events');
const path = require('path');
const { Buffer } = require('buffer');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE, ERR_OPERATION_FAILED } } = require('internal/errors');
const { toPathIfFileURL } = require('internal/url');
const {
  validateBoolean, validateFunction, validateObject, validateOneOf, validateUint32,
} = require('internal/validators');
const { clearInterval, setInterval, setTimeout } = require('timers');

const kBusyDelay = 100; // ms before a file that is busy is tried again
const kMaxWrite = 16 * 1024;
const kHighWaterMark = 16387;

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const sleep = () => AtomicsWait(sleeper, 0, 0, kBusyDelay);
const isBusy = (error) => error.code === 'EAGAIN' || error.code === 'EBUSY';

class Utf8Stream extends EventEmitter {
  #fs;
  #fd = -1;
  #file = null;
  #append; #contentMode; #fsync; #maxLength; #maxWrite; #minLength; #mkdir; #mode; #periodicFlush; #retry; #sync;
  #chunks = []; // not yet being written; each at most #maxWrite long
  #current; // what a write was begun with, less what it has done
  #length = 0; // of both
  #writing = false;
  #opening = false;
  #reopening = false;
  #ending = false;
  #destroyed = false;
  #flushPending = false;
  #drainScheduled = false;
  #timer;

  constructor(options = {}) {
    super();
    validateObject(options, 'options');
    const {
      append = true, contentMode = 'utf8', dest, fd, fs = {}, fsync = false, maxLength = 0, maxWrite = kMaxWrite,
      minLength = 0, mkdir = false, mode, periodicFlush = 0, retryEAGAIN = () => true, sync = false,
    } = options;
    validateBoolean(append, 'options.append');
    validateOneOf(contentMode, 'options.contentMode', ['utf8', 'buffer']);
    validateObject(fs, 'options.fs');
    validateBoolean(fsync, 'options.fsync');
    validateUint32(maxLength, 'options.maxLength');
    validateUint32(maxWrite, 'options.maxWrite');
    validateUint32(minLength, 'options.minLength');
    validateBoolean(mkdir, 'options.mkdir');
    validateUint32(periodicFlush, 'options.periodicFlush');
    validateFunction(retryEAGAIN, 'options.retryEAGAIN');
    validateBoolean(sync, 'options.sync');
    if (minLength >= maxWrite) throw new ERR_INVALID_ARG_VALUE('options.minLength', minLength, 'should be smaller than maxWrite');
    this.#fs = { ...require('fs'), ...fs };
    this.#append = append;
    this.#contentMode = contentMode;
    this.#fsync = fsync;
    this.#maxLength = maxLength;
    this.#maxWrite = maxWrite;
    this.#minLength = minLength;
    this.#mkdir = mkdir;
    this.#mode = mode;
    this.#periodicFlush = periodicFlush;
    this.#retry = retryEAGAIN;
    this.#sync = sync;
    this.#current = this.#empty();
    if (typeof fd === 'number') {
      this.#fd = fd;
      process.nextTick(() => this.emit('ready'));
    } else if (typeof dest === 'string' || Buffer.isBuffer(dest) || dest instanceof URL) {
      this.#open(toPathIfFileURL(dest));
    } else {
      throw new ERR_INVALID_ARG_TYPE('options.dest', ['string', 'Buffer', 'URL'], dest);
    }
    if (periodicFlush > 0) this.#timer = setInterval(() => this.flush(() => {}), periodicFlush).unref();
    this.on('newListener', (name) => {
      if (name === 'drain') this.#drainScheduled = false;
    });
  }

  get append() { return this.#append; }
  get contentMode() { return this.#contentMode; }
  get fd() { return this.#fd; }
  get file() { return this.#file; }
  get fsync() { return this.#fsync; }
  get maxLength() { return this.#maxLength; }
  get minLength() { return this.#minLength; }
  get mkdir() { return this.#mkdir; }
  get mode() { return this.#mode; }
  get periodicFlush() { return this.#periodicFlush; }
  get sync() { return this.#sync; }
  get writing() { return this.#writing; }

  write(data) {
    this.#check();
    if (this.#contentMode === 'utf8') {
      if (typeof data !== 'string') throw new ERR_INVALID_ARG_TYPE('data', 'string', data);
    } else if (!Buffer.isBuffer(data)) {
      throw new ERR_INVALID_ARG_TYPE('data', 'Buffer', data);
    }
    const highWaterMark = MathMax(this.#minLength, kHighWaterMark);
    if (this.#maxLength > 0 && this.#length + data.length > this.#maxLength) {
      this.emit('drop', data);
      return this.#length < highWaterMark;
    }
    const last = this.#chunks.length - 1;
    if (last >= 0 && this.#chunks[last].length + data.length <= this.#maxWrite) {
      this.#chunks[last] = typeof data === 'string' ? this.#chunks[last] + data : Buffer.concat([this.#chunks[last], data]);
    } else {
      ArrayPrototypePush(this.#chunks, data);
    }
    this.#length += data.length;
    if (!this.#writing && this.#length >= this.#minLength) this.#writeNext();
    return this.#length < highWaterMark;
  }

  flush(callback) {
    if (callback !== undefined && callback !== null) validateFunction(callback, 'callback');
    if (this.#destroyed) {
      const error = new ERR_INVALID_STATE('Utf8Stream is destroyed');
      if (!callback) throw error;
      callback(error);
      return;
    }
    if (this.#minLength <= 0) {
      callback?.();
      return;
    }
    if (callback) this.#afterDrain(callback);
    if (this.#opening) this.#flushPending = true;
    if (this.#writing) return;
    if (this.#chunks.length === 0) ArrayPrototypePush(this.#chunks, this.#empty());
    this.#writeNext();
  }

  // What is flushed is also on the disk, once.
  #afterDrain(callback) {
    const onDrain = () => {
      this.removeListener('error', onError);
      if (this.#destroyed || this.#fsync) {
        callback();
        return;
      }
      this.#fs.fsync(this.#fd, (error) => callback(error?.code === 'EBADF' ? undefined : error));
    };
    const onError = (error) => {
      this.removeListener('drain', onDrain);
      callback(error);
    };
    this.once('drain', onDrain);
    this.once('error', onError);
  }

  flushSync() {
    this.#check();
    if (this.#fd < 0) throw new ERR_INVALID_STATE('The file is not open yet');
    if (!this.#writing && this.#current.length > 0) {
      ArrayPrototypeUnshift(this.#chunks, this.#current);
      this.#current = this.#empty();
    }
    let chunk = this.#empty();
    while (this.#chunks.length > 0 || chunk.length > 0) {
      if (chunk.length === 0) chunk = this.#chunks[0];
      try {
        const rest = this.#restOf(chunk, this.#writeSync(chunk));
        this.#length -= chunk.length - rest.length;
        chunk = rest;
        if (chunk.length === 0) ArrayPrototypeShift(this.#chunks);
        else this.#chunks[0] = chunk;
      } catch (error) {
        if (!isBusy(error) || !this.#retry(error, chunk.length, this.#length - chunk.length)) throw error;
        sleep();
      }
    }
    try {
      this.#fs.fsyncSync(this.#fd);
    } catch {
      // What it is may not be able to.
    }
  }

  end() {
    this.#check();
    if (this.#opening) {
      this.once('ready', () => this.end());
      return;
    }
    if (this.#ending) return;
    this.#ending = true;
    if (this.#writing) return;
    if (this.#length > 0 && this.#fd >= 0) this.#writeNext();
    else this.#close();
  }

  destroy() {
    if (!this.#destroyed) this.#close();
  }
  [SymbolDispose]() { this.destroy(); }

  reopen(file) {
    this.#check();
    if (this.#opening) {
      this.once('ready', () => this.reopen(file));
      return;
    }
    if (this.#ending) return;
    if (!this.#file && file === undefined) throw new ERR_OPERATION_FAILED('Unable to reopen a file descriptor, you must pass a file');
    if (file !== undefined) this.#file = toPathIfFileURL(file);
    this.#reopening = true;
    if (this.#writing) return;
    const old = this.#fd;
    this.once('ready', () => {
      if (old !== this.#fd) this.#fs.close(old, (error) => { if (error) this.emit('error', error); });
    });
    this.#open(this.#file);
  }

  #check() { if (this.#destroyed) throw new ERR_INVALID_STATE('Utf8Stream is destroyed'); }
  #empty() { return this.#contentMode === 'utf8' ? '' : Buffer.alloc(0); }

  #open(file) {
    this.#opening = true;
    this.#writing = true;
    this.#file = file;
    const flags = this.#append ? 'a' : 'w';
    if (this.#sync) {
      try {
        if (this.#mkdir) this.#fs.mkdirSync(path.dirname(`${file}`), { recursive: true });
        this.#opened(null, this.#fs.openSync(file, flags, this.#mode));
      } catch (error) {
        this.#opened(error);
        throw error;
      }
      return;
    }
    const open = () => this.#fs.open(file, flags, this.#mode, (error, fd) => this.#opened(error, fd));
    if (!this.#mkdir) return open();
    this.#fs.mkdir(path.dirname(`${file}`), { recursive: true }, (error) => (error ? this.#opened(error) : open()));
  }

  #opened(error, fd) {
    this.#reopening = false;
    this.#writing = false;
    this.#opening = false;
    if (error) {
      if (!this.#sync) this.emit('error', error);
      else process.nextTick(() => { if (this.listenerCount('error') > 0) this.emit('error', error); });
      return;
    }
    this.#fd = fd;
    if (this.#sync) process.nextTick(() => this.emit('ready'));
    else this.emit('ready');
    if (this.#destroyed) return;
    if ((!this.#writing && this.#length > this.#minLength) || this.#flushPending) this.#writeNext();
  }

  #writeSync(chunk) {
    return typeof chunk === 'string' ? this.#fs.writeSync(this.#fd, chunk, 'utf8') : this.#fs.writeSync(this.#fd, chunk);
  }

  #writeNext() {
    this.#writing = true;
    if (this.#current.length === 0) this.#current = ArrayPrototypeShift(this.#chunks) ?? this.#empty();
    const chunk = this.#current;
    if (!this.#sync) {
      const done = (error, count) => this.#wrote(error, count);
      if (typeof chunk === 'string') this.#fs.write(this.#fd, chunk, 'utf8', done);
      else this.#fs.write(this.#fd, chunk, done);
      return;
    }
    let count;
    try {
      count = this.#writeSync(chunk);
    } catch (error) {
      this.#wrote(error);
      return;
    }
    this.#wrote(null, count);
  }

  // What is left of `chunk` after `count` bytes; a character that is cut comes whole again.
  #restOf(chunk, count) {
    if (count === undefined) return this.#empty();
    if (typeof chunk !== 'string') return chunk.subarray(count);
    const bytes = Buffer.byteLength(chunk);
    if (count >= bytes) return '';
    if (bytes === chunk.length) return StringPrototypeSlice(chunk, count);
    let units = 0;
    for (let written = 0; units < chunk.length;) {
      const code = StringPrototypeCharCodeAt(chunk, units);
      const next = StringPrototypeCharCodeAt(chunk, units + 1);
      const pair = code >= 0xd800 && code < 0xdc00 && next >= 0xdc00 && next < 0xe000;
      written += pair ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
      if (written > count) break;
      units += pair ? 2 : 1;
    }
    return StringPrototypeSlice(chunk, units);
  }

  #wrote(error, count) {
    if (error) {
      if (isBusy(error) && this.#retry(error, this.#current.length, this.#length - this.#current.length)) {
        if (this.#sync) {
          sleep();
          this.#writeNext();
        } else {
          setTimeout(() => this.#writeNext(), kBusyDelay);
        }
        return;
      }
      this.#writing = false;
      this.emit('error', error);
      return;
    }
    this.emit('write', count);
    const rest = this.#restOf(this.#current, count);
    this.#length -= this.#current.length - rest.length;
    this.#current = rest;
    if (rest.length > 0) {
      this.#writeNext();
      return;
    }
    if (this.#fsync) this.#fs.fsyncSync(this.#fd);
    if (this.#reopening) {
      this.#writing = false;
      this.#reopening = false;
      this.reopen();
    } else if (this.#length > this.#minLength || (this.#ending && this.#length > 0)) {
      this.#writeNext();
    } else if (this.#ending) {
      this.#writing = false;
      this.#close();
    } else {
      this.#writing = false;
      this.#drained();
    }
  }

  // A write that was done at once tells of it later, so that its caller can listen.
  #drained() {
    if (!this.#sync) {
      this.emit('drain');
    } else if (!this.#drainScheduled) {
      this.#drainScheduled = true;
      process.nextTick(() => {
        this.#drainScheduled = false;
        if (this.listenerCount('drain') > 0) this.emit('drain');
      });
    }
  }

  #close() {
    if (this.#fd === -1) {
      this.once('ready', () => this.#close());
      return;
    }
    clearInterval(this.#timer);
    this.#destroyed = true;
    this.#chunks = [];
    const done = (error) => {
      if (error) {
        this.emit('error', error);
        return;
      }
      if (this.#ending && !this.#writing) this.emit('finish');
      this.emit('close');
    };
    const close = () => {
      // stdout and stderr stay.
      if (this.#fd !== 1 && this.#fd !== 2) this.#fs.close(this.#fd, done);
      else done();
    };
    if (this.#fsync) {
      close();
      return;
    }
    try {
      this.#fs.fsync(this.#fd, close);
    } catch {
      close();
    }
  }
}

module.exports = { Utf8Stream };
