// Sessions, which record changes, and their application to another database.

#include "runtime/bindings/sqlite/session.h"

#include "runtime/bindings/sqlite/database.h"
#include "runtime/bindings/sqlite/values.h"
#include "runtime/core/bytes.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::sqlite {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

struct Application {
  Database& database;
  v8::Local<v8::Value> filter;
  v8::Local<v8::Value> on_conflict;
};

int filter_table(void* data, const char* table) {
  auto& self = *static_cast<Application*>(data);
  if (!self.filter->IsFunction()) return 1;
  v8::Isolate* isolate = self.database.isolate();
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> name = text(isolate, table);
  v8::Local<v8::Value> wanted;
  return self.database.call(self.filter.As<v8::Function>(), 1, &name).ToLocal(&wanted) && wanted->BooleanValue(isolate);
}

int resolve_conflict(void* data, int kind, sqlite3_changeset_iter*) {
  auto& self = *static_cast<Application*>(data);
  if (!self.on_conflict->IsFunction()) return SQLITE_CHANGESET_ABORT;
  v8::Isolate* isolate = self.database.isolate();
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> argument = v8::Integer::New(isolate, kind);
  v8::Local<v8::Value> answer;
  if (!self.database.call(self.on_conflict.As<v8::Function>(), 1, &argument).ToLocal(&answer)) {
    return SQLITE_CHANGESET_ABORT;
  }
  return answer->IsInt32() ? answer.As<v8::Int32>()->Value() : -1;  // which SQLite takes for misuse
}

v8::Local<v8::Value> error_of(v8::Isolate* isolate, int code) {
  auto context = isolate->GetCurrentContext();
  auto error = v8::Exception::Error(text(isolate, sqlite3_errstr(code))).As<v8::Object>();
  error->Set(context, intern(isolate, "code"), intern(isolate, "ERR_SQLITE_ERROR")).Check();
  error->Set(context, intern(isolate, "errcode"), v8::Integer::New(isolate, code)).Check();
  return error;
}

}  // namespace

Session::Session(Database& database, v8::Local<v8::Object> object, sqlite3_session* session)
    : ObjectWrap(database.realm(), object), database_(&database), session_(session) {
  object->SetInternalField(kDatabase, database.object());
  database.sessions.insert(this);
}

void Session::construct(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Database* database = Database::opened(isolate, args[0]);
  if (!database) return;
  sqlite3_session* session = nullptr;
  std::string schema = to_utf8(isolate, args[1]);
  std::string table = args[2]->IsString() ? to_utf8(isolate, args[2]) : "";
  int result = sqlite3session_create(database->connection(), schema.c_str(), &session);
  if (result == SQLITE_OK) result = sqlite3session_attach(session, args[2]->IsString() ? table.c_str() : nullptr);
  if (result == SQLITE_OK) {
    new Session(*database, args.This(), session);
    return;
  }
  if (session) sqlite3session_delete(session);
  isolate->ThrowException(error_of(isolate, result));
}

void Session::close() {
  if (!session_) return;
  sqlite3session_delete(session_);
  session_ = nullptr;
  database_->sessions.erase(this);
  database_ = nullptr;
}

Session* Session::opened(const Args& args) {
  auto* self = ObjectWrap::self<Session>(args);
  v8::Isolate* isolate = args.GetIsolate();
  if (!Database::opened(isolate, args.This()->GetInternalField(kDatabase).As<v8::Value>())) return nullptr;
  if (!self->session_) {
    throw_invalid_state(isolate, "session is not open");
  } else if (self->in_use_) {
    throw_invalid_state(isolate, "session is currently in use");
  } else {
    return self;
  }
  return nullptr;
}

void Session::changes(const Args& args, int (*make)(sqlite3_session*, int*, void**)) {
  Session* self = opened(args);
  if (!self) return;
  int size = 0;
  void* data = nullptr;
  self->in_use_ = true;
  int result = make(self->session_, &size, &data);
  self->in_use_ = false;
  v8::Isolate* isolate = args.GetIsolate();
  if (result != SQLITE_OK) {
    if (!self->database_->throw_pending()) isolate->ThrowException(error_of(isolate, result));
    return;
  }
  auto bytes = static_cast<std::size_t>(size);
  auto store = v8::ArrayBuffer::NewBackingStore(isolate, bytes, v8::BackingStoreInitializationMode::kUninitialized);
  if (size != 0) std::memcpy(store->Data(), data, bytes);
  sqlite3_free(data);
  args.GetReturnValue().Set(v8::Uint8Array::New(v8::ArrayBuffer::New(isolate, std::move(store)), 0, bytes));
}

void Session::changeset(const Args& args) { changes(args, sqlite3session_changeset); }
void Session::patchset(const Args& args) { changes(args, sqlite3session_patchset); }

void Session::close(const Args& args) {
  if (Session* self = opened(args)) self->close();
}

void Session::is_open(const Args& args) {
  args.GetReturnValue().Set(ObjectWrap::self<Session>(args)->session_ != nullptr);
}

void apply_changeset(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Database* database = Database::opened(isolate, args[0]);
  if (!database) return;
  Application application{*database, args[2], args[3]};
  Bytes bytes(args[1]);
  int result =
      sqlite3changeset_apply(database->connection(), static_cast<int>(bytes.size()),
                             const_cast<std::uint8_t*>(bytes.data()), filter_table, resolve_conflict, &application);
  if (database->throw_pending()) return;
  if (result == SQLITE_OK || result == SQLITE_ABORT) return args.GetReturnValue().Set(result == SQLITE_OK);
  isolate->ThrowException(error_of(isolate, result));
}

const Method Session::kPrototype[] = {
    {"changeset", changeset}, {"patchset", patchset}, {"close", close}, {"isOpen", is_open}};
const std::size_t Session::kPrototypeSize = std::size(kPrototype);

}  // namespace pkg::runtime::sqlite
