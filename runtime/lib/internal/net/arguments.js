'use strict';

// The many shapes of connect()'s and listen()'s arguments, made one: [options, callback].

const kNormalized = Symbol('normalized arguments');

function isNormalized(value) {
  return Array.isArray(value) && value[kNormalized] === true;
}

// Text that is no port number names a path.
function isPipeName(value) {
  return typeof value === 'string' && toNumber(value) === false;
}

function toNumber(value) {
  return (value = Number(value)) >= 0 ? value : false;
}

function normalizeArgs(args) {
  let options = {};
  let callback = null;
  if (args.length > 0) {
    const { 0: first } = args;
    if (typeof first === 'object' && first !== null) options = first;
    else if (isPipeName(first)) options.path = first;
    else {
      options.port = first;
      if (args.length > 1 && typeof args[1] === 'string') options.host = args[1];
    }
    const last = args[args.length - 1];
    if (typeof last === 'function') callback = last;
  }
  const result = [options, callback];
  result[kNormalized] = true;
  return result;
}

module.exports = { isNormalized, isPipeName, normalizeArgs, toNumber };
