'use strict';

// TextEncoder and TextDecoder. Spec: WHATWG Encoding.

const { ObjectDefineProperties, SymbolToStringTag } = primordials;
const {
  codes: { ERR_ENCODING_INVALID_ENCODED_DATA, ERR_ENCODING_NOT_SUPPORTED, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS },
} = require('internal/errors');
const { customInspectSymbol } = require('internal/util');
const { isAnyArrayBuffer, isArrayBufferView, isUint8Array } = require('internal/util/types');
const { validateString, validateObject, kValidateObjectAllowObjectsAndNull } = require('internal/validators');
const binding = internalBinding('buffer');

// Encodings and their labels.
const kLabels = {
  'utf-8': ['unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'utf8', 'x-unicode20utf8'],
  'ibm866': ['866', 'cp866', 'csibm866'],
  'iso-8859-2': ['csisolatin2', 'iso-ir-101', 'iso8859-2', 'iso88592', 'iso_8859-2', 'iso_8859-2:1987', 'l2', 'latin2'],
  'iso-8859-3': ['csisolatin3', 'iso-ir-109', 'iso8859-3', 'iso88593', 'iso_8859-3', 'iso_8859-3:1988', 'l3', 'latin3'],
  'iso-8859-4': ['csisolatin4', 'iso-ir-110', 'iso8859-4', 'iso88594', 'iso_8859-4', 'iso_8859-4:1988', 'l4', 'latin4'],
  'iso-8859-5': ['csisolatincyrillic', 'cyrillic', 'iso-ir-144', 'iso8859-5', 'iso88595', 'iso_8859-5', 'iso_8859-5:1988'],
  'iso-8859-6': ['arabic', 'asmo-708', 'csiso88596e', 'csiso88596i', 'csisolatinarabic', 'ecma-114', 'iso-8859-6-e',
                 'iso-8859-6-i', 'iso-ir-127', 'iso8859-6', 'iso88596', 'iso_8859-6', 'iso_8859-6:1987'],
  'iso-8859-7': ['csisolatingreek', 'ecma-118', 'elot_928', 'greek', 'greek8', 'iso-ir-126', 'iso8859-7', 'iso88597',
                 'iso_8859-7', 'iso_8859-7:1987', 'sun_eu_greek'],
  'iso-8859-8': ['csiso88598e', 'csisolatinhebrew', 'hebrew', 'iso-8859-8-e', 'iso-ir-138', 'iso8859-8', 'iso88598',
                 'iso_8859-8', 'iso_8859-8:1988', 'visual'],
  'iso-8859-8-i': ['csiso88598i', 'logical'],
  'iso-8859-10': ['csisolatin6', 'iso-ir-157', 'iso8859-10', 'iso885910', 'l6', 'latin6'],
  'iso-8859-13': ['iso8859-13', 'iso885913'],
  'iso-8859-14': ['iso8859-14', 'iso885914'],
  'iso-8859-15': ['csisolatin9', 'iso8859-15', 'iso885915', 'iso_8859-15', 'l9'],
  'iso-8859-16': [],
  'koi8-r': ['cskoi8r', 'koi', 'koi8', 'koi8_r'],
  'koi8-u': ['koi8-ru'],
  'macintosh': ['csmacintosh', 'mac', 'x-mac-roman'],
  'windows-874': ['dos-874', 'iso-8859-11', 'iso8859-11', 'iso885911', 'tis-620'],
  'windows-1250': ['cp1250', 'x-cp1250'],
  'windows-1251': ['cp1251', 'x-cp1251'],
  'windows-1252': ['ansi_x3.4-1968', 'ascii', 'cp1252', 'cp819', 'csisolatin1', 'ibm819', 'iso-8859-1', 'iso-ir-100',
                   'iso8859-1', 'iso88591', 'iso_8859-1', 'iso_8859-1:1987', 'l1', 'latin1', 'us-ascii', 'x-cp1252'],
  'windows-1253': ['cp1253', 'x-cp1253'],
  'windows-1254': ['cp1254', 'csisolatin5', 'iso-8859-9', 'iso-ir-148', 'iso8859-9', 'iso88599', 'iso_8859-9',
                   'iso_8859-9:1989', 'l5', 'latin5', 'x-cp1254'],
  'windows-1255': ['cp1255', 'x-cp1255'],
  'windows-1256': ['cp1256', 'x-cp1256'],
  'windows-1257': ['cp1257', 'x-cp1257'],
  'windows-1258': ['cp1258', 'x-cp1258'],
  'x-mac-cyrillic': ['x-mac-ukrainian'],
  'gbk': ['chinese', 'csgb2312', 'csiso58gb231280', 'gb2312', 'gb_2312', 'gb_2312-80', 'iso-ir-58', 'x-gbk'],
  'gb18030': [],
  'big5': ['big5-hkscs', 'cn-big5', 'csbig5', 'x-x-big5'],
  'euc-jp': ['cseucpkdfmtjapanese', 'x-euc-jp'],
  'iso-2022-jp': ['csiso2022jp'],
  'shift_jis': ['csshiftjis', 'ms932', 'ms_kanji', 'shift-jis', 'sjis', 'windows-31j', 'x-sjis'],
  'euc-kr': ['cseuckr', 'csksc56011987', 'iso-ir-149', 'korean', 'ks_c_5601-1987', 'ks_c_5601-1989', 'ksc5601',
             'ksc_5601', 'windows-949'],
  'utf-16be': ['unicodefffe'],
  'utf-16le': ['csunicode', 'iso-10646-ucs-2', 'ucs-2', 'unicode', 'unicodefeff', 'utf-16'],
};
const kUnsupported = new Set(['x-mac-cyrillic', 'iso-8859-16', 'iso-8859-8-i']);
let labels;

// The encoding that a label names, or undefined.
function getEncodingFromLabel(label) {
  if (labels === undefined) {
    labels = new Map();
    for (const name of Object.keys(kLabels)) {
      labels.set(name, name);
      for (const alias of kLabels[name]) labels.set(alias, name);
    }
  }
  const known = labels.get(label);
  return known ?? labels.get(label.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '').toLowerCase());
}

