'use strict';

const { SymbolDispose } = primordials;
const { Session: NativeSession } = internalBinding('sqlite');
const { expectObject, expectString, illegalConstructor } = require('internal/sqlite/arguments');
const { addMethods, makeBrand } = require('internal/brand');

const Brand = makeBrand();
const kMake = {};

function Session(key, database, native) {
  if (key !== kMake) throw illegalConstructor();
  new Brand(this, { database, native }); // the database lives as long as its sessions
}

addMethods(Session, {
  changeset() { return Brand.get(this).native.changeset(); },
  patchset() { return Brand.get(this).native.patchset(); },
  close() { Brand.get(this).native.close(); },
});
Session.prototype[SymbolDispose] = function() {
  const { native } = Brand.get(this);
  if (native.isOpen()) native.close();
};

// database.createSession(options), once the database is known to be open.
function createSession(database, handle, options) {
  let table;
  let schema = 'main';
  if (options !== undefined) {
    expectObject(options, 'options');
    if (options.table !== undefined) {
      expectString(options.table, 'options.table');
      table = options.table;
    }
    if (options.db !== undefined) {
      expectString(options.db, 'options.db');
      schema = options.db;
    }
  }
  return new Session(kMake, database, new NativeSession(handle, schema, table));
}

module.exports = { Session, createSession };
