'use strict';

// How busy a loop was that began `elapsed` ms ago and waited for `idle` of them: since it began, since `first`, or between the
// two. https://nodejs.org/api/perf_hooks.html#performanceeventlooputilizationutilization1-utilization2

function difference(later, earlier) {
  const idle = later.idle - earlier.idle;
  const active = later.active - earlier.active;
  return { idle, active, utilization: active / (idle + active) };
}

function utilization(elapsed, idle, first, second) {
  if (second !== undefined) return difference(first, second);
  const now = { idle, active: elapsed - idle, utilization: (elapsed - idle) / elapsed };
  return first === undefined ? now : difference(now, first);
}

module.exports = { utilization };
