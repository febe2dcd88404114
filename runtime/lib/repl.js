'use strict';

// node:repl: lines are read, evaluated and shown. https://nodejs.org/api/repl.html

const {
  ArrayPrototypePush, ArrayPrototypeShift, FunctionPrototypeCall, NumberIsNaN, NumberParseFloat, ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor, ObjectGetOwnPropertyNames, ObjectSetPrototypeOf, RegExpPrototypeExec, SafeSet,
  StringPrototypeStartsWith, StringPrototypeTrim, Symbol,
} = primordials;
const { Console } = require('console');
const domain = require('domain');
const vm = require('vm');
const { Interface } = require('readline');
const { inspect } = require('internal/util/inspect');
const { deprecate, deprecateInstantiation } = require('internal/util');
const { codes: { ERR_INVALID_REPL_EVAL_CONFIG, ERR_INVALID_REPL_INPUT } } = require('internal/errors');
const { validateFunction, validateObject } = require('internal/validators');
const { addBuiltinLibsToObject } = require('internal/process/execution');
const { defineCommands } = require('internal/repl/commands');
const { describeUncaught } = require('internal/repl/errors');

const REPL_MODE_SLOPPY = Symbol('repl-sloppy');
const REPL_MODE_STRICT = Symbol('repl-strict');
const kBuffered = Symbol('bufferedCommand');
const kLoading = Symbol('loading');
const kStandalone = Symbol('kStandaloneREPL');

let inputs = 0;
const nextName = () => `REPL${++inputs}`;

// What an eval function gives for a text that more lines may complete.
class Recoverable extends SyntaxError {
  constructor(error) {
    super();
    this.err = error;
  }
}

const writer = (value) => inspect(value, writer.options);
writer.options = { ...inspect.defaultOptions, showProxy: true };

// While a REPL inside another program evaluates, listeners for what nobody caught would take over the whole program.
const embedded = new SafeSet();
function refuseUncaught(event) {
  if (event === 'uncaughtException' && process.domain && embedded.has(process.domain)) {
    throw new ERR_INVALID_REPL_INPUT('Listeners for `uncaughtException` cannot be used in the REPL');
  }
}
let guarding = 0;
function guardUncaught(repl) {
  embedded.add(repl._domain);
  if (guarding++ === 0) process.prependListener('newListener', refuseUncaught);
  repl.once('close', () => {
    if (--guarding === 0) process.removeListener('newListener', refuseUncaught);
  });
}

let standardNames;
function isStandard(name) {
  standardNames ??= new SafeSet(vm.runInNewContext('Object.getOwnPropertyNames(globalThis)'));
  return standardNames.has(name);
}

// In the editor what is completed goes into the text at once, where there is one way to do it.
function forEditor(callback) {
  return (error, results) => {
    if (error) return callback(error);
    const { 0: completions, 1: typed = '' } = results;
    const fitting = completions.filter((each) => each !== '' && each.startsWith(typed));
    if (fitting.length === 0) return callback(null, [[], typed]);
    return callback(null, [[commonStart(fitting)], typed]);
  };
}
function commonStart(texts) {
  let [start] = texts;
  for (const text of texts) {
    let length = 0;
    while (length < start.length && start[length] === text[length]) length++;
    start = start.slice(0, length);
  }
  return start;
}

function optionsOf(prompt, stream, eval_, useGlobal, ignoreUndefined, replMode) {
  if (typeof prompt === 'object' && prompt !== null) return { ...prompt };
  return { prompt, input: stream, output: stream, eval: eval_, useGlobal, ignoreUndefined, replMode };
}

