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

module.exports = { heapStatistics };
