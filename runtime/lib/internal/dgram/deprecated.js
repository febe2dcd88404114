'use strict';

// DEP0112: what was once the state of a dgram.Socket, and is looked at by old programs.

const { kStateSymbol } = require('internal/dgram');
const { deprecate } = require('internal/util');

const kProperties = {
  _handle: 'handle', _receiving: 'receiving', _bindState: 'bindState', _queue: 'queue', _reuseAddr: 'reuseAddr',
};

function defineDeprecated(prototype, { runningState, stopReceiving }) {
  for (const [name, key] of Object.entries(kProperties)) {
    const message = `Socket.prototype.${name} is deprecated`;
    Object.defineProperty(prototype, name, {
      __proto__: null,
      configurable: true,
      get: deprecate(function() { return this[kStateSymbol][key]; }, message, 'DEP0112'),
      set: deprecate(function(value) { this[kStateSymbol][key] = value; }, message, 'DEP0112'),
    });
  }
  prototype._healthCheck = deprecate(function() { runningState(this); },
    'Socket.prototype._healthCheck() is deprecated', 'DEP0112');
  prototype._stopReceiving = deprecate(function() { stopReceiving(this); },
    'Socket.prototype._stopReceiving() is deprecated', 'DEP0112');
}

module.exports = { defineDeprecated };
