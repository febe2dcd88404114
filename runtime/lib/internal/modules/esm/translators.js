'use strict';

// From loaded text to a module record, by format.

const {
  ArrayPrototypePush, JSONParse, ObjectKeys, ObjectPrototypeHasOwnProperty, SafeMap, SafeSet, StringPrototypeSlice,
  StringPrototypeStartsWith,
} = primordials;
const binding = internalBinding('modules');
const { requireBuiltin, canBeRequiredByUsers, userBuiltinId } = require('internal/bootstrap/realm');
const { getOptionValue } = require('internal/options');
const { codedError } = require('internal/modules/errors');
const { ModuleRecord, ModuleWrap } = require('internal/modules/esm/record');
const { setHasStartedUserESMExecution, requireConditions } = require('internal/modules/helpers');

let loaderModule;
function defaultId() {
  loaderModule ??= require('internal/modules/esm/loader');
  return loaderModule.kDefaultModule;
}

const translators = {
  __proto__: null,

  'module'(loader, url, { source }) {
    setHasStartedUserESMExecution();
    const text = toText(source);
    const wrap = new ModuleWrap(url, defaultId(), undefined, text, 0, 0);
    if (getOptionValue('--enable-source-maps') && wrap.sourceMapURL !== undefined) {
      require('internal/source_map/source_map_cache').maybeCacheSourceMap(url, text, wrap, false, undefined, wrap.sourceMapURL);
    }
    const record = new ModuleRecord(url, 'module', wrap);
    if (getOptionValue('--experimental-print-required-tla')) record.source = text;
    return record;
  },

  'module-typescript'(loader, url, loaded) {
    const source = stripTypes(toText(loaded.source), url);
    return translators.module(loader, url, { format: 'module', source });
  },
  'commonjs-typescript'(loader, url, loaded) {
    // Hooks gave this text; else require() reads the file.
    if (loaded.isCustom && loaded.source !== null && loaded.source !== undefined) {
      const source = stripTypes(toText(loaded.source), url);
      return translators.commonjs(loader, url, { format: 'commonjs', source, path: loaded.path });
    }
    return translators.commonjs(loader, url, { format: 'commonjs-typescript', source: null, path: loaded.path });
  },
  'ambiguous-typescript'(loader, url, loaded) {
    const source = stripTypes(toText(loaded.source), url);
    if (loader.detect(source, loaded.path)) {
      require('internal/modules/cjs/loader').warnTypeless(loaded.path);
      return translators.module(loader, url, { format: 'module', source });
    }
    return translators.commonjs(loader, url, { format: 'commonjs', source: null, path: loaded.path });
  },

  'builtin'(loader, url) {
    const id = StringPrototypeSlice(url, 5);
    if (!canBeRequiredByUsers(id)) throw codedError('ERR_UNKNOWN_BUILTIN_MODULE', `No such built-in module: ${url}`);
    return new ModuleRecord(url, 'builtin', builtinWrap(id, url));
  },

  'json'(loader, url, { source, path }) {
    const text = toText(source);
    let value;
    const { Module } = require('internal/modules/cjs/loader');
    // What require() has loaded already is the same object.
    const cached = path === undefined || /[?#]/.test(url) ? undefined : Module._cache[path];
    if (cached?.loaded) {
      value = cached.exports;
    } else {
      try {
        value = JSONParse(primordials.StringPrototypeCharCodeAt(text, 0) === 0xFEFF ? StringPrototypeSlice(text, 1) : text);
      } catch (error) {
        error.message = `${path ?? url}: ${error.message}`;
        throw error;
      }
      if (path !== undefined && cached === undefined && !/[?#]/.test(url)) {
        const module = new Module(path);
        module.filename = path;
        module.exports = value;
        module.loaded = true;
        Module._cache[path] = module;
      }
    }
    return new ModuleRecord(url, 'json', new ModuleWrap(url, undefined, undefined, ['default'], function() {
      this.setExport('default', value);
    }));
  },

  'text'(loader, url, { source }) {
    const text = toText(source);
    const value = primordials.StringPrototypeCharCodeAt(text, 0) === 0xFEFF ? StringPrototypeSlice(text, 1) : text;
    return new ModuleRecord(url, 'text', new ModuleWrap(url, undefined, undefined, ['default'], function() {
      this.setExport('default', value);
    }));
  },

  'commonjs'(loader, url, loaded) {
    return commonJsRecord(loader, url, loaded);
  },

  'wasm'(loader, url, { source, path }) {
    const bytes = source ?? require('fs').readFileSync(path);
    return require('internal/modules/esm/wasm').wasmRecord(url, bytes);
  },

  'addon'(loader, url, { path }) {
    const { Module } = require('internal/modules/cjs/loader');
    const module = new Module(path);
    process.dlopen(module, path);
    return new ModuleRecord(url, 'addon', syntheticOf(url, module.exports, () => module.exports));
  },
};

function translate(loader, url, loaded) {
  const translator = translators[loaded.format];
  if (translator === undefined) {
    throw codedError('ERR_UNKNOWN_MODULE_FORMAT', `Unknown module format: ${loaded.format} for URL ${url}`);
  }
  if (loaded.isCustom && needsSource.has(loaded.format)) checkSource(loaded.source);
  return translator(loader, url, loaded);
}

const needsSource = new SafeSet(['json', 'module', 'module-typescript', 'text', 'wasm']);

// What load hooks gave as the text of a module.
function checkSource(source) {
  const { isAnyArrayBuffer, isArrayBufferView } = require('internal/util/types');
  if (typeof source === 'string' || isAnyArrayBuffer(source) || isArrayBufferView(source)) return;
  const { codes: { ERR_INVALID_RETURN_PROPERTY_VALUE } } = require('internal/errors');
  throw new ERR_INVALID_RETURN_PROPERTY_VALUE('string, array buffer, or typed array', 'load', 'source', source);
}

function toText(source) {
  if (typeof source === 'string') return source;
  return require('internal/modules/cjs/loader').toText(source);
}

function stripTypes(source, url) {
  return require('internal/modules/typescript').stripTypeScriptModuleTypes(source, url);
}

// --- Builtins ---------------------------------------------------------------------------------------------------------

const builtinWraps = new SafeMap(); // id -> {wrap, names}

function builtinWrap(id, url) {
  const known = builtinWraps.get(id);
  if (known !== undefined) return known.wrap;
  const exports = requireBuiltin(id);
  const names = [];
  for (const name of ObjectKeys(exports)) if (name !== 'default') ArrayPrototypePush(names, name);
  const wrap = new ModuleWrap(url, undefined, undefined, [...names, 'default'], () => setBuiltinExports(id));
  builtinWraps.set(id, { wrap, names });
  return wrap;
}

function setBuiltinExports(id) {
  const { wrap, names } = builtinWraps.get(id);
  const exports = requireBuiltin(id);
  for (let i = 0; i < names.length; i++) {
    let value;
    try { value = exports[names[i]]; } catch { /* a getter that is not available: the name stays undefined */ }
    wrap.setExport(names[i], value);
  }
  wrap.setExport('default', exports);
}

// module.syncBuiltinESMExports(): live bindings follow what was assigned to the builtins' exports.
function syncBuiltinExports() {
  for (const { 0: id, 1: { wrap } } of builtinWraps) {
    if (wrap.status() >= 2) setBuiltinExports(id);
  }
}

function syntheticOf(url, exports, evaluate) {
  const names = [];
  if (exports !== null && (typeof exports === 'object' || typeof exports === 'function')) {
    for (const name of ObjectKeys(exports)) if (name !== 'default') ArrayPrototypePush(names, name);
  }
  return new ModuleWrap(url, undefined, undefined, [...names, 'default', 'module.exports'], function() {
    const value = evaluate();
    for (const name of names) this.setExport(name, value?.[name]);
    this.setExport('default', value);
    this.setExport('module.exports', value);
  });
}

// --- CommonJS ---------------------------------------------------------------------------------------------------------

const lexed = new SafeMap(); // filename -> {exports: SafeSet, reexports: []}

// The names that the text of a CommonJS file assigns, with those it passes on from others.
function exportNames(filename, source, loader, seen) {
  const known = lexed.get(filename);
  if (known !== undefined) return known;
  const names = new SafeSet();
  lexed.set(filename, names);
  let parsed;
  try {
    parsed = require('internal/deps/cjs-module-lexer').parse(source ?? '');
  } catch {
    return names;
  }
  for (const name of parsed.exports) names.add(name);
  for (const reexport of parsed.reexports) {
    let resolved;
    const { Module, formatOf } = require('internal/modules/cjs/loader');
    try {
      const parent = new Module(filename);
      parent.filename = filename;
      parent.paths = Module._nodeModulePaths(parent.path);
      resolved = Module._resolveFilename(reexport, parent, false);
    } catch {
      continue;
    }
    const extension = StringPrototypeSlice(resolved, primordials.StringPrototypeLastIndexOf(resolved, '.'));
    if (userBuiltinId(resolved) !== undefined || extension === '.json' || extension === '.node') continue;
    if (extension === '.mjs' || formatOf(resolved) === 'module') continue;
    const text = binding.readSource(resolved);
    if (typeof text !== 'string') continue;
    for (const name of exportNames(resolved, text, loader)) names.add(name);
  }
  return names;
}

// A CommonJS module as seen by import: it runs when the importing module is evaluated.
function commonJsRecord(loader, url, { source, path: loadedPath, format }) {
  const filename = loadedPath ?? binding.fileUrlToPath(url) ?? url;
  const cjs = require('internal/modules/cjs/loader');
  const { Module } = cjs;
  const hasText = source !== null && source !== undefined;
  // With a query the same file is another module, outside of require's cache.
  const cached = /[?#]/.test(url) ? undefined : Module._cache[filename];
  let names;
  let text;
  if (cached?.loaded && cached.exports !== null && typeof cached.exports === 'object' && !hasText) {
    names = new SafeSet(ObjectKeys(cached.exports));
    for (const name of lexed.get(filename) ?? []) names.add(name);
  } else {
    text = hasText ? toText(source) : undefined;
    if (text === undefined) {
      text = binding.readSource(filename);
      if (typeof text !== 'string') text = require('fs').readFileSync(filename, 'utf8');
    }
    const plain = format === 'commonjs-typescript' ? stripTypes(text, filename) : text;
    names = exportNames(filename, plain, loader);
  }
  const list = [];
  for (const name of names) {
    if (name !== 'default' && name !== 'module.exports') ArrayPrototypePush(list, name);
  }
  ArrayPrototypePush(list, 'default', 'module.exports');
  const wrap = new ModuleWrap(url, undefined, undefined, list, function() {
    const exports = evaluateCommonJs(cjs, url, filename, hasText ? text : undefined, record, text);
    for (const name of list) {
      if (name === 'default' || name === 'module.exports') continue;
      let value;
      if (exports !== null && exports !== undefined && ObjectPrototypeHasOwnProperty(exports, name)) {
        try { value = exports[name]; } catch { /* as if it were not there */ }
      }
      this.setExport(name, value);
    }
    this.setExport('default', exports);
    this.setExport('module.exports', exports);
  });
  const record = new ModuleRecord(url, 'commonjs', wrap);
  return record;
}

// The require() of a module whose text hooks on their own thread gave.
function requireThroughHooks(cjs, module, url) {
  const { getLoader } = require('internal/modules/esm/loader');
  const loader = getLoader();
  const requireHere = cjs.makeRequireFunction(module);
  const hooked = function require(specifier) { return loader.requireThroughHooks(`${specifier}`, module, url); };
  hooked.resolve = function resolve(specifier, options) {
    let failure;
    let target = specifier;
    try {
      const path = cjs.Module._resolveFilename(specifier, module, false, options);
      if (path[0] === '/') target = binding.pathToFileUrl(path);
    } catch (error) {
      failure = error; // hooks may know better
    }
    try {
      const found = loader.resolve(target, url).url;
      return binding.fileUrlToPath(found) ?? found;
    } catch (error) {
      throw failure ?? error;
    }
  };
  hooked.resolve.paths = requireHere.resolve.paths;
  hooked.main = requireHere.main;
  hooked.extensions = requireHere.extensions;
  hooked.cache = requireHere.cache;
  return hooked;
}

// `text`: what a hook gave; `known`: what was read when the names were looked for.
function evaluateCommonJs(cjs, url, filename, text, record, known) {
  const { Module } = cjs;
  const isThroughHooks = text !== undefined && require('internal/modules/hooks_client').isActive();
  if (/[?#]/.test(url) || (text !== undefined && Module._cache[filename] === undefined)) {
    const module = new Module(filename);
    module.filename = filename;
    module.paths = Module._nodeModulePaths(module.path);
    if (record.isMain) cjs.setOwnMain(module);
    if (!/[?#]/.test(url)) Module._cache[filename] = module;
    if (isThroughHooks) cjs.hookedRequires.set(module, requireThroughHooks(cjs, module, url));
    module._compile(text ?? cjs.toText(binding.readSource(filename)), filename, 'commonjs');
    module.loaded = true;
    return module.exports;
  }
  if (known !== undefined) cjs.provideSource(filename, known);
  const exports = cjs.loadFile(filename, undefined, record.isMain);
  // What it exported when it had run, if it was changed since.
  const module = Module._cache[filename];
  const atLoad = module?.[cjs.kExportsAtLoad];
  if (atLoad === undefined) return exports;
  module[cjs.kExportsAtLoad] = undefined;
  return atLoad;
}

module.exports = { translate, syncBuiltinExports };
