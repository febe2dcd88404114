'use strict';

// One ES module in the making: its ModuleWrap, and where it stands on the way from source to evaluated.

const { SafeWeakMap } = primordials;
const { getOptionValue } = require('internal/options');
const {
  ModuleWrap, kUninstantiated, kInstantiated, kEvaluating, kEvaluated, kErrored,
} = internalBinding('module_wrap');

class ModuleRecord {
  // Declared, so that what a program puts on Object.prototype has no say in them.
  url;
  format;
  wrap;

  constructor(url, format, wrap) {
    this.url = url;
    this.format = format;
    this.wrap = wrap;
    this.isLinked = false;
    this.isLinking = false;
    this.depth = 1; // of the graph below it, once that is linked
    this.linked = undefined; // records, in the order of the wrap's requests
    this.promise = undefined; // of evaluation
    this.isMain = false;
    this.isEvaluating = false; // by require(), now
    this.commonJs = undefined; // the Module that it stands for
    this.source = undefined; // its text, with --experimental-print-required-tla
    this.facade = undefined; // see facadeFor() of the loader
  }

  get namespace() { return this.wrap.namespace(); }

  get isEvaluated() { return this.wrap.status() === kEvaluated; }

  // Makes it ready to be evaluated, with all that it imports.
  instantiate() {
    if (this.wrap.status() === kUninstantiated) this.wrap.instantiate();
  }

  // The promise of its evaluation; evaluation happens once.
  evaluate() {
    if (this.promise !== undefined) return this.promise;
    if (this.isMain && getOptionValue('--inspect-brk')) {
      const { callAndPauseOnStart } = internalBinding('inspector');
      this.promise = callAndPauseOnStart(this.wrap.evaluate, this.wrap, -1, false);
    } else {
      this.promise = this.wrap.evaluate(-1, false);
    }
    return this.promise;
  }
}

const namespaces = new SafeWeakMap();
// Whether a value is the namespace object of a module (of this realm's V8).
function isNamespace(value) {
  return internalBinding('compile').isModuleNamespace(value);
}

module.exports = { ModuleRecord, ModuleWrap, namespaces, isNamespace, kInstantiated, kEvaluating, kEvaluated, kErrored };
