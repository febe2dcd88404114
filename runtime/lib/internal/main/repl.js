'use strict';

// `node` on a terminal without a program, `node -i`

const { getOptionValue, hasEvalString } = require('internal/options');
const { evalScript } = require('internal/process/execution');

for (const option of ['--input-type']) {
  if (getOptionValue(option) === '') continue;
  process.stderr.write(`Cannot specify ${option} for REPL\n`);
  process.reallyExit(9);
}
console.log(`Welcome to Node.js ${process.version}.\nType ".help" for more information.`);
const { createInternalRepl } = require('internal/repl');
createInternalRepl(process.env, (error, repl) => {
  if (error) throw error;
  repl.on('exit', () => {
    if (repl.historyManager?.isFlushing) repl.once('flushHistory', () => process.exit());
    else process.exit();
  });
});
// -i -e: the text runs in the context that is then typed into.
if (hasEvalString()) {
  const { module, require } = globalThis;
  evalScript('[eval]', getOptionValue('--eval'), getOptionValue('--print'));
  Object.assign(globalThis, { module, require });
}
