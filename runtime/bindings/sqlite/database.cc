// The connection: opening, closing, running SQL, what can be set and told of it.

#include "runtime/bindings/sqlite/database.h"

#include "runtime/bindings/sqlite/backup.h"
#include "runtime/bindings/sqlite/session.h"
#include "runtime/bindings/sqlite/statement.h"
#include "runtime/bindings/sqlite/values.h"
#include "runtime/core/bytes.h"
#include "runtime/core/encodings.h"
#include "runtime/core/permission.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::sqlite {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

int to_int(const Args& args, int at) {
  return args[at]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}

v8::Local<v8::Value> text_or_null(v8::Isolate* isolate, const char* value) {
  if (value == nullptr) return v8::Null(isolate);
  return text(isolate, value);
}

}  // namespace

Database::Database(Realm& realm, v8::Local<v8::Object> object) : ObjectWrap(realm, object) {
  object->SetInternalField(kFunctions, v8::Array::New(realm.isolate()));
}

Database::~Database() { close(); }

void Database::construct(const Args& args) { new Database(Realm::from(args), args.This()); }

Database* Database::opened(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  auto* database = ObjectWrap::unwrap<Database>(value);
  if (database && database->connection_) return database;
  throw_invalid_state(isolate, "database is not open");
  return nullptr;
}

void Database::finalize_statements() {
  // Each takes itself out of the set.
  while (!statements.empty()) (*statements.begin())->finalize();
}

void Database::close() {
  if (!connection_) return;
  while (!backups.empty()) (*backups.begin())->finish();
  finalize_statements();
  while (!sessions.empty()) (*sessions.begin())->close();
  sqlite3_close_v2(connection_);
  connection_ = nullptr;
  realm().remove_exit_hook(at_exit, this);
}

void Database::at_exit(void* self) { static_cast<Database*>(self)->close(); }

void Database::keep(v8::TryCatch& caught) {
  if (!caught.HasCaught()) return;
  if (caught.HasTerminated()) {
    caught.ReThrow();
    return;
  }
  pending_.Reset(isolate(), caught.Exception());
}

bool Database::throw_pending() {
  if (isolate()->IsExecutionTerminating()) return true;
  if (pending_.IsEmpty()) return false;
  v8::Local<v8::Value> error = pending_.Get(isolate());
  pending_.Reset();
  isolate()->ThrowException(error);
  return true;
}

void Database::throw_error() {
  if (!throw_pending()) isolate()->ThrowException(make_error(isolate(), connection_));
}

v8::MaybeLocal<v8::Value> Database::call(v8::Local<v8::Function> function, int argc, v8::Local<v8::Value>* argv) {
  if (!pending_.IsEmpty()) return {};  // SQLite goes on, as with the tables of a changeset; JavaScript does not
  v8::EscapableHandleScope scope(isolate());
  v8::Local<v8::Value> result;
  bool returned = false;
  guard([&] { returned = function->Call(realm().context(), v8::Undefined(isolate()), argc, argv).ToLocal(&result); });
  if (!returned) return {};
  return scope.Escape(result);
}

v8::Local<v8::DictionaryTemplate> Database::run_result() {
  if (run_result_.IsEmpty()) {
    static constexpr std::string_view kNames[] = {"lastInsertRowid", "changes"};
    run_result_.Reset(isolate(), v8::DictionaryTemplate::New(isolate(), kNames));
  }
  return run_result_.Get(isolate());
}

std::uint32_t Database::add_function(v8::Local<v8::Value> value) {
  std::uint32_t place;
  if (free_places_.empty()) {
    place = places_++;
  } else {
    place = free_places_.back();
    free_places_.pop_back();
  }
  object()->GetInternalField(kFunctions).As<v8::Value>().As<v8::Array>()->Set(realm().context(), place, value).Check();
  return place;
}

v8::Local<v8::Value> Database::function_at(std::uint32_t place) {
  return object()
      ->GetInternalField(kFunctions)
      .As<v8::Value>()
      .As<v8::Array>()
      ->Get(realm().context(), place)
      .ToLocalChecked();
}

