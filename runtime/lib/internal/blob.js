'use strict';

// Blob: https://w3c.github.io/FileAPI/. Bytes that do not change, in parts that slices share.

const {
  codes: { ERR_BUFFER_TOO_LARGE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS },
} = require('internal/errors');
const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
const { customInspectSymbol: kInspect, lazyDOMException } = require('internal/util');
const { validateDictionary } = require('internal/validators');
const { hasBuiltin } = require('internal/bootstrap/realm');

const { kClone, markTransferMode } = require('internal/worker/transfer');

const kParts = Symbol('parts');
const kMaxLength = 2 ** 53 - 1;
const kStreamChunk = 64 * 1024;
const kDisallowedType = /[^\u{0020}-\u{007E}]/u;
let makeBlob;
let isBlob;

function partOf(source, endings) {
  if (isBlob(source)) return source[kParts];
  // Copies: what the program changes later is not the blob's.
  if (isAnyArrayBuffer(source)) return [new Uint8Array(source.slice(0))];
  if (isArrayBufferView(source)) {
    return [new Uint8Array(source.buffer.slice(source.byteOffset, source.byteOffset + source.byteLength))];
  }
  let text = `${source}`;
  if (endings === 'native') text = text.replace(/\r\n?|\n/g, '\n');
  return [new TextEncoder().encode(text)];
}

class Blob {
  #size = 0;
  #type = '';

  static {
    isBlob = (value) => typeof value === 'object' && value !== null && #size in value;
    makeBlob = (parts, size, type) => {
      const blob = new Blob();
      blob[kParts] = parts;
      blob.#size = size;
      blob.#type = type;
      return blob;
    };
  }

  constructor(sources = [], options = undefined) {
    if (sources === null || typeof sources !== 'object' || typeof sources[Symbol.iterator] !== 'function') {
      throw new ERR_INVALID_ARG_TYPE('sources', 'a sequence', sources);
    }
    validateDictionary(options, 'options');
    let { type = '', endings = 'transparent' } = options ?? {};
    endings = `${endings}`;
    if (endings !== 'transparent' && endings !== 'native') throw new ERR_INVALID_ARG_VALUE('options.endings', endings);
    markTransferMode(this, true, false);
    const parts = [];
    for (const source of sources) parts.push(...partOf(source, endings));
    const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (size > kMaxLength) throw new ERR_BUFFER_TOO_LARGE(kMaxLength);
    Object.defineProperty(this, kParts, { __proto__: null, value: parts, writable: true });
    this.#size = size;
    type = `${type}`;
    this.#type = kDisallowedType.test(type) ? '' : type.toLowerCase();
  }

  get size() {
    check(this);
    return this.#size;
  }
  get type() {
    check(this);
    return this.#type;
  }

  slice(start = 0, end = undefined, contentType = '') {
    check(this);
    const clamp = (value) => (value < 0 ? Math.max(this.#size + value, 0) : Math.min(value, this.#size));
    const from = clamp(Math.trunc(Number(start)) || 0);
    const to = end === undefined ? this.#size : clamp(Math.trunc(Number(end)) || 0);
    const parts = [];
    let offset = 0;
    for (const part of this[kParts]) {
      const first = Math.max(from - offset, 0);
      const last = Math.min(to - offset, part.byteLength);
      if (last > first) parts.push(part.subarray(first, last));
      offset += part.byteLength;
    }
    const type = `${contentType}`;
    return makeBlob(parts, Math.max(to - from, 0), kDisallowedType.test(type) ? '' : type.toLowerCase());
  }

  async arrayBuffer() {
    check(this);
    return (await joined(this)).buffer;
  }
  async bytes() {
    check(this);
    return joined(this);
  }
  async text() {
    check(this);
    return new TextDecoder().decode(await joined(this));
  }

  [kClone]() {
    // A slice of a part does not take the whole along.
    const parts = this[kParts].map((part) => {
      if (!isArrayBufferView(part)) throw lazyDOMException('A blob of a file could not be cloned', 'DataCloneError');
      return part.byteLength === part.buffer.byteLength ? part : part.slice();
    });
    return { data: { parts, size: this.#size, type: this.#type }, deserializeInfo: 'internal/blob:reviveBlob' };
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    return `Blob ${inspect({ size: this.size, type: this.type }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

function check(value) {
  if (!isBlob(value)) throw new ERR_INVALID_THIS('Blob');
}

// Parts are Uint8Arrays, or what has to be read first: { byteLength, subarray(), read(from, to) -> promise of bytes }.
async function joined(blob) {
  const bytes = new Uint8Array(blob.size);
  let offset = 0;
  for (const part of blob[kParts]) {
    bytes.set(isArrayBufferView(part) ? part : await part.read(), offset);
    offset += part.byteLength;
  }
  return bytes;
}

// A stream of the parts, where there are web streams.
if (hasBuiltin('internal/webstreams/readablestream')) {
  Object.defineProperty(Blob.prototype, 'stream', {
    __proto__: null,
    configurable: true,
    writable: true,
    enumerable: true,
    value: function stream() {
      check(this);
      const { ReadableStream } = require('internal/webstreams/readablestream');
      const parts = this[kParts].values();
      let later; // a part that is read piece by piece, and how much of it has been
      let done = 0;
      return new ReadableStream({
        type: 'bytes',
        async pull(controller) {
          for (;;) {
            if (later !== undefined && done < later.byteLength) {
              const end = Math.min(done + kStreamChunk, later.byteLength);
              controller.enqueue(await later.read(done, end));
              done = end;
              return;
            }
            const { value, done: isEnd } = parts.next();
            if (isEnd) {
              controller.close();
              controller.byobRequest?.respond(0);
              return;
            }
            if (value.byteLength === 0) continue;
            if (isArrayBufferView(value)) {
              controller.enqueue(value.slice());
              return;
            }
            later = value;
            done = 0;
          }
        },
      });
    },
  });
}

Object.defineProperty(Blob.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'Blob' });
for (const name of ['size', 'type', 'slice', 'arrayBuffer', 'text', 'bytes']) {
  Object.defineProperty(Blob.prototype, name, { __proto__: null, enumerable: true });
}

// URLs of blobs, of this process alone.
const objectUrls = new Map();

function createObjectURL(object) {
  if (!isBlob(object)) throw new ERR_INVALID_ARG_TYPE('obj', 'Blob', object);
  const id = require('crypto').randomUUID();
  objectUrls.set(id, object);
  return `blob:nodedata:${id}`;
}
function idOf(url) {
  const parsed = require('internal/url').URL.parse(url);
  if (parsed?.protocol !== 'blob:') return undefined;
  const [scheme, id] = parsed.pathname.split(':');
  return scheme === 'nodedata' ? id : undefined;
}
function revokeObjectURL(url) {
  objectUrls.delete(idOf(url));
}
function resolveObjectURL(url) {
  const blob = objectUrls.get(idOf(`${url}`));
  return blob?.slice(0, blob.size, blob.type);
}

function reviveBlob({ parts, size, type }) { return makeBlob(parts, size, type); }

module.exports = { Blob, blobOfParts: (parts, size, type) => makeBlob(parts, size, type), reviveBlob, createObjectURL, isBlob, resolveObjectURL, revokeObjectURL };
