'use strict';

// Events between a test file's process and its runner, over the file's stdout: each is V8's header, the length of what
// follows in 4 bytes, and the serialized event. Anything else is output of the program.

const { deserialize, serialize } = require('v8');
const { Buffer } = require('buffer');
const { inspectWithNoCustomRetry } = require('internal/errors');
const { isError } = require('internal/util');
const { inspect } = require('internal/util/inspect');

const kHeader = Buffer.from([0xff, 0x0f]);
const kLengthSize = 4;
const kPrefix = kHeader.length + kLengthSize;

// The bytes of one event. What V8 cannot clone goes as its text.
function encodeEvent(event) {
  let body;
  try {
    body = serialize(plain(event));
  } catch {
    body = serialize(plain(event, true));
  }
  const frame = Buffer.allocUnsafe(kPrefix + body.length);
  kHeader.copy(frame);
  frame.writeUInt32BE(body.length, kHeader.length);
  body.copy(frame, kPrefix);
  return frame;
}

// Errors lose their own properties when cloned: they go beside. `asText`: values that are no errors go as their text.
function plain({ type, data }, asText = false) {
  const error = data.details?.error;
  const given = asText && 'data' in data ? { ...data, data: inspect(data.data) } : data;
  if (error === undefined) return { type, data: given };
  return { type, data: { ...given, details: { ...data.details, error: pack(error, asText, 0) } } };
}

const kPackedError = '__packedError';
const kPackedText = '__packedText';
const kMaxDepth = 8;

function pack(value, asText, depth) {
  if (isError(value) && depth < kMaxDepth) return packError(value, asText, depth);
  const isOpaque = typeof value === 'symbol' || typeof value === 'function';
  const isObject = typeof value === 'object' && value !== null;
  if (isOpaque || (isObject && asText)) return { [kPackedText]: inspectWithNoCustomRetry(value) };
  if (!isObject || typeof value[inspect.custom] !== 'function') return value;
  try {
    return { [kPackedText]: inspect(value) };
  } catch {
    return value; // without its inspection, which fails
  }
}

function packError(error, asText, depth) {
  const own = { __proto__: null };
  for (const key of Object.getOwnPropertyNames(error)) {
    if (key !== 'stack' && key !== 'message') own[key] = pack(error[key], asText, depth + 1);
  }
  return {
    [kPackedError]: true, name: error.name, className: error.constructor?.name, message: `${error.message}`, stack: error.stack, own,
  };
}

const kClasses = { __proto__: null, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function unpack(packed) {
  if (packed === null || typeof packed !== 'object') return packed;
  if (typeof packed[kPackedText] === 'string') return { [inspect.custom]: () => packed[kPackedText] };
  if (packed[kPackedError] !== true) return packed;
  const error = new (kClasses[packed.className] ?? Error)(packed.message);
  const define = (key, value, enumerable) => Object.defineProperty(error, key, {
    __proto__: null, value, enumerable, configurable: true, writable: true,
  });
  define('stack', packed.stack, false);
  if (packed.name !== error.name) define('name', packed.name, false);
  for (const key of Object.keys(packed.own)) define(key, unpack(packed.own[key]), true);
  return error;
}

// Tells the runner which files this process loaded.
function writeLoaded() {
  const { Module } = require('internal/modules/cjs/loader');
  const { getLoader } = require('internal/modules/esm/loader');
  const { fileURLToPath } = require('internal/url');
  const files = new Set(Object.keys(Module._cache).filter((name) => name[0] === '/'));
  for (const url of getLoader().records.keys()) if (url.startsWith('file:')) files.add(fileURLToPath(url.split('\0', 1)[0]));
  if (process.argv[1] !== undefined) files.add(process.argv[1]);
  const { writeSync } = require('fs');
  let frame = encodeEvent({ type: 'watch:loaded', data: { files: [...files] } });
  while (frame.length > 0) {
    try {
      frame = frame.subarray(writeSync(1, frame));
    } catch (error) {
      if (error.code !== 'EAGAIN') return; // the runner is gone
    }
  }
}

// A reporter: events in, frames out.
async function* encodeEvents(source) {
  for await (const event of source) yield encodeEvent(event);
}

// Takes a child's stdout apart: calls onEvent with events and onText with the bytes between them.
class FrameReader {
  #pending = Buffer.alloc(0);
  #onEvent;
  #onText;

  constructor(onEvent, onText) {
    this.#onEvent = onEvent;
    this.#onText = onText;
  }

  write(chunk) {
    let data = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (data.length > 0) {
      const start = data.indexOf(kHeader);
      if (start === -1) {
        // The header may be cut in two.
        const keep = data[data.length - 1] === kHeader[0] ? 1 : 0;
        this.#text(data.subarray(0, data.length - keep));
        data = data.subarray(data.length - keep);
        break;
      }
      if (start > 0) this.#text(data.subarray(0, start));
      data = data.subarray(start);
      if (data.length < kPrefix) break;
      const end = kPrefix + data.readUInt32BE(kHeader.length);
      if (data.length < end) break;
      const event = decode(data.subarray(kPrefix, end));
      if (event === undefined) {
        this.#text(data.subarray(0, kHeader.length));
        data = data.subarray(kHeader.length);
        continue;
      }
      this.#onEvent(event);
      data = data.subarray(end);
    }
    this.#pending = data;
  }

  // What looked like the beginning of a frame and never became one was output.
  end() {
    const rest = this.#pending;
    this.#pending = Buffer.alloc(0);
    if (rest.length === 0) return;
    if (rest.length <= kHeader.length || rest.indexOf(kHeader) !== 0) {
      this.#text(rest);
      return;
    }
    // The first byte is no text of itself; events may follow.
    this.#onText(String.fromCharCode(rest[0]));
    this.write(rest.subarray(1));
    this.end();
  }

  #text(bytes) {
    if (bytes.length > 0) this.#onText(bytes.toString('utf8'));
  }
}

function decode(bytes) {
  try {
    const event = deserialize(bytes);
    if (event === null || typeof event !== 'object') return undefined;
    if (typeof event.type !== 'string' || typeof event.data !== 'object') return undefined;
    if (event.data?.details?.error !== undefined) event.data.details.error = unpack(event.data.details.error);
    return event;
  } catch {
    return undefined; // output that happened to look like a frame
  }
}

module.exports = { FrameReader, encodeEvent, encodeEvents, writeLoaded };
