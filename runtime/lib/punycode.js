'use strict';

// https://nodejs.org/api/punycode.html: deprecated, and still asked for by older packages. It is the npm package of that name.

const { isInsideNodeModules } = require('internal/util');

// Packages that bring it in are not their users' doing.
if (!isInsideNodeModules()) {
  process.emitWarning(
    'The `punycode` module is deprecated. Please use a userland alternative instead.', 'DeprecationWarning', 'DEP0040');
}
module.exports = require('internal/deps/punycode');
