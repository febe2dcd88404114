'use strict';

// ChildProcess: a process started with spawn(), its streams, and its end.

const { ObjectSetPrototypeOf, FunctionPrototypeCall } = primordials;
const EventEmitter = require('events');
const { Process } = internalBinding('process_wrap');
const { UV_EACCES, UV_EAGAIN, UV_EMFILE, UV_ENFILE, UV_ENOENT, UV_ESRCH, UV_ENOTDIR, UV_EPERM } = internalBinding('uv');
const { codes: { ERR_INVALID_ARG_TYPE }, ErrnoException } = require('internal/errors');
const { convertToValidSignal } = require('internal/util');
const { validateArray, validateObject, validateOneOf, validateString } = require('internal/validators');
const { normalizeStdio } = require('internal/child_process/arguments');
const { signals } = internalBinding('constants').os;

const { channel, tracingChannel } = require('diagnostics_channel');

// https://nodejs.org/api/diagnostics_channel.html#process
const created = channel('child_process');
const spawning = tracingChannel('child_process.spawn');

// Errors that are reported as an event; others are thrown.
const kReported = new Set([UV_EACCES, UV_EAGAIN, UV_EMFILE, UV_ENFILE, UV_ENOENT, UV_ENOTDIR]);

function ChildProcess() {
  FunctionPrototypeCall(EventEmitter, this);
  this._closesNeeded = 1;
  this._closesGot = 0;
  this.connected = false;
  this.signalCode = null;
  this.exitCode = null;
  this.killed = false;
  this.spawnfile = null;
  this._handle = new Process();
  this._handle.owner = this;
  this._handle.onexit = (exitCode, signalCode) => {
    if (signalCode) this.signalCode = signalCode;
    else this.exitCode = exitCode;
    this.stdin?.destroy();
    this._handle?.close();
    this._handle = null;
    if (exitCode < 0) {
      const syscall = this.spawnfile ? `spawn ${this.spawnfile}` : 'spawn';
      const error = new ErrnoException(exitCode, syscall);
      if (this.spawnfile) error.path = this.spawnfile;
      error.spawnargs = this.spawnargs.slice(1);
      this.emit('error', error);
    } else {
      this.emit('exit', this.exitCode, this.signalCode);
    }
    // Streams nobody reads would keep 'close' from coming.
    process.nextTick(flush, this);
    maybeClose(this);
  };
  if (created.hasSubscribers) created.publish({ process: this });
}
ObjectSetPrototypeOf(ChildProcess.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(ChildProcess, EventEmitter);

// What comes out of a stream that a child has as its own is for that child.
const kUsedByChild = Symbol('used by child');
function leaveToChild({ handle, stream }) {
  if (!(stream instanceof require('net').Socket)) return;
  handle.reading = false;
  handle.readStop();
  stream.pause();
  stream.readableFlowing = false;
  stream._readableState.reading = false;
  stream[kUsedByChild] = true;
}

function flush(child) {
  for (const stream of child.stdio ?? []) {
    if (!stream || stream[kUsedByChild] || !stream.readable || stream._readableState?.readableListening) continue;
    stream.resume();
  }
}

function maybeClose(child) {
  child._closesGot++;
  if (child._closesGot === child._closesNeeded) child.emit('close', child.exitCode, child.signalCode);
}

function createSocket(handle, readable) {
  const { Socket } = require('net');
  return new Socket({ handle, readable });
}

ChildProcess.prototype.spawn = function(options) {
  validateObject(options, 'options');
  const { stdio, ipc, ipcFd } = normalizeStdio(options.stdio || 'pipe', false);
  options.stdio = stdio;
  validateOneOf(options.serialization, 'options.serialization', [undefined, 'json', 'advanced']);
  const serialization = options.serialization || 'json';
  if (ipc !== undefined) {
    if (options.envPairs === undefined) options.envPairs = [];
    else validateArray(options.envPairs, 'options.envPairs');
    options.envPairs.push(`NODE_CHANNEL_FD=${ipcFd}`, `NODE_CHANNEL_SERIALIZATION_MODE=${serialization}`);
  }
  validateString(options.file, 'options.file');
  this.spawnfile = options.file;
  if (options.args !== undefined && !Array.isArray(options.args)) throw new ERR_INVALID_ARG_TYPE('options.args', 'Array', options.args);
  this.spawnargs = options.args ?? [];

  if (spawning.start.hasSubscribers) spawning.start.publish({ process: this, options });
  const error = this._handle.spawn(options);
  if (error && spawning.error.hasSubscribers) spawning.error.publish({ process: this, error: new ErrnoException(error, 'spawn') });
  else if (!error && spawning.end.hasSubscribers) spawning.end.publish({ process: this });
  if (kReported.has(error)) {
    process.nextTick(() => this._handle?.onexit(error, '') );
    // There is no child, but there are streams to be closed.
    if (error === UV_EMFILE || error === UV_ENFILE) return error;
  } else if (error) {
    for (const { type, handle } of stdio) if (type === 'pipe') handle.close();
    this._handle.close();
    this._handle = null;
    throw new ErrnoException(error, 'spawn');
  } else {
    process.nextTick(() => this.emit('spawn'));
  }
  this.pid = this._handle.pid;

  for (let i = 0; i < stdio.length; i++) {
    const entry = stdio[i];
    if (entry.type === 'ignore') continue;
    if (entry.type === 'wrap') leaveToChild(entry);
    if (entry.ipc) {
      this._closesNeeded++;
      continue;
    }
    // Without a child there is nothing at the other end.
    if (error) {
      entry.handle?.close?.();
      continue;
    }
    if (entry.handle && entry.type !== 'wrap') {
      entry.socket = createSocket(entry.handle, i > 0);
      if (i > 0 && this.pid !== 0) {
        this._closesNeeded++;
        entry.socket.on('close', () => maybeClose(this));
      }
    }
  }
  this.stdin = stdio[0]?.socket ?? (error && stdio[0]?.type === 'pipe' ? closedStream(false) : null);
  this.stdout = stdio[1]?.socket ?? (error && stdio[1]?.type === 'pipe' ? closedStream(true) : null);
  this.stderr = stdio[2]?.socket ?? (error && stdio[2]?.type === 'pipe' ? closedStream(true) : null);
  this.stdio = [this.stdin, this.stdout, this.stderr, ...stdio.slice(3).map((entry) => entry.socket ?? null)];
  if (ipc !== undefined && !error) require('internal/child_process/channel').setup(this, ipc, serialization);
  else if (ipc !== undefined) ipc.close();
  return error;
};

// Stands for a pipe of a child that was never started.
function closedStream(readable) {
  const { Socket } = require('net');
  const socket = new Socket({ readable, writable: !readable });
  socket.destroy();
  return socket;
}

ChildProcess.prototype.kill = function(signal) {
  const number = signal === 0 ? 0 : convertToValidSignal(signal === undefined ? 'SIGTERM' : signal);
  if (this._handle) {
    const error = this._handle.kill(number);
    if (error === 0) {
      this.killed = true;
      return true;
    }
    if (error !== UV_ESRCH) {
      const failure = new ErrnoException(error, 'kill');
      if (error !== UV_EPERM) throw failure;
      this.emit('error', failure);
    }
  }
  return false;
};
ChildProcess.prototype[Symbol.dispose] = function() {
  if (!this.killed) this.kill();
};
ChildProcess.prototype.ref = function() { this._handle?.ref(); };
ChildProcess.prototype.unref = function() { this._handle?.unref(); };

module.exports = { ChildProcess, maybeClose, signals };
