'use strict';

// Names that users give: encodings, digests; and warnings given once.

const { normalizeEncoding } = require('internal/util');

const warned = new Set();
function emitWarningOnce(code, message) {
  if (warned.has(code)) return;
  warned.add(code);
  process.emitWarning(message, 'DeprecationWarning', code);
}

module.exports = { normalizeEncoding, emitWarningOnce };
