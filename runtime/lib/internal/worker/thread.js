'use strict';

// What this thread is: filled in by internal/main/worker_thread before anything of the program runs; as it stands, the main
// thread's.

const state = {
  isMainThread: true,
  isInternalThread: false,
  threadId: 0,
  threadName: '',
  parentPort: null,
  workerData: null,
  resourceLimits: {},
  environmentData: new Map(),
  // The other end of the Worker's own channel: standard streams, errors, the start.
  controlPort: null,
};

function limitsObject({ 0: maxYoungGenerationSizeMb, 1: maxOldGenerationSizeMb, 2: codeRangeSizeMb, 3: stackSizeMb }) {
  return { maxYoungGenerationSizeMb, maxOldGenerationSizeMb, codeRangeSizeMb, stackSizeMb };
}

module.exports = { limitsObject, state };
