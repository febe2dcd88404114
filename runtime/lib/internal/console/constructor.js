'use strict';

// The Console class.

const {
  ArrayFrom, ArrayIsArray, ErrorCaptureStackTrace, FunctionPrototypeBind, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectKeys,
  ObjectPrototypeHasOwnProperty, ReflectApply, ReflectOwnKeys, SafeMap, SafeWeakMap, SymbolHasInstance,
} = primordials;
const {
  codes: { ERR_CONSOLE_WRITABLE_STREAM, ERR_INCOMPATIBLE_OPTION_PAIR },
  isStackOverflowError,
} = require('internal/errors');
const { validateArray, validateInteger, validateObject, validateOneOf } = require('internal/validators');
const { inspect } = require('internal/util/inspect');
const { formatWithOptions } = require('internal/util/format');
const types = require('internal/util/types');

const { writeSync } = internalBinding('process_methods');

const kColors = { colors: true };
const kPlain = {};
const kMaxGroupIndentation = 1000;

// What the methods need of an instance; users see none of it.
const states = new SafeWeakMap();

class State {
  constructor(console) {
    this.console = console;
    this.ignoreErrors = true;
    this.colorMode = 'auto';
    this.indent = '';
    this.indentWidth = 2;
    this.counts = undefined;
    this.timers = undefined;
    this.inspectOptions = undefined;  // Map of streams, when given
    this.hasOwnStreams = false;  // was the global console's _stdout or _stderr replaced?
    this.streams = undefined;  // {stdout, stderr}; the global console looks at process each time
  }

  stream(name) {
    return this.streams === undefined && !this.hasOwnStreams ? process[name] : this.console[`_${name}`];
  }

  // The descriptor to write to where process has not made a stream of it yet and nobody could tell the difference: files
  // and pipes are written synchronously either way. -1 where the stream is needed.
  directFd(name) {
    if (this.streams !== undefined) return -1;
    const fd = name === 'stdout' ? 1 : 2;
    if (!isDirect[fd]) {
      if (isDirect[fd] === undefined) {
        const type = internalBinding('process_object').guessHandleType(fd);
        isDirect[fd] = type === 'FILE' || type === 'PIPE';
      }
      if (!isDirect[fd]) return -1;
    }
    const { get } = ObjectGetOwnPropertyDescriptor(process, name) ?? kPlain;
    if (get === undefined || get !== require('internal/process/start').stdioGetters[name] ||
        this.hasOwnStreams || require('internal/process/stdio').isMade(fd)) return -1;
    return fd;
  }

  optionsFor(stream) {
    const { colorMode } = this;
    const own = this.inspectOptions?.get(stream);
    const color = colorMode === 'auto' ? require('internal/util/colors').shouldColorize(stream) : colorMode;
    if (own !== undefined) return own.colors === undefined ? { ...own, colors: color } : own;
    return color ? kColors : kPlain;
  }

  inspectOptionsFor(name, direct = this.directFd(name)) {
    return direct === -1 || process.env.FORCE_COLOR !== undefined ? this.optionsFor(this.stream(name)) : kPlain;
  }

  write(name, text, direct = this.directFd(name)) {
    if (this.indent.length !== 0) {
      if (text.includes('\n')) text = text.replace(/\n/g, `\n${this.indent}`);
      text = this.indent + text;
    }
    text += '\n';
    if (direct !== -1) return void writeSync(direct, text);
    const stream = this.stream(name);
    if (!this.ignoreErrors) return stream.write(text);
    // Errors of the stream must not end the program: a listener is there while it writes.
    if (stream.listenerCount !== undefined && stream.listenerCount('error') > 0) {
      try { stream.write(text, noop); } catch (error) { if (isStackOverflowError(error)) throw error; }
      return undefined;
    }
    try {
      stream.once('error', noop);
      stream.write(text, (error) => {
        // An error may still be emitted after this.
        if (error !== null && error !== undefined && !stream._writableState?.errorEmitted) {
          if (stream.listenerCount('error') === 0) stream.once('error', noop);
        }
      });
    } catch (error) {
      // Out of stack: what the program would see, with or without this write.
      if (isStackOverflowError(error)) throw error;
    } finally {
      stream.removeListener('error', noop);
    }
    return undefined;
  }

