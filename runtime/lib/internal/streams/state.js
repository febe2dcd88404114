'use strict';

// How much a stream buffers before it asks to wait: bytes, or objects in object mode.

const { validateInteger } = require('internal/validators');
const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');

let bytes = 64 * 1024;
let objects = 16;

function getDefaultHighWaterMark(objectMode) {
  return objectMode ? objects : bytes;
}

function setDefaultHighWaterMark(objectMode, value) {
  validateInteger(value, 'value', 0);
  if (objectMode) objects = value;
  else bytes = value;
}

// The mark that `options` gives, under the name of one side of a Duplex when it has two.
function getHighWaterMark(state, options, duplexKey, isDuplex) {
  let mark = options.highWaterMark;
  let name = 'highWaterMark';
  if (mark == null && isDuplex) {
    mark = options[duplexKey];
    name = duplexKey;
  }
  if (mark == null) return getDefaultHighWaterMark(state.objectMode);
  if (!Number.isInteger(mark) || mark < 0) throw new ERR_INVALID_ARG_VALUE(`options.${name}`, mark);
  return Math.floor(mark);
}

module.exports = { getHighWaterMark, getDefaultHighWaterMark, setDefaultHighWaterMark };
