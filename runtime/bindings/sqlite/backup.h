#pragma once

#include <mutex>

#include <uv.h>
#include <v8.h>

#include "runtime/bindings/sqlite/api.h"
#include "runtime/core/binding.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime::sqlite {

class Database;

// A copy of a database into a file, some pages at a time on the thread pool. Its own field keeps the database.
class Backup final : public ObjectWrap {
 public:
  enum Field : int { kDatabase = 1, kFields };

  Backup(Database& database, v8::Local<v8::Object> object, sqlite3* target, sqlite3_backup* backup);
  ~Backup() override { finish(); }

  // new Backup(database, path, schema of the source, schema of the target): ERR_SQLITE_ERROR when it cannot begin
  static void construct(const v8::FunctionCallbackInfo<v8::Value>& args);
  static const Method kPrototype[];
  static const std::size_t kPrototypeSize;

  // Ends it, complete or not; waits for a step under way.
  void finish();

 private:
  // step(pages, { oncomplete(error or undefined, done, remaining pages, total pages) })
  static void step(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void finish(const v8::FunctionCallbackInfo<v8::Value>& args);

  std::mutex mutex_;  // over the two below, which a thread of the pool uses
  sqlite3_backup* backup_;
  sqlite3* target_;
  Database* database_;
};

}  // namespace pkg::runtime::sqlite
