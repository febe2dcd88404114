'use strict';

// Stream, the base of all, with the pipe() of the first streams: 'data' and write(), no buffering.

const EE = require('events');

function Stream(options) {
  EE.call(this, options);
}
Object.setPrototypeOf(Stream.prototype, EE.prototype);
Object.setPrototypeOf(Stream, EE);

Stream.prototype.pipe = function pipe(destination, options) {
  const source = this;
  let ended = false;

  function onData(chunk) {
    if (destination.writable && destination.write(chunk) === false && source.pause) source.pause();
  }
  function onDrain() {
    if (source.readable && source.resume) source.resume();
  }
  function onEnd() {
    if (ended) return;
    ended = true;
    destination.end();
  }
  function onClose() {
    if (ended) return;
    ended = true;
    if (typeof destination.destroy === 'function') destination.destroy();
  }
  function onError(error) {
    cleanup();
    if (EE.listenerCount(this, 'error') === 0) this.emit('error', error);
  }
  function cleanup() {
    source.removeListener('data', onData);
    destination.removeListener('drain', onDrain);
    source.removeListener('end', onEnd);
    source.removeListener('close', onClose);
    source.removeListener('error', onError);
    destination.removeListener('error', onError);
    source.removeListener('end', cleanup);
    source.removeListener('close', cleanup);
    destination.removeListener('close', cleanup);
  }

  source.on('data', onData);
  destination.on('drain', onDrain);
  if (!destination._isStdio && (!options || options.end !== false)) {
    source.on('end', onEnd);
    source.on('close', onClose);
  }
  prependListener(source, 'error', onError);
  prependListener(destination, 'error', onError);
  source.on('end', cleanup);
  source.on('close', cleanup);
  destination.on('close', cleanup);
  destination.emit('pipe', source);
  return destination;
};

Stream.prototype.eventNames = function eventNames() {
  const names = [];
  for (const key of Reflect.ownKeys(this._events)) {
    const listeners = this._events[key];
    if (typeof listeners === 'function' || (Array.isArray(listeners) && listeners.length > 0)) names.push(key);
  }
  return names;
};

function prependListener(emitter, event, listener) {
  if (typeof emitter.prependListener === 'function') {
    emitter.prependListener(event, listener);
    return;
  }
  // An emitter from elsewhere: the listener is put in front by hand.
  if (!emitter._events || !emitter._events[event]) emitter.on(event, listener);
  else if (Array.isArray(emitter._events[event])) emitter._events[event].unshift(listener);
  else emitter._events[event] = [listener, emitter._events[event]];
}

module.exports = { Stream, prependListener };