function REPLServer(prompt, stream, eval_, useGlobal, ignoreUndefined, replMode) {
  if (!(this instanceof REPLServer)) {
    return deprecateInstantiation(REPLServer, 'DEP0185', prompt, stream, eval_, useGlobal, ignoreUndefined, replMode);
  }
  const options = optionsOf(prompt, stream, eval_, useGlobal, ignoreUndefined, replMode);
  if (options.breakEvalOnSigint && options.eval) throw new ERR_INVALID_REPL_EVAL_CONFIG();
  if (options.input === undefined && options.output === undefined) {
    options.input = options.stream ?? process.stdin;
    options.output = options.stream ?? process.stdout;
  }
  options.input ??= options.output ?? process.stdin;
  options.output ??= process.stdout;
  options.terminal ??= Boolean(options.output.isTTY);
  const colors = options.useColors ?? (typeof options.output.hasColors === 'function' ?
    options.terminal && options.output.hasColors() : options.terminal && options.output.isTTY === true);

  const { completer = (line, callback) => {
    require('internal/repl/complete').complete(this, line, this.editorMode ? forEditor(callback) : callback);
  } } = options;
  FunctionPrototypeCall(Interface, this, {
    input: options.input, output: options.output, terminal: options.terminal, historySize: options.historySize,
    removeHistoryDuplicates: options.removeHistoryDuplicates, prompt: options.prompt ?? '> ',
    completer,
  });
  this.useColors = Boolean(colors);
  this._domain = options.domain || domain.create();
  this.useGlobal = Boolean(options.useGlobal);
  this.ignoreUndefined = Boolean(options.ignoreUndefined);
  this.replMode = options.replMode || REPL_MODE_SLOPPY;
  this.breakEvalOnSigint = Boolean(options.breakEvalOnSigint);
  this.allowBlockingCompletions = Boolean(options.allowBlockingCompletions);
  this.editorMode = false;
  this.underscoreAssigned = false;
  this.last = undefined;
  this.underscoreErrAssigned = false;
  this.lastError = undefined;
  this.commands = { __proto__: null };
  this.lines = [];
  this.lines.level = [];
  this.writer = options.writer || writer;
  this[kStandalone] = options[kStandalone] === true;
  this[kBuffered] = '';
  this[kLoading] = false;
  this._initialPrompt = this.getPrompt();
  // Not shown until there is something to close.
  if (this.writer === writer) writer.options.colors = this.useColors;
  if (this[kStandalone]) {
    ObjectDefineProperty(inspect, 'replDefaults', {
      __proto__: null,
      configurable: true,
      get: () => writer.options,
      set(given) {
        validateObject(given, 'options');
        Object.assign(writer.options, given);
      },
    });
  } else {
    guardUncaught(this);
  }
  for (const { 0: old, 1: current } of [['inputStream', 'input'], ['outputStream', 'output']]) {
    ObjectDefineProperty(this, old, {
      __proto__: null,
      get: deprecate(() => this[current], 'repl.inputStream and repl.outputStream are deprecated. ' +
        'Use repl.input and repl.output instead', 'DEP0141'),
      set: deprecate((value) => { this[current] = value; }, 'repl.inputStream and repl.outputStream are deprecated. ' +
        'Use repl.input and repl.output instead', 'DEP0141'),
      enumerable: false,
      configurable: true,
    });
  }
  setUpSession(this, options);
}
ObjectSetPrototypeOf(REPLServer.prototype, Interface.prototype);
ObjectSetPrototypeOf(REPLServer, Interface);

