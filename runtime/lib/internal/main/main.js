'use strict';

// What the command line asks for: help, a syntax check, -e, the REPL, a program from stdin or from a file.

const { getOptionValue, hasEvalString } = require('internal/options');
const { prepareExecution } = require('internal/process/pre_execution');

// What --test cannot be combined with, where it was asked for.
function otherMode() {
  if (getOptionValue('--check')) return '--check';
  if (hasEvalString()) return '--eval';
  return getOptionValue('--interactive') ? '--interactive' : undefined;
}

if (!internalBinding('process_methods').isMainThread()) {
  require('internal/main/worker_thread');
} else if (getOptionValue('--help')) {
  require('internal/main/print_help');
} else if (getOptionValue('--test') && otherMode() !== undefined) {
  process.stderr.write(`${process.argv[0]}: either --test or ${otherMode()} can be used, not both\n`);
  process.reallyExit(9);
} else if (getOptionValue('--watch') && !getOptionValue('--test')) {
  prepareExecution(false, false);
  require('internal/main/watch_mode');
} else if (hasEvalString() && !getOptionValue('--interactive')) {
  prepareExecution(false);
  require('internal/main/eval_string');
} else if (getOptionValue('--test')) {
  prepareExecution(false, false);
  require('internal/main/test_runner');
} else if (getOptionValue('--check')) {
  prepareExecution(process.argv[1] !== undefined && process.argv[1] !== '-');
  require('internal/main/check_syntax');
} else if (process.argv[1] !== undefined && process.argv[1] !== '-' && !getOptionValue('--interactive')) {
  prepareExecution(true);
  require('internal/main/run_main_module');
} else if (getOptionValue('--interactive') || (process.argv[1] === undefined && require('tty').isatty(0))) {
  prepareExecution(false);
  require('internal/main/repl');
} else {
  prepareExecution(false);
  require('internal/main/eval_stdin');
}
