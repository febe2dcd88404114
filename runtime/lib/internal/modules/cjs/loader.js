'use strict';

// CommonJS modules. Programs replace parts of Module (_load, _resolveFilename, _extensions, _findPath, wrap, ...), so
// that every step goes through its public name. Spec: Node 24, modules.md and module.md.

const {
  ArrayPrototypeIncludes, ArrayPrototypeIndexOf, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice,
  ArrayPrototypeUnshiftApply, Error, JSONParse, ObjectDefineProperty, ObjectFreeze, ObjectGetPrototypeOf,
  ObjectKeys, ObjectPrototypeHasOwnProperty, ObjectSetPrototypeOf, Proxy, ReflectApply, ReflectSet, SafeMap, SafeWeakMap,
  String, StringPrototypeEndsWith, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit,
  StringPrototypeStartsWith, Symbol,
} = primordials;

const binding = internalBinding('modules');
const { compileCommonJs, looksLikeModule, sourceMapUrl } = internalBinding('compile');
const { userBuiltinId, requireBuiltin, publicBuiltinIds, canBeRequiredByUsers } = require('internal/bootstrap/realm');
const { tracingOf } = require('internal/modules/diagnostics');
const { getOptionValue } = require('internal/options');
const { codedError, resolutionError } = require('internal/modules/errors');
const {
  dirname, makeRequireFunction, requireConditions, stripBOM, setHasStartedUserCJSExecution,
} = require('internal/modules/helpers');

// The exports when the module had run, which is what the first import of it sees.
const kExportsAtLoad = Symbol('kExportsAtLoad');
const kIsMainSymbol = Symbol('kIsMainSymbol');
const kFormat = Symbol('kFormat');
const kSource = Symbol('kSource');
const kParent = Symbol('parent');
const kIsExecuting = Symbol('kIsExecuting');
const kIsCachedByESMLoader = Symbol('kIsCachedByESMLoader');

// The module that first required a module, by module.
const parents = new SafeWeakMap();
// parent folder + request -> filename, for relative requests.
const relativeResolveCache = { __proto__: null };

let requireDepth = 0;
let isPreloading = false;

function updateChildren(parent, child, scan) {
  const children = parent?.children;
  if (children && !(scan && ArrayPrototypeIncludes(children, child))) ArrayPrototypePush(children, child);
}

function Module(id = '', parent) {
  this.id = id;
  this.path = dirname(id);
  ObjectDefineProperty(this, 'exports', {
    __proto__: null, value: {}, writable: true, enumerable: true, configurable: true,
  });
  parents.set(this, parent);
  updateChildren(parent, this, false);
  this.filename = null;
  this.loaded = false;
  this.children = [];
}

Module._cache = { __proto__: null };
Module._pathCache = { __proto__: null };
Module._extensions = { __proto__: null };
Module.globalPaths = [];

// process.binding-like views of builtins are not offered; their list is.
let builtinModules;
ObjectDefineProperty(Module, 'builtinModules', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() { return builtinModules ??= ObjectFreeze(publicBuiltinIds()); },
  set(value) { builtinModules = value; },
});
Module.isBuiltin = function isBuiltin(id) {
  return typeof id === 'string' && userBuiltinId(id) !== undefined;
};

ObjectDefineProperty(Module.prototype, 'constructor', {
  __proto__: null, get() { return Module; }, configurable: false, enumerable: false,
});
ObjectDefineProperty(Module.prototype, 'parent', {
  __proto__: null,
  configurable: true,
  enumerable: false,
  get() { return parents.get(this); },
  set(value) { parents.set(this, value); },
});
ObjectDefineProperty(Module.prototype, 'isPreloading', { __proto__: null, get() { return isPreloading; } });

