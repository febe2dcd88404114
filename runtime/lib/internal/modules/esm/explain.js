'use strict';

// What is added to errors of modules that take themselves for CommonJS, or that require() cannot wait for.

const {
  ArrayPrototypePush, ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeEndsWith,
  StringPrototypeReplace, StringPrototypeSlice, StringPrototypeStartsWith,
} = primordials;
const binding = internalBinding('modules');

const insteadOf = {
  __proto__: null,
  __dirname: 'use import.meta.dirname instead',
  __filename: 'use import.meta.filename instead',
  exports: 'use export instead of module.exports/exports',
  module: 'use export instead of module.exports/exports',
  require: 'replace require() with import',
};

// A ReferenceError for a variable that only CommonJS has says so. `record`: what was imported or run.
function explainCommonJsVariable(error, record) {
  if (error === null || typeof error !== 'object' || error.name !== 'ReferenceError') return error;
  const { message } = error;
  const match = RegExpPrototypeExec(/^(require|module|exports|__filename|__dirname) is not defined$/, `${message}`);
  if (match === null) return error;
  const name = match[1];
  if (record.wrap.hasTopLevelAwait()) {
    setMessage(error, message,
               `Cannot determine intended module format because both '${name}' and top-level await are present. If the ` +
               'code is intended to be CommonJS, wrap await in an async function. If the code is intended to be an ES ' +
               `module, ${insteadOf[name]}.`);
    return error;
  }
  let text = `${message} in ES module scope`;
  if (name === 'require') text += ', you can use import instead';
  setMessage(error, message, text + typeHint(record.url));
  return error;
}

// For .js files, what made them ES modules.
function typeHint(url) {
  const path = StringPrototypeStartsWith(url, 'file:') ? binding.fileUrlToPath(url) : undefined;
  if (path === undefined || !StringPrototypeEndsWith(path, '.js')) return '';
  const { 0: type, 1: packageJson } = binding.packageScope(path);
  if (type !== 'module') return '';
  return `\nThis file is being treated as an ES module because it has a '.js' file extension and '${packageJson}' contains ` +
    '"type": "module". To treat it as a CommonJS script, rename it to use the \'.cjs\' file extension.';
}

function setMessage(error, old, message) {
  internalBinding('errors').keepPlace(error);
  const { stack } = error;
  error.message = message;
  if (typeof stack === 'string') error.stack = StringPrototypeReplace(stack, old, () => message);
}

// --- Top-level await that require() meets -------------------------------------------------------------------------------

// [{url, line, column, sourceLine}] of the top-level awaits in what `record` imports and in itself, in the order of
// evaluation; line and column count from one.
function topLevelAwaits(record) {
  const found = [];
  const seen = new primordials.SafeSet();
  const visit = (each) => {
    if (seen.has(each)) return;
    seen.add(each);
    for (const child of each.linked ?? []) visit(child);
    if (each.format === 'module' && each.wrap.hasTopLevelAwait()) findAwaits(each, found);
  };
  visit(record);
  return found;
}

function findAwaits({ source, url }, found) {
  if (typeof source !== 'string') return;
  const { parse } = require('internal/deps/acorn/dist/acorn');
  let program;
  try {
    program = parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true, locations: true });
  } catch {
    return; // V8 knows syntax that the parser does not
  }
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  walkOutsideFunctions(program, (node) => {
    if (node.type !== 'AwaitExpression' && !(node.type === 'ForOfStatement' && node.await) &&
        !(node.type === 'VariableDeclaration' && node.kind === 'await using')) {
      return;
    }
    const { line, column } = node.loc.start;
    ArrayPrototypePush(found, { __proto__: null, url, line, column: column + 1, sourceLine: lines[line - 1] });
  });
}

// Every node but those in functions: static blocks and initializers of classes are functions, too.
function walkOutsideFunctions(node, visit) {
  if (node === null || typeof node !== 'object') return;
  if (primordials.ArrayIsArray(node)) {
    for (const each of node) walkOutsideFunctions(each, visit);
    return;
  }
  if (typeof node.type !== 'string') return;
  switch (node.type) {
    case 'FunctionDeclaration': case 'FunctionExpression': case 'ArrowFunctionExpression': case 'StaticBlock': return;
    case 'MethodDefinition': case 'PropertyDefinition':
      if (node.computed) walkOutsideFunctions(node.key, visit);
      return;
  }
  visit(node);
  for (const key of primordials.ObjectKeys(node)) if (key !== 'loc') walkOutsideFunctions(node[key], visit);
}

// ERR_REQUIRE_ASYNC_MODULE for the file that `parent` requires; `record` is undefined when its graph is not known.
function asyncModuleError(filename, parent, record) {
  const { codes: { ERR_REQUIRE_ASYNC_MODULE } } = require('internal/errors');
  const { parents } = require('internal/modules/cjs/loader');
  const stack = [];
  for (let cursor = parent; cursor; cursor = parents.get(cursor)) ArrayPrototypePush(stack, cursor.filename || cursor.id);
  const isShown = require('internal/options').getOptionValue('--experimental-print-required-tla');
  const error = new ERR_REQUIRE_ASYNC_MODULE(filename, isShown, stack);
  hidden(error, 'requireStack', stack);
  if (isShown && record !== undefined) {
    const places = topLevelAwaits(record);
    hidden(error, 'topLevelAwaitLocations', places);
    let arrow = '';
    for (const { url, line, column, sourceLine } of places) {
      const blank = StringPrototypeReplace(StringPrototypeSlice(sourceLine, 0, column - 1), /[^\t]/g, ' ');
      arrow += `${binding.fileUrlToPath(url) ?? url}:${line}\n\n${sourceLine}\n${blank}^\n\n`;
    }
    internalBinding('errors').setArrow(error, StringPrototypeSlice(arrow, 0, -1));
  }
  return error;
}

function hidden(error, name, value) {
  ObjectDefineProperty(error, name, { __proto__: null, configurable: true, enumerable: false, value, writable: true });
}

module.exports = { asyncModuleError, explainCommonJsVariable };
