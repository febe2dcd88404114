'use strict';

// `node -e code`, `node -p code`

const { getOptionValue } = require('internal/options');
const { addBuiltinLibsToObject, evalModuleEntryPoint, evalScript, evalTypeScript, evalTypeScriptModuleEntryPoint } =
  require('internal/process/execution');

addBuiltinLibsToObject(globalThis, '<eval>');
const source = getOptionValue('--eval');
const print = getOptionValue('--print');
const type = getOptionValue('--input-type');
const loadESM = require('internal/modules/run_main').hasPreloads();
if (type === 'module' || (type === '' && getOptionValue('--experimental-default-type') === 'module')) {
  evalModuleEntryPoint(source, print);
} else if (type === 'module-typescript') {
  evalTypeScriptModuleEntryPoint(source, print);
} else if (type === 'commonjs-typescript') {
  evalTypeScript('[eval]', source, print, loadESM);
} else {
  evalScript('[eval]', source, print, loadESM, type !== 'commonjs');
}
