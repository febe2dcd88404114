#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <v8.h>

#include "runtime/bindings/sqlite/api.h"
#include "runtime/core/binding.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime::sqlite {

class Database;

// node:sqlite's StatementSync. Its own field keeps the database.
class Statement final : public ObjectWrap {
 public:
  enum Field : int { kDatabase = 1, kFields };
  enum Option : int { kReadBigInts = 1, kReturnArrays = 2, kBareNames = 4, kUnknownNames = 8 };

  Statement(Database& database, v8::Local<v8::Object> object, sqlite3_stmt* statement, int options);
  ~Statement() override { finalize(); }

  // new Statement(database, sql, options): ERR_ILLEGAL_CONSTRUCTOR for a program, which never sees our databases.
  static void construct(const v8::FunctionCallbackInfo<v8::Value>& args);
  static const Method kPrototype[];
  static const std::size_t kPrototypeSize;
  // Getters of own properties.
  static void source(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void expanded(const v8::FunctionCallbackInfo<v8::Value>& args);

  // begin(statement, parameters) -> turn; next(statement, turn) -> row, or undefined after the last; end(statement,
  // turn)
  static void begin(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void next(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void end(const v8::FunctionCallbackInfo<v8::Value>& args);
  // setOption(statement, option, on)
  static void set_option(const v8::FunctionCallbackInfo<v8::Value>& args);
  // countParameters(statement)
  static void count_parameters(const v8::FunctionCallbackInfo<v8::Value>& args);

  void finalize();

 private:
  class Run;
  static Statement* usable(v8::Isolate* isolate, v8::Local<v8::Value> value);
  bool bind(std::vector<v8::Local<v8::Value>>& parameters);
  bool bind_named(v8::Local<v8::Object> values);
  bool bare_names();  // fills bare_; false, with the error thrown, when two names differ in their prefix alone
  // SQLITE_ROW, SQLITE_DONE or, with the error thrown, SQLITE_ERROR.
  int step();
  v8::MaybeLocal<v8::Value> row();
  void refresh_names();

  static void all(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void get(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void run(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void columns(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void close(const v8::FunctionCallbackInfo<v8::Value>& args);

  Database* database_;
  sqlite3_stmt* statement_;
  int options_;
  bool running_ = false;
  double turn_ = 0;    // counts executions: an iterator of an earlier one is of no use
  int prepared_ = -1;  // how often SQLite had prepared it anew when names_ was made
  std::vector<v8::Global<v8::Name>> names_;
  std::optional<std::map<std::string, std::string>> bare_;
};

}  // namespace pkg::runtime::sqlite
