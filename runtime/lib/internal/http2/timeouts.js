'use strict';

// setTimeout() of sessions and streams: 'timeout' after so many milliseconds in which nothing came or went.

const { getTimerDuration, kTimeout, setUnrefTimeout } = require('internal/timers');
const { validateFunction } = require('internal/validators');

const kOnTimeout = Symbol('on timeout');

function setTimeoutOf(target, msecs, callback) {
  if (target.destroyed) return target;
  target.timeout = msecs;
  msecs = getTimerDuration(msecs, 'msecs');
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (target[kTimeout]) clearTimeout(target[kTimeout]);
  target[kTimeout] = null;
  if (msecs === 0) {
    if (callback !== undefined) target.removeListener('timeout', callback);
  } else {
    target[kTimeout] = setUnrefTimeout(() => target[kOnTimeout](), msecs);
    if (callback !== undefined) target.once('timeout', callback);
  }
  return target;
}

function stopTimeout(target) {
  if (target[kTimeout]) clearTimeout(target[kTimeout]);
  target[kTimeout] = null;
}

module.exports = { kOnTimeout, kTimeout, setTimeoutOf, stopTimeout };
