'use strict';

// FileHandle: a descriptor with promises. Documented in doc/api/fs.md, "Class: FileHandle".

const { Buffer } = require('buffer');
const EventEmitter = require('events');
const binding = internalBinding('fs');
const files = internalBinding('fs_files');
const { FinalizationRegistry, SymbolAsyncDispose, MathMax } = primordials;
const {
  AbortError,
  codes: { ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE },
} = require('internal/errors');
const {
  kValidateObjectAllowNullable, parseFileMode, validateBoolean, validateBuffer, validateEncoding, validateInteger, validateObject,
} = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');
const {
  constants: { kWriteFileMaxChunkSize }, getOptions, getStatsFromArray, kMaxUserId, toUnixTimestamp, validateBufferArray,
  validateOffsetLengthRead, validateOffsetLengthWrite, validatePosition, validateStringAfterArrayBufferView,
} = require('internal/fs/utils');

const kFd = Symbol('kFd');
const kRefs = Symbol('kRefs');
const kRef = Symbol('kRef');
const kUnref = Symbol('kUnref');
const kClosePromise = Symbol('kClosePromise');
const kCloseResolve = Symbol('kCloseResolve');
const kCloseReject = Symbol('kCloseReject');
const kLocked = Symbol('kLocked');

// Descriptors whose handles were forgotten are closed, with a warning.
let forgotten;
function closeForgotten(fd) {
  process.emitWarning(`Closing file descriptor ${fd} on garbage collection`);
  process.emitWarning('Closing a FileHandle object on garbage collection is deprecated. Please close FileHandle objects ' +
    'explicitly using FileHandle.prototype.close(). In the future, an error will be thrown if a file descriptor is closed ' +
    'during garbage collection.', 'DeprecationWarning', 'DEP0137');
  try { binding.close(fd); } catch { /* closed by its number meanwhile */ }
}

function closedError(syscall) {
  // eslint-disable-next-line no-restricted-syntax
  const error = new Error('file closed');
  error.code = 'EBADF';
  error.syscall = syscall;
  return error;
}

// Runs `use(fd)` with the handle kept open meanwhile.
async function using(handle, syscall, use) {
  if (handle[kFd] === -1) throw closedError(syscall);
  handle[kRef]();
  try {
    return await use(handle[kFd]);
  } finally {
    handle[kUnref]();
  }
}

function checkAborted(signal) {
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
}

function isIterable(value) {
  return value != null && typeof value !== 'string' && !isArrayBufferView(value) &&
    (typeof value[Symbol.asyncIterator] === 'function' || typeof value[Symbol.iterator] === 'function');
}

async function writeBytes(fd, bytes, signal) {
  let offset = 0;
  do {
    checkAborted(signal);
    offset += await binding.writeBuffer(fd, bytes, offset, Math.min(kWriteFileMaxChunkSize, bytes.byteLength - offset), null, true);
  } while (offset < bytes.byteLength);
  checkAborted(signal);
}

// All of `data` (string, view, iterable of them) from where the descriptor stands.
async function writeAll(fd, data, encoding, signal) {
  if (isIterable(data)) {
    for await (const part of data) {
      checkAborted(signal);
      const bytes = isArrayBufferView(part) ? part : Buffer.from(part, encoding || 'utf8');
      if (bytes.byteLength > 0) await writeBytes(fd, bytes, signal);
      checkAborted(signal);
    }
    return;
  }
  if (!isArrayBufferView(data)) {
    validateStringAfterArrayBufferView(data, 'data');
    data = Buffer.from(data, encoding || 'utf8');
  }
  if (data.byteLength === 0) return;
  await writeBytes(fd, data, signal);
}

function decode(data, encoding) {
  return encoding && encoding !== 'buffer' && typeof data !== 'string' ? data.toString(encoding) : data;
}
function isUtf8(encoding) { return encoding === 'utf8' || encoding === 'utf-8'; }

async function readAll(fd, options) {
  const { signal, encoding } = options;
  checkAborted(signal);
  const data = await files.readFile(fd, 0, isUtf8(encoding), true);
  checkAborted(signal);
  return decode(data, encoding);
}

const { kTransfer, kTransferList, markTransferMode } = require('internal/worker/transfer');

class FileHandle extends EventEmitter {
  constructor(fd) {
    super();
    markTransferMode(this, false, true);
    this[kFd] = fd;
    this[kRefs] = 1;
    this[kClosePromise] = null;
    forgotten ??= new FinalizationRegistry(closeForgotten);
    forgotten.register(this, fd, this);
  }

