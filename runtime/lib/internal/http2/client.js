'use strict';

// ClientHttp2Session and connect(): https://nodejs.org/api/http2.html#http2connectauthority-options-listener

const net = require('net');
const tls = require('tls');
const {
  codes: { ERR_HTTP2_GOAWAY_SESSION, ERR_HTTP2_INVALID_SESSION, ERR_HTTP2_UNSUPPORTED_PROTOCOL, ERR_INVALID_ARG_TYPE },
  AbortError,
} = require('internal/errors');
const { publish } = require('internal/http2/channels');
const { constants } = require('internal/http2/constants');
const { prepareRequestHeaders } = require('internal/http2/headers');
const { validateSettings } = require('internal/http2/settings');
const { assertIsArray, assertIsObject } = require('internal/http2/util');
const { Http2Session } = require('internal/http2/session');
const { whenReady } = require('internal/http2/session_setup');
const { kOptions, kState, kUpdateTimer } = require('internal/http2/symbols');
const { ClientHttp2Stream, kOrigin, kSentHeaders, startRequest, warnOfPriority } = require('internal/http2/stream');
const { validateAbortSignal, validateBoolean, validateFunction, validateNumber } = require('internal/validators');
const { URL } = require('internal/url');
const { promisify } = require('internal/util');

const kAuthority = Symbol('authority');
const kProtocol = Symbol('protocol');

// Requests of these have no body, as a rule.
const bodiless = new Set(['GET', 'HEAD', 'DELETE']);

class ClientHttp2Session extends Http2Session {
  constructor(options, socket, authority, protocol) {
    super(constants.NGHTTP2_SESSION_CLIENT, options, socket);
    this[kAuthority] = authority;
    this[kProtocol] = protocol;
  }

  request(headers, options) {
    this[kUpdateTimer]();
    if (headers !== undefined && headers !== null && typeof headers !== 'object') {
      throw new ERR_INVALID_ARG_TYPE('headers', ['Object', 'Array'], headers);
    }
    const prepared = prepareRequestHeaders(headers ?? {}, this[kAuthority], this[kProtocol].slice(0, -1),
      this[kOptions].strictSingleValueFields !== false);
    const chosen = requestOptions(options, prepared);
    const stream = new ClientHttp2Stream(this, undefined, undefined, {});
    stream[kSentHeaders] = prepared.headers;
    stream[kOrigin] = `${prepared.scheme}://${prepared.authority}`;
    if (chosen.waitForTrailers) stream[kState].wantsTrailers = true;
    if (chosen.endStream) stream.end();
    publish(stream, 'created', () => ({ headers: prepared.headers }));
    if (chosen.signal) abortWith(stream, chosen.signal);
    if (this.destroyed || this.closed) {
      process.nextTick(() => stream.destroy(this.destroyed ? new ERR_HTTP2_INVALID_SESSION() : new ERR_HTTP2_GOAWAY_SESSION()));
      return stream;
    }
    whenReady(this, () => startRequest(stream, prepared, chosen));
    return stream;
  }
}

function requestOptions(options, prepared) {
  assertIsObject(options, 'options');
  options = { ...options };
  if (options.endStream === undefined) options.endStream = bodiless.has(prepared.method);
  else validateBoolean(options.endStream, 'options.endStream');
  if (options.weight !== undefined) warnOfPriority('Priority signaling has been deprecated as of RFC 9113.');
  if (options.parent !== undefined) validateNumber(options.parent, 'options.parent', 0);
  if (options.exclusive !== undefined) validateBoolean(options.exclusive, 'options.exclusive');
  if (options.silent !== undefined) validateBoolean(options.silent, 'options.silent');
  if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
  options.waitForTrailers = Boolean(options.waitForTrailers);
  return options;
}

function abortWith(stream, signal) {
  const abort = () => stream.destroy(new AbortError(undefined, { cause: signal.reason }));
  if (signal.aborted) {
    process.nextTick(abort);
    return;
  }
  const { addAbortListener } = require('events');
  const disposable = addAbortListener(signal, abort);
  stream.once('close', () => disposable[Symbol.dispose]());
}

function tlsOptions(options, servername) {
  options = { ...options, ALPNProtocols: ['h2'] };
  if (servername !== undefined && options.servername === undefined) options.servername = servername;
  return options;
}

function connect(authority, options, listener) {
  if (typeof options === 'function') {
    listener = options;
    options = undefined;
  }
  assertIsObject(options, 'options');
  options = { ...options };
  assertIsArray(options.remoteCustomSettings, 'options.remoteCustomSettings');
  if (options.remoteCustomSettings) {
    options.remoteCustomSettings = [...options.remoteCustomSettings];
    if (options.remoteCustomSettings.length > 10) throw new (require('internal/errors').codes.ERR_HTTP2_TOO_MANY_CUSTOM_SETTINGS)();
  }
  if (typeof authority === 'string') authority = new URL(authority);
  assertIsObject(authority, 'authority', ['string', 'Object', 'URL']);
  assertIsObject(options.settings, 'options.settings');
  validateSettings(options.settings);
  if (options.maxOriginSetSize !== undefined) validateNumber(options.maxOriginSetSize, 'options.maxOriginSetSize', 0);
  const protocol = authority.protocol || options.protocol || 'https:';
  const port = `${authority.port !== '' && authority.port !== undefined ? authority.port : (protocol === 'http:' ? 80 : 443)}`;
  let host = 'localhost';
  if (authority.hostname) {
    host = authority.hostname;
    if (host[0] === '[') host = host.slice(1, -1);
  } else if (authority.host) {
    host = authority.host;
  }
  let socket;
  if (typeof options.createConnection === 'function') {
    socket = options.createConnection(authority, options);
  } else {
    switch (protocol) {
      case 'http:':
        socket = net.connect({ port, host, ...options });
        break;
      case 'https:':
        socket = tls.connect(port, host, tlsOptions(options, net.isIP(host) ? undefined : host));
        break;
      default:
        throw new ERR_HTTP2_UNSUPPORTED_PROTOCOL(protocol);
    }
  }
  const shown = net.isIPv6(host) ? `[${host}]` : host;
  const session = new ClientHttp2Session(options, socket, `${options.servername || shown}:${port}`, protocol);
  if (typeof listener === 'function') session.once('connect', listener);
  else if (listener !== undefined) validateFunction(listener, 'listener');
  return session;
}

Object.defineProperty(connect, promisify.custom, {
  __proto__: null,
  value: { connect: (authority, options) => new Promise((resolve, reject) => {
    const session = connect(authority, options, () => {
      session.removeListener('error', reject);
      resolve(session);
    });
    session.once('error', reject);
  }) }.connect,
});

module.exports = { ClientHttp2Session, connect };
