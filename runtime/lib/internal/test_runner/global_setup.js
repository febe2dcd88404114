'use strict';

// A module that prepares what all tests need, and clears it away. Spec: Node 24, test.md, "Global setup and teardown".

const { validateFunction } = require('internal/validators');

// Runs the module's globalSetup(). Returns its globalTeardown(), or undefined.
async function setUp(path, cwd) {
  const { getLoader } = require('internal/modules/esm/loader');
  const { pathToFileURL } = require('internal/url');
  const { href } = pathToFileURL(require('path').resolve(cwd, path));
  const namespace = await getLoader().import(href, undefined, { __proto__: null });
  const exported = { __proto__: null, ...namespace.default, ...namespace };
  const { globalSetup, globalTeardown } = exported;
  if (globalSetup !== undefined) {
    validateFunction(globalSetup, 'globalSetup');
    await globalSetup();
  }
  if (globalTeardown !== undefined) validateFunction(globalTeardown, 'globalTeardown');
  return globalTeardown;
}

module.exports = { setUp };