  // The descriptor goes to the other thread; here nothing is left of it.
  [kTransferList]() { return []; }
  [kTransfer]() {
    if (this[kClosePromise] || this[kRefs] !== 1) {
      const { lazyDOMException } = require('internal/util');
      throw lazyDOMException('Cannot transfer FileHandle while in use', 'DataCloneError');
    }
    const fd = this[kFd];
    this[kFd] = -1;
    this[kRefs] = 0;
    this[kClosePromise] = Promise.resolve();
    forgotten.unregister(this);
    return { data: { fd }, deserializeInfo: 'internal/fs/file_handle:reviveFileHandle' };
  }

  getAsyncId() { return 0; }
  get fd() { return this[kFd]; }

  appendFile(data, options) { return this.writeFile(data, options); }

  async chmod(mode) {
    mode = parseFileMode(mode, 'mode');
    return using(this, 'fchmod', (fd) => binding.fchmod(fd, mode, true));
  }
  async chown(uid, gid) {
    validateInteger(uid, 'uid', -1, kMaxUserId);
    validateInteger(gid, 'gid', -1, kMaxUserId);
    return using(this, 'fchown', (fd) => binding.fchown(fd, uid, gid, true));
  }
  async datasync() { return using(this, 'fdatasync', (fd) => binding.fdatasync(fd, true)); }
  async sync() { return using(this, 'fsync', (fd) => binding.fsync(fd, true)); }

