'use strict';

// Buffers are Uint8Arrays with another prototype; this class makes them without going through Buffer's own checks.
class FastBuffer extends Uint8Array {
  // Spelled out: spreading arguments would be slow.
  constructor(bufferOrLength, byteOffset, length) {
    super(bufferOrLength, byteOffset, length);
  }
}

// Marks what structuredClone() and ports must not take over.
const kUntransferable = Symbol('untransferable');

module.exports = { FastBuffer, kUntransferable };