// ICU's name, where it differs.
const kIcuNames = { __proto__: null, 'iso-8859-8-i': 'iso-8859-8', 'x-mac-cyrillic': 'x-mac-cyrillic', 'gbk': 'gbk', 'macintosh': 'macintosh' };

function checkThis(condition, name) {
  if (!condition) throw new ERR_INVALID_THIS(name);
}

const intoResult = new Uint32Array(2);

class TextEncoder {
  #isEncoder = true;

  get encoding() {
    checkThis(isEncoder(this), 'TextEncoder');
    return 'utf-8';
  }

  encode(input = '') {
    checkThis(isEncoder(this), 'TextEncoder');
    return binding.encodeUtf8String(`${input}`);
  }

  encodeInto(src, dest) {
    checkThis(isEncoder(this), 'TextEncoder');
    validateString(src, 'src');
    if (!dest || !isUint8Array(dest)) throw new ERR_INVALID_ARG_TYPE('dest', 'Uint8Array', dest);
    binding.encodeInto(src, dest, intoResult);
    return { read: intoResult[0], written: intoResult[1] };
  }

  [customInspectSymbol](depth, options) {
    checkThis(isEncoder(this), 'TextEncoder');
    if (typeof depth === 'number' && depth < 0) return this;
    const { getConstructorOf } = require('internal/util');
    const shown = { encoding: this.encoding };
    Object.setPrototypeOf(shown, { constructor: getConstructorOf(this) ?? TextEncoder });
    return require('internal/util/inspect').inspect(shown, options);
  }

  static isEncoder(value) { return #isEncoder in value; }
}
const isEncoder = ((test) => (value) => typeof value === 'object' && value !== null && test(value))(TextEncoder.isEncoder);
delete TextEncoder.isEncoder;

const kFlush = 1;
const kFatal = 2;
const kIgnoreBom = 4;

class TextDecoder {
  #encoding;
  #flags = 0;
  #utf8;  // bytes of a character that the last chunk began
  #hasBom = false;  // was the start of the stream seen?
  #converter;

