'use strict';

// What vm and the loaders share about import() in compiled text.

const { Symbol } = primordials;
const { getOptionValue } = require('internal/options');

// vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER, and the same for -e and wrapped CommonJS.
const defaultLoader = Symbol('vm_dynamic_import_main_context_default');
const internalLoader = Symbol('internal_default_loader');
const missing = Symbol('vm_dynamic_import_missing');

// The id for the host-defined options of text compiled with `importModuleDynamically`. `target()` gives the callback its
// second argument: the Script, function or module.
function importId(importModuleDynamically, label, target) {
  if (importModuleDynamically === internalLoader) return undefined;
  if (importModuleDynamically === defaultLoader) {
    require('internal/util').emitExperimentalWarning('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER');
    return undefined;
  }
  const { registerModule } = require('internal/modules/esm/loader');
  if (importModuleDynamically === undefined) {
    registerModule(missing, {});
    return missing;
  }
  const { validateFunction } = require('internal/validators');
  validateFunction(importModuleDynamically, 'options.importModuleDynamically');
  const id = Symbol(label);
  registerModule(id, {
    async importModuleDynamically(specifier, attributes, referrer, isSource) {
      if (!getOptionValue('--experimental-vm-modules')) {
        const { codes: { ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG } } = require('internal/errors');
        throw new ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG();
      }
      const module = await importModuleDynamically(specifier, target(), attributes, isSource ? 'source' : 'evaluation');
      const { isNamespace } = require('internal/modules/esm/record');
      if (isNamespace(module)) return module;
      const vmModule = require('internal/vm/module');
      if (!vmModule.isModule(module)) {
        const { codes: { ERR_VM_MODULE_NOT_MODULE } } = require('internal/errors');
        throw new ERR_VM_MODULE_NOT_MODULE();
      }
      if (isSource) return module[vmModule.kWrap].sourceObject();
      if (module.status === 'errored') throw module.error;
      return module.namespace;
    },
  });
  return id;
}

module.exports = { defaultLoader, internalLoader, importId };
