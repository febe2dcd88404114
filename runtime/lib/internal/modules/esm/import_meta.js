'use strict';

// import.meta: dirname, filename, main, resolve(), url.

const { ObjectPrototypeHasOwnProperty, StringPrototypeStartsWith } = primordials;
const binding = internalBinding('modules');
const { getOptionValue } = require('internal/options');

function initialize(meta, url, loader) {
  if (StringPrototypeStartsWith(url, 'file:')) {
    const filename = binding.fileUrlToPath(url);
    meta.dirname = require('internal/modules/helpers').dirname(filename);
    meta.filename = filename;
  }
  meta.main = loader.mainRecord !== undefined && loader.mainRecord.url === url;
  // Hooks cannot ask themselves.
  if (internalBinding('process_methods').isMainThread() || !require('internal/worker/thread').state.isInternalThread) {
    meta.resolve = makeResolve(url, loader);
  }
  meta.url = url;
}

function makeResolve(url, loader) {
  const withParent = getOptionValue('--experimental-import-meta-resolve');
  return function resolve(specifier, parentURL = url) {
    let parent = url;
    if (withParent && parentURL !== url) parent = checkParent(parentURL);
    specifier = `${specifier}`;
    try {
      return loader.resolve(specifier, parent).url;
    } catch (error) {
      // What would be found if it were there is an answer, too.
      if ((error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'ERR_UNSUPPORTED_DIR_IMPORT') &&
          ObjectPrototypeHasOwnProperty(error, 'url')) {
        return error.url;
      }
      throw error;
    }
  };
}

function checkParent(value) {
  const { isURL } = require('internal/url');
  if (isURL(value)) return value.href;
  if (typeof value === 'string') return value;
  const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
  throw new ERR_INVALID_ARG_TYPE('parentURL', ['string', 'URL'], value);
}

module.exports = { initialize };
