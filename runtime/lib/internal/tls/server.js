'use strict';

// tls.Server: https://nodejs.org/api/tls.html#class-tlsserver

const { FunctionPrototypeCall, ObjectSetPrototypeOf } = primordials;
const EventEmitter = require('events');
const net = require('net');
const {
  codes: { ERR_INVALID_ARG_TYPE, ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS, ERR_TLS_REQUIRED_SERVER_NAME },
  ConnResetException,
} = require('internal/errors');
const { validateBuffer, validateFunction, validateNumber, validateString } = require('internal/validators');
const { createSecureContext, SecureContext } = require('internal/tls/secure_context');
const { TLSSocket } = require('internal/tls/socket');
const { convertALPNProtocols } = require('internal/tls/alpn');
const { isArrayBufferView } = require('internal/util/types');

const kErrorTold = Symbol('error told');
const kHandshakeTimeout = Symbol('handshake timeout');
const kSNICallback = Symbol('SNICallback');

function Server(options, listener) {
  if (!(this instanceof Server)) return new Server(options, listener);
  if (typeof options === 'function') {
    listener = options;
    options = {};
  } else if (options == null || typeof options === 'object') {
    options ??= {};
  } else {
    throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  this._contexts = [];
  this.requestCert = options.requestCert === true;
  this.rejectUnauthorized = options.rejectUnauthorized !== false;
  if (options.ALPNCallback) {
    validateFunction(options.ALPNCallback, 'options.ALPNCallback');
    if (options.ALPNProtocols) throw new ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS();
    this.ALPNCallback = options.ALPNCallback;
  }
  if (options.sessionTimeout) this.sessionTimeout = options.sessionTimeout;
  if (options.ticketKeys) this.ticketKeys = options.ticketKeys;
  if (options.ALPNProtocols) convertALPNProtocols(options.ALPNProtocols, this);
  this.setSecureContext(options);
  this[kHandshakeTimeout] = options.handshakeTimeout ?? 120_000;
  validateNumber(this[kHandshakeTimeout], 'options.handshakeTimeout');
  this[kSNICallback] = options.SNICallback ?? sniByContexts;
  validateFunction(this[kSNICallback], 'options.SNICallback');
  if (options.pskCallback !== undefined && options.pskCallback !== null) {
    validateFunction(options.pskCallback, 'options.pskCallback');
    this.pskCallback = options.pskCallback;
  }
  if (options.pskIdentityHint !== undefined && options.pskIdentityHint !== null) {
    validateString(options.pskIdentityHint, 'options.pskIdentityHint');
    this.pskIdentityHint = options.pskIdentityHint;
  }
  this.enableTrace = options.enableTrace;
  FunctionPrototypeCall(net.Server, this, options, onConnection);
  if (listener) this.on('secureConnection', listener);
}
ObjectSetPrototypeOf(Server.prototype, net.Server.prototype);
ObjectSetPrototypeOf(Server, net.Server);

function onConnection(raw) {
  const server = this;
  const socket = new TLSSocket(raw, {
    allowHalfOpen: server.allowHalfOpen,
    secureContext: server._sharedCreds,
    isServer: true,
    server,
    requestCert: server.requestCert,
    rejectUnauthorized: server.rejectUnauthorized,
    handshakeTimeout: server[kHandshakeTimeout],
    ALPNProtocols: server.ALPNProtocols,
    ALPNCallback: server.ALPNCallback,
    SNICallback: server[kSNICallback] === sniByContexts && server._contexts.length === 0 ? undefined :
      server[kSNICallback].bind(server),
    enableTrace: server.enableTrace,
    pauseOnConnect: server.pauseOnConnect,
    pskCallback: server.pskCallback,
    pskIdentityHint: server.pskIdentityHint,
    highWaterMark: server.highWaterMark,
  });
  const told = (error) => {
    if (socket._controlReleased || socket[kErrorTold]) return;
    socket[kErrorTold] = true;
    server.emit('tlsClientError', error, socket);
  };
  socket[kErrorTold] = false;
  socket.on('_tlsError', told);
  // Until the handshake is over errors are the server's.
  socket.on('error', told);
  socket.on('close', (hadError) => {
    if (socket._controlReleased || socket[kErrorTold]) return;
    socket[kErrorTold] = true;
    server.emit('tlsClientError', new ConnResetException('socket hang up'), socket);
  });
  socket.on('secure', () => {
    if (socket._requestCert) {
      const error = socket._verifyError();
      if (error) {
        socket.authorizationError = error.code;
        if (socket._rejectUnauthorized) {
          socket.destroy();
          return;
        }
      } else {
        socket.authorized = true;
      }
    }
    if (socket.destroyed || !socket._releaseControl()) return;
    socket.removeListener('error', told);
    server.emit('secureConnection', socket);
  });
  socket._start();
}

// Names of addContext(), the latest first; `*` stands for one label.
function sniByContexts(servername, callback) {
  for (let i = this._contexts.length - 1; i >= 0; i--) {
    const { 0: pattern, 1: context } = this._contexts[i];
    if (pattern.test(servername)) {
      callback(null, context);
      return;
    }
  }
  callback(null, undefined);
}

Server.prototype.setSecureContext = function(options) {
  if (options === null || typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  for (const name of ['pfx', 'key', 'passphrase', 'cert', 'clientCertEngine', 'ca', 'minVersion', 'maxVersion', 'secureProtocol',
    'crl', 'sigalgs', 'ciphers', 'ecdhCurve', 'dhparam', 'privateKeyIdentifier', 'privateKeyEngine', 'allowPartialTrustChain']) {
    this[name] = options[name] ? options[name] : undefined;
  }
  this.ecdhCurve = options.ecdhCurve;
  this.honorCipherOrder = options.honorCipherOrder !== undefined ? Boolean(options.honorCipherOrder) : true;
  this.secureOptions = options.secureOptions || undefined;
  // Sessions are resumed by the program that made them alone.
  this.sessionIdContext = options.sessionIdContext ??
    require('crypto').createHash('sha1').update(process.argv.join(' ')).digest('hex').slice(0, 32);
  if (options.sessionTimeout) this.sessionTimeout = options.sessionTimeout;
  if (options.ticketKeys) this.ticketKeys = options.ticketKeys;
  this._sharedCreds = createSecureContext({
    pfx: this.pfx, key: this.key, passphrase: this.passphrase, cert: this.cert, clientCertEngine: this.clientCertEngine, ca: this.ca,
    ciphers: this.ciphers, sigalgs: this.sigalgs, ecdhCurve: this.ecdhCurve, dhparam: this.dhparam, minVersion: this.minVersion,
    maxVersion: this.maxVersion, secureProtocol: this.secureProtocol, secureOptions: this.secureOptions,
    honorCipherOrder: this.honorCipherOrder, crl: this.crl, sessionIdContext: this.sessionIdContext, ticketKeys: this.ticketKeys,
    sessionTimeout: this.sessionTimeout, privateKeyIdentifier: this.privateKeyIdentifier, privateKeyEngine: this.privateKeyEngine,
    allowPartialTrustChain: this.allowPartialTrustChain,
  });
};

Server.prototype.getTicketKeys = function() { return this._sharedCreds.context.getTicketKeys(); };
Server.prototype.setTicketKeys = function(keys) {
  validateBuffer(keys, 'keys');
  if (!isArrayBufferView(keys) || keys.byteLength !== 48) {
    const { AssertionError } = require('assert');
    throw new AssertionError({ message: 'Session ticket keys must be a 48-byte buffer', actual: keys.byteLength, expected: 48, operator: '==' });
  }
  this._sharedCreds.context.setTicketKeys(keys);
};
Server.prototype._getServerData = function() { return { ticketKeys: this.getTicketKeys().toString('hex') }; };
Server.prototype._setServerData = function(data) { this.setTicketKeys(Buffer.from(data.ticketKeys, 'hex')); };

Server.prototype.addContext = function(servername, context) {
  if (!servername) throw new ERR_TLS_REQUIRED_SERVER_NAME();
  const pattern = new RegExp(`^${
    servername.replace(/([.^$+?\-\\[\]{}])/g, '\\$1').replaceAll('*', '[^.]*')
  }$`, 'i');
  const made = context instanceof SecureContext ? context : createSecureContext(context);
  this._contexts.push([pattern, made.context]);
};

Server.prototype[EventEmitter.captureRejectionSymbol] = function(error, event, socket) {
  if (event === 'secureConnection') socket.destroy(error);
  else FunctionPrototypeCall(net.Server.prototype[EventEmitter.captureRejectionSymbol] ?? (() => {}), this, error, event, socket);
};

function createServer(options, listener) {
  return new Server(options, listener);
}

module.exports = { Server, createServer };
