'use strict';

// https://nodejs.org/api/worker_threads.html: what the main thread can say of itself. Threads are not there yet.

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

module.exports = {
  MessageChannel,
  MessagePort,
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
