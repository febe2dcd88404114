'use strict';

// tls.TLSSocket: https://nodejs.org/api/tls.html#class-tlstlssocket

const { FunctionPrototypeCall, ObjectDefineProperty, ObjectSetPrototypeOf } = primordials;
const net = require('net');
const { Duplex } = require('stream');
const { TCP } = internalBinding('tcp_wrap');
const { Pipe } = internalBinding('pipe_wrap');
const { SecureContext: NativeSecureContext } = internalBinding('tls_context');
const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MULTIPLE_CALLBACK, ERR_TLS_ALPN_CALLBACK_INVALID_RESULT,
    ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS, ERR_TLS_HANDSHAKE_TIMEOUT, ERR_TLS_INVALID_CONTEXT, ERR_TLS_INVALID_STATE,
    ERR_TLS_PSK_SET_IDENTITY_HINT_FAILED, ERR_TLS_RENEGOTIATION_DISABLED, ERR_TLS_SESSION_ATTACK, ERR_TLS_SNI_FROM_SERVER,
  },
  ConnResetException,
} = require('internal/errors');
const {
  validateBoolean, validateBuffer, validateFunction, validateInt32, validateObject, validateString, validateUint32,
} = require('internal/validators');
const { isArrayBufferView } = require('internal/util/types');
const { kOwner } = require('internal/net/io');
const { setUnrefTimeout } = require('internal/timers');
const { createSecureContext } = require('internal/tls/secure_context');
const { legacyChain, x509Chain } = require('internal/tls/peer_certificate');
const { StreamTransport } = require('internal/tls/transport');
const { wrapHandle } = require('internal/tls/handle');
const { convertALPNProtocols } = require('internal/tls/alpn');

const kConnectOptions = Symbol('connect options');
const kDisableRenegotiation = Symbol('disable renegotiation');
const kEarlyError = Symbol('early error');
const kIsVerified = Symbol('is verified');
const kPendingSession = Symbol('pending session');
const kRenegotiations = Symbol('renegotiations');
const kRenegotiateCallback = Symbol('renegotiate callback');
const kHandshakeTimer = Symbol('handshake timer');

function validatePskHint(hint) {
  validateString(hint, 'options.pskIdentityHint');
}

function TLSSocket(socket, opts) {
  const options = { ...opts };
  if (options.ALPNCallback !== undefined) {
    validateFunction(options.ALPNCallback, 'options.ALPNCallback');
    if (options.ALPNProtocols) throw new ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS();
  }
  if (options.ALPNProtocols) convertALPNProtocols(options.ALPNProtocols, options);
  if (!options.isServer && options.SNICallback) throw new ERR_TLS_SNI_FROM_SERVER();
  if (options.SNICallback) validateFunction(options.SNICallback, 'options.SNICallback');
  if (options.enableTrace !== undefined) validateBoolean(options.enableTrace, 'options.enableTrace');
  if (socket !== undefined && socket !== null && !(socket instanceof Duplex) && typeof socket.write !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('socket', 'Duplex', socket);
  }

  this._tlsOptions = options;
  this._secureEstablished = false;
  this._controlReleased = false;
  this.secureConnecting = true;
  this._SNICallback = null;
  this.servername = null;
  this.alpnProtocol = null;
  this.authorized = false;
  this.authorizationError = null;
  this._rejectUnauthorized = false;
  this._requestCert = false;
  this.ssl = null;
  this[kEarlyError] = null;
  this[kIsVerified] = false;
  this[kPendingSession] = null;
  this[kDisableRenegotiation] = false;
  this[kRenegotiations] = 0;
  this[kRenegotiateCallback] = null;
  this[kHandshakeTimer] = null;
  this._parentWrap = null;

  const below = belowOf(this, socket, options);
  FunctionPrototypeCall(net.Socket, this, {
    handle: makeHandle(this, below, socket),
    allowHalfOpen: socket ? socket.allowHalfOpen : options.allowHalfOpen,
    pauseOnCreate: options.pauseOnConnect,
    manualStart: true,
    highWaterMark: options.highWaterMark,
    onread: !socket ? options.onread : null,
    signal: options.signal,
  });
  setUp(this, socket);
  this.on('end', onEnd);
  if (socket) this._parent = socket;
  // A socket that is still to be connected reads when it is.
  if (socket && !options.pauseOnConnect) this.read(0);
  feedBuffered(this);
}
ObjectSetPrototypeOf(TLSSocket.prototype, net.Socket.prototype);
ObjectSetPrototypeOf(TLSSocket, net.Socket);

