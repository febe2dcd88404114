'use strict';

// Entries of type 'http2' for performance observers. https://nodejs.org/api/http2.html#collecting-http2-performance-metrics

const { endTiming, startTiming } = require('internal/perf_observe');

const begin = () => startTiming('http2');

// `begun`: what begin() returned; undefined when nobody observed then.
function endSession(begun, handle, type) {
  if (begun === undefined || handle === undefined) return;
  const values = handle.statistics();
  if (values === undefined) return;
  endTiming(begun, 'http2', 'Http2Session', {
    bytesRead: values[0],
    bytesWritten: values[1],
    framesReceived: values[2],
    framesSent: values[3],
    maxConcurrentStreams: values[5],
    pingRTT: values[7],
    streamAverageDuration: values[4] === 0 ? 0 : values[6] / values[4],
    streamCount: values[4],
    type,
  });
}

function endStream(begun, handle, id) {
  if (begun === undefined || handle === undefined) return;
  const values = handle.statistics();
  if (values === undefined) return;
  endTiming(begun, 'http2', 'Http2Stream', {
    bytesRead: values[0],
    bytesWritten: values[1],
    id,
    timeToFirstByte: values[2],
    timeToFirstByteSent: values[3],
    timeToFirstHeader: values[4],
  });
}

module.exports = { begin, endSession, endStream };
