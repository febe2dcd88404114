'use strict';

// How servers and datagram sockets ask for a handle that is shared with other processes: in a cluster's worker,
// getHandle(server or socket, {address, port, addressType, fd, flags, backlog}, callback(error number, handle)). Null in
// other processes, which make their own.

module.exports = { getHandle: null };
