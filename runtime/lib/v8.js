'use strict';

// https://nodejs.org/api/v8.html: values as bytes, and the heap's figures.

const binding = internalBinding('messaging');
require('internal/structured_clone'); // errors of what cannot be cloned
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { heapStatistics } = require('internal/heap_statistics');
const { validateString } = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');

function getHeapStatistics() {
  return heapStatistics(binding.heapStatistics());
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
