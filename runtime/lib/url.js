'use strict';

// https://nodejs.org/api/url.html: the WHATWG classes, and the parser that came before them.

const {
  URL, URLSearchParams, domainToASCII, domainToUnicode, fileURLToPath, fileURLToPathBuffer, pathToFileURL,
  urlToHttpOptions,
} = require('internal/url');
const legacy = require('internal/url_legacy');
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { validateObject } = require('internal/validators');

// format(URL, {auth, fragment, search, unicode}), or of a parsed object or text.
function format(value, options) {
  if (typeof value === 'string') return legacy.parse(value).format();
  if (typeof value !== 'object' || value === null) {
    throw new ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], value);
  }
  if (value instanceof URL) {
    let fragment = true;
    let unicode = false;
    let search = true;
    let auth = true;
    if (options) {
      validateObject(options, 'options');
      if (options.fragment != null) fragment = Boolean(options.fragment);
      if (options.unicode != null) unicode = Boolean(options.unicode);
      if (options.search != null) search = Boolean(options.search);
      if (options.auth != null) auth = Boolean(options.auth);
    }
    return internalBinding('url').format(value.href, fragment, unicode, search, auth);
  }
  return legacy.Url.prototype.format.call(value);
}

module.exports = {
  Url: legacy.Url,
  parse: legacy.parse,
  resolve: legacy.resolve,
  resolveObject: legacy.resolveObject,
  format,
  URL,
  get URLPattern() { return require('internal/url_pattern').URLPattern; },
  URLSearchParams,
  domainToASCII,
  domainToUnicode,
  pathToFileURL,
  fileURLToPath,
  fileURLToPathBuffer,
  urlToHttpOptions,
};
