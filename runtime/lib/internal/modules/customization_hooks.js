'use strict';

// module.registerHooks(): functions that take part in resolving and loading, in the order last registered first. They
// run on this thread, for require() and import alike; hooks of module.register() come after them, and for import alone.
// Spec: Node 24, module.md, "Customization hooks".

const {
  ArrayPrototypeFilter, ArrayPrototypePush, StringPrototypeEndsWith, StringPrototypeSlice, StringPrototypeStartsWith,
} = primordials;
const binding = internalBinding('modules');
const { codedError } = require('internal/modules/errors');
const { importConditions, requireConditions } = require('internal/modules/helpers');
const elsewhere = require('internal/modules/hooks_client');

let registered = [];

class ModuleHooks {
  constructor(resolve, load) {
    this.resolve = resolve;
    this.load = load;
  }
  deregister() {
    registered = ArrayPrototypeFilter(registered, (hooks) => hooks !== this);
    install();
  }
}

function registerHooks(hooks) {
  const { validateFunction } = require('internal/validators');
  const { resolve, load } = hooks;
  if (resolve !== undefined) validateFunction(resolve, 'hooks.resolve');
  if (load !== undefined) validateFunction(load, 'hooks.load');
  const made = new ModuleHooks(resolve, load);
  ArrayPrototypePush(registered, made);
  install();
  return made;
}

// With no hooks the loaders do not even ask.
function install() {
  const cjs = require('internal/modules/cjs/loader');
  const { getLoader } = require('internal/modules/esm/loader');
  const active = registered.length === 0 ? undefined : chain;
  chain.hasLoad = elsewhere.isActive() || registered.some((hooks) => hooks.load !== undefined);
  cjs.setHooks(active);
  getLoader().hooks = elsewhere.isActive() ? chain : active;
}

// Calls the hooks' `name`, the last registered first, then `last`.
function run(name, argument, context, last, check) {
  const functions = [];
  for (const hooks of registered) if (hooks[name] !== undefined) ArrayPrototypePush(functions, hooks[name]);
  let index = functions.length;
  function callNext(given, merged) {
    if (index === 0) return last(given, merged);
    const at = --index;
    let calledNext = false;
    const result = functions[at](given, merged, (nextArgument = given, nextContext) => {
      calledNext = true;
      const outer = index;
      index = at;
      try {
        return callNext(nextArgument, { ...merged, ...nextContext });
      } finally {
        index = outer;
      }
    });
    check(result, calledNext, name);
    return result;
  }
  return callNext(argument, context);
}

function invalid(property, kind, hook, value) {
  const { codes: { ERR_INVALID_RETURN_PROPERTY_VALUE } } = require('internal/errors');
  return new ERR_INVALID_RETURN_PROPERTY_VALUE(kind, hook, property, value);
}

function checkResolved(result, calledNext) {
  const { codes: { ERR_INVALID_RETURN_VALUE } } = require('internal/errors');
  if (typeof result !== 'object' || result === null) throw new ERR_INVALID_RETURN_VALUE('an object', 'resolve() hook', result);
  if (!calledNext && !result.shortCircuit) throw invalid('shortCircuit', 'true', 'resolve', result.shortCircuit);
  if (typeof result.url !== 'string') throw invalid('url', 'a URL string', 'resolve', result.url);
}

function checkLoaded(result, calledNext) {
  const { codes: { ERR_INVALID_RETURN_VALUE } } = require('internal/errors');
  if (typeof result !== 'object' || result === null) throw new ERR_INVALID_RETURN_VALUE('an object', 'load() hook', result);
  if (!calledNext && !result.shortCircuit) throw invalid('shortCircuit', 'true', 'load', result.shortCircuit);
  const { source } = result;
  if (source !== null && source !== undefined && typeof source !== 'string' && !ArrayBuffer.isView(source) &&
      !(source instanceof ArrayBuffer)) {
    throw invalid('source', 'a string, an ArrayBuffer, or a TypedArray', 'load', source);
  }
}

// A module that is no builtin has a text.
function checkSource(result) {
  if (result.format !== 'builtin' && (result.source === null || result.source === undefined)) {
    throw invalid('source', 'a string, an ArrayBuffer, or a TypedArray', 'load', result.source);
  }
  return result;
}

// What hooks left of the conditions; without any, the defaults hold.
function checkConditions(conditions, defaults) {
  if (conditions === undefined) return defaults;
  if (primordials.ArrayIsArray(conditions)) return conditions;
  const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
  throw new ERR_INVALID_ARG_VALUE('context.conditions', conditions, 'must be an array');
}

