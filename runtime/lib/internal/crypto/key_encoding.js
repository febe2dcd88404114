'use strict';

// The options that say how a key is encoded: format, type, cipher, passphrase.

const {
  codes: { ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const { getArrayBufferOrView, isAnyArrayBuffer } = require('internal/crypto/util');

const rawFormats = ['raw-public', 'raw-private', 'raw-seed'];
const formats = ['pem', 'der', 'jwk'];
const publicTypes = ['pkcs1', 'spki'];
const privateTypes = ['pkcs1', 'pkcs8', 'sec1'];

const isSecret = (value) => typeof value === 'string' || ArrayBuffer.isView(value) || isAnyArrayBuffer(value);

function encodingType(options, format, { isPublic, output, name, keyType }) {
  const { type } = options;
  // PEM names its type itself.
  if (type === undefined && !output && format === 'pem') return undefined;
  const types = isPublic === undefined ? [...publicTypes, ...privateTypes] : isPublic ? publicTypes : privateTypes;
  if (!types.includes(type)) throw new ERR_INVALID_ARG_VALUE(`${name}.type`, type);
  if (keyType !== undefined) {
    if (type === 'pkcs1' && keyType !== 'rsa') {
      throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, 'can only be used for RSA keys');
    }
    if (type === 'sec1' && keyType !== 'ec') {
      throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, 'can only be used for EC keys');
    }
  }
  return type;
}

// Reads the options of an encoding to write (`output`) or to read. `isPublic` is undefined where either kind may be read;
// `name` is how messages call the options; `keyType`, when known, must go with the encoding's type.
function keyEncoding(options, about) {
  const { isPublic, output, name } = about;
  const format = options.format === undefined && !output ? 'pem' : options.format;
  if (output && rawFormats.includes(format)) return require('internal/crypto/raw_keys').rawEncoding(options, about);
  if (!formats.includes(format)) throw new ERR_INVALID_ARG_VALUE(`${name}.format`, format);
  const type = format === 'jwk' ? undefined : encodingType(options, format, about);
  const result = { format, type, cipher: undefined, passphrase: undefined };
  if (isPublic === true) return result;
  const { cipher, passphrase, encoding } = options;
  if (output) {
    if (format === 'jwk') {
      if (cipher !== undefined || passphrase !== undefined) {
        throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('jwk', 'does not support encryption');
      }
      return result;
    }
    if (cipher === undefined || cipher === null) {
      if (passphrase !== undefined && passphrase !== null) {
        throw new ERR_INVALID_ARG_VALUE(`${name}.cipher`, cipher, 'is required when a passphrase is specified');
      }
      return result;
    }
    if (typeof cipher !== 'string') throw new ERR_INVALID_ARG_VALUE(`${name}.cipher`, cipher);
    if (format === 'der' && type !== 'pkcs8') throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, 'does not support encryption');
    if (!isSecret(passphrase)) throw new ERR_INVALID_ARG_VALUE(`${name}.passphrase`, passphrase);
    result.cipher = cipher;
  } else if (passphrase !== undefined && passphrase !== null && !isSecret(passphrase)) {
    throw new ERR_INVALID_ARG_VALUE(`${name}.passphrase`, passphrase);
  }
  if (passphrase !== undefined && passphrase !== null) {
    result.passphrase = getArrayBufferOrView(passphrase, `${name}.passphrase`, encoding);
  }
  return result;
}

module.exports = { keyEncoding, rawFormats };