// Programs that replace the wrapper get functions compiled from the text that it makes.
const wrapper = ['(function (exports, require, module, __filename, __dirname) { ', '\n});'];
let isWrapperPatched = false;
let wrap = function(script) {
  return Module.wrapper[0] + script + Module.wrapper[1];
};
const wrapperProxy = new Proxy(wrapper, {
  __proto__: null,
  set(target, property, value, receiver) {
    isWrapperPatched = true;
    return ReflectSet(target, property, value, receiver);
  },
  defineProperty(target, property, descriptor) {
    isWrapperPatched = true;
    return ObjectDefineProperty(target, property, descriptor);
  },
});
ObjectDefineProperty(Module, 'wrap', {
  __proto__: null,
  get() { return wrap; },
  set(value) {
    isWrapperPatched = true;
    wrap = value;
  },
});
ObjectDefineProperty(Module, 'wrapper', {
  __proto__: null,
  get() { return wrapperProxy; },
  set(value) {
    isWrapperPatched = true;
    ReflectApply(ObjectDefineProperty, undefined,
                 [Module, 'wrapper', { __proto__: null, value, writable: true, configurable: true, enumerable: true }]);
  },
  configurable: true,
});

function isRelative(request) {
  if (request[0] !== '.') return false;
  if (request.length === 1 || request[1] === '/') return true;
  return request[1] === '.' && (request.length === 2 || request[2] === '/');
}

// --- Resolution -------------------------------------------------------------------------------------------------------

Module._nodeModulePaths = function(from) {
  return binding.nodeModulesPaths(from[0] === '/' ? from : binding.resolvePath(from));
};

Module._resolveLookupPaths = function(request, parent) {
  if (userBuiltinId(request) !== undefined) return null;
  if (!isRelative(request)) {
    let paths;
    if (parent?.paths?.length) {
      paths = ArrayPrototypeSlice(globalModulePaths);
      ArrayPrototypeUnshiftApply(paths, parent.paths);
    } else {
      paths = globalModulePaths;
    }
    return paths.length > 0 ? paths : null;
  }
  // A relative request without a file that asks (in the REPL) starts in the working directory.
  if (!parent?.id || !parent.filename) return ['.'];
  return [dirname(parent.filename)];
};

function absolutePaths(paths) {
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i];
    if (path !== '' && path[0] !== '/') {
      const resolve = binding.resolvePath;
      const all = [];
      for (let k = 0; k < paths.length; k++) all[k] = paths[k] === '' ? '' : resolve(paths[k]);
      return all;
    }
  }
  return paths;
}

Module._findPath = function(request, paths, isMain, conditions = requireConditions()) {
  const isAbsolute = request[0] === '/';
  if (isAbsolute) paths = [''];
  else if (!paths || paths.length === 0) return false;
  const cacheKey = `${request}\x00${ArrayPrototypeJoin(paths, '\x00')}`;
  const entry = Module._pathCache[cacheKey];
  if (entry) return entry;
  const found = binding.findPath(request, absolutePaths(paths), ObjectKeys(Module._extensions), isMain === true, conditions);
  if (found === undefined) return false;
  if (typeof found !== 'string') throw resolutionError(found);
  Module._pathCache[cacheKey] = found;
  return found;
};

Module._resolveFilename = function(request, parent, isMain, options) {
  if (userBuiltinId(request) !== undefined) return request;
  const conditions = options?.conditions ?? requireConditions();
  let paths;
  if (typeof options === 'object' && options !== null) {
    if (options.paths === undefined) {
      paths = Module._resolveLookupPaths(request, parent);
    } else if (primordials.ArrayIsArray(options.paths)) {
      if (isRelative(request)) {
        paths = options.paths;
      } else {
        paths = [];
        for (const path of options.paths) {
          const fake = new Module('', null);
          fake.paths = Module._nodeModulePaths(path);
          for (const candidate of Module._resolveLookupPaths(request, fake)) {
            if (!ArrayPrototypeIncludes(paths, candidate)) ArrayPrototypePush(paths, candidate);
          }
        }
      }
    } else {
      const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
      throw new ERR_INVALID_ARG_VALUE('options.paths', options.paths);
    }
  } else {
    paths = Module._resolveLookupPaths(request, parent);
  }

  if (request[0] === '#' && (parent?.filename || parent?.id === '<repl>')) {
    const from = parent?.filename ?? `${process.cwd()}/`;
    const found = binding.requireImports(request, from, conditions);
    if (typeof found === 'string') return found;
    if (found !== undefined) throw resolutionError(found);
  }

  const parentPath = trySelfParentPath(parent);
  if (parentPath !== undefined && request[0] !== '.' && request[0] !== '/') {
    const self = binding.requireSelf(request, parentPath, conditions);
    if (self !== undefined) {
      if (typeof self !== 'string') throw resolutionError(self);
      return self;
    }
  }

  let filename;
  if (request[0] !== '.' && request[0] !== '/' && parentPath !== undefined && getOptionValue('--experimental-package-map')) {
    filename = binding.requireMapped(request, parentPath, ObjectKeys(Module._extensions), conditions);
    if (filename !== undefined && typeof filename !== 'string') throw resolutionError(filename);
  } else {
    filename = Module._findPath(request, paths, isMain, conditions);
  }
  if (filename) return filename;

  if (watchReport !== undefined && paths) {
    for (const path of isRelative(request) ? paths : request[0] === '/' ? [''] : []) {
      watchReport.reportMissing(path === '' ? request : binding.resolvePath(`${path}/${request}`), ObjectKeys(Module._extensions));
    }
  }
  const requireStack = [];
  for (let cursor = parent; cursor; cursor = parents.get(cursor)) {
    ArrayPrototypePush(requireStack, cursor.filename || cursor.id);
  }
  let message = `Cannot find module '${request}'`;
  if (requireStack.length > 0) message += `\nRequire stack:\n- ${ArrayPrototypeJoin(requireStack, '\n- ')}`;
  const error = new Error(message);
  error.code = 'MODULE_NOT_FOUND';
  error.requireStack = requireStack;
  throw error;
};

