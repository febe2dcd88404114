'use strict';

// A Transform whose stream state is made only when somebody uses the object as a stream: most hashes, ciphers and
// signatures are not.

const { Transform } = require('stream');

const states = ['_readableState', '_writableState'];

function LazyTransform(options) {
  this._options = options;
}

function becomeStream(stream) {
  for (const name of states) delete stream[name];
  const options = stream._options;
  Transform.call(stream, options);
  if (!options?.decodeStrings) stream._writableState.decodeStrings = false;
  if (!options?.defaultEncoding) stream._writableState.defaultEncoding = 'latin1';
}

Object.setPrototypeOf(LazyTransform.prototype, Transform.prototype);
Object.setPrototypeOf(LazyTransform, Transform);

for (const name of states) {
  Object.defineProperty(LazyTransform.prototype, name, {
    __proto__: null,
    get() {
      becomeStream(this);
      return this[name];
    },
    set(value) {
      Object.defineProperty(this, name, { __proto__: null, value, enumerable: true, configurable: true, writable: true });
    },
    configurable: true,
    enumerable: true,
  });
}

module.exports = LazyTransform;
