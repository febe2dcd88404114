'use strict';

// tls.connect(): https://nodejs.org/api/tls.html#tlsconnectoptions-callback

const net = require('net');
const { validateFunction, validateNumber } = require('internal/validators');
const { createSecureContext } = require('internal/tls/secure_context');
const { TLSSocket, kConnectOptions, kIsVerified, kPendingSession } = require('internal/tls/socket');

let warned = false;
// NODE_TLS_REJECT_UNAUTHORIZED=0 turns verification off, which is said once.
function allowsUnauthorized() {
  const allowed = process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0';
  if (allowed && !warned) {
    warned = true;
    process.emitWarning('Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to \'0\' makes TLS connections and ' +
      'HTTPS requests insecure by disabling certificate verification.');
  }
  return allowed;
}

// The handshake is over: is the peer who it should be?
function onSecure(socket, options) {
  let error = socket._verifyError();
  if (!error && !socket.isSessionReused()) {
    const chain = socket._handle.peerCertificates();
    // A connection by a shared key has no certificate.
    if (chain !== undefined) {
      const certificate = socket.getPeerCertificate(true);
      error = options.checkServerIdentity(options.servername || options.host || 'localhost', certificate);
    }
  }
  if (error) {
    socket.authorized = false;
    socket.authorizationError = error.code || error.message;
    if (options.rejectUnauthorized !== false) {
      socket.destroy(error);
      return;
    }
  } else {
    socket.authorized = true;
  }
  socket.secureConnecting = false;
  socket[kIsVerified] = true;
  socket.emit('secureConnect');
  const session = socket[kPendingSession];
  socket[kPendingSession] = null;
  if (session) socket.emit('session', session);
}

function connect(...args) {
  const normalized = net._normalizeArgs(args);
  let { 0: options } = normalized;
  const { 1: callback } = normalized;
  // connect(port, host, options): what stands behind the address.
  const more = args.find((arg, index) => index > 0 && arg !== null && typeof arg === 'object' && !Array.isArray(arg));
  if (more) options = { ...options, ...more };
  const allowed = allowsUnauthorized();
  const tls = require('tls');
  options = {
    rejectUnauthorized: !allowed, ciphers: tls.DEFAULT_CIPHERS, checkServerIdentity: tls.checkServerIdentity, minDHSize: 1024, ...options,
  };
  if (!options.keepAlive) options.singleUse = true;
  validateFunction(options.checkServerIdentity, 'options.checkServerIdentity');
  validateNumber(options.minDHSize, 'options.minDHSize', 1);
  const secureContext = options.secureContext || createSecureContext(options);
  const socket = new TLSSocket(options.socket, {
    allowHalfOpen: options.socket ? options.socket.allowHalfOpen : Boolean(options.allowHalfOpen),
    pipe: Boolean(options.path),
    secureContext,
    isServer: false,
    requestCert: true,
    rejectUnauthorized: options.rejectUnauthorized !== false,
    session: options.session,
    ALPNProtocols: options.ALPNProtocols,
    requestOCSP: options.requestOCSP,
    enableTrace: options.enableTrace,
    pskCallback: options.pskCallback,
    highWaterMark: options.highWaterMark,
    onread: options.onread,
    signal: options.signal,
  });
  options.rejectUnauthorized = options.rejectUnauthorized !== false;
  socket[kConnectOptions] = options;
  if (callback) socket.once('secureConnect', callback);
  if (options.servername) {
    if (net.isIP(options.servername)) {
      process.emitWarning('Setting the TLS ServerName to an IP address is not permitted by RFC 6066. This will be ignored in a ' +
        'future version.', 'DeprecationWarning', 'DEP0123');
    }
    socket.setServername(options.servername);
    socket.servername = options.servername;
  }
  if (!options.socket) {
    // Without a name the host's is asked for.
    if (options.timeout) socket.setTimeout(options.timeout);
    socket.connect(options, () => socket._start());
  }
  socket._releaseControl();
  if (options.session && typeof options.session === 'string') socket.setSession(options.session);
  socket.on('secure', () => onSecure(socket, options));
  if (options.socket) socket._start();
  return socket;
}

module.exports = { allowsUnauthorized, connect };