function trySelfParentPath(parent) {
  if (!parent) return undefined;
  if (parent.filename) return parent.filename;
  if (parent.id === '<repl>' || parent.id === 'internal/preload') {
    try { return `${process.cwd()}/`; } catch { return undefined; }
  }
  return undefined;
}

// --- Cycles -----------------------------------------------------------------------------------------------------------

const CircularRequirePrototypeWarningProxy = new Proxy({}, {
  __proto__: null,
  get(target, property) {
    // __esModule is what transpilers look at.
    if (property in target || property === '__esModule') return target[property];
    warnNonexistent(property);
    return undefined;
  },
  getOwnPropertyDescriptor(target, property) {
    if (ObjectPrototypeHasOwnProperty(target, property) || property === '__esModule') {
      return primordials.ObjectGetOwnPropertyDescriptor(target, property);
    }
    warnNonexistent(property);
    return undefined;
  },
});
function warnNonexistent(property) {
  process.emitWarning(`Accessing non-existent property '${String(property)}' of module exports inside circular dependency`);
}

// A module that is still running shows its unfinished exports, with a warning for what is not there yet.
function getExportsForCircularRequire(module) {
  const requiredESM = module[kRequiredESM];
  if (requiredESM && !requiredESM.isEvaluated) {
    let message = `Cannot require() ES Module ${module.id} in a cycle.`;
    const parent = parents.get(module);
    if (parent) message += ` (from ${parent.filename})`;
    message += ' A cycle involving require(esm) is not allowed to maintain invariants mandated by the ECMAScript ' +
               'specification. Try making at least part of the dependency in the graph lazily loaded.';
    throw codedError('ERR_REQUIRE_CYCLE_MODULE', message);
  }
  const { exports } = module;
  if (exports && typeof exports === 'object' && !require('internal/util/types').isProxy(exports) && !require('internal/modules/esm/record').isNamespace(exports) &&
      ObjectGetPrototypeOf(exports) === primordials.ObjectPrototype && !exports.__esModule) {
    ObjectSetPrototypeOf(exports, CircularRequirePrototypeWarningProxy);
  }
  return exports;
}
const kRequiredESM = Symbol('kRequiredESM');

// --- Loading ----------------------------------------------------------------------------------------------------------

