'use strict';

// Names that users give: encodings, digests; and warnings given once.

const { normalizeEncoding } = require('internal/util');

// An error as native code throws it: its code stands beside the name, not in it.
function nativeError(code, message, Type = Error) {
  return Object.assign(new Type(message), { code });
}

const warned = new Set();
function emitWarningOnce(code, message) {
  if (warned.has(message)) return;
  warned.add(message);
  process.emitWarning(message, 'DeprecationWarning', code);
}

module.exports = { normalizeEncoding, emitWarningOnce, nativeError };
