'use strict';

// module.enableCompileCache(): V8's compiled code on disk, one file for each module, named by what it was compiled from.
// What is written is used only when the same text is compiled by the same V8. Spec: Node 24, module.md.

const { ObjectFreeze, SafeMap } = primordials;
const { compileCommonJs, cacheFunction } = internalBinding('compile');

const status = ObjectFreeze({ __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 });
const constants = ObjectFreeze({ __proto__: null, compileCacheStatus: status });

let directory;
const entries = new SafeMap(); // key -> {file, fn, isStale}

class CompileCache {
  compileCommonJs(source, filename) {
    const file = fileOf('commonjs', filename, source);
    const fs = require('fs');
    let cached;
    try {
      cached = fs.readFileSync(file);
    } catch {
      // Not compiled before.
    }
    const result = compileCommonJs(source, filename, undefined, cached);
    const fn = cached === undefined ? result : result.function;
    const isRejected = cached === undefined || result.cachedDataRejected;
    if (isRejected) entries.set(file, fn);
    return fn;
  }
}

function fileOf(kind, filename, source) {
  const { createHash } = require('crypto');
  const key = createHash('sha256').update(`${kind}\0${filename}\0`).update(source).digest('hex').slice(0, 32);
  return `${directory}/${key}`;
}

// The folder of one V8 and user below the one that was asked for.
function versionFolder() {
  const { versions, arch } = process;
  return `${process.version}-${arch}-${versions.v8}-${process.getuid?.() ?? 0}`;
}

function enable(folder) {
  const path = require('path');
  const fs = require('fs');
  const base = path.resolve(folder);
  const wanted = `${base}/${versionFolder()}`;
  try {
    fs.mkdirSync(wanted, { recursive: true });
  } catch (error) {
    return { __proto__: null, status: status.FAILED, message: `Cannot create cache directory: ${error.message}` };
  }
  directory = wanted;
  require('internal/modules/cjs/loader').setCompileCache(new CompileCache());
  process.on('exit', flushCompileCache);
  return { __proto__: null, status: status.ENABLED, directory: wanted };
}

function enableCompileCache(options) {
  let folder = options;
  if (typeof options === 'object' && options !== null) folder = options.directory;
  if (folder === undefined) {
    folder = process.env.NODE_COMPILE_CACHE || `${require('os').tmpdir()}/node-compile-cache`;
  }
  if (process.env.NODE_DISABLE_COMPILE_CACHE === '1') {
    return { __proto__: null, status: status.DISABLED, message: 'Disabled by NODE_DISABLE_COMPILE_CACHE' };
  }
  const { validateString } = require('internal/validators');
  validateString(folder, 'cacheDir');
  if (directory !== undefined) return { __proto__: null, status: status.ALREADY_ENABLED, directory };
  return enable(folder);
}

function enableFromEnvironment() {
  if (process.env.NODE_DISABLE_COMPILE_CACHE !== '1') enable(process.env.NODE_COMPILE_CACHE);
}

function getCompileCacheDir() { return directory; }

// Writes what has been compiled since the last time. A file appears whole or not at all.
function flushCompileCache() {
  const fs = require('fs');
  for (const { 0: file, 1: fn } of entries) {
    entries.delete(file);
    const data = cacheFunction(fn);
    if (data.length === 0) continue;
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      fs.writeFileSync(temporary, data);
      fs.renameSync(temporary, file);
    } catch {
      // A cache that cannot be written is only slower.
    }
  }
}

module.exports = { constants, enableCompileCache, enableFromEnvironment, flushCompileCache, getCompileCacheDir };
