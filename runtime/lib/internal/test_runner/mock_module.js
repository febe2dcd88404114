'use strict';

// mock.module(): other exports for a module, for require() and import alike, while the mock lasts.
// Spec: Node 24, test.md, "mock.module(specifier[, options])".
//
// Hooks of the loaders send what resolves to a mocked module to a URL of our own, whose source takes its values from here.

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } } = require('internal/errors');
const { validateBoolean, validateObject, validateString } = require('internal/validators');
const { isURL, pathToFileURL } = require('internal/url');

const kScheme = 'mock-facade:';
// Under which the sources find their values on node:test.
const kValues = Symbol.for('nodejs.test.mock.values');

const active = new Map(); // URL of a module -> MockModuleContext
const facades = new Map(); // URL of ours -> MockModuleContext
let hooks;
let lastId = 0;

// The values as getters, so that each load of the mock reads them anew.
function readExports(options) {
  const { exports: given, namedExports } = options;
  if (given !== undefined) {
    validateObject(given, 'options.exports');
    for (const name of ['namedExports', 'defaultExport']) {
      if (name in options) {
        throw new ERR_INVALID_ARG_VALUE('options.exports', given, `cannot be used with 'options.${name}'`);
      }
    }
    return {
      hasDefault: 'default' in given, readDefault: () => given.default,
      names: Object.keys(given).filter((name) => name !== 'default'), named: given,
    };
  }
  if (namedExports !== undefined) validateObject(namedExports, 'options.namedExports');
  const named = namedExports ?? {};
  return {
    hasDefault: 'defaultExport' in options, readDefault: () => options.defaultExport, names: Object.keys(named), named,
  };
}

class MockModuleContext {
  #urls; // of the module, as import and as require() find it
  #format;
  #cache;
  #exports;
  #facadeUrls = { __proto__: null }; // 'import' or 'require' -> the URL in use, when the mock is cached
  #made = [];
  #replaced = new Map(); // file -> the module that was in require()'s cache

  constructor(urls, format, cache, exported) {
    this.#urls = urls;
    this.#format = format;
    this.#cache = cache;
    this.#exports = exported;
    for (const url of urls) active.set(url, this);
    this.#hideOriginals();
  }

