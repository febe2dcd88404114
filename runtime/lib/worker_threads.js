'use strict';

// https://nodejs.org/api/worker_threads.html

const { MessageChannel, MessagePort, receiveMessageOnPort } = require('internal/worker/io');
const { BroadcastChannel } = require('internal/worker/broadcast_channel');
const { SHARE_ENV, Worker } = require('internal/worker');
const { postMessageToThread } = require('internal/worker/mail');
const { state } = require('internal/worker/thread');
const { isMarkedAsUntransferable, markAsUncloneable, markAsUntransferable } = internalBinding('messaging');

// Every worker gets a copy of these.
function setEnvironmentData(key, value) {
  if (value === undefined) state.environmentData.delete(key);
  else state.environmentData.set(key, value);
}
function getEnvironmentData(key) {
  return state.environmentData.get(key);
}

module.exports = {
  BroadcastChannel,
  MessageChannel,
  MessagePort,
  SHARE_ENV,
  Worker,
  getEnvironmentData,
  isInternalThread: state.isInternalThread,
  isMainThread: state.isMainThread,
  isMarkedAsUntransferable,
  markAsUncloneable,
  markAsUntransferable,
  parentPort: state.parentPort,
  postMessageToThread,
  receiveMessageOnPort,
  resourceLimits: state.resourceLimits,
  setEnvironmentData,
  threadId: state.threadId,
  threadName: state.threadName,
  workerData: state.workerData,
};
