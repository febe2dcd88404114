'use strict';

// Certificate: the signed public keys that <keygen> made. Documented in doc/api/crypto.md, "Class: Certificate".

const { spkac: read } = internalBinding('crypto_x509');
const { getArrayBufferOrView } = require('internal/crypto/util');

const kMaxInt32 = 2 ** 31 - 1;

function call(spkac, encoding, wanted) {
  const bytes = getArrayBufferOrView(spkac, 'spkac', encoding);
  if (bytes.byteLength > kMaxInt32) {
    const { ERR_OUT_OF_RANGE } = require('internal/errors').codes;
    throw new ERR_OUT_OF_RANGE('spkac', `<= ${kMaxInt32} bytes`, bytes.byteLength);
  }
  return read(bytes, wanted);
}

function verifySpkac(spkac, encoding) {
  return call(spkac, encoding, 'verify') ?? false;
}

function exportPublicKey(spkac, encoding) {
  return call(spkac, encoding, 'key') ?? '';
}

function exportChallenge(spkac, encoding) {
  return call(spkac, encoding, 'challenge') ?? '';
}

function Certificate() {
  if (!new.target) return new Certificate();
}
Object.assign(Certificate, { exportChallenge, exportPublicKey, verifySpkac });
Object.assign(Certificate.prototype, { verifySpkac, exportPublicKey, exportChallenge });

module.exports = { Certificate };
