'use strict';

// NODE_V8_COVERAGE: how often each block of the program's scripts ran, written to a folder when the process ends.
// Spec: Node 24, cli.md, "NODE_V8_COVERAGE=dir".

const { mkdirSync, writeFileSync } = require('fs');
const { resolve } = require('path');
const { pathToFileURL } = require('internal/url');
const binding = internalBinding('coverage');

let folder;
let written = 0;

// Counts from now on, and writes into `dir` when the process ends.
function enableCoverage(dir) {
  if (folder !== undefined) return;
  folder = resolve(dir);
  binding.start();
  process.on('exit', writeCoverage);
}

// The scripts of the program as the inspector's protocol tells of them: [{scriptId, url, functions}].
function takeCoverage() {
  const text = binding.take();
  if (text === undefined) return [];
  const scripts = JSON.parse(text).result?.result ?? [];
  const kept = [];
  for (const script of scripts) {
    if (script.url[0] === '/') script.url = pathToFileURL(script.url).href;
    if (script.url.startsWith('file:')) kept.push(script);
  }
  return kept;
}

function writeCoverage() {
  const { getThreadId } = internalBinding('process_methods');
  const thread = typeof getThreadId === 'function' ? getThreadId() : 0;
  const name = `coverage-${process.pid}-${Date.now()}-${thread + written++}.json`;
  try {
    mkdirSync(folder, { __proto__: null, recursive: true });
    writeFileSync(resolve(folder, name), JSON.stringify({ result: takeCoverage(), timestamp: process.hrtime()[0] }));
  } catch (error) {
    process.emitWarning(`coverage could not be written: ${error.message}`);
  }
}

// v8.stopCoverage(): nothing is counted or written any more.
function stopCoverage() {
  if (folder === undefined) return;
  folder = undefined;
  process.removeListener('exit', writeCoverage);
  binding.stop?.();
}

const isEnabled = () => folder !== undefined;

module.exports = { enableCoverage, isEnabled, stopCoverage, takeCoverage, writeCoverage };
