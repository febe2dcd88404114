'use strict';

// The ES module loader. Files are read as they are met, so that a graph is resolved, loaded and linked in one go;
// evaluation is what may take time.

const {
  ArrayPrototypePush, Error, JSONStringify, ObjectKeys, ObjectPrototypeHasOwnProperty, ObjectSetPrototypeOf,
  PromisePrototypeThen, PromiseReject, PromiseResolve, SafeMap, SafeSet,
  StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith, Symbol,
} = primordials;

const binding = internalBinding('modules');
const { canBeRequiredByUsers } = require('internal/bootstrap/realm');
const { tracingOf } = require('internal/modules/diagnostics');
const { getOptionValue } = require('internal/options');
const { codedError, resolutionError } = require('internal/modules/errors');
const { importConditions, requireConditions } = require('internal/modules/helpers');
const { ModuleRecord, ModuleWrap, kEvaluating, kEvaluated, kErrored } = require('internal/modules/esm/record');
const { dataFormat, dataMime, extensionOf, fileFormat, unknownExtension } = require('internal/modules/esm/formats');
const { explainCommonJsVariable } = require('internal/modules/esm/explain');
const { looksLikeModule } = internalBinding('compile');

// The id in the host-defined options of modules of this loader: import() and import.meta inside come back here.
const kDefaultModule = Symbol('source_text_module_default_hdo');

function protocolOf(url) {
  return StringPrototypeSlice(url, 0, StringPrototypeIndexOf(url, ':') + 1);
}

// --- Import attributes ------------------------------------------------------------------------------------------------

const typeOfFormat = { '__proto__': null, 'json': 'json', 'text': 'text' };
const formatsWithoutType = new SafeSet([
  'addon', 'builtin', 'commonjs', 'commonjs-typescript', 'module', 'module-typescript', 'wasm',
]);

// Checks `attributes` against the format that the URL turned out to have. Formats that only hooks know may have any type.
function checkAttributes(url, format, attributes) {
  checkAttributeNames(url, attributes);
  const type = attributes?.type;
  const expected = typeOfFormat[format];
  if (type === expected) return;
  if (expected === undefined) {
    if (type === undefined || !(formatsWithoutType.has(format) || isOpen(format))) return;
  } else if (type === undefined) {
    throw codedError('ERR_IMPORT_ATTRIBUTE_MISSING',
                     `Module "${url}" needs an import attribute of "type: ${expected}"`);
  }
  if (type !== 'json' && !(type === 'text' && getOptionValue('--experimental-import-text'))) {
    throw codedError('ERR_IMPORT_ATTRIBUTE_UNSUPPORTED', `Import attribute "type" with value "${type}" is not supported in ${url}`);
  }
  throw codedError('ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE', `Module "${url}" is not of type "${type}"`);
}

// Formats that the text decides.
function isOpen(format) {
  return format !== undefined && format !== null &&
    (format === 'extensionless-module' || StringPrototypeStartsWith(format, 'ambiguous'));
}

function checkAttributeNames(url, attributes) {
  if (attributes === undefined) return;
  const keys = ObjectKeys(attributes);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (key === 'type') continue;
    throw codedError('ERR_IMPORT_ATTRIBUTE_UNSUPPORTED',
                     `Import attribute "${key}" with value "${attributes[key]}" is not supported in ${url}`);
  }
}

// With --experimental-import-text, the type alone makes a module of text.
function isText(attributes) {
  return attributes?.type === 'text' && getOptionValue('--experimental-import-text');
}

// A relative path as it is written in an import: its names are percent-encoded.
function encodePath(path) {
  const names = primordials.StringPrototypeSplit(path, '/');
  for (let i = 0; i < names.length; i++) {
    if (names[i] !== '' && names[i] !== '.' && names[i] !== '..') {
      names[i] = StringPrototypeSlice(binding.pathToFileUrl(`/${names[i]}`), 'file:///'.length);
    }
  }
  return primordials.ArrayPrototypeJoin(names, '/');
}