Module._load = function(request, parent, isMain) {
  let relativeKey;
  if (parent) {
    relativeKey = `${parent.path}\x00${request}`;
    const cachedName = relativeResolveCache[relativeKey];
    if (cachedName !== undefined) {
      const cached = Module._cache[cachedName];
      if (cached !== undefined) {
        updateChildren(parent, cached, true);
        if (!cached.loaded) return getExportsForCircularRequire(cached);
        return cached.exports;
      }
      delete relativeResolveCache[relativeKey];
    }
  }

  const hooks = getHooks();
  let resolved;
  let url;
  let format;
  if (hooks !== undefined) {
    ({ filename: resolved, url, format } = hooks.resolveForRequire(request, parent, isMain));
  } else if (StringPrototypeStartsWith(request, 'node:')) {
    const id = StringPrototypeSlice(request, 5);
    if (!canBeRequiredByUsers(id)) {
      throw codedError('ERR_UNKNOWN_BUILTIN_MODULE', `No such built-in module: ${request}`);
    }
    return requireBuiltinForUser(id);
  } else {
    resolved = Module._resolveFilename(request, parent, isMain);
  }
  if (StringPrototypeStartsWith(resolved, 'node:')) {
    const id = StringPrototypeSlice(resolved, 5);
    if (!canBeRequiredByUsers(id)) {
      throw codedError('ERR_UNKNOWN_BUILTIN_MODULE', `No such built-in module: ${resolved}`);
    }
    return loadBuiltin(id, resolved, format, parent, resolved);
  }
  return loadFile(resolved, parent, isMain, relativeKey, url, format);
};

let watchReport; // under --watch, see internal/modules/watch_report

// What `filename` is, resolved: from the cache, a builtin, or run now.
function loadFile(filename, parent, isMain, relativeKey, url, format) {
  const cachedModule = Module._cache[filename];
  if (cachedModule !== undefined) {
    updateChildren(parent, cachedModule, true);
    if (cachedModule.loaded) return cachedModule.exports;
    if (!cachedModule[kIsCachedByESMLoader]) return getExportsForCircularRequire(cachedModule);
    if (cachedModule[kIsExecuting]) return cachedModule.exports;
    cachedModule[kIsExecuting] = true;
    // import found it first; it runs now.
    runModule(cachedModule, filename, parent, isMain, relativeKey);
    return cachedModule.exports;
  }
  const builtin = userBuiltinId(filename);
  if (builtin !== undefined) return loadBuiltin(builtin, `node:${builtin}`, format, parent, filename);

  if (watchReport !== undefined) watchReport.reportFile(filename);
  const module = new Module(filename, parent);
  if (isMain) {
    setOwnMain(module);
  }
  if (url !== undefined) module[kURL] = url;
  if (format !== undefined) module[kFormat] = format;
  Module._cache[filename] = module;
  if (relativeKey !== undefined) relativeResolveCache[relativeKey] = filename;
  runModule(module, filename, parent, isMain, relativeKey);
  return module.exports;
}

// A builtin, unless a hook puts a module of its own in its place, for each name that it is asked for by.
function loadBuiltin(id, url, format, parent, name) {
  const hooks = getHooks();
  if (hooks === undefined || !hooks.hasLoad) return requireBuiltinForUser(id);
  const known = Module._cache[name];
  if (known !== undefined) return known.exports;
  const loaded = hooks.loadForRequire(url, format ?? 'builtin');
  if (loaded.format === 'builtin') return requireBuiltinForUser(id);
  const replacement = new Module(url, parent);
  replacement.filename = url;
  replacement.paths = [];
  Module._cache[name] = replacement;
  if (loaded.format === 'json') replacement.exports = primordials.JSONParse(toText(loaded.source));
  else replacement._compile(toText(loaded.source), url, loaded.format);
  replacement.loaded = true;
  return replacement.exports;
}

const kURL = Symbol('kURL');

function setOwnMain(module) {
  process.mainModule = module;
  module[kIsMainSymbol] = true;
  module.id = '.';
}

function runModule(module, filename, parent, isMain, relativeKey) {
  let failed = true;
  try {
    module.load(filename);
    failed = false;
  } finally {
    if (failed) {
      delete Module._cache[filename];
      if (relativeKey !== undefined) {
        delete relativeResolveCache[relativeKey];
        const children = parent?.children;
        if (primordials.ArrayIsArray(children)) {
          const index = ArrayPrototypeIndexOf(children, module);
          if (index !== -1) primordials.ArrayPrototypeSplice(children, index, 1);
        }
      }
    } else if (module.exports && typeof module.exports === 'object' && !require('internal/util/types').isProxy(module.exports) &&
               ObjectGetPrototypeOf(module.exports) === CircularRequirePrototypeWarningProxy) {
      ObjectSetPrototypeOf(module.exports, primordials.ObjectPrototype);
    }
  }
}

