'use strict';

// What keeps the process running: process.getActiveResourcesInfo() tells the kinds, _getActiveHandles() and
// _getActiveRequests() the objects.

const { ArrayPrototypePush } = primordials;
const binding = internalBinding('active');
const { immediateInfo, timerInfo } = internalBinding('timers');

// Requests that are no objects here are shown as such.
const shown = { __proto__: null, FSReqCallback: class FSReqCallback {}, FSReqPromise: class FSReqPromise {} };
const kReferenced = 1; // of immediateInfo

// The symbol under which a kind of handle knows its owner.
function ownerKey(kind) {
  if (kind === 'MessagePort') return require('internal/worker/io').kOwner;
  return require(kind === 'UDPWrap' ? 'internal/dgram' : 'internal/net/io').kOwner;
}

function getActiveHandles() {
  const list = binding.handles();
  const owners = [];
  for (let i = 0; i < list.length; i += 2) {
    const handle = list[i];
    ArrayPrototypePush(owners, handle[ownerKey(list[i + 1])] ?? handle.owner ?? handle);
  }
  return owners;
}

function getActiveRequests() {
  return binding.requests().map((request) => (typeof request === 'string' ? new shown[request]() : request));
}

function nameOf(request) {
  if (typeof request === 'string') return request;
  const { name } = request.constructor;
  return name === 'TCPConnectWrap' || name === 'PipeConnectWrap' ? 'ConnectWrap' : name;
}

function getActiveResourcesInfo() {
  const names = binding.requests().map(nameOf);
  const handles = binding.handles();
  for (let i = 1; i < handles.length; i += 2) ArrayPrototypePush(names, handles[i]);
  for (let i = 0; i < timerInfo[0]; i++) ArrayPrototypePush(names, 'Timeout');
  for (let i = 0; i < immediateInfo[kReferenced]; i++) ArrayPrototypePush(names, 'Immediate');
  return names;
}

module.exports = { getActiveHandles, getActiveRequests, getActiveResourcesInfo };
