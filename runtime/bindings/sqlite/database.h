#pragma once

#include <set>
#include <vector>

#include <v8.h>

#include "runtime/bindings/sqlite/api.h"
#include "runtime/core/binding.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime::sqlite {

class Statement;
class Session;
class Backup;

// A connection, or the place for one: open() and close() may follow each other. What was prepared on it, its sessions
// and its backups end with it. JavaScript's functions that SQLite calls are kept in fields of the JavaScript object and
// not in handles of C++, so that a function which refers to the database does not keep it for ever.
class Database final : public ObjectWrap {
 public:
  enum Field : int { kFunctions = 1, kAuthorizer, kFields };

  Database(Realm& realm, v8::Local<v8::Object> object);
  ~Database() override;

  static const Method kPrototype[];
  static const std::size_t kPrototypeSize;
  static void construct(const v8::FunctionCallbackInfo<v8::Value>& args);

  // What an argument of ours, a wrapped database, stands for; null, with ERR_INVALID_STATE thrown, when it is closed.
  static Database* opened(v8::Isolate* isolate, v8::Local<v8::Value> value);

  sqlite3* connection() const { return connection_; }
  bool in_callback() const { return callbacks_ > 0; }
  void close();
  void finalize_statements();

  // Throws what JavaScript threw while SQLite had called it, else SQLite's own error.
  void throw_error();
  bool throw_pending();  // the first half; false when there is nothing

  // Calls `function`, which SQLite asked for. Empty when it threw: SQLite is then to be told of an error, and the
  // caller of SQLite to throw_error().
  v8::MaybeLocal<v8::Value> call(v8::Local<v8::Function> function, int argc, v8::Local<v8::Value>* argv);
  // Runs `step` as if it were such a function.
  template <typename Step>
  void guard(Step&& step) {
    v8::TryCatch caught(isolate());
    ++callbacks_;
    step();
    --callbacks_;
    keep(caught);
  }

  // Functions that SQL may call: a place for the JavaScript half, an array that is the value of kFunctions.
  std::uint32_t add_function(v8::Local<v8::Value> value);
  v8::Local<v8::Value> function_at(std::uint32_t place);
  void forget_function(std::uint32_t place) { free_places_.push_back(place); }

  // The shape of what a statement's run() gives.
  v8::Local<v8::DictionaryTemplate> run_result();

  std::set<Statement*> statements;
  std::set<Session*> sessions;
  std::set<Backup*> backups;

 private:
  void keep(v8::TryCatch& caught);
  static void at_exit(void* self);
  static int authorize(void* self, int action, const char* first, const char* second, const char* name,
                       const char* trigger);

  static void open(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void close(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void is_open(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void in_transaction(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void location(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void exec(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void limit(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void configure(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void load_extension(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void set_authorizer(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void serialize(const v8::FunctionCallbackInfo<v8::Value>& args);
  static void deserialize(const v8::FunctionCallbackInfo<v8::Value>& args);

  sqlite3* connection_ = nullptr;
  int callbacks_ = 0;  // of JavaScript that SQLite is waiting for
  v8::Global<v8::Value> pending_;
  v8::Global<v8::DictionaryTemplate> run_result_;
  std::vector<std::uint32_t> free_places_;
  std::uint32_t places_ = 0;
};

// Defines the SQL function or aggregate. Spec: Node's doc/api/sqlite.md, database.function() and database.aggregate().
// defineFunction(database, name, arity, flags, bigInts, function)
void define_function(const v8::FunctionCallbackInfo<v8::Value>& args);
// defineAggregate(database, name, arity, flags, bigInts, [start, step, inverse or undefined, result or undefined])
void define_aggregate(const v8::FunctionCallbackInfo<v8::Value>& args);

}  // namespace pkg::runtime::sqlite