// What the socket below has read before there was TLS is TLS's.
function feedBuffered(self) {
  const { _parentWrap: parent } = self;
  if (!parent?.readableLength) return;
  let chunk;
  while ((chunk = parent.read()) !== null && self._handle) {
    self._handle.receive(typeof chunk === 'string' ? Buffer.from(chunk, parent.readableEncoding) : chunk);
  }
}

// The handle that carries the records.
function belowOf(self, socket, options) {
  if (!socket) {
    const below = options.pipe || options.path ? new Pipe(0) : new TCP(0);
    below[kOwner] = self; // who hears of its connection
    return below;
  }
  // Sockets of libuv are read in C++; TLS within TLS, and any other stream, goes through JavaScript.
  if (socket instanceof net.Socket && !(socket instanceof TLSSocket) && socket._handle &&
      (socket._handle instanceof TCP || socket._handle instanceof Pipe)) {
    self._parentWrap = socket;
    return socket._handle;
  }
  const transport = new StreamTransport(socket);
  transport.onerror = (error) => self.destroy(error);
  return transport;
}

function nativeContext(self) {
  const options = self._tlsOptions;
  const context = options.secureContext ?? createSecureContext(options);
  options.secureContext = context;
  if (!(context?.context instanceof NativeSecureContext)) throw new ERR_TLS_INVALID_CONTEXT('context');
  return context.context;
}

function makeHandle(self, below) {
  const isNative = !(below instanceof StreamTransport);
  return wrapHandle(below, self._parentWrap, nativeContext(self), Boolean(self._tlsOptions.isServer), isNative);
}

