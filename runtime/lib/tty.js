'use strict';

// https://nodejs.org/api/tty.html

const { FunctionPrototypeCall, ObjectSetPrototypeOf } = primordials;
const net = require('net');
const { TTY, isTTY } = internalBinding('tty_wrap');
const { codes: { ERR_INVALID_FD, ERR_TTY_INIT_FAILED }, ErrnoException, uvErrmapGet } = require('internal/errors');
const { getColorDepth, hasColors } = require('internal/tty');

function isatty(fd) {
  return Number.isInteger(fd) && fd >= 0 && fd <= 2147483647 && isTTY(fd);
}

function open(fd) {
  if (fd >> 0 !== fd || fd < 0) throw new ERR_INVALID_FD(fd);
  const context = {};
  const handle = new TTY(fd, context);
  if (context.errno !== undefined) {
    const [code, message] = uvErrmapGet(context.errno) ?? ['UNKNOWN', 'unknown error'];
    throw new ERR_TTY_INIT_FAILED({ code, message, errno: context.errno, syscall: 'uv_tty_init' });
  }
  return handle;
}

function ReadStream(fd, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(fd, options);
  const handle = open(fd);
  FunctionPrototypeCall(net.Socket, this, { highWaterMark: 0, handle, manualStart: true, ...options });
  this.isRaw = false;
  this.isTTY = true;
}
ObjectSetPrototypeOf(ReadStream.prototype, net.Socket.prototype);
ObjectSetPrototypeOf(ReadStream, net.Socket);

ReadStream.prototype.setRawMode = function(flag) {
  flag = Boolean(flag);
  const error = this._handle?.setRawMode(flag);
  if (error) {
    this.emit('error', new ErrnoException(error, 'setRawMode'));
    return this;
  }
  this.isRaw = flag;
  return this;
};

function WriteStream(fd) {
  if (!(this instanceof WriteStream)) return new WriteStream(fd);
  const handle = open(fd);
  FunctionPrototypeCall(net.Socket, this, { highWaterMark: 0, handle, manualStart: true });
  // What is written before the process ends must be seen.
  this._handle.setBlocking(true);
  const size = [0, 0];
  if (this._handle.getWindowSize(size) === 0) [this.columns, this.rows] = size;
}
ObjectSetPrototypeOf(WriteStream.prototype, net.Socket.prototype);
ObjectSetPrototypeOf(WriteStream, net.Socket);

WriteStream.prototype.isTTY = true;
WriteStream.prototype.getColorDepth = getColorDepth;
WriteStream.prototype.hasColors = hasColors;
WriteStream.prototype._refreshSize = function() {
  const { columns, rows } = this;
  const size = [0, 0];
  const error = this._handle.getWindowSize(size);
  if (error) {
    this.emit('error', new ErrnoException(error, 'getWindowSize'));
    return;
  }
  if (size[0] === columns && size[1] === rows) return;
  [this.columns, this.rows] = size;
  this.emit('resize');
};
WriteStream.prototype.getWindowSize = function() { return [this.columns, this.rows]; };

for (const name of ['cursorTo', 'moveCursor', 'clearLine', 'clearScreenDown']) {
  WriteStream.prototype[name] = function(...args) {
    return require('internal/readline/callbacks')[name](this, ...args);
  };
}

module.exports = { isatty, ReadStream, WriteStream };
