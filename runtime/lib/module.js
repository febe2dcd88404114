'use strict';

const { Module } = require('internal/modules/cjs/loader');
const { findPackageJSON } = require('internal/modules/package');
const { registerHooks } = require('internal/modules/customization_hooks');
const compileCache = require('internal/modules/compile_cache');
const { stripTypeScriptTypes } = require('internal/modules/typescript');

Module.findPackageJSON = findPackageJSON;
Module.registerHooks = registerHooks;
Module.stripTypeScriptTypes = stripTypeScriptTypes;
Module.constants = compileCache.constants;
Module.enableCompileCache = compileCache.enableCompileCache;
Module.getCompileCacheDir = compileCache.getCompileCacheDir;
Module.flushCompileCache = compileCache.flushCompileCache;

module.exports = Module;
