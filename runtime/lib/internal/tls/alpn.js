'use strict';

// Protocol names as they go over the wire (RFC 7301): each behind its length.

const { codes: { ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } } = require('internal/errors');
const { isArrayBufferView } = require('internal/util/types');

function checkWireFormat(bytes, given) {
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) at += bytes[at] + 1;
  if (at !== bytes.length) throw new ERR_INVALID_ARG_VALUE('protocols', given, 'must be a list of protocols, each behind its length');
}

// tls.convertALPNProtocols(): sets `out.ALPNProtocols`.
function convertALPNProtocols(protocols, out) {
  if (Array.isArray(protocols)) {
    const parts = protocols.map((protocol, index) => {
      const bytes = Buffer.from(protocol);
      if (bytes.length === 0) throw new ERR_INVALID_ARG_VALUE(`protocols[${index}]`, protocol, 'must not be empty');
      if (bytes.length > 255) {
        throw new ERR_OUT_OF_RANGE(`The byte length of the protocol at index ${index} exceeds the maximum length.`, '<= 255', bytes.length, true);
      }
      return [Buffer.from([bytes.length]), bytes];
    });
    out.ALPNProtocols = Buffer.concat(parts.flat());
  } else if (isArrayBufferView(protocols)) {
    checkWireFormat(new Uint8Array(protocols.buffer, protocols.byteOffset, protocols.byteLength), protocols);
    out.ALPNProtocols = Buffer.from(protocols.buffer.slice(protocols.byteOffset, protocols.byteOffset + protocols.byteLength));
  }
}

module.exports = { convertALPNProtocols };
