'use strict';

// Cipheriv and Decipheriv: streams and update()/final() over the native ciphers. Documented in doc/api/crypto.md.

const {
  codes: { ERR_CRYPTO_INVALID_STATE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_ENCODING },
} = require('internal/errors');
const {
  validateEncoding, validateInt32, validateObject, validateString,
} = require('internal/validators');
const { Cipher: NativeCipher, getCiphers: listCiphers, getCipherInfo: nativeCipherInfo } = internalBinding('crypto_cipher');
const { StringDecoder } = require('string_decoder');
const LazyTransform = require('internal/streams/lazy_transform');
const { normalizeEncoding, emitWarningOnce } = require('internal/crypto/names');
const { kHandle, getArrayBufferOrView, stringToBytes } = require('internal/crypto/util');
const { secretBytes } = require('internal/crypto/hash');

const kShortTagAllowed = Symbol('kShortTagAllowed');

// The result of a call in the encoding asked for, which must stay the same over an object's life: characters may span
// the boundary between two results.
function decode(cipher, bytes, encoding, last) {
  if (!encoding || encoding === 'buffer') return bytes;
  const normalized = normalizeEncoding(encoding);
  if (!cipher._decoder) {
    if (normalized === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
    cipher._decoder = new StringDecoder(encoding);
  } else if (cipher._decoder.encoding !== normalized) {
    if (normalized === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
    throw new ERR_INVALID_ARG_VALUE('outputEncoding', encoding, `cannot be changed from '${cipher._decoder.encoding}'`);
  }
  return last ? cipher._decoder.end(bytes) : cipher._decoder.write(bytes);
}

function inputOf(data, encoding, name) {
  if (typeof data === 'string') {
    if (encoding === undefined || encoding === 'utf8' || encoding === 'buffer') return data;
    validateEncoding(data, encoding);
    return stringToBytes(data, encoding);
  }
  if (ArrayBuffer.isView(data)) return data;
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], data);
}

function setUp(cipher, encrypt, name, key, iv, options) {
  validateString(name, 'cipher');
  const encoding = options?.encoding;
  const keyBytes = secretBytes(key, encoding);
  const ivBytes = iv === null ? null : getArrayBufferOrView(iv, 'iv');
  let tagLength = -1;
  const asked = options?.authTagLength;
  if (asked !== undefined && asked !== null) {
    if (asked !== asked >>> 0 || asked > 2 ** 31 - 1) throw new ERR_INVALID_ARG_VALUE('options.authTagLength', asked);
    tagLength = asked;
  }
  cipher[kHandle] = new NativeCipher(encrypt, name, keyBytes, ivBytes, tagLength);
  cipher[kShortTagAllowed] = tagLength !== -1 || !/gcm/i.test(name);
  cipher._decoder = null;
  LazyTransform.call(cipher, options);
}

function Cipheriv(cipher, key, iv, options) {
  if (!new.target) return new Cipheriv(cipher, key, iv, options);
  setUp(this, true, cipher, key, iv, options);
}

function Decipheriv(cipher, key, iv, options) {
  if (!new.target) return new Decipheriv(cipher, key, iv, options);
  setUp(this, false, cipher, key, iv, options);
}

function setAutoPadding(on) {
  if (!this[kHandle].setAutoPadding(on === undefined || !!on)) throw new ERR_CRYPTO_INVALID_STATE('setAutoPadding');
  return this;
}

function setAAD(buffer, options) {
  const encoding = options?.encoding;
  const bytes = getArrayBufferOrView(buffer, 'aadbuf', encoding);
  let length = options?.plaintextLength;
  if (length === undefined || length === null) length = -1;
  else if (length !== length >>> 0 || length > 2 ** 31 - 1) throw new ERR_INVALID_ARG_VALUE('options.plaintextLength', length);
  if (!this[kHandle].setAAD(bytes, length)) throw new ERR_CRYPTO_INVALID_STATE('setAAD');
  return this;
}

const shared = {
  _transform(chunk, encoding, callback) {
    this.push(this[kHandle].update(inputOf(chunk, encoding, 'data')));
    callback();
  },
  _flush(callback) {
    try {
      this.push(this[kHandle].final());
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  },
  update(data, inputEncoding, outputEncoding) {
    const encoding = inputEncoding;
    if (encoding !== undefined && encoding !== null && typeof data === 'string') validateEncoding(data, encoding);
    return decode(this, this[kHandle].update(inputOf(data, encoding ?? undefined, 'data')), outputEncoding, false);
  },
  final(outputEncoding) {
    return decode(this, this[kHandle].final(), outputEncoding, true);
  },
  setAutoPadding,
  setAAD,
};

for (const type of [Cipheriv, Decipheriv]) {
  Object.setPrototypeOf(type.prototype, LazyTransform.prototype);
  Object.setPrototypeOf(type, LazyTransform);
  for (const name of Object.keys(shared)) type.prototype[name] = shared[name];
}

Cipheriv.prototype.getAuthTag = function getAuthTag() {
  const tag = this[kHandle].getAuthTag();
  if (tag === undefined) throw new ERR_CRYPTO_INVALID_STATE('getAuthTag');
  return tag;
};

Decipheriv.prototype.setAuthTag = function setAuthTag(tag, encoding) {
  const bytes = getArrayBufferOrView(tag, 'buffer', encoding);
  if (!this[kHandle].setAuthTag(bytes)) throw new ERR_CRYPTO_INVALID_STATE('setAuthTag');
  if (!this[kShortTagAllowed] && bytes.byteLength < 16) {
    emitWarningOnce('DEP0182', 'Using AES-GCM authentication tags of less than 128 bits without specifying the ' +
      'authTagLength option when initializing decryption is deprecated.');
  }
  return this;
};

function createCipheriv(cipher, key, iv, options) {
  return new Cipheriv(cipher, key, iv, options);
}

function createDecipheriv(cipher, key, iv, options) {
  return new Decipheriv(cipher, key, iv, options);
}

let ciphers;
function getCiphers() {
  ciphers ??= listCiphers();
  return ciphers.slice();
}

function getCipherInfo(nameOrNid, options) {
  if (typeof nameOrNid !== 'string' && typeof nameOrNid !== 'number') {
    throw new ERR_INVALID_ARG_TYPE('nameOrNid', ['string', 'number'], nameOrNid);
  }
  if (typeof nameOrNid === 'number') validateInt32(nameOrNid, 'nameOrNid');
  let keyLength, ivLength;
  if (options !== undefined) {
    validateObject(options, 'options');
    ({ keyLength, ivLength } = options);
    if (keyLength !== undefined) validateInt32(keyLength, 'options.keyLength');
    if (ivLength !== undefined) validateInt32(ivLength, 'options.ivLength');
  }
  // Minus zero is a number like another here, and none to V8's eyes.
  const whole = (length) => (length === undefined ? undefined : length + 0);
  const info = nativeCipherInfo(nameOrNid, whole(keyLength), whole(ivLength));
  if (info !== undefined) info.name = info.name.toLowerCase();
  return info;
}

module.exports = { Cipheriv, Decipheriv, createCipheriv, createDecipheriv, getCiphers, getCipherInfo };
