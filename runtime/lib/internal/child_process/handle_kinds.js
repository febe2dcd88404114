'use strict';

// What can be sent along with a message, and how: net.Server, net.Socket, dgram.Socket, and the handles beneath them.
// A kind has
//   name           of it on the channel
//   describe(envelope, object, channel, options)  adds to the message that carries it
//   raw(object)    the libuv handle to send, or null when there is none any more
//   take(object, raw, channel, options)           what sending does to the sender's object
//   closes(options)  whether the sender's handle is to be closed once the other side has it
//   receive(raw, envelope, channel, done)         makes the object on the other side, and calls done(object)

const { TCP } = internalBinding('tcp_wrap');
const { Pipe } = internalBinding('pipe_wrap');
const { UDP } = internalBinding('udp_wrap');
const { codes: { ERR_INVALID_HANDLE_TYPE } } = require('internal/errors');
const { receivedSockets, sentSockets } = require('internal/child_process/socket_lists');

const never = () => false;
const nothing = () => {};
const isStream = (raw) => raw instanceof TCP || raw instanceof Pipe;
const isDatagrams = (raw) => raw instanceof UDP;

function rawStream(object) {
  const raw = object._handle ?? null;
  // A TLS connection's keys stay here.
  if (raw !== null && !isStream(raw)) throw new ERR_INVALID_HANDLE_TYPE();
  return raw;
}

const server = {
  name: 'net.Server',
  describe: nothing,
  raw: rawStream,
  take: nothing,
  closes: never,
  accepts: isStream,
  receive(raw, envelope, channel, done) {
    const { Server } = require('net');
    const result = new Server();
    result.listen(raw, () => done(result));
  },
};

const socket = {
  name: 'net.Socket',
  describe(envelope, object) {
    if (object.server) envelope.key = object.server._connectionKey;
  },
  raw: rawStream,
  take(object, raw, channel, options) {
    if (object.server) {
      const { list, isNew } = sentSockets(channel, object.server._connectionKey);
      if (isNew) object.server._setupWorker(list);
      if (!options.keepOpen) object.server._connections--;
    }
    if (options.keepOpen) return;
    // From now on this process must not read what is for the other.
    raw.readStop();
    raw.onread = nothing;
    object._handle = null;
    object.setTimeout(0);
    if (object.parser) require('_http_common').freeParser(object.parser, null, object);
    object._httpMessage?.detachSocket(object);
  },
  closes: (options) => !options.keepOpen,
  accepts: isStream,
  receive(raw, envelope, channel, done) {
    const { Socket } = require('net');
    const result = new Socket({ handle: raw, readable: true, writable: true });
    if (typeof envelope.key === 'string') receivedSockets(channel, envelope.key).add(result);
    done(result);
  },
};

const streamHandle = {
  name: 'net.Native',
  describe: nothing,
  raw: (object) => object,
  take: nothing,
  closes: never,
  accepts: isStream,
  receive: (raw, envelope, channel, done) => done(raw),
};

const datagrams = {
  name: 'dgram.Socket',
  describe(envelope, object) { envelope.dgramType = object.type; },
  raw: (object) => object[require('internal/dgram').kStateSymbol].handle,
  take: nothing,
  closes: never,
  accepts: isDatagrams,
  receive(raw, envelope, channel, done) {
    const { createSocket } = require('dgram');
    const result = createSocket(envelope.dgramType === 'udp6' ? 'udp6' : 'udp4');
    result.bind(raw, () => done(result));
  },
};

const datagramsHandle = { ...streamHandle, name: 'dgram.Native', accepts: isDatagrams };

const kinds = new Map();
for (const kind of [server, socket, streamHandle, datagrams, datagramsHandle]) kinds.set(kind.name, kind);

// The kind of what a program wants to send.
function kindOf(object) {
  const { Server, Socket } = require('net');
  if (object instanceof Socket) return socket;
  if (object instanceof Server) return server;
  if (isStream(object)) return streamHandle;
  if (isDatagrams(object)) return datagramsHandle;
  if (object instanceof require('dgram').Socket) return datagrams;
  throw new ERR_INVALID_HANDLE_TYPE();
}

// The kind of what has come, if it is what its message says.
function kindNamed(name, raw) {
  const kind = kinds.get(name);
  return kind?.accepts(raw) ? kind : undefined;
}

module.exports = { kindNamed, kindOf };