// Reading, evaluating, printing; what only these share is in here.
function setUpSession(repl, options) {
  let sawSigint = false;
  let sawCtrlD = false;
  let promptBefore; // the editor
  let busy = false; // an evaluation is under way
  const waiting = []; // what came meanwhile
  const interrupts = new SafeSet();
  let source = '';

  const showError = (error) => {
    const text = describeUncaught(error, repl.writer, { strict: repl.replMode === REPL_MODE_STRICT, source });
    repl.output.write(text);
    repl.clearBufferedCommand();
    if (!repl.closed) repl.displayPrompt();
  };
  const onError = (error) => {
    if (!repl.underscoreErrAssigned) repl.lastError = error;
    if (repl[kStandalone] && process.listenerCount('uncaughtException') !== 0) {
      process.nextTick(() => {
        process.emit('uncaughtException', error);
        repl.clearBufferedCommand();
        if (!repl.closed) repl.displayPrompt();
      });
      return;
    }
    showError(error);
  };
  repl._domain.on('error', onError);

  const drain = () => {
    while (!busy && waiting.length > 0 && !repl.closed) ArrayPrototypeShift(waiting)();
  };
  const evaluate = options.eval ?? require('internal/repl/eval').makeEvaluator(repl, {
    Recoverable,
    interrupts,
    isStrict: () => repl.replMode === REPL_MODE_STRICT,
    hold() { busy = true; },
    fail(error) {
      // What was entered and not left is the domain of what threw.
      const failed = process.domain ?? repl._domain;
      failed.emit('error', error);
      failed.exit();
    },
    release(finish) {
      busy = false;
      repl._domain.enter();
      finish();
      if (process.domain === repl._domain) repl._domain.exit();
      drain();
    },
  });
  repl.eval = repl._domain.bind(evaluate);

  const remember = (line) => { if (line) ArrayPrototypePush(repl.lines, line); };

  const finish = (line) => function(error, result) {
    const given = arguments.length;
    remember(line);
    if (error) {
      if (!repl[kBuffered] && StringPrototypeStartsWith(StringPrototypeTrim(line), 'npm ') && !(error instanceof Recoverable)) {
        repl.output.write('npm should be run outside of the Node.js REPL, in your normal shell.\n(Press Ctrl+D to exit.)\n');
        repl.displayPrompt();
        return;
      }
      if (error instanceof Recoverable && !sawCtrlD) {
        repl[kBuffered] += `${line}\n`;
        repl.displayPrompt();
        return;
      }
      repl._domain.emit('error', error instanceof Recoverable ? error.err ?? error : error);
    }
    repl.clearBufferedCommand();
    sawCtrlD = false;
    if (!error && given === 2 && (!repl.ignoreUndefined || result !== undefined)) {
      if (!repl.underscoreAssigned) repl.last = result;
      repl.output.write(`${repl.writer(result)}\n`);
    }
    if (!repl.closed && !error) repl.displayPrompt();
  };

  const onLine = (line) => {
    line ||= '';
    sawSigint = false;
    if (repl.editorMode) {
      repl[kBuffered] += `${line}\n`;
      // The next line is indented like this one.
      const indent = repl._sawKeyPress === true && !repl[kLoading] ? RegExpPrototypeExec(/^\s+/, line) : null;
      if (indent) {
        repl.line = indent[0];
        repl.cursor = indent[0].length;
        repl._writeToOutput(indent[0]);
      }
      remember(line);
      return;
    }
    const trimmed = StringPrototypeTrim(line);
    if (trimmed[0] === '.' && trimmed[1] !== '.' && NumberIsNaN(NumberParseFloat(trimmed))) {
      const { 1: keyword, 2: rest } = RegExpPrototypeExec(/^\.([^\s]+)\s*(.*)$/, trimmed) ?? [];
      if (keyword !== undefined && repl.commands[keyword] !== undefined) {
        FunctionPrototypeCall(repl.commands[keyword].action, repl, rest);
        return;
      }
      if (!repl[kBuffered]) {
        repl.output.write('Invalid REPL keyword\n');
        finish(line)(null);
        return;
      }
    }
    source = repl[kBuffered] + line;
    require('internal/repl/complete').noteDeclarations(repl, source);
    repl.eval(`${source}\n`, repl.context, nextName(), finish(line));
  };
  repl.on('line', (line) => {
    if (busy) ArrayPrototypePush(waiting, () => onLine(line));
    else onLine(line);
  });

  repl.on('SIGINT', () => {
    if (interrupts.size > 0) {
      for (const interrupt of interrupts) interrupt();
      return;
    }
    const empty = repl.line.length === 0;
    repl._clearLine?.();
    repl.line = '';
    const cmd = repl[kBuffered];
    if (!(cmd && cmd.length > 0) && empty) {
      if (sawSigint) {
        repl.close();
        sawSigint = false;
        return;
      }
      repl.output.write('(To exit, press Ctrl+C again or Ctrl+D or type .exit)\n');
      sawSigint = true;
    } else {
      sawSigint = false;
    }
    leaveEditor();
    repl.clearBufferedCommand();
    repl.displayPrompt();
  });

  function leaveEditor() {
    if (!repl.editorMode) return;
    repl.editorMode = false;
    repl.setPrompt(promptBefore);
  }

  // Text, a line at a time, without its being shown twice.
  const load = (text) => {
    repl.editorMode = true;
    repl[kLoading] = true;
    const prompt = repl._initialPrompt;
    repl.setPrompt('');
    const lines = text.split('\n');
    for (const line of lines) repl.write(`${line}\n`);
    repl[kLoading] = false;
    repl.editorMode = false;
    repl.setPrompt(prompt);
    const code = repl[kBuffered];
    repl[kBuffered] = '';
    source = code;
    sawCtrlD = true; // there is no more of it
    repl.eval(code, repl.context, nextName(), finish(''));
  };
  defineCommands(repl, {
    load,
    enterEditor() {
      repl.editorMode = true;
      promptBefore = repl._initialPrompt;
      repl.setPrompt('');
      repl.output.write('// Entering editor mode (Ctrl+D to finish, Ctrl+C to cancel)\n');
    },
  });

  if (repl.terminal) {
    const ttyWrite = repl._ttyWrite;
    repl._ttyWrite = (text, key) => {
      key ||= {};
      if (busy && !(key.ctrl && key.name === 'c')) {
        ArrayPrototypePush(waiting, () => repl._ttyWrite(text, key));
        return;
      }
      if (repl.editorMode && key.ctrl && key.name === 'd' && repl.line !== undefined) {
        repl._acceptEditor();
        return;
      }
      if (repl.editorMode && key.name === 'tab') text = '  ';
      FunctionPrototypeCall(ttyWrite, repl, text, repl.editorMode && key.name === 'tab' ? {} : key);
    };
    repl._acceptEditor = () => {
      const { line } = repl;
      repl._clearLine();
      leaveEditor();
      repl[kBuffered] += line;
      remember(line);
      ArrayPrototypePush(repl.lines, '');
      sawCtrlD = true;
      const text = repl[kBuffered];
      repl[kBuffered] = '';
      source = text;
      repl.eval(`${text}\n`, repl.context, nextName(), finish(''));
    };
  }

  repl.on('close', () => {
    const exit = () => process.nextTick(() => repl.emit('exit'));
    if (repl.historyManager?.isFlushing) repl.once('flushHistory', exit);
    else exit();
  });

  repl.resetContext();
  repl.displayPrompt();
}

