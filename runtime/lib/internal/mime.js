'use strict';

// util.MIMEType and util.MIMEParams. Documented in doc/api/util.md; Spec: WHATWG MIME Sniffing, "Parsing a MIME type".

const {
  FunctionPrototypeCall, ObjectDefineProperty, RegExpPrototypeExec, SafeMap, SafeStringPrototypeSearch, StringPrototypeIndexOf,
  StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeToLowerCase, SymbolIterator,
} = primordials;
const { codes: { ERR_INVALID_MIME_SYNTAX } } = require('internal/errors');

const kNotToken = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/;
const kNotQuoted = /[^\t\u0020-\u007e\u0080-\u00ff]/;
const kStartSpace = /^[\t\n\r ]*/;
const kEndSpace = /[\t\n\r ]*$/;

const trimStart = (text) => text.replace(kStartSpace, '');
const trimEnd = (text) => text.replace(kEndSpace, '');

// ASCII letters alone change.
function lowerCase(text) {
  return text.replace(/[A-Z]+/g, (letters) => StringPrototypeToLowerCase(letters));
}

// `text` in lower case, when it is a token; `whole` is what an error names.
function token(text, production, whole) {
  const invalid = SafeStringPrototypeSearch(text, kNotToken);
  if (text === '' || invalid !== -1) throw new ERR_INVALID_MIME_SYNTAX(production, whole, invalid);
  return lowerCase(text);
}

// A value in quotes from `start`, which is behind the first: [value, index behind it]. A quote that nobody closes ends with
// the text, and so does a lone backslash, which is kept.
function quotedString(text, start) {
  let value = '';
  let i = start;
  for (; i < text.length && text[i] !== '"'; i++) {
    if (text[i] === '\\' && i + 1 < text.length) i++;
    value += text[i];
  }
  return [value, i];
}

let parseParams; // (text) -> MIMEParams

class MIMEParams {
  #data = new SafeMap();

  // Where MIMEType puts what it reads: `text` is all behind the first semicolon. What is no parameter is passed over, and
  // the first of a name counts.
  static {
    parseParams = (text) => {
      const params = new MIMEParams();
      const data = params.#data;
      let i = 0;
      while (i < text.length) {
        i += RegExpPrototypeExec(kStartSpace, StringPrototypeSlice(text, i))[0].length;
        const start = i;
        while (i < text.length && text[i] !== ';' && text[i] !== '=') i++;
        const name = lowerCase(StringPrototypeSlice(text, start, i));
        if (i >= text.length || text[i] === ';') {
          i++;
          continue;
        }
        i++;
        let value;
        let end = StringPrototypeIndexOf(text, ';', i);
        if (text[i] === '"') {
          let behind;
          [value, behind] = quotedString(text, i + 1);
          end = StringPrototypeIndexOf(text, ';', behind);
        } else {
          value = trimEnd(StringPrototypeSlice(text, i, end === -1 ? text.length : end));
          if (value === '') value = undefined;
        }
        i = end === -1 ? text.length : end + 1;
        if (name === '' || value === undefined || data.has(name)) continue;
        if (SafeStringPrototypeSearch(name, kNotToken) !== -1 || SafeStringPrototypeSearch(value, kNotQuoted) !== -1) continue;
        data.set(name, value);
      }
      return params;
    };
  }

  delete(name) {
    this.#data.delete(lowerCase(`${name}`));
  }

  get(name) {
    return this.#data.get(lowerCase(`${name}`)) ?? null;
  }

  has(name) {
    return this.#data.has(lowerCase(`${name}`));
  }

  set(name, value) {
    name = `${name}`;
    value = `${value}`;
    const key = token(name, 'parameter name', name);
    const invalid = SafeStringPrototypeSearch(value, kNotQuoted);
    if (invalid !== -1) throw new ERR_INVALID_MIME_SYNTAX('parameter value', value, invalid);
    this.#data.set(key, value);
  }

  *entries() {
    yield* this.#data.entries();
  }

  *keys() {
    yield* this.#data.keys();
  }

  *values() {
    yield* this.#data.values();
  }

  toString() {
    let text = '';
    for (const [name, value] of this.#data) {
      const isToken = value !== '' && SafeStringPrototypeSearch(value, kNotToken) === -1;
      const shown = isToken ? value : `"${StringPrototypeReplaceAll(StringPrototypeReplaceAll(value, '\\', '\\\\'), '"', '\\"')}"`;
      text += `${text === '' ? '' : ';'}${name}=${shown}`;
    }
    return text;
  }
}
ObjectDefineProperty(MIMEParams.prototype, SymbolIterator, {
  __proto__: null, configurable: true, enumerable: false, writable: true, value: MIMEParams.prototype.entries,
});
ObjectDefineProperty(MIMEParams.prototype, 'toJSON', {
  __proto__: null, configurable: true, enumerable: false, writable: true, value: MIMEParams.prototype.toString,
});

class MIMEType {
  #type;
  #subtype;
  #params;

  constructor(input) {
    const whole = `${input}`;
    const text = trimStart(whole);
    const slash = StringPrototypeIndexOf(text, '/');
    this.#type = slash === -1 ? token('', 'type', whole) : token(StringPrototypeSlice(text, 0, slash), 'type', whole);
    const rest = StringPrototypeSlice(text, slash + 1);
    const semicolon = StringPrototypeIndexOf(rest, ';');
    const end = semicolon === -1 ? rest.length : semicolon;
    this.#subtype = token(trimEnd(StringPrototypeSlice(rest, 0, end)), 'subtype', whole);
    this.#params = parseParams(StringPrototypeSlice(rest, end + 1));
  }

  static parse(input) {
    try {
      return new MIMEType(input);
    } catch {
      return null;
    }
  }

  get type() {
    return this.#type;
  }

  set type(value) {
    value = `${value}`;
    this.#type = token(value, 'type', value);
  }

  get subtype() {
    return this.#subtype;
  }

  set subtype(value) {
    value = `${value}`;
    this.#subtype = token(value, 'subtype', value);
  }

  get essence() {
    return `${this.#type}/${this.#subtype}`;
  }

  get params() {
    return this.#params;
  }

  toString() {
    const params = FunctionPrototypeCall(MIMEParams.prototype.toString, this.#params);
    return `${this.#type}/${this.#subtype}${params === '' ? '' : `;${params}`}`;
  }
}
ObjectDefineProperty(MIMEType.prototype, 'toJSON', {
  __proto__: null, configurable: true, enumerable: false, writable: true, value: MIMEType.prototype.toString,
});

module.exports = { MIMEParams, MIMEType };
