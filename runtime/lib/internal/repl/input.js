'use strict';

// What a line of input is: complete, to be continued, an object that looks like a block.

const { RegExpPrototypeExec, StringPrototypeSlice } = primordials;

// Whether more lines can mend `error`, which compiling `code` gave: it came of the end of the text.
function isRecoverableError(error, code) {
  if (error?.name !== 'SyntaxError') return false;
  const { Parser, tokTypes } = require('internal/deps/acorn/dist/acorn');
  let recoverable = false;
  class Watcher extends Parser {
    nextToken() {
      super.nextToken();
      if (this.type === tokTypes.eof) recoverable = true;
    }
    raise(at, message) {
      if (message === 'Unterminated template' || message === 'Unterminated comment') {
        recoverable = true;
      } else if (message === 'Unterminated string constant') {
        // A line that ends in a backslash goes on in the next.
        const token = StringPrototypeSlice(this.input, this.start);
        recoverable = RegExpPrototypeExec(/\\(?:\r\n?|\n|\u2028|\u2029)$/, token) !== null;
      }
      super.raise(at, message);
    }
  }
  try {
    Watcher.parse(code, { ecmaVersion: 'latest', allowAwaitOutsideFunction: true });
    return false;
  } catch {
    return recoverable;
  }
}

// { a: 1 } is meant as an object where it can be one.
function looksLikeObject(code) {
  return RegExpPrototypeExec(/^\s*\{/, code) !== null && RegExpPrototypeExec(/;\s*$/, code) === null;
}

function isValidSyntax(code) {
  const { Parser } = require('internal/deps/acorn/dist/acorn');
  const options = { ecmaVersion: 'latest', allowAwaitOutsideFunction: true };
  try {
    Parser.parse(code, options);
    return true;
  } catch {
    try {
      Parser.parse(`_=${code}`, options);
      return true;
    } catch {
      return false;
    }
  }
}

// The dynamic import() that does what an import statement would.
function toDynamicImport(line) {
  const { parse } = require('internal/deps/acorn/dist/acorn');
  const [statement] = parse(line, { ecmaVersion: 'latest', sourceType: 'module' }).body;
  if (statement?.type !== 'ImportDeclaration') return '';
  const call = `await import(${JSON.stringify(statement.source.value)});`;
  const { specifiers } = statement;
  if (specifiers.length === 0) return call;
  if (specifiers[0].type === 'ImportNamespaceSpecifier') return `const ${specifiers[0].local.name} = ${call}`;
  const names = specifiers.map(({ imported, local, type }) => {
    const name = type === 'ImportDefaultSpecifier' ? 'default' : imported.name;
    return name === local.name ? name : `${name}: ${local.name}`;
  });
  return `const { ${names.join(', ')} } = ${call}`;
}

module.exports = { isRecoverableError, isValidSyntax, looksLikeObject, toDynamicImport };