REPLServer.prototype.createContext = function() {
  let context;
  if (this.useGlobal) {
    context = globalThis;
  } else {
    context = vm.createContext();
    for (const name of ObjectGetOwnPropertyNames(globalThis)) {
      if (isStandard(name)) continue;
      ObjectDefineProperty(context, name, { __proto__: null, ...ObjectGetOwnPropertyDescriptor(globalThis, name) });
    }
    context.global = context;
    ObjectDefineProperty(context, 'console', {
      __proto__: null, configurable: true, writable: true, value: new Console(this.output),
    });
  }
  const { Module, makeRequireFunction } = require('internal/modules/cjs/loader');
  const module = new Module('<repl>');
  module.paths = Module._nodeModulePaths(require('internal/process/execution').tryGetCwd());
  for (const { 0: name, 1: value } of [['module', module], ['require', makeRequireFunction(module)]]) {
    ObjectDefineProperty(context, name, { __proto__: null, configurable: true, writable: true, value });
  }
  addBuiltinLibsToObject(context);
  return context;
};

REPLServer.prototype.resetContext = function() {
  this.context = this.createContext();
  this.underscoreAssigned = false;
  this.underscoreErrAssigned = false;
  this.lines = [];
  this.lines.level = [];
  const variable = (name, value, assigned) => ObjectDefineProperty(this.context, name, {
    __proto__: null,
    configurable: true,
    get: () => this[value],
    set: (given) => {
      this[value] = given;
      if (this[assigned]) return;
      this[assigned] = true;
      this.output.write(`Expression assignment to ${name} now disabled.\n`);
    },
  });
  variable('_', 'last', 'underscoreAssigned');
  variable('_error', 'lastError', 'underscoreErrAssigned');
  this.emit('reset', this.context);
};

