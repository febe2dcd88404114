'use strict';

// module.findPackageJSON(). Spec: Node 24, module.md.

const { StringPrototypeEndsWith, StringPrototypeStartsWith } = primordials;
const binding = internalBinding('modules');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS } } = require('internal/errors');
const { isURL, fileURLToPath, pathToFileURL } = require('internal/url');
const { resolutionError } = require('internal/modules/errors');

function toPath(value, name) {
  if (isURL(value)) return fileURLToPath(value);
  if (typeof value !== 'string') throw new ERR_INVALID_ARG_TYPE(name, ['string', 'URL'], value);
  if (StringPrototypeStartsWith(value, 'file:')) return fileURLToPath(value);
  return value;
}

function scopeOf(path) {
  const scope = binding.packageScope(path);
  if (!primordials.ArrayIsArray(scope)) throw resolutionError(scope);
  return scope[1];
}

// The path of the package.json that applies to `specifier`, seen from `base`; undefined when there is none.
function findPackageJSON(specifier, base = 'data:') {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('specifier');
  if (specifier === undefined) throw new ERR_INVALID_ARG_TYPE('specifier', ['string', 'URL'], specifier);
  const name = toPath(specifier, 'specifier');
  if (isURL(specifier) || StringPrototypeStartsWith(`${specifier}`, 'file:')) return scopeOf(name);
  if (name[0] === '/') return scopeOf(name);
  let parent;
  if (isURL(base)) parent = fileURLToPath(base);
  else if (typeof base !== 'string') throw new ERR_INVALID_ARG_TYPE('base', ['string', 'URL'], base);
  else if (base === 'data:') parent = undefined;
  else parent = toPath(base, 'base');
  if (parent === undefined) throw new ERR_INVALID_ARG_TYPE('base', ['string', 'URL'], undefined);
  if (name[0] === '.') {
    const { resolve } = require('path');
    const target = resolve(parent, StringPrototypeEndsWith(parent, '/') ? '.' : '..', name);
    return scopeOf(StringPrototypeEndsWith(name, '/') || name === '.' || name === '..' ? `${target}/` : target);
  }
  if (parent[0] !== '/') parent = fileURLToPath(pathToFileURL(parent));
  return binding.packageJsonOf(name, parent);
}

module.exports = { findPackageJSON };
