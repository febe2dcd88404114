'use strict';

// https://nodejs.org/api/v8.html: values as bytes, and the heap's figures.

const binding = internalBinding('messaging');
require('internal/structured_clone'); // errors of what cannot be cloned
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const heap = internalBinding('heap');
const { heapStatistics, snapshotOptions, snapshotStream } = require('internal/heap_statistics');
const { validateString } = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');

function getHeapStatistics() {
  return heapStatistics(heap.statistics());
}

function getHeapSpaceStatistics() {
  return heap.spaces().map(({ 0: name, 1: numbers }) => ({
    space_name: name,
    space_size: numbers[0],
    space_used_size: numbers[1],
    space_available_size: numbers[2],
    physical_space_size: numbers[3],
  }));
}

function getHeapCodeStatistics() {
  const { 0: code, 1: bytecode, 2: scripts, 3: profiler } = heap.code();
  return {
    code_and_metadata_size: code,
    bytecode_and_metadata_size: bytecode,
    external_script_source_size: scripts,
    cpu_profiler_metadata_size: profiler,
  };
}

function getHeapSnapshot(options = undefined) {
  return snapshotStream(heap.snapshot(...snapshotOptions(options)));
}

// Heap.<date>.<time>.<pid>.<thread id>.<number>.heapsnapshot in the working directory, unless it is named.
let snapshotsWritten = 0;
function writeHeapSnapshot(filename = undefined, options = undefined) {
  const { getValidatedPath } = require('internal/fs/utils');
  if (filename !== undefined) filename = getValidatedPath(filename);
  const json = heap.snapshot(...snapshotOptions(options));
  if (filename === undefined) {
    const now = new Date();
    const pad = (number, width = 2) => `${number}`.padStart(width, '0');
    const date = `${now.getFullYear()}${pad(now.getMonth() + 1)}${pad(now.getDate())}`;
    const time = `${pad(now.getHours())}${pad(now.getMinutes())}${pad(now.getSeconds())}`;
    const { state } = require('internal/worker/thread');
    filename = `Heap.${date}.${time}.${process.pid}.${state.threadId}.${pad(++snapshotsWritten, 3)}.heapsnapshot`;
  }
  require('fs').writeFileSync(filename, json);
  return filename;
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

module.exports = {
  deserialize, getHeapCodeStatistics, getHeapSnapshot, getHeapSpaceStatistics, getHeapStatistics, serialize, setFlagsFromString,
  writeHeapSnapshot,
};
