'use strict';

// util.inspect: values as text. An Inspector holds the options and the state of one call; `describe` finds out what a
// value is and how its entries are listed, `layOut` puts the parts on one line or several.

const {
  ArrayIsArray, BigIntPrototypeValueOf, BooleanPrototypeValueOf, DatePrototypeGetTime, DatePrototypeToISOString,
  DatePrototypeToString, Error, ErrorPrototypeToString, FunctionPrototypeToString, JSONStringify, MapPrototypeEntries,
  MapPrototypeGetSize, MathMax, MathMin, MathRound, MathSqrt, MathFloor, MathTrunc, NumberIsFinite, NumberIsNaN, NumberPrototypeValueOf,
  ObjectAssign, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectGetOwnPropertyNames,
  ObjectGetOwnPropertySymbols, ObjectGetPrototypeOf, ObjectIs, ObjectKeys, ObjectPrototypeHasOwnProperty,
  ObjectPrototypePropertyIsEnumerable, ObjectSetPrototypeOf, ReflectApply, ReflectOwnKeys, RegExpPrototypeToString, SafeMap,
  SafeSet, SetPrototypeGetSize, SetPrototypeValues, String, StringPrototypeValueOf, SymbolIterator,
  SymbolPrototypeToString, SymbolPrototypeValueOf, SymbolToStringTag, TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag, uncurryThis,
} = primordials;
const {
  getOwnNonIndexProperties, getPromiseDetails, getProxyDetails, previewEntries, getExternalAddress,
  getConstructorName: internalConstructorName, kPending, kRejected, ALL_PROPERTIES, ONLY_ENUMERABLE,
} = internalBinding('util');
const {
  isAnyArrayBuffer, isArgumentsObject, isArrayBuffer, isAsyncFunction, isBigIntObject, isBooleanObject,
  isBoxedPrimitive, isDataView, isDate, isExternal, isGeneratorFunction, isMap, isMapIterator, isModuleNamespaceObject, isNativeError,
  isNumberObject, isPromise, isRegExp, isSet, isSetIterator, isStringObject, isTypedArray, isWeakMap, isWeakSet,
} = require('internal/util/types');
const { customInspectSymbol, isError, removeColors } = require('internal/util');
const { isStackOverflowError, codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { validateObject, validateString, kValidateObjectAllowArray } = require('internal/validators');

const { hasOwn } = Object;
const hasInstance = uncurryThis(Function.prototype[Symbol.hasInstance]);

const defaultOptions = {
  showHidden: false,
  depth: 2,
  colors: false,
  customInspect: true,
  showProxy: false,
  maxArrayLength: 100,
  maxStringLength: 10000,
  breakLength: 80,
  compact: 3,
  sorted: false,
  getters: false,
  numericSeparator: false,
};
ObjectDefineProperty(inspect, 'defaultOptions', {
  __proto__: null,
  get() { return defaultOptions; },
  set(options) {
    validateObject(options, 'options');
    ObjectAssign(defaultOptions, options);
  },
});
inspect.custom = customInspectSymbol;

const kDefaultForeground = 39;
const kDefaultBackground = 49;
inspect.colors = {
  __proto__: null,
  reset: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  blink: [5, 25],
  inverse: [7, 27],
  hidden: [8, 28],
  strikethrough: [9, 29],
  doubleunderline: [21, 24],
};
const kHues = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const capital = (name) => name[0].toUpperCase() + name.slice(1);
kHues.forEach((hue, i) => { inspect.colors[hue] = [30 + i, kDefaultForeground]; });
kHues.forEach((hue, i) => { inspect.colors[`bg${capital(hue)}`] = [40 + i, kDefaultBackground]; });
inspect.colors.framed = [51, 54];
inspect.colors.overlined = [53, 55];
kHues.forEach((hue, i) => { inspect.colors[i === 0 ? 'gray' : `${hue}Bright`] = [90 + i, kDefaultForeground]; });
kHues.forEach((hue, i) => { inspect.colors[i === 0 ? 'bgGray' : `bg${capital(hue)}Bright`] = [100 + i, kDefaultBackground]; });
for (const [target, aliases] of [
  ['gray', ['grey', 'blackBright']], ['bgGray', ['bgGrey', 'bgBlackBright']], ['dim', ['faint']],
  ['strikethrough', ['strikeThrough', 'crossedout', 'crossedOut']], ['hidden', ['conceal']],
  ['inverse', ['swapColors', 'swapcolors']], ['doubleunderline', ['doubleUnderline']],
]) {
  for (const alias of aliases) {
    ObjectDefineProperty(inspect.colors, alias, {
      __proto__: null,
      get() { return this[target]; },
      set(value) { this[target] = value; },
      configurable: true,
      enumerable: false,
    });
  }
}
inspect.styles = {
  __proto__: null,
  special: 'cyan',
  number: 'yellow',
  bigint: 'yellow',
  boolean: 'yellow',
  undefined: 'grey',
  null: 'bold',
  string: 'green',
  symbol: 'green',
  date: 'magenta',
  // "name": deliberately not styled
  regexp: 'red',
  module: 'underline',
};

function plain(text) {
  return text;
}

function coloured(text, kind) {
  const style = inspect.styles[kind];
  if (style === undefined) return text;
  const color = inspect.colors[style];
  if (color === undefined) return text;
  return `\u001b[${color[0]}m${text}\u001b[${color[1]}m`;
}

// ----- Strings and numbers -----

// eslint-disable-next-line no-control-regex
const kNeedsEscape = /[\x00-\x1f\x27\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
// The same without the single quote.
// eslint-disable-next-line no-control-regex
const kNeedsEscapeNoQuote = /[\x00-\x1f\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const kAllEscapes = new RegExp(kNeedsEscape, 'g');
const kAllEscapesNoQuote = new RegExp(kNeedsEscapeNoQuote, 'g');

const kShortEscapes = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\'': '\\\'', '\\': '\\\\' };
function escapeOne(unit) {
  const short = kShortEscapes[unit];
  if (short !== undefined) return short;
  const code = unit.charCodeAt(0);
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.toUpperCase().padStart(2, '0')}` : `\\u${hex}`;
}

// `text` as a literal, in the quotes that need the least escaping.
function quote(text) {
  let escape = kNeedsEscape;
  let escapes = kAllEscapes;
  let mark = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) mark = '"';
    else if (!text.includes('`') && !text.includes('${')) mark = '`';
    if (mark !== "'") {
      escape = kNeedsEscapeNoQuote;
      escapes = kAllEscapesNoQuote;
    }
  }
  if (escape.test(text)) text = text.replace(escapes, escapeOne);
  return `${mark}${text}${mark}`;
}

function groupDigits(digits) {
  const start = digits[0] === '-' ? 1 : 0;
  let out = '';
  let i = digits.length;
  for (; i >= start + 4; i -= 3) out = `_${digits.slice(i - 3, i)}${out}`;
  return i === digits.length ? digits : digits.slice(0, i) + out;
}

function groupFraction(digits) {
  let out = '';
  let i = 0;
  for (; i < digits.length - 3; i += 3) out += `${digits.slice(i, i + 3)}_`;
  return i === 0 ? digits : out + digits.slice(i);
}

function formatNumber(stylize, number, separate) {
  if (!separate) return stylize(ObjectIs(number, -0) ? '-0' : `${number}`, 'number');
  const whole = MathTrunc(number);
  const text = String(whole);
  if (whole === number) {
    if (ObjectIs(number, -0)) return stylize('-0', 'number');
    return stylize(!NumberIsFinite(number) || text.includes('e') ? text : groupDigits(text), 'number');
  }
  if (NumberIsNaN(number)) return stylize(text, 'number');
  const all = String(number);
  const dot = all.indexOf('.');
  if (dot === -1 || all.includes('e')) return stylize(all, 'number');
  return stylize(`${groupDigits(all.slice(0, dot))}.${groupFraction(all.slice(dot + 1))}`, 'number');
}

function formatBigInt(stylize, value, separate) {
  const text = String(value);
  return stylize(`${separate ? groupDigits(text) : text}n`, 'bigint');
}

function plural(count, noun) {
  return `${count} more ${noun}${count > 1 ? 's' : ''}`;
}

// ----- Names of what a value is -----

const builtInNames = new SafeSet(ObjectGetOwnPropertyNames(globalThis).filter((name) => /^[A-Z][a-zA-Z0-9]+$/.test(name)));
builtInNames.add('SharedArrayBuffer');
builtInNames.add('WebAssembly');

function isInstance(value, type) {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}

// "Foo(2) [tag] ": what goes before the brackets.
function prefixOf(constructor, tag, fallback, size = '') {
  if (constructor === null) {
    return tag !== '' && fallback !== tag ? `[${fallback}${size}: null prototype] [${tag}] ` :
      `[${fallback}${size}: null prototype] `;
  }
  return tag !== '' && !constructor.includes(tag) ? `${constructor}${size} [${tag}] ` : `${constructor}${size} `;
}

const kKeyPlain = 0;  // an object's properties
const kKeyElement = 1;  // elements, shown without a key
const kKeyExtra = 2;  // other properties of an array

const kIdentifier = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
const kClassComments = /(?:\/\*[^]*?\*\/)|(?:\/\/[^\n]*)/g;
const kMinLineWidth = 16;
// A result longer than this is cut by going no deeper.
const kMaxLength = 2 ** 27;

// Array.prototype.join() as a rope: what is deep inside is not copied again at each level around it.
function chain(parts, separator) {
  let text = '';
  for (let i = 0; i < parts.length; i++) text += i === 0 ? parts[i] : separator + parts[i];
  return text;
}

const kBuiltinFrame = /^ {4}at (?:[^/\\(]+ \(|)node:(.+):\d+:\d+(?:\)|$)/;
const kBuiltinStackFrame = /^(?:\s*at .*\(?)node:internal/;

class Inspector {
  constructor(options, stylize) {
    this.showHidden = options.showHidden;
    this.depth = options.depth;
    this.colors = options.colors;
    this.customInspect = options.customInspect;
    this.showProxy = options.showProxy;
    this.maxArrayLength = options.maxArrayLength;
    this.maxStringLength = options.maxStringLength;
    this.breakLength = options.breakLength;
    this.compact = options.compact;
    this.sorted = options.sorted;
    this.getters = options.getters;
    this.numericSeparator = options.numericSeparator;
    this.extra = undefined;  // options that we do not know, for custom inspect functions
    this.stylize = stylize;
    this.indentationLvl = 0;
    this.currentDepth = 0;
    this.seen = [];
    this.circular = undefined;
    this.budget = undefined;
  }

  // The options as a custom inspect function gets them.
  userOptions(isCrossContext) {
    const options = {
      showHidden: this.showHidden,
      depth: this.depth,
      colors: this.colors,
      customInspect: this.customInspect,
      showProxy: this.showProxy,
      maxArrayLength: this.maxArrayLength,
      maxStringLength: this.maxStringLength,
      breakLength: this.breakLength,
      compact: this.compact,
      sorted: this.sorted,
      getters: this.getters,
      numericSeparator: this.numericSeparator,
      ...this.extra,
      stylize: this.stylize,
    };
    // An object of another context must not get hold of ours through the options.
    if (isCrossContext) {
      ObjectSetPrototypeOf(options, null);
      for (const key of ObjectKeys(options)) {
        if ((typeof options[key] === 'object' || typeof options[key] === 'function') && options[key] !== null) {
          delete options[key];
        }
      }
      const { stylize } = this;
      options.stylize = ObjectSetPrototypeOf((value, flavour) => {
        let text;
        try {
          text = `${stylize(value, flavour)}`;
        } catch { /* the value's own trouble */ }
        return typeof text === 'string' ? text : value;
      }, null);
    }
    return options;
  }

  // Any value. `level` is how deep it is nested.
  value(value, level, typedArray = false) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
      return this.primitive(value, this.stylize);
    }
    const original = value;
    const target = getProxyDetails(value, this.showProxy);
    if (target !== undefined) {
      if (target === null || (this.showProxy && target[0] === null)) return this.stylize('<Revoked Proxy>', 'special');
      if (this.showProxy) return this.proxy(target, level);
      value = target;
    }
    if (this.customInspect) {
      const custom = value[customInspectSymbol];
      if (typeof custom === 'function' && custom !== inspect) {
        // A prototype is not an instance of its class.
        const { constructor } = value;
        if (typeof constructor !== 'function' || constructor.prototype !== value || !constructor.prototype) {
          const depth = this.depth === null ? null : this.depth - level;
          const isCrossContext = target !== undefined || !(original instanceof Object);
          const result = ReflectApply(custom, original, [depth, this.userOptions(isCrossContext), inspect]);
          if (result !== original) {
            const text = typeof result !== 'object' ? `${result}` : this.value(result, level);
            return text.replaceAll('\n', `\n${' '.repeat(this.indentationLvl)}`);
          }
        }
      }
    }
    if (this.seen.includes(value)) {
      this.circular ??= new SafeMap();
      let index = this.circular.get(value);
      if (index === undefined) {
        index = this.circular.size + 1;
        this.circular.set(value, index);
      }
      return this.stylize(`[Circular *${index}]`, 'special');
    }
    return this.object(value, level, typedArray);
  }

  primitive(value, stylize) {
    switch (typeof value) {
      case 'string': return this.string(value, stylize);
      case 'number': return formatNumber(stylize, value, this.numericSeparator);
      case 'bigint': return formatBigInt(stylize, value, this.numericSeparator);
      case 'boolean': return stylize(`${value}`, 'boolean');
      case 'undefined': return stylize('undefined', 'undefined');
      case 'symbol': return stylize(SymbolPrototypeToString(value), 'symbol');
      default: return stylize('null', 'null');
    }
  }

  string(value, stylize) {
    let trailer = '';
    if (value.length > this.maxStringLength) {
      const remaining = value.length - this.maxStringLength;
      value = value.slice(0, this.maxStringLength);
      trailer = `... ${remaining} more character${remaining > 1 ? 's' : ''}`;
    }
    if (this.compact !== true && value.length > kMinLineWidth &&
        value.length > this.breakLength - this.indentationLvl - 4 && value.includes('\n')) {
      const lines = value.split(/(?<=\n)/);
      return lines.map((line) => stylize(quote(line), 'string')).join(` +\n${' '.repeat(this.indentationLvl + 2)}`) +
        trailer;
    }
    return stylize(quote(value), 'string') + trailer;
  }

  proxy(details, level) {
    if (level > this.depth && this.depth !== null) return this.stylize('Proxy [Array]', 'special');
    level += 1;
    this.indentationLvl += 2;
    const parts = [this.value(details[0], level), this.value(details[1], level)];
    this.indentationLvl -= 2;
    return this.layOut(parts, '', 'Proxy [', ']', kKeyExtra, level);
  }

  keysOf(value) {
    const symbols = ObjectGetOwnPropertySymbols(value);
    if (this.showHidden) {
      const keys = ObjectGetOwnPropertyNames(value);
      if (symbols.length > 0) keys.push(...symbols);
      return keys;
    }
    let keys;
    try {
      keys = ObjectKeys(value);
    } catch {
      // A module namespace with bindings that are not initialised.
      keys = ObjectGetOwnPropertyNames(value);
    }
    for (let i = 0; i < symbols.length; i++) {
      if (ObjectPrototypePropertyIsEnumerable(value, symbols[i])) keys.push(symbols[i]);
    }
    return keys;
  }

  // The name of the class a value is of, looked for along its prototypes; null for a null prototype.
  constructorName(value, level, prototypeParts) {
    let first;
    let current = value;
    while (current || isUndetectable(current)) {
      const descriptor = ObjectGetOwnPropertyDescriptor(current, 'constructor');
      if (descriptor !== undefined && typeof descriptor.value === 'function' && descriptor.value.name !== '' &&
          isInstance(value, descriptor.value)) {
        if (prototypeParts !== undefined && (first !== current || !builtInNames.has(descriptor.value.name))) {
          this.prototypeProperties(value, first || value, level, prototypeParts);
        }
        return String(descriptor.value.name);
      }
      current = ObjectGetPrototypeOf(current);
      if (first === undefined) first = current;
    }
    if (first === null) return null;
    const name = internalConstructorName(value);
    if (level > this.depth && this.depth !== null) return `${name} <Complex prototype>`;
    const parent = this.constructorName(first, level + 1, prototypeParts);
    if (parent === null) {
      return `${name} <${inspect(first, { ...this.userOptions(false), customInspect: false, depth: -1 })}>`;
    }
    return `${name} <${parent}>`;
  }

  // With showHidden, getters and the like of a user's class are listed with its instance.
  prototypeProperties(main, object, level, output) {
    let depth = 0;
    let keys;
    let seenKeys;
    do {
      if (depth !== 0 || main === object) {
        object = ObjectGetPrototypeOf(object);
        if (object === null) break;
        const descriptor = ObjectGetOwnPropertyDescriptor(object, 'constructor');
        if (descriptor !== undefined && typeof descriptor.value === 'function' && builtInNames.has(descriptor.value.name)) break;
      }
      if (depth === 0) seenKeys = new SafeSet();
      else for (const key of keys) seenKeys.add(key);
      keys = ReflectOwnKeys(object);
      this.seen.push(main);
      for (const key of keys) {
        if (key === 'constructor' || ObjectPrototypeHasOwnProperty(main, key) || (depth !== 0 && seenKeys.has(key))) continue;
        const descriptor = ObjectGetOwnPropertyDescriptor(object, key);
        if (typeof descriptor.value === 'function') continue;
        const text = this.property(object, level, key, kKeyPlain, descriptor, main);
        output.push(this.colors ? `\u001b[2m${text}\u001b[22m` : text);
      }
      this.seen.pop();
    } while (++depth !== 3);
  }

  // An object or function: what it is, then its entries.
  object(value, level, typedArray) {
    const prototypeParts = this.showHidden && (level <= this.depth || this.depth === null) ? [] : undefined;
    const constructor = this.constructorName(value, level, prototypeParts);
    const extra = prototypeParts !== undefined && prototypeParts.length > 0 ? prototypeParts : undefined;
    let tag = value[SymbolToStringTag];
    // An own tag is listed as a property; it need not be shown twice.
    if (typeof tag !== 'string' || (tag !== '' &&
        (this.showHidden ? hasOwn(value, SymbolToStringTag) : ObjectPrototypePropertyIsEnumerable(value, SymbolToStringTag)))) {
      tag = '';
    }
    const shape = { base: '', open: '{', close: '}', keys: undefined, entries: noEntries, kind: kKeyPlain, whole: undefined, bound: value };
    if (!this.describeIterable(value, constructor, tag, shape, extra)) this.describe(value, constructor, tag, shape, extra, level, typedArray);
    if (shape.whole !== undefined) return shape.whole;
    if (level > this.depth && this.depth !== null) {
      const name = prefixOf(constructor, tag, ArrayIsArray(value) ? 'Array' : classNameOf(value, constructor)).slice(0, -1);
      return this.stylize(constructor === null ? name : `[${name}]`, 'special');
    }
    level += 1;
    this.seen.push(value);
    this.currentDepth = level;
    let output;
    const { indentationLvl } = this;
    try {
      output = shape.entries(this, shape.bound, level, shape);
      const { keys, kind } = shape;
      for (let i = 0; i < keys.length; i++) output.push(this.property(value, level, keys[i], kind));
      if (extra !== undefined) output.push(...extra);
    } catch (error) {
      if (!isStackOverflowError(error)) throw error;
      this.seen.pop();
      this.indentationLvl = indentationLvl;
      return this.stylize(
        `[${prefixOf(constructor, tag, classNameOf(value, constructor)).slice(0, -1)}: Inspection interrupted prematurely. Maximum call stack size exceeded.]`,
        'special');
    }
    let { base, open } = shape;
    if (this.circular !== undefined) {
      const index = this.circular.get(value);
      if (index !== undefined) {
        const mark = this.stylize(`<ref *${index}>`, 'special');
        if (this.compact !== true) base = base === '' ? mark : `${mark} ${base}`;
        else open = `${mark} ${open}`;
      }
    }
    this.seen.pop();
    if (this.sorted) {
      const order = this.sorted === true ? undefined : this.sorted;
      if (shape.kind === kKeyPlain) {
        output.sort(order);
      } else if (shape.keys.length > 1) {
        const at = output.length - shape.keys.length;
        output = output.slice(0, at).concat(output.slice(at).sort(order));
      }
    }
    const text = this.layOut(output, base, open, shape.close, shape.kind, level, value);
    this.budget ??= {};
    const length = (this.budget[this.indentationLvl] || 0) + text.length;
    this.budget[this.indentationLvl] = length;
    if (length > kMaxLength) this.depth = -1;
    return text;
  }

  // Collections and iterators; false when `value` is none.
  describeIterable(value, constructor, tag, shape, extra) {
    if (!(SymbolIterator in value) && constructor !== null) return false;
    if (ArrayIsArray(value)) {
      const prefix = constructor !== 'Array' || tag !== '' ? prefixOf(constructor, tag, 'Array', `(${value.length})`) : '';
      shape.keys = getOwnNonIndexProperties(value, this.showHidden ? ALL_PROPERTIES : ONLY_ENUMERABLE);
      shape.open = `${prefix}[`;
      shape.close = ']';
      if (value.length === 0 && shape.keys.length === 0 && extra === undefined) shape.whole = `${shape.open}]`;
      shape.kind = kKeyExtra;
      shape.entries = arrayEntries;
    } else if (isSet(value)) {
      const size = SetPrototypeGetSize(value);
      const prefix = prefixOf(constructor, tag, 'Set', `(${size})`);
      shape.keys = this.keysOf(value);
      if (size === 0 && shape.keys.length === 0 && extra === undefined) shape.whole = `${prefix}{}`;
      shape.open = `${prefix}{`;
      shape.entries = setEntries;
    } else if (isMap(value)) {
      const size = MapPrototypeGetSize(value);
      const prefix = prefixOf(constructor, tag, 'Map', `(${size})`);
      shape.keys = this.keysOf(value);
      if (size === 0 && shape.keys.length === 0 && extra === undefined) shape.whole = `${prefix}{}`;
      shape.open = `${prefix}{`;
      shape.entries = mapEntries;
    } else if (isTypedArray(value)) {
      const type = TypedArrayPrototypeGetSymbolToStringTag(value);
      const length = TypedArrayPrototypeGetLength(value);
      shape.keys = getOwnNonIndexProperties(value, this.showHidden ? ALL_PROPERTIES : ONLY_ENUMERABLE);
      if (constructor === null) shape.bound = new primordials[type](value);
      shape.open = `${prefixOf(constructor, tag, type, `(${length})`)}[`;
      shape.close = ']';
      if (length === 0 && shape.keys.length === 0 && !this.showHidden) shape.whole = `${shape.open}]`;
      shape.kind = kKeyExtra;
      shape.entries = typedArrayEntries;
    } else if (isMapIterator(value)) {
      shape.keys = this.keysOf(value);
      setIteratorBraces(shape, 'Map', tag);
      shape.entries = iteratorEntries;
    } else if (isSetIterator(value)) {
      shape.keys = this.keysOf(value);
      setIteratorBraces(shape, 'Set', tag);
      shape.entries = iteratorEntries;
    } else {
      return false;
    }
    return true;
  }

  // Everything else.
  describe(value, constructor, tag, shape, extra, level, typedArray) {
    let keys = shape.keys = this.keysOf(value);
    const bare = keys.length === 0 && extra === undefined;
    if (isArgumentsObject(value)) {
      shape.open = `${tag !== '' && tag !== 'Arguments' ? `[Arguments] [${tag}]` : '[Arguments]'} {`;
      if (bare) shape.whole = `${shape.open}}`;
    } else if (tag !== '' && constructor === 'Object') {
      shape.open = `${prefixOf(constructor, tag, classNameOf(value, constructor))}{`;
      if (bare) shape.whole = `${shape.open}}`;
    } else if (constructor === 'Object' && !isSpecial(value)) {
      if (bare) shape.whole = '{}';
    } else if (typeof value === 'function') {
      shape.base = this.functionBase(value, constructor, tag);
      if (bare) shape.whole = this.stylize(shape.base, 'special');
    } else if (isRegExp(value)) {
      const text = RegExpPrototypeToString(constructor !== null ? value : new primordials.RegExp(value));
      const prefix = prefixOf(constructor, tag, 'RegExp');
      shape.base = prefix === 'RegExp ' ? text : `${prefix}${text}`;
      if (bare || (level > this.depth && this.depth !== null)) shape.whole = this.stylize(shape.base, 'regexp');
    } else if (isDate(value)) {
      const text = NumberIsNaN(DatePrototypeGetTime(value)) ? DatePrototypeToString(value) : DatePrototypeToISOString(value);
      const prefix = prefixOf(constructor, tag, 'Date');
      shape.base = prefix === 'Date ' ? text : `${prefix}${text}`;
      if (bare) shape.whole = this.stylize(shape.base, 'date');
    } else if (isError(value)) {
      shape.base = require('internal/util/inspect_error').formatError(this, value, constructor, tag, keys);
      if (keys.length === 0 && extra === undefined) shape.whole = shape.base;
    } else if (isAnyArrayBuffer(value)) {
      const prefix = prefixOf(constructor, tag, isArrayBuffer(value) ? 'ArrayBuffer' : 'SharedArrayBuffer');
      if (!typedArray) {
        shape.entries = arrayBufferEntries;
      } else if (bare) {
        shape.whole = `${prefix}{ [byteLength]: ${formatNumber(this.stylize, value.byteLength, false)} }`;
      }
      shape.open = `${prefix}{`;
      shape.keys = ['byteLength', ...keys];
    } else if (isDataView(value)) {
      shape.open = `${prefixOf(constructor, tag, 'DataView')}{`;
      shape.keys = ['byteLength', 'byteOffset', 'buffer', ...keys];
    } else if (isPromise(value)) {
      shape.open = `${prefixOf(constructor, tag, 'Promise')}{`;
      shape.entries = promiseEntries;
    } else if (isWeakSet(value)) {
      shape.open = `${prefixOf(constructor, tag, 'WeakSet')}{`;
      shape.entries = this.showHidden ? weakSetEntries : weakEntries;
    } else if (isWeakMap(value)) {
      shape.open = `${prefixOf(constructor, tag, 'WeakMap')}{`;
      shape.entries = this.showHidden ? weakMapEntries : weakEntries;
    } else if (isModuleNamespaceObject(value)) {
      shape.open = `${prefixOf(constructor, tag, 'Module')}{`;
      shape.bound = { value, keys };
      shape.keys = [];
      shape.entries = namespaceEntries;
    } else if (isBoxedPrimitive(value)) {
      shape.base = this.boxedBase(value, shape, constructor, tag);
      if (shape.keys.length === 0 && extra === undefined) shape.whole = shape.base;
    } else {
      if (bare) {
        if (isExternal(value)) shape.whole = this.stylize(`[External: ${getExternalAddress(value).toString(16)}]`, 'special');
        else shape.whole = `${prefixOf(constructor, tag, classNameOf(value, constructor))}{}`;
      }
      shape.open = `${prefixOf(constructor, tag, classNameOf(value, constructor))}{`;
    }
  }

  functionBase(value, constructor, tag) {
    const source = FunctionPrototypeToString(value);
    if (source.startsWith('class') && source.endsWith('}')) {
      const body = source.slice(5, -1);
      const brace = body.indexOf('{');
      // A method named `class` has a parameter list before its brace.
      if (brace !== -1 && (!body.slice(0, brace).includes('(') || /^[\s]*[^\s(]*\s*(extends|\{)/.test(body.replace(kClassComments, '')))) {
        return this.classBase(value, constructor, tag);
      }
    }
    let type = 'Function';
    if (isGeneratorFunction(value)) type = `Generator${type}`;
    if (isAsyncFunction(value)) type = `Async${type}`;
    let base = `[${type}`;
    if (constructor === null) base += ' (null prototype)';
    const { name } = value;
    base += name === '' ? ' (anonymous)' : `: ${typeof name === 'string' ? name : this.value(name, 0)}`;
    base += ']';
    if (constructor !== type && constructor !== null) base += ` ${constructor}`;
    if (tag !== '' && constructor !== tag) base += ` [${tag}]`;
    return base;
  }

  classBase(value, constructor, tag) {
    const name = (hasOwn(value, 'name') && value.name) || '(anonymous)';
    let base = `class ${typeof name === 'string' ? name : this.value(name, 0)}`;
    if (constructor !== 'Function' && constructor !== null) base += ` [${constructor}]`;
    if (tag !== '' && constructor !== tag) base += ` [${tag}]`;
    if (constructor !== null) {
      const parent = ObjectGetPrototypeOf(value).name;
      if (parent) base += ` extends ${parent}`;
    } else {
      base += ' extends [null prototype]';
    }
    return `[${base}]`;
  }

  boxedBase(value, shape, constructor, tag) {
    let primitive;
    let type;
    if (isNumberObject(value)) {
      primitive = NumberPrototypeValueOf(value);
      type = 'Number';
    } else if (isStringObject(value)) {
      primitive = StringPrototypeValueOf(value);
      type = 'String';
      // Its characters are properties, but not worth showing.
      shape.keys = shape.keys.slice(primitive.length);
    } else if (isBooleanObject(value)) {
      primitive = BooleanPrototypeValueOf(value);
      type = 'Boolean';
    } else if (isBigIntObject(value)) {
      primitive = BigIntPrototypeValueOf(value);
      type = 'BigInt';
    } else {
      primitive = SymbolPrototypeValueOf(value);
      type = 'Symbol';
    }
    let base = `[${type}`;
    if (type !== constructor) base += constructor === null ? ' (null prototype)' : ` (${constructor})`;
    base += `: ${this.primitive(primitive, plain)}]`;
    if (tag !== '' && tag !== constructor) base += ` [${tag}]`;
    if (shape.keys.length !== 0 || this.stylize === plain) return base;
    return this.stylize(base, type.toLowerCase());
  }

  // One property: "key: value".
  property(value, level, key, kind, descriptor, original = value) {
    let text;
    let space = ' ';
    descriptor ??= ObjectGetOwnPropertyDescriptor(value, key) ||
      { value: value[key], configurable: true, enumerable: false };
    if (descriptor.value !== undefined) {
      const indent = this.compact !== true || kind !== kKeyPlain ? 2 : 3;
      this.indentationLvl += indent;
      text = this.value(descriptor.value, level);
      if (indent === 3 && this.breakLength < getStringWidth(text, this.colors)) space = `\n${' '.repeat(this.indentationLvl)}`;
      this.indentationLvl -= indent;
    } else if (descriptor.get !== undefined) {
      text = this.getter(descriptor, original, level);
    } else if (descriptor.set !== undefined) {
      text = this.stylize('[Setter]', 'special');
    } else {
      text = this.stylize('undefined', 'undefined');
    }
    if (kind === kKeyElement) return text;
    return `${this.key(key, descriptor)}:${space}${text}`;
  }

  key(key, descriptor) {
    if (typeof key === 'symbol') {
      let name = SymbolPrototypeToString(key);
      if (kNeedsEscapeNoQuote.test(name)) name = name.replace(kAllEscapesNoQuote, escapeOne);
      name = this.stylize(name, 'symbol');
      return descriptor.enumerable === false ? `[${name}]` : name;
    }
    if (key === '__proto__') return "['__proto__']";
    const text = kIdentifier.test(key) ? this.stylize(key, 'name') : this.stylize(quote(key), 'string');
    return descriptor.enumerable === false ? `[${text}]` : text;
  }

  getter(descriptor, original, level) {
    const { stylize } = this;
    const label = descriptor.set !== undefined ? 'Getter/Setter' : 'Getter';
    const show = this.getters && (this.getters === true ||
      (this.getters === 'get' && descriptor.set === undefined) || (this.getters === 'set' && descriptor.set !== undefined));
    if (!show) return stylize(`[${label}]`, 'special');
    const { indentationLvl } = this;
    try {
      const got = ReflectApply(descriptor.get, original, []);
      this.indentationLvl += 2;
      let text;
      if (got === null) text = `${stylize(`[${label}:`, 'special')} ${stylize('null', 'null')}${stylize(']', 'special')}`;
      else if (typeof got === 'object') text = `${stylize(`[${label}]`, 'special')} ${this.value(got, level)}`;
      else text = `${stylize(`[${label}:`, 'special')} ${this.primitive(got, stylize)}${stylize(']', 'special')}`;
      this.indentationLvl -= 2;
      return text;
    } catch (error) {
      this.indentationLvl = indentationLvl + 2;
      const text = `${stylize(`[${label}:`, 'special')} <Inspection threw (${this.value(error, level)})>${stylize(']', 'special')}`;
      this.indentationLvl = indentationLvl;
      return text;
    }
  }

  // Parts between brackets, on one line where they fit.
  layOut(output, base, open, close, kind, level, value) {
    if (this.compact !== true) {
      if (typeof this.compact === 'number' && this.compact >= 1) {
        const entries = output.length;
        if (kind === kKeyExtra && entries > 6) output = this.group(output, value);
        // So many innermost levels share a line, if they were not put into columns.
        if (this.currentDepth - level < this.compact && entries === output.length) {
          const start = output.length + this.indentationLvl + open.length + base.length + 10;
          if (this.fits(output, start, base)) {
            const joined = output.join(', ');
            if (!joined.includes('\n')) return `${base ? `${base} ` : ''}${open} ${joined} ${close}`;
          }
        }
      }
      const indentation = `\n${' '.repeat(this.indentationLvl)}`;
      return `${base ? `${base} ` : ''}${open}${indentation}  ${chain(output, `,${indentation}  `)}${indentation}${close}`;
    }
    if (this.fits(output, 0, base)) {
      return `${open}${base ? ` ${base}` : ''} ${output.join(', ')} ${close}`;
    }
    const indentation = `\n${' '.repeat(this.indentationLvl)}`;
    const line = base === '' && open.length === 1 ? ' ' : `${base ? ` ${base}` : ''}${indentation}  `;
    return `${open}${line}${chain(output, `,${indentation}  `)} ${close}`;
  }

  fits(output, start, base) {
    let total = output.length + start;
    if (total + output.length > this.breakLength) return false;
    for (let i = 0; i < output.length; i++) {
      total += this.colors ? removeColors(output[i]).length : output[i].length;
      if (total > this.breakLength) return false;
    }
    return base === '' || !base.includes('\n');
  }

  // Many short elements are aligned in columns.
  group(output, value) {
    let total = 0;
    let longest = 0;
    let count = output.length;
    // The last one is "... more items".
    if (this.maxArrayLength < output.length) count--;
    const gap = 2;
    const lengths = new Array(count);
    for (let i = 0; i < count; i++) {
      const length = getStringWidth(output[i], this.colors);
      lengths[i] = length;
      total += length + gap;
      if (longest < length) longest = length;
    }
    const width = longest + gap;
    if (width * 3 + this.indentationLvl >= this.breakLength || (total / width <= 5 && longest > 6)) return output;
    // About as wide as high, a character being 2.5 times as high as wide; short entries among long ones make it wider.
    const bias = MathSqrt(width - total / output.length);
    const biased = MathMax(width - 3 - bias, 1);
    const columns = MathMin(
      MathRound(MathSqrt(2.5 * biased * count) / biased),
      MathFloor((this.breakLength - this.indentationLvl) / width),
      this.compact * 4,
      15);
    if (columns <= 1) return output;
    const widths = [];
    for (let i = 0; i < columns; i++) {
      let widest = 0;
      for (let j = i; j < count; j += columns) if (lengths[j] > widest) widest = lengths[j];
      widths.push(widest + gap);
    }
    let padLeft = true;
    if (value !== undefined) {
      for (let i = 0; i < output.length; i++) {
        if (typeof value[i] !== 'number' && typeof value[i] !== 'bigint') {
          padLeft = false;
          break;
        }
      }
    }
    const rows = [];
    for (let i = 0; i < count; i += columns) {
      const end = MathMin(i + columns, count);
      let row = '';
      let j = i;
      for (; j < end - 1; j++) {
        const padding = widths[j - i] + output[j].length - lengths[j];
        row += padLeft ? `${output[j]}, `.padStart(padding, ' ') : `${output[j]}, `.padEnd(padding, ' ');
      }
      row += padLeft ? output[j].padStart(widths[j - i] + output[j].length - lengths[j] - gap, ' ') : output[j];
      rows.push(row);
    }
    if (this.maxArrayLength < output.length) rows.push(output[count]);
    return rows;
  }
}

// document.all, and whatever an embedder marks like it.
function isUndetectable(value) {
  return typeof value === 'undefined' && value !== undefined;
}

// What V8 knows a value's class as, for where its prototypes do not tell.
function classNameOf(value, constructor) {
  return constructor === null ? internalConstructorName(value) : 'Object';
}

// Is it more than a plain object, whatever its constructor says?
function isSpecial(value) {
  return typeof value === 'function' || isRegExp(value) || isDate(value) || isError(value) || isAnyArrayBuffer(value) ||
    isDataView(value) || isPromise(value) || isWeakSet(value) || isWeakMap(value) || isModuleNamespaceObject(value) ||
    isBoxedPrimitive(value) || isExternal(value);
}

// ----- Entries: (inspector, value, level, shape) -> parts -----

function noEntries() {
  return [];
}

function limitOf(inspector, length) {
  return MathMin(MathMax(0, inspector.maxArrayLength), length);
}

function arrayEntries(inspector, value, level) {
  const { length } = value;
  const shown = limitOf(inspector, length);
  const output = [];
  for (let i = 0; i < shown; i++) {
    // Holes are counted, not listed.
    if (!ObjectPrototypeHasOwnProperty(value, i)) return holeyEntries(inspector, value, level, shown, output, i);
    output.push(inspector.property(value, level, i, kKeyElement));
  }
  if (length > shown) output.push(`... ${plural(length - shown, 'item')}`);
  return output;
}

const kIndex = /^(0|[1-9][0-9]*)$/;
function holeyEntries(inspector, value, level, limit, output, i) {
  const keys = ObjectKeys(value);
  let index = i;
  for (; i < keys.length && output.length < limit; i++) {
    const key = keys[i];
    if (!kIndex.test(key) || +key > 2 ** 32 - 2) break;
    if (`${index}` !== key) {
      const empty = +key - index;
      output.push(inspector.stylize(`<${empty} empty item${empty > 1 ? 's' : ''}>`, 'undefined'));
      index = +key;
      if (output.length === limit) break;
    }
    output.push(inspector.property(value, level, key, kKeyElement));
    index++;
  }
  const remaining = value.length - index;
  if (output.length !== limit) {
    if (remaining > 0) output.push(inspector.stylize(`<${remaining} empty item${remaining > 1 ? 's' : ''}>`, 'undefined'));
  } else if (remaining > 0) {
    output.push(`... ${plural(remaining, 'item')}`);
  }
  return output;
}

function typedArrayEntries(inspector, value, level) {
  const length = TypedArrayPrototypeGetLength(value);
  const shown = limitOf(inspector, length);
  const output = new Array(shown);
  const format = length > 0 && typeof value[0] === 'number' ? formatNumber : formatBigInt;
  for (let i = 0; i < shown; i++) output[i] = format(inspector.stylize, value[i], inspector.numericSeparator);
  if (length > shown) output.push(`... ${plural(length - shown, 'item')}`);
  if (inspector.showHidden) {
    inspector.indentationLvl += 2;
    for (const key of ['BYTES_PER_ELEMENT', 'length', 'byteLength', 'byteOffset', 'buffer']) {
      output.push(`[${key}]: ${inspector.value(value[key], level, true)}`);
    }
    inspector.indentationLvl -= 2;
  }
  return output;
}

function setEntries(inspector, value, level) {
  const shown = limitOf(inspector, SetPrototypeGetSize(value));
  const rest = SetPrototypeGetSize(value) - shown;
  const output = [];
  inspector.indentationLvl += 2;
  let i = 0;
  for (const one of safeIterate(SetPrototypeValues(value))) {
    if (i++ >= shown) break;
    output.push(inspector.value(one, level));
  }
  if (rest > 0) output.push(`... ${plural(rest, 'item')}`);
  inspector.indentationLvl -= 2;
  return output;
}

function mapEntries(inspector, value, level) {
  const shown = limitOf(inspector, MapPrototypeGetSize(value));
  const rest = MapPrototypeGetSize(value) - shown;
  const output = [];
  inspector.indentationLvl += 2;
  let i = 0;
  for (const one of safeIterate(MapPrototypeEntries(value))) {
    if (i++ >= shown) break;
    output.push(`${inspector.value(one[0], level)} => ${inspector.value(one[1], level)}`);
  }
  if (rest > 0) output.push(`... ${plural(rest, 'item')}`);
  inspector.indentationLvl -= 2;
  return output;
}

// Iterates without looking at patched prototypes.
const nextOfSet = uncurryThis(ObjectGetPrototypeOf(new Set().values()).next);
const nextOfMap = uncurryThis(ObjectGetPrototypeOf(new Map().entries()).next);
function safeIterate(iterator) {
  const next = isSetIterator(iterator) ? nextOfSet : nextOfMap;
  return { __proto__: null, [SymbolIterator]() { return this; }, next() { return next(iterator); } };
}

let utf8Hex;
function arrayBufferEntries(inspector, buffer) {
  let bytes;
  try {
    bytes = new Uint8Array(buffer);
  } catch {
    return [inspector.stylize('(detached)', 'special')];
  }
  utf8Hex ??= (view, end) => {
    let out = '';
    for (let i = 0; i < end; i++) out += `${i === 0 ? '' : ' '}${view[i] < 16 ? '0' : ''}${view[i].toString(16)}`;
    return out;
  };
  const shown = limitOf(inspector, bytes.length);
  let text = utf8Hex(bytes, shown);
  const rest = buffer.byteLength - shown;
  if (rest > 0) text += ` ... ${rest} more byte${rest > 1 ? 's' : ''}`;
  return [`${inspector.stylize('[Uint8Contents]', 'special')}: <${text}>`];
}

function promiseEntries(inspector, promise, level) {
  const { 0: state, 1: result } = getPromiseDetails(promise);
  if (state === kPending) return [inspector.stylize('<pending>', 'special')];
  inspector.indentationLvl += 2;
  const text = inspector.value(result, level);
  inspector.indentationLvl -= 2;
  return [state === kRejected ? `${inspector.stylize('<rejected>', 'special')} ${text}` : text];
}

function weakEntries(inspector) {
  return [inspector.stylize('<items unknown>', 'special')];
}

function weakSetEntries(inspector, value, level) {
  return listEntries(inspector, level, previewEntries(value), true);
}

function weakMapEntries(inspector, value, level) {
  return pairEntries(inspector, level, previewEntries(value), kWeak);
}

function namespaceEntries(inspector, { value, keys }, level) {
  const output = new Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    try {
      output[i] = inspector.property(value, level, keys[i], kKeyPlain);
    } catch {
      // A binding before its initialisation.
      const marker = { [keys[i]]: '' };
      const text = inspector.property(marker, level, keys[i], kKeyPlain);
      output[i] = `${text.slice(0, text.lastIndexOf(' ') + 1)}${inspector.stylize('<uninitialized>', 'special')}`;
    }
  }
  return output;
}

function setIteratorBraces(shape, type, tag) {
  if (tag !== `${type} Iterator`) {
    if (tag !== '') tag += '] [';
    tag += `${type} Iterator`;
  }
  shape.open = `[${tag}] {`;
}

function iteratorEntries(inspector, value, level, shape) {
  const { 0: entries, 1: isKeyValue } = previewEntries(value, true);
  if (isKeyValue) {
    shape.open = shape.open.replace(/ Iterator] {$/, ' Entries] {');
    return pairEntries(inspector, level, entries, kEntryPairs);
  }
  return listEntries(inspector, level, entries, false);
}

const kWeak = 0;
const kEntryPairs = 1;

function listEntries(inspector, level, entries, isWeak) {
  const shown = limitOf(inspector, entries.length);
  const output = new Array(shown);
  inspector.indentationLvl += 2;
  for (let i = 0; i < shown; i++) output[i] = inspector.value(entries[i], level);
  inspector.indentationLvl -= 2;
  // The order of a weak collection's entries tells nothing.
  if (isWeak && !inspector.sorted) output.sort();
  const rest = entries.length - shown;
  if (rest > 0) output.push(`... ${plural(rest, 'item')}`);
  return output;
}

function pairEntries(inspector, level, entries, state) {
  const count = entries.length / 2;
  const shown = limitOf(inspector, count);
  const rest = count - shown;
  const output = new Array(shown);
  inspector.indentationLvl += 2;
  for (let i = 0; i < shown; i++) {
    const pair = [inspector.value(entries[2 * i], level), inspector.value(entries[2 * i + 1], level)];
    output[i] = state === kWeak ? `${pair[0]} => ${pair[1]}` : inspector.layOut(pair, '', '[', ']', kKeyExtra, level);
  }
  if (state === kWeak && !inspector.sorted) output.sort();
  if (rest > 0) output.push(`... ${plural(rest, 'item')}`);
  inspector.indentationLvl -= 2;
  return output;
}

// ----- The public functions -----

// inspect(value, options), or inspect(value, showHidden, depth, colors).
function inspect(value, opts) {
  const inspector = new Inspector(defaultOptions, plain);
  if (arguments.length > 1) {
    if (arguments.length > 2) {
      if (arguments[2] !== undefined) inspector.depth = arguments[2];
      if (arguments.length > 3 && arguments[3] !== undefined) inspector.colors = arguments[3];
    }
    if (typeof opts === 'boolean') {
      inspector.showHidden = opts;
    } else if (opts) {
      for (const key of ObjectKeys(opts)) {
        if (hasOwn(defaultOptions, key) || key === 'stylize') inspector[key] = opts[key];
        else (inspector.extra ??= {})[key] = opts[key];
      }
    }
  }
  if (inspector.colors) inspector.stylize = coloured;
  if (inspector.maxArrayLength === null) inspector.maxArrayLength = Infinity;
  if (inspector.maxStringLength === null) inspector.maxStringLength = Infinity;
  return inspector.value(value, 0);
}

// How many columns `text` takes on a terminal.
function getStringWidth(text, stripColors = true) {
  if (stripColors) text = stripVTControlCharacters(text);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126) return internalBinding('icu').getStringWidth(text.normalize('NFC'));
  }
  return text.length;
}

// Control sequences of terminals: CSI and OSC, in both their 7-bit and 8-bit forms.
const kControls = new RegExp(
  '\\u001B\\][^]*?(?:\\u0007|\\u001B\\\\|\\u009C)' +
  '|[\\u001B\\u009B][[\\]()#;?]*(?:\\d{1,4}(?:[;:]\\d{0,4})*)?[\\dA-PR-TZcf-nq-uy=><~]', 'g');
function stripVTControlCharacters(text) {
  validateString(text, 'str');
  return text.includes('\u001b') || text.includes('\u009b') ? text.replace(kControls, '') : text;
}

module.exports = {
  Inspector,
  coloured,
  defaultOptions,
  formatBigInt,
  formatNumber,
  getStringWidth,
  inspect,
  plain,
  quote,
  stripVTControlCharacters,
  get format() { return require('internal/util/format').format; },
  get formatWithOptions() { return require('internal/util/format').formatWithOptions; },
};
