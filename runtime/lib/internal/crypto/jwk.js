'use strict';

// JSON Web Keys: RFC 7517, RFC 7518 (RSA, EC, oct), RFC 8037 (OKP) and draft-ietf-cose-dilithium (AKP).

const {
  codes: { ERR_CRYPTO_INVALID_CURVE, ERR_CRYPTO_INVALID_JWK, ERR_CRYPTO_JWK_UNSUPPORTED_CURVE, ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE },
} = require('internal/errors');
const native = internalBinding('crypto_keys');
const { Buffer } = require('buffer');
const { nativeHandle } = require('internal/crypto/key_object');

const curveNames = { prime256v1: 'P-256', secp256k1: 'secp256k1', secp384r1: 'P-384', secp521r1: 'P-521' };
const curves = {
  '__proto__': null,
  'P-256': ['prime256v1', 32],
  'secp256k1': ['secp256k1', 32],
  'P-384': ['secp384r1', 48],
  'P-521': ['secp521r1', 66],
};
const okpCurves = { '__proto__': null, 'Ed25519': 32, 'Ed448': 57, 'X25519': 32, 'X448': 56 };
const okpNames = { ed25519: 'Ed25519', ed448: 'Ed448', x25519: 'X25519', x448: 'X448' };

// The members of an RSA JWK and OpenSSL's names of them; all but the first two are of private keys.
const rsaMembers = [
  ['n', 'n'], ['e', 'e'], ['d', 'd'], ['p', 'rsa-factor1'], ['q', 'rsa-factor2'], ['dp', 'rsa-exponent1'],
  ['dq', 'rsa-exponent2'], ['qi', 'rsa-coefficient1'],
];

const base64url = (bytes) => bytes.toString('base64url');

function padded(bytes, size) {
  if (bytes.length >= size) return bytes;
  return Buffer.concat([Buffer.alloc(size - bytes.length), bytes]);
}

function exportEc(handle, isPrivate) {
  const group = native.getParam(handle, 'group', 's');
  const name = group === undefined ? undefined : native.curveName(group) ?? group;
  const crv = curveNames[name];
  if (crv === undefined) throw new ERR_CRYPTO_JWK_UNSUPPORTED_CURVE(name);
  const size = curves[crv][1];
  const coordinate = (member) => base64url(padded(native.getParam(handle, member, 'b'), size));
  const jwk = { kty: 'EC', x: coordinate('qx'), y: coordinate('qy'), crv };
  if (isPrivate) jwk.d = coordinate('priv');
  return jwk;
}

function exportJwk(key) {
  const handle = nativeHandle(key);
  if (key.type === 'secret') return { kty: 'oct', k: base64url(native.secretBytes(handle)) };
  const isPrivate = key.type === 'private';
  const type = key.asymmetricKeyType;
  if (type === 'rsa') {
    const jwk = { kty: 'RSA' };
    for (const [member, name] of isPrivate ? rsaMembers : rsaMembers.slice(0, 2)) {
      jwk[member] = base64url(native.getParam(handle, name, 'b'));
    }
    return jwk;
  }
  if (type === 'ec') return exportEc(handle, isPrivate);
  if (type in okpNames) {
    const jwk = { crv: okpNames[type] };
    if (isPrivate) jwk.d = base64url(native.getParam(handle, 'priv', 'o'));
    jwk.x = base64url(native.getParam(handle, 'pub', 'o'));
    jwk.kty = 'OKP';
    return jwk;
  }
  if (/^(ml|slh)-/.test(type)) {
    const jwk = {};
    if (isPrivate) {
      // The lattice schemes keep keys as seeds; the hash-based ones have none.
      const secret = native.getParam(handle, type.startsWith('slh') ? 'priv' : 'seed', 'o');
      if (secret === undefined) {
        const { ERR_CRYPTO_OPERATION_FAILED } = require('internal/errors').codes;
        throw new ERR_CRYPTO_OPERATION_FAILED('key does not have an available seed');
      }
      jwk.priv = base64url(secret);
    }
    return { ...jwk, kty: 'AKP', alg: akpName(type), pub: base64url(native.getParam(handle, 'pub', 'o')) };
  }
  throw new ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE();
}

// "ML-DSA-44", "SLH-DSA-SHA2-128f": the last letter of the hash-based ones stays small.
function akpName(type) {
  return type.toUpperCase().replace(/(?<=^SLH.*\d)[FS]$/, (letter) => letter.toLowerCase());
}

