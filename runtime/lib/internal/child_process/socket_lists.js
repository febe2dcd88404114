'use strict';

// A server whose sockets were sent to a child counts them there: for each server (its key) there is a list on either side
// of the channel, and these ask each other.

const EventEmitter = require('events');
const { codes: { ERR_CHILD_CLOSED_BEFORE_REPLY } } = require('internal/errors');

// The sender's. net.Server calls getConnections(callback(error, count)) and close(callback(error)).
class SentSockets extends EventEmitter {
  #channel;
  #key;
  constructor(channel, key) {
    super();
    this.#channel = channel;
    this.#key = key;
    channel.target.once('exit', () => this.emit('exit', this));
  }
  #ask(cmd, reply, callback) {
    const { target } = this.#channel;
    if (!target.connected) {
      process.nextTick(callback, new ERR_CHILD_CLOSED_BEFORE_REPLY());
      return;
    }
    const stop = (error, message) => {
      target.removeListener('internalMessage', onMessage);
      target.removeListener('disconnect', onGone);
      target.removeListener('exit', onGone);
      callback(error, message);
    };
    const onGone = () => stop(new ERR_CHILD_CLOSED_BEFORE_REPLY());
    const onMessage = (message) => {
      if (message.cmd === reply && message.key === this.#key) stop(null, message);
    };
    target.on('internalMessage', onMessage);
    target.once('disconnect', onGone);
    target.once('exit', onGone);
    this.#channel.post({ cmd, key: this.#key }, undefined, { swallowErrors: true });
  }
  close(callback) {
    this.#ask('NODE_SOCKET_NOTIFY_CLOSE', 'NODE_SOCKET_ALL_CLOSED', callback);
  }
  getConnections(callback) {
    this.#ask('NODE_SOCKET_GET_COUNT', 'NODE_SOCKET_COUNT', (error, message) => callback(error, message?.count));
  }
}

// The receiver's.
class ReceivedSockets {
  #channel;
  #key;
  #open = 0;
  #closing = false;
  constructor(channel, key) {
    this.#channel = channel;
    this.#key = key;
    channel.target.on('internalMessage', (message) => {
      if (message.key !== key) return;
      if (message.cmd === 'NODE_SOCKET_NOTIFY_CLOSE') {
        this.#closing = true;
        this.#replyWhenEmpty();
      } else if (message.cmd === 'NODE_SOCKET_GET_COUNT') {
        this.#reply({ cmd: 'NODE_SOCKET_COUNT', key, count: this.#open });
      }
    });
  }
  #reply(message) {
    if (this.#channel.target.connected) this.#channel.post(message, undefined, { swallowErrors: true });
  }
  #replyWhenEmpty() {
    if (!this.#closing || this.#open > 0) return;
    this.#closing = false;
    this.#reply({ cmd: 'NODE_SOCKET_ALL_CLOSED', key: this.#key });
  }
  add(socket) {
    this.#open++;
    socket.once('close', () => {
      this.#open--;
      this.#replyWhenEmpty();
    });
  }
}

// -> {list, isNew}
function sentSockets(channel, key) {
  const known = channel.sent.get(key);
  if (known !== undefined) return { list: known, isNew: false };
  const list = new SentSockets(channel, key);
  channel.sent.set(key, list);
  return { list, isNew: true };
}

function receivedSockets(channel, key) {
  let list = channel.received.get(key);
  if (list === undefined) channel.received.set(key, list = new ReceivedSockets(channel, key));
  return list;
}

module.exports = { receivedSockets, sentSockets };
