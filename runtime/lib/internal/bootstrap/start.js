'use strict';

// Runs at every start, after the snapshot is mapped: gives process its arguments and environment, then runs the program.

const { hasBuiltin, userBuiltinId, requireBuiltin } = require('internal/bootstrap/realm');
const { launchInfo, writeSync, readSmallFile, compileProgram } = internalBinding('process_methods');

const info = launchInfo();
process.argv = info.argv;
process.execArgv = info.execArgv;
process.execPath = info.execPath;

if (hasBuiltin('internal/process/start')) require('internal/process/start');
if (hasBuiltin('internal/main/main')) {
  require('internal/main/main');
} else {
  // Until the module loader is there: CommonJS files by path, and built-ins.
  globalThis.print = (...args) => writeSync(1, `${args.join(' ')}\n`);
  const cache = new Map();
  const load = (filename) => {
    if (cache.has(filename)) return cache.get(filename).exports;
    const module = { exports: {}, filename, id: filename };
    cache.set(filename, module);
    const dirname = filename.slice(0, filename.lastIndexOf('/')) || '/';
    const requireHere = (specifier) => {
      const id = userBuiltinId(specifier);
      if (id !== undefined) return requireBuiltin(id);
      if (specifier.startsWith('internal/')) return requireBuiltin(specifier);
      const parts = (specifier[0] === '/' ? specifier : `${dirname}/${specifier}`).split('/');
      const path = [];
      for (const part of parts) if (part === '..') path.pop(); else if (part !== '.' && part !== '') path.push(part);
      const base = `/${path.join('/')}`;
      for (const candidate of [base, `${base}.js`, `${base}.json`, `${base}/index.js`]) {
        if (readSmallFile(candidate) !== undefined) return load(candidate);
      }
      throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' });
    };
    requireHere.cache = {};
    requireHere.main = module;
    const source = readSmallFile(filename);
    if (filename.endsWith('.json')) module.exports = JSON.parse(source);
    else compileProgram(source.startsWith('#!') ? `//${source}` : source, filename)
      .call(module.exports, module.exports, requireHere, module, filename, dirname);
    return module.exports;
  };
  if (process.argv[1]) {
    const path = process.argv[1][0] === '/' ? process.argv[1] : `${readSmallFile()}/${process.argv[1]}`;
    load(path);
  }
}