function requireBuiltinForUser(id) {
  return requireBuiltin(id);
}

function findLongestRegisteredExtension(filename) {
  const name = StringPrototypeSlice(filename, primordials.StringPrototypeLastIndexOf(filename, '/') + 1);
  let start = 0;
  let index;
  while ((index = StringPrototypeIndexOf(name, '.', start)) !== -1) {
    start = index + 1;
    if (index === 0) continue; // dot files have no extension
    const extension = StringPrototypeSlice(name, index);
    if (Module._extensions[extension]) return extension;
  }
  return '.js';
}

Module.prototype.load = function(filename) {
  if (this.loaded) throw new Error('Module already loaded');
  this.filename ??= filename;
  this.paths ??= Module._nodeModulePaths(dirname(filename));
  const extension = findLongestRegisteredExtension(filename);
  if (getOptionValue('--strip-types') && extension === '.js' && this[kFormat] === undefined) {
    const ts = StringPrototypeEndsWith(filename, '.cts') ? '.cts' : undefined;
    if (ts !== undefined && Module._extensions[ts]) {
      Module._extensions[ts](this, filename);
      this.loaded = true;
      return;
    }
  }
  Module._extensions[extension](this, filename);
  this.loaded = true;
  this[kExportsAtLoad] = this.exports;
};

Module.prototype.require = function(id) {
  if (typeof id !== 'string') {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('id', 'string', id);
  }
  if (id === '') {
    const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_VALUE('id', id, 'must be a non-empty string');
  }
  if (requireDepth++ === 0) binding.rememberFiles(true);
  try {
    const channel = tracingOf('module.require');
    if (channel !== undefined) {
      return channel.traceSync(Module._load, { __proto__: null, parentFilename: this.filename, id }, Module, id, this, false);
    }
    return Module._load(id, this, false);
  } finally {
    if (--requireDepth === 0) binding.rememberFiles(false);
  }
};

// --- Compiling --------------------------------------------------------------------------------------------------------

// The module's function, or undefined when the text is an ES module and `format` leaves that open.
function wrapSafe(filename, content, mod, format) {
  if (isWrapperPatched) {
    const wrapped = Module.wrap(content);
    const { Script } = require('vm');
    const script = new Script(wrapped, {
      filename, importModuleDynamically: require('internal/vm').internalLoader,
    });
    return script.runInThisContext({ displayErrors: true });
  }
  let compiled;
  try {
    const cache = compileCache;
    compiled = cache !== undefined ? cache.compileCommonJs(content, filename) :
      compileCommonJs(content, filename, undefined);
  } catch (error) {
    // What require() finds can only be an ES module where it may be one.
    const isMain = mod?.[kIsMainSymbol] === true;
    if (format !== 'commonjs' && getOptionValue('--experimental-detect-module') &&
        (isMain || getOptionValue('--require-module')) && error !== null &&
        typeof error === 'object' && looksLikeModule(content, filename, String(error.message))) {
      return undefined;
    }
    if (process.mainModule === mod || format === 'commonjs') enrichCommonJsError(error, filename);
    throw error;
  }
  if (getOptionValue('--enable-source-maps')) {
    const url = sourceMapUrl(compiled);
    if (url !== undefined) {
      require('internal/source_map/source_map_cache').maybeCacheSourceMap(filename, content, mod, false, undefined, url);
    }
  }
  return compiled;
}

// A hint for those who write ES modules into files that are said to be CommonJS.
function enrichCommonJsError(error, filename) {
  if (error?.name !== 'SyntaxError') return;
  const { message } = error;
  if (message === 'Cannot use import statement outside a module' || StringPrototypeStartsWith(message, "Unexpected token 'export'")) {
    // The process ends before the next turn.
    require('internal/process/warning').emitWarningSync(
      `Failed to load the ES module: ${filename}. Make sure to set "type": "module" in the nearest package.json file ` +
      'or use the .mjs extension.');
  }
}

// The require() of modules whose text came from hooks on their own thread, by module.
const hookedRequires = new SafeWeakMap();

// Node's on-disk cache of compiled code, when it is on; see internal/modules/compile_cache.
let compileCache;

