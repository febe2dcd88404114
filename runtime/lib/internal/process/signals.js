'use strict';

// process.on('SIGINT', ...): a handle for each signal that has listeners; without one, the system's default holds.

const { SafeMap } = primordials;

const wraps = new SafeMap();
let signals;

function isSignal(event) {
  if (typeof event !== 'string' || event.length < 5 || event[0] !== 'S' || event[1] !== 'I' || event[2] !== 'G') return false;
  signals ??= internalBinding('constants').os.signals;
  return signals[event] !== undefined;
}

function startListeningIfSignal(type) {
  if (!isSignal(type) || wraps.has(type) || !internalBinding('process_methods').isMainThread()) return;
  const { Signal } = internalBinding('signal_wrap');
  const wrap = new Signal();
  // A listener alone does not keep the process running.
  wrap.unref();
  const number = signals[type];
  wrap.onsignal = () => process.emit(type, type, number);
  const error = wrap.start(number);
  if (error) {
    wrap.close();
    const { ErrnoException } = require('internal/errors');
    throw new ErrnoException(error, 'uv_signal_start');
  }
  wraps.set(type, wrap);
}

function stopListeningIfSignal(type) {
  const wrap = wraps.get(type);
  if (wrap !== undefined && process.listenerCount(type) === 0) {
    wrap.close();
    wraps.delete(type);
  }
}

module.exports = { startListeningIfSignal, stopListeningIfSignal };