  constructor(encoding = 'utf-8', options = undefined) {
    encoding = `${encoding}`;
    validateObject(options ?? {}, 'options', kValidateObjectAllowObjectsAndNull);
    if (options !== undefined && options !== null && typeof options !== 'object' && typeof options !== 'function') {
      throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    const name = getEncodingFromLabel(encoding);
    if (name === undefined || kUnsupported.has(name)) throw new ERR_ENCODING_NOT_SUPPORTED(encoding);
    if (options) {
      if (options.fatal) this.#flags |= kFatal;
      if (options.ignoreBOM) this.#flags |= kIgnoreBom;
    }
    this.#encoding = name;
    if (name !== 'utf-8' && name !== 'windows-1252') {
      this.#converter = new (internalBinding('icu').Converter)(kIcuNames[name] ?? name, this.#flags);
    }
  }

  decode(input = undefined, options = undefined) {
    checkThis(isDecoder(this), 'TextDecoder');
    if (input !== undefined && !isArrayBufferView(input) && !isAnyArrayBuffer(input)) {
      throw new ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'ArrayBufferView'], input);
    }
    if (options !== undefined && options !== null) validateObject(options, 'options', kValidateObjectAllowObjectsAndNull);
    const stream = Boolean(options?.stream);
    if (this.#encoding === 'utf-8') return this.#decodeUtf8(input, stream);
    if (this.#encoding === 'windows-1252') return input === undefined ? '' : binding.decodeWindows1252(input);
    const result = this.#converter.decode(input ?? new Uint8Array(0), stream ? 0 : kFlush);
    if (typeof result === 'number') throw new ERR_ENCODING_INVALID_ENCODED_DATA(this.#encoding, -result);
    return result;
  }

  #decodeUtf8(input, stream) {
    const fatal = (this.#flags & kFatal) !== 0;
    let bytes = input ?? new Uint8Array(0);
    let ignoreBom = (this.#flags & kIgnoreBom) !== 0;
    if (stream || this.#utf8 !== undefined || this.#hasBom) {
      bytes = isArrayBufferView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
      if (this.#utf8 !== undefined) {
        const joined = new Uint8Array(this.#utf8.length + bytes.length);
        joined.set(this.#utf8);
        joined.set(bytes, this.#utf8.length);
        bytes = joined;
        this.#utf8 = undefined;
      }
      if (this.#hasBom) ignoreBom = true;
      if (stream) {
        const end = bytes.length - incompleteUtf8Tail(bytes);
        if (end < bytes.length) {
          this.#utf8 = bytes.slice(end);
          bytes = bytes.subarray(0, end);
        }
        if (bytes.length > 0) this.#hasBom = true;
      } else {
        this.#hasBom = false;
      }
    }
    const text = binding.decodeUTF8(bytes, ignoreBom, fatal);
    if (text === undefined) {
      this.#utf8 = undefined;
      this.#hasBom = false;
      throw new ERR_ENCODING_INVALID_ENCODED_DATA('utf-8', undefined);
    }
    return text;
  }

  get encoding() {
    checkThis(isDecoder(this), 'TextDecoder');
    return this.#encoding;
  }
  get fatal() {
    checkThis(isDecoder(this), 'TextDecoder');
    return (this.#flags & kFatal) !== 0;
  }
  get ignoreBOM() {
    checkThis(isDecoder(this), 'TextDecoder');
    return (this.#flags & kIgnoreBom) !== 0;
  }

  [customInspectSymbol](depth, options) {
    checkThis(isDecoder(this), 'TextDecoder');
    if (typeof depth === 'number' && depth < 0) return this;
    const { getConstructorOf } = require('internal/util');
    const shown = { encoding: this.encoding, fatal: this.fatal, ignoreBOM: this.ignoreBOM };
    Object.setPrototypeOf(shown, { constructor: getConstructorOf(this) ?? TextDecoder });
    return require('internal/util/inspect').inspect(shown, options);
  }

  static isDecoder(value) { return #encoding in value; }
}
const isDecoder = ((test) => (value) => typeof value === 'object' && value !== null && test(value))(TextDecoder.isDecoder);
delete TextDecoder.isDecoder;

// How many bytes at the end begin a character that more bytes could finish.
function incompleteUtf8Tail(bytes) {
  const { length } = bytes;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back];
    if ((byte & 0xC0) === 0x80) continue;
    if (byte < 0xC2 || byte > 0xF4) return 0;
    const size = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    if (size <= back) return 0;
    if (back > 1) {
      // The second byte of some sequences has a narrower range.
      const second = bytes[length - back + 1];
      if ((byte === 0xE0 && second < 0xA0) || (byte === 0xED && second > 0x9F) || (byte === 0xF0 && second < 0x90) ||
          (byte === 0xF4 && second > 0x8F)) return 0;
    }
    return back;
  }
  return 0;
}

ObjectDefineProperties(TextEncoder.prototype, {
  encode: { __proto__: null, enumerable: true },
  encodeInto: { __proto__: null, enumerable: true },
  encoding: { __proto__: null, enumerable: true },
  [SymbolToStringTag]: { __proto__: null, configurable: true, value: 'TextEncoder' },
});
ObjectDefineProperties(TextDecoder.prototype, {
  decode: { __proto__: null, enumerable: true },
  encoding: { __proto__: null, enumerable: true },
  fatal: { __proto__: null, enumerable: true },
  ignoreBOM: { __proto__: null, enumerable: true },
  [SymbolToStringTag]: { __proto__: null, configurable: true, value: 'TextDecoder' },
});

module.exports = { TextDecoder, TextEncoder, getEncodingFromLabel, incompleteUtf8Tail };