Module.prototype._compile = function(content, filename, format) {
  let compiledWrapper;
  if (format === 'module') {
    loadESMFromCJS(this, filename, format, content);
    return undefined;
  }
  if (format === 'commonjs-typescript' || format === 'module-typescript' || format === 'typescript') {
    const { stripTypeScriptModuleTypes } = require('internal/modules/typescript');
    content = stripTypeScriptModuleTypes(content, filename);
    if (format === 'commonjs-typescript') format = 'commonjs';
    else if (format === 'module-typescript') format = 'module';
    else format = undefined;
    if (format === 'module') {
      loadESMFromCJS(this, filename, format, content);
      return undefined;
    }
  }
  compiledWrapper = wrapSafe(filename, content, this, format);
  if (compiledWrapper === undefined) {
    warnTypeless(filename);
    loadESMFromCJS(this, filename, 'module', content);
    return undefined;
  }
  if (requireDepth === 0) binding.rememberFiles(true);
  setHasStartedUserCJSExecution();
  const requireHere = hookedRequires.get(this) ?? makeRequireFunction(this);
  this[kIsExecuting] = true;
  const { exports } = this;
  let result;
  requireDepth++;
  try {
    const values = [exports, requireHere, this, filename, dirname(filename)];
    if (this === process.mainModule && getOptionValue('--inspect-brk')) {
      result = internalBinding('inspector').callAndPauseOnStart(compiledWrapper, exports, ...values);
    } else {
      result = ReflectApply(compiledWrapper, exports, values);
    }
  } finally {
    if (--requireDepth === 0) binding.rememberFiles(false);
  }
  this[kIsExecuting] = false;
  return result;
};
const typelessWarned = new SafeMap();
// ES module syntax in a file whose package.json does not tell: it was parsed twice.
function warnTypeless(filename) {
  if (primordials.StringPrototypeIncludes(filename, '/node_modules/')) return;
  const scope = binding.packageScope(filename);
  const path = scope[1];
  if (typelessWarned.has(path ?? filename)) return;
  typelessWarned.set(path ?? filename, true);
  if (path === undefined) return;
  process.emitWarning(
    `Module type of ${binding.pathToFileUrl(filename)} is not specified and it doesn't parse as CommonJS.\n` +
    'Reparsing as ES module because module syntax was detected. This incurs a performance overhead.\n' +
    `To eliminate this warning, add "type": "module" to ${path}.`,
    { type: 'Warning', code: 'MODULE_TYPELESS_PACKAGE_JSON' });
}

// require() of an ES module: its namespace, synchronously.
function loadESMFromCJS(mod, filename, format, source) {
  const { getLoader } = require('internal/modules/esm/loader');
  const loader = getLoader();
  if (mod[kIsMainSymbol]) {
    setOwnUndefinedMain();
    mod.exports = undefined;
    require('internal/modules/run_main').runEntryPointWithESMLoader(
      () => loader.importMain(binding.pathToFileUrl(filename), { source, format: 'module' }));
    return;
  }
  const parent = parents.get(mod);
  if (getOptionValue('--trace-require-module')) warnOfRequiredModule(filename, parent);
  const required = loader.requireModule(mod, filename, source, parent);
  mod[kRequiredESM] = required;
  mod.exports = exportsOfRecord(required);
}

// What require() gives for an evaluated ES module.
function exportsOfRecord(record) {
  const { namespace } = record;
  if (ObjectPrototypeHasOwnProperty(namespace, 'module.exports')) return namespace['module.exports'];
  if (!ObjectPrototypeHasOwnProperty(namespace, 'default') || ObjectPrototypeHasOwnProperty(namespace, '__esModule')) {
    return namespace;
  }
  // Transpiled code looks at __esModule before it takes `default`.
  return require('internal/modules/esm/loader').getLoader().facadeFor(record);
}
// --trace-require-module: what require() takes for CommonJS is said once.
function warnOfRequiredModule(filename, parent) {
  const from = parent?.filename;
  const inPackage = typeof from === 'string' && primordials.StringPrototypeIncludes(from, '/node_modules/');
  if (inPackage && getOptionValue('--trace-require-module') === 'no-node-modules') return;
  const who = from ? `CommonJS module ${from}` : 'require()';
  require('internal/util').emitExperimentalWarning('Support for loading ES Module in require()',
                                                   `${who} is loading ES Module ${filename} using require().\n`,
                                                   undefined, Module.prototype.require);
}

