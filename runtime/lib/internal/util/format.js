'use strict';

// util.format: printf-like text. What it does not need for a mark goes after the text, separated by spaces.

const {
  NumberParseFloat, NumberParseInt, ObjectGetPrototypeOf, ObjectPrototypeHasOwnProperty, String,
  SymbolToPrimitive,
} = primordials;
const { defaultOptions, formatBigInt, formatNumber, inspect, plain } = require('internal/util/inspect');
const { getProxyDetails } = internalBinding('util');
const { validateObject, kValidateObjectAllowArray } = require('internal/validators');

let builtInNames;

// Was what `value[key]` finds written by the program, rather than being one of the language's own?
function isOfProgram(value, key) {
  if (ObjectPrototypeHasOwnProperty(value, key)) return true;
  let pointer = value;
  do {
    pointer = ObjectGetPrototypeOf(pointer);
  } while (pointer !== null && !ObjectPrototypeHasOwnProperty(pointer, key));
  if (pointer === null) return true;
  builtInNames ??= new Set(Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z][a-zA-Z0-9]+$/.test(name)));
  const descriptor = Object.getOwnPropertyDescriptor(pointer, 'constructor');
  return !(descriptor !== undefined && typeof descriptor.value === 'function' && builtInNames.has(descriptor.value.name));
}

// Has `value` a way to text that its author wrote? Then %s uses it.
function hasOwnToText(value) {
  const target = getProxyDetails(value, false);
  if (target !== undefined) {
    if (target === null) return false;
    value = target;
  }
  if (typeof value[SymbolToPrimitive] === 'function' && isOfProgram(value, SymbolToPrimitive)) return true;
  return typeof value.toString === 'function' && isOfProgram(value, 'toString');
}

const kNoDepth = { depth: 0, colors: false, compact: 3 };

function withOptions(options, overrides) {
  return options === undefined ? overrides : { ...options, ...overrides };
}

function textOf(value, options) {
  switch (typeof value) {
    case 'number': return formatNumber(plain, value, options?.numericSeparator ?? defaultOptions.numericSeparator);
    case 'bigint': return formatBigInt(plain, value, options?.numericSeparator ?? defaultOptions.numericSeparator);
    case 'object':
      if (value !== null && hasOwnToText(value)) return String(value);
      return inspect(value, withOptions(options, kNoDepth));
    case 'function':
      return String(value);
    default: return String(value);
  }
}

function number(value, options, parse) {
  if (typeof value === 'bigint') return formatBigInt(plain, value, options?.numericSeparator ?? defaultOptions.numericSeparator);
  if (typeof value === 'symbol') return formatNumber(plain, NaN, false);
  return formatNumber(plain, parse(value), options?.numericSeparator ?? defaultOptions.numericSeparator);
}

function json(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error.name === 'TypeError' && error.message.startsWith('Converting circular structure to JSON')) return '[Circular]';
    throw error;
  }
}

function formatArgs(options, args) {
  const first = args[0];
  let next = 0;
  let text = '';
  let join = '';
  if (typeof first === 'string') {
    if (args.length === 1) return first;
    let last = 0;
    for (let i = 0; i < first.length - 1; i++) {
      if (first.charCodeAt(i) !== 37) continue;
      const mark = first.charCodeAt(++i);
      if (next + 1 !== args.length) {
        let piece;
        switch (mark) {
          case 115: piece = textOf(args[++next], options); break; // s
          case 106: piece = json(args[++next]); break; // j
          case 100: piece = number(args[++next], options, Number); break; // d
          case 79: piece = inspect(args[++next], options); break; // O
          case 111: // o
            piece = inspect(args[++next], withOptions(options, { showHidden: true, showProxy: true, depth: 4 }));
            break;
          case 105: piece = number(args[++next], options, NumberParseInt); break; // i
          case 102: // f
            piece = args[++next];
            piece = typeof piece === 'symbol' ? 'NaN' :
              formatNumber(plain, NumberParseFloat(piece), options?.numericSeparator ?? defaultOptions.numericSeparator);
            break;
          case 99: next++; piece = ''; break; // c: style sheets have no meaning here
          case 37: // %
            text += first.slice(last, i);
            last = i + 1;
            continue;
          default: continue;
        }
        if (last !== i - 1) text += first.slice(last, i - 1);
        text += piece;
        last = i + 1;
      } else if (mark === 37) {
        text += first.slice(last, i);
        last = i + 1;
      }
    }
    if (last !== 0) {
      next++;
      join = ' ';
      if (last < first.length) text += first.slice(last);
    }
  }
  while (next < args.length) {
    const value = args[next];
    text += join;
    text += typeof value !== 'string' ? inspect(value, options) : value;
    join = ' ';
    next++;
  }
  return text;
}

function format(...args) {
  return formatArgs(undefined, args);
}

function formatWithOptions(inspectOptions, ...args) {
  validateObject(inspectOptions, 'inspectOptions', kValidateObjectAllowArray);
  return formatArgs(inspectOptions, args);
}

module.exports = { format, formatArgs, formatWithOptions };
