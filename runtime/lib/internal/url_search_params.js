'use strict';

// URLSearchParams: https://url.spec.whatwg.org/#interface-urlsearchparams

const {
  codes: { ERR_ARG_NOT_ITERABLE, ERR_INVALID_THIS, ERR_INVALID_TUPLE, ERR_MISSING_ARGS },
} = require('internal/errors');
const { validateFunction } = require('internal/validators');
const { customInspectSymbol: kInspect } = require('internal/util');

// What application/x-www-form-urlencoded leaves as it is.
const kPlain = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._') kPlain[c.charCodeAt(0)] = 1;
const kHex = [];
for (let i = 0; i < 256; i++) kHex.push(`%${i < 16 ? '0' : ''}${i.toString(16).toUpperCase()}`);

function encode(text) {
  let out = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 128 && kPlain[c] === 1) continue;
    out += text.slice(from, i);
    if (c === 32) {
      out += '+';
    } else if (c < 128) {
      out += kHex[c];
    } else {
      const code = text.codePointAt(i);
      if (code > 0xffff) i++;
      if (code < 0x800) {
        out += kHex[0xc0 | (code >> 6)];
      } else {
        if (code < 0x10000) {
          out += kHex[0xe0 | (code >> 12)];
        } else {
          out += kHex[0xf0 | (code >> 18)] + kHex[0x80 | ((code >> 12) & 63)];
        }
        out += kHex[0x80 | ((code >> 6) & 63)];
      }
      out += kHex[0x80 | (code & 63)];
    }
    from = i + 1;
  }
  return from === 0 ? text : out + text.slice(from);
}

function hexDigit(c) {
  if (c >= 48 && c <= 57) return c - 48;
  c |= 32;
  return c >= 97 && c <= 102 ? c - 87 : -1;
}

let decoder;
function decode(text) {
  const plus = text.includes('+');
  if (!text.includes('%')) return plus ? text.replaceAll('+', ' ') : text;
  const bytes = Buffer.from(text, 'utf8');
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i];
    if (byte === 43) {
      byte = 32;
    } else if (byte === 37 && i + 2 < bytes.length) {
      const high = hexDigit(bytes[i + 1]);
      const low = hexDigit(bytes[i + 2]);
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low;
        i += 2;
      }
    }
    bytes[length++] = byte;
  }
  decoder ??= new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(bytes.subarray(0, length));
}

// 'a=1&b' -> ['a', '1', 'b', '']
function parse(text) {
  const list = [];
  let start = 0;
  while (start <= text.length) {
    let end = text.indexOf('&', start);
    if (end === -1) end = text.length;
    if (end > start) {
      const pair = text.slice(start, end);
      const equals = pair.indexOf('=');
      if (equals === -1) list.push(decode(pair), '');
      else list.push(decode(pair.slice(0, equals)), decode(pair.slice(equals + 1)));
    }
    start = end + 1;
  }
  return list;
}

function toUSV(value) {
  return `${value}`.toWellFormed();
}

class URLSearchParams {
  #list = [];
  #url = null;

  constructor(init = undefined) {
    if (init == null) return;
    if (typeof init !== 'object' && typeof init !== 'function') {
      init = toUSV(init);
      this.#list = parse(init[0] === '?' ? init.slice(1) : init);
      return;
    }
    const method = init[Symbol.iterator];
    if (method === this[Symbol.iterator] && #list in init) {
      this.#list = init.#list.slice();
    } else if (method != null) {
      if (typeof method !== 'function') throw new ERR_ARG_NOT_ITERABLE('Query pairs');
      for (const pair of init) {
        if (pair == null) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
        if (Array.isArray(pair)) {
          if (pair.length !== 2) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
          this.#list.push(toUSV(pair[0]), toUSV(pair[1]));
          continue;
        }
        if ((typeof pair !== 'object' && typeof pair !== 'function') || typeof pair[Symbol.iterator] !== 'function') {
          throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
        }
        let length = 0;
        for (const element of pair) {
          length++;
          this.#list.push(toUSV(element));
        }
        if (length !== 2) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]');
      }
    } else {
      // A record: names that become the same keep the last value.
      const seen = new Map();
      for (const key of Reflect.ownKeys(init)) {
        const descriptor = Reflect.getOwnPropertyDescriptor(init, key);
        if (descriptor === undefined || !descriptor.enumerable) continue;
        const name = toUSV(key);
        const value = toUSV(init[key]);
        if (seen.has(name)) {
          this.#list[seen.get(name)] = value;
        } else {
          seen.set(name, this.#list.push(name, value) - 1);
        }
      }
    }
  }

  // For URL: this object shows the query of `url`, which is told of changes.
  static attach(params, url, query) {
    params.#url = url;
    params.#list = parse(query);
  }
  static refill(params, query) {
    params.#list = parse(query);
  }
  static isURLSearchParams(value) {
    return typeof value === 'object' && value !== null && #list in value;
  }