function setOwnUndefinedMain() {
  ObjectDefineProperty(process, 'mainModule', {
    __proto__: null, value: undefined, writable: true, enumerable: true, configurable: true,
  });
}

// The module's text: from a hook, or the disk.
function loadSource(mod, filename, formatFromNode) {
  if (mod[kFormat] === undefined) mod[kFormat] = formatFromNode;
  const hooks = getHooks();
  if (hooks?.hasLoad) {
    const { source, format } = hooks.loadForRequire(mod[kURL] ?? binding.pathToFileUrl(filename), mod[kFormat], mod);
    mod[kFormat] = format;
    return { source, format };
  }
  return { source: takeSource(filename) ?? readText(filename), format: mod[kFormat] };
}

// Text that import has read already, for the require() that follows.
const providedSources = new SafeMap();
function provideSource(filename, source) { providedSources.set(filename, source); }
function takeSource(filename) {
  if (providedSources.size === 0) return undefined;
  const source = providedSources.get(filename);
  providedSources.delete(filename);
  return source;
}

function readText(filename) {
  const source = binding.readSource(filename);
  if (typeof source !== 'number') return source;
  // fs makes the error that everyone expects.
  return stripBOM(require('fs').readFileSync(filename, 'utf8'));
}

// What package.json and extension say: 'commonjs', 'module', or undefined when the text decides.
function formatOf(filename) {
  if (StringPrototypeEndsWith(filename, '.cjs')) return 'commonjs';
  if (StringPrototypeEndsWith(filename, '.mjs')) return 'module';
  if (!StringPrototypeEndsWith(filename, '.js')) return undefined;
  const type = binding.packageType(filename);
  if (typeof type !== 'string') throw resolutionError(type);
  return type === 'none' ? undefined : type;
}

Module._extensions['.js'] = function(module, filename) {
  const { source, format } = loadSource(module, filename, formatOf(filename));
  if (format === 'module' && !getOptionValue('--require-module')) {
    throw requireEsmError(module, filename, toText(source));
  }
  module._compile(typeof source === 'string' ? source : toText(source), filename, format);
};

function toText(source) {
  if (source === null || source === undefined) return '';
  return typeof source === 'string' ? source : require('buffer').Buffer.from(source).toString();
}

function requireEsmError(module, filename, source) {
  const parent = parents.get(module)?.filename ?? undefined;
  const packageJson = StringPrototypeEndsWith(filename, '.js') ? binding.packageScope(filename)[1] : undefined;
  let hasEsmSyntax = false;
  try {
    compileCommonJs(source, filename, undefined);
  } catch {
    hasEsmSyntax = true;
  }
  const { codes: { ERR_REQUIRE_ESM } } = require('internal/errors');
  return new ERR_REQUIRE_ESM(filename, hasEsmSyntax, parent, packageJson);
}

Module._extensions['.json'] = function(module, filename) {
  const { source } = loadSource(module, filename, 'json');
  const content = typeof source === 'string' ? source : toText(source);
  try {
    module.exports = JSONParse(stripBOM(content));
  } catch (error) {
    error.message = `${filename}: ${error.message}`;
    throw error;
  }
};

Module._extensions['.node'] = function(module, filename) {
  return process.dlopen(module, require('path').toNamespacedPath(filename));
};

// TypeScript files are loaded where stripping types is on, but not searched for.
function installTypeScript() {
  if (!getOptionValue('--strip-types')) return;
  const define = (extension, formatFor) => {
    ObjectDefineProperty(Module._extensions, extension, {
      __proto__: null,
      configurable: true,
      enumerable: true,
      writable: true,
      value(module, filename) {
        const { source, format } = loadSource(module, filename, formatFor(filename));
        module._compile(typeof source === 'string' ? source : toText(source), filename, format);
      },
    });
  };
  define('.cts', () => 'commonjs-typescript');
  define('.mts', () => 'module-typescript');
  define('.ts', (filename) => {
    const type = binding.packageType(filename);
    if (type === 'module') return 'module-typescript';
    return type === 'commonjs' ? 'commonjs-typescript' : 'typescript';
  });
}

