'use strict';

// https://nodejs.org/api/v8.html: values as bytes, and the heap's figures.

const binding = internalBinding('messaging');
require('internal/structured_clone'); // errors of what cannot be cloned
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { validateString } = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');

const kHeapFields = [
  'total_heap_size', 'total_heap_size_executable', 'total_physical_size', 'total_available_size', 'used_heap_size',
  'heap_size_limit', 'malloced_memory', 'peak_malloced_memory', 'does_zap_garbage', 'number_of_native_contexts',
  'number_of_detached_contexts', 'total_global_handles_size', 'used_global_handles_size', 'external_memory',
];

function getHeapStatistics() {
  const values = binding.heapStatistics();
  return Object.fromEntries(kHeapFields.map((name, index) => [name, values[index]]));
}

function serialize(value) {
  return binding.serialize(value);
}

function deserialize(buffer) {
  if (!isArrayBufferView(buffer)) throw new ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer);
  return binding.deserialize(buffer);
}

function setFlagsFromString(flags) {
  validateString(flags, 'flags');
  binding.setFlags(flags);
}

module.exports = { deserialize, getHeapStatistics, serialize, setFlagsFromString };
