'use strict';

// A handle for TLS over a stream that is not one of libuv's: JavaScript carries the records.

const { UV_ECANCELED, UV_EOF, UV_EPIPE } = internalBinding('uv');

class StreamTransport {
  constructor(stream) {
    this.stream = stream;
    this.wrap = null;
    this.closed = false;
    stream.pause?.();
  }

  attach(wrap) {
    this.wrap = wrap;
    const { stream } = this;
    wrap.onencrypted = (bytes) => {
      if (this.closed || stream.destroyed) {
        process.nextTick(() => wrap.encryptedDone(UV_ECANCELED));
        return;
      }
      stream.write(bytes, (error) => wrap.encryptedDone(error ? UV_EPIPE : 0));
    };
    stream.on('data', (chunk) => {
      if (!this.closed) wrap.receive(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    });
    stream.on('end', () => {
      if (!this.closed) wrap.receiveEnd(UV_EOF);
    });
    stream.on('error', (error) => { if (!this.closed) this.onerror?.(error); });
    stream.on('close', () => {
      if (!this.closed) wrap.receiveEnd(UV_EOF);
    });
    stream.pause?.();
  }

  readStart() {
    this.stream.resume();
    return 0;
  }
  readStop() {
    this.stream.pause();
    return 0;
  }
  shutdown(request) {
    this.stream.end(() => request.oncomplete(0));
    return 0;
  }
  close(callback) {
    this.closed = true;
    this.stream.destroy();
    if (callback) process.nextTick(callback);
  }
  ref() { this.stream.ref?.(); }
  unref() { this.stream.unref?.(); }
  hasRef() { return true; }
}

module.exports = { StreamTransport };