// What the socket asks of its engine, and hears from it.
function setUp(self, socket) {
  const options = self._tlsOptions;
  const ssl = self._handle;
  self.ssl = ssl;
  self.server = options.server;
  const isServer = Boolean(options.isServer);
  const requestCert = Boolean(options.requestCert) || !isServer;
  const rejectUnauthorized = options.rejectUnauthorized !== false;
  self._requestCert = requestCert;
  self._rejectUnauthorized = rejectUnauthorized;
  if (requestCert || rejectUnauthorized) ssl.setVerifyMode(requestCert, rejectUnauthorized);

  ssl.onhandshakestart = () => onRenegotiation(self);
  ssl.onhandshakedone = () => onHandshakeDone(self);
  ssl.onerror = (error) => onError(self, error);
  ssl.onnewsession = (id, session) => onNewSession(self, id, session);
  if (isServer) {
    const { server } = options;
    if (server && (server.listenerCount('resumeSession') > 0 || server.listenerCount('newSession') > 0)) {
      if (server.listenerCount('resumeSession') > 0) ssl.enableHelloCallback();
      else ssl.enableSessionCallbacks();
      ssl.onclienthello = (id) => onClientHello(self, id);
    }
    if (options.SNICallback || server?.listenerCount('OCSPRequest') > 0) {
      self._SNICallback = options.SNICallback;
      ssl.enableChoiceCallback();
      ssl.onchoice = (servername, ocsp) => onChoice(self, servername, ocsp);
    }
    if (options.ALPNCallback) {
      ssl.enableALPNCallback();
      ssl.onalpn = (offered) => chooseProtocol(self, offered);
    } else if (options.ALPNProtocols) {
      ssl.setALPNProtocols(options.ALPNProtocols);
    }
    if (options.pskIdentityHint) {
      validatePskHint(options.pskIdentityHint);
      if (!ssl.setPskIdentityHint(options.pskIdentityHint)) self[kEarlyError] = new ERR_TLS_PSK_SET_IDENTITY_HINT_FAILED();
    }
  } else {
    ssl.enableSessionCallbacks();
    ssl.onocspresponse = (response) => self.emit('OCSPResponse', response);
    if (options.requestOCSP) ssl.requestOCSP();
    if (options.session) ssl.setSession(options.session);
    if (options.ALPNProtocols) ssl.setALPNProtocols(options.ALPNProtocols);
  }
  if (options.pskCallback) {
    ssl.enablePskCallback();
    ssl.onpskexchange = isServer ? (identity, maxKey) => serverPsk(self, identity, maxKey) :
      (hint, maxKey, maxIdentity) => clientPsk(self, hint, maxKey, maxIdentity);
  }
  const wantsKeylog = (target) => target.listenerCount('keylog') > 0;
  if (wantsKeylog(self) || (options.server && wantsKeylog(options.server))) enableKeylog(self);
  self.on('newListener', function onListener(event) {
    if (event !== 'keylog') return;
    enableKeylog(self);
    self.removeListener('newListener', onListener);
  });
  if (isServer && options.handshakeTimeout > 0) {
    self[kHandshakeTimer] = setUnrefTimeout(() => {
      onError(self, new ERR_TLS_HANDSHAKE_TIMEOUT());
    }, options.handshakeTimeout);
  }
  if (!socket) return;
  if (socket instanceof net.Socket && socket._handle) {
    // net.Socket's own flag: writes wait for 'connect'.
    self.connecting = socket.connecting;
    if (socket.connecting) {
      socket.once('connect', () => {
        self.connecting = false;
        self.emit('connect');
      });
    }
    socket.on('close', () => self.destroy());
  } else if (socket.connecting || (socket instanceof net.Socket && socket.pending && !socket.destroyed)) {
    self.connecting = true;
    socket.once('connect', () => {
      self.connecting = false;
      self.emit('connect');
    });
  }
  socket.on?.('error', (error) => {
    if (self._controlReleased || !isServer) self._tlsError(error) && self.destroy(error);
    else self.destroy(error);
  });
}

function enableKeylog(self) {
  const ssl = self._handle;
  if (!ssl || ssl.onkeylog) return;
  ssl.enableKeylogCallback();
  ssl.onkeylog = (line) => {
    self.emit('keylog', line);
    self._tlsOptions.server?.emit('keylog', line, self);
  };
}

function onError(self, error) {
  if (self._hadError) return;
  self._hadError = true;
  clearTimeout(self[kHandshakeTimer]);
  if (!self._secureEstablished) {
    // Listeners may still look at the socket: its handle is closed after them.
    self._closeAfterHandlingError = true;
    self.destroy(error);
  } else if (self._tlsOptions.isServer && self._rejectUnauthorized && /peer did not return a certificate/.test(error.message)) {
    self.destroy();
  } else {
    self._emitTLSError(error);
  }
}

// A program that does not know a socket yet hears of its errors from the server.
TLSSocket.prototype._tlsError = function(error) {
  this.emit('_tlsError', error);
  return this._controlReleased ? error : null;
};
TLSSocket.prototype._emitTLSError = function(error) {
  const told = this._tlsError(error);
  if (told) this.destroy(told);
};

TLSSocket.prototype._releaseControl = function() {
  if (this._controlReleased) return false;
  this._controlReleased = true;
  this.removeListener('error', this._tlsError);
  return true;
};

function onRenegotiation(self) {
  const tls = require('tls');
  if (self[kDisableRenegotiation]) {
    process.nextTick(() => self.destroy(new ERR_TLS_RENEGOTIATION_DISABLED()));
    return;
  }
  if (!self._tlsOptions.isServer) return;
  self[kRenegotiations]++;
  setUnrefTimeout(() => { self[kRenegotiations] = 0; }, tls.CLIENT_RENEG_WINDOW * 1000);
  // Many of them are an attack on the server's time.
  if (self[kRenegotiations] > tls.CLIENT_RENEG_LIMIT) process.nextTick(() => self._emitTLSError(new ERR_TLS_SESSION_ATTACK()));
}

