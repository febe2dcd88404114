'use strict';

// X509Certificate. Documented in doc/api/crypto.md, "Class: X509Certificate".

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateBoolean, validateObject, validateString } = require('internal/validators');
const native = internalBinding('crypto_x509');
const { KeyHandle, getParam, describe, curveName, serialize } = internalBinding('crypto_keys');
const { Buffer } = require('buffer');
const { PublicKeyObject, isKeyObject, nativeHandle } = require('internal/crypto/keys');
const { customInspectSymbol } = require('internal/util');

// OpenSSL's X509_CHECK_FLAG_...
const flags = {
  alwaysCheckSubject: 1, noWildcards: 2, noPartialWildcards: 4, multiLabelWildcards: 8, singleLabelSubdomains: 16,
  neverCheckSubject: 32,
};

// Values in lists stand between commas or line feeds: what could be taken for one, or for the quotes, is written as in a
// JSON string.
function quoted(value, bytes) {
  // eslint-disable-next-line no-control-regex
  const special = bytes ? /[\u0000-\u001f"',\\\u007f-\u{10ffff}]/u : /[\u0000-\u001f"',\\]/;
  if (!special.test(value)) return value;
  // eslint-disable-next-line no-control-regex
  const each = bytes ? /[\u0000-\u001f",\\\u007f-\uffff]/g : /[\u0000-\u001f",\\]/g;
  const text = value.replace(each, (char) => (char === '"' || char === '\\' ? `\\${char}` :
    `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));
  return `"${text}"`;
}

function altNames(list) {
  const parts = [];
  for (let i = 0; i < list.length; i += 3) parts.push(`${list[i]}:${quoted(list[i + 1], list[i + 2])}`);
  return parts.join(', ');
}

function infoAccessText(list) {
  const lines = [];
  for (let i = 0; i < list.length; i += 4) lines.push(`${list[i]} - ${list[i + 1]}:${quoted(list[i + 2], list[i + 3])}`);
  return lines.join('\n');
}

function append(target, key, value) {
  (target[key] ??= []).push(value);
}

function legacyInfoAccess(list) {
  if (list === undefined) return undefined;
  const result = { __proto__: null };
  for (let i = 0; i < list.length; i += 4) append(result, `${list[i]} - ${list[i + 1]}`, list[i + 2]);
  return result;
}

// The entries of a name as an object; ones that come more than once as a list.
function legacyName(list) {
  const result = { __proto__: null };
  for (let i = 0; i < list.length; i += 2) append(result, list[i], list[i + 1]);
  for (const key of Object.keys(result)) if (result[key].length === 1) result[key] = result[key][0];
  return result;
}

const nistNames = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521', secp224r1: 'P-224', prime192v1: 'P-192' };

// What getPeerCertificate() tells of the public key.
function legacyKey(key) {
  const handle = nativeHandle(key);
  const { type, bits } = describe(handle);
  const none = { modulus: undefined, exponent: undefined, pubkey: undefined, bits: undefined, asn1Curve: undefined, nistCurve: undefined };
  if (type === 'rsa' || type === 'rsa-pss') {
    const hex = (name) => getParam(handle, name, 'b').toString('hex');
    return {
      ...none,
      modulus: hex('n').toUpperCase(),
      exponent: `0x${hex('e').replace(/^0+/, '')}`,
      pubkey: serialize(handle, false, 'spki', undefined, undefined),
      bits,
    };
  }
  if (type === 'ec') {
    const group = getParam(handle, 'group', 's');
    const asn1Curve = group === undefined ? undefined : curveName(group);
    return { ...none, pubkey: getParam(handle, 'pub', 'o'), bits, asn1Curve, nistCurve: nistNames[asn1Curve] };
  }
  return none;
}

const issuers = new WeakMap();
function setIssuer(certificate, issuer) {
  issuers.set(certificate, issuer);
}

const { kClone, markTransferMode } = require('internal/worker/transfer');

class X509Certificate {
  #handle;
  #fields = { __proto__: null };

  constructor(buffer) {
    if (typeof buffer === 'string') buffer = Buffer.from(buffer);
    if (!ArrayBuffer.isView(buffer)) {
      throw new ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView'], buffer);
    }
    markTransferMode(this, true, false);
    this.#handle = new native.CertificateHandle(buffer);
  }

  [kClone]() {
    return { data: this.raw, deserializeInfo: 'internal/crypto/x509:reviveCertificate' };
  }

  #get(field) {
    if (!(field in this.#fields)) this.#fields[field] = native.get(this.#handle, field);
    return this.#fields[field];
  }

  [customInspectSymbol](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('util');
    const shown = {};
    for (const name of shownFields) shown[name] = this[name];
    return `X509Certificate ${inspect(shown, { ...options, depth: options.depth === null ? null : options.depth - 1 })}`;
  }

  get subject() {
    return this.#get('subject') || undefined;
  }

  get subjectAltName() {
    const names = this.#get('altNames');
    return names && altNames(names);
  }

  get issuer() {
    return this.#get('issuer') || undefined;
  }

  // Certificates that come alone do not know it; those of a TLS connection are given theirs.
  get issuerCertificate() {
    return issuers.get(this);
  }

  get infoAccess() {
    const access = this.#get('infoAccess');
    return access && infoAccessText(access);
  }

  get validFrom() {
    return this.#get('validFrom');
  }

  get validTo() {
    return this.#get('validTo');
  }

  get validFromDate() {
    return new Date(this.#get('notBefore') * 1000);
  }

  get validToDate() {
    return new Date(this.#get('notAfter') * 1000);
  }

  get fingerprint() {
    return this.#get('fingerprint');
  }

  get fingerprint256() {
    return this.#get('fingerprint256');
  }

  get fingerprint512() {
    return this.#get('fingerprint512');
  }

  get keyUsage() {
    return this.#get('keyUsage');
  }

  get serialNumber() {
    return this.#get('serialNumber').toUpperCase();
  }

  get signatureAlgorithm() {
    return this.#get('signatureAlgorithm');
  }

  get signatureAlgorithmOid() {
    return this.#get('signatureAlgorithmOid');
  }

  get raw() {
    return this.#get('raw');
  }

  get publicKey() {
    if (this.#fields.publicKey === undefined) {
      const handle = new KeyHandle();
      native.publicKey(this.#handle, handle);
      this.#fields.publicKey = new PublicKeyObject(handle);
    }
    return this.#fields.publicKey;
  }

  toString() {
    return this.#get('pem');
  }

  toJSON() {
    return this.toString();
  }

  get ca() {
    return this.#get('ca');
  }

  checkHost(name, options) {
    validateString(name, 'name');
    return this.#check('host', name, checkFlags(options));
  }

  checkEmail(name, options) {
    validateString(name, 'name');
    return this.#check('email', name, checkFlags(options));
  }

  checkIP(name) {
    validateString(name, 'name');
    return this.#check('ip', name, 0);
  }

  #check(kind, name, bits) {
    const found = native.check(this.#handle, kind, name, bits);
    if (found !== null) return found;
    const error = new ERR_INVALID_ARG_VALUE('name', name);
    error.message = 'Invalid name';
    throw error;
  }

  checkIssued(otherCert) {
    if (typeof otherCert !== 'object' || otherCert === null || !(#handle in otherCert)) {
      throw new ERR_INVALID_ARG_TYPE('otherCert', 'X509Certificate', otherCert);
    }
    return native.checkIssued(this.#handle, otherCert.#handle);
  }

  checkPrivateKey(pkey) {
    if (!isKeyObject(pkey)) throw new ERR_INVALID_ARG_TYPE('pkey', 'KeyObject', pkey);
    if (pkey.type !== 'private') throw new ERR_INVALID_ARG_VALUE('pkey', pkey);
    return native.checkPrivateKey(this.#handle, nativeHandle(pkey));
  }

  verify(pkey) {
    if (!isKeyObject(pkey)) throw new ERR_INVALID_ARG_TYPE('pkey', 'KeyObject', pkey);
    if (pkey.type !== 'public') throw new ERR_INVALID_ARG_VALUE('pkey', pkey);
    return native.verify(this.#handle, nativeHandle(pkey));
  }

  toLegacyObject() {
    const { modulus, exponent, pubkey, bits, asn1Curve, nistCurve } = legacyKey(this.publicKey);
    return {
      subject: legacyName(this.#get('subjectEntries')),
      issuer: legacyName(this.#get('issuerEntries')),
      subjectaltname: this.subjectAltName,
      infoAccess: legacyInfoAccess(this.#get('infoAccess')),
      ca: this.ca,
      modulus,
      exponent,
      pubkey,
      bits,
      valid_from: this.validFrom,
      valid_to: this.validTo,
      fingerprint: this.fingerprint,
      fingerprint256: this.fingerprint256,
      fingerprint512: this.fingerprint512,
      ext_key_usage: this.keyUsage,
      serialNumber: this.serialNumber,
      raw: this.raw,
      asn1Curve,
      nistCurve,
    };
  }
}

const shownFields = [
  'subject', 'subjectAltName', 'issuer', 'infoAccess', 'validFrom', 'validTo', 'validFromDate', 'validToDate', 'fingerprint',
  'fingerprint256', 'fingerprint512', 'keyUsage', 'serialNumber', 'signatureAlgorithm', 'signatureAlgorithmOid',
];

function checkFlags(options = {}) {
  validateObject(options, 'options');
  const {
    subject = 'default', wildcards = true, partialWildcards = true, multiLabelWildcards = false, singleLabelSubdomains = false,
  } = options;
  validateString(subject, 'options.subject');
  validateBoolean(wildcards, 'options.wildcards');
  validateBoolean(partialWildcards, 'options.partialWildcards');
  validateBoolean(multiLabelWildcards, 'options.multiLabelWildcards');
  validateBoolean(singleLabelSubdomains, 'options.singleLabelSubdomains');
  let bits = 0;
  if (subject === 'always') bits |= flags.alwaysCheckSubject;
  else if (subject === 'never') bits |= flags.neverCheckSubject;
  else if (subject !== 'default') throw new ERR_INVALID_ARG_VALUE('options.subject', subject);
  if (!wildcards) bits |= flags.noWildcards;
  if (!partialWildcards) bits |= flags.noPartialWildcards;
  if (multiLabelWildcards) bits |= flags.multiLabelWildcards;
  if (singleLabelSubdomains) bits |= flags.singleLabelSubdomains;
  return bits;
}

function reviveCertificate(raw) { return new X509Certificate(raw); }

module.exports = { reviveCertificate, X509Certificate, setIssuer };
