// Prepared statements: binding, stepping, rows.

#include "runtime/bindings/sqlite/statement.h"

#include "runtime/bindings/sqlite/database.h"
#include "runtime/bindings/sqlite/values.h"
#include "runtime/core/encodings.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::sqlite {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

std::vector<v8::Local<v8::Value>> all_of(const Args& args) {
  std::vector<v8::Local<v8::Value>> values(static_cast<std::size_t>(args.Length()));
  for (int i = 0; i < args.Length(); ++i) values[static_cast<std::size_t>(i)] = args[i];
  return values;
}

bool holds_names(v8::Local<v8::Value> value) {
  return value->IsObject() && !value->IsArrayBufferView() && !value->IsArrayBuffer() && !value->IsSharedArrayBuffer();
}

}  // namespace

// One execution from its parameters to its end. It starts afresh whatever was under way and leaves nothing open.
class Statement::Run {
 public:
  explicit Run(Statement& statement) : statement_(statement) {
    sqlite3_reset(statement.statement_);
    ++statement.turn_;
    statement.running_ = true;
  }
  ~Run() {
    sqlite3_reset(statement_.statement_);
    statement_.running_ = false;
  }

 private:
  Statement& statement_;
};

Statement::Statement(Database& database, v8::Local<v8::Object> object, sqlite3_stmt* statement, int options)
    : ObjectWrap(database.realm(), object), database_(&database), statement_(statement), options_(options) {
  object->SetInternalField(kDatabase, database.object());
  database.statements.insert(this);
}

void Statement::construct(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  if (!args.IsConstructCall() || args.Length() != 3 || !args[0]->IsObject() ||
      args[0].As<v8::Object>()->InternalFieldCount() != Database::kFields) {
    return throw_coded_error(isolate, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  }
  Database* database = Database::opened(isolate, args[0]);
  if (!database) return;
  std::string sql = to_utf8(isolate, args[1]);
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(database->connection(), sql.c_str(), -1, &made, nullptr) != SQLITE_OK) {
    return database->throw_error();
  }
  if (!made) {
    return throw_coded_error(isolate, "ERR_INVALID_ARG_VALUE", "The SQL query contains no statements.",
                             v8::Exception::TypeError);
  }
  new Statement(*database, args.This(), made, args[2].As<v8::Int32>()->Value());
}

void Statement::finalize() {
  if (!statement_) return;
  sqlite3_finalize(statement_);
  statement_ = nullptr;
  database_->statements.erase(this);
  database_ = nullptr;
}

// What can be executed now; null, with ERR_INVALID_STATE thrown, when it cannot.
Statement* Statement::usable(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  auto* self = ObjectWrap::unwrap<Statement>(value);
  if (!self || !self->statement_) {
    throw_invalid_state(isolate, "statement has been finalized");
  } else if (self->running_) {
    throw_invalid_state(isolate, "statement is already being executed");
  } else {
    return self;
  }
  return nullptr;
}

bool Statement::bare_names() {
  if (bare_) return true;
  std::map<std::string, std::string> names;
  int count = sqlite3_bind_parameter_count(statement_);
  for (int i = 1; i <= count; ++i) {
    const char* full = sqlite3_bind_parameter_name(statement_, i);
    if (!full) continue;
    auto [at, added] = names.emplace(full + 1, full);
    if (added || at->second == full) continue;
    throw_invalid_state(isolate(), ("Cannot create bare named parameter '" + at->first +
                                    "' because of conflicting names '" + at->second + "' and '" + full + "'.")
                                       .c_str());
    return false;
  }
  bare_ = std::move(names);
  return true;
}

bool Statement::bind_named(v8::Local<v8::Object> values) {
  auto context = realm().context();
  v8::Local<v8::Array> keys;
  if (!values->GetOwnPropertyNames(context).ToLocal(&keys)) return false;
  bool bare = (options_ & kBareNames) != 0;
  if (bare && !bare_names()) return false;
  for (std::uint32_t i = 0; i < keys->Length(); ++i) {
    v8::Local<v8::Value> key;
    v8::Local<v8::Value> value;
    if (!keys->Get(context, i).ToLocal(&key)) return false;
    std::string name = to_utf8(isolate(), key);
    int at = sqlite3_bind_parameter_index(statement_, name.c_str());
    if (at == 0 && bare) {
      auto found = bare_->find(name);
      if (found != bare_->end()) at = sqlite3_bind_parameter_index(statement_, found->second.c_str());
    }
    if (at == 0) {
      if (options_ & kUnknownNames) continue;
      throw_invalid_state(isolate(), ("Unknown named parameter '" + name + "'").c_str());
      return false;
    }
    if (!values->Get(context, key).ToLocal(&value)) return false;
    if (!statement_) {  // a getter that closed it
      throw_invalid_state(isolate(), "statement has been finalized");
      return false;
    }
    if (!bind_value(*database_, statement_, at, value)) return false;
  }
  return true;
}

