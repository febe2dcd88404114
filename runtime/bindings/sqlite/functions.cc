// Functions and aggregates of SQL that are written in JavaScript.

#include "runtime/bindings/sqlite/database.h"
#include "runtime/bindings/sqlite/values.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::sqlite {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

struct Defined {
  Database& database;
  std::uint32_t place;
  bool big_ints;

  static Defined& from(sqlite3_context* context) { return *static_cast<Defined*>(sqlite3_user_data(context)); }
  static void destroy(void* data) {
    auto* self = static_cast<Defined*>(data);
    self->database.forget_function(self->place);
    delete self;
  }
};

// The arguments after `argv`'s own; false when one has no JavaScript value, which the database then keeps as the error.
bool append_arguments(Defined& self, int count, sqlite3_value** values, std::vector<v8::Local<v8::Value>>& argv) {
  bool fine = true;
  self.database.guard([&] {
    for (int i = 0; i < count && fine; ++i) {
      v8::Local<v8::Value> value;
      fine = argument_value(self.database.isolate(), values[i], self.big_ints).ToLocal(&value);
      if (fine) argv.push_back(value);
    }
  });
  return fine;
}

// SQLite hears of an error; what it was is the database's to throw.
void failed(sqlite3_context* context) { sqlite3_result_error(context, "", 0); }

void call_function(sqlite3_context* context, int count, sqlite3_value** values) {
  auto& self = Defined::from(context);
  v8::HandleScope scope(self.database.isolate());
  std::vector<v8::Local<v8::Value>> argv;
  v8::Local<v8::Value> result;
  if (!append_arguments(self, count, values, argv) ||
      !self.database
           .call(self.database.function_at(self.place).As<v8::Function>(), static_cast<int>(argv.size()), argv.data())
           .ToLocal(&result)) {
    return failed(context);
  }
  set_result(self.database.isolate(), context, result);
}

enum Part : std::uint32_t { kStart, kStep, kInverse, kResult };

v8::Local<v8::Value> part(Defined& self, Part which) {
  return self.database.function_at(self.place)
      .As<v8::Array>()
      ->Get(self.database.realm().context(), which)
      .ToLocalChecked();
}

// SQLite's memory of one group, zeroed when it is new.
struct Group {
  v8::Global<v8::Value>* state;
  bool window;  // told row by row, so not once more at the end
};

Group* group_of(sqlite3_context* context) {
  auto& self = Defined::from(context);
  auto* group = static_cast<Group*>(sqlite3_aggregate_context(context, sizeof(Group)));
  if (!group) {
    sqlite3_result_error_nomem(context);
    return nullptr;
  }
  if (group->state) return group;
  v8::Local<v8::Value> start = part(self, kStart);
  if (start->IsFunction() && !self.database.call(start.As<v8::Function>(), 0, nullptr).ToLocal(&start)) {
    failed(context);
    return nullptr;
  }
  group->state = new v8::Global<v8::Value>(self.database.isolate(), start);
  return group;
}

void advance(sqlite3_context* context, int count, sqlite3_value** values, Part which) {
  auto& self = Defined::from(context);
  v8::Isolate* isolate = self.database.isolate();
  v8::HandleScope scope(isolate);
  Group* group = group_of(context);
  if (!group) return;
  std::vector<v8::Local<v8::Value>> argv = {group->state->Get(isolate)};
  v8::Local<v8::Value> next;
  if (!append_arguments(self, count, values, argv) ||
      !self.database.call(part(self, which).As<v8::Function>(), static_cast<int>(argv.size()), argv.data())
           .ToLocal(&next)) {
    return failed(context);
  }
  group->state->Reset(isolate, next);
}

void step(sqlite3_context* context, int count, sqlite3_value** values) { advance(context, count, values, kStep); }
void inverse(sqlite3_context* context, int count, sqlite3_value** values) { advance(context, count, values, kInverse); }

void tell(sqlite3_context* context, bool last) {
  auto& self = Defined::from(context);
  v8::Isolate* isolate = self.database.isolate();
  v8::HandleScope scope(isolate);
  Group* group = group_of(context);
  if (!group) return;
  v8::Local<v8::Value> state = group->state->Get(isolate);
  if (last) {
    delete group->state;
    group->state = nullptr;
    if (group->window) return sqlite3_result_null(context);
  } else {
    group->window = true;
  }
  v8::Local<v8::Value> function = part(self, kResult);
  if (function->IsFunction() && !self.database.call(function.As<v8::Function>(), 1, &state).ToLocal(&state)) {
    return failed(context);
  }
  set_result(isolate, context, state);
}

void current(sqlite3_context* context) { tell(context, false); }
void final(sqlite3_context* context) { tell(context, true); }

struct Definition {
  Database* database = nullptr;
  std::string name;
  int arity = 0;
  int flags = SQLITE_UTF8;
  Defined* defined = nullptr;

  explicit Definition(const Args& args) : database(Database::opened(args.GetIsolate(), args[0])) {
    if (!database) return;
    auto context = database->realm().context();
    name = to_utf8(args.GetIsolate(), args[1]);
    arity = args[2]->Int32Value(context).FromMaybe(-1);
    flags |= args[3]->Int32Value(context).FromMaybe(0);
    defined = new Defined{*database, database->add_function(args[5]), args[4]->IsTrue()};
  }
};

}  // namespace

void define_function(const Args& args) {
  Definition is(args);
  if (!is.database) return;
  if (sqlite3_create_function_v2(is.database->connection(), is.name.c_str(), is.arity, is.flags, is.defined,
                                 call_function, nullptr, nullptr, Defined::destroy) != SQLITE_OK) {
    is.database->throw_error();
  }
}

void define_aggregate(const Args& args) {
  Definition is(args);
  if (!is.database) return;
  bool window = part(*is.defined, kInverse)->IsFunction();
  if (sqlite3_create_window_function(is.database->connection(), is.name.c_str(), is.arity, is.flags, is.defined, step,
                                     final, window ? current : nullptr, window ? inverse : nullptr,
                                     Defined::destroy) != SQLITE_OK) {
    is.database->throw_error();
  }
}

}  // namespace pkg::runtime::sqlite
