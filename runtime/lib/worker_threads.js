'use strict';

// https://nodejs.org/api/worker_threads.html: what the main thread can say of itself. Threads are not there yet: who makes a
// Worker is told so, and programs that only might make one load.

const kShareEnv = Symbol.for('nodejs.worker_threads.SHARE_ENV');
const environmentData = new Map();

function setEnvironmentData(key, value) {
  if (value === undefined) environmentData.delete(key);
  else environmentData.set(key, value);
}
function getEnvironmentData(key) {
  return environmentData.get(key);
}

const { MessageChannel, MessagePort, receiveMessageOnPort } = require('internal/worker/io');
const { isMarkedAsUntransferable, markAsUncloneable, markAsUntransferable } = internalBinding('messaging');
const { codes: { ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
const EventEmitter = require('events');

class Worker extends EventEmitter {
  constructor() {
    super();
    throw new ERR_METHOD_NOT_IMPLEMENTED('new Worker()');
  }
}


module.exports = {
  MessageChannel,
  MessagePort,
  Worker,
  isMarkedAsUntransferable,
  markAsUncloneable,
  markAsUntransferable,
  receiveMessageOnPort,
  isInternalThread: false,
  isMainThread: true,
  threadId: 0,
  threadName: '',
  parentPort: null,
  workerData: null,
  resourceLimits: {},
  SHARE_ENV: kShareEnv,
  getEnvironmentData,
  setEnvironmentData,
};