function onHandshakeDone(self) {
  if (!self._handle || self.destroyed) return;
  self._finishInit();
}

TLSSocket.prototype._finishInit = function() {
  if (!this._handle) return;
  this.alpnProtocol = this._handle.getALPNNegotiatedProtocol();
  // A client knows the name it asked for.
  if (this.servername === null) this.servername = this._handle.getServername();
  clearTimeout(this[kHandshakeTimer]);
  this._secureEstablished = true;
  this.secureConnecting = false;
  const callback = this[kRenegotiateCallback];
  this[kRenegotiateCallback] = null;
  callback?.(null);
  this.emit('secure');
};

function onNewSession(self, id, session) {
  if (!self._tlsOptions.isServer) {
    // In TLS 1.3 it comes after the handshake; older ones wait until the program knows the peer.
    if (self[kIsVerified]) self.emit('session', session);
    else self[kPendingSession] = session;
    return;
  }
  const { server } = self._tlsOptions;
  let called = false;
  const done = () => {
    if (called) return;
    called = true;
    self._handle?.newSessionDone();
  };
  if (!server?.emit('newSession', id, session, done)) done();
}

function onClientHello(self, id) {
  let called = false;
  const { server } = self._tlsOptions;
  const done = (error, session) => {
    if (called) {
      self.destroy(new ERR_MULTIPLE_CALLBACK());
      return;
    }
    called = true;
    if (error) self.destroy(error);
    else self._handle?.helloDone(session ?? undefined);
  };
  if (!server?.emit('resumeSession', id, done)) done(null, null);
}

// Which certificate, and which statement on it, this connection gets.
function onChoice(self, servername, wantsOcsp) {
  const finish = (context) => {
    if (!wantsOcsp || !self._tlsOptions.server) {
      self._handle?.choiceDone(context, undefined);
      return;
    }
    const { server } = self._tlsOptions;
    const used = context ?? self._tlsOptions.secureContext.context;
    let called = false;
    const done = (error, response) => {
      if (called) {
        self.destroy(new ERR_MULTIPLE_CALLBACK());
        return;
      }
      called = true;
      if (error) self.destroy(error);
      else self._handle?.choiceDone(context, response ?? undefined);
    };
    if (!server.emit('OCSPRequest', used.getCertificate(), used.getIssuer(), done)) done(null, null);
  };
  if (!self._SNICallback || !servername) {
    finish(undefined);
    return;
  }
  let called = false;
  self._SNICallback(servername, (error, context) => {
    if (called) {
      self.destroy(new ERR_MULTIPLE_CALLBACK());
      return;
    }
    called = true;
    if (error) {
      self.destroy(error);
      return;
    }
    if (!self._handle) return;
    const native = context ? context.context ?? context : undefined;
    if (native !== undefined && !(native instanceof NativeSecureContext)) {
      self.destroy(new Error('Invalid SNI context'));
      return;
    }
    if (native) self.emit('_sniContext', native);
    finish(native);
  });
}

// Of the protocols as they came over the wire, the place of the one the program chooses.
function chooseProtocol(self, offered) {
  const protocols = [];
  const places = [];
  for (let at = 0; at < offered.length; at += offered[at] + 1) {
    places.push(at);
    protocols.push(offered.toString('latin1', at + 1, at + 1 + offered[at]));
  }
  const chosen = self._tlsOptions.ALPNCallback({
    servername: self._handle.getServername(),
    protocols,
  });
  // Undefined refuses, with an alert.
  if (chosen === undefined) return undefined;
  const index = protocols.indexOf(chosen);
  if (index === -1) throw new ERR_TLS_ALPN_CALLBACK_INVALID_RESULT(chosen, protocols);
  return places[index];
}

