'use strict';

// A listening handle of the primary's, whose connections go to its workers in turn: to one that has taken its last.

const { UV_TCP_IPV6ONLY } = internalBinding('tcp_wrap');
const FixedQueue = require('internal/fixed_queue');
const { send } = require('internal/cluster/messages');

module.exports = class RoundRobinHandle {
  #key;
  #all = new Map(); // workers by id
  #free = new Map(); // of these, those that wait for a connection, longest first
  #offered = new Map(); // id -> the connection that a worker has not answered for
  #waiting = new FixedQueue(); // connections that no worker was free for
  #server; // until it listens
  #handle = null;

  constructor(key, address, { port, fd, flags, backlog, readableAll, writableAll }) {
    const { createServer } = require('net');
    this.#key = key;
    this.#server = createServer();
    if (fd >= 0) this.#server.listen({ fd, backlog });
    else if (port >= 0) this.#server.listen({ port, host: address, ipv6Only: Boolean(flags & UV_TCP_IPV6ONLY), backlog });
    else this.#server.listen({ path: address, backlog, readableAll, writableAll });
    this.#server.once('listening', () => {
      this.#handle = this.#server._handle;
      this.#handle.onconnection = (error, connection) => this.distribute(error, connection);
      this.#server._handle = null;
      this.#server = null;
      if (this.#all.size === 0) this.#handle.close();
    });
  }

  // answer(error number or null, {sockname}, no handle) when it listens, or cannot.
  add(worker, answer) {
    this.#all.set(worker.id, worker);
    const listening = () => {
      let details = null;
      if (this.#handle.getsockname) {
        const sockname = {};
        this.#handle.getsockname(sockname);
        details = { sockname };
      }
      answer(null, details, null);
      this.#offer(worker);
    };
    if (this.#server === null) {
      listening();
      return;
    }
    this.#server.once('listening', () => {
      if (this.#all.has(worker.id)) listening();
    });
    this.#server.once('error', (error) => answer(error.errno, null, null));
  }

  // True when that was the last one, and the handle is closed.
  remove(worker) {
    if (!this.#all.delete(worker.id)) return false;
    this.#free.delete(worker.id);
    // Whether it was read from is not known: the client must not be left without an end.
    this.#offered.get(worker.id)?.close();
    this.#offered.delete(worker.id);
    if (this.#all.size > 0) return false;
    while (!this.#waiting.isEmpty()) this.#waiting.shift().close();
    this.#handle?.close();
    return true;
  }

  distribute(error, connection) {
    // accept() failed: the client will try again, or was told.
    if (error !== 0 || connection === undefined) return;
    if (this.#all.size === 0) {
      connection.close();
      return;
    }
    this.#waiting.push(connection);
    for (const { 0: id, 1: worker } of this.#free) {
      this.#free.delete(id);
      this.#offer(worker);
      return;
    }
  }

  // Gives the worker the connection that has waited longest, or remembers that it is free.
  #offer(worker) {
    if (!this.#all.has(worker.id) || this.#offered.has(worker.id)) return;
    const connection = this.#waiting.isEmpty() ? null : this.#waiting.shift();
    if (connection === null) {
      this.#free.set(worker.id, worker);
      return;
    }
    this.#offered.set(worker.id, connection);
    send(worker.process, { act: 'newconn', key: this.#key }, connection, ({ accepted }) => {
      if (this.#offered.get(worker.id) !== connection) return;
      this.#offered.delete(worker.id);
      if (accepted) connection.close();
      else this.distribute(0, connection); // it is shutting down, or has enough
      this.#offer(worker);
    });
  }
};
