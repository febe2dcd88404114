#include "runtime/bindings/sqlite/values.h"

#include <cmath>
#include <string>

#include <simdutf.h>

#include "runtime/bindings/sqlite/database.h"
#include "runtime/core/bytes.h"
#include "runtime/core/encodings.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::sqlite {

namespace {

constexpr sqlite3_int64 kMaxSafeInteger = (1LL << 53) - 1;

struct Column {
  sqlite3_stmt* statement;
  int at;
  int type() const { return sqlite3_column_type(statement, at); }
  sqlite3_int64 integer() const { return sqlite3_column_int64(statement, at); }
  double real() const { return sqlite3_column_double(statement, at); }
  const void* text() const { return sqlite3_column_text(statement, at); }
  const void* blob() const { return sqlite3_column_blob(statement, at); }
  int bytes() const { return sqlite3_column_bytes(statement, at); }
};

struct Argument {
  sqlite3_value* value;
  int type() const { return sqlite3_value_type(value); }
  sqlite3_int64 integer() const { return sqlite3_value_int64(value); }
  double real() const { return sqlite3_value_double(value); }
  const void* text() const { return sqlite3_value_text(value); }
  const void* blob() const { return sqlite3_value_blob(value); }
  int bytes() const { return sqlite3_value_bytes(value); }
};

v8::MaybeLocal<v8::Value> make_string(v8::Isolate* isolate, const char* data, std::size_t size) {
  v8::Local<v8::String> made;
  if (size > static_cast<std::size_t>(v8::String::kMaxLength)) {
    throw_coded_error(isolate, "ERR_STRING_TOO_LONG", "Cannot create a string longer than V8 allows");
    return {};
  }
  if (simdutf::validate_ascii(data, size)) {
    return v8::String::NewFromOneByte(isolate, reinterpret_cast<const std::uint8_t*>(data), v8::NewStringType::kNormal,
                                      static_cast<int>(size))
        .FromMaybe(v8::Local<v8::String>());
  }
  if (utf8(isolate, {data, size}).ToLocal(&made)) return made;
  return {};
}

template <typename Source>
v8::MaybeLocal<v8::Value> to_js(v8::Isolate* isolate, Source source, bool big_ints) {
  switch (source.type()) {
    case SQLITE_INTEGER: {
      sqlite3_int64 number = source.integer();
      if (big_ints) return v8::BigInt::New(isolate, number);
      if (number <= kMaxSafeInteger && number >= -kMaxSafeInteger) {
        if (number >= INT32_MIN && number <= INT32_MAX) return v8::Integer::New(isolate, static_cast<int>(number));
        return v8::Number::New(isolate, static_cast<double>(number));
      }
      throw_coded_error(isolate, "ERR_OUT_OF_RANGE",
                        "Value is too large to be represented as a JavaScript number: " + std::to_string(number),
                        v8::Exception::RangeError);
      return {};
    }
    case SQLITE_FLOAT:
      return v8::Number::New(isolate, source.real());
    case SQLITE_TEXT: {
      const auto* data = static_cast<const char*>(source.text());  // before bytes(), which counts what this made
      return make_string(isolate, data, static_cast<std::size_t>(source.bytes()));
    }
    case SQLITE_BLOB: {
      const void* data = source.blob();
      auto size = static_cast<std::size_t>(source.bytes());
      auto store = v8::ArrayBuffer::NewBackingStore(isolate, size, v8::BackingStoreInitializationMode::kUninitialized);
      if (size != 0) std::memcpy(store->Data(), data, size);
      return v8::Uint8Array::New(v8::ArrayBuffer::New(isolate, std::move(store)), 0, size);
    }
    default:
      return v8::Null(isolate);
  }
}

bool is_bytes(v8::Local<v8::Value> value) {
  return value->IsArrayBufferView() || value->IsArrayBuffer() || value->IsSharedArrayBuffer();
}

// A pointer that is not null: SQLite takes null for NULL, also of no bytes.
const void* pointer(const Bytes& bytes) { return bytes.size() == 0 ? "" : static_cast<const void*>(bytes.data()); }

}  // namespace

