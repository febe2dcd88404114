'use strict';

// structuredClone(): https://html.spec.whatwg.org/#dom-structuredclone

const binding = internalBinding('messaging');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS } } = require('internal/errors');
require('internal/worker/transfer');

function structuredClone(value, options = undefined) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('The value argument must be specified');
  if (options != null && typeof options !== 'object' && typeof options !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('options', ['object', 'null', 'undefined'], options);
  }
  const transfer = options?.transfer;
  if (transfer === undefined) return binding.structuredClone(value);
  if (transfer === null || typeof transfer !== 'object' || typeof transfer[Symbol.iterator] !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('options.transfer', 'sequence', transfer);
  }
  return binding.structuredClone(value, [...transfer]);
}

module.exports = { structuredClone };
