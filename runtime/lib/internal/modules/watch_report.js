'use strict';

// What a program under --watch tells the process that watches: each file when it is asked for, even if it then fails.

const binding = internalBinding('modules');

let send; // (paths) => void, while somebody watches
const told = new Set();

function report(paths) {
  if (send === undefined) return;
  const fresh = paths.filter((path) => path !== undefined && !told.has(path));
  if (fresh.length === 0) return;
  for (const path of fresh) told.add(path);
  send(fresh);
}

// A file by its path, a module by its URL.
function reportFile(path) { if (path[0] === '/') report([path]); }
function reportUrl(url) { if (url.startsWith('file:')) report([binding.fileUrlToPath(url)]); }
// Where require() did not find a file: one of these may come to be.
function reportMissing(path, extensions) { report([path, ...extensions.map((extension) => `${path}${extension}`)]); }

// Reports go through the channel to the parent, those of a worker through the thread that made it.
function start(sendPaths) {
  send = sendPaths;
  require('internal/modules/cjs/loader').setWatchReport(module.exports);
  require('internal/modules/esm/loader').setWatchReport(module.exports);
}
function isOn() { return send !== undefined; }

module.exports = { isOn, report, reportFile, reportMissing, reportUrl, start };