function checkPsk(psk, maxKey) {
  if (!isArrayBufferView(psk)) throw new ERR_INVALID_ARG_TYPE('ret.psk', ['Buffer', 'TypedArray', 'DataView'], psk);
  if (psk.byteLength > maxKey) throw new ERR_INVALID_ARG_VALUE('ret.psk', psk, `must not exceed ${maxKey} bytes`);
}
function serverPsk(self, identity, maxKey) {
  const result = self._tlsOptions.pskCallback(self, identity);
  if (result == null) return undefined;
  const psk = isArrayBufferView(result) ? result : result.psk;
  if (typeof result !== 'object') throw new ERR_INVALID_ARG_TYPE('ret', ['Object', 'Buffer', 'TypedArray', 'DataView'], result);
  checkPsk(psk, maxKey);
  return psk;
}
function clientPsk(self, hint, maxKey, maxIdentity) {
  const result = self._tlsOptions.pskCallback(hint);
  if (result == null) return undefined;
  validateObject(result, 'ret');
  checkPsk(result.psk, maxKey);
  const { identity } = result;
  validateString(identity, 'ret.identity');
  if (Buffer.byteLength(identity) > maxIdentity) {
    throw new ERR_INVALID_ARG_VALUE('ret.identity', identity, `UTF-8 encoded length must not exceed ${maxIdentity} bytes`);
  }
  return [identity, result.psk];
}

function onEnd() {
  // The peer of a client went away during the handshake.
  const options = this[kConnectOptions];
  if (!options || this[kIsVerified] || this._hadError) return;
  this._hadError = true;
  const error = new ConnResetException('Client network socket disconnected before secure TLS connection was established');
  error.path = options.path;
  error.host = options.host;
  error.port = options.port;
  error.localAddress = options.localAddress;
  this.destroy(error);
}

TLSSocket.prototype._start = function() {
  if (this.connecting) {
    this.once('connect', this._start);
    return;
  }
  if (!this._handle) return;
  if (this[kEarlyError]) {
    const error = this[kEarlyError];
    process.nextTick(() => this.destroy(error));
    return;
  }
  this._handle.start();
};

// An attempt to connect has a handle of its own.
TLSSocket.prototype._reinitializeHandle = function(below) {
  const before = this._handle;
  below[kOwner] = this;
  const { servername } = this[kConnectOptions] ?? {};
  const handle = makeHandle(this, below);
  net.Socket.prototype._reinitializeHandle.call(this, handle);
  before?.below?.close?.();
  setUp(this, undefined);
  if (servername && !net.isIP(servername)) handle.setServername(servername);
};

TLSSocket.prototype._destroySSL = function() {
  this._handle?.destroySSL();
  this.ssl = null;
};

TLSSocket.prototype._destroy = function(error, callback) {
  clearTimeout(this[kHandshakeTimer]);
  if (this._tlsOptions.isServer && !this._controlReleased && error && this.listenerCount('error') === 0) {
    // Nobody knows the socket yet: the server's listener has it.
    this.emit('_tlsError', error);
    error = null;
  }
  net.Socket.prototype._destroy.call(this, error, callback);
};

TLSSocket.prototype.renegotiate = function(options, callback) {
  validateObject(options, 'options');
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (this.destroyed) return undefined;
  if (this[kDisableRenegotiation]) {
    if (callback) process.nextTick(callback, new ERR_TLS_RENEGOTIATION_DISABLED());
    return false;
  }
  let { _requestCert: requestCert, _rejectUnauthorized: rejectUnauthorized } = this;
  if (options.requestCert !== undefined) requestCert = Boolean(options.requestCert);
  if (options.rejectUnauthorized !== undefined) rejectUnauthorized = Boolean(options.rejectUnauthorized);
  if (requestCert !== this._requestCert || rejectUnauthorized !== this._rejectUnauthorized) {
    this._handle.setVerifyMode(requestCert, rejectUnauthorized);
    this._requestCert = requestCert;
    this._rejectUnauthorized = rejectUnauthorized;
  }
  try {
    this._handle.renegotiate();
  } catch (error) {
    if (callback) process.nextTick(callback, error);
    return false;
  }
  // What is written brings the handshake on its way.
  this.write('');
  if (callback) this[kRenegotiateCallback] = callback;
  if (callback) this.once('secure', () => callback(null));
  this[kRenegotiateCallback] = null;
  return true;
};

