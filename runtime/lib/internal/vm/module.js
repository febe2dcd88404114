'use strict';

// vm.Module, vm.SourceTextModule and vm.SyntheticModule, behind --experimental-vm-modules. Spec: Node 24, vm.md.

const {
  ArrayIsArray, ArrayPrototypeForEach, ArrayPrototypePush, ObjectDefineProperty, ObjectFreeze, ObjectPrototypeHasOwnProperty,
  ObjectSetPrototypeOf, PromisePrototypeThen, PromiseReject, PromiseResolve, ReflectApply, SafeMap, SafePromiseAllReturnVoid,
  SafeWeakMap, Symbol, SymbolToStringTag, TypeError,
} = primordials;
const {
  ModuleWrap, kUninstantiated, kInstantiating, kInstantiated, kEvaluating, kEvaluated, kErrored,
} = internalBinding('module_wrap');
const { kFulfilled, kPending } = internalBinding('util');
const { isContext } = internalBinding('contextify');
const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, ERR_VM_MODULE_ALREADY_LINKED,
    ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA, ERR_VM_MODULE_DIFFERENT_CONTEXT, ERR_VM_MODULE_LINK_FAILURE,
    ERR_VM_MODULE_NOT_MODULE, ERR_VM_MODULE_STATUS, ERR_MODULE_LINK_MISMATCH,
  },
} = require('internal/errors');
const {
  validateBoolean, validateFunction, validateInt32, validateObject, validateString, validateUint32,
} = require('internal/validators');

const statusNames = {
  __proto__: null,
  [kUninstantiated]: 'unlinked',
  [kInstantiating]: 'linking',
  [kInstantiated]: 'linked',
  [kEvaluating]: 'evaluating',
  [kEvaluated]: 'evaluated',
  [kErrored]: 'errored',
};

const kWrap = Symbol('kWrap');
const kContext = Symbol('kContext');
const kLinkingStatus = Symbol('kLinkingStatus');
const kLink = Symbol('kLink');

const moduleCounts = new SafeWeakMap(); // context object (or the global one) -> modules without a name
const defaultModuleName = 'vm:module';
const moduleOfWrap = new SafeWeakMap();

function isModule(object) {
  return typeof object === 'object' && object !== null && ObjectPrototypeHasOwnProperty(object, kWrap);
}
function checkThis(object) {
  if (!isModule(object)) throw new ERR_INVALID_THIS('Module');
}

function unnamed(context) {
  const count = moduleCounts.get(context) ?? 0;
  moduleCounts.set(context, count + 1);
  return `${defaultModuleName}(${count})`;
}

class Module {
  constructor(options) {
    if (new.target === Module) throw new TypeError('Module is not a constructor');
    const { context, sourceText, syntheticExportNames, syntheticEvaluationSteps } = options;
    if (context !== undefined) {
      validateObject(context, 'context');
      if (!isContext(context)) throw new ERR_INVALID_ARG_TYPE('options.context', 'vm.Context', context);
    }
    let { identifier } = options;
    if (identifier !== undefined) validateString(identifier, 'options.identifier');
    else identifier = unnamed(context ?? globalThis);

    let wrap;
    if (sourceText !== undefined) {
      const id = Symbol(identifier);
      wrap = new ModuleWrap(identifier, id, context, sourceText, options.lineOffset, options.columnOffset, options.cachedData);
      registerCallbacks(id, this, options);
    } else {
      wrap = new ModuleWrap(identifier, undefined, context, syntheticExportNames,
                            () => ReflectApply(syntheticEvaluationSteps, this, []));
    }
    ObjectDefineProperty(this, kWrap, { __proto__: null, value: wrap });
    ObjectDefineProperty(this, kContext, { __proto__: null, value: context });
    moduleOfWrap.set(wrap, this);
    ObjectDefineProperty(this, kLinkingStatus, { __proto__: null, enumerable: false, writable: true, value: 'unlinked' });
  }

  get identifier() {
    checkThis(this);
    return this[kWrap].url;
  }
  get context() {
    checkThis(this);
    return this[kContext];
  }
  get namespace() {
    checkThis(this);
    if (this[kWrap].status() < kInstantiated) throw new ERR_VM_MODULE_STATUS('must not be unlinked or linking');
    return this[kWrap].namespace();
  }
  get status() {
    checkThis(this);
    if (this[kLinkingStatus] === 'linking') return 'linking';
    return statusNames[this[kWrap].status()];
  }
  get error() {
    checkThis(this);
    if (this.status !== 'errored') throw new ERR_VM_MODULE_STATUS('must be errored');
    return this[kWrap].error();
  }

  async link(linker) {
    checkThis(this);
    validateFunction(linker, 'linker');
    if (this.status === 'linked') throw new ERR_VM_MODULE_ALREADY_LINKED();
    if (this.status !== 'unlinked') throw new ERR_VM_MODULE_STATUS('must be unlinked');
    await this[kLink](linker);
    this[kWrap].instantiate();
  }

