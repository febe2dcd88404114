'use strict';

// Keys as their bare octets: the formats 'raw-public', 'raw-private' and 'raw-seed'. See "Asymmetric key types" in
// doc/api/crypto.md for who has which.

const {
  codes: { ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS, ERR_CRYPTO_INVALID_CURVE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE },
} = require('internal/errors');
const { validateOneOf, validateString } = require('internal/validators');
const native = internalBinding('crypto_keys');
const agree = internalBinding('crypto_agree');
const { Buffer } = require('buffer');
const { isAnyArrayBuffer } = require('internal/crypto/util');

const kCompressed = 2;
const kUncompressed = 4;

const isCurve25519Kin = (type) => /^(ed25519|ed448|x25519|x448)$/.test(type);
const isLattice = (type) => /^ml-(dsa-(44|65|87)|kem-(512|768|1024))$/.test(type);
const isHashBased = (type) => /^slh-dsa-(sha2|shake)-(128|192|256)[fs]$/.test(type);
const withoutRaw = ['rsa', 'rsa-pss', 'dsa', 'dh'];

function withMessage(error, message) {
  error.message = message;
  return error;
}

const incompatible = () => withMessage(
  new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('', ''), 'The selected key encoding is incompatible with the key type');

const invalidData = () => withMessage(new ERR_INVALID_ARG_VALUE('key', ''), 'Invalid key data');

function hasFormat(type, format) {
  if (type === 'ec' || isCurve25519Kin(type) || isHashBased(type)) return format !== 'raw-seed';
  return isLattice(type) && format !== 'raw-private';
}

// OpenSSL's spelling of a type.
const opensslName = (type) => type.toUpperCase().replace(/(?<=^SLH.*\d)[FS]$/, (letter) => letter.toLowerCase());

function exportRaw(handle, { format, type: point }) {
  const { type } = native.describe(handle);
  if (!hasFormat(type, format)) throw incompatible();
  if (type !== 'ec') {
    const member = { 'raw-public': 'pub', 'raw-private': 'priv', 'raw-seed': 'seed' }[format];
    const octets = native.getParam(handle, member, 'o');
    if (octets !== undefined) return octets;
    const { ERR_CRYPTO_OPERATION_FAILED } = require('internal/errors').codes;
    throw new ERR_CRYPTO_OPERATION_FAILED('key does not have an available seed');
  }
  const curve = native.curveName(native.getParam(handle, 'group', 's'));
  if (format === 'raw-public') {
    return agree.ecPoint(curve, native.getParam(handle, 'pub', 'o'), point === 'compressed' ? kCompressed : kUncompressed);
  }
  const secret = native.getParam(handle, 'priv', 'b');
  const size = agree.ecOrderSize(curve);
  return secret.length < size ? Buffer.concat([Buffer.alloc(size - secret.length), secret]) : secret;
}

function importEc(handle, want, data, curve) {
  if (want === 1) return native.fromData(handle, 1, 'EC', ['group', 's', curve, 'pub', 'o', data]);
  if (data.byteLength !== agree.ecOrderSize(curve)) return false;
  const point = agree.ecPublic(curve, data);
  return point !== undefined && native.fromData(handle, 2, 'EC', ['group', 's', curve, 'pub', 'o', point, 'priv', 'b', data]);
}

// The handle of the key that options {key, format, asymmetricKeyType, namedCurve} hold.
function importRaw(options, name) {
  const { key, format, asymmetricKeyType: type, namedCurve } = options;
  if (!ArrayBuffer.isView(key) && !isAnyArrayBuffer(key)) {
    throw new ERR_INVALID_ARG_TYPE(`${name}.key`, ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], key);
  }
  validateString(type, `${name}.asymmetricKeyType`);
  const handle = new native.KeyHandle();
  const want = format === 'raw-public' ? 1 : 2;
  let good;
  if (type === 'ec') {
    validateString(namedCurve, `${name}.namedCurve`);
    const curve = native.curveName(namedCurve);
    if (curve === undefined) throw new ERR_CRYPTO_INVALID_CURVE();
    if (!hasFormat(type, format)) throw incompatible();
    good = importEc(handle, want, key, curve);
  } else if (withoutRaw.includes(type)) {
    throw incompatible();
  } else if (!isCurve25519Kin(type) && !isLattice(type) && !isHashBased(type)) {
    throw withMessage(new ERR_INVALID_ARG_VALUE('type', type), `Invalid asymmetricKeyType: ${type}`);
  } else {
    if (!hasFormat(type, format)) throw incompatible();
    const algorithm = opensslName(type);
    good = format === 'raw-seed' ? native.fromData(handle, 2, algorithm, ['seed', 'o', key]) :
      native.fromRaw(handle, want, algorithm, key);
  }
  if (!good) throw invalidData();
  return handle;
}

// Checks the options of a raw encoding to write; gives them as keyEncoding() does.
function rawEncoding(options, { isPublic, name, keyType }) {
  const { format, type, cipher, passphrase } = options;
  if (isPublic !== (format === 'raw-public')) throw new ERR_INVALID_ARG_VALUE(`${name}.format`, format);
  if ((cipher ?? passphrase) !== undefined && !isPublic) {
    throw withMessage(new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('', ''),
                      'The selected key encoding raw format does not support encryption.');
  }
  if (keyType !== undefined && !hasFormat(keyType, format)) throw incompatible();
  if (keyType === 'ec' && isPublic && type !== undefined) validateOneOf(type, `${name}.type`, ['compressed', 'uncompressed']);
  return { format, type };
}

module.exports = { exportRaw, importRaw, rawEncoding };
