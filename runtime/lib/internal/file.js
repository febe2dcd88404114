'use strict';

// File: https://w3c.github.io/FileAPI/#file-section

const { Blob } = require('internal/blob');
const { codes: { ERR_INVALID_THIS, ERR_MISSING_ARGS } } = require('internal/errors');
const { customInspectSymbol: kInspect } = require('internal/util');

const { kClone } = require('internal/worker/transfer');

class File extends Blob {
  #name;
  #lastModified;

  constructor(fileBits, fileName, options = undefined) {
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('fileBits', 'fileName');
    super(fileBits, options);
    const { lastModified } = options ?? {};
    this.#lastModified = lastModified !== undefined ? Math.trunc(Number(lastModified)) || 0 : Date.now();
    this.#name = `${fileName}`.toWellFormed();
  }

  get name() {
    if (!isFile(this)) throw new ERR_INVALID_THIS('File');
    return this.#name;
  }
  get lastModified() {
    if (!isFile(this)) throw new ERR_INVALID_THIS('File');
    return this.#lastModified;
  }

  static isFile(value) { return typeof value === 'object' && value !== null && #name in value; }

  [kClone]() {
    const { data } = super[kClone]();
    return {
      data: { ...data, name: this.#name, lastModified: this.#lastModified }, deserializeInfo: 'internal/file:reviveFile',
    };
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    const shown = { size: this.size, type: this.type, name: this.#name, lastModified: this.#lastModified };
    return `File ${inspect(shown, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}
const { isFile } = File;
delete File.isFile;
Object.defineProperty(File.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'File' });
for (const name of ['name', 'lastModified']) Object.defineProperty(File.prototype, name, { __proto__: null, enumerable: true });

function reviveFile({ parts, type, name, lastModified }) { return new File(parts, name, { type, lastModified }); }

module.exports = { File, reviveFile, isFile };
