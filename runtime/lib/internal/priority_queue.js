'use strict';

// A binary heap in an array, with the index of each item kept by the caller's `setPosition`, so that any item can be moved or
// removed in O(log n).

module.exports = class PriorityQueue {
  constructor(compare, setPosition) {
    this.compare = compare;
    this.setPosition = setPosition;
    this.heap = [undefined]; // the root is at index 1
    this.size = 0;
  }

  peek() {
    return this.heap[1];
  }

  insert(item) {
    const at = ++this.size;
    this.heap[at] = item;
    this.setPosition(item, at);
    this.percolateUp(at);
  }

  percolateUp(at) {
    const { heap, compare, setPosition } = this;
    const item = heap[at];
    while (at > 1) {
      const parent = at >> 1;
      if (compare(heap[parent], item) <= 0) break;
      heap[at] = heap[parent];
      setPosition(heap[at], at);
      at = parent;
    }
    heap[at] = item;
    setPosition(item, at);
  }

  percolateDown(at) {
    const { heap, compare, setPosition, size } = this;
    const item = heap[at];
    for (;;) {
      let child = at * 2;
      if (child > size) break;
      if (child < size && compare(heap[child + 1], heap[child]) < 0) child++;
      if (compare(item, heap[child]) <= 0) break;
      heap[at] = heap[child];
      setPosition(heap[at], at);
      at = child;
    }
    heap[at] = item;
    setPosition(item, at);
  }

  removeAt(at) {
    const { heap } = this;
    const last = this.size--;
    const moved = heap[last];
    heap[last] = undefined;
    if (at === last) return;
    heap[at] = moved;
    this.setPosition(moved, at);
    if (at > 1 && this.compare(heap[at >> 1], moved) > 0) this.percolateUp(at);
    else this.percolateDown(at);
  }

  shift() {
    const item = this.heap[1];
    if (item !== undefined) this.removeAt(1);
    return item;
  }
};