  // What evaluation came to at once, the promise tells at once.
  evaluate(options = {}) {
    try {
      checkThis(this);
      validateObject(options, 'options');
      const { timeout = -1, breakOnSigint = false } = options;
      if (timeout !== -1) validateUint32(timeout, 'options.timeout', true);
      validateBoolean(breakOnSigint, 'options.breakOnSigint');
      const { status } = this;
      if (status !== 'linked' && status !== 'evaluated' && status !== 'errored') {
        throw new ERR_VM_MODULE_STATUS('must be one of linked, evaluated, or errored');
      }
      return ownPromise(this[kWrap].evaluate(timeout, breakOnSigint));
    } catch (error) {
      return PromiseReject(error);
    }
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    checkThis(this);
    const { constructor } = this;
    if (typeof depth === 'number' && depth < 0) return `[${constructor?.name || 'Module'}]`;
    const object = { __proto__: { constructor: constructor || Module } };
    object.status = this.status;
    object.identifier = this.identifier;
    object.context = this.context;
    ObjectSetPrototypeOf(object, primordials.ObjectGetPrototypeOf(this));
    ObjectDefineProperty(object, SymbolToStringTag, { __proto__: null, value: constructor?.name, configurable: true });
    return require('internal/util/inspect').inspect(object, { ...options, customInspect: false });
  }
}

// A promise of this realm for one that may be of another context, whose jobs may never run.
function ownPromise(promise) {
  const { 0: state, 1: result } = internalBinding('util').getPromiseDetails(promise);
  if (state === kPending) return PromisePrototypeThen(PromiseResolve(promise), () => undefined);
  if (state === kFulfilled) return PromiseResolve();
  PromisePrototypeThen(promise, undefined, () => {});
  return PromiseReject(result);
}

function registerCallbacks(id, module, { importModuleDynamically, initializeImportMeta }) {
  const callbacks = {};
  if (initializeImportMeta !== undefined) {
    callbacks.initializeImportMeta = (meta) => { initializeImportMeta(meta, module); };
  }
  if (importModuleDynamically !== undefined) {
    callbacks.importModuleDynamically = async (specifier, attributes, referrer, isSource) => {
      const imported = await importModuleDynamically(specifier, module, attributes, isSource ? 'source' : 'evaluation');
      const { isNamespace } = require('internal/modules/esm/record');
      if (isNamespace(imported)) return imported;
      if (!isModule(imported)) throw new ERR_VM_MODULE_NOT_MODULE();
      if (isSource) return imported[kWrap].sourceObject();
      if (imported.status === 'errored') throw imported.error;
      return imported.namespace;
    };
  }
  require('internal/modules/esm/loader').registerModule(id, callbacks);
}

class SourceTextModule extends Module {
  #requests;
  #specifiers;
  #error;
  #linkedWraps;

  constructor(sourceText, options = {}) {
    validateString(sourceText, 'code');
    validateObject(options, 'options');
    const {
      lineOffset = 0, columnOffset = 0, initializeImportMeta, importModuleDynamically, context, identifier, cachedData,
    } = options;
    validateInt32(lineOffset, 'options.lineOffset');
    validateInt32(columnOffset, 'options.columnOffset');
    if (initializeImportMeta !== undefined) validateFunction(initializeImportMeta, 'options.initializeImportMeta');
    if (importModuleDynamically !== undefined) validateFunction(importModuleDynamically, 'options.importModuleDynamically');
    if (cachedData !== undefined && !ArrayBuffer.isView(cachedData)) {
      throw new ERR_INVALID_ARG_TYPE('options.cachedData', ['Buffer', 'TypedArray', 'DataView'], cachedData);
    }
    super({
      sourceText, context, identifier, lineOffset, columnOffset, cachedData, initializeImportMeta, importModuleDynamically,
    });
    if (cachedData !== undefined && this[kWrap].cachedDataRejected) {
      throw new (require('internal/errors').codes.ERR_VM_MODULE_CACHED_DATA_REJECTED)();
    }
    const flat = this[kWrap].requests();
    const requests = [];
    for (let i = 0; i < flat.length; i += 5) {
      ArrayPrototypePush(requests, ObjectFreeze({
        __proto__: null, specifier: flat[i], attributes: ObjectFreeze(flat[i + 1] ?? { __proto__: null }),
        phase: flat[i + 4] ? 'source' : 'evaluation',
      }));
    }
    this.#requests = ObjectFreeze(requests);
  }