bool Statement::bind(std::vector<v8::Local<v8::Value>>& parameters) {
  sqlite3_clear_bindings(statement_);
  std::size_t i = 0;
  if (!parameters.empty() && holds_names(parameters[0])) {
    if (!bind_named(parameters[0].As<v8::Object>())) return false;
    i = 1;
  }
  int at = 0;
  for (; i < parameters.size(); ++i) {
    // A parameter with a name of its own is not for values without one; ?NNN is.
    const char* name;
    do {
      name = sqlite3_bind_parameter_name(statement_, ++at);
    } while (name && *name != '?');
    if (!bind_value(*database_, statement_, at, parameters[i])) return false;
  }
  return true;
}

int Statement::step() {
  int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW || result == SQLITE_DONE) return result;
  database_->throw_error();
  return SQLITE_ERROR;
}

void Statement::refresh_names() {
  // A schema that changed makes SQLite prepare the statement anew, maybe with other columns.
  int prepared = sqlite3_stmt_status(statement_, SQLITE_STMTSTATUS_REPREPARE, 0);
  int count = sqlite3_column_count(statement_);
  if (prepared == prepared_ && names_.size() == static_cast<std::size_t>(count)) return;
  prepared_ = prepared;
  names_.clear();
  for (int i = 0; i < count; ++i) {
    std::string_view name = sqlite3_column_name(statement_, i);
    auto text = v8::String::NewFromUtf8(isolate(), name.data(), v8::NewStringType::kInternalized,
                                        static_cast<int>(name.size()));
    names_.emplace_back(isolate(), text.ToLocalChecked());
  }
}

v8::MaybeLocal<v8::Value> Statement::row() {
  v8::EscapableHandleScope scope(isolate());
  auto count = static_cast<std::size_t>(sqlite3_column_count(statement_));
  v8::LocalVector<v8::Value> values(isolate());
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    v8::Local<v8::Value> value;
    if (!column_value(isolate(), statement_, static_cast<int>(i), (options_ & kReadBigInts) != 0).ToLocal(&value)) {
      return {};
    }
    values.push_back(value);
  }
  if (options_ & kReturnArrays) return scope.Escape(v8::Array::New(isolate(), values.data(), count).As<v8::Value>());
  refresh_names();
  v8::LocalVector<v8::Name> names(isolate());
  names.reserve(count);
  for (auto& name : names_) names.push_back(name.Get(isolate()));
  return scope.Escape(
      v8::Object::New(isolate(), v8::Null(isolate()), names.data(), values.data(), count).As<v8::Value>());
}

void Statement::all(const Args& args) {
  auto* self = usable(args.GetIsolate(), args.This());
  if (!self) return;
  auto parameters = all_of(args);
  Run run(*self);
  if (!self->bind(parameters)) return;
  v8::LocalVector<v8::Value> rows(args.GetIsolate());
  int result;
  while ((result = self->step()) == SQLITE_ROW) {
    v8::Local<v8::Value> row;
    if (!self->row().ToLocal(&row)) return;
    rows.push_back(row);
  }
  if (result == SQLITE_DONE) {
    args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), rows.data(), rows.size()));
  }
}

void Statement::get(const Args& args) {
  auto* self = usable(args.GetIsolate(), args.This());
  if (!self) return;
  auto parameters = all_of(args);
  Run run(*self);
  v8::Local<v8::Value> row;
  if (self->bind(parameters) && self->step() == SQLITE_ROW && sqlite3_column_count(self->statement_) > 0 &&
      self->row().ToLocal(&row)) {
    args.GetReturnValue().Set(row);
  }
}

void Statement::run(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto* self = usable(isolate, args.This());
  if (!self) return;
  auto parameters = all_of(args);
  {
    Run run(*self);
    // The first step does all that a statement changes, also when it has rows to return.
    if (!self->bind(parameters) || self->step() == SQLITE_ERROR) return;
  }
  sqlite3* connection = self->database_->connection();
  auto number = [&](sqlite3_int64 value) -> v8::Local<v8::Value> {
    if (self->options_ & kReadBigInts) return v8::BigInt::New(isolate, value);
    return v8::Number::New(isolate, static_cast<double>(value));
  };
  v8::MaybeLocal<v8::Value> values[] = {number(sqlite3_last_insert_rowid(connection)),
                                        number(sqlite3_changes64(connection))};
  auto result = self->database_->run_result()->NewInstance(self->realm().context(), values);
  args.GetReturnValue().Set(result);
}