const mayBeModule = new RegExp('\\b(?:import|export|await)\\b|' +
  '\\b(?:const|let|class)\\s+(?:[{[][^}\\]]*\\b)?(?:require|exports|module|__filename|__dirname)\\b');

class ModuleLoader {
  constructor() {
    this.records = new SafeMap(); // URL, or URL + \0 + type -> record
    this.resolutions = new SafeMap(); // parent + \0 + specifier -> URL
    this.hooks = undefined;
    this.requiring = undefined; // the record that a require() is linking
  }

  // --- Resolve ------------------------------------------------------------------------------------------------------

  // {url, format}; format is what hooks say, else undefined.
  resolve(specifier, parentURL, attributes, conditions = importConditions()) {
    if (this.hooks !== undefined) return this.hooks.resolveForImport(specifier, parentURL, attributes, conditions);
    return { __proto__: null, url: this.resolveDefault(specifier, parentURL, conditions), format: undefined };
  }

  resolveDefault(specifier, parentURL, conditions = importConditions()) {
    const isDefault = conditions === importConditions();
    const key = `${parentURL}\x00${specifier}`;
    if (isDefault) {
      const known = this.resolutions.get(key);
      if (known !== undefined) return known;
    }
    let url = binding.resolveImport(specifier, parentURL ?? '', conditions);
    if (typeof url !== 'string') {
      if (watchReport !== undefined && url.url !== undefined) watchReport.reportUrl(url.url);
      throw this.decorate(resolutionError(url), specifier, parentURL);
    }
    if (StringPrototypeStartsWith(url, 'file:') && parentURL === undefined && getOptionValue('--preserve-symlinks-main')) {
      url = binding.resolveImport(specifier, '', conditions);
    }
    if (isDefault && url !== undefined && !StringPrototypeStartsWith(url, 'data:')) this.resolutions.set(key, url);
    return url;
  }

