'use strict';

// The older name of parts of tls, kept for programs that ask for it.

const { Server, TLSSocket, connect, createServer } = require('tls');

module.exports = { Server, TLSSocket, connect, createServer };
