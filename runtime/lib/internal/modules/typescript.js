'use strict';

// Types are stripped by amaro, as in Node. Spec: Node 24, typescript.md and module.stripTypeScriptTypes().

const { StringPrototypeIncludes } = primordials;
const { getOptionValue } = require('internal/options');
const { codedError } = require('internal/modules/errors');

let amaro;
function transformSync(source, options) {
  amaro ??= require('internal/deps/amaro');
  return amaro.transformSync(source, options);
}

// What amaro throws as Node shows it: a SyntaxError for text that is wrong, with a code for syntax that needs more than
// stripping.
function convertError(error) {
  const { SyntaxError } = primordials;
  const message = error?.message ?? `${error}`;
  const code = error?.code === 'UnsupportedSyntax' ? 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' :
    error?.code === 'InvalidSyntax' ? 'ERR_INVALID_TYPESCRIPT_SYNTAX' : undefined;
  if (code === undefined) return error;
  const made = new SyntaxError(message);
  made.code = code;
  if (error.startLine !== undefined) {
    const place = `${error.filename}:${error.startLine}\n${error.snippet}\n${'^'.repeat(error.snippet.length)}\n`;
    made.stack = `${place}\n${made.stack}`;
  }
  return made;
}

function parse(source, options) {
  try {
    return transformSync(source, options);
  } catch (error) {
    throw convertError(error);
  }
}

function stripTypeScriptModuleTypes(source, filename) {
  if (StringPrototypeIncludes(filename, '/node_modules/')) {
    throw codedError('ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
                     `Stripping types is currently unsupported for files under node_modules, for "${filename}"`);
  }
  const isTransform = getOptionValue('--experimental-transform-types');
  const { code, map } = parse(source, {
    mode: isTransform ? 'transform' : 'strip-only', sourceMap: isTransform, filename,
  });
  return isTransform ? withMap(code, map, filename) : `${code}\n\n//# sourceURL=${filename}`;
}

function withMap(code, map, filename) {
  const { Buffer } = require('buffer');
  const encoded = Buffer.from(map ?? '').toString('base64');
  return `${code}\n\n//# sourceURL=${filename}\n//# sourceMappingURL=data:application/json;base64,${encoded}`;
}

function stripTypeScriptTypes(code, options = {}) {
  const { validateString, validateObject, validateOneOf, validateBoolean } = require('internal/validators');
  validateString(code, 'code');
  validateObject(options, 'options');
  const { sourceUrl = '', mode = 'strip', sourceMap = false } = options;
  validateOneOf(mode, 'options.mode', ['strip', 'transform']);
  validateString(sourceUrl, 'options.sourceUrl');
  if (mode === 'strip') {
    validateOneOf(sourceMap, 'options.sourceMap', [false, undefined]);
  } else {
    validateBoolean(sourceMap, 'options.sourceMap');
  }
  require('internal/util').emitExperimentalWarning?.('stripTypeScriptTypes');
  const result = parse(code, {
    mode: mode === 'strip' ? 'strip-only' : 'transform', sourceMap, filename: sourceUrl,
  });
  if (sourceMap) return withMap(result.code, result.map, sourceUrl);
  return sourceUrl ? `${result.code}\n\n//# sourceURL=${sourceUrl}` : result.code;
}

module.exports = { stripTypeScriptModuleTypes, stripTypeScriptTypes };