  // "Did you mean ...": what require() would have found.
  decorate(error, specifier, parentURL) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'ERR_UNSUPPORTED_DIR_IMPORT') return error;
    const parent = parentURL === undefined ? undefined : binding.fileUrlToPath(parentURL);
    if (parent === undefined) return error;
    const { dirname } = require('internal/modules/helpers');
    const folder = dirname(parent);
    let name = specifier;
    const isRelative = specifier[0] === '.' || specifier[0] === '/';
    if (StringPrototypeStartsWith(specifier, 'file:')) name = binding.fileUrlToPath(specifier) ?? specifier;
    const paths = isRelative ? [folder] : binding.nodeModulesPaths(folder);
    const found = binding.findPath(name, paths, ['.js', '.json', '.node'], false, requireConditions());
    if (typeof found !== 'string') return error;
    const { relative } = require('path');
    let hint;
    if (specifier[0] === '.') {
      hint = encodePath(relative(folder, found));
      if (!StringPrototypeStartsWith(hint, '../')) hint = `./${hint}`;
    } else if (specifier[0] === '/' || name !== specifier) {
      hint = specifier[0] === '/' ? found : binding.pathToFileUrl(found);
    } else {
      const at = StringPrototypeIndexOf(found, `/node_modules/${specifier}`);
      if (at < 0) return error;
      hint = encodePath(StringPrototypeSlice(found, at + 14));
      // A file beside the packages is no package.
      if (!StringPrototypeIncludes(hint, '/')) hint = `./${encodePath(relative(folder, found))}`;
    }
    const line = `\nDid you mean to import ${JSONStringify(hint)}?`;
    const { message, stack } = error;
    error.message = message + line;
    const end = StringPrototypeIndexOf(stack, message) + message.length;
    error.stack = StringPrototypeSlice(stack, 0, end) + line + StringPrototypeSlice(stack, end);
    return error;
  }

  // --- Load ---------------------------------------------------------------------------------------------------------

  // {format, source}: what is at `url`. `format` is 'builtin', 'module', 'commonjs', 'json', 'wasm', ...
  load(url, attributes, formatHint) {
    if (this.hooks?.hasLoad) return this.hooks.loadForImport(url, attributes, formatHint);
    return this.loadDefault(url, attributes, formatHint);
  }

  loadDefault(url, attributes, formatHint) {
    const protocol = protocolOf(url);
    if (protocol === 'node:') {
      const id = StringPrototypeSlice(url, 5);
      if (!canBeRequiredByUsers(id)) {
        throw codedError('ERR_UNKNOWN_BUILTIN_MODULE', `No such built-in module: ${url}`);
      }
      checkAttributes(url, 'builtin', attributes);
      return { __proto__: null, format: 'builtin', source: null };
    }
    if (protocol === 'data:') return this.loadData(url, attributes, formatHint);
    if (protocol !== 'file:') {
      throw codedError('ERR_UNSUPPORTED_ESM_URL_SCHEME',
                       'Only URLs with a scheme in: file, data, and node are supported by the default ESM loader. ' +
                       `Received protocol '${protocol}'`);
    }
    const path = binding.fileUrlToPath(url);
    let format = isText(attributes) ? 'text' : formatHint ?? fileFormat(path);
    if (format === undefined) {
      checkAttributeNames(url, attributes);
      throw unknownExtension(path);
    }
    // A format that hooks ask for needs no attribute beside.
    if (format !== 'text' || attributes?.type !== undefined) checkAttributes(url, format, attributes);
    if (format === 'ambiguous' && extensionOf(path) === '' && this.isWasmFile(path)) format = 'wasm';
    if (format === 'extensionless-module') {
      format = this.isWasmFile(path) ? 'wasm' : 'module';
    }
    if (format === 'wasm' || format === 'addon') return { __proto__: null, format, source: null, path };
    if (format === 'commonjs' && formatHint === undefined) return { __proto__: null, format, source: null, path };
    const source = this.readText(path);
    if (format === 'ambiguous') {
      format = this.detect(source, path) ? 'module' : 'commonjs';
      if (format === 'module') require('internal/modules/cjs/loader').warnTypeless(path);
    }
    return { __proto__: null, format, source, path };
  }

  // The default load as hooks see it: files are bytes, and those of CommonJS are read, too.
  loadForHooks(url, attributes, formatHint) {
    const { format, source, path } = this.loadDefault(url, attributes, formatHint);
    const bytes = path === undefined ? source : require('fs').readFileSync(path);
    return { format, responseURL: url, source: bytes };
  }

  readText(path) {
    const source = binding.readSource(path);
    if (typeof source === 'number') return require('fs').readFileSync(path, 'utf8');
    return source;
  }

  isWasmFile(path) {
    const source = this.readText(path);
    return StringPrototypeStartsWith(source, '\x00asm');
  }

  // Whether text without a declared type is an ES module.
  detect(source, filename) {
    if (!getOptionValue('--experimental-detect-module')) return false;
    // Nothing can be an ES module without one of these words, or a declaration that CommonJS would not allow.
    if (!mayBeModule.test(source)) return false;
    try {
      internalBinding('compile').compileCommonJs(source, filename, undefined);
      return false;
    } catch (error) {
      return looksLikeModule(source, filename, `${error?.message}`);
    }
  }

  loadData(url, attributes, formatHint) {
    const format = isText(attributes) ? 'text' : formatHint ?? dataFormat(url);
    if (format === null) {
      checkAttributeNames(url, attributes);
      throw codedError('ERR_UNKNOWN_MODULE_FORMAT', `Unknown module format: ${dataMime(url)} for URL ${url}`);
    }
    checkAttributes(url, format, attributes);
    const match = /^data:([^,]*?)(;base64)?,([^#]*)/.exec(url);
    if (match === null) throw codedError('ERR_INVALID_URL', 'Invalid URL');
    const { Buffer } = require('buffer');
    const bytes = match[2] ? Buffer.from(decodeURIComponent(match[3]), 'base64') : percentDecoded(match[3]);
    return { __proto__: null, format, source: format === 'wasm' ? bytes : bytes.toString() };
  }

  // --- Records ------------------------------------------------------------------------------------------------------

  // The record of `specifier` as imported by `parentURL`: loaded, not yet linked.
  getRecord(specifier, parentURL, attributes) {
    const { url, format, importAttributes = attributes } = this.resolve(specifier, parentURL, attributes);
    return this.recordOf(url, importAttributes, format, parentURL);
  }

  recordOf(url, attributes, formatHint, parentURL) {
    const type = attributes?.type;
    const key = type === undefined ? url : `${url}\x00${type}`;
    const known = this.records.get(key);
    if (known !== undefined) {
      if (attributes !== undefined && ObjectKeys(attributes).length > (type === undefined ? 0 : 1)) {
        checkAttributes(url, known.format, attributes);
      }
      return known;
    }
    if (watchReport !== undefined) watchReport.reportUrl(url);
    const loaded = this.load(url, attributes, formatHint);
    const { translate } = require('internal/modules/esm/translators');
    const record = translate(this, url, loaded, parentURL);
    this.records.set(key, record);
    return record;
  }

  // Loads and links everything that `record` imports.
  link(record) {
    if (record.isLinked || record.isLinking) return record;
    record.isLinking = true;
    try {
      const requests = record.wrap.requests();
      const linked = [];
      const wraps = [];
      for (let i = 0; i < requests.length; i += 5) {
        const child = this.getRecord(requests[i], record.url, requests[i + 1]);
        if (this.requiring !== undefined) this.checkCycle(child, requests[i], record);
        ArrayPrototypePush(wraps, child.wrap);
        // Of a module's source nothing runs.
        if (!requests[i + 4]) ArrayPrototypePush(linked, child);
      }
      record.linked = linked;
      record.wrap.link(wraps);
      for (let i = 0; i < linked.length; i++) {
        const { depth } = this.link(linked[i]);
        if (depth >= record.depth) record.depth = depth + 1;
      }
      record.isLinked = true;
    } finally {
      record.isLinking = false;
    }
    return record;
  }

  // A graph that require() wants evaluated now cannot wait for a module that is still running.
  checkCycle(child, specifier, importer) {
    if (child.wrap.status() === kEvaluating && child.format !== 'json' && child.format !== 'builtin') {
      throw codedError('ERR_REQUIRE_CYCLE_MODULE',
                       `Cannot import Module ${specifier} in a cycle. (from ${binding.fileUrlToPath(importer.url) ?? importer.url})`);
    }
    if (child.format !== 'commonjs') return;
    const { Module, kIsExecuting, kIsCachedByESMLoader } = require('internal/modules/cjs/loader');
    const running = Module._cache[binding.fileUrlToPath(child.url) ?? child.url];
    if (running === undefined || running.loaded || !running[kIsExecuting] || running[kIsCachedByESMLoader]) return;
    throw codedError('ERR_REQUIRE_CYCLE_MODULE',
                     `Cannot import CommonJS Module ${specifier} in a cycle. (from ${binding.fileUrlToPath(importer.url)})`);
  }

  instantiate(record) {
    try {
      record.instantiate();
    } catch (error) {
      throw this.explainMissingExport(error, record);
    }
  }

  // Names imported from CommonJS are those that its text shows; others are a common surprise.
  explainMissingExport(error, record) {
    if (error?.name !== 'SyntaxError') return error;
    const { message } = error;
    const match = /^The requested module '(.+)' does not provide an export named '(.+)'$/.exec(message);
    if (match === null) return error;
    const found = this.findImporter(record, match[1], new SafeMap());
    if (found === undefined || found.child.format !== 'commonjs') return error;
    const [, specifier, name] = match;
    const { stack } = error;
    let text = `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, which may not ` +
      'support all module.exports as named exports.\nCommonJS modules can always be imported via the default export, ' +
      `for example using:\n\nimport pkg from '${specifier}';\n`;
    const names = importedNames(stack);
    if (names !== undefined) text += `const ${names} = pkg;\n`;
    error.message = text;
    error.stack = primordials.StringPrototypeReplace(stack, message, () => text);
    return error;
  }

  findImporter(record, specifier, seen) {
    if (seen.has(record) || record.linked === undefined) return undefined;
    seen.set(record, true);
    const requests = record.wrap.requests();
    for (let i = 0, k = 0; i < requests.length; i += 5) {
      if (requests[i + 4]) continue;
      const child = record.linked[k++];
      if (requests[i] === specifier && child.format === 'commonjs') return { importer: record, child };
    }
    for (const child of record.linked) {
      const found = this.findImporter(child, specifier, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  // --- import -------------------------------------------------------------------------------------------------------

  // import(): a promise of the namespace.
  import(specifier, parentURL, attributes, isMain = false) {
    const channel = tracingOf('module.import');
    if (channel === undefined) return this.importNow(specifier, parentURL, attributes, isMain);
    return channel.tracePromise(() => this.importNow(specifier, parentURL, attributes, isMain),
                                { __proto__: null, parentURL, url: specifier });
  }

  importNow(specifier, parentURL, attributes, isMain) {
    let record;
    try {
      record = this.getRecord(specifier, parentURL, attributes);
    } catch (error) {
      return this.failed(error);
    }
    if (isMain) record.isMain = true;
    return this.runLater(record);
  }

  // import.source(): a promise of what stands for the module before it is linked.
  async importSource(specifier, parentURL, attributes) {
    let record;
    try {
      record = this.getRecord(specifier, parentURL, attributes);
    } catch (error) {
      return this.failed(error);
    }
    return record.wrap.sourceObject();
  }

  // What import() brings runs after what called it, and after the promise jobs that are due. How many jobs later is what
  // programs see in Node, where each level of the graph is linked by promises of its own.
  async runLater(record) {
    if (record.promise !== undefined) {
      for (let jobs = 5; jobs > 0; jobs--) await undefined;
      return await this.run(record);
    }
    try {
      this.link(record);
    } catch (error) {
      await undefined;
      return this.failed(error);
    }
    for (let jobs = 3 + 2 * record.depth; jobs > 0; jobs--) await undefined;
    const namespace = await this.run(record);
    for (let jobs = 3; jobs > 0; jobs--) await undefined;
    return namespace;
  }

  // A promise of the error; what hooks on their own thread never answer is a promise that never settles.
  async failed(error) {
    if (error?.code === 'ERR_ASYNC_LOADER_REQUEST_NEVER_SETTLED') return new Promise(() => {});
    for (let jobs = 4; jobs > 0; jobs--) await undefined;
    throw error;
  }

  // The main module, whose text may be known already.
  importMain(url, given) {
    let record;
    try {
      if (given !== undefined && given.source !== undefined) {
        const { translate } = require('internal/modules/esm/translators');
        record = translate(this, url, given, undefined);
        this.records.set(url, record);
      } else {
        record = this.recordOf(url, undefined, given?.format, undefined);
      }
    } catch (error) {
      return this.failed(error);
    }
    record.isMain = true;
    this.mainRecord = record;
    return this.run(record);
  }

  run(record) {
    try {
      this.link(record);
      this.instantiate(record);
    } catch (error) {
      return PromiseReject(error);
    }
    if (record.wrap.status() === kErrored) return PromiseReject(record.wrap.error());
    return PromisePrototypeThen(record.evaluate(), () => record.namespace, (error) => {
      throw explainCommonJsVariable(error, record);
    });
  }

  // Text given by --eval or stdin.
  eval(source, url, isEntry, imports) {
    let record;
    try {
      record = new ModuleRecord(url, 'module', new ModuleWrap(url, kDefaultModule, undefined, source, 0, 0));
      record.isMain = isEntry;
      if (isEntry) this.mainRecord = record;
    } catch (error) {
      return PromiseReject(error);
    }
    return this.run(record);
  }

  // --- require() of an ES module ------------------------------------------------------------------------------------

  // The evaluated record of the file that the CommonJS module `mod` stands for.
  requireModule(mod, filename, source, parent) {
    const { kRequiredESM, kURL } = require('internal/modules/cjs/loader');
    const url = mod[kURL] ?? binding.pathToFileUrl(filename);
    let record = this.records.get(url);
    if (record === undefined || record.format === 'commonjs') {
      const { translate } = require('internal/modules/esm/translators');
      record = translate(this, url, { format: 'module', source }, undefined);
      this.records.set(url, record);
    }
    record.commonJs ??= mod;
    mod[kRequiredESM] = record;
    this.evaluateSync(record, filename, parent);
    return record;
  }

  // What require(specifier) gives in the CommonJS module `mod`, whose text came from hooks on their own thread: they are asked.
  requireThroughHooks(specifier, mod, url) {
    const { Module } = require('internal/modules/cjs/loader');
    const { userBuiltinId } = require('internal/bootstrap/realm');
    let attributes;
    let target = specifier;
    if (userBuiltinId(specifier) === undefined && !StringPrototypeStartsWith(specifier, 'node:')) {
      const path = Module._resolveFilename(specifier, mod);
      if (primordials.StringPrototypeEndsWith(path, '.node')) return Module._load(specifier, mod, false);
      if (primordials.StringPrototypeEndsWith(path, '.json')) attributes = { __proto__: null, type: 'json' };
      target = binding.pathToFileUrl(path);
    }
    const record = this.getRecord(target, url, attributes);
    const path = binding.fileUrlToPath(record.url) ?? record.url;
    if (record.format === 'module' && !getOptionValue('--require-module')) {
      const { codes: { ERR_REQUIRE_ESM } } = require('internal/errors');
      throw new ERR_REQUIRE_ESM(path, true, mod.filename);
    }
    if (record.format === 'commonjs' && record.wrap.status() === kEvaluating) return Module._cache[path]?.exports;
    this.evaluateSync(record, path, mod);
    const { namespace } = record;
    if (record.format === 'json' || record.format === 'builtin') return namespace.default;
    return require('internal/modules/cjs/loader').exportsOfRecord(record);
  }

  evaluateSync(record, filename, parent) {
    const parentFilename = parent?.filename;
    const status = record.wrap.status();
    if (status === kErrored) throw record.wrap.error();
    if (status === kEvaluating || record.isEvaluating || record.isLinking) {
      let message = `Cannot require() ES Module ${filename} in a cycle.`;
      if (parentFilename) message += ` (from ${parentFilename})`;
      message += ' A cycle involving require(esm) is not allowed to maintain invariants mandated by the ECMAScript ' +
                 'specification. Try making at least part of the dependency in the graph lazily loaded.';
      throw codedError('ERR_REQUIRE_CYCLE_MODULE', message);
    }
    if (status === kEvaluated) {
      if (record.wrap.isGraphAsync()) throwAsyncModule(filename, parent, record);
      return;
    }
    const outer = this.requiring;
    this.requiring = record;
    try {
      this.link(record);
    } finally {
      this.requiring = outer;
    }
    this.instantiate(record);
    if (record.wrap.isGraphAsync()) throwAsyncModule(filename, parent, record);
    record.isEvaluating = true;
    try {
      const promise = record.evaluate();
      if (record.wrap.status() === kErrored) {
        // It is reported by this throw; the promise must not report it again.
        PromisePrototypeThen(promise, undefined, () => {});
        const error = record.wrap.error();
        internalBinding('errors').keepPlace(error);
        throw explainCommonJsVariable(error, record);
      }
    } finally {
      record.isEvaluating = false;
    }
  }

  // A namespace like the module's own that has __esModule beside.
  facadeFor(record) {
    if (record.facade === undefined) {
      const wrap = new ModuleWrap(
        'node:internal/require_module_default_facade', kDefaultModule, undefined,
        'export * from "original"; export { default } from "original"; export const __esModule = true;', 0, 0);
      const count = wrap.requests().length / 5;
      const wraps = [];
      for (let i = 0; i < count; i++) ArrayPrototypePush(wraps, record.wrap);
      wrap.link(wraps);
      wrap.instantiate();
      wrap.evaluate(-1, false);
      record.facade = wrap.namespace();
    }
    return record.facade;
  }
}

// The bytes of a data: URL; what is percent-encoded need not be UTF-8.
function percentDecoded(text) {
  const { Buffer } = require('buffer');
  try {
    return Buffer.from(decodeURIComponent(text), 'utf8');
  } catch {
    const bytes = Buffer.from(text, 'utf8').toString('latin1');
    return Buffer.from(unescape(bytes), 'latin1');
  }
}

function throwAsyncModule(filename, parent, record) {
  throw require('internal/modules/esm/explain').asyncModuleError(filename, parent, record);
}

// "{ a: b, c }" of the import statement that the decorated stack shows, as a destructuring pattern.
function importedNames(stack) {
  const match = /^\s*import\s+\{([^}]+)\}\s+from/m.exec(stack);
  if (match === null) return undefined;
  return `{${match[1].replace(/\s+as\s+/g, ': ')}}`;
}

// --- Callbacks from V8 ------------------------------------------------------------------------------------------------

const registered = new primordials.SafeWeakMap(); // symbol -> {importModuleDynamically, initializeImportMeta, referrer}

// Ties scripts and modules with the id `symbol` to their own callbacks.
function registerModule(symbol, callbacks) { registered.set(symbol, callbacks); }

// `id`: of the host-defined options, undefined for the default loader, null where nothing tells who imports.
function importModuleDynamically(id, specifier, attributes, referrerName, isSource) {
  if (id === undefined || id === kDefaultModule) {
    const parent = normalizeReferrer(referrerName);
    return isSource ? getLoader().importSource(specifier, parent, attributes) : getLoader().import(specifier, parent, attributes);
  }
  const callbacks = id === null ? undefined : registered.get(id);
  if (callbacks?.importModuleDynamically === undefined) {
    throw codedError('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING', 'A dynamic import callback was not specified.');
  }
  return callbacks.importModuleDynamically(specifier, attributes, referrerName, isSource);
}

// The URL of the script that imports, by the name it was compiled under.
function normalizeReferrer(name) {
  if (typeof name !== 'string' || StringPrototypeStartsWith(name, 'node:internal/')) return cwdUrl();
  if (name[0] === '/') return binding.pathToFileUrl(name);
  if (StringPrototypeStartsWith(name, 'file:') || StringPrototypeStartsWith(name, 'data:') ||
      StringPrototypeStartsWith(name, 'node:')) {
    return name;
  }
  if (StringPrototypeIncludes(name, ':') && internalBinding('url')?.canParse?.(name)) return name;
  return cwdUrl();
}
function cwdUrl() {
  return `${binding.pathToFileUrl(process.cwd())}${process.cwd() === '/' ? '' : '/'}`;
}

function initializeImportMeta(id, meta, wrap) {
  if (id === undefined || id === kDefaultModule) {
    require('internal/modules/esm/import_meta').initialize(meta, wrap.url, getLoader());
    return;
  }
  registered.get(id)?.initializeImportMeta?.(meta, wrap);
}

internalBinding('modules').setImportCallbacks(importModuleDynamically, initializeImportMeta);

let watchReport; // under --watch, see internal/modules/watch_report
function setWatchReport(report) { watchReport = report; }

let loader;
function getLoader() { return loader ??= new ModuleLoader(); }

module.exports = { ModuleLoader, getLoader, registerModule, kDefaultModule, cwdUrl, checkAttributes, setWatchReport };
