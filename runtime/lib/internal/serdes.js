'use strict';

// v8.DefaultSerializer and v8.DefaultDeserializer: views of buffers go as the bytes they show, and a number for their
// class. https://nodejs.org/api/v8.html#class-v8defaultserializer

const { Error, ObjectPrototypeToString } = primordials;
const { Buffer } = require('buffer');
const { isArrayBufferView } = require('internal/util/types');
const { Serializer, Deserializer } = internalBinding('serdes');

Serializer.prototype._getDataCloneError = Error;
Deserializer.prototype.readRawBytes = function readRawBytes(length) {
  const offset = this._readRawBytes(length);
  return Buffer.from(this.buffer.buffer, this.buffer.byteOffset + offset, length);
};

const FastBuffer = Buffer.from('').constructor;
// By their numbers.
const views = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
  DataView, FastBuffer, BigInt64Array, BigUint64Array, globalThis.Float16Array,
];
const kDataView = 9;
const kBuffer = 10;
const tagOf = { __proto__: null };
for (let i = 0; i < views.length; ++i) {
  if (i !== kBuffer && views[i] !== undefined) tagOf[ObjectPrototypeToString(new views[i](new ArrayBuffer(8)))] = i;
}

class DefaultSerializer extends Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view) {
    // Only views come here with a class of their own.
    if (!isArrayBufferView(view)) {
      const { inspect } = require('internal/util/inspect');
      throw new this._getDataCloneError(`Unserializable host object: ${inspect(view)}`);
    }
    const tag = Buffer.isBuffer(view) ? kBuffer : tagOf[ObjectPrototypeToString(view)];
    if (tag === undefined) {
      const { inspect } = require('internal/util/inspect');
      throw new this._getDataCloneError(`Unserializable host object: ${inspect(view)}`);
    }
    this.writeUint32(tag);
    this.writeUint32(view.byteLength);
    this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }
}

class DefaultDeserializer extends Deserializer {
  _readHostObject() {
    const tag = this.readUint32();
    const View = views[tag];
    const length = this.readUint32();
    const size = View.BYTES_PER_ELEMENT || 1;
    const offset = this._readRawBytes(length) + this.buffer.byteOffset;
    if (tag === kBuffer) return Buffer.from(this.buffer.buffer, offset, length);
    // A view of elements begins at a multiple of their size.
    if (offset % size === 0) return new View(this.buffer.buffer, offset, tag === kDataView ? length : length / size);
    const copy = new Uint8Array(length);
    copy.set(new Uint8Array(this.buffer.buffer, offset, length));
    return new View(copy.buffer, 0, length / size);
  }
}

module.exports = { Serializer, Deserializer, DefaultSerializer, DefaultDeserializer };
