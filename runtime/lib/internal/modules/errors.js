'use strict';

// Errors of module loading. Resolution hands over {code, message, path, requestPath, url}; what is thrown has the class,
// name and properties that Node gives it.

const { Error, ErrorCaptureStackTrace, ObjectDefineProperty, ObjectPrototypeHasOwnProperty, SafeSet, SyntaxError, TypeError } = primordials;

const { kIsNodeError } = require('internal/errors');

const typeErrors = new SafeSet([
  'ERR_INVALID_MODULE_SPECIFIER', 'ERR_PACKAGE_IMPORT_NOT_DEFINED', 'ERR_UNSUPPORTED_RESOLVE_REQUEST',
  'ERR_INVALID_URL_SCHEME', 'ERR_INVALID_FILE_URL_HOST', 'ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNKNOWN_MODULE_FORMAT',
  'ERR_IMPORT_ATTRIBUTE_MISSING', 'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE', 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED',
  'ERR_INVALID_RETURN_PROPERTY_VALUE', 'ERR_INVALID_ARG_VALUE', 'ERR_INVALID_ARG_TYPE', 'ERR_INVALID_URL',
]);

// A property of the error itself, whatever a program put on Error.prototype.
function setOwn(error, name, value) {
  ObjectDefineProperty(error, name, { __proto__: null, configurable: true, enumerable: true, value, writable: true });
}

// A coded error; its stack begins "Error [CODE]: message", at the caller.
function codedError(code, message) {
  const Base = code === 'ERR_PACKAGE_MAP_INVALID' ? SyntaxError : typeErrors.has(code) ? TypeError : Error;
  const error = new Base(message);
  setOwn(error, 'code', code);
  ObjectDefineProperty(error, kIsNodeError, { __proto__: null, value: true });
  ErrorCaptureStackTrace(error, codedError);
  return error;
}

// The error for what resolution (internalBinding('modules')) handed back.
function resolutionError(failure) {
  let error;
  if (failure.code === 'MODULE_NOT_FOUND') {
    error = new Error(failure.message);
    setOwn(error, 'code', failure.code);
  } else {
    error = codedError(failure.code, failure.message);
  }
  for (const name of ['path', 'requestPath', 'url', 'input', 'module']) {
    if (ObjectPrototypeHasOwnProperty(failure, name)) setOwn(error, name, failure[name]);
  }
  return error;
}

module.exports = { codedError, resolutionError };