// open(path, flags: SQLITE_OPEN_*, busy timeout ms, foreign keys, double-quoted strings, defensive, extensions,
// [[limit, value], ...])
void Database::open(const Args& args) {
  auto* self = ObjectWrap::self<Database>(args);
  if (self->connection_) return throw_invalid_state(args.GetIsolate(), "database is already open");
  sqlite3* opened = nullptr;
  std::string path = to_utf8(args.GetIsolate(), args[0]);
  bool fine = sqlite3_open_v2(path.c_str(), &opened, to_int(args, 1) | SQLITE_OPEN_URI, nullptr) == SQLITE_OK;
  auto set = [&](int option, int value) {
    fine = fine && sqlite3_db_config(opened, option, value, nullptr) == SQLITE_OK;
  };
  sqlite3_extended_result_codes(opened, 1);
  set(SQLITE_DBCONFIG_DQS_DML, args[4]->IsTrue());
  set(SQLITE_DBCONFIG_DQS_DDL, args[4]->IsTrue());
  set(SQLITE_DBCONFIG_ENABLE_FKEY, args[3]->IsTrue());
  set(SQLITE_DBCONFIG_DEFENSIVE, args[5]->IsTrue());
  set(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, args[6]->IsTrue());
  if (!fine) {
    v8::Local<v8::Value> error = make_error(args.GetIsolate(), opened);
    sqlite3_close_v2(opened);
    args.GetIsolate()->ThrowException(error);
    return;
  }
  sqlite3_busy_timeout(opened, to_int(args, 2));
  auto context = self->realm().context();
  auto limits = args[7].As<v8::Array>();
  for (std::uint32_t i = 0; i + 1 < limits->Length(); i += 2) {
    auto number = [&](std::uint32_t at) {
      return limits->Get(context, at).ToLocalChecked()->Int32Value(context).FromMaybe(0);
    };
    sqlite3_limit(opened, number(i), number(i + 1));
  }
  self->connection_ = opened;
  // What a file beside the database holds, such as a write-ahead log, goes into it when it is closed.
  self->realm().add_exit_hook(at_exit, self);
}

void Database::close(const Args& args) {
  auto* self = opened(args.GetIsolate(), args.This());
  if (!self) return;
  if (self->in_callback()) {
    return throw_invalid_state(args.GetIsolate(), "database cannot be closed while in a callback");
  }
  self->close();
  self->object()->SetInternalField(kFunctions, v8::Array::New(args.GetIsolate()));
  self->object()->SetInternalField(kAuthorizer, v8::Undefined(args.GetIsolate()));
  self->free_places_.clear();
  self->places_ = 0;
}

void Database::is_open(const Args& args) {
  args.GetReturnValue().Set(ObjectWrap::self<Database>(args)->connection_ != nullptr);
}

void Database::in_transaction(const Args& args) {
  if (auto* self = opened(args.GetIsolate(), args.This())) {
    args.GetReturnValue().Set(sqlite3_get_autocommit(self->connection_) == 0);
  }
}

// location(schema) -> the file's path, or null
void Database::location(const Args& args) {
  auto* self = opened(args.GetIsolate(), args.This());
  if (!self) return;
  const char* path = sqlite3_db_filename(self->connection_, to_utf8(args.GetIsolate(), args[0]).c_str());
  args.GetReturnValue().Set(text_or_null(args.GetIsolate(), path && *path ? path : nullptr));
}

