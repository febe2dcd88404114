'use strict';

// What session.socket is: the socket with all that would disturb the session taken away.
// https://nodejs.org/api/http2.html#http2sessionsocket

const { codes: { ERR_HTTP2_NO_SOCKET_MANIPULATION, ERR_HTTP2_SOCKET_UNBOUND } } = require('internal/errors');

const refused = new Set(['emit', 'end', 'pause', 'read', 'resume', 'write', 'setEncoding', 'setKeepAlive', 'setNoDelay']);
const ofSession = new Set(['setTimeout', 'ref', 'unref']);

// `kSession`: the socket's property with its session; `kSocket`: the session's with its socket.
function makeSocketProxy(session, kSocket) {
  const socketOf = () => {
    const socket = session[kSocket];
    if (socket === undefined) throw new ERR_HTTP2_SOCKET_UNBOUND();
    return socket;
  };
  return new Proxy(session, {
    __proto__: null,
    get(target, name) {
      if (ofSession.has(name)) return target[name].bind(target);
      if (name === 'destroy') return target.destroy.bind(target);
      if (refused.has(name)) throw new ERR_HTTP2_NO_SOCKET_MANIPULATION();
      const socket = socketOf();
      const value = socket[name];
      return typeof value === 'function' ? value.bind(socket) : value;
    },
    set(target, name, value) {
      if (ofSession.has(name) || name === 'destroy') {
        target[name] = value;
        return true;
      }
      if (refused.has(name)) throw new ERR_HTTP2_NO_SOCKET_MANIPULATION();
      socketOf()[name] = value;
      return true;
    },
    getPrototypeOf() { return Reflect.getPrototypeOf(socketOf()); },
    has(target, name) { return name in socketOf(); },
  });
}

module.exports = { makeSocketProxy };
