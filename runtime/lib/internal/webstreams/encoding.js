'use strict';

// https://encoding.spec.whatwg.org/#stream-interfaces

const { TransformStream } = require('internal/webstreams/transformstream');
const { TextDecoder, TextEncoder } = require('internal/encoding');
const { define } = require('internal/webstreams/util');

class TextEncoderStream {
  #transform;
  #pendingHigh = '';
  constructor() {
    const encoder = new TextEncoder();
    this.#transform = new TransformStream({
      transform: (chunk, controller) => {
        // A pair of surrogates may be split between chunks.
        let text = this.#pendingHigh + String(chunk);
        this.#pendingHigh = '';
        const last = text.charCodeAt(text.length - 1);
        if (last >= 0xd800 && last <= 0xdbff) {
          this.#pendingHigh = text[text.length - 1];
          text = text.slice(0, -1);
        }
        const bytes = encoder.encode(text);
        if (bytes.byteLength > 0) controller.enqueue(bytes);
      },
      flush: (controller) => {
        if (this.#pendingHigh) controller.enqueue(new Uint8Array([0xef, 0xbf, 0xbd]));
      },
    });
  }
  get encoding() { return this.#transform && 'utf-8'; }
  get readable() { return this.#transform.readable; }
  get writable() { return this.#transform.writable; }
}

class TextDecoderStream {
  #decoder;
  #transform;
  constructor(encoding = 'utf-8', options = {}) {
    this.#decoder = new TextDecoder(encoding, options);
    this.#transform = new TransformStream({
      transform: (chunk, controller) => {
        const text = this.#decoder.decode(chunk, { stream: true });
        if (text !== '') controller.enqueue(text);
      },
      flush: (controller) => {
        const text = this.#decoder.decode();
        if (text !== '') controller.enqueue(text);
      },
    });
  }
  get encoding() { return this.#decoder.encoding; }
  get fatal() { return this.#decoder.fatal; }
  get ignoreBOM() { return this.#decoder.ignoreBOM; }
  get readable() { return this.#transform.readable; }
  get writable() { return this.#transform.writable; }
}
define(TextEncoderStream, ['encoding', 'readable', 'writable'], ({ encoding, readable, writable }) => ({ encoding, readable, writable }));
define(TextDecoderStream, ['encoding', 'fatal', 'ignoreBOM', 'readable', 'writable'],
  ({ encoding, fatal, ignoreBOM, readable, writable }) => ({ encoding, fatal, ignoreBOM, readable, writable }));

module.exports = { TextDecoderStream, TextEncoderStream };
