'use strict';

// localStorage and sessionStorage of --experimental-webstorage: https://nodejs.org/api/globals.html#localstorage
// Both are tables of SQLite, in memory or in the file of --localstorage-file, laid out as Node 24 does it, so that
// either program goes on with what the other stored: keys and values as UTF-16, their bytes summed up by triggers.

const {
  ArrayPrototypePush, ObjectDefineProperty, Proxy, ReflectDefineProperty, ReflectDeleteProperty, ReflectGet,
  ReflectGetOwnPropertyDescriptor, ReflectHas, ReflectOwnKeys, ReflectSet, String, Symbol, TypeError,
} = primordials;
const { Database, Statement, internal } = internalBinding('sqlite');
const { Buffer } = require('buffer');
const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { getOptionValue } = require('internal/options');
const { coded, illegalConstructor } = require('internal/sqlite/arguments');
const { addMethods, makeBrand } = require('internal/brand');
const { emitExperimentalWarning } = require('internal/util');

emitExperimentalWarning('Web Storage');

const kQuota = 10 * 1024 * 1024;
const kMake = Symbol('make');
const Brand = makeBrand();

const grown = `
  UPDATE nodejs_webstorage_state SET total_size = total_size + octet_length(NEW.key) + octet_length(NEW.value)`;
const shrunk = `
  UPDATE nodejs_webstorage_state SET total_size = total_size - octet_length(OLD.key) - octet_length(OLD.value)`;
const check = `
  SELECT raise(ABORT, 'QuotaExceeded') FROM nodejs_webstorage_state WHERE total_size > max_size`;
const layout = `
  PRAGMA journal_mode = WAL;
  PRAGMA busy_timeout = 3000;
  BEGIN;
  CREATE TABLE IF NOT EXISTS nodejs_webstorage (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS nodejs_webstorage_state (
    max_size INTEGER NOT NULL DEFAULT ${kQuota},
    total_size INTEGER NOT NULL,
    schema_version INTEGER NOT NULL DEFAULT 0,
    single_row_ INTEGER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (single_row_ = 1)
  ) STRICT;
  INSERT OR IGNORE INTO nodejs_webstorage_state (total_size, schema_version) VALUES (0, 1);
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_insert AFTER INSERT ON nodejs_webstorage BEGIN ${grown}; ${check}; END;
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_update AFTER UPDATE ON nodejs_webstorage
    BEGIN ${shrunk}; ${grown}; ${check}; END;
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_delete AFTER DELETE ON nodejs_webstorage BEGIN ${shrunk}; END;
  COMMIT;`;

const encode = (text) => Buffer.from(text, 'utf16le');
const decode = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf16le');

// The table of one storage, opened when it is first used.
class Table {
  #location;
  #database;
  #statements = { __proto__: null };

  constructor(location) {
    this.#location = location;
  }

  #execute(method, sql, ...values) {
    if (this.#database === undefined) {
      const database = new Database();
      database.open(this.#location, internal.OPEN_READWRITE, 0, true, false, true, false, []);
      database.exec(layout);
      this.#database = database;
    }
    const statement = this.#statements[sql] ??= new Statement(this.#database, sql, internal.RETURN_ARRAYS);
    return statement[method](...values);
  }