function toUrl(filename) {
  return filename[0] === '/' ? binding.pathToFileUrl(filename) : filename;
}

const chain = {
  hasLoad: false,

  // {filename, url, format} of a require().
  resolveForRequire(request, parent, isMain, options) {
    const { Module, kURL } = require('internal/modules/cjs/loader');
    const { userBuiltinId } = require('internal/bootstrap/realm');
    let fromDefault;
    const context = {
      parentURL: parent?.[kURL] ?? (parent?.filename ? toUrl(parent.filename) : undefined),
      conditions: [...requireConditions()],
      importAttributes: undefined,
    };
    const result = run('resolve', request, context, (specifier, { conditions }) => {
      const id = userBuiltinId(specifier);
      if (id !== undefined) {
        fromDefault = { url: `node:${id}`, filename: specifier };
        return { url: fromDefault.url, format: undefined };
      }
      let target = specifier;
      if (StringPrototypeStartsWith(specifier, 'file:')) target = binding.fileUrlToPath(specifier);
      const filename = Module._resolveFilename(target, parent, isMain, {
        ...options, conditions: checkConditions(conditions, requireConditions()),
      });
      fromDefault = { url: toUrl(filename), filename };
      return { url: fromDefault.url, format: undefined };
    }, checkResolved);
    const { url, format } = result;
    if (fromDefault !== undefined && fromDefault.url === url) return { filename: fromDefault.filename, url, format };
    if (StringPrototypeStartsWith(url, 'file:')) return { filename: binding.fileUrlToPath(url), url, format };
    // A builtin has the name that require() knows it by.
    const bare = StringPrototypeStartsWith(url, 'node:') ? StringPrototypeSlice(url, 5) : undefined;
    return { filename: bare !== undefined && userBuiltinId(bare) !== undefined ? bare : url, url, format };
  },

  loadForRequire(url, format, module) {
    const { Module, formatOf } = require('internal/modules/cjs/loader');
    const context = { format, conditions: [...requireConditions()], importAttributes: undefined };
    return checkSource(run('load', url, context, (target, { format: wanted }) => {
      if (StringPrototypeStartsWith(target, 'node:')) return { format: wanted ?? 'builtin', source: null };
      const path = binding.fileUrlToPath(target) ?? target;
      const source = binding.readSource(path);
      return {
        format: wanted ?? (StringPrototypeEndsWith(path, '.json') ? 'json' : formatOf(path)),
        source: typeof source === 'string' ? source : require('fs').readFileSync(path, 'utf8'),
      };
    }, checkLoaded));
  },

  // {url, format} of an import.
  resolveForImport(specifier, parentURL, attributes, conditions = importConditions()) {
    const { getLoader } = require('internal/modules/esm/loader');
    const context = { conditions: [...conditions], importAttributes: { __proto__: null, ...attributes }, parentURL };
    const { url, format, importAttributes } = run('resolve', specifier, context, (name, given) => {
      if (elsewhere.isActive()) return elsewhere.resolve(name, given);
      const wanted = checkConditions(given.conditions, importConditions());
      const target = getLoader().resolveDefault(name, given.parentURL, wanted);
      return { url: target, format: require('internal/modules/esm/formats').formatHint(target, name) };
    }, checkResolved);
    return { url, format: format ?? undefined, importAttributes };
  },

  loadForImport(url, attributes, format) {
    const { checkAttributes, getLoader } = require('internal/modules/esm/loader');
    const context = {
      format, conditions: [...importConditions()], importAttributes: { __proto__: null, ...attributes },
    };
    const result = run('load', url, context, (target, given) => {
      if (elsewhere.isActive()) {
        return elsewhere.load(target, { format: given.format, importAttributes: given.importAttributes });
      }
      return getLoader().loadForHooks(target, given.importAttributes, given.format ?? undefined);
    }, checkLoaded);
    if (typeof result.format !== 'string') {
      throw codedError('ERR_UNKNOWN_MODULE_FORMAT', `Unknown module format: ${result.format} for URL ${url}`);
    }
    if (!elsewhere.isActive() && (result.format !== 'text' || attributes?.type !== undefined)) {
      checkAttributes(url, result.format, attributes);
    }
    return { __proto__: null, format: result.format, source: result.source, path: binding.fileUrlToPath(url), isCustom: true };
  },
};

module.exports = { install, registerHooks };
