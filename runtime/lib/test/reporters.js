'use strict';

// node:test/reporters. Documented in doc/api/test.md, "Test reporters".

function lazily(name, load) {
  let value;
  Object.defineProperty(module.exports, name, {
    __proto__: null, configurable: true, enumerable: true, get: () => (value ??= load()),
  });
}

lazily('dot', () => require('internal/test_runner/reporters/dot'));
lazily('junit', () => require('internal/test_runner/reporters/junit'));
// A class that may be called without `new`.
lazily('spec', () => {
  const { SpecReporter } = require('internal/test_runner/reporters/spec');
  return function spec(...args) { return Reflect.construct(SpecReporter, args); };
});
lazily('tap', () => require('internal/test_runner/reporters/tap'));
lazily('lcov', () => {
  const { LcovReporter } = require('internal/test_runner/reporters/lcov');
  return function lcov(...args) { return Reflect.construct(LcovReporter, args); };
});