TLSSocket.prototype.disableRenegotiation = function() { this[kDisableRenegotiation] = true; };

TLSSocket.prototype.exportKeyingMaterial = function(length, label, context) {
  validateUint32(length, 'length', true);
  validateString(label, 'label');
  if (context !== undefined) validateBuffer(context, 'context');
  if (!this._secureEstablished) throw new ERR_TLS_INVALID_STATE();
  return this._handle.exportKeyingMaterial(length, label, context);
};

TLSSocket.prototype.setMaxSendFragment = function(size) {
  validateInt32(size, 'size');
  return Boolean(this._handle?.setMaxSendFragment(size));
};

TLSSocket.prototype.setServername = function(name) {
  validateString(name, 'name');
  if (this._tlsOptions.isServer) throw new ERR_TLS_SNI_FROM_SERVER();
  this._handle.setServername(name);
};

TLSSocket.prototype.setSession = function(session) {
  if (typeof session === 'string') session = Buffer.from(session, 'latin1');
  this._handle.setSession(session);
};

TLSSocket.prototype.setKeyCert = function(context) {
  const native = context?.context instanceof NativeSecureContext ? context.context : createSecureContext(context).context;
  this._handle.choiceDone(native);
};

TLSSocket.prototype.getPeerCertificate = function(detailed) {
  if (!this._handle) return null;
  const chain = this._handle.peerCertificates();
  return chain === undefined ? {} : legacyChain(chain, Boolean(detailed));
};
TLSSocket.prototype.getCertificate = function() {
  if (!this._handle) return null;
  const own = this._handle.ownCertificate();
  return own === undefined ? {} : legacyChain([own], false);
};
TLSSocket.prototype.getPeerX509Certificate = function() {
  const chain = this._handle?.peerCertificates();
  return chain === undefined ? undefined : x509Chain(chain);
};
TLSSocket.prototype.getX509Certificate = function() {
  const own = this._handle?.ownCertificate();
  return own === undefined ? undefined : x509Chain([own]);
};

TLSSocket.prototype.getCipher = function() {
  if (!this._handle) return null;
  const names = this._handle.getCipherNames();
  return names === undefined ? {} : { name: names[0], standardName: names[1], version: names[2] };
};
TLSSocket.prototype.getEphemeralKeyInfo = function() {
  if (!this._handle) return null;
  const parts = this._handle.getEphemeralKey();
  if (!parts) return null;
  const [type, name, size] = parts;
  if (type === undefined) return {};
  return name === undefined ? { type, size } : { type, name, size };
};

// The rest of what can be asked is the engine's to answer; null once there is none.
for (const name of ['getFinished', 'getPeerFinished', 'getProtocol', 'getSession', 'getSharedSigalgs', 'getTLSTicket', 'isSessionReused']) {
  TLSSocket.prototype[name] = function() {
    return this._handle ? this._handle[name]() : null;
  };
}

TLSSocket.prototype.enableTrace = function() {
  process.emitWarning('Enabling --trace-tls can expose sensitive data in the resulting log.');
};

// The reason the peer is not to be trusted, or null.
TLSSocket.prototype._verifyError = function() {
  const parts = this._handle?.verifyErrorParts();
  if (parts === undefined) return null;
  const error = new Error(parts[1]);
  error.code = parts[0];
  return error;
};

ObjectDefineProperty(TLSSocket.prototype, 'encrypted', { __proto__: null, configurable: true, enumerable: true, writable: true, value: true });

// Of the socket below, where there is one.
for (const name of ['_bytesDispatched']) delete TLSSocket.prototype[name];

module.exports = { TLSSocket, kConnectOptions, kIsVerified, kPendingSession };