  log(name, args) {
    const { 0: first } = args;
    const direct = this.directFd(name);
    const text = args.length === 1 && typeof first === 'string' ? first :
      formatWithOptions(this.inspectOptionsFor(name, direct), ...args);
    return this.write(name, text, direct);
  }
}
// By descriptor: is it a file or pipe?
const isDirect = [];
function noop() {}

function Console(options) {
  if (new.target === undefined) return Reflect.construct(Console, arguments);
  if (!options || typeof options.write === 'function') {
    options = { stdout: options, stderr: arguments[1], ignoreErrors: arguments[2] };
  }
  const {
    stdout, stderr = stdout, ignoreErrors = true, colorMode = 'auto', inspectOptions, groupIndentation,
  } = options;
  if (!stdout || typeof stdout.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stdout');
  if (!stderr || typeof stderr.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stderr');
  validateOneOf(colorMode, 'colorMode', ['auto', true, false]);
  if (groupIndentation !== undefined) validateInteger(groupIndentation, 'groupIndentation', 0, kMaxGroupIndentation);
  const state = new State(this);
  if (inspectOptions !== undefined) {
    validateObject(inspectOptions, 'options.inspectOptions');
    const check = (one) => {
      if (one.colors !== undefined && options.colorMode !== undefined) {
        throw new ERR_INCOMPATIBLE_OPTION_PAIR('options.inspectOptions.color', 'colorMode');
      }
    };
    state.inspectOptions = new SafeMap();
    if (types.isMap(inspectOptions)) {
      for (const { 0: stream, 1: one } of inspectOptions) {
        check(one);
        state.inspectOptions.set(stream, one);
      }
    } else {
      check(inspectOptions);
      state.inspectOptions.set(stdout, inspectOptions);
      state.inspectOptions.set(stderr, inspectOptions);
    }
  }
  bindMethods(this);
  state.streams = { stdout, stderr };
  ObjectDefineProperty(this, '_stdout', { __proto__: null, value: stdout, writable: true, enumerable: true, configurable: true });
  ObjectDefineProperty(this, '_stderr', { __proto__: null, value: stderr, writable: true, enumerable: true, configurable: true });
  state.ignoreErrors = Boolean(ignoreErrors);
  state.colorMode = colorMode;
  state.indentWidth = groupIndentation ?? 2;
  states.set(this, state);
}

// Methods work without their console: const { log } = console.
function bindMethods(console) {
  for (const key of ObjectKeys(Console.prototype)) {
    const bound = FunctionPrototypeBind(console[key], console);
    ObjectDefineProperty(bound, 'name', { __proto__: null, value: key, configurable: true });
    console[key] = bound;
  }
}

// Makes the global console out of a plain object: it writes to process.stdout and process.stderr, whatever they are.
function initializeGlobal(console) {
  for (const key of ReflectOwnKeys(Console.prototype)) {
    if (key === 'constructor') continue;
    const descriptor = Reflect.getOwnPropertyDescriptor(Console.prototype, key);
    if (typeof descriptor.value === 'function') {
      const { value } = descriptor;
      descriptor.value = FunctionPrototypeBind(value, console);
      ObjectDefineProperty(descriptor.value, 'name', { __proto__: null, value: key, configurable: true });
    }
    Reflect.defineProperty(console, key, descriptor);
  }
  const state = new State(console);
  states.set(console, state);
  for (const name of ['stdout', 'stderr']) {
    ObjectDefineProperty(console, `_${name}`, {
      __proto__: null,
      configurable: true,
      enumerable: false,
      get() { return process[name]; },
      set(value) {
        state.hasOwnStreams = true;
        ObjectDefineProperty(console, `_${name}`, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
      },
    });
  }
}

ObjectDefineProperty(Console, SymbolHasInstance, {
  __proto__: null,
  value(instance) { return states.has(instance); },
});

function stateOf(console) {
  return states.get(console);
}

function formatTime(ms) {
  let hours = 0;
  let minutes = 0;
  let seconds = 0;
  if (ms >= 1000) {
    if (ms >= 60000) {
      if (ms >= 3600000) {
        hours = Math.floor(ms / 3600000);
        ms %= 3600000;
      }
      minutes = Math.floor(ms / 60000);
      ms %= 60000;
    }
    seconds = ms / 1000;
  }
  if (hours !== 0 || minutes !== 0) {
    const { 0: whole, 1: fraction } = seconds.toFixed(3).split('.');
    const shown = `${whole.padStart(2, '0')}.${fraction}`;
    if (hours !== 0) return `${hours}:${`${minutes}`.padStart(2, '0')}:${shown} (h:mm:ss.mmm)`;
    return `${minutes}:${shown} (m:ss.mmm)`;
  }
  if (seconds !== 0) return `${seconds.toFixed(3)}s`;
  return `${Number(ms.toFixed(3))}ms`;
}

function timeLog(console, label, data, isEnd) {
  label = `${label}`;
  const { timers } = stateOf(console);
  const start = timers?.get(label);
  if (start === undefined) {
    process.emitWarning(`No such label '${label}' for console.${isEnd ? 'timeEnd' : 'timeLog'}()`);
    return;
  }
  const text = formatTime(Number(process.hrtime.bigint() - start) / 1e6);
  if (data.length > 0) console.log('%s: %s', label, text, ...data);
  else console.log('%s: %s', label, text);
  if (isEnd) timers.delete(label);
}

const methods = {
  log(...args) { stateOf(this).log('stdout', args); },
  warn(...args) { stateOf(this).log('stderr', args); },
  error(...args) { stateOf(this).log('stderr', args); },

  dir(object, options) {
    const state = stateOf(this);
    state.write('stdout', inspect(object, {
      customInspect: false, ...state.inspectOptionsFor('stdout'), ...options,
    }));
  },

  time(label = 'default') {
    label = `${label}`;
    const state = stateOf(this);
    state.timers ??= new SafeMap();
    if (state.timers.has(label)) {
      process.emitWarning(`Label '${label}' already exists for console.time()`);
      return;
    }
    state.timers.set(label, process.hrtime.bigint());
  },
  timeEnd(label = 'default') { timeLog(this, label, [], true); },
  timeLog(label = 'default', ...data) { timeLog(this, label, data, false); },

  trace: function trace(...args) {
    const state = stateOf(this);
    const error = {
      name: 'Trace', message: formatWithOptions(state.inspectOptionsFor('stderr'), ...args),
      toString() { return this.message === '' ? 'Trace' : `Trace: ${this.message}`; },
    };
    ErrorCaptureStackTrace(error, trace);
    let { stack } = error;
    // The bound function between this and the caller is no news.
    if (!stack.startsWith('Trace')) stack = `${error}${stack.slice(stack.indexOf('\n    at'))}`;
    this.error(stack);
  },

  assert(expression, ...args) {
    if (expression) return;
    if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
    else args.unshift('Assertion failed');
    ReflectApply(this.warn, this, args);
  },

  clear() {
    const stdout = stateOf(this).directFd('stdout') === -1 ? this._stdout : undefined;
    if (stdout?.isTTY && process.env.TERM !== 'dumb') {
      const { cursorTo, clearScreenDown } = require('internal/readline/callbacks');
      cursorTo(stdout, 0, 0);
      clearScreenDown(stdout);
    }
  },

  count(label = 'default') {
    label = `${label}`;
    const state = stateOf(this);
    state.counts ??= new SafeMap();
    const count = (state.counts.get(label) ?? 0) + 1;
    state.counts.set(label, count);
    this.log(`${label}: ${count}`);
  },
  countReset(label = 'default') {
    label = `${label}`;
    const { counts } = stateOf(this);
    if (!counts?.has(label)) {
      process.emitWarning(`Count for '${label}' does not exist`);
      return;
    }
    counts.delete(label);
  },

  group(...data) {
    if (data.length > 0) ReflectApply(this.log, this, data);
    const state = stateOf(this);
    state.indent += ' '.repeat(state.indentWidth);
  },
  groupEnd() {
    const state = stateOf(this);
    state.indent = state.indent.slice(0, state.indent.length - state.indentWidth);
  },

  table(data, properties) {
    if (data === null || typeof data !== 'object') return this.log(data);
    if (properties !== undefined) validateArray(properties, 'properties');
    const state = stateOf(this);
    const cell = (value) => {
      // Deep enough to show what a cell is, no more.
      const depth = value !== null && typeof value === 'object' && !ArrayIsArray(value) && ObjectKeys(value).length > 2 ? -1 : 0;
      return inspect(value, { ...state.inspectOptionsFor('stdout'), maxArrayLength: 3, depth, breakLength: Infinity });
    };
    const draw = (head, columns) => this.log(require('internal/cli_table')(head, columns));
    const indexes = (length) => ArrayFrom({ length }, (_, i) => cell(i));
    const { previewEntries } = internalBinding('util');
    let entries;
    let isKeyValue = false;
    if (types.isMapIterator(data)) {
      const { 0: list, 1: pairs } = previewEntries(data, true);
      entries = list;
      isKeyValue = pairs;
      if (isKeyValue) {
        const keys = entries.filter((_, i) => i % 2 === 0).map(cell);
        const values = entries.filter((_, i) => i % 2 === 1).map(cell);
        return draw(['(iteration index)', 'Key', 'Values'], [indexes(keys.length), keys, values]);
      }
    } else if (types.isMap(data)) {
      const keys = [...data.keys()].map(cell);
      return draw(['(iteration index)', 'Key', 'Values'], [indexes(keys.length), keys, [...data.values()].map(cell)]);
    } else if (types.isSetIterator(data)) {
      entries = previewEntries(data);
    } else if (types.isSet(data)) {
      entries = [...data];
    }
    if (entries !== undefined) {
      const values = entries.map(cell);
      return draw(['(iteration index)', 'Values'], [indexes(values.length), values]);
    }
    const columns = { __proto__: null };
    let hasPrimitives = false;
    const valuesColumn = [];
    const indexColumn = ObjectKeys(data);
    for (let i = 0; i < indexColumn.length; i++) {
      const item = data[indexColumn[i]];
      const isPrimitive = item === null || (typeof item !== 'function' && typeof item !== 'object');
      if (isPrimitive) {
        hasPrimitives = true;
        valuesColumn[i] = cell(item);
        continue;
      }
      for (const key of properties || ObjectKeys(item)) {
        columns[key] ??= [];
        columns[key][i] = ObjectPrototypeHasOwnProperty(item, key) ? cell(item[key]) : '';
      }
    }
    const keys = ObjectKeys(columns);
    const head = ['(index)', ...keys];
    const body = [indexColumn, ...keys.map((key) => columns[key])];
    if (hasPrimitives) {
      head.push('Values');
      body.push(valuesColumn);
    }
    return draw(head, body);
  },
};
methods.debug = methods.log;
methods.info = methods.log;
methods.dirxml = methods.log;
methods.groupCollapsed = methods.group;

// In the order that listing a console shows.
for (const key of [
  'log', 'warn', 'dir', 'time', 'timeEnd', 'timeLog', 'trace', 'assert', 'clear', 'count', 'countReset', 'group', 'groupEnd', 'table',
  'debug', 'info', 'dirxml', 'error', 'groupCollapsed',
]) {
  Console.prototype[key] = methods[key];
}

module.exports = { Console, formatTime, initializeGlobal };
