'use strict';

// A server whose sockets were sent to a child counts them there: for each server (its key) there is a list on either side
// of the channel, and these ask each other. The channel gives receive(message) what comes for them.

const EventEmitter = require('events');
const { codes: { ERR_CHILD_CLOSED_BEFORE_REPLY } } = require('internal/errors');

const kSilently = { __proto__: null, swallowErrors: true };

// The sender's. net.Server calls getConnections(callback(error, count)) and close(callback(error)).
class SentSockets extends EventEmitter {
  #channel;
  #key;
  #waiting = []; // [command of the answer, callback]
  constructor(channel, key) {
    super();
    this.#channel = channel;
    this.#key = key;
    channel.target.once('disconnect', () => this.#answer(undefined, new ERR_CHILD_CLOSED_BEFORE_REPLY()));
    channel.target.once('exit', () => {
      this.#answer(undefined, new ERR_CHILD_CLOSED_BEFORE_REPLY());
      this.emit('exit', this);
    });
  }
  #ask(cmd, answer, callback) {
    if (!this.#channel.target.connected) {
      process.nextTick(callback, new ERR_CHILD_CLOSED_BEFORE_REPLY());
      return;
    }
    this.#waiting.push([answer, callback]);
    this.#channel.post({ cmd, key: this.#key }, undefined, kSilently);
  }
  // To all that wait for `answer`, or for anything.
  #answer(answer, error, count) {
    const now = this.#waiting.filter(([wanted]) => answer === undefined || wanted === answer);
    this.#waiting = this.#waiting.filter((each) => !now.includes(each));
    for (const { 1: callback } of now) callback(error, count);
  }
  receive({ cmd, count }) { this.#answer(cmd, null, count); }

  close(callback) { this.#ask('NODE_SOCKET_NOTIFY_CLOSE', 'NODE_SOCKET_ALL_CLOSED', callback); }
  getConnections(callback) { this.#ask('NODE_SOCKET_GET_COUNT', 'NODE_SOCKET_COUNT', callback); }
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
  }
  receive({ cmd }) {
    if (cmd === 'NODE_SOCKET_GET_COUNT') {
      this.#reply({ cmd: 'NODE_SOCKET_COUNT', key: this.#key, count: this.#open });
    } else {
      this.#closing = true;
      this.#replyWhenEmpty();
    }
  }
  #reply(message) {
    if (this.#channel.target.connected) this.#channel.post(message, undefined, kSilently);
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