  #changed() {
    this.#url?.(this);
  }

  get size() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return this.#list.length / 2;
  }

  append(name, value) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    this.#list.push(toUSV(name), toUSV(value));
    this.#changed();
  }

  delete(name, value = undefined) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    const list = this.#list;
    name = toUSV(name);
    if (value !== undefined) value = toUSV(value);
    for (let i = 0; i < list.length;) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) list.splice(i, 2);
      else i += 2;
    }
    this.#changed();
  }

  get(name) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    const list = this.#list;
    name = toUSV(name);
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) return list[i + 1];
    }
    return null;
  }

  getAll(name) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    const list = this.#list;
    const values = [];
    name = toUSV(name);
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) values.push(list[i + 1]);
    }
    return values;
  }

  has(name, value = undefined) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    const list = this.#list;
    name = toUSV(name);
    if (value !== undefined) value = toUSV(value);
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) return true;
    }
    return false;
  }

  set(name, value) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    const list = this.#list;
    name = toUSV(name);
    value = toUSV(value);
    let found = false;
    for (let i = 0; i < list.length;) {
      if (list[i] !== name) {
        i += 2;
      } else if (found) {
        list.splice(i, 2);
      } else {
        list[i + 1] = value;
        found = true;
        i += 2;
      }
    }
    if (!found) list.push(name, value);
    this.#changed();
  }

  sort() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    const list = this.#list;
    const pairs = [];
    for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
    // By UTF-16 code units; Array.prototype.sort is stable.
    pairs.sort(({ 0: a }, { 0: b }) => (a < b ? -1 : a > b ? 1 : 0));
    this.#list = pairs.flat();
    this.#changed();
  }

  forEach(callback, thisArg = undefined) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    validateFunction(callback, 'callback');
    for (let i = 0; i < this.#list.length; i += 2) callback.call(thisArg, this.#list[i + 1], this.#list[i], this);
  }

  entries() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return new Iterator(this, (list, i) => [list[i], list[i + 1]]);
  }
  keys() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return new Iterator(this, (list, i) => list[i]);
  }
  values() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    return new Iterator(this, (list, i) => list[i + 1]);
  }

  toString() {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    const list = this.#list;
    let out = '';
    for (let i = 0; i < list.length; i += 2) out += `${i ? '&' : ''}${encode(list[i])}=${encode(list[i + 1])}`;
    return out;
  }

  [kInspect](depth, options) {
    if (!isParams(this)) throw new ERR_INVALID_THIS('URLSearchParams');
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
    const { inspect } = require('internal/util/inspect');
    const inner = { ...options };
    if (depth !== null) inner.depth = depth - 1;
    const list = this.#list;
    const parts = [];
    for (let i = 0; i < list.length; i += 2) parts.push(`${inspect(list[i], inner)} => ${inspect(list[i + 1], inner)}`);
    return framed('URLSearchParams', parts, options);
  }

  static {
    Object.defineProperties(this.prototype, {
      [Symbol.iterator]: { __proto__: null, configurable: true, writable: true, value: this.prototype.entries },
      [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'URLSearchParams' },
    });
    for (const name of ['append', 'delete', 'get', 'getAll', 'has', 'set', 'sort', 'entries', 'forEach', 'keys', 'values', 'toString', 'size']) {
      Object.defineProperty(this.prototype, name, { __proto__: null, enumerable: true });
    }
  }

  static listOf(params) { return params.#list; }
}
const { attach, isURLSearchParams: isParams, listOf, refill } = URLSearchParams;
for (const name of ['attach', 'isURLSearchParams', 'listOf', 'refill']) delete URLSearchParams[name];

// `name { a, b }` on one line when short, else a line each.
function framed(name, parts, { breakLength }) {
  const length = parts.reduce((sum, part) => sum + part.replace(/\u001b\[\d+m/g, '').length + 2, 0);
  if (parts.length === 0) return `${name} {}`;
  return length <= breakLength ? `${name} { ${parts.join(', ')} }` : `${name} {\n  ${parts.join(',\n  ')} }`;
}

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

class Iterator {
  #params;
  #pick;
  #index = 0;
  constructor(params, pick) {
    this.#params = params;
    this.#pick = pick;
  }
  next() {
    if (typeof this !== 'object' || this === null || !(#params in this)) throw new ERR_INVALID_THIS('URLSearchParamsIterator');
    const list = listOf(this.#params);
    if (this.#index >= list.length) return { value: undefined, done: true };
    const value = this.#pick(list, this.#index);
    this.#index += 2;
    return { value, done: false };
  }
  [kInspect](depth, options) {
    if (typeof this !== 'object' || this === null || !(#params in this)) throw new ERR_INVALID_THIS('URLSearchParamsIterator');
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
    const { inspect } = require('internal/util/inspect');
    const inner = { ...options };
    if (depth !== null) inner.depth = depth - 1;
    const list = listOf(this.#params);
    const parts = [];
    for (let i = this.#index; i < list.length; i += 2) parts.push(inspect(this.#pick(list, i), inner));
    return framed('URLSearchParams Iterator', parts, options);
  }
}
Object.setPrototypeOf(Iterator.prototype, IteratorPrototype);
delete Iterator.prototype.constructor;
Object.defineProperties(Iterator.prototype, {
  next: { __proto__: null, enumerable: true },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'URLSearchParams Iterator' },
});

module.exports = { URLSearchParams, attach, encode, isURLSearchParams: isParams, refill };