REPLServer.prototype.clearBufferedCommand = function() { this[kBuffered] = ''; };

REPLServer.prototype.setPrompt = function(prompt) {
  this._initialPrompt = `${prompt}`;
  FunctionPrototypeCall(Interface.prototype.setPrompt, this, prompt);
};

REPLServer.prototype.displayPrompt = function(preserveCursor) {
  const prompt = this[kBuffered].length > 0 ? '| ' : this._initialPrompt;
  FunctionPrototypeCall(Interface.prototype.setPrompt, this, prompt);
  this.prompt(preserveCursor);
};

REPLServer.prototype.close = function() {
  if (this.closed) return;
  FunctionPrototypeCall(Interface.prototype.close, this);
};

REPLServer.prototype.defineCommand = function(keyword, command) {
  if (typeof command === 'function') command = { action: command };
  else validateFunction(command.action, 'cmd.action');
  this.commands[keyword] = command;
};

REPLServer.prototype.complete = function(line, callback) {
  if (this.completer.length < 2) callback(null, this.completer(line));
  else this.completer(line, callback);
};

REPLServer.prototype.setupHistory = function(config = {}, callback = undefined) {
  if (typeof config === 'string' || config === undefined || config === null) config = { filePath: config };
  if (typeof config === 'function') {
    callback = config;
    config = {};
  }
  const done = callback ?? config.onHistoryFileLoaded ?? ((error) => { if (error) throw error; });
  validateFunction(done, 'callback');
  if (config.size !== undefined) this.historySize = config.size;
  if (config.removeHistoryDuplicates !== undefined) this.removeHistoryDuplicates = config.removeHistoryDuplicates;
  const { History } = require('internal/repl/history');
  this.historyManager = new History(this);
  this.historyManager.initialize(config.filePath, done);
};

function start(prompt, source, eval_, useGlobal, ignoreUndefined, replMode) {
  return new REPLServer(prompt, source, eval_, useGlobal, ignoreUndefined, replMode);
}

module.exports = { start, writer, REPLServer, REPL_MODE_SLOPPY, REPL_MODE_STRICT, Recoverable };
let moduleNames;
module.exports.moduleNames = () => moduleNames ??= require('internal/bootstrap/realm').publicBuiltinIds()
  .filter((id) => id[0] !== '_' && !id.startsWith('node:'));
ObjectDefineProperty(module.exports, 'moduleNames', { __proto__: null, enumerable: false });
for (const { 0: name, 1: message, 2: code } of [
  ['builtinModules', 'repl.builtinModules is deprecated. Check module.builtinModules instead', 'DEP0191'],
  ['_builtinLibs', 'repl._builtinLibs is deprecated. Check module.builtinModules instead', 'DEP0142'],
]) {
  const { getOptionValue } = require('internal/options');
  const warn = (fn) => (getOptionValue('--pending-deprecation') ? deprecate(fn, message, code) : fn);
  ObjectDefineProperty(module.exports, name, {
    __proto__: null,
    get: warn(() => module.exports.moduleNames()),
    set: warn((value) => { moduleNames = value; }),
    enumerable: name === 'builtinModules',
    configurable: true,
  });
}
ObjectDefineProperty(module.exports, 'kStandalone', { __proto__: null, value: kStandalone, enumerable: false });
