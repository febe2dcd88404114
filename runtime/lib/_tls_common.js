'use strict';

// The older name of parts of tls, kept for programs that ask for it.

const { SecureContext, createSecureContext } = require('internal/tls/secure_context');
const { translatePeerCertificate } = require('internal/tls/peer_certificate');

module.exports = { SecureContext, createSecureContext, translatePeerCertificate };
