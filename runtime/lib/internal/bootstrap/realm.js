'use strict';

// The loader of built-ins. `exports` is the C++ loader binding here; returns { require, internalBinding }.

const { compileBuiltin, builtinIds, getBinding, hasBinding } = exports;
const { SafeMap, SafeSet, StringPrototypeStartsWith, StringPrototypeSlice, ReflectApply } = primordials;

const bindings = new SafeMap();
function internalBinding(name) {
  let binding = bindings.get(name);
  if (binding === undefined) {
    binding = getBinding(name);
    bindings.set(name, binding);
  }
  return binding;
}

const ids = new SafeSet(builtinIds());
const modules = new SafeMap();

class BuiltinModule {
  constructor(id) {
    this.id = id;
    this.filename = `${id}.js`;
    this.exports = {};
    this.loaded = false;
    this.loading = false;
    // The ESM view of the builtin, made by the loader when it is first imported.
    this.module = undefined;
    this.exportKeys = undefined;
  }
}

function requireBuiltin(id) {
  let module = modules.get(id);
  if (module !== undefined) return module.exports;
  if (!ids.has(id)) throw new Error(`No such builtin: ${id}`);
  module = new BuiltinModule(id);
  modules.set(id, module);
  module.loading = true;
  try {
    const compiled = compileBuiltin(id);
    const require = StringPrototypeStartsWith(id, 'internal/deps/') ? requireFrom(id) : requireBuiltin;
    ReflectApply(compiled, undefined, [module.exports, require, module, process, internalBinding, primordials]);
    module.loaded = true;
  } finally {
    // Not by catching: an error thrown again would show this place when it ends the process.
    module.loading = false;
    if (!module.loaded) modules.delete(id);
  }
  return module.exports;
}

// Files of embedded npm packages ask for one another by relative path, and for built-ins with or without `node:`.
function requireFrom(id) {
  return function require(specifier) {
    if (StringPrototypeStartsWith(specifier, 'node:')) return requireBuiltin(StringPrototypeSlice(specifier, 5));
    if (specifier[0] !== '.') return ids.has(specifier) ? requireBuiltin(specifier) : requirePackage(specifier);
    const parts = id.split('/').slice(0, -1);
    for (const part of specifier.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '.' && part !== '') parts.push(part);
    }
    let target = parts.join('/');
    if (target.endsWith('.js')) target = target.slice(0, -3);
    return requireBuiltin(ids.has(target) ? target : `${target}/index`);
  };
}

function requirePackage(name) {
  const id = `internal/deps/${name}`;
  return requireBuiltin(ids.has(id) ? id : `${id}/index`);
}

// Ids that users may load without and with `node:`, and those that need it.
const schemeOnly = new SafeSet(['sea', 'sqlite', 'test', 'test/reporters']);
const disabled = new SafeSet();
function canBeRequiredByUsers(id) {
  return ids.has(id) && !StringPrototypeStartsWith(id, 'internal/') && !disabled.has(id);
}
function canBeRequiredWithoutScheme(id) {
  return canBeRequiredByUsers(id) && !schemeOnly.has(id);
}
// The user-visible id of a specifier that names a builtin, or undefined.
function userBuiltinId(specifier) {
  if (StringPrototypeStartsWith(specifier, 'node:')) {
    const id = StringPrototypeSlice(specifier, 5);
    return canBeRequiredByUsers(id) ? id : undefined;
  }
  return canBeRequiredWithoutScheme(specifier) ? specifier : undefined;
}
function publicBuiltinIds() {
  const all = [];
  for (const id of builtinIds()) {
    if (canBeRequiredByUsers(id)) all.push(schemeOnly.has(id) ? `node:${id}` : id);
  }
  return all;
}

// process.moduleLoadList
function loadedNames() {
  const names = [];
  for (const name of bindings.keys()) names.push(`Internal Binding ${name}`);
  for (const id of modules.keys()) names.push(`NativeModule ${id}`);
  return names;
}

// What the other loaders need: require('internal/bootstrap/realm').
const self = new BuiltinModule('internal/bootstrap/realm');
self.loaded = true;
self.exports = {
  BuiltinModule, modules, requireBuiltin, internalBinding, hasBinding, hasBuiltin: (id) => ids.has(id),
  disableBuiltin: (id) => disabled.add(id),
  canBeRequiredByUsers, canBeRequiredWithoutScheme, userBuiltinId, publicBuiltinIds, loadedNames,
};
modules.set(self.id, self);

return { require: requireBuiltin, internalBinding };
