'use strict';

// What evaluates the lines of a REPL: scripts, with await at the top level, in the REPL's context.

const { PromisePrototypeThen, RegExpPrototypeExec, SafePromiseRace, StringPrototypeIncludes, StringPrototypeTrim } = primordials;
const vm = require('vm');
const { codes: { ERR_SCRIPT_EXECUTION_INTERRUPTED } } = require('internal/errors');
const { getOptionValue } = require('internal/options');
const { internalLoader } = require('internal/vm');
const { kBefore, processTopLevelAwait } = require('internal/repl/await');
const { isRecoverableError, isValidSyntax, looksLikeObject } = require('internal/repl/input');

// RegExp.$1 and the others are what the program's last match left, not ours: nine groups joined by what is in no text.
const kSeparator = '\u0000\u0000\u0000';
const kNine = new RegExp(`^${Array(9).fill('(.*)').join(kSeparator)}$`);
let groups = Array(9).fill('');
function keepGroups() {
  groups = [RegExp.$1, RegExp.$2, RegExp.$3, RegExp.$4, RegExp.$5, RegExp.$6, RegExp.$7, RegExp.$8, RegExp.$9];
}
function restoreGroups() { RegExpPrototypeExec(kNine, groups.join(kSeparator)); }

// The error of V8 in the place of acorn's, which says the same in other words.
function syntaxErrorOf(error, code) {
  const at = error.pos - kBefore.length;
  const lineStart = code.lastIndexOf('\n', at - 1) + 1;
  const line = code.slice(lineStart).split('\n', 1)[0];
  const message = error.message.replace(/ \(\d+:\d+\)$/, '');
  const shown = new SyntaxError(`\n${line}\n${' '.repeat(Math.max(0, at - lineStart))}^\n\n${message}`);
  return shown;
}

function makeEvaluator(repl, { Recoverable, fail, isStrict, hold, release, interrupts }) {
  // { script, awaits } of a line, or { error }.
  function compile(code, file) {
    if (looksLikeObject(code) && isValidSyntax(code)) {
      const wrapped = `(${StringPrototypeTrim(code)})\n`;
      const attempt = compileAs(wrapped, code, file);
      if (attempt.error === undefined) return attempt;
    }
    return compileAs(code, code, file);
  }

  function compileAs(text, code, file) {
    let awaits = false;
    if (getOptionValue('--experimental-repl-await') && StringPrototypeIncludes(text, 'await')) {
      try {
        const rewritten = processTopLevelAwait(text);
        if (rewritten !== null) {
          text = rewritten;
          awaits = true;
        }
      } catch (error) {
        // Maybe V8 takes it nevertheless; if it does not, what it says is what counts.
        try {
          new vm.Script(text, { filename: file });
        } catch (own) {
          if (isRecoverableError(own, code)) return { error: new Recoverable(own) };
          const usesAwait = /await is only valid|missing \) after argument|Unexpected (?:identifier|reserved)/.test(own.message);
          return { error: usesAwait && error.name === 'SyntaxError' ? syntaxErrorOf(error, code) : own };
        }
      }
    }
    if (isStrict() && RegExpPrototypeExec(/^\s*$/, text) === null) text = `'use strict'; void 0;\n${text}`;
    try {
      return { script: new vm.Script(text, { filename: file, importModuleDynamically: internalLoader }), awaits };
    } catch (error) {
      if (awaits) {
        // What it declares may be there already, or the text be wrong without our changes too.
        try {
          new vm.Script(code, { filename: file });
        } catch (own) {
          if (own.message !== error.message && isRecoverableError(own, code)) return { error: new Recoverable(own) };
        }
        return { error };
      }
      return { error: isRecoverableError(error, code) ? new Recoverable(error) : error };
    }
  }

  function run(script, context) {
    const options = { displayErrors: false, breakOnSigint: repl.breakEvalOnSigint };
    if (!repl.breakEvalOnSigint) {
      return repl.useGlobal ? script.runInThisContext(options) : script.runInContext(context, options);
    }
    // Ctrl+C is a signal only while the terminal is not raw.
    const wasRaw = repl.terminal && repl._setRawMode?.(false);
    try {
      return repl.useGlobal ? script.runInThisContext(options) : script.runInContext(context, options);
    } finally {
      if (repl.terminal) repl._setRawMode?.(wasRaw ?? true);
    }
  }

  return function defaultEval(code, context, file, callback) {
    if (code === '\n') return callback(null);
    const { script, awaits, error } = compile(code, file);
    if (error !== undefined) return callback(error);
    restoreGroups();
    let result;
    try {
      result = run(script, context);
    } catch (thrown) {
      keepGroups();
      return fail(thrown);
    }
    keepGroups();
    if (!awaits) return callback(null, result);

    hold();
    let interrupt;
    const ended = (call) => {
      interrupts.delete(interrupt);
      release(call);
    };
    let promise = result;
    if (repl.breakEvalOnSigint) {
      promise = SafePromiseRace([result, new Promise((_, reject) => {
        interrupt = () => {
          const { stackTraceLimit } = Error;
          Error.stackTraceLimit = 0;
          const interrupted = new ERR_SCRIPT_EXECUTION_INTERRUPTED();
          Error.stackTraceLimit = stackTraceLimit;
          reject(interrupted);
        };
        interrupts.add(interrupt);
      })]);
    }
    PromisePrototypeThen(promise, (settled) => ended(() => callback(null, settled?.value)),
                         (thrown) => ended(() => fail(thrown)));
    return undefined;
  };
}

module.exports = { makeEvaluator };
