'use strict';

// A run that goes on: when a test file changes, or what it loaded, it runs again. Spec: Node 24, test.md, "Watch mode".

const { dirname, resolve } = require('path');
const { clearTimeout, setTimeout } = require('timers');
const { FolderWatcher } = require('internal/watch_folders');
const { findTestFiles } = require('internal/test_runner/files');

// Editors write a file in several steps, of which each is told.
const kQuiet = 200; // ms
// runRound(harness, settings, files, onLoaded) runs the files once. Returns when the run is aborted.
async function runAndWatch(harness, settings, files, runRound) {
  const { reporter } = harness;
  const { cwd, signal } = settings;
  const isFixed = settings.files != null;
  const loadedBy = new Map(); // test file -> the paths that it loaded
  const changed = new Set(); // test files to run again
  const done = Promise.withResolvers();
  let known = new Set(files);
  let isRunning = false;
  let timer;

  const folders = new FolderWatcher((path, isRename) => {
    for (const file of known) {
      if (resolve(cwd, file) === path || loadedBy.get(file)?.has(path)) changed.add(file);
    }
    if (changed.size === 0 && (isFixed || !isRename)) return;
    clearTimeout(timer);
    timer = setTimeout(next, kQuiet);
  });
  const onLoaded = (file, paths) => {
    loadedBy.set(file, new Set(paths));
    for (const path of paths) folders.add(dirname(path));
  };
  const round = async (wanted) => {
    isRunning = true;
    await runRound(harness, settings, wanted, onLoaded);
    isRunning = false;
    if (signal?.aborted) return;
    reporter.watchDrained();
    if (changed.size > 0) next();
  };
  // Runs what changed and what is new; files that are gone are forgotten.
  const next = () => {
    if (isRunning || signal?.aborted) return;
    if (!isFixed) {
      const found = new Set(findTestFiles(settings.globPatterns, cwd));
      for (const file of found) if (!known.has(file)) changed.add(file);
      known = found;
    }
    // A file that was named and is gone is to be missed.
    const wanted = [...changed].filter((file) => known.has(file));
    changed.clear();
    if (wanted.length === 0) return;
    reporter.watchRestarted();
    round(wanted).then(undefined, done.reject);
  };

  if (!isFixed) folders.add(cwd, true);
  for (const file of files) folders.add(dirname(resolve(cwd, file)));
  const finish = () => {
    clearTimeout(timer);
    folders.close();
    harness.end();
    done.resolve();
  };
  if (signal?.aborted) {
    finish();
  } else {
    signal?.addEventListener('abort', finish, { __proto__: null, once: true });
    round(files).then(undefined, done.reject);
  }
  return done.promise;
}

module.exports = { runAndWatch };
