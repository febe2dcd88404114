#pragma once

#include <v8.h>

#include "runtime/bindings/sqlite/api.h"
#include "runtime/core/binding.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime::sqlite {

class Database;

// What records the changes of a database's tables. Its own field keeps the database.
class Session final : public ObjectWrap {
 public:
  enum Field : int { kDatabase = 1, kFields };

  Session(Database& database, v8::Local<v8::Object> object, sqlite3_session* session);
  ~Session() override { close(); }

  // new Session(database, schema, table or undefined for all)
  static void construct(const v8::FunctionCallbackInfo<v8::Value>& args);
  static const Method kPrototype[];
  static const std::size_t kPrototypeSize;

  void close();

 private:
  static Session* opened(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void changes(const v8::FunctionCallbackInfo<v8::Value>& args, int (*make)(sqlite3_session*, int*, void**));
  static void changeset(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void patchset(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void close(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void is_open(const v8::FunctionCallbackInfo<v8::Value>& args);

  Database* database_;
  sqlite3_session* session_;
  bool in_use_ = false;
};

// applyChangeset(database, bytes, filter or undefined, onConflict or undefined) -> false when it was aborted
void apply_changeset(const v8::FunctionCallbackInfo<v8::Value>& args);

}  // namespace pkg::runtime::sqlite
