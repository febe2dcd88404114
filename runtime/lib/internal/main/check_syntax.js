'use strict';

// `node --check file.js`

const { getOptionValue } = require('internal/options');
const { readStdin } = require('internal/process/execution');
const { wrapSafe, formatOf, Module } = require('internal/modules/cjs/loader');
const { getLoader } = require('internal/modules/esm/loader');
const { ModuleWrap } = require('internal/modules/esm/record');
const binding = internalBinding('modules');

function check(source, filename, format) {
  if (format !== 'module') {
    const compiled = wrapSafe(filename, source, undefined, format);
    if (compiled !== undefined) return;
  }
  new ModuleWrap(filename[0] === '/' ? binding.pathToFileUrl(filename) : filename, undefined, undefined, source, 0, 0);
}

function checkProgram() {
  if (process.argv[1] === undefined || process.argv[1] === '-') {
    readStdin((source) => check(source, '[stdin]', getOptionValue('--input-type') || undefined));
    return;
  }
  const path = binding.resolvePath(process.argv[1]);
  const found = Module._findPath(path, null, true);
  if (!found) {
    const error = new Error(`Cannot find module '${path}'`);
    error.code = 'MODULE_NOT_FOUND';
    throw error;
  }
  getLoader();
  check(require('fs').readFileSync(found, 'utf8'), found, formatOf(found));
}

const { hasPreloads, runEntryPointWithESMLoader } = require('internal/modules/run_main');
if (hasPreloads()) runEntryPointWithESMLoader(checkProgram);
else checkProgram();