// --- createRequire and the rest ---------------------------------------------------------------------------------------

Module.createRequire = function createRequire(filename) {
  let path;
  const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
  const expected = 'must be a file URL object, file URL string, or absolute path string';
  const { isURL, fileURLToPath } = require('internal/url');
  if (isURL(filename) || (typeof filename === 'string' && filename[0] !== '/')) {
    try {
      path = fileURLToPath(filename);
    } catch {
      throw new ERR_INVALID_ARG_VALUE('filename', filename, expected);
    }
  } else if (typeof filename === 'string') {
    path = filename;
  } else {
    throw new ERR_INVALID_ARG_VALUE('filename', filename, expected);
  }
  const url = typeof filename === 'string' && filename[0] === '/' ? undefined : `${filename}`;
  // A folder stands for a file in it.
  const proxyPath = StringPrototypeEndsWith(path, '/') ? `${path}noop.js` : path;
  const module = new Module(proxyPath);
  module.filename = proxyPath;
  module.paths = Module._nodeModulePaths(module.path);
  if (url !== undefined) module[kURL] = url;
  return makeRequireFunction(module);
};

let globalModulePaths = [];
Module._initPaths = function() {
  const { HOME, NODE_PATH } = process.env;
  const paths = [];
  if (getOptionValue('--global-search-paths')) {
    const prefix = dirname(dirname(process.execPath));
    paths.push(`${prefix}/lib/node`);
    if (HOME) {
      paths.unshift(`${HOME}/.node_modules`, `${HOME}/.node_libraries`);
    }
    if (NODE_PATH) {
      for (const path of StringPrototypeSplit(NODE_PATH, ':').reverse()) if (path) paths.unshift(path);
    }
  }
  globalModulePaths = paths;
  Module.globalPaths = ArrayPrototypeSlice(paths);
};

Module._preloadModules = function(requests) {
  if (!primordials.ArrayIsArray(requests)) return;
  isPreloading = true;
  // They are required as from a file in the working directory.
  const parent = new Module('internal/preload', null);
  try {
    parent.paths = Module._nodeModulePaths(process.cwd());
  } catch (error) {
    if (error.code !== 'ENOENT') {
      isPreloading = false;
      throw error;
    }
  }
  for (const request of requests) parent.require(request);
  isPreloading = false;
};

Module.syncBuiltinESMExports = function syncBuiltinESMExports() {
  require('internal/modules/esm/translators').syncBuiltinExports();
};

function deprecateParent() {
  const { deprecate } = require('internal/util');
  const text = 'module.parent is deprecated due to accuracy issues. Please use require.main to find program entry point instead.';
  ObjectDefineProperty(Module.prototype, 'parent', {
    __proto__: null,
    configurable: true,
    enumerable: false,
    get: deprecate(function() { return parents.get(this); }, text, 'DEP0144'),
    set: deprecate(function(value) { parents.set(this, value); }, text, 'DEP0144'),
  });
}

// Hooks of module.registerHooks(), when there are any.
function getHooks() { return activeHooks; }
let activeHooks;
function setHooks(hooks) { activeHooks = hooks; }

function initializeCJS() {
  if (getOptionValue('--pending-deprecation')) deprecateParent();
  Module._initPaths();
  installTypeScript();
}

// 0 for a file, 1 for a folder, negative for what is not there.
Module._stat = function stat(path) { return binding.stat(path); };
Module.runMain = function(main = process.argv[1]) {
  return require('internal/modules/run_main').executeUserEntryPoint(main);
};
Module.Module = Module;
Module._debug = () => {};

module.exports = {
  Module,
  kExportsAtLoad,
  hookedRequires,
  kFormat,
  kIsMainSymbol,
  kIsCachedByESMLoader,
  kIsExecuting,
  kRequiredESM,
  kSource,
  kURL,
  exportsOfRecord,
  formatOf,
  getHooks,
  initializeCJS,
  makeRequireFunction,
  loadESMFromCJS,
  loadFile,
  parents,
  provideSource,
  setHooks,
  setCompileCache(cache) { compileCache = cache; },
  setOwnMain,
  setWatchReport(report) { watchReport = report; },
  toText,
  warnTypeless,
  wrapSafe,
};
