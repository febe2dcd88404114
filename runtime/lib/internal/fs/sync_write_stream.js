'use strict';

// A Writable whose writes are done when write() returns: stdout and stderr when they are files.

const { writeSync, closeSync } = require('fs');
const { Writable } = require('stream');
const { ObjectSetPrototypeOf, ReflectApply } = primordials;

function SyncWriteStream(fd, options) {
  ReflectApply(Writable, this, [{ autoDestroy: true }]);
  options ||= {};
  this.fd = fd;
  this.readable = false;
  this.autoClose = options.autoClose === undefined ? true : options.autoClose;
}
ObjectSetPrototypeOf(SyncWriteStream.prototype, Writable.prototype);
ObjectSetPrototypeOf(SyncWriteStream, Writable);

SyncWriteStream.prototype._write = function(chunk, encoding, callback) {
  try {
    for (let offset = 0; offset < chunk.length;) offset += writeSync(this.fd, chunk, offset, chunk.length - offset);
  } catch (error) {
    callback(error);
    return;
  }
  callback();
};

SyncWriteStream.prototype._destroy = function(error, callback) {
  if (this.fd === null) return callback(error);
  if (this.autoClose) closeSync(this.fd);
  this.fd = null;
  callback(error);
};

SyncWriteStream.prototype.destroySoon = SyncWriteStream.prototype.destroy = function() {
  this._destroy(null, () => this.emit('close'));
  return this;
};

module.exports = SyncWriteStream;
