'use strict';

// process.stdin, stdout and stderr: made when they are first asked for, by what the descriptor is.

const { guessHandleType } = internalBinding('process_object');

let stdinStream;
let stdoutStream;
let stderrStream;

// stdout and stderr cannot be closed: the next file opened would take their place.
function dummyDestroy(error, callback) {
  callback(error);
  this._undestroy();
  // Destroyed once: 'close' is emitted as for any stream.
  if (!this._writableState.emitClose) process.nextTick(() => this.emit('close'));
}

function createWritable(fd) {
  let stream;
  switch (guessHandleType(fd)) {
    case 'TTY': {
      const tty = require('tty');
      stream = new tty.WriteStream(fd);
      stream._type = 'tty';
      break;
    }
    case 'PIPE':
    case 'TCP': {
      const net = require('net');
      stream = new net.Socket({ fd, readable: false, writable: true });
      stream._type = 'pipe';
      // Synchronous on Linux, so that nothing is lost when the process exits.
      stream._handle?.setBlocking?.(true);
      break;
    }
    case 'FILE': {
      const SyncWriteStream = require('internal/fs/sync_write_stream');
      stream = new SyncWriteStream(fd, { autoClose: false });
      stream._type = 'fs';
      break;
    }
    default: {
      // Nothing can be written: what is, is dropped.
      const { Writable } = require('stream');
      stream = new Writable({ write(buffer, encoding, callback) { callback(); } });
    }
  }
  // For programs that look at the descriptor.
  stream.fd = fd;
  stream._isStdio = true;
  return stream;
}

function makeWritable(fd) {
  const stream = createWritable(fd);
  stream.destroySoon = stream.destroy;
  stream._destroy = dummyDestroy;
  if (stream.isTTY) {
    process.on('SIGWINCH', () => stream._refreshSize());
  }
  return stream;
}

function stdout() { return stdoutStream ??= makeWritable(1); }
function stderr() { return stderrStream ??= makeWritable(2); }

function createStdin() {
  const fd = 0;
  let stream;
  switch (guessHandleType(fd)) {
    case 'TTY': {
      const tty = require('tty');
      stream = new tty.ReadStream(fd);
      break;
    }
    case 'FILE': {
      const fs = require('fs');
      stream = new fs.ReadStream(null, { fd, autoClose: false });
      break;
    }
    case 'PIPE':
    case 'TCP': {
      const net = require('net');
      if (process.channel && process.channel.fd === fd) {
        // The channel to the parent is stdin: there is nothing else to read.
        stream = new net.Socket({ handle: process.channel, readable: true, writable: false, manualStart: true });
      } else {
        stream = new net.Socket({ fd, readable: true, writable: false, manualStart: true });
      }
      // It is read only once somebody listens.
      stream._type = 'pipe';
      break;
    }
    default: {
      const { Readable } = require('stream');
      stream = new Readable({ read() {} });
      stream.push(null);
    }
  }
  stream.fd = fd;
  // net.Socket begins to read at once; a paused stdin must not keep the process running.
  if (stream._handle?.readStop) {
    stream._handle.reading = false;
    stream._readableState.reading = false;
    stream._handle.readStop();
  }
  // After pause() the loop may end.
  stream.on('pause', () => {
    process.nextTick(() => {
      if (stream._handle?.reading && !stream.readableFlowing) {
        stream._readableState.reading = false;
        stream._handle.reading = false;
        stream._handle.readStop();
      }
    });
  });
  return stream;
}

function stdin() { return stdinStream ??= createStdin(); }

// Does the stream exist yet?
function isMade(fd) {
  return (fd === 1 ? stdoutStream : stderrStream) !== undefined;
}

module.exports = { isMade, stdin, stdout, stderr };
