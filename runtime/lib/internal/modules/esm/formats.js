'use strict';

// What kind of module a URL's file is. Spec: Node 24, esm.md, ESM_FILE_FORMAT.

const { RegExpPrototypeExec, StringPrototypeEndsWith, StringPrototypeLastIndexOf, StringPrototypeSlice,
  StringPrototypeStartsWith } = primordials;
const binding = internalBinding('modules');
const { getOptionValue } = require('internal/options');
const { codedError, resolutionError } = require('internal/modules/errors');

// Path part of a file: URL's extension, ".js"; '' when it has none.
function extensionOf(path) {
  const base = StringPrototypeSlice(path, StringPrototypeLastIndexOf(path, '/') + 1);
  const dot = StringPrototypeLastIndexOf(base, '.');
  return dot <= 0 ? '' : StringPrototypeSlice(base, dot);
}

function packageType(path) {
  const type = binding.packageType(path);
  if (typeof type !== 'string') throw resolutionError(type);
  return type;
}

// The format of the file at `path`; 'ambiguous' where the text decides, undefined for unknown extensions.
function fileFormat(path) {
  const extension = extensionOf(path);
  switch (extension) {
    case '.mjs': return 'module';
    case '.cjs': return 'commonjs';
    case '.json': return 'json';
    case '.wasm': return 'wasm';
    case '.node': return getOptionValue('--experimental-addon-modules') ? 'addon' : undefined;
    case '.mts': return getOptionValue('--strip-types') ? 'module-typescript' : undefined;
    case '.cts': return getOptionValue('--strip-types') ? 'commonjs-typescript' : undefined;
    case '.ts': {
      if (!getOptionValue('--strip-types')) return undefined;
      const type = packageType(path);
      return type === 'none' ? 'ambiguous-typescript' : `${type}-typescript`;
    }
    case '':
    case '.js': {
      const type = packageType(path);
      if (type === 'module' && extension === '') return 'extensionless-module';
      return type === 'none' ? 'ambiguous' : type;
    }
    default: return undefined;
  }
}

// The format that the media type of a data: URL names.
function dataFormat(url) {
  return mimeFormat(dataMime(url));
}
// "type/subtype" of a data: URL, or null.
function dataMime(url) {
  const match = RegExpPrototypeExec(/^data:([^/,;]+\/[^,;]+)/, url);
  return match === null ? null : match[1];
}
function mimeFormat(mime) {
  if (mime === 'text/javascript' || mime === 'application/javascript') return 'module';
  if (mime === 'application/json') return 'json';
  if (mime === 'application/wasm') return 'wasm';
  if (mime === 'text/plain' && getOptionValue('--experimental-import-text')) return 'text';
  return null;
}

// What the default resolve tells hooks of a URL's format: null where only the text decides, nothing where the URL says it.
function formatHint(url, specifier) {
  if (StringPrototypeStartsWith(url, 'node:')) return url === specifier ? undefined : 'builtin';
  const path = binding.fileUrlToPath(url);
  if (path === undefined) return undefined;
  const format = fileFormat(path);
  const isKnown = format !== 'extensionless-module' && !(format !== undefined && StringPrototypeStartsWith(format, 'ambiguous'));
  return isKnown ? format : null;
}

function unknownExtension(path) {
  let message = `Unknown file extension "${extensionOf(path)}" for ${path}`;
  if (StringPrototypeEndsWith(path, '.node') && !getOptionValue('--experimental-addon-modules')) {
    message = `Unknown file extension ".node" for ${path}`;
  }
  return codedError('ERR_UNKNOWN_FILE_EXTENSION', message);
}

module.exports = { dataFormat, dataMime, extensionOf, fileFormat, formatHint, mimeFormat, unknownExtension };
