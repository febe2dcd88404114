'use strict';

// How a REPL shows what was thrown.

const {
  ArrayPrototypeFindLastIndex, ArrayPrototypeSlice, RegExpPrototypeExec, RegExpPrototypeSymbolReplace,
  StringPrototypeIncludes, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeTrim,
} = primordials;
const { overrideStackTrace, stackHeader } = require('internal/errors');
const { isError } = require('internal/util');

// Frames from the one of the typed text on are the REPL's own.
function useOwnFramesOnly(error) {
  overrideStackTrace.set(error, (_, frames) => {
    const last = ArrayPrototypeFindLastIndex(frames, (frame) => RegExpPrototypeExec(/^REPL\d+$/, `${frame.getFileName()}`) !== null);
    const own = last === -1 ? frames : ArrayPrototypeSlice(frames, 0, last);
    if (typeof Error.prepareStackTrace === 'function' && Error.prepareStackTrace !== defaultPrepare) {
      return Error.prepareStackTrace(error, own);
    }
    const header = stackHeader(error);
    return own.length === 0 ? header : `${header}\n    at ${own.join('\n    at ')}`;
  });
}
const defaultPrepare = Error.prepareStackTrace;

function mendSyntaxError(error, source) {
  let stack = RegExpPrototypeSymbolReplace(/^\s+at\s.*\n?/gm, RegExpPrototypeSymbolReplace(/^REPL\d+:\d+\r?\n/, error.stack, ''), '');
  const statement = 'Cannot use import statement outside a module';
  if (StringPrototypeIncludes(error.message, statement)) {
    const { toDynamicImport } = require('internal/repl/input');
    const message = 'Cannot use import statement inside the Node.js REPL, alternatively use dynamic import: ' +
      toDynamicImport(StringPrototypeTrim(source));
    error.message = message;
    stack = RegExpPrototypeSymbolReplace(/SyntaxError:.*\n?/, stack, `SyntaxError: ${message}`);
  }
  error.stack = stack;
}

// "Uncaught " and the error as `writer` shows it, with a line end. `source` is the line that was typed last.
function describeUncaught(error, writer, { strict, source }) {
  let text = '';
  if (typeof error === 'object' && error !== null) {
    useOwnFramesOnly(error);
    if (isError(error) && error.stack) {
      if (error.domainThrown) {
        delete error.domain;
        delete error.domainThrown;
      }
      if (error.name === 'SyntaxError') {
        mendSyntaxError(error, source);
      } else if (strict) {
        // A line was put in front of what was typed.
        error.stack = RegExpPrototypeSymbolReplace(/(\s+at\s+REPL\d+:)(\d+)/, error.stack, (_, place, line) => `${place}${line - 1}`);
      }
    }
    text = writer(error);
    if (text[0] === '[' && text[text.length - 1] === ']') text = StringPrototypeSlice(text, 1, -1);
  }
  if (text === '') text = writer(error);
  return addUncaught(text, writer.options?.breakLength ?? 80);
}

function addUncaught(text, breakLength) {
  const lines = StringPrototypeSplit(text, /(?<=\n)/);
  let result = '';
  let found = false;
  for (const line of lines) {
    if (!found && RegExpPrototypeExec(/^\[?([A-Z][a-z0-9_]*)*Error/, line) !== null) {
      found = true;
      result += line.length <= breakLength ? `Uncaught ${line}` : `Uncaught:\n${line}`;
    } else {
      result += line;
    }
  }
  if (!found) result = `Uncaught${lines.length === 1 ? ' ' : ':\n'}${result}`;
  return result[result.length - 1] === '\n' ? result : `${result}\n`;
}

module.exports = { describeUncaught };
