'use strict';

const {
  MathMax, ObjectDefineProperty, SymbolDispose, SymbolFor, TypeError,
} = primordials;
const {
  Database, applyChangeset, defineAggregate, defineFunction, internal, limits: limitIds, makeLimits,
} = internalBinding('sqlite');
const { isUint8Array } = require('internal/util/types');
const {
  coded, expectBoolean, expectFunction, expectObject, expectString, flag, invalidState, invalidType, toFilename, toLimits,
} = require('internal/sqlite/arguments');
const { addMethods, makeBrand } = require('internal/brand');
const { StatementSync, optionBits } = require('internal/sqlite/statement');

const Brand = makeBrand();

function property(object, name, get) {
  ObjectDefineProperty(object, name, { __proto__: null, get, set: undefined, enumerable: true, configurable: false });
}

function DatabaseSync(path, options) {
  if (new.target === undefined) {
    throw coded(TypeError, 'ERR_CONSTRUCT_CALL_REQUIRED', 'Cannot call constructor without `new`');
  }
  const filename = toFilename(path);
  if (arguments.length < 2) options = {};
  expectObject(options, 'options');
  const open = flag(options, 'open', true);
  const readOnly = flag(options, 'readOnly', false);
  const foreignKeys = flag(options, 'enableForeignKeyConstraints', true);
  const doubleQuoted = flag(options, 'enableDoubleQuotedStringLiterals', false);
  const allowExtension = flag(options, 'allowExtension', false);
  const { timeout = 0 } = options;
  if (timeout !== (timeout | 0)) throw invalidType('The "options.timeout" argument must be an integer.');
  const statementOptions = optionBits(options, internal.BARE_NAMES);
  const defensive = flag(options, 'defensive', true);
  const limits = toLimits(options.limits, limitIds);

  const handle = new Database();
  const state = {
    handle, statementOptions, allowExtension, loadExtension: false, limits: undefined,
    open() {
      handle.open(filename, readOnly ? internal.OPEN_READONLY : internal.OPEN_READWRITE, timeout, foreignKeys,
                  doubleQuoted, defensive, allowExtension, limits);
      state.loadExtension = allowExtension;
    },
  };
  new Brand(this, state);
  property(this, 'isOpen', () => handle.isOpen());
  property(this, 'isTransaction', () => handle.isTransaction());
  property(this, 'limits', () => (state.limits ??= makeLimits(handle)));
  this[SymbolFor('sqlite-type')] = 'node:sqlite';
  if (open) state.open();
}

// The state of an open database.
function opened(database) {
  const state = Brand.get(database);
  if (!state.handle.isOpen()) throw invalidState('database is not open');
  return state;
}

function functionFlags(options) {
  const bigInts = flag(options, 'useBigIntArguments', false);
  const varargs = flag(options, 'varargs', false);
  const flags = (flag(options, 'deterministic', false) ? internal.DETERMINISTIC : 0) |
    (flag(options, 'directOnly', false) ? internal.DIRECTONLY : 0);
  return { bigInts, varargs, flags };
}

addMethods(DatabaseSync, {
  open() { Brand.get(this).open(); },

  close() { Brand.get(this).handle.close(); },

  prepare(sql, options) {
    const { handle, statementOptions } = opened(this);
    expectString(sql, 'sql');
    return new StatementSync(handle, sql, optionBits(options, statementOptions));
  },

  exec(sql) {
    const { handle } = opened(this);
    expectString(sql, 'sql');
    handle.exec(sql);
  },

  function(name, options, fn) {
    const { handle } = opened(this);
    expectString(name, 'name');
    if (arguments.length < 3) {
      fn = options;
      options = {};
      // A set of options alone is a function that is missing.
      expectFunction(fn, 'function');
    }
    expectObject(options, 'options');
    const { bigInts, varargs, flags } = functionFlags(options);
    expectFunction(fn, 'function');
    defineFunction(handle, name, varargs ? -1 : fn.length, flags, bigInts, fn);
  },

  createTagStore(maxSize) {
    opened(this);
    return require('internal/sqlite/tag_store').createTagStore(this, maxSize);
  },

  location(dbName = 'main') {
    const { handle } = opened(this);
    expectString(dbName, 'dbName');
    return handle.location(dbName);
  },

  aggregate(name, options) {
    const { handle } = opened(this);
    const { start } = options;
    if (start === undefined) {
      throw invalidType('The "options.start" argument must be a function or a primitive value.');
    }
    expectString(name, 'name');
    const { step, inverse, result } = options;
    expectFunction(step, 'options.step');
    if (inverse !== undefined) expectFunction(inverse, 'options.inverse');
    const { bigInts, varargs, flags } = functionFlags(options);
    // The first parameter of both is the state.
    const arity = varargs ? -1 : MathMax(0, step.length - 1, (inverse?.length ?? 0) - 1);
    defineAggregate(handle, name, arity, flags, bigInts, [start, step, inverse, result]);
  },

  createSession(options) {
    const { handle } = opened(this);
    return require('internal/sqlite/session').createSession(this, handle, options);
  },

  applyChangeset(changeset, options = {}) {
    const { handle } = opened(this);
    if (!isUint8Array(changeset)) throw invalidType('The "changeset" argument must be a Uint8Array.');
    expectObject(options, 'options');
    const { filter, onConflict } = options;
    if (filter !== undefined) expectFunction(filter, 'options.filter');
    if (onConflict !== undefined) expectFunction(onConflict, 'options.onConflict');
    return applyChangeset(handle, changeset, filter, onConflict);
  },

  enableLoadExtension(allow) {
    const state = opened(this);
    expectBoolean(allow, 'allow');
    if (allow && !state.allowExtension) {
      throw invalidState('Cannot enable extension loading because it was disabled at database creation.');
    }
    state.handle.configure(internal.LOAD_EXTENSION, allow);
    state.loadExtension = allow;
  },

  enableDefensive(active) {
    const { handle } = opened(this);
    expectBoolean(active, 'active');
    handle.configure(internal.DEFENSIVE, active);
  },

  loadExtension(path, entryPoint) {
    const { handle, loadExtension } = opened(this);
    if (!loadExtension) throw invalidState('extension loading is not allowed');
    expectString(path, 'path');
    handle.loadExtension(path, entryPoint);
  },

  serialize(dbName = 'main') {
    const { handle } = opened(this);
    expectString(dbName, 'dbName');
    return handle.serialize(dbName);
  },

  deserialize(buffer, options = {}) {
    const { handle } = opened(this);
    if (!isUint8Array(buffer)) throw invalidType('The "buffer" argument must be a Uint8Array.');
    if (buffer.byteLength === 0) {
      throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', 'The "buffer" argument must not be empty.');
    }
    expectObject(options, 'options');
    const { dbName = 'main' } = options;
    expectString(dbName, 'options.dbName');
    handle.deserialize(buffer, dbName);
  },

  setAuthorizer(callback) {
    const { handle } = opened(this);
    if (callback !== null) expectFunction(callback, 'callback');
    handle.setAuthorizer(callback);
  },
});
DatabaseSync.prototype[SymbolDispose] = function() {
  const { handle } = Brand.get(this);
  if (handle.isOpen()) handle.close();
};

module.exports = { DatabaseSync, isDatabase: Brand.has, opened };
