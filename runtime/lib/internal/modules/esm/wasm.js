'use strict';

// WebAssembly modules as ES modules: their imports are modules, their exports names. Spec: Node 24, esm.md, "Wasm modules",
// and the WebAssembly/ES Module Integration proposal.

const { ArrayPrototypeIncludes, ArrayPrototypePush, JSONStringify, SafeWeakMap, StringPrototypeStartsWith, Symbol } = primordials;
const binding = internalBinding('modules');
const { ModuleRecord, ModuleWrap } = require('internal/modules/esm/record');

const instances = new SafeWeakMap(); // namespace object -> exports of the instance, with globals as they are

function isReserved(name) {
  return StringPrototypeStartsWith(name, 'wasm:') || StringPrototypeStartsWith(name, 'wasm-js:');
}

// The names that the module exports, and the specifiers that it imports from.
function interfaceOf({ Module, LinkError }, compiled, url) {
  const names = [];
  for (const { name } of Module.exports(compiled)) {
    if (isReserved(name)) throw new LinkError(`Invalid Wasm export name "${name}" in "${url}"`);
    ArrayPrototypePush(names, name);
  }
  const specifiers = [];
  for (const { module, name } of Module.imports(compiled)) {
    if (StringPrototypeStartsWith(module, 'wasm-js:')) throw new LinkError(`Invalid Wasm import "${module}" in "${url}"`);
    if (isReserved(name)) throw new LinkError(`Invalid Wasm import name "${name}" in "${url}"`);
    if (!ArrayPrototypeIncludes(specifiers, module)) ArrayPrototypePush(specifiers, module);
  }
  return { names, specifiers };
}

// A source text module that brings the imports in evaluation order and hands them to the instance.
function textOf({ names, specifiers }) {
  let text = '';
  let list = '';
  for (let i = 0; i < specifiers.length; i++) {
    text += `import * as $m${i} from ${JSONStringify(specifiers[i])};\n`;
    list += `$m${i},`;
  }
  text += `const $e = import.meta.instantiate([${list}]);\n`;
  for (let i = 0; i < names.length; i++) {
    text += `const $x${i} = $e[${i}];\nexport { $x${i} as ${JSONStringify(names[i])} };\n`;
  }
  return text;
}

function wasmRecord(url, bytes) {
  const { WebAssembly } = globalThis;
  let compiled;
  try {
    compiled = new WebAssembly.Module(bytes, {
      __proto__: null, builtins: ['js-string'], importedStringConstants: 'wasm:js/string-constants',
    });
  } catch (error) {
    error.message = `${binding.fileUrlToPath(url) ?? url}: ${error.message}`;
    throw error;
  }
  const shape = interfaceOf(WebAssembly, compiled, url);
  const id = Symbol(url);
  let wrap;
  require('internal/modules/esm/loader').registerModule(id, {
    initializeImportMeta(meta) {
      meta.instantiate = (modules) => instantiate(WebAssembly, compiled, shape, modules, wrap);
    },
  });
  wrap = new ModuleWrap(url, id, undefined, textOf(shape), 0, 0);
  wrap.setSourceObject(compiled);
  return new ModuleRecord(url, 'wasm', wrap);
}

// The values of the exports, in the order of their names.
function instantiate(WebAssembly, compiled, { names, specifiers }, modules, wrap) {
  require('internal/util').emitExperimentalWarning('Importing WebAssembly module instances');
  const imports = { __proto__: null };
  // Another instance is seen with its globals, not with their values.
  for (let i = 0; i < specifiers.length; i++) imports[specifiers[i]] = instances.get(modules[i]) ?? modules[i];
  const { exports } = new WebAssembly.Instance(compiled, imports);
  instances.set(wrap.namespace(), exports);
  const values = [];
  for (const name of names) {
    let value = exports[name];
    if (value instanceof WebAssembly.Global) {
      // Vectors have no value in JavaScript.
      try { value = value.value; } catch { value = undefined; }
    }
    ArrayPrototypePush(values, value);
  }
  return values;
}

module.exports = { wasmRecord };
