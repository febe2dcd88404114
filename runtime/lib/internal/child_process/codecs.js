'use strict';

// How messages become bytes on a channel: a line of JSON each, or V8's format with a size in front (`serialization:
// 'advanced'`). A codec has encode(message), which throws on what cannot be sent; write(pipe, request, encoded, handle),
// with what the pipe returns; and feed(bytes, onMessage, onError), which holds what is incomplete.

const { ArrayPrototypePush, JSONParse, JSONStringify } = primordials;
const { StringDecoder } = require('string_decoder');

class JsonLines {
  #decoder = new StringDecoder('utf8');
  #parts = []; // of a line whose end has not come

  encode(message) { return `${JSONStringify(message)}\n`; }
  write(pipe, request, line, handle) { return pipe.writeUtf8String(request, line, handle); }

  feed(bytes, onMessage, onError) {
    const lines = this.#decoder.write(bytes).split('\n');
    ArrayPrototypePush(this.#parts, lines[0]);
    if (lines.length === 1) return;
    lines[0] = this.#parts.join('');
    this.#parts = [lines.pop()];
    for (const line of lines) {
      if (line === '') continue;
      let message;
      try {
        message = JSONParse(line);
      } catch (error) {
        onError(error);
        continue;
      }
      onMessage(message);
    }
  }
}

const kSizeBytes = 4;

class Advanced {
  #binding = internalBinding('ipc_serdes');
  #chunks = [];
  #length = 0;
  #needed = kSizeBytes; // bytes to have before there is anything to do

  encode(message) { return this.#binding.serialize(message); }
  write(pipe, request, frame, handle) { return pipe.writeBuffer(request, frame, handle); }

  feed(bytes, onMessage, onError) {
    ArrayPrototypePush(this.#chunks, bytes);
    this.#length += bytes.length;
    if (this.#length < this.#needed) return;
    // A large message is put together once, when all of it is there.
    let data = this.#chunks.length === 1 ? bytes : Buffer.concat(this.#chunks, this.#length);
    for (;;) {
      if (data.length < kSizeBytes) {
        this.#needed = kSizeBytes;
        break;
      }
      const end = kSizeBytes + data.readUInt32BE(0);
      if (data.length < end) {
        this.#needed = end;
        break;
      }
      const frame = data.subarray(kSizeBytes, end);
      data = data.subarray(end);
      let message;
      try {
        message = this.#binding.deserialize(frame);
      } catch (error) {
        onError(error);
        continue;
      }
      onMessage(message);
    }
    this.#chunks = data.length > 0 ? [data] : [];
    this.#length = data.length;
  }
}

function createCodec(serialization) {
  return serialization === 'advanced' ? new Advanced() : new JsonLines();
}

module.exports = { createCodec };
