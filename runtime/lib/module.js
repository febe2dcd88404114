'use strict';

const { Module } = require('internal/modules/cjs/loader');
const { findPackageJSON } = require('internal/modules/package');
const { registerHooks } = require('internal/modules/customization_hooks');
const { register } = require('internal/modules/hooks_client');
const compileCache = require('internal/modules/compile_cache');
const { stripTypeScriptTypes } = require('internal/modules/typescript');

Module.findPackageJSON = findPackageJSON;
Module.register = register;
Module.registerHooks = registerHooks;
Module.stripTypeScriptTypes = stripTypeScriptTypes;
Module.constants = compileCache.constants;
Module.enableCompileCache = compileCache.enableCompileCache;
Module.getCompileCacheDir = compileCache.getCompileCacheDir;
Module.flushCompileCache = compileCache.flushCompileCache;

// Source maps are loaded with their first use.
Module.findSourceMap = function findSourceMap(path) {
  return require('internal/source_map/source_map_cache').findSourceMap(path);
};
Module.getSourceMapsSupport = function getSourceMapsSupport() {
  return require('internal/source_map/source_map_cache').getSourceMapsSupport();
};
Module.setSourceMapsSupport = function setSourceMapsSupport(enabled, options) {
  return require('internal/source_map/source_map_cache').setSourceMapsSupport(enabled, options);
};
require('internal/util').defineLazyProperties(Module, 'internal/source_map/source_map', ['SourceMap']);

module.exports = Module;
