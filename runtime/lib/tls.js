'use strict';

// https://nodejs.org/api/tls.html

const { ObjectDefineProperty } = primordials;
const { ciphers } = internalBinding('tls_context');
const defaults = require('internal/tls/defaults');
const { convertALPNProtocols } = require('internal/tls/alpn');
const { checkServerIdentity } = require('internal/tls/peer_certificate');
const { SecureContext, createSecureContext } = require('internal/tls/secure_context');

let allCiphers;
function getCiphers() {
  // A copy: programs sort it.
  return (allCiphers ??= [...new Set(ciphers().map((name) => name.toLowerCase()))].sort()).slice();
}

let rootCertificates;

module.exports = {
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  DEFAULT_CIPHERS: defaults.defaultCiphers(),
  DEFAULT_ECDH_CURVE: 'auto',
  DEFAULT_MAX_VERSION: defaults.defaultMaxVersion(),
  DEFAULT_MIN_VERSION: defaults.defaultMinVersion(),
  SecureContext,
  checkServerIdentity,
  convertALPNProtocols,
  createSecureContext,
  getCACertificates: defaults.getCACertificates,
  getCiphers,
  setDefaultCACertificates: defaults.setDefaultCACertificates,
};
ObjectDefineProperty(module.exports, 'rootCertificates', {
  __proto__: null, configurable: false, enumerable: true,
  get() { return rootCertificates ??= defaults.getCACertificates('bundled'); },
});

// These ask for this module.
const { TLSSocket } = require('internal/tls/socket');
const { Server, createServer } = require('internal/tls/server');
const { connect } = require('internal/tls/connect');
module.exports.TLSSocket = TLSSocket;
module.exports.Server = Server;
module.exports.createServer = createServer;
module.exports.connect = connect;