function decoded(jwk, member) {
  if (typeof jwk[member] !== 'string') throw new ERR_CRYPTO_INVALID_JWK(`Invalid JWK ${jwk.kty} key`);
  return Buffer.from(jwk[member], 'base64url');
}

function importRsa(jwk, isPrivate, handle) {
  const params = [];
  for (const [member, name] of isPrivate ? rsaMembers : rsaMembers.slice(0, 2)) params.push(name, 'b', decoded(jwk, member));
  if (!native.fromData(handle, isPrivate ? 2 : 1, 'RSA', params)) throw new ERR_CRYPTO_INVALID_JWK('Invalid JWK RSA key');
}

function importEc(jwk, isPrivate, handle) {
  if (typeof jwk.crv !== 'string') throw new ERR_CRYPTO_INVALID_JWK('Invalid JWK EC key');
  if (!(jwk.crv in curves)) throw new ERR_CRYPTO_INVALID_CURVE();
  const [group, size] = curves[jwk.crv];
  const x = decoded(jwk, 'x');
  const y = decoded(jwk, 'y');
  const params = ['group', 's', group, 'pub', 'o', Buffer.concat([Buffer.from([4]), padded(x, size), padded(y, size)])];
  if (isPrivate) params.push('priv', 'b', decoded(jwk, 'd'));
  if (!native.fromData(handle, isPrivate ? 2 : 1, 'EC', params)) throw new ERR_CRYPTO_INVALID_JWK('Invalid JWK EC key');
}

function importOkp(jwk, isPrivate, handle) {
  if (typeof jwk.crv !== 'string' || !(jwk.crv in okpCurves)) throw new ERR_CRYPTO_INVALID_JWK('Invalid JWK OKP key');
  const x = decoded(jwk, 'x');
  const bytes = isPrivate ? decoded(jwk, 'd') : x;
  if (x.length !== okpCurves[jwk.crv] || bytes.length !== okpCurves[jwk.crv] ||
      !native.fromRaw(handle, isPrivate ? 2 : 1, jwk.crv, bytes)) {
    throw new ERR_CRYPTO_INVALID_JWK('Invalid JWK OKP key');
  }
}

function importAkp(jwk, isPrivate, handle) {
  const { alg } = jwk;
  if (typeof alg !== 'string' || !/^(ML-DSA-(44|65|87)|ML-KEM-(512|768|1024)|SLH-DSA-(SHA2|SHAKE)-(128|192|256)[fs])$/.test(alg)) {
    throw new ERR_CRYPTO_INVALID_JWK('Unsupported JWK AKP "alg"');
  }
  const pub = decoded(jwk, 'pub');
  let good;
  if (!isPrivate) {
    good = native.fromRaw(handle, 1, alg, pub);
  } else {
    const name = alg.startsWith('SLH') ? 'priv' : 'seed';
    good = native.fromData(handle, 2, alg, [name, 'o', decoded(jwk, 'priv')]) &&
      native.getParam(handle, 'pub', 'o').equals(pub);
  }
  if (!good) throw new ERR_CRYPTO_INVALID_JWK('Invalid JWK AKP key');
}

const importers = { '__proto__': null, 'RSA': importRsa, 'EC': importEc, 'OKP': importOkp, 'AKP': importAkp };

// The handle of the public key in `jwk`, or of the private one where that is wanted.
function importJwk(jwk, isPrivate) {
  const { kty } = jwk;
  if (typeof kty !== 'string') throw new ERR_CRYPTO_INVALID_JWK('Invalid JWK format');
  const importer = importers[kty];
  if (importer === undefined) throw new ERR_CRYPTO_INVALID_JWK(`${kty} is not a supported JWK key type`);
  const secret = jwk[kty === 'AKP' ? 'priv' : 'd'];
  if (isPrivate && secret === undefined) throw new ERR_CRYPTO_INVALID_JWK('JWK does not contain private key material');
  if (secret !== undefined && typeof secret !== 'string') throw new ERR_CRYPTO_INVALID_JWK(`Invalid JWK ${kty} key`);
  const handle = new native.KeyHandle();
  importer(jwk, isPrivate, handle);
  return handle;
}

module.exports = { exportJwk, importJwk };
