// internalBinding('sqlite'): databases, statements, sessions and backups of SQLite; lib/internal/sqlite gives them
// their public shape. Spec: Node's doc/api/sqlite.md.

#include "runtime/bindings/sqlite/backup.h"
#include "runtime/bindings/sqlite/database.h"
#include "runtime/bindings/sqlite/limits.h"
#include "runtime/bindings/sqlite/session.h"
#include "runtime/bindings/sqlite/statement.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using sqlite::Backup;
using sqlite::Database;
using sqlite::Session;
using sqlite::Statement;

constexpr Method kMethods[] = {
    {"defineFunction", sqlite::define_function},
    {"defineAggregate", sqlite::define_aggregate},
    {"applyChangeset", sqlite::apply_changeset},
    {"makeLimits", sqlite::make_limits},
    {"begin", Statement::begin},
    {"next", Statement::next},
    {"end", Statement::end},
    {"setOption", Statement::set_option},
    {"countParameters", Statement::count_parameters},
};

#define PKG_SQLITE_CONSTANTS(X)                                                                                        \
  X(CHANGESET_OMIT)                                                                                                    \
  X(CHANGESET_REPLACE)                                                                                                 \
  X(CHANGESET_ABORT)                                                                                                   \
  X(CHANGESET_DATA)                                                                                                    \
  X(CHANGESET_NOTFOUND) X(CHANGESET_CONFLICT) X(CHANGESET_CONSTRAINT) X(CHANGESET_FOREIGN_KEY) X(OK) X(DENY) X(IGNORE) \
      X(CREATE_INDEX) X(CREATE_TABLE) X(CREATE_TEMP_INDEX) X(CREATE_TEMP_TABLE) X(CREATE_TEMP_TRIGGER)                 \
          X(CREATE_TEMP_VIEW) X(CREATE_TRIGGER) X(CREATE_VIEW) X(DELETE) X(DROP_INDEX) X(DROP_TABLE)                   \
              X(DROP_TEMP_INDEX) X(DROP_TEMP_TABLE) X(DROP_TEMP_TRIGGER) X(DROP_TEMP_VIEW) X(DROP_TRIGGER)             \
                  X(DROP_VIEW) X(INSERT) X(PRAGMA) X(READ) X(SELECT) X(TRANSACTION) X(UPDATE) X(ATTACH) X(DETACH)      \
                      X(ALTER_TABLE) X(REINDEX) X(ANALYZE) X(CREATE_VTABLE) X(DROP_VTABLE) X(FUNCTION) X(SAVEPOINT)    \
                          X(COPY) X(RECURSIVE)

void init(Realm& realm, v8::Local<v8::Object> target) {
  v8::Isolate* isolate = realm.isolate();
  set_class(realm, target, "Database",
            make_class(realm, "Database", Database::construct, {Database::kPrototype, Database::kPrototypeSize},
                       Database::kFields));
  auto statement = make_class(realm, "StatementSync", Statement::construct,
                              {Statement::kPrototype, Statement::kPrototypeSize}, Statement::kFields);
  auto signature = v8::Signature::New(isolate, statement);
  auto getter = [&](const char* name, v8::FunctionCallback call) {
    statement->InstanceTemplate()->SetAccessorProperty(
        intern(isolate, name),
        v8::FunctionTemplate::New(isolate, call, {}, signature, 0, v8::ConstructorBehavior::kThrow), {},
        v8::DontDelete);
  };
  getter("sourceSQL", Statement::source);
  getter("expandedSQL", Statement::expanded);
  set_class(realm, target, "Statement", statement);
  set_class(realm, target, "Session",
            make_class(realm, "Session", Session::construct, {Session::kPrototype, Session::kPrototypeSize},
                       Session::kFields));
  set_class(
      realm, target, "Backup",
      make_class(realm, "Backup", Backup::construct, {Backup::kPrototype, Backup::kPrototypeSize}, Backup::kFields));
  auto constants = v8::Object::New(isolate);
#define PKG_SQLITE_CONSTANT(name) set_constant(realm, constants, "SQLITE_" #name, SQLITE_##name);
  PKG_SQLITE_CONSTANTS(PKG_SQLITE_CONSTANT)
#undef PKG_SQLITE_CONSTANT
  set_value(realm, target, "constants", constants);
  auto internal = v8::Object::New(isolate);
  set_constant(realm, internal, "OPEN_READONLY", SQLITE_OPEN_READONLY);
  set_constant(realm, internal, "OPEN_READWRITE", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  set_constant(realm, internal, "DETERMINISTIC", SQLITE_DETERMINISTIC);
  set_constant(realm, internal, "DIRECTONLY", SQLITE_DIRECTONLY);
  set_constant(realm, internal, "DEFENSIVE", SQLITE_DBCONFIG_DEFENSIVE);
  set_constant(realm, internal, "LOAD_EXTENSION", SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION);
  set_constant(realm, internal, "READ_BIG_INTS", Statement::kReadBigInts);
  set_constant(realm, internal, "RETURN_ARRAYS", Statement::kReturnArrays);
  set_constant(realm, internal, "BARE_NAMES", Statement::kBareNames);
  set_constant(realm, internal, "UNKNOWN_NAMES", Statement::kUnknownNames);
  set_value(realm, target, "internal", internal);
  auto limits = v8::Object::New(isolate);
  sqlite::limit_ids(realm, limits);
  set_value(realm, target, "limits", limits);
}

// Every callback of the classes above.
const std::vector<Method> kCallbacks = [] {
  std::vector<Method> all = {{"Database", Database::construct}, {"StatementSync", Statement::construct},
                             {"Session", Session::construct},   {"Backup", Backup::construct},
                             {"sourceSQL", Statement::source},  {"expandedSQL", Statement::expanded}};
  auto add = [&](const Method* methods, std::size_t count) { all.insert(all.end(), methods, methods + count); };
  add(Database::kPrototype, Database::kPrototypeSize);
  add(Statement::kPrototype, Statement::kPrototypeSize);
  add(Session::kPrototype, Session::kPrototypeSize);
  add(Backup::kPrototype, Backup::kPrototypeSize);
  return all;
}();

}  // namespace

extern const Binding binding_sqlite;
const Binding binding_sqlite{"sqlite", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
