'use strict';

// What connections use unless told otherwise: protocol versions, cipher suites and trusted certificates.
// https://nodejs.org/api/tls.html#modifying-the-default-tls-cipher-suite

const { getOptionValue } = require('internal/options');
const { SecureContext, certificates } = internalBinding('tls_context');
const {
  codes: { ERR_INVALID_ARG_TYPE },
} = require('internal/errors');
const { isArrayBufferView } = require('internal/util/types');
const { validateOneOf } = require('internal/validators');

const DEFAULT_CIPHERS = [
  'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384',
  'DHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-SHA256', 'DHE-RSA-AES128-SHA256', 'ECDHE-RSA-AES256-SHA384',
  'DHE-RSA-AES256-SHA384', 'ECDHE-RSA-AES256-SHA256', 'DHE-RSA-AES256-SHA256', 'HIGH', '!aNULL', '!eNULL', '!EXPORT',
  '!DES', '!RC4', '!MD5', '!PSK', '!SRP', '!CAMELLIA',
].join(':');

function defaultCiphers() {
  return getOptionValue('--tls-cipher-list') || DEFAULT_CIPHERS;
}

// The lowest option given wins for the minimum, the highest for the maximum.
function defaultMinVersion() {
  for (const version of ['1.0', '1.1', '1.2', '1.3']) {
    if (getOptionValue(`--tls-min-v${version}`)) return version === '1.0' ? 'TLSv1' : `TLSv${version}`;
  }
  return 'TLSv1.2';
}
function defaultMaxVersion() {
  if (getOptionValue('--tls-max-v1.3')) return 'TLSv1.3';
  return getOptionValue('--tls-max-v1.2') ? 'TLSv1.2' : 'TLSv1.3';
}

// Certificates by where they come from; PEM texts, read when first asked for.
const known = { __proto__: null };
function list(kind) {
  return known[kind] ??= Object.freeze(certificates(kind));
}
let ownDefault;

function getCACertificates(type = 'default') {
  validateOneOf(type, 'type', ['default', 'system', 'bundled', 'extra']);
  switch (type) {
    case 'extra': return list('extra');
    case 'default': return ownDefault ?? (known.default ??= Object.freeze([...list('system'), ...list('extra')]));
    // We carry no list of our own: the machine's stands for it.
    default: return list('system');
  }
}

function setDefaultCACertificates(certs) {
  if (!Array.isArray(certs)) throw new ERR_INVALID_ARG_TYPE('certs', 'Array', certs);
  const texts = new Set();
  for (let i = 0; i < certs.length; i++) {
    const cert = certs[i];
    if (typeof cert !== 'string' && !isArrayBufferView(cert)) {
      throw new ERR_INVALID_ARG_TYPE(`certs[${i}]`, ['string', 'ArrayBufferView'], cert);
    }
    const { X509Certificate } = require('internal/crypto/x509');
    texts.add(new X509Certificate(cert).toString().trimEnd());
  }
  ownDefault = Object.freeze([...texts]);
  shared = undefined;
}

// The context of connections that set nothing of their own; made once, as its store is filled with every trusted
// certificate.
let shared;
function addDefaultTrust(native) {
  if (ownDefault === undefined) native.addRootCerts();
  else for (const pem of ownDefault) native.addCACert(pem);
}
function sharedContext(make) {
  return shared ??= make();
}

module.exports = {
  NativeSecureContext: SecureContext, addDefaultTrust, defaultCiphers, defaultMaxVersion, defaultMinVersion,
  getCACertificates, setDefaultCACertificates, sharedContext,
};
