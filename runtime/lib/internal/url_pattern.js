'use strict';

// URLPattern: https://urlpattern.spec.whatwg.org/, https://nodejs.org/api/url.html#class-urlpattern

const { Boolean, ObjectDefineProperty, String, SymbolToStringTag, TypeError } = primordials;
const { Pattern } = internalBinding('url_pattern');
const { addMethods, makeBrand } = require('internal/brand');

const Brand = makeBrand();
const names = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];

function failure(code, message) {
  const error = new TypeError(message);
  error.code = code;
  return error;
}

// A string, or the parts that an object gives.
function toInput(value, message) {
  if (value === undefined || value === null) value = {};
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' && typeof value !== 'function') throw failure('ERR_INVALID_ARG_TYPE', message);
  const parts = [];
  for (let i = 0; i <= names.length; ++i) {
    const part = value[i < names.length ? names[i] : 'baseURL'];
    parts[i] = part === undefined ? undefined : String(part);
  }
  return parts;
}

function toOptions(options, message) {
  if (options === undefined || options === null) return false;
  if (typeof options !== 'object' && typeof options !== 'function') throw failure('ERR_INVALID_ARG_TYPE', message);
  return Boolean(options.ignoreCase);
}

// (input, baseURL, options) or (input, options)
function URLPattern(input, second, third) {
  if (new.target === undefined) {
    throw failure('ERR_CONSTRUCT_CALL_REQUIRED', 'Cannot call constructor without `new`');
  }
  const given = toInput(input, 'Input must be an object or a string');
  let base;
  let ignoreCase;
  if (arguments.length > 2) {
    if (second !== undefined && second !== null && typeof second !== 'string') {
      throw failure('ERR_INVALID_ARG_TYPE', 'baseURL must be a string');
    }
    base = String(second);
    ignoreCase = toOptions(third, 'options must be an object');
  } else if (typeof second === 'string') {
    base = second;
    ignoreCase = false;
  } else {
    ignoreCase = toOptions(second, 'second argument must be a string or object');
  }
  new Brand(this, { native: new Pattern(given, base, ignoreCase), parts: undefined });
}

function toBase(value) {
  if (value === undefined) return undefined;
  if (value !== null && typeof value !== 'string') throw failure('ERR_INVALID_ARG_TYPE', 'baseURL must be a string');
  return String(value);
}

const kInputMessage = 'URLPattern input needs to be a string or an object';

addMethods(URLPattern, {
  exec(input, baseURL) {
    const { native } = Brand.get(this);
    const given = toInput(input, kInputMessage);
    const base = toBase(baseURL);
    const found = native.exec(given, base);
    if (found === undefined) throw failure('ERR_OPERATION_FAILED', 'Failed to exec URLPattern');
    if (found === null) return null;
    const inputs = [input === undefined || input === null ? {} : input];
    if (base !== undefined) inputs[1] = base;
    const part = (index) => {
      const row = found[index];
      const groups = {};
      for (let i = 1; i < row.length; i += 2) groups[row[i]] = row[i + 1];
      return { groups, input: row[0] };
    };
    return {
      __proto__: null, hash: part(7), hostname: part(3), inputs, password: part(2), pathname: part(5), port: part(4),
      protocol: part(0), search: part(6), username: part(1),
    };
  },

  test(input, baseURL) {
    const { native } = Brand.get(this);
    const result = native.test(toInput(input, kInputMessage), toBase(baseURL));
    if (result === undefined) throw failure('ERR_OPERATION_FAILED', 'Failed to test URLPattern');
    return result;
  },
});
for (let i = 0; i <= names.length; ++i) {
  ObjectDefineProperty(URLPattern.prototype, i < names.length ? names[i] : 'hasRegExpGroups', {
    __proto__: null,
    get: i < names.length ? function() {
      const state = Brand.get(this);
      return (state.parts ??= state.native.parts())[i];
    } : function() { return Brand.get(this).native.hasRegExpGroups(); },
    set: undefined,
    enumerable: true,
    configurable: false,
  });
}
ObjectDefineProperty(URLPattern.prototype, SymbolToStringTag, {
  __proto__: null, value: 'URLPattern', writable: false, enumerable: false, configurable: true,
});

module.exports = { URLPattern };