  count() { return this.#execute('get', 'SELECT count(*) FROM nodejs_webstorage')[0]; }
  clear() { this.#execute('run', 'DELETE FROM nodejs_webstorage'); }
  get(key) {
    const row = this.#execute('get', 'SELECT value FROM nodejs_webstorage WHERE key = ?', encode(key));
    return row && decode(row[0]);
  }
  has(key) { return this.#execute('get', 'SELECT 1 FROM nodejs_webstorage WHERE key = ?', encode(key)) !== undefined; }
  remove(key) { this.#execute('run', 'DELETE FROM nodejs_webstorage WHERE key = ?', encode(key)); }
  keyAt(index) {
    const row = this.#execute('get', 'SELECT key FROM nodejs_webstorage LIMIT 1 OFFSET ?', index);
    return row ? decode(row[0]) : null;
  }
  keys() {
    const keys = [];
    for (const row of this.#execute('all', 'SELECT key FROM nodejs_webstorage')) ArrayPrototypePush(keys, decode(row[0]));
    return keys;
  }
  set(key, value) {
    try {
      this.#execute('run', 'INSERT INTO nodejs_webstorage (key, value) VALUES (?, ?) ' +
        'ON CONFLICT (key) DO UPDATE SET value = excluded.value', encode(key), encode(value));
    } catch (error) {
      if (error.message !== 'QuotaExceeded') throw error;
      const { DOMException } = require('internal/domexception');
      throw new DOMException('Setting the value exceeded the quota', 'QuotaExceededError');
    }
  }
}

function Storage(key) {
  if (key !== kMake) throw illegalConstructor();
}

function need(method, given, count) {
  if (given < count) {
    throw coded(TypeError, 'ERR_MISSING_ARGS',
                `Failed to execute '${method}' on 'Storage': ${count} argument${count > 1 ? 's' : ''} required`);
  }
}

addMethods(Storage, {
  clear() { Brand.get(this).clear(); },
  getItem(key) {
    const table = Brand.get(this);
    need('getItem', arguments.length, 1);
    return table.get(String(key)) ?? null;
  },
  key(index) {
    const table = Brand.get(this);
    need('key', arguments.length, 1);
    return table.keyAt(index >>> 0);
  },
  removeItem(key) {
    const table = Brand.get(this);
    need('removeItem', arguments.length, 1);
    table.remove(String(key));
  },
  setItem(key, value) {
    const table = Brand.get(this);
    need('setItem', arguments.length, 2);
    table.set(String(key), String(value));
  },
});
ObjectDefineProperty(Storage.prototype, 'length', {
  __proto__: null, get() { return Brand.get(this).count(); }, set: undefined, enumerable: true, configurable: false,
});

// An object whose properties are what is stored. Those that Storage itself has are reached by the methods alone;
// properties with symbols for names are the object's own.
function makeStorage(location) {
  const table = new Table(location);
  const isStored = (target, key) => typeof key === 'string' && !ReflectHas(target, key) && table.has(key);
  const storage = new Proxy(new Storage(kMake), {
    __proto__: null,
    get(target, key, receiver) {
      if (typeof key === 'symbol' || ReflectHas(target, key)) return ReflectGet(target, key, receiver);
      return table.get(key);
    },
    set(target, key, value) {
      if (typeof key === 'symbol') return ReflectSet(target, key, value);
      table.set(key, String(value));
      return true;
    },
    has(target, key) { return ReflectHas(target, key) || isStored(target, key); },
    deleteProperty(target, key) {
      if (typeof key === 'symbol') return ReflectDeleteProperty(target, key);
      table.remove(key);
      return true;
    },
    defineProperty(target, key, descriptor) {
      if (typeof key === 'symbol') return ReflectDefineProperty(target, key, descriptor);
      if ('get' in descriptor || 'set' in descriptor) return false;
      table.set(key, String(descriptor.value));
      return true;
    },
    getOwnPropertyDescriptor(target, key) {
      if (!isStored(target, key)) return ReflectGetOwnPropertyDescriptor(target, key);
      return { __proto__: null, value: table.get(key), writable: true, enumerable: true, configurable: true };
    },
    ownKeys(target) {
      const keys = [];
      for (const key of table.keys()) {
        if (!ReflectHas(target, key)) ArrayPrototypePush(keys, key);
      }
      for (const key of ReflectOwnKeys(target)) ArrayPrototypePush(keys, key);
      return keys;
    },
    preventExtensions() { return false; },
  });
  new Brand(storage, table);
  return storage;
}

let local;
let session;
module.exports = {
  Storage,
  get localStorage() {
    if (local !== undefined) return local;
    const location = getOptionValue('--localstorage-file');
    if (location === '') {
      throw new ERR_INVALID_ARG_VALUE('--localstorage-file', location, 'is an invalid localStorage location');
    }
    return local = makeStorage(location);
  },
  get sessionStorage() { return session ??= makeStorage(':memory:'); },
};
