'use strict';

// tls.createSecureContext(): https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions

const native = internalBinding('tls_context');
const {
  codes: {
    ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_TLS_INVALID_PROTOCOL_METHOD,
    ERR_TLS_INVALID_PROTOCOL_VERSION, ERR_TLS_PROTOCOL_VERSION_CONFLICT,
  },
} = require('internal/errors');
const { validateBoolean, validateBuffer, validateInt32, validateInteger, validateObject, validateString } = require('internal/validators');
const { isArrayBufferView, isDataView } = require('internal/util/types');
const defaults = require('internal/tls/defaults');

const versions = {
  '__proto__': null,
  'TLSv1': native.TLS1_VERSION,
  'TLSv1.1': native.TLS1_1_VERSION,
  'TLSv1.2': native.TLS1_2_VERSION,
  'TLSv1.3': native.TLS1_3_VERSION,
};

function versionNumber(name, which, fallback) {
  const number = versions[name ?? fallback];
  if (number === undefined) throw new ERR_TLS_INVALID_PROTOCOL_VERSION(name, which);
  return number;
}

// The versions of OpenSSL's methods, by which they were chosen before there were minimum and maximum.
function methodVersions(name) {
  const match = /^(SSLv2|SSLv3|SSLv23|TLS|TLSv1|TLSv1_1|TLSv1_2|TLSv1_3)(?:_server|_client)?_method$/.exec(name);
  switch (match?.[1]) {
    case undefined: throw new ERR_TLS_INVALID_PROTOCOL_METHOD(`Unknown method: ${name}`);
    case 'SSLv2': throw new ERR_TLS_INVALID_PROTOCOL_METHOD('SSLv2 methods disabled');
    case 'SSLv3': throw new ERR_TLS_INVALID_PROTOCOL_METHOD('SSLv3 methods disabled');
    case 'SSLv23': return [0, native.TLS1_2_VERSION];
    case 'TLS': return [0, 0];
    case 'TLSv1': return [native.TLS1_VERSION, native.TLS1_VERSION];
    case 'TLSv1_1': return [native.TLS1_1_VERSION, native.TLS1_1_VERSION];
    case 'TLSv1_2': return [native.TLS1_2_VERSION, native.TLS1_2_VERSION];
    default: throw new ERR_TLS_INVALID_PROTOCOL_METHOD(`Unknown method: ${name}`);
  }
}

function protocolRange({ secureProtocol, minVersion, maxVersion }) {
  const tls = require('tls');
  if (secureProtocol) {
    if (minVersion != null) throw new ERR_TLS_PROTOCOL_VERSION_CONFLICT(minVersion, secureProtocol);
    if (maxVersion != null) throw new ERR_TLS_PROTOCOL_VERSION_CONFLICT(maxVersion, secureProtocol);
    return methodVersions(secureProtocol);
  }
  return [versionNumber(minVersion, 'minimum', tls.DEFAULT_MIN_VERSION), versionNumber(maxVersion, 'maximum', tls.DEFAULT_MAX_VERSION)];
}

function validateKeyOrCert(name, value) {
  if (typeof value !== 'string' && !(isArrayBufferView(value))) {
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], value);
  }
}

function each(value, take) {
  if (Array.isArray(value)) for (const item of value) take(item);
  else take(value);
}

function setKeys(context, key, passphrase, name) {
  each(key, (item) => {
    // In a list a key may come with its own pass phrase, as { pem, passphrase }.
    const pem = Array.isArray(key) && item?.pem !== undefined ? item.pem : item;
    const phrase = item?.passphrase !== undefined ? item.passphrase : passphrase;
    validateKeyOrCert(`${name}.key`, pem);
    if (phrase != null) validateString(phrase, `${name}.passphrase`);
    context.setKey(pem, phrase);
  });
}

function loadPfx(context, pfx, passphrase) {
  each(pfx, (item) => {
    const bytes = item?.buf !== undefined ? item.buf : item;
    const phrase = item?.passphrase || passphrase;
    if (typeof bytes !== 'string') validateBuffer(bytes, 'PFX certificate');
    if (phrase) {
      if (typeof phrase !== 'string') validateBuffer(phrase, 'Pass phrase');
      context.loadPKCS12(bytes, phrase);
    } else {
      context.loadPKCS12(bytes);
    }
  });
}

// TLS 1.3's suites are set apart from the ciphers of older versions.
function splitCiphers(text, name) {
  const parts = (text || defaults.defaultCiphers()).split(':').filter(Boolean);
  const suites = parts.filter((part) => part.startsWith('TLS_')).join(':');
  const list = parts.filter((part) => !part.startsWith('TLS_')).join(':');
  if (suites === '' && list === '') throw new ERR_INVALID_ARG_VALUE(`${name}.ciphers`, text);
  return { suites, list };
}

// Versions without a cipher could not be spoken; 0 stands for no limit.
function narrowed([minimum, maximum], { suites, list } = { suites: 'any', list: 'any' }) {
  const has13 = maximum === 0 || maximum > native.TLS1_2_VERSION;
  const hasOlder = minimum < native.TLS1_3_VERSION;
  if (suites === '' && has13 && hasOlder) return [minimum, native.TLS1_2_VERSION];
  if (list === '' && has13 && hasOlder) return [native.TLS1_3_VERSION, maximum];
  return [minimum, maximum];
}

