'use strict';

// v8.GCProfiler: what each garbage collection cost and freed. https://nodejs.org/api/v8.html#class-v8gcprofiler

const { DateNow, SymbolDispose } = primordials;
const { Collections } = internalBinding('gc');

const heapNames = [
  'totalHeapSize', 'totalHeapSizeExecutable', 'totalPhysicalSize', 'totalAvailableSize', 'totalGlobalHandlesSize',
  'usedGlobalHandlesSize', 'usedHeapSize', 'heapSizeLimit', 'mallocedMemory', 'externalMemory', 'peakMallocedMemory',
];
const spaceNames = ['spaceName', 'spaceSize', 'spaceUsedSize', 'spaceAvailableSize', 'physicalSpaceSize'];

function named(names, values) {
  const object = {};
  for (let i = 0; i < names.length; ++i) object[names[i]] = values[i];
  return object;
}
const figures = ({ 0: heap, 1: spaces }) => ({
  heapStatistics: named(heapNames, heap), heapSpaceStatistics: spaces.map((space) => named(spaceNames, space)),
});

class GCProfiler {
  #collections = null;
  #startTime;

  start() {
    if (this.#collections !== null) return;
    this.#startTime = DateNow();
    this.#collections = new Collections();
  }

  stop() {
    if (this.#collections === null) return undefined;
    const statistics = this.#collections.stop().map(({ 0: gcType, 1: cost, 2: before, 3: after }) => ({
      gcType, beforeGC: figures(before), cost, afterGC: figures(after),
    }));
    this.#collections = null;
    return { version: 1, startTime: this.#startTime, statistics, endTime: DateNow() };
  }

  [SymbolDispose]() { this.stop(); }
}

module.exports = { GCProfiler };
