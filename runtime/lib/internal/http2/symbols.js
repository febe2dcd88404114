'use strict';

// Properties of sessions, streams and sockets that the parts of http2 share.

module.exports = {
  kBoundSession: Symbol('session'), // of a socket
  kHandle: Symbol('handle'), // the binding's half; none before there is a connection, and after the end
  kMaybeDestroy: Symbol('maybe destroy'),
  kOptions: Symbol('options'),
  kOwner: Symbol('owner'), // of a handle
  kProxySocket: Symbol('proxy socket'),
  kSocket: Symbol('socket'), // of a session
  kState: Symbol('state'),
  kUpdateTimer: Symbol('update timer'),
  kWriting: Symbol('writing'), // of a stream: how much of it is on its way
};
