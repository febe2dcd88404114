'use strict';

// request.socket and response.socket: the session's socket, with what concerns one exchange asked of its stream.
// https://nodejs.org/api/http2.html#requestsocket

const { codes: { ERR_HTTP2_NO_SOCKET_MANIPULATION } } = require('internal/errors');
const { kSocket } = require('internal/http2/symbols');

const kCompatSocket = Symbol('compatibility socket');
const kStream = Symbol('stream');

const ofStream = new Set(['destroyed', 'readable', 'writable', 'on', 'once', 'end', 'emit', 'destroy']);
const refused = new Set(['write', 'read', 'pause', 'resume']);

function compatSocket(stream) {
  return stream[kCompatSocket] ??= new Proxy(stream, {
    __proto__: null,
    has(target, name) {
      const below = target.session?.[kSocket];
      return name in target || (below !== undefined && name in below);
    },
    get(target, name) {
      if (ofStream.has(name)) {
        const value = target[name];
        return typeof value === 'function' ? value.bind(target) : value;
      }
      if (name === 'setTimeout') {
        const { session } = target;
        return session !== undefined ? session.setTimeout.bind(session) : target.setTimeout.bind(target);
      }
      if (refused.has(name)) throw new ERR_HTTP2_NO_SOCKET_MANIPULATION();
      const below = target.session?.[kSocket] ?? target;
      const value = below[name];
      return typeof value === 'function' ? value.bind(below) : value;
    },
    getPrototypeOf(target) {
      return Reflect.getPrototypeOf(target.session !== undefined ? target.session[kSocket] ?? target : target);
    },
    set(target, name, value) {
      if (ofStream.has(name)) {
        target[name] = value;
        return true;
      }
      if (name === 'setTimeout') {
        if (target.session !== undefined) target.session.setTimeout = value;
        else target.setTimeout = value;
        return true;
      }
      if (refused.has(name)) throw new ERR_HTTP2_NO_SOCKET_MANIPULATION();
      const below = target.session?.[kSocket] ?? target;
      below[name] = value;
      return true;
    },
  });
}

// setTimeout() of a request or response.
function setStreamTimeout(message, closed, msecs, callback) {
  if (closed) return message;
  message[kStream].setTimeout(msecs, callback);
  return message;
}

module.exports = { compatSocket, kStream, setStreamTimeout };
