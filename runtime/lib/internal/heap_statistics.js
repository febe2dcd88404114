'use strict';

// The figures of a heap by their names in V8; the numbers come in this order from bindings/heap.h.
const kFields = [
  'total_heap_size', 'total_heap_size_executable', 'total_physical_size', 'total_available_size', 'used_heap_size',
  'heap_size_limit', 'malloced_memory', 'peak_malloced_memory', 'does_zap_garbage', 'number_of_native_contexts',
  'number_of_detached_contexts', 'total_global_handles_size', 'used_global_handles_size', 'external_memory',
];

function heapStatistics(numbers) {
  return Object.fromEntries(kFields.map((name, index) => [name, numbers[index]]));
}

// { exposeInternals, exposeNumericValues } of a snapshot, checked.
function snapshotOptions(options = {}) {
  const { validateBoolean, validateObject } = require('internal/validators');
  validateObject(options, 'options');
  const { exposeInternals = false, exposeNumericValues = false } = options;
  validateBoolean(exposeInternals, 'options.exposeInternals');
  validateBoolean(exposeNumericValues, 'options.exposeNumericValues');
  return [exposeInternals, exposeNumericValues];
}

// A snapshot as a stream of its text, that can be read at once.
function snapshotStream(json) {
  const { Readable } = require('stream');
  return new Readable({
    read() {
      this.push(json);
      this.push(null);
    },
  });
}

module.exports = { heapStatistics, snapshotOptions, snapshotStream };