// columns() -> [{ column, database, name, table, type }, ...]
void Statement::columns(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto* self = ObjectWrap::self<Statement>(args);
  if (!self || !self->statement_) return throw_invalid_state(isolate, "statement has been finalized");
  v8::LocalVector<v8::Value> rows(isolate);
  int count = sqlite3_column_count(self->statement_);
  for (int i = 0; i < count; ++i) {
    auto told = [&](const char* value) -> v8::Local<v8::Value> {
      if (!value) return v8::Null(isolate);
      return text(isolate, value);
    };
    v8::Local<v8::Name> names[] = {intern(isolate, "column"), intern(isolate, "database"), intern(isolate, "name"),
                                   intern(isolate, "table"), intern(isolate, "type")};
    v8::Local<v8::Value> values[] = {
        told(sqlite3_column_origin_name(self->statement_, i)), told(sqlite3_column_database_name(self->statement_, i)),
        told(sqlite3_column_name(self->statement_, i)), told(sqlite3_column_table_name(self->statement_, i)),
        told(sqlite3_column_decltype(self->statement_, i))};
    rows.push_back(v8::Object::New(isolate, v8::Null(isolate), names, values, std::size(names)));
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, rows.data(), rows.size()));
}

void Statement::close(const Args& args) {
  if (auto* self = usable(args.GetIsolate(), args.This())) self->finalize();
}

void Statement::source(const Args& args) {
  auto* self = ObjectWrap::self<Statement>(args);
  if (!self || !self->statement_) return throw_invalid_state(args.GetIsolate(), "statement has been finalized");
  args.GetReturnValue().Set(text(args.GetIsolate(), sqlite3_sql(self->statement_)));
}

void Statement::expanded(const Args& args) {
  auto* self = ObjectWrap::self<Statement>(args);
  if (!self || !self->statement_) return throw_invalid_state(args.GetIsolate(), "statement has been finalized");
  char* sql = sqlite3_expanded_sql(self->statement_);
  if (!sql)
    return throw_coded_error(args.GetIsolate(), "ERR_SQLITE_ERROR", "Expanded SQL text would exceed configured limits");
  args.GetReturnValue().Set(text(args.GetIsolate(), sql));
  sqlite3_free(sql);
}

void Statement::begin(const Args& args) {
  auto* self = usable(args.GetIsolate(), args[0]);
  if (!self) return;
  auto list = args[1].As<v8::Array>();
  std::vector<v8::Local<v8::Value>> parameters(list->Length());
  for (std::uint32_t i = 0; i < list->Length(); ++i) {
    if (!list->Get(self->realm().context(), i).ToLocal(&parameters[i])) return;
  }
  Run run(*self);  // resets: the first row is taken by next()
  if (self->bind(parameters)) args.GetReturnValue().Set(self->turn_);
}

void Statement::next(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto* self = usable(isolate, args[0]);
  if (!self) return;
  if (args[1].As<v8::Number>()->Value() != self->turn_) return throw_invalid_state(isolate, "iterator was invalidated");
  self->running_ = true;
  int result = self->step();
  self->running_ = false;
  v8::Local<v8::Value> row;
  if (result == SQLITE_ROW && self->row().ToLocal(&row)) return args.GetReturnValue().Set(row);
  sqlite3_reset(self->statement_);
}

void Statement::end(const Args& args) {
  auto* self = usable(args.GetIsolate(), args[0]);
  if (self && args[1].As<v8::Number>()->Value() == self->turn_) sqlite3_reset(self->statement_);
}

void Statement::set_option(const Args& args) {
  auto* self = ObjectWrap::unwrap<Statement>(args[0]);
  if (!self || !self->statement_) return throw_invalid_state(args.GetIsolate(), "statement has been finalized");
  int option = args[1].As<v8::Int32>()->Value();
  self->options_ = args[2]->IsTrue() ? self->options_ | option : self->options_ & ~option;
}

void Statement::count_parameters(const Args& args) {
  auto* self = ObjectWrap::unwrap<Statement>(args[0]);
  args.GetReturnValue().Set(self && self->statement_ ? sqlite3_bind_parameter_count(self->statement_) : -1);
}

const Method Statement::kPrototype[] = {
    {"all", all}, {"get", get}, {"run", run}, {"columns", columns}, {"close", close}};
const std::size_t Statement::kPrototypeSize = std::size(kPrototype);

}  // namespace pkg::runtime::sqlite