  async read(bufferOrOptions, offset, length, position) {
    return using(this, 'read', async (fd) => {
      let buffer = bufferOrOptions;
      if (!isArrayBufferView(buffer)) {
        if (bufferOrOptions !== undefined) validateObject(bufferOrOptions, 'options', kValidateObjectAllowNullable);
        ({
          buffer = Buffer.alloc(16384), offset = 0, length = buffer.byteLength - offset, position = null,
        } = bufferOrOptions ?? {});
        validateBuffer(buffer);
      }
      if (offset !== null && typeof offset === 'object') {
        ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset);
      }
      if (offset == null) offset = 0;
      else validateInteger(offset, 'offset', 0);
      length ??= buffer.byteLength - offset;
      if (position != null) validatePosition(position, 'position', length);
      if (length === 0) return { __proto__: null, bytesRead: length, buffer };
      if (buffer.byteLength === 0) throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
      validateOffsetLengthRead(offset, length, buffer.byteLength);
      if (position == null) position = -1;
      else validatePosition(position, 'position', length);
      const bytesRead = await binding.read(fd, buffer, offset, length, position, true) || 0;
      return { __proto__: null, bytesRead, buffer };
    });
  }

  async readv(buffers, position) {
    return using(this, 'read', async (fd) => {
      validateBufferArray(buffers);
      if (typeof position !== 'number') position = null;
      const bytesRead = await binding.readBuffers(fd, buffers, position, true) || 0;
      return { __proto__: null, bytesRead, buffers };
    });
  }

  async readFile(options) {
    options = getOptions(options, { flag: 'r' });
    return using(this, 'read', (fd) => readAll(fd, options));
  }

  readLines(options = undefined) {
    const { createInterface } = require('readline');
    return createInterface({ input: this.createReadStream(options), crlfDelay: Infinity });
  }

  async stat(options = { bigint: false }) {
    return using(this, 'fstat', async (fd) => getStatsFromArray(await binding.fstat(fd, options.bigint === true, true)));
  }

  async truncate(len = 0) {
    validateInteger(len, 'len');
    return using(this, 'ftruncate', (fd) => binding.ftruncate(fd, MathMax(0, len), true));
  }

  async utimes(atime, mtime) {
    atime = toUnixTimestamp(atime, 'atime');
    mtime = toUnixTimestamp(mtime, 'mtime');
    return using(this, 'futime', (fd) => binding.futimes(fd, atime, mtime, true));
  }

  async write(buffer, offsetOrOptions, length, position) {
    return using(this, 'write', async (fd) => {
      if (buffer?.byteLength === 0) return { __proto__: null, bytesWritten: 0, buffer };
      let offset = offsetOrOptions;
      if (isArrayBufferView(buffer)) {
        if (typeof offset === 'object') {
          ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions ?? {});
        }
        if (offset == null) offset = 0;
        else validateInteger(offset, 'offset', 0);
        if (typeof length !== 'number') length = buffer.byteLength - offset;
        if (typeof position !== 'number') position = null;
        validateOffsetLengthWrite(offset, length, buffer.byteLength);
        const bytesWritten = await binding.writeBuffer(fd, buffer, offset, length, position, true) || 0;
        return { __proto__: null, bytesWritten, buffer };
      }
      validateStringAfterArrayBufferView(buffer, 'buffer');
      validateEncoding(buffer, length);
      if (typeof offset !== 'number') offset = null;
      const bytesWritten = (!length || isUtf8(length) ? await binding.writeString(fd, buffer, offset, true) :
        await this.#writeEncoded(fd, buffer, offset, length)) || 0;
      return { __proto__: null, bytesWritten, buffer };
    });
  }
  #writeEncoded(fd, string, position, encoding) {
    const bytes = Buffer.from(string, encoding);
    return binding.writeBuffer(fd, bytes, 0, bytes.length, position, true);
  }

  async writev(buffers, position) {
    return using(this, 'write', async (fd) => {
      validateBufferArray(buffers);
      if (typeof position !== 'number') position = null;
      if (buffers.length === 0) return { __proto__: null, bytesWritten: 0, buffers };
      const bytesWritten = await binding.writeBuffers(fd, buffers, position, true) || 0;
      return { __proto__: null, bytesWritten, buffers };
    });
  }

  async writeFile(data, options) {
    return using(this, 'write', async (fd) => {
      options = getOptions(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
      const flush = options.flush ?? false;
      validateBoolean(flush, 'options.flush');
      if (!isIterable(data) && !isArrayBufferView(data)) validateStringAfterArrayBufferView(data, 'data');
      checkAborted(options.signal);
      await writeAll(fd, data, options.encoding, options.signal);
      if (flush) await this.sync();
    });
  }

  close = () => {
    if (this[kFd] === -1) return Promise.resolve();
    if (this[kClosePromise]) return this[kClosePromise];
    this[kRefs]--;
    if (this[kRefs] === 0) {
      this.#release();
    } else {
      this[kClosePromise] = new Promise((resolve, reject) => {
        this[kCloseResolve] = resolve;
        this[kCloseReject] = reject;
      });
    }
    this[kClosePromise] = this[kClosePromise].finally(() => { this[kClosePromise] = undefined; });
    this.emit('close');
    return this[kClosePromise];
  };
  #release() {
    const fd = this[kFd];
    this[kFd] = -1;
    forgotten.unregister(this);
    return this[kClosePromise] = binding.close(fd, true);
  }

  async [SymbolAsyncDispose]() { await this.close(); }

  [kRef]() { this[kRefs]++; }
  [kUnref]() {
    this[kRefs]--;
    if (this[kRefs] === 0 && this[kFd] !== -1) {
      const waiting = this[kCloseResolve];
      const refuse = this[kCloseReject];
      const promise = this[kClosePromise];
      binding.close(this[kFd], true).then(waiting, refuse);
      this[kFd] = -1;
      forgotten.unregister(this);
      this[kClosePromise] = promise;
    }
  }

  readableWebStream(options = {}) {
    if (this[kFd] === -1) throw new ERR_INVALID_STATE('The FileHandle is closed');
    if (this[kClosePromise]) throw new ERR_INVALID_STATE('The FileHandle is closing');
    if (this[kLocked]) throw new ERR_INVALID_STATE('The FileHandle is locked');
    this[kLocked] = true;
    if (options.type !== undefined && options.type !== 'bytes') {
      process.emitWarning('A non-"bytes" options.type has no effect. A byte-oriented steam is always created.', 'ExperimentalWarning');
    }
    validateObject(options, 'options');
    const { autoClose = false } = options;
    validateBoolean(autoClose, 'options.autoClose');
    const handle = this;
    const done = async () => {
      handle[kUnref]();
      if (autoClose) await handle.close();
    };
    const { ReadableStream } = require('internal/webstreams/readablestream');
    const readable = new ReadableStream({
      type: 'bytes',
      autoAllocateChunkSize: 16384,
      async pull(controller) {
        const view = controller.byobRequest.view;
        const { bytesRead } = await handle.read(view, view.byteOffset, view.byteLength);
        if (bytesRead === 0) {
          controller.close();
          await done();
        }
        controller.byobRequest.respond(bytesRead);
      },
      async cancel() { await done(); },
    });
    this[kRef]();
    this.once('close', () => { require('internal/webstreams/readablestream').readableStreamCancel?.(readable); });
    return readable;
  }

  createReadStream(options = undefined) {
    const { ReadStream } = require('internal/fs/streams');
    return new ReadStream(undefined, { ...options, fd: this });
  }
  createWriteStream(options = undefined) {
    const { WriteStream } = require('internal/fs/streams');
    return new WriteStream(undefined, { ...options, fd: this });
  }
}

function reviveFileHandle({ fd }) { return new FileHandle(fd); }

module.exports = {
  reviveFileHandle, FileHandle, checkAborted, decode, isIterable, kRef, kUnref, readAll, using, writeAll };
