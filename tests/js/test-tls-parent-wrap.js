// Packages take the class of a socket over a stream from a TLS socket over one (http2-wrapper does). As in Node 24.
const assert = require('node:assert');
const { PassThrough } = require('node:stream');
const tls = require('node:tls');

const socket = new tls.TLSSocket(new PassThrough());
assert.strictEqual(typeof socket._handle._parentWrap.constructor, 'function');
socket.on('error', () => {});
socket.destroy();
