'use strict';

// https://nodejs.org/api/webstreams.html

module.exports = {
  ...require('internal/webstreams/compression'),
  ...require('internal/webstreams/encoding'),
  ...require('internal/webstreams/queuingstrategies'),
  TransformStream: require('internal/webstreams/transformstream').TransformStream,
  TransformStreamDefaultController: require('internal/webstreams/transformstream').TransformStreamDefaultController,
};
const readable = require('internal/webstreams/readablestream');
for (const name of ['ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest',
  'ReadableByteStreamController', 'ReadableStreamDefaultController']) module.exports[name] = readable[name];
const writable = require('internal/webstreams/writablestream');
for (const name of ['WritableStream', 'WritableStreamDefaultWriter', 'WritableStreamDefaultController']) module.exports[name] = writable[name];
