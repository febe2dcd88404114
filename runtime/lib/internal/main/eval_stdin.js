'use strict';

// `node -` and `node < file`

const { getOptionValue } = require('internal/options');
const { evalModuleEntryPoint, evalScript, evalTypeScript, evalTypeScriptModuleEntryPoint, readStdin } =
  require('internal/process/execution');

readStdin((source) => {
  process._eval = source;
  const print = getOptionValue('--print');
  const type = getOptionValue('--input-type');
  const loadESM = require('internal/modules/run_main').hasPreloads();
  if (type === 'module') evalModuleEntryPoint(source, print);
  else if (type === 'module-typescript') evalTypeScriptModuleEntryPoint(source, print);
  else if (type === 'commonjs-typescript') evalTypeScript('[stdin]', source, print, loadESM);
  else evalScript('[stdin]', source, print, loadESM, type !== 'commonjs');
});
