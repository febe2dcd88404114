'use strict';

// Encryption with one half of an RSA key, decryption with the other. Documented in doc/api/crypto.md.

const { validateString } = require('internal/validators');
const native = internalBinding('crypto_sign');
const { getArrayBufferOrView } = require('internal/crypto/util');
const { nativeError } = require('internal/crypto/names');
const { asymmetricHandle, kPublic, kPrivate } = require('internal/crypto/keys');

// RFC 8017: RSAES-PKCS1-v1_5 and RSAES-OAEP, as OpenSSL numbers them.
const kPkcs1 = 1;
const kOaep = 4;

function operation(code, want, usualPadding) {
  return (key, buffer) => {
    const { padding, oaepHash, oaepLabel, encoding } = typeof key === 'object' && key !== null ? key : {};
    if (oaepHash !== undefined) {
      validateString(oaepHash, 'key.oaepHash');
      if (native.digestSize(oaepHash) === undefined) throw nativeError('ERR_OSSL_EVP_INVALID_DIGEST', 'Invalid digest used');
    }
    const label = oaepLabel === undefined ? undefined : getArrayBufferOrView(oaepLabel, 'key.oaepLabel', encoding);
    const handle = asymmetricHandle(key, want, 'key');
    const input = getArrayBufferOrView(buffer, 'buffer', encoding);
    return native.cipher(code, handle, input, padding || usualPadding, oaepHash, label);
  };
}

module.exports = {
  publicEncrypt: operation(0, kPublic, kOaep),
  privateDecrypt: operation(1, kPrivate, kOaep),
  privateEncrypt: operation(2, kPrivate, kPkcs1),
  publicDecrypt: operation(3, kPublic, kPkcs1),
};
for (const name of Object.keys(module.exports)) {
  Object.defineProperty(module.exports[name], 'name', { __proto__: null, value: name, configurable: true });
}
