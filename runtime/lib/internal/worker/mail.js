'use strict';

// postMessageToThread(): https://nodejs.org/api/worker_threads.html. Every thread has an inbox that the others find by its
// id. Letters are { id, source, value } and, in answer, { reply: id, status }.

const { mailTo, openInbox } = internalBinding('worker');
const {
  codes: {
    ERR_WORKER_MESSAGING_ERRORED, ERR_WORKER_MESSAGING_FAILED, ERR_WORKER_MESSAGING_SAME_THREAD, ERR_WORKER_MESSAGING_TIMEOUT,
  },
} = require('internal/errors');
const { transferListOf } = require('internal/worker/io');
const { state } = require('internal/worker/thread');
const { validateNumber } = require('internal/validators');

const outcomes = {
  __proto__: null, failed: ERR_WORKER_MESSAGING_FAILED, errored: ERR_WORKER_MESSAGING_ERRORED,
};
const pending = new Map();
let lastId = 0;
let inbox;

function answer({ id, source, value }) {
  let status = 'failed';
  try {
    if (process.emit('workerMessage', value, source)) status = 'done';
  } catch {
    status = 'errored';
  }
  mailTo(source, { reply: id, status }, undefined);
}

function settle(id, ErrorClass) {
  const request = pending.get(id);
  if (request === undefined) return;
  pending.delete(id);
  if (request.timer !== undefined) clearTimeout(request.timer);
  if (pending.size === 0) inbox.unref();
  if (ErrorClass === undefined) request.resolve();
  else request.reject(new ErrorClass());
}

// Opens this thread's inbox: before it starts a worker, or is one.
function open() {
  if (inbox !== undefined) return;
  inbox = openInbox();
  inbox.onmessage = (letter) => {
    if (letter.reply === undefined) answer(letter);
    else settle(letter.reply, outcomes[letter.status]);
  };
  inbox.start();
}

async function postMessageToThread(threadId, value, transferList = undefined, timeout = undefined) {
  if (typeof transferList === 'number' && timeout === undefined) {
    timeout = transferList;
    transferList = undefined;
  }
  if (timeout !== undefined) validateNumber(timeout, 'timeout', 0);
  if (threadId === state.threadId) throw new ERR_WORKER_MESSAGING_SAME_THREAD();
  open();
  const id = ++lastId;
  if (!mailTo(threadId, { id, source: state.threadId, value }, transferListOf(transferList))) {
    throw new ERR_WORKER_MESSAGING_FAILED();
  }
  const { promise, resolve, reject } = Promise.withResolvers();
  const timer = timeout === undefined ? undefined : setTimeout(settle, timeout, id, ERR_WORKER_MESSAGING_TIMEOUT);
  pending.set(id, { resolve, reject, timer });
  inbox.ref();
  return promise;
}

module.exports = { open, postMessageToThread };
