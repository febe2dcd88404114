'use strict';

// How a session gets its binding, and the binding its bytes, once there is a connection; settings and origins that go with it.

const { AsyncResource } = require('async_hooks');
const net = require('net');
const { TLSSocket } = require('internal/tls/socket');
const { TCP } = internalBinding('tcp_wrap');
const { Pipe } = internalBinding('pipe_wrap');
const binding = internalBinding('http2');
const {
  codes: { ERR_HTTP2_MAX_PENDING_SETTINGS_ACK, ERR_HTTP2_SETTINGS_CANCEL },
} = require('internal/errors');
const { constants } = require('internal/http2/constants');
const { packSettings } = require('internal/http2/settings');
const { kHandle, kOptions, kOwner, kSocket, kState, kUpdateTimer } = require('internal/http2/symbols');
const { NghttpError, updateOptionsBuffer } = require('internal/http2/util');

const { NGHTTP2_SESSION_SERVER } = constants;

// Calls `run` at once, or when the transport is connected.
function whenReady(session, run) {
  if (session.connecting) session[kState].waiting.push(AsyncResource.bind(run, 'HTTP2SESSION'));
  else run();
}

function setUpHandle(session, socket) {
  const state = session[kState];
  if (session.destroyed) return;
  if (socket === undefined || socket.destroyed) {
    process.nextTick(() => session.destroy());
    return;
  }
  const options = session[kOptions];
  const handle = new binding.Http2Session(session.type, updateOptionsBuffer(options));
  handle[kOwner] = session;
  session[kHandle] = handle;
  attach(handle, socket);
  state.encrypted = socket instanceof TLSSocket || socket.encrypted === true;
  state.alpnProtocol = state.encrypted ? socket.alpnProtocol : 'h2c';
  state.ready = true;
  if (options.remoteCustomSettings !== undefined) handle.wantSettings(...options.remoteCustomSettings);
  session.settings(options.settings !== null && typeof options.settings === 'object' ? options.settings : {});
  if (session.type === NGHTTP2_SESSION_SERVER && Array.isArray(options.origins)) session.origin(...options.origins);
  // What the socket has read already is the session's; our settings go out before any answer to it.
  let chunk;
  while ((chunk = socket.read()) !== null) handle.receive(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  if (handle.carriedBy === undefined) {
    socket._handle.reading = true;
    socket._handle.readStart();
  } else {
    socket.resume();
  }
  const { waiting } = state;
  state.waiting = undefined;
  process.nextTick(() => {
    if (session.destroyed) return;
    session.emit('connect', session, socket);
    for (const run of waiting) if (!session.destroyed) run();
  });
}

// Lets bytes flow: in C++ where the socket is of libuv or TLS over it, else through JavaScript.
function attach(handle, socket) {
  const native = socket._handle;
  const isTls = socket instanceof TLSSocket;
  if (socket instanceof net.Socket && (isTls || native instanceof TCP || native instanceof Pipe)) {
    socket.pause();
    handle.consume(native, isTls);
    return;
  }
  handle.carry();
  handle.carriedBy = socket;
  socket.on('data', (chunk) => {
    handle[kOwner]?.[kUpdateTimer]();
    handle.receive(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  });
  socket.on('end', () => { if (!socket.allowHalfOpen) socket.end(); else socket.destroy(); });
  socket.pause();
}

function submitSettings(session, settings, callback) {
  const handle = session[kHandle];
  if (handle === undefined) return;
  const resource = new AsyncResource('HTTP2SETTINGS');
  const acknowledge = (acknowledged, duration) => {
    const state = session[kState];
    state.pendingAck--;
    state.localSettings = undefined;
    if (acknowledged) {
      const now = session.localSettings;
      callback?.(null, now, duration);
      session.emit('localSettings', now);
    } else {
      callback?.(new ERR_HTTP2_SETTINGS_CANCEL());
    }
  };
  const sent = handle.settings(packSettings(settings), (...args) => {
    resource.runInAsyncScope(acknowledge, session, ...args);
    resource.emitDestroy();
  });
  if (settings.customSettings !== undefined) session[kState].localCustom = { ...session[kState].localCustom, ...settings.customSettings };
  if (sent < 0) session.destroy(new NghttpError(sent));
  else if (sent > 0) session.destroy(new ERR_HTTP2_MAX_PENDING_SETTINGS_ACK());
}

function makeOriginSet(session) {
  const socket = session[kSocket];
  const set = new Set();
  if (socket) {
    let { servername } = socket;
    if (!servername) {
      servername = socket.remoteFamily === 'IPv6' ? `[${socket.remoteAddress}]` : socket.remoteAddress;
    }
    let origin = `https://${servername}`;
    if (socket.remotePort) origin += `:${socket.remotePort}`;
    set.add(new URL(origin).origin);
  }
  return session[kState].originSet = set;
}

module.exports = { makeOriginSet, setUpHandle, submitSettings, whenReady };
