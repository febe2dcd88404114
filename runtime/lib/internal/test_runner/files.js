'use strict';

// Which files are tests. Spec: Node 24, test.md, "Running tests from the command line".

const { resolve } = require('path');
const { getOptionValue } = require('internal/options');

// The patterns of files that are tests by their name alone.
function defaultPatterns() {
  const extensions = getOptionValue('--strip-types') ? '{cjs,mjs,js,cts,mts,ts}' : '{cjs,mjs,js}';
  const names = ['**/test/**/*', '**/test', '**/test-*', '**/*[._-]test'];
  return names.map((name) => `${name}.${extensions}`);
}

// The files that the patterns name, sorted, relative to `cwd`. Without patterns what lies in node_modules is no test.
function findTestFiles(patterns, cwd) {
  const isDefault = patterns === undefined || patterns.length === 0;
  const wanted = isDefault ? defaultPatterns() : patterns;
  const exclude = isDefault ? (name) => name === 'node_modules' : undefined;
  const found = require('fs').globSync(wanted, { __proto__: null, cwd, exclude });
  return [...new Set(found)].sort();
}

// A pattern that names nothing is a mistake, unless it has wildcards.
function missingFile(patterns, cwd) {
  return patterns.find((pattern) => !/[*?[\]{}()!+@]/.test(pattern) && !require('fs').existsSync(resolve(cwd, pattern)));
}

module.exports = { defaultPatterns, findTestFiles, missingFile };