  restore() {
    if (this.#urls === undefined) return;
    const { Module } = require('internal/modules/cjs/loader');
    for (const url of this.#urls) active.delete(url);
    for (const url of this.#made) {
      facades.delete(url);
      delete Module._cache[url];
    }
    for (const { 0: file, 1: module } of this.#replaced) Module._cache[file] = module;
    this.#urls = undefined;
    if (active.size === 0) {
      hooks.deregister();
      hooks = undefined;
    }
  }

  // What require() has in its cache it would not resolve again.
  #hideOriginals() {
    const { Module } = require('internal/modules/cjs/loader');
    for (const url of this.#urls) {
      if (!url.startsWith('file:')) continue;
      const file = require('internal/url').fileURLToPath(url);
      const module = Module._cache[file];
      if (module === undefined) continue;
      this.#replaced.set(file, module);
      delete Module._cache[file];
    }
  }

  static facadeOf(context, system) { return context.#facadeOf(system); }
  #facadeOf(system) {
    const known = this.#facadeUrls[system];
    if (known !== undefined) return known;
    const url = `${kScheme}${++lastId}/${system}/${this.#urls[0]}`;
    facades.set(url, this);
    this.#made.push(url);
    if (this.#cache) this.#facadeUrls[system] = url;
    return url;
  }

  static load(context, url) { return context.#load(url); }
  #load(url) {
    const from = `process.getBuiltinModule('node:test')[Symbol.for('${kValues.description}')](${JSON.stringify(url)})`;
    if (url.slice(kScheme.length).split('/', 2)[1] === 'require') {
      const forget = this.#cache ? '' : 'delete require.cache[module.id];';
      return { __proto__: null, format: 'commonjs', source: `${forget}module.exports = ${from};`, shortCircuit: true };
    }
    const { hasDefault, readDefault, names } = this.#exports;
    if (this.#format === 'json') {
      return { __proto__: null, format: 'json', source: JSON.stringify(hasDefault ? readDefault() : {}), shortCircuit: true };
    }
    const isScript = this.#format !== 'module';
    let source = `const values = ${from};`;
    if (hasDefault || isScript) source += 'export default values.default;';
    names.forEach((name, i) => { source += `const $${i} = values.named[${i}]; export { $${i} as ${JSON.stringify(name)} };`; });
    return { __proto__: null, format: 'module', source, shortCircuit: true };
  }

  static valuesOf(context, url) { return context.#valuesOf(url); }
  #valuesOf(url) {
    const { hasDefault, readDefault, names, named } = this.#exports;
    const isRequire = url.slice(kScheme.length).split('/', 2)[1] === 'require';
    if (!isRequire && this.#format === 'module') {
      return { default: hasDefault ? readDefault() : undefined, named: names.map((name) => named[name]) };
    }
    const value = hasDefault ? readDefault() : {};
    const canHold = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (names.length > 0 && !canHold) {
      throw new Error('Cannot create mock because named exports cannot be applied to the provided default export.');
    }
    for (const name of names) {
      Object.defineProperty(value, name, { __proto__: null, ...Object.getOwnPropertyDescriptor(named, name) });
    }
    return isRequire ? value : { default: value, named: names.map((name) => named[name]) };
  }
}
const { facadeOf, load, valuesOf } = MockModuleContext;
for (const name of ['facadeOf', 'load', 'valuesOf']) delete MockModuleContext[name];

function install() {
  if (hooks !== undefined) return;
  Object.defineProperty(require('test'), kValues, {
    __proto__: null, configurable: true, enumerable: false, value: (url) => valuesOf(facades.get(url), url),
  });
  hooks = require('internal/modules/customization_hooks').registerHooks({
    resolve(specifier, context, next) {
      const isRequire = context.conditions.includes('require');
      if (isRequire && specifier.startsWith('file:')) {
        // require() takes no URLs: this throws.
        require('internal/modules/cjs/loader').Module._resolveFilename(specifier);
      }
      const resolved = next(specifier, context);
      const mock = active.get(withoutQuery(resolved.url));
      if (mock === undefined) return resolved;
      const system = isRequire ? 'require' : 'import';
      return { __proto__: null, url: facadeOf(mock, system), format: undefined, shortCircuit: true };
    },
    load(url, context, next) {
      const mock = facades.get(url);
      return mock === undefined ? next(url, context) : load(mock, url);
    },
  });
}

function withoutQuery(url) { return url.replace(/[?#].*$/s, ''); }

// The URLs by which import and require() know the module that `specifier` names for the file `parent`.
function resolveBoth(specifier, parent) {
  const { getLoader, cwdUrl } = require('internal/modules/esm/loader');
  const { Module } = require('internal/modules/cjs/loader');
  const { userBuiltinId } = require('internal/bootstrap/realm');
  const builtin = userBuiltinId(specifier);
  if (builtin !== undefined) return [`node:${builtin}`];
  const parentURL = parent === undefined ? cwdUrl() : pathToFileURL(parent).href;
  const urls = [];
  let failure;
  try {
    urls.push(withoutQuery(getLoader().resolveDefault(specifier, parentURL)));
  } catch (error) {
    failure = error;
  }
  if (!specifier.startsWith('file:') && parent !== undefined) {
    try {
      const url = pathToFileURL(Module.createRequire(parent).resolve(specifier)).href;
      if (!urls.includes(url)) urls.push(url);
    } catch (error) {
      failure ??= error;
    }
  }
  if (urls.length === 0) throw failure;
  return urls;
}

// parent: the file that asks.
function mockModule(specifier, options = { __proto__: null }, parent) {
  if (typeof specifier !== 'string') {
    if (!isURL(specifier)) throw new ERR_INVALID_ARG_TYPE('specifier', ['string', 'URL'], specifier);
    specifier = `${specifier}`;
  }
  validateString(specifier, 'specifier');
  validateObject(options, 'options');
  const { cache = false } = options;
  validateBoolean(cache, 'options.cache');
  const exported = readExports(options);
  const urls = resolveBoth(specifier, parent);
  for (const url of urls) {
    if (active.has(url)) throw new ERR_INVALID_STATE(`Cannot mock '${specifier}'. The module is already mocked.`);
  }
  const format = formatOf(urls[0]);
  install();
  return new MockModuleContext(urls, format, cache, exported);
}

function formatOf(url) {
  if (url.startsWith('node:')) return 'builtin';
  if (url.endsWith('.json')) return 'json';
  return require('internal/modules/esm/loader').getLoader().loadDefault(url).format;
}

module.exports = { mockModule };