  get moduleRequests() { return this.#requests; }

  get dependencySpecifiers() {
    checkThis(this);
    if (this.#specifiers === undefined) {
      const all = [];
      for (const { specifier } of this.#requests) ArrayPrototypePush(all, specifier);
      this.#specifiers = ObjectFreeze(all);
    }
    return this.#specifiers;
  }

  get status() {
    checkThis(this);
    if (this.#error !== undefined) return 'errored';
    return super.status;
  }
  get error() {
    checkThis(this);
    if (this.#error !== undefined) return this.#error;
    return super.error;
  }

  async [kLink](linker) {
    this[kLinkingStatus] = 'linking';
    const wraps = [];
    try {
      const promises = [];
      for (let i = 0; i < this.#requests.length; i++) {
        const { specifier, attributes } = this.#requests[i];
        ArrayPrototypePush(promises, (async () => {
          const module = await linker(specifier, this, { attributes, assert: attributes });
          this.#check(module);
          if (module.status === 'errored') {
            const error = new ERR_VM_MODULE_LINK_FAILURE(`request for '${specifier}' resolved to an errored module`);
            error.cause = module.error;
            throw error;
          }
          if (module.status === 'unlinked') await module[kLink](linker);
          wraps[i] = module[kWrap];
        })());
      }
      await SafePromiseAllReturnVoid(promises);
      this[kWrap].link(wraps);
      this.#linkedWraps = wraps;
    } catch (error) {
      this.#error = error;
      throw error;
    } finally {
      this[kLinkingStatus] = 'done';
    }
  }

  #check(module) {
    if (!isModule(module)) throw new ERR_VM_MODULE_NOT_MODULE();
    if (module.context !== this.context) throw new ERR_VM_MODULE_DIFFERENT_CONTEXT();
  }

  linkRequests(modules) {
    checkThis(this);
    if (this.status !== 'unlinked') throw new ERR_VM_MODULE_STATUS('must be unlinked');
    if (!ArrayIsArray(modules)) throw new ERR_INVALID_ARG_TYPE('modules', 'Array', modules);
    if (modules.length !== this.#requests.length) {
      throw new ERR_MODULE_LINK_MISMATCH(`Expected ${this.#requests.length} modules, got ${modules.length}`);
    }
    const wraps = [];
    const bySpecifier = new SafeMap();
    ArrayPrototypeForEach(modules, (module, i) => {
      this.#check(module);
      const { specifier, attributes } = this.#requests[i];
      // What is asked for twice is one module, in whichever phase.
      const key = `${specifier}\x00${primordials.JSONStringify(attributes)}`;
      if (bySpecifier.has(key) && bySpecifier.get(key) !== module) {
        throw new ERR_MODULE_LINK_MISMATCH(`Module request '${specifier}' is linked to two modules`);
      }
      bySpecifier.set(key, module);
      ArrayPrototypePush(wraps, module[kWrap]);
    });
    this[kWrap].link(wraps);
    this.#linkedWraps = wraps;
  }

  instantiate() {
    checkThis(this);
    if (this.#linkedWraps === undefined) throw new ERR_VM_MODULE_LINK_FAILURE(`module '${this.identifier}' is not linked`);
    this[kWrap].instantiate();
  }

  hasAsyncGraph() {
    checkThis(this);
    if (this[kWrap].status() < kInstantiated) throw new ERR_VM_MODULE_STATUS('must be instantiated');
    return this[kWrap].isGraphAsync();
  }
  hasTopLevelAwait() {
    checkThis(this);
    return this[kWrap].hasTopLevelAwait();
  }

  createCachedData() {
    const { status } = this;
    if (status === 'evaluating' || status === 'evaluated' || status === 'errored') {
      throw new ERR_VM_MODULE_CANNOT_CREATE_CACHED_DATA();
    }
    return this[kWrap].createCachedData();
  }
}

class SyntheticModule extends Module {
  constructor(exportNames, evaluateCallback, options = {}) {
    if (!ArrayIsArray(exportNames)) throw new ERR_INVALID_ARG_TYPE('exportNames', 'Array of unique strings', exportNames);
    for (let i = 0; i < exportNames.length; i++) {
      if (typeof exportNames[i] !== 'string') {
        throw new ERR_INVALID_ARG_TYPE('exportNames', 'Array of unique strings', exportNames);
      }
      if (exportNames.indexOf(exportNames[i], i + 1) !== -1) {
        throw new ERR_INVALID_ARG_VALUE(`exportNames.${exportNames[i]}`, exportNames[i], 'is duplicated');
      }
    }
    validateFunction(evaluateCallback, 'evaluateCallback');
    validateObject(options, 'options');
    const { context, identifier } = options;
    super({ syntheticExportNames: exportNames, syntheticEvaluationSteps: evaluateCallback, context, identifier });
    this[kWrap].instantiate();
  }

  [kLink]() {}

  link() { return PromiseResolve(); }

  setExport(name, value) {
    checkThis(this);
    validateString(name, 'name');
    if (this[kWrap].status() < kInstantiated) throw new ERR_VM_MODULE_STATUS('must be linked');
    this[kWrap].setExport(name, value);
  }
}

module.exports = { Module, SourceTextModule, SyntheticModule, isModule };
