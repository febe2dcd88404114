'use strict';

// The REPL that `node` is without a program: what the environment says of it.

const { NumberIsNaN, NumberParseInt, StringPrototypeToLowerCase } = primordials;
const repl = require('repl');

// createInternalRepl(env, options, callback(error, repl)). NODE_REPL_MODE, NODE_NO_READLINE, NODE_REPL_HISTORY and
// NODE_REPL_HISTORY_SIZE are read.
function createInternalRepl(env, given, callback) {
  if (typeof given === 'function') {
    callback = given;
    given = {};
  }
  const options = {
    [repl.kStandalone]: true, ignoreUndefined: false, useGlobal: true, breakEvalOnSigint: true, ...given,
  };
  if (NumberParseInt(env.NODE_NO_READLINE)) options.terminal = false;
  options.replMode = {
    __proto__: null, strict: repl.REPL_MODE_STRICT, sloppy: repl.REPL_MODE_SLOPPY,
  }[StringPrototypeToLowerCase(StringPrototypeToLowerCase(`${env.NODE_REPL_MODE ?? ''}`).trim())] ?? repl.REPL_MODE_SLOPPY;
  const size = Number(env.NODE_REPL_HISTORY_SIZE);
  options.historySize = !NumberIsNaN(size) && size > 0 ? size : 1000;

  const server = repl.start(options);
  ObjectDefine(server);
  const file = options.terminal ?? server.terminal ? env.NODE_REPL_HISTORY : '';
  if (server.terminal) server.setupHistory({ filePath: file, size: options.historySize }, callback);
  else callback(null, server);
}

// The running REPL can be reached as repl.repl.
function ObjectDefine(server) { repl.repl = server; }

module.exports = { __proto__: repl, createInternalRepl };
