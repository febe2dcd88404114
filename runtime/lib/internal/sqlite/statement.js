'use strict';

// StatementSync: the native class, and what of it is more than a call into SQLite.

const { FunctionPrototypeCall, ObjectSetPrototypeOf, SymbolDispose, TypeError, globalThis } = primordials;
const { Statement, begin, end, internal, next, setOption } = internalBinding('sqlite');
const { expectBoolean, expectObject, flag } = require('internal/sqlite/arguments');
const { addMethods } = require('internal/brand');

// Rows in their order, of the execution that `turn` numbers. A later one of the same statement makes it useless.
class StatementSyncIterator {
  #statement;
  #turn;
  #done = false;

  constructor(statement, turn) {
    this.#statement = statement;
    this.#turn = turn;
  }

  next() {
    if (this.#done) return { __proto__: null, done: true, value: null };
    const row = next(this.#statement, this.#turn);
    if (row !== undefined) return { __proto__: null, done: false, value: row };
    this.#done = true;
    return { __proto__: null, done: true, value: null };
  }

  return() {
    if (!this.#done) end(this.#statement, this.#turn);
    this.#done = true;
    return { __proto__: null, done: true, value: null };
  }
}
ObjectSetPrototypeOf(StatementSyncIterator.prototype, globalThis.Iterator.prototype);

const isStatement = (value) => value instanceof Statement;

function iterate(...parameters) {
  if (!isStatement(this)) throw new TypeError('Illegal invocation');
  return new StatementSyncIterator(this, begin(this, parameters));
}

function setter(option, name) {
  return function(enabled) {
    if (!isStatement(this)) throw new TypeError('Illegal invocation');
    expectBoolean(enabled, name);
    setOption(this, option, enabled);
  };
}

const { prototype } = Statement;
const { all, close, columns, get, run } = prototype;
for (const name of ['all', 'close', 'columns', 'get', 'run']) delete prototype[name]; // to come back enumerable
addMethods(Statement, {
  iterate,
  all,
  get,
  run,
  columns,
  setAllowBareNamedParameters: setter(internal.BARE_NAMES, 'allowBareNamedParameters'),
  setAllowUnknownNamedParameters: setter(internal.UNKNOWN_NAMES, 'enabled'),
  setReadBigInts: setter(internal.READ_BIG_INTS, 'readBigInts'),
  setReturnArrays: setter(internal.RETURN_ARRAYS, 'returnArrays'),
  close,
});
prototype[SymbolDispose] = function() {
  try {
    FunctionPrototypeCall(close, this);
  } catch (error) {
    if (error.code !== 'ERR_INVALID_STATE') throw error;
  }
};

// The bits of a statement's options; what they do not say is as `inherited`.
function optionBits(options, inherited) {
  if (options === undefined) return inherited;
  expectObject(options, 'options');
  const bit = (name, value) => (flag(options, name, (inherited & value) !== 0) ? value : 0);
  return bit('readBigInts', internal.READ_BIG_INTS) | bit('returnArrays', internal.RETURN_ARRAYS) |
    bit('allowBareNamedParameters', internal.BARE_NAMES) | bit('allowUnknownNamedParameters', internal.UNKNOWN_NAMES);
}

module.exports = { StatementSync: Statement, optionBits };
