'use strict';

// module.SourceMap: the mappings of one source map, sorted for look-up. Spec: ECMA-426 and Node 24, module.md.

const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const digits = new Int8Array(128).fill(-1);
for (let i = 0; i < alphabet.length; i++) digits[alphabet.charCodeAt(i)] = i;

// Reads the base 64 VLQ numbers of `text`; a malformed one ends the segment.
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }
  get isDone() { return this.at >= this.text.length; }
  get atSeparator() {
    const c = this.text[this.at];
    return c === ',' || c === ';' || c === undefined;
  }
  number() {
    let value = 0;
    let shift = 0;
    for (;;) {
      const digit = digits[this.text.charCodeAt(this.at++)] ?? -1;
      if (digit < 0) return NaN;
      value += (digit & 31) * 2 ** shift;
      if ((digit & 32) === 0) break;
      shift += 5;
      if (shift > 30) return NaN;
    }
    const magnitude = Math.floor(value / 2);
    return value % 2 === 1 ? -magnitude : magnitude;
  }
}

class SourceMap {
  #payload;
  #lineLengths;
  #mappings; // [generatedLine, generatedColumn, source, originalLine, originalColumn, name], in order
  #sources = {};

  constructor(payload, { lineLengths } = {}) {
    if (typeof payload !== 'object' || payload === null) throw new ERR_INVALID_ARG_TYPE('payload', ['Object'], payload);
    this.#payload = clone(payload);
    this.#lineLengths = lineLengths?.length ? [...lineLengths] : undefined;
    this.#mappings = [];
    if (payload.sections !== undefined && payload.sections !== null) {
      for (const { map, offset } of payload.sections) this.#parse(map, offset.line, offset.column);
    } else {
      this.#parse(payload, 0, 0);
    }
    this.#mappings.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }

  get payload() { return clone(this.#payload); }
  get lineLengths() { return this.#lineLengths === undefined ? undefined : [...this.#lineLengths]; }

  #parse(map, line, column) {
    const { mappings } = map;
    if (typeof mappings !== 'string') return;
    const { sources = [], names = [], sourceRoot = '' } = map;
    const urls = sources.map((source) => {
      const url = sourceRoot ? `${sourceRoot}${sourceRoot.endsWith('/') ? '' : '/'}${source}` : `${source}`;
      return url;
    });
    map.sourcesContent?.forEach((content, i) => { this.#sources[urls[i]] = content; });
    const reader = new Reader(mappings);
    let source = 0;
    let originalLine = 0;
    let originalColumn = 0;
    let name = 0;
    while (!reader.isDone) {
      const c = mappings[reader.at];
      if (c === ',') {
        reader.at++;
        continue;
      }
      if (c === ';') {
        line++;
        column = 0;
        reader.at++;
        continue;
      }
      column += reader.number();
      if (Number.isNaN(column)) return;
      if (reader.atSeparator) {
        this.#mappings.push([line, column]);
        continue;
      }
      source += reader.number();
      originalLine += reader.number();
      originalColumn += reader.number();
      if (Number.isNaN(source + originalLine + originalColumn)) return;
      let shown;
      if (!reader.atSeparator) {
        name += reader.number();
        shown = names[name];
      }
      this.#mappings.push([line, column, urls[source], originalLine, originalColumn, shown]);
    }
  }

  findEntry(lineOffset, columnOffset) {
    let low = 0;
    let high = this.#mappings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#mappings[middle];
      if (entry[0] < lineOffset || (entry[0] === lineOffset && entry[1] <= columnOffset)) low = middle + 1;
      else high = middle;
    }
    const entry = this.#mappings[low - 1];
    if (entry === undefined || lineOffset < 0) return {};
    return {
      generatedLine: entry[0],
      generatedColumn: entry[1],
      originalSource: entry[2],
      originalLine: entry[3],
      originalColumn: entry[4],
      name: entry[5],
    };
  }

  findOrigin(lineNumber, columnNumber) {
    const range = this.findEntry(lineNumber - 1, columnNumber - 1);
    if (range.originalSource === undefined || range.originalLine === undefined || range.originalColumn === undefined ||
        range.generatedLine === undefined || range.generatedColumn === undefined) {
      return {};
    }
    const lineOffset = lineNumber - range.generatedLine;
    const columnOffset = columnNumber - range.generatedColumn;
    return {
      name: range.name,
      fileName: range.originalSource,
      lineNumber: range.originalLine + lineOffset,
      columnNumber: range.originalColumn + columnOffset,
    };
  }
}

function clone(payload) {
  const copy = { ...payload };
  for (const key of ['sources', 'sourcesContent', 'names']) {
    if (Array.isArray(copy[key])) copy[key] = [...copy[key]];
  }
  return copy;
}

module.exports = { SourceMap };
