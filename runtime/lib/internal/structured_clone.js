'use strict';

// structuredClone(): https://html.spec.whatwg.org/#dom-structuredclone

const binding = internalBinding('messaging');
const { codes: { ERR_MISSING_ARGS } } = require('internal/errors');
require('internal/worker/transfer');

function typeError(reason) {
  const error = new TypeError(`Failed to execute 'structuredClone': ${reason}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

function structuredClone(value, options = undefined) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('The value argument must be specified');
  if (options != null && typeof options !== 'object' && typeof options !== 'function') {
    throw typeError('Options cannot be converted to a dictionary');
  }
  const transfer = options?.transfer;
  if (transfer === undefined) return binding.structuredClone(value);
  if (transfer === null || typeof transfer !== 'object' || typeof transfer[Symbol.iterator] !== 'function') {
    throw typeError('transfer in Options cannot be converted to sequence.');
  }
  return binding.structuredClone(value, [...transfer]);
}

module.exports = { structuredClone };
