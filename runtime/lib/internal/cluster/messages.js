'use strict';

// What a primary and its workers say to each other: {cmd: 'NODE_CLUSTER', seq, ...}, answered by {ack: seq, ...}.

const { ReflectApply } = primordials;

const pending = new Map(); // number of a message -> {peer, callback}: who is to answer it
let nextSeq = 0;

// Sends to `peer` (a ChildProcess, or process in a worker), which may have gone: then it returns false. `callback`
// (answer, handle) is called when there is an answer, with the worker of the listener as its receiver.
function send(peer, message, handle, callback) {
  if (!peer.connected) return false;
  message = { cmd: 'NODE_CLUSTER', ...message, seq: nextSeq };
  if (typeof callback === 'function') pending.set(nextSeq, { peer, callback });
  nextSeq++;
  return peer.send(message, handle, { swallowErrors: true });
}

// A listener of 'internalMessage' of worker.process: answers go to who waits for them, all else to onMessage.
function listener(worker, onMessage) {
  return (message, handle) => {
    if (message.cmd !== 'NODE_CLUSTER') return;
    if (message.ack === undefined) {
      ReflectApply(onMessage, worker, [message, handle]);
      return;
    }
    const waiting = pending.get(message.ack);
    if (waiting?.peer !== worker.process) {
      handle?.close();
      return;
    }
    pending.delete(message.ack);
    ReflectApply(waiting.callback, worker, [message, handle]);
  };
}

// No answer will come from `peer` any more.
function forget(peer) {
  for (const { 0: seq, 1: waiting } of pending) {
    if (waiting.peer === peer) pending.delete(seq);
  }
}

module.exports = { forget, listener, send };
