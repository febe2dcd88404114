'use strict';

// What http2 says on diagnostics channels. https://nodejs.org/api/diagnostics_channel.html#http2

const { channel } = require('diagnostics_channel');

function channelsOf(side, events) {
  const channels = { __proto__: null };
  for (const event of events) channels[event] = channel(`http2.${side}.stream.${event}`);
  return channels;
}

const kChannels = Symbol('channels'); // of a stream class
const clientChannels = channelsOf('client', ['created', 'start', 'error', 'finish', 'bodyChunkSent', 'bodySent', 'close']);
const serverChannels = channelsOf('server', ['created', 'start', 'error', 'finish', 'close']);

// Tells of `event`, where a side has such; the message is made when somebody listens alone.
function publish(stream, event, details) {
  const target = stream[kChannels][event];
  if (target !== undefined && target.hasSubscribers) target.publish({ stream, ...details?.() });
}

module.exports = { clientChannels, kChannels, publish, serverChannels };
