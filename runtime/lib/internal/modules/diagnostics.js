'use strict';

// The tracing channels of loading, "module.require" and "module.import": asked for at every load, and there when the program
// has loaded diagnostics_channel, without which nobody can listen.

let channels;

function provide(tracingChannel) {
  channels = {
    '__proto__': null,
    'module.import': tracingChannel('module.import'),
    'module.require': tracingChannel('module.require'),
  };
}

// The channel, when somebody listens to it.
function tracingOf(name) {
  if (channels === undefined) return undefined;
  const channel = channels[name];
  return channel.hasSubscribers ? channel : undefined;
}

module.exports = { provide, tracingOf };
