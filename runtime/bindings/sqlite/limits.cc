// The `limits` of a database: an object whose properties are SQLite's run-time limits.
// Spec: Node's doc/api/sqlite.md, database.limits.

#include "runtime/bindings/sqlite/limits.h"

#include <climits>
#include <cmath>
#include <optional>

#include "runtime/bindings/sqlite/database.h"
#include "runtime/core/encodings.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::sqlite {

namespace {

struct Limit {
  const char* name;
  int id;
};

constexpr Limit kLimits[] = {
    {"length", SQLITE_LIMIT_LENGTH},
    {"sqlLength", SQLITE_LIMIT_SQL_LENGTH},
    {"column", SQLITE_LIMIT_COLUMN},
    {"exprDepth", SQLITE_LIMIT_EXPR_DEPTH},
    {"compoundSelect", SQLITE_LIMIT_COMPOUND_SELECT},
    {"vdbeOp", SQLITE_LIMIT_VDBE_OP},
    {"functionArg", SQLITE_LIMIT_FUNCTION_ARG},
    {"attach", SQLITE_LIMIT_ATTACHED},
    {"likePatternLength", SQLITE_LIMIT_LIKE_PATTERN_LENGTH},
    {"variableNumber", SQLITE_LIMIT_VARIABLE_NUMBER},
    {"triggerDepth", SQLITE_LIMIT_TRIGGER_DEPTH},
};

std::optional<int> limit_of(v8::Isolate* isolate, v8::Local<v8::Name> name) {
  if (!name->IsString()) return std::nullopt;
  std::string text = to_utf8(isolate, name);
  for (const Limit& limit : kLimits) {
    if (text == limit.name) return limit.id;
  }
  return std::nullopt;
}

template <typename Info>
Database* database_of(const Info& info) {
  return Database::opened(info.GetIsolate(), info.Data());
}

v8::Intercepted get(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  auto id = limit_of(info.GetIsolate(), name);
  if (!id) return v8::Intercepted::kNo;
  if (Database* database = database_of(info)) {
    info.GetReturnValue().Set(sqlite3_limit(database->connection(), *id, -1));
  }
  return v8::Intercepted::kYes;
}

v8::Intercepted set(v8::Local<v8::Name> name, v8::Local<v8::Value> value, const v8::PropertyCallbackInfo<void>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  auto id = limit_of(isolate, name);
  if (!id) return v8::Intercepted::kNo;
  Database* database = database_of(info);
  if (!database) return v8::Intercepted::kYes;
  int wanted = 0;
  if (value->IsInt32()) {
    wanted = value.As<v8::Int32>()->Value();
    if (wanted < 0) {
      throw_coded_error(isolate, "ERR_OUT_OF_RANGE", "Limit value must be non-negative.", v8::Exception::RangeError);
      return v8::Intercepted::kYes;
    }
  } else if (value->IsNumber() && value.As<v8::Number>()->Value() == HUGE_VAL) {
    wanted = INT_MAX;  // SQLite makes it the most that it was built for
  } else {
    throw_coded_error(isolate, "ERR_INVALID_ARG_TYPE", "Limit value must be a non-negative integer or Infinity.",
                      v8::Exception::TypeError);
    return v8::Intercepted::kYes;
  }
  sqlite3_limit(database->connection(), *id, wanted);
  return v8::Intercepted::kYes;
}

v8::Intercepted query(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  if (!limit_of(info.GetIsolate(), name)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(static_cast<int>(v8::PropertyAttribute::DontDelete));
  return v8::Intercepted::kYes;
}

void enumerate(const v8::PropertyCallbackInfo<v8::Array>& info) {
  v8::LocalVector<v8::Value> names(info.GetIsolate());
  for (const Limit& limit : kLimits) names.push_back(intern(info.GetIsolate(), limit.name));
  info.GetReturnValue().Set(v8::Array::New(info.GetIsolate(), names.data(), names.size()));
}

}  // namespace

void make_limits(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto type = v8::ObjectTemplate::New(isolate);
  type->SetHandler(v8::NamedPropertyHandlerConfiguration(get, set, query, nullptr, enumerate, args[0],
                                                         v8::PropertyHandlerFlags::kOnlyInterceptStrings));
  v8::Local<v8::Object> made;
  if (type->NewInstance(isolate->GetCurrentContext()).ToLocal(&made)) args.GetReturnValue().Set(made);
}

void limit_ids(Realm& realm, v8::Local<v8::Object> target) {
  for (const Limit& limit : kLimits) set_constant(realm, target, limit.name, limit.id);
}

}  // namespace pkg::runtime::sqlite
