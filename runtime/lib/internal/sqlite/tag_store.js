'use strict';

// SQLTagStore: template literals as prepared statements, the latest used of which are kept.

const {
  ArrayIsArray, ArrayPrototypePush, ObjectDefineProperty, ReflectApply, SafeMap, TypeError,
} = primordials;
const { countParameters } = internalBinding('sqlite');
const { coded, illegalConstructor, invalidState, invalidType, outOfRange } = require('internal/sqlite/arguments');
const { addMethods, makeBrand } = require('internal/brand');

const kMaxSize = 2 ** 31 - 1;
const Brand = makeBrand();
const kMake = {};

function getter(object, name, get) {
  ObjectDefineProperty(object, name, { __proto__: null, get, set: undefined, enumerable: true, configurable: false });
}

function SQLTagStore(key, database, maxSize) {
  if (key !== kMake) throw illegalConstructor();
  const state = { database, maxSize, statements: new SafeMap() };
  new Brand(this, state);
  getter(this, 'capacity', () => state.maxSize);
  getter(this, 'db', () => state.database);
  getter(this, 'size', () => state.statements.size);
}

// The statement of a literal, moved to the end of the map: the first in it is the next to go.
function statementOf(state, strings, values) {
  if (!ArrayIsArray(strings)) throw invalidType('First argument must be an array of strings (template literal).');
  let sql = '';
  for (let i = 0; i < strings.length; ++i) {
    if (typeof strings[i] !== 'string') throw invalidType('Template literal parts must be strings.');
    sql += i < values.length ? `${strings[i]}?` : strings[i];
  }
  const { statements } = state;
  let statement = statements.get(sql);
  if (statement === undefined || countParameters(statement) < 0) { // finalized with its database
    statement = state.database.prepare(sql);
  }
  // A `?` of the literal's own reads like the place of a value, also of one that an earlier literal gave.
  if (countParameters(statement) !== values.length) {
    throw coded(TypeError, 'ERR_INVALID_ARG_VALUE',
                'SQLite parameters must be bound using template literal placeholders.');
  }
  statements.delete(sql);
  if (statements.size >= state.maxSize) statements.delete(statements.keys().next().value);
  statements.set(sql, statement);
  return statement;
}

// Values alone: an object is no set of names here, so it stands where it cannot be taken for one.
function execute(method) {
  return function(strings, ...values) {
    const state = Brand.get(this);
    if (!state.database.isOpen) throw invalidState('database is not open');
    const statement = statementOf(state, strings, values);
    const parameters = [{ __proto__: null }];
    for (let i = 0; i < values.length; ++i) ArrayPrototypePush(parameters, values[i]);
    return ReflectApply(statement[method], statement, parameters);
  };
}

addMethods(SQLTagStore, {
  get: execute('get'),
  all: execute('all'),
  iterate: execute('iterate'),
  run: execute('run'),
  clear() { Brand.get(this).statements.clear(); },
});

function createTagStore(database, maxSize = 1000) {
  if (typeof maxSize !== 'number') throw invalidType('The "maxSize" argument must be a positive integer.');
  if (!(maxSize > 0 && maxSize <= kMaxSize && maxSize === (maxSize | 0))) {
    throw outOfRange('The "maxSize" argument must be a positive integer.');
  }
  return new SQLTagStore(kMake, database, maxSize);
}

module.exports = { createTagStore };
