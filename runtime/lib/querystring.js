'use strict';

// node:querystring.

const { codes: { ERR_INVALID_URI } } = require('internal/errors');

const kHex = '0123456789ABCDEF';
const kPercent = Array.from({ length: 256 }, (_, i) => `%${kHex[i >> 4]}${kHex[i & 15]}`);
// 1 where a character stays as it is.
const kUnescaped = new Uint8Array(128);
for (const one of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!'()*-._~") kUnescaped[one.charCodeAt(0)] = 1;

// `text` with everything but `kept` characters as UTF-8 percent escapes.
function encodeText(text, kept) {
  let out = '';
  let last = 0;
  const { length } = text;
  for (let i = 0; i < length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      if (kept[code] === 1) continue;
      if (last < i) out += text.slice(last, i);
      last = i + 1;
      out += kPercent[code];
      continue;
    }
    if (last < i) out += text.slice(last, i);
    if (code < 0x800) {
      last = i + 1;
      out += kPercent[0xC0 | (code >> 6)] + kPercent[0x80 | (code & 63)];
    } else if (code < 0xD800 || code >= 0xE000) {
      last = i + 1;
      out += kPercent[0xE0 | (code >> 12)] + kPercent[0x80 | ((code >> 6) & 63)] + kPercent[0x80 | (code & 63)];
    } else {
      if (++i >= length) throw new ERR_INVALID_URI();
      code = 0x10000 + (((code & 0x3FF) << 10) | (text.charCodeAt(i) & 0x3FF));
      last = i + 1;
      out += kPercent[0xF0 | (code >> 18)] + kPercent[0x80 | ((code >> 12) & 63)] + kPercent[0x80 | ((code >> 6) & 63)] +
        kPercent[0x80 | (code & 63)];
    }
  }
  if (last === 0) return text;
  return last < length ? out + text.slice(last) : out;
}

function qsEscape(value) {
  if (typeof value !== 'string') value = typeof value === 'object' ? String(value) : `${value}`;
  return encodeText(value, kUnescaped);
}

function hexValue(code) {
  if (code >= 48 && code <= 57) return code - 48;
  const low = code | 32;
  return low >= 97 && low <= 102 ? low - 87 : -1;
}

// The bytes of `text` with its valid escapes decoded; never throws.
function unescapeBuffer(text, decodeSpaces) {
  const out = require('buffer').Buffer.allocUnsafe(text.length);
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (decodeSpaces && code === 43) {
      code = 32;
    } else if (code === 37 && i + 2 < text.length) {
      const high = hexValue(text.charCodeAt(i + 1));
      const low = hexValue(text.charCodeAt(i + 2));
      if (high >= 0 && low >= 0) {
        code = high * 16 + low;
        i += 2;
      }
    }
    out[size++] = code;
  }
  return size === text.length ? out : out.slice(0, size);
}

function qsUnescape(text, decodeSpaces) {
  try {
    return decodeURIComponent(text);
  } catch {
    return unescapeBuffer(text, decodeSpaces).toString();
  }
}

function primitiveText(value) {
  switch (typeof value) {
    case 'string': return value;
    case 'number': return Number.isFinite(value) ? `${value}` : '';
    case 'bigint': return `${value}`;
    case 'boolean': return value ? 'true' : 'false';
    default: return '';
  }
}

function encodePrimitive(value, encode) {
  switch (typeof value) {
    case 'string': return value.length > 0 ? encode(value) : '';
    case 'number': return Number.isFinite(value) ? (Math.abs(value) < 1e21 ? `${value}` : encode(`${value}`)) : '';
    case 'bigint': return `${value}`;
    case 'boolean': return value ? 'true' : 'false';
    default: return '';
  }
}

function stringify(object, separator, equals, options) {
  separator ||= '&';
  equals ||= '=';
  let encode = module.exports.escape;
  let convert = encodePrimitive;
  if (typeof options?.encodeURIComponent === 'function') {
    encode = options.encodeURIComponent;
    convert = (value, encoder) => encoder(primitiveText(value));
  } else if (encode !== qsEscape) {
    convert = (value, encoder) => encoder(primitiveText(value));
  }
  if (object === null || typeof object !== 'object') return '';
  let out = '';
  for (const key of Object.keys(object)) {
    const value = object[key];
    const start = `${convert(key, encode)}${equals}`;
    if (Array.isArray(value)) {
      for (const one of value) {
        if (out) out += separator;
        out += start + convert(one, encode);
      }
    } else {
      if (out) out += separator;
      out += start + convert(value, encode);
    }
  }
  return out;
}

function decodeText(text, decode) {
  try {
    return decode(text);
  } catch {
    return module.exports.unescape(text, true);
  }
}

function parse(text, separator, equals, options) {
  const result = { __proto__: null };
  if (typeof text !== 'string' || text.length === 0) return result;
  separator = separator ? `${separator}` : '&';
  equals = equals ? `${equals}` : '=';
  let pairs = 1000;
  if (typeof options?.maxKeys === 'number') pairs = options.maxKeys > 0 ? options.maxKeys : -1;
  let decode = module.exports.unescape;
  if (typeof options?.decodeURIComponent === 'function') decode = options.decodeURIComponent;
  const isCustom = decode !== qsUnescape;
  const convert = (part) => {
    if (part.includes('+')) part = part.replaceAll('+', isCustom ? '%20' : ' ');
    if (part.length === 0 || (!isCustom && !part.includes('%'))) return part;
    return decodeText(part, decode);
  };
  let start = 0;
  while (start <= text.length) {
    let end = text.indexOf(separator, start);
    if (end === -1) end = text.length;
    if (end > start) {
      const at = text.indexOf(equals, start);
      const split = at === -1 || at >= end ? end : at;
      const key = convert(text.slice(start, split));
      const value = split === end ? '' : convert(text.slice(split + equals.length, end));
      const present = result[key];
      if (present === undefined) result[key] = value;
      else if (typeof present === 'string') result[key] = [present, value];
      else present.push(value);
      if (--pairs === 0) return result;
    }
    start = end + separator.length;
  }
  return result;
}

module.exports = {
  unescapeBuffer,
  unescape: qsUnescape,
  escape: qsEscape,
  stringify,
  encode: stringify,
  parse,
  decode: parse,
};
