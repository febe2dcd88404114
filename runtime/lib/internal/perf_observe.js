'use strict';

// Timings that the core reports to performance observers. perf_hooks fills in the two when a program loads it; until then
// nobody observes, and nothing is measured.

const observing = {
  wants: null, // (entryType) -> is there an observer
  publish: null, // (name, entryType, start, duration, detail)
};

// The time now when entries of that type are observed, else undefined.
function startTiming(type) {
  return observing.wants?.(type) ? internalBinding('clock').now() : undefined;
}

// Ends what startTiming() began.
function endTiming(start, type, name, detail) {
  if (start !== undefined) observing.publish(name, type, start, internalBinding('clock').now() - start, detail);
}

module.exports = { endTiming, observing, startTiming };
