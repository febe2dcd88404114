'use strict';

// A first-in first-out queue that neither shifts arrays nor allocates per element: a chain of rings of 2048 slots, written at
// one end of the chain and read at the other. A ring that ran empty is kept for the next overflow.

const kSize = 2048;
const kMask = kSize - 1;

class Ring {
  constructor() {
    this.bottom = 0;
    this.top = 0;
    this.list = new Array(kSize);
    this.next = null;
  }

  isEmpty() {
    return this.top === this.bottom;
  }

  isFull() {
    return ((this.top + 1) & kMask) === this.bottom;
  }

  push(item) {
    this.list[this.top] = item;
    this.top = (this.top + 1) & kMask;
  }

  shift() {
    const item = this.list[this.bottom];
    if (item === undefined) return null;
    this.list[this.bottom] = undefined;
    this.bottom = (this.bottom + 1) & kMask;
    return item;
  }
}

module.exports = class FixedQueue {
  constructor() {
    this.head = this.tail = new Ring();
    this.spare = null;
  }

  isEmpty() {
    return this.head.isEmpty();
  }

  push(item) {
    if (this.head.isFull()) {
      const ring = this.spare ?? new Ring();
      this.spare = null;
      this.head = this.head.next = ring;
    }
    this.head.push(item);
  }

  // The oldest item, or null.
  shift() {
    const ring = this.tail;
    const item = ring.shift();
    if (ring.isEmpty() && ring.next !== null) {
      this.tail = ring.next;
      ring.next = null;
      this.spare = ring;
    }
    return item;
  }
};
