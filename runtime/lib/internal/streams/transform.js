'use strict';

// Transform: what is written comes out changed. _transform() gets a chunk at a time; the next follows when its callback was called
// and the readable side has room.

const Duplex = require('internal/streams/duplex');
const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
const { getHighWaterMark } = require('internal/streams/state');

const kCallback = Symbol('kCallback');

function Transform(options) {
  if (!(this instanceof Transform)) return new Transform(options);
  // One buffer is enough: when the readable side is to hold nothing, the writable side neither does by default.
  const readableMark = options ? getHighWaterMark({ objectMode: !!(options.objectMode || options.readableObjectMode) }, options, 'readableHighWaterMark', true) : null;
  if (readableMark === 0) {
    options = {
      ...options,
      highWaterMark: null,
      readableHighWaterMark: readableMark,
      writableHighWaterMark: options.writableHighWaterMark || 0,
    };
  }
  Duplex.call(this, options);
  // The first chunk is asked for by writing, not by reading.
  this._readableState.sync = false;
  this[kCallback] = null;
  if (options) {
    if (typeof options.transform === 'function') this._transform = options.transform;
    if (typeof options.flush === 'function') this._flush = options.flush;
  }
  // Classes that replace _final() still get their _flush().
  this.on('prefinish', onPrefinish);
}
Object.setPrototypeOf(Transform.prototype, Duplex.prototype);
Object.setPrototypeOf(Transform, Duplex);

function final(callback) {
  if (typeof this._flush === 'function' && !this.destroyed) {
    this._flush((error, data) => {
      if (error) {
        if (callback) callback(error);
        else this.destroy(error);
        return;
      }
      if (data != null) this.push(data);
      this.push(null);
      callback?.();
    });
  } else {
    this.push(null);
    callback?.();
  }
}

function onPrefinish() {
  if (this._final !== final) final.call(this);
}

Transform.prototype._final = final;

Transform.prototype._transform = function _transform(chunk, encoding, callback) {
  throw new ERR_METHOD_NOT_IMPLEMENTED('_transform()');
};

Transform.prototype._write = function _write(chunk, encoding, callback) {
  const r = this._readableState;
  const w = this._writableState;
  const before = r.length;
  this._transform(chunk, encoding, (error, value) => {
    if (error) {
      callback(error);
      return;
    }
    if (value != null) this.push(value);
    if (r.ended) {
      // Ended early, by push(null): what is still written goes nowhere, without an error.
      callback();
    } else if (w.ended || before === r.length || r.length < r.highWaterMark) {
      callback();
    } else {
      this[kCallback] = callback;
    }
  });
};

Transform.prototype._read = function _read() {
  if (this[kCallback] === null) return;
  const callback = this[kCallback];
  this[kCallback] = null;
  callback();
};

module.exports = Transform;