void Database::exec(const Args& args) {
  auto* self = opened(args.GetIsolate(), args.This());
  if (!self) return;
  std::string sql = to_utf8(args.GetIsolate(), args[0]);
  if (sqlite3_exec(self->connection_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) self->throw_error();
}

// limit(id, value or -1) -> what it was
void Database::limit(const Args& args) {
  if (auto* self = opened(args.GetIsolate(), args.This())) {
    args.GetReturnValue().Set(sqlite3_limit(self->connection_, to_int(args, 0), to_int(args, 1)));
  }
}

// configure(option: SQLITE_DBCONFIG_*, on)
void Database::configure(const Args& args) {
  auto* self = opened(args.GetIsolate(), args.This());
  if (!self) return;
  int on = args[1]->IsTrue() ? 1 : 0;
  if (sqlite3_db_config(self->connection_, to_int(args, 0), on, nullptr) != SQLITE_OK) self->throw_error();
}

// loadExtension(path, entry point or undefined)
void Database::load_extension(const Args& args) {
  auto* self = opened(args.GetIsolate(), args.This());
  if (!self) return;
  // What it brings can do anything.
  if (Permission::of_process().enforced()) {
    return throw_coded_error(args.GetIsolate(), "ERR_LOAD_SQLITE_EXTENSION",
                             "Cannot load SQLite extensions when the permission model is enabled");
  }
  std::string path = to_utf8(args.GetIsolate(), args[0]);
  std::string entry = args[1]->IsString() ? to_utf8(args.GetIsolate(), args[1]) : "";
  char* message = nullptr;
  if (sqlite3_load_extension(self->connection_, path.c_str(), entry.empty() ? nullptr : entry.c_str(), &message) ==
      SQLITE_OK) {
    return;
  }
  throw_coded_error(args.GetIsolate(), "ERR_LOAD_SQLITE_EXTENSION", message ? message : "cannot load the extension");
  sqlite3_free(message);
}

int Database::authorize(void* data, int action, const char* first, const char* second, const char* name,
                        const char* trigger) {
  auto* self = static_cast<Database*>(data);
  v8::Isolate* isolate = self->isolate();
  v8::HandleScope scope(isolate);
  auto function = self->object()->GetInternalField(kAuthorizer).As<v8::Value>();
  if (!function->IsFunction()) return SQLITE_OK;
  v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, action), text_or_null(isolate, first),
                                 text_or_null(isolate, second), text_or_null(isolate, name),
                                 text_or_null(isolate, trigger)};
  v8::Local<v8::Value> result;
  if (!self->call(function.As<v8::Function>(), 5, argv).ToLocal(&result)) return SQLITE_DENY;
  const char* wrong = nullptr;
  int answer = SQLITE_DENY;
  if (!result->IsInt32()) {
    wrong = "Authorizer callback must return an integer authorization code";
  } else {
    answer = result.As<v8::Int32>()->Value();
    if (answer != SQLITE_OK && answer != SQLITE_DENY && answer != SQLITE_IGNORE) {
      wrong = "Authorizer callback returned a invalid authorization code";  // Node's words
    }
  }
  if (!wrong) return answer;
  self->pending_.Reset(isolate, v8::Exception::Error(text(isolate, wrong)));
  return SQLITE_DENY;
}

// setAuthorizer(function or null)
void Database::set_authorizer(const Args& args) {
  auto* self = opened(args.GetIsolate(), args.This());
  if (!self) return;
  self->object()->SetInternalField(kAuthorizer, args[0]);
  sqlite3_set_authorizer(self->connection_, args[0]->IsFunction() ? authorize : nullptr, self);
}

// serialize(schema) -> Uint8Array
void Database::serialize(const Args& args) {
  auto* self = opened(args.GetIsolate(), args.This());
  if (!self) return;
  sqlite3_int64 size = 0;
  unsigned char* data = sqlite3_serialize(self->connection_, to_utf8(args.GetIsolate(), args[0]).c_str(), &size, 0);
  if (!data) return self->throw_error();
  auto store = v8::ArrayBuffer::NewBackingStore(
      data, static_cast<std::size_t>(size), [](void* bytes, std::size_t, void*) { sqlite3_free(bytes); }, nullptr);
  args.GetReturnValue().Set(v8::Uint8Array::New(v8::ArrayBuffer::New(args.GetIsolate(), std::move(store)), 0,
                                                static_cast<std::size_t>(size)));
}

// deserialize(bytes, schema)
void Database::deserialize(const Args& args) {
  auto* self = opened(args.GetIsolate(), args.This());
  if (!self) return;
  if (self->in_callback()) {
    return throw_invalid_state(args.GetIsolate(), "database cannot be replaced while in a callback");
  }
  Bytes bytes(args[0]);
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size()));
  if (!copy) return throw_coded_error(args.GetIsolate(), "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
  std::memcpy(copy, bytes.data(), bytes.size());
  self->finalize_statements();
  // It owns the copy from here on, also when it fails.
  if (sqlite3_deserialize(self->connection_, to_utf8(args.GetIsolate(), args[1]).c_str(), copy,
                          static_cast<sqlite3_int64>(bytes.size()), static_cast<sqlite3_int64>(bytes.size()),
                          SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK) {
    self->throw_error();
  }
}

const Method Database::kPrototype[] = {{"open", open},
                                       {"close", close},
                                       {"isOpen", is_open},
                                       {"isTransaction", in_transaction},
                                       {"location", location},
                                       {"exec", exec},
                                       {"limit", limit},
                                       {"configure", configure},
                                       {"loadExtension", load_extension},
                                       {"setAuthorizer", set_authorizer},
                                       {"serialize", serialize},
                                       {"deserialize", deserialize}};
const std::size_t Database::kPrototypeSize = std::size(kPrototype);

}  // namespace pkg::runtime::sqlite