v8::MaybeLocal<v8::Value> column_value(v8::Isolate* isolate, sqlite3_stmt* statement, int column, bool big_ints) {
  return to_js(isolate, Column{statement, column}, big_ints);
}

v8::MaybeLocal<v8::Value> argument_value(v8::Isolate* isolate, sqlite3_value* value, bool big_ints) {
  return to_js(isolate, Argument{value}, big_ints);
}

bool bind_value(Database& database, sqlite3_stmt* statement, int at, v8::Local<v8::Value> value) {
  v8::Isolate* isolate = database.isolate();
  int result;
  if (value->IsNumber()) {
    result = sqlite3_bind_double(statement, at, value.As<v8::Number>()->Value());
  } else if (value->IsString()) {
    std::string text = to_utf8(isolate, value);
    result = sqlite3_bind_text64(statement, at, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } else if (value->IsNull()) {
    result = sqlite3_bind_null(statement, at);
  } else if (is_bytes(value)) {
    Bytes bytes(value);
    result = sqlite3_bind_blob64(statement, at, pointer(bytes), bytes.size(), SQLITE_TRANSIENT);
  } else if (value->IsBigInt()) {
    bool lossless;
    std::int64_t number = value.As<v8::BigInt>()->Int64Value(&lossless);
    if (!lossless) {
      throw_coded_error(isolate, "ERR_INVALID_ARG_VALUE", "BigInt value is too large to bind.",
                        v8::Exception::TypeError);
      return false;
    }
    result = sqlite3_bind_int64(statement, at, number);
  } else if (value->IsBoolean()) {
    result = sqlite3_bind_int(statement, at, value->IsTrue() ? 1 : 0);
  } else {
    throw_coded_error(isolate, "ERR_INVALID_ARG_TYPE",
                      "Provided value cannot be bound to SQLite parameter " + std::to_string(at) + ".",
                      v8::Exception::TypeError);
    return false;
  }
  if (result == SQLITE_OK) return true;
  database.throw_error();
  return false;
}

void set_result(v8::Isolate* isolate, sqlite3_context* context, v8::Local<v8::Value> value) {
  if (value->IsNullOrUndefined()) {
    sqlite3_result_null(context);
  } else if (value->IsNumber()) {
    sqlite3_result_double(context, value.As<v8::Number>()->Value());
  } else if (value->IsString()) {
    std::string text = to_utf8(isolate, value);
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } else if (is_bytes(value)) {
    Bytes bytes(value);
    sqlite3_result_blob64(context, pointer(bytes), bytes.size(), SQLITE_TRANSIENT);
  } else if (value->IsBigInt()) {
    bool lossless;
    std::int64_t number = value.As<v8::BigInt>()->Int64Value(&lossless);
    if (!lossless) return sqlite3_result_error(context, "BigInt value is too large for SQLite", -1);
    sqlite3_result_int64(context, number);
  } else if (value->IsPromise()) {
    sqlite3_result_error(context, "Asynchronous user-defined functions are not supported", -1);
  } else {
    sqlite3_result_error(context, "Returned JavaScript value cannot be converted to a SQLite value", -1);
  }
}

v8::Local<v8::Value> make_error(v8::Isolate* isolate, sqlite3* database) {
  auto context = isolate->GetCurrentContext();
  int code = sqlite3_extended_errcode(database);
  auto error = v8::Exception::Error(text(isolate, sqlite3_errmsg(database))).As<v8::Object>();
  error->Set(context, intern(isolate, "code"), intern(isolate, "ERR_SQLITE_ERROR")).Check();
  error->Set(context, intern(isolate, "errcode"), v8::Integer::New(isolate, code)).Check();
  error->Set(context, intern(isolate, "errstr"), text(isolate, sqlite3_errstr(code))).Check();
  return error;
}

void throw_invalid_state(v8::Isolate* isolate, const char* message) {
  throw_coded_error(isolate, "ERR_INVALID_STATE", message);
}

}  // namespace pkg::runtime::sqlite
