'use strict';

// https://nodejs.org/api/v8.html: values as bytes, and the heap's figures.

const binding = internalBinding('messaging'); // flags
const { codes: { ERR_INVALID_ARG_TYPE, ERR_NOT_BUILDING_SNAPSHOT } } = require('internal/errors');
const heap = internalBinding('heap');
const { heapStatistics, snapshotOptions, snapshotStream } = require('internal/heap_statistics');
const { validateFunction, validateObject, validateOneOf, validateString } = require('internal/validators');
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
  const { DefaultSerializer } = require('internal/serdes');
  const serializer = new DefaultSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function deserialize(buffer) {
  if (!isArrayBufferView(buffer)) throw new ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer);
  const { DefaultDeserializer } = require('internal/serdes');
  const deserializer = new DefaultDeserializer(buffer);
  deserializer.readHeader();
  return deserializer.readValue();
}

// How many objects, or which as text, have the prototype of `ctor` in their chain.
function queryObjects(ctor, options = {}) {
  validateFunction(ctor, 'constructor');
  validateObject(options, 'options');
  const { format = 'count' } = options;
  validateOneOf(format, 'options.format', ['count', 'summary']);
  require('internal/util').emitExperimentalWarning('v8.queryObjects()');
  const found = heap.instancesOf(ctor.prototype);
  if (format === 'count') return found.length;
  const { inspect } = require('internal/util/inspect');
  return found.map((object) => inspect(object, { depth: 0 }));
}

function isStringOneByteRepresentation(content) {
  validateString(content, 'content');
  return heap.isOneByte(content);
}

// Coverage is what NODE_V8_COVERAGE asked for; without it there is nothing to do.
function takeCoverage() {
  const coverage = require('internal/coverage');
  if (coverage.isEnabled()) coverage.writeCoverage();
}
const stopCoverage = () => require('internal/coverage').stopCoverage();

// No snapshot of a program's own can be built here yet: the functions say so.
function notBuilding() {
  throw new ERR_NOT_BUILDING_SNAPSHOT();
}
const startupSnapshot = {
  addDeserializeCallback(callback, data) { notBuilding(); },
  addSerializeCallback(callback, data) { notBuilding(); },
  setDeserializeMainFunction(callback, data) { notBuilding(); },
  isBuildingSnapshot: () => false,
};

function setFlagsFromString(flags) {
  validateString(flags, 'flags');
  binding.setFlags(flags);
}

module.exports = {
  cachedDataVersionTag: heap.versionTag,
  getHeapSnapshot,
  getHeapStatistics,
  getHeapSpaceStatistics,
  getHeapCodeStatistics,
  setFlagsFromString,
  get Serializer() { return require('internal/serdes').Serializer; },
  get Deserializer() { return require('internal/serdes').Deserializer; },
  get DefaultSerializer() { return require('internal/serdes').DefaultSerializer; },
  get DefaultDeserializer() { return require('internal/serdes').DefaultDeserializer; },
  deserialize,
  takeCoverage,
  stopCoverage,
  serialize,
  writeHeapSnapshot,
  get promiseHooks() { return require('internal/promise_hooks').promiseHooks; },
  queryObjects,
  startupSnapshot,
  get GCProfiler() { return require('internal/gc_profiler').GCProfiler; },
  isStringOneByteRepresentation,
};