class SecureContext {
  constructor(secureProtocol, secureOptions, minVersion, maxVersion, ciphers = undefined) {
    this.context = new native.SecureContext();
    const [minimum, maximum] = narrowed(protocolRange({ secureProtocol, minVersion, maxVersion }), ciphers);
    this.context.init(minimum, maximum);
    if (secureOptions) {
      validateInteger(secureOptions, 'secureOptions');
      this.context.setOptions(secureOptions);
    }
  }
}

function validateOptions(options, name) {
  const { ciphers, dhparam, ecdhCurve, sigalgs, sessionIdContext, sessionTimeout, ticketKeys, allowPartialTrustChain } = options;
  if (ciphers != null) validateString(ciphers, `${name}.ciphers`);
  if (sigalgs != null) {
    validateString(sigalgs, `${name}.sigalgs`);
    if (sigalgs === '') throw new ERR_INVALID_ARG_VALUE(`${name}.sigalgs`, sigalgs);
  }
  if (ecdhCurve !== undefined) validateString(ecdhCurve, `${name}.ecdhCurve`);
  if (dhparam != null && dhparam !== 'auto') validateKeyOrCert(`${name}.dhparam`, dhparam);
  if (sessionIdContext != null) validateString(sessionIdContext, `${name}.sessionIdContext`);
  if (sessionTimeout != null) validateInt32(sessionTimeout, `${name}.sessionTimeout`, 0);
  if (ticketKeys != null) {
    if (!isArrayBufferView(ticketKeys) || isDataView(ticketKeys) && ticketKeys.byteLength === undefined) {
      throw new ERR_INVALID_ARG_TYPE(`${name}.ticketKeys`, ['Buffer', 'TypedArray', 'DataView'], ticketKeys);
    }
    if (ticketKeys.byteLength !== 48) {
      throw new ERR_INVALID_ARG_VALUE(`${name}.ticketKeys`, ticketKeys.byteLength, 'must be exactly 48 bytes');
    }
  }
  if (allowPartialTrustChain != null) validateBoolean(allowPartialTrustChain, `${name}.allowPartialTrustChain`);
  for (const engine of ['clientCertEngine', 'privateKeyEngine', 'privateKeyIdentifier']) {
    if (options[engine] == null) continue;
    if (typeof options[engine] !== 'string') throw new ERR_INVALID_ARG_TYPE(`${name}.${engine}`, ['string', 'null', 'undefined'], options[engine]);
    throw new ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED();
  }
}

// Fills a native context as the options of createSecureContext() say; `name` stands for them in errors.
function configure(context, options, name = 'options') {
  validateOptions(options, name);
  const { ca, cert, ciphers, crl, dhparam, ecdhCurve, key, passphrase, pfx, sessionIdContext, sessionTimeout, sigalgs, ticketKeys } = options;
  if (options.allowPartialTrustChain) context.setAllowPartialTrustChain();
  // Certificates come before keys, which are checked against them.
  if (ca) {
    each(ca, (item) => {
      validateKeyOrCert(`${name}.ca`, item);
      context.addCACert(item);
    });
  } else {
    defaults.addDefaultTrust(context);
  }
  if (cert != null && cert !== false) {
    each(cert, (item) => {
      validateKeyOrCert(`${name}.cert`, item);
      context.setCert(item);
    });
  }
  if (key != null && key !== false) setKeys(context, key, passphrase, name);
  if (sigalgs != null) context.setSigalgs(sigalgs);
  const { list, suites } = splitCiphers(ciphers, name);
  if (suites !== '') context.setCipherSuites(suites);
  context.setCiphers(list);
  context.setECDHCurve(ecdhCurve ?? require('tls').DEFAULT_ECDH_CURVE);
  if (dhparam != null) {
    const bits = context.setDHParam(dhparam === 'auto' ? true : dhparam);
    if (bits !== undefined) process.emitWarning(`DH parameter is less than 2048 bits`, 'SecurityWarning');
  }
  if (crl != null) {
    each(crl, (item) => {
      validateKeyOrCert(`${name}.crl`, item);
      context.addCRL(item);
    });
  }
  if (sessionIdContext != null) context.setSessionIdContext(sessionIdContext);
  if (pfx != null) loadPfx(context, pfx, passphrase);
  if (ticketKeys != null) context.setTicketKeys(ticketKeys);
  if (sessionTimeout != null) context.setSessionTimeout(sessionTimeout);
}

function createSecureContext(options) {
  options ??= {};
  validateObject(options, 'options');
  let { secureOptions } = options;
  if (options.honorCipherOrder) secureOptions |= require('crypto').constants.SSL_OP_CIPHER_SERVER_PREFERENCE;
  if (options.ciphers != null) validateString(options.ciphers, 'options.ciphers');
  const context = new SecureContext(options.secureProtocol, secureOptions, options.minVersion, options.maxVersion,
                                    splitCiphers(options.ciphers, 'options'));
  configure(context.context, options);
  return context;
}

module.exports = { SecureContext, createSecureContext };
