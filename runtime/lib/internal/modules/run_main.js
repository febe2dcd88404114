'use strict';

// Running the program that the command line names.

const { StringPrototypeEndsWith } = primordials;
const binding = internalBinding('modules');
const { getOptionValue } = require('internal/options');

// The file of the main module, found as require() would; undefined when import must say what is wrong.
function resolveMainPath(main) {
  const { Module } = require('internal/modules/cjs/loader');
  const path = binding.resolvePath(main);
  const found = Module._findPath(path, null, true);
  return found || undefined;
}

function usesESMLoader(path) {
  if (hasPreloads()) return true;
  if (StringPrototypeEndsWith(path, '.mjs') || StringPrototypeEndsWith(path, '.wasm')) return true;
  if (StringPrototypeEndsWith(path, '.mts')) return getOptionValue('--strip-types');
  if (StringPrototypeEndsWith(path, '.cjs') || StringPrototypeEndsWith(path, '.cts')) return false;
  const type = binding.packageType(path);
  if (typeof type !== 'string') throw require('internal/modules/errors').resolutionError(type);
  return type === 'module';
}

// Runs `main` as the entry point: with require() where that does, else with import.
function executeUserEntryPoint(main = process.argv[1]) {
  const resolved = resolveMainPath(main);
  const isImport = getOptionValue('--entry-url') || hasPreloads() || (resolved !== undefined && usesESMLoader(resolved));
  if (!isImport) {
    const { Module } = require('internal/modules/cjs/loader');
    Module._load(main, null, true);
    return;
  }
  const { getLoader, cwdUrl } = require('internal/modules/esm/loader');
  const loader = getLoader();
  runEntryPointWithESMLoader(() => {
    if (getOptionValue('--input-type')) {
      const { codes: { ERR_INPUT_TYPE_NOT_ALLOWED } } = require('internal/errors');
      throw new ERR_INPUT_TYPE_NOT_ALLOWED();
    }
    if (getOptionValue('--entry-url')) {
      require('internal/util').emitExperimentalWarning('--entry-url');
      const { URL } = require('internal/url');
      const { url, format } = loader.resolve(new URL(`${main}`, cwdUrl()).href, undefined);
      return loader.importMain(url, { format });
    }
    const url = binding.pathToFileUrl(resolved ?? binding.resolvePath(main));
    const { url: target, format } = loader.hooks === undefined ?
      { url, format: undefined } : loader.resolve(url, undefined);
    return loader.importMain(target, { format });
  });
}

const kUnsettledTopLevelAwait = 13;

// Imports what --import names, then runs `start`; a promise that never settles ends the process with code 13.
async function runEntryPointWithESMLoader(start) {
  let isSettled = false;
  const exitState = require('internal/process/exit_state');
  // Listeners of 'exit' are told the code.
  exitState.atEnd = () => {
    if (!isSettled && process.exitCode === undefined) process.exitCode = kUnsettledTopLevelAwait;
  };
  const onExit = () => {
    // A program that ends itself waits for nothing.
    if (isSettled || exitState.asked) return;
    exitState.atEnd();
    if (process.exitCode === kUnsettledTopLevelAwait) warnUnsettled();
  };
  process.on('exit', onExit);
  try {
    await initializePreloads();
    return await start();
  } catch (error) {
    isSettled = true;
    // The error of the program, not a rejection of ours.
    require('internal/process/execution').throwUncaught(error);
  } finally {
    isSettled = true;
    process.off('exit', onExit);
  }
}

function warnUnsettled() {
  if (!getOptionValue('--warnings')) return;
  const { getLoader } = require('internal/modules/esm/loader');
  const record = getLoader().mainRecord;
  const arrows = record?.wrap.stalledAwaits() ?? [];
  let text = '';
  for (const arrow of arrows) text += `Warning: Detected unsettled top-level await at ${arrow}\n\n\n`;
  if (text !== '') internalBinding('process_methods').writeSync(2, text);
}

let preloads;
function initializePreloads() {
  preloads ??= (async () => {
    const loaders = getOptionValue('--experimental-loader');
    const specifiers = getOptionValue('--import');
    if (specifiers.length === 0 && loaders.length === 0) return;
    const { getLoader, cwdUrl } = require('internal/modules/esm/loader');
    registerLoaders(loaders, cwdUrl());
    for (const specifier of specifiers) await getLoader().import(specifier, cwdUrl(), undefined);
  })();
  return preloads;
}

// --experimental-loader. Workers have the hooks of their parents.
function registerLoaders(loaders, parentURL) {
  if (loaders.length === 0 || !internalBinding('process_methods').isMainThread()) return;
  const calls = loaders.map((name) => `register(${JSON.stringify(name)}, pathToFileURL("./"))`).join('; ');
  process.emitWarning('`--experimental-loader` may be removed in the future; instead use `register()`:\n' +
    '--import \'data:text/javascript,import { register } from "node:module"; ' +
    `import { pathToFileURL } from "node:url"; ${calls};'`, 'ExperimentalWarning');
  const { register } = require('internal/modules/hooks_client');
  for (const name of loaders) register(name, parentURL);
}

// Whether --import or --experimental-loader name something, which only the ES module loader waits for.
function hasPreloads() {
  return getOptionValue('--import').length > 0 || getOptionValue('--experimental-loader').length > 0;
}

module.exports = { hasPreloads, executeUserEntryPoint, runEntryPointWithESMLoader, initializePreloads };
