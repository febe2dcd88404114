// Node-API: values that are made and read.

#include "runtime/core/strings.h"
#include "runtime/napi/env.h"

using namespace pkg::runtime;
using namespace pkg::runtime::napi;

namespace {

template <typename Make>
napi_status give(napi_env env, napi_value* result, Make make) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  *result = to_napi(make(env->isolate));
  return ok(env);
}

template <typename Make>
napi_status give_string(napi_env env, const void* text, std::size_t length, napi_value* result, Make make) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result && (text || length == 0));
  PKG_NAPI_ARG(env, length == NAPI_AUTO_LENGTH || length <= INT_MAX);
  v8::Local<v8::String> string;
  if (!make(static_cast<int>(length == NAPI_AUTO_LENGTH ? std::size_t(-1) : length)).ToLocal(&string)) {
    return set_status(env, napi_generic_failure);
  }
  *result = to_napi(string);
  return ok(env);
}

v8::MaybeLocal<v8::String> latin1(napi_env env, const char* text, int length, v8::NewStringType type) {
  return v8::String::NewFromOneByte(env->isolate, reinterpret_cast<const std::uint8_t*>(text ? text : ""), type,
                                    length);
}
v8::MaybeLocal<v8::String> utf16(napi_env env, const char16_t* text, int length, v8::NewStringType type) {
  return v8::String::NewFromTwoByte(env->isolate, reinterpret_cast<const std::uint16_t*>(text ? text : u""), type,
                                    length);
}

}  // namespace

extern "C" {

napi_status napi_get_undefined(napi_env env, napi_value* result) {
  return give(env, result, [](v8::Isolate* isolate) { return v8::Undefined(isolate); });
}
napi_status napi_get_null(napi_env env, napi_value* result) {
  return give(env, result, [](v8::Isolate* isolate) { return v8::Null(isolate); });
}
napi_status napi_get_global(napi_env env, napi_value* result) {
  return give(env, result, [&](v8::Isolate*) { return env->context()->Global(); });
}
napi_status napi_get_boolean(napi_env env, bool value, napi_value* result) {
  return give(env, result, [&](v8::Isolate* isolate) { return v8::Boolean::New(isolate, value); });
}
napi_status napi_create_object(napi_env env, napi_value* result) {
  return give(env, result, [](v8::Isolate* isolate) { return v8::Object::New(isolate); });
}
napi_status napi_create_array(napi_env env, napi_value* result) {
  return give(env, result, [](v8::Isolate* isolate) { return v8::Array::New(isolate); });
}
napi_status napi_create_array_with_length(napi_env env, size_t length, napi_value* result) {
  return give(env, result, [&](v8::Isolate* isolate) { return v8::Array::New(isolate, static_cast<int>(length)); });
}
napi_status napi_create_double(napi_env env, double value, napi_value* result) {
  return give(env, result, [&](v8::Isolate* isolate) { return v8::Number::New(isolate, value); });
}
napi_status napi_create_int32(napi_env env, int32_t value, napi_value* result) {
  return give(env, result, [&](v8::Isolate* isolate) { return v8::Integer::New(isolate, value); });
}
napi_status napi_create_uint32(napi_env env, uint32_t value, napi_value* result) {
  return give(env, result, [&](v8::Isolate* isolate) { return v8::Integer::NewFromUnsigned(isolate, value); });
}
napi_status napi_create_int64(napi_env env, int64_t value, napi_value* result) {
  return give(env, result, [&](v8::Isolate* isolate) { return v8::Number::New(isolate, static_cast<double>(value)); });
}
napi_status napi_create_bigint_int64(napi_env env, int64_t value, napi_value* result) {
  return give(env, result, [&](v8::Isolate* isolate) { return v8::BigInt::New(isolate, value); });
}
napi_status napi_create_bigint_uint64(napi_env env, uint64_t value, napi_value* result) {
  return give(env, result, [&](v8::Isolate* isolate) { return v8::BigInt::NewFromUnsigned(isolate, value); });
}
napi_status napi_create_bigint_words(napi_env env, int sign, size_t count, const uint64_t* words, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, words && result && count <= INT_MAX);
  v8::Local<v8::BigInt> value;
  if (!v8::BigInt::NewFromWords(env->context(), sign, static_cast<int>(count), words).ToLocal(&value))
    return guard.failed();
  *result = to_napi(value);
  return ok(env);
}
napi_status napi_create_date(napi_env env, double time, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, result);
  v8::Local<v8::Value> date;
  if (!v8::Date::New(env->context(), time).ToLocal(&date)) return guard.failed();
  *result = to_napi(date);
  return ok(env);
}

napi_status napi_create_string_latin1(napi_env env, const char* str, size_t length, napi_value* result) {
  return give_string(env, str, length, result,
                     [&](int size) { return latin1(env, str, size, v8::NewStringType::kNormal); });
}
napi_status napi_create_string_utf8(napi_env env, const char* str, size_t length, napi_value* result) {
  return give_string(env, str, length, result, [&](int) { return utf8(env, str, length); });
}
napi_status napi_create_string_utf16(napi_env env, const char16_t* str, size_t length, napi_value* result) {
  return give_string(env, str, length, result,
                     [&](int size) { return utf16(env, str, size, v8::NewStringType::kNormal); });
}
napi_status node_api_create_property_key_latin1(napi_env env, const char* str, size_t length, napi_value* result) {
  return give_string(env, str, length, result,
                     [&](int size) { return latin1(env, str, size, v8::NewStringType::kInternalized); });
}
napi_status node_api_create_property_key_utf8(napi_env env, const char* str, size_t length, napi_value* result) {
  return give_string(env, str, length, result, [&](int size) {
    return v8::String::NewFromUtf8(env->isolate, str ? str : "", v8::NewStringType::kInternalized, size);
  });
}
napi_status node_api_create_property_key_utf16(napi_env env, const char16_t* str, size_t length, napi_value* result) {
  return give_string(env, str, length, result,
                     [&](int size) { return utf16(env, str, size, v8::NewStringType::kInternalized); });
}
// Strings are copied: then the add-on's memory is its own again at once.
napi_status node_api_create_external_string_latin1(napi_env env, char* str, size_t length,
                                                   node_api_basic_finalize finalize, void* hint, napi_value* result,
                                                   bool* copied) {
  napi_status status = napi_create_string_latin1(env, str, length, result);
  if (status != napi_ok) return status;
  if (copied) *copied = true;
  if (finalize) finalize(env, str, hint);
  return napi_ok;
}
napi_status node_api_create_external_string_utf16(napi_env env, char16_t* str, size_t length,
                                                  node_api_basic_finalize finalize, void* hint, napi_value* result,
                                                  bool* copied) {
  napi_status status = napi_create_string_utf16(env, str, length, result);
  if (status != napi_ok) return status;
  if (copied) *copied = true;
  if (finalize) finalize(env, str, hint);
  return napi_ok;
}

napi_status napi_create_symbol(napi_env env, napi_value description, napi_value* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  v8::Local<v8::String> text;
  if (description) {
    PKG_NAPI_TYPE(env, from_napi(description)->IsString(), napi_string_expected);
    text = from_napi(description).As<v8::String>();
  }
  *result = to_napi(v8::Symbol::New(env->isolate, text));
  return ok(env);
}
napi_status node_api_symbol_for(napi_env env, const char* description, size_t length, napi_value* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  v8::Local<v8::String> text;
  if (!utf8(env, description, length).ToLocal(&text)) return set_status(env, napi_generic_failure);
  *result = to_napi(v8::Symbol::For(env->isolate, text));
  return ok(env);
}

napi_status napi_typeof(napi_env env, napi_value value, napi_valuetype* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  auto v = from_napi(value);
  *result = v->IsNumber()      ? napi_number
            : v->IsBigInt()    ? napi_bigint
            : v->IsString()    ? napi_string
            : v->IsFunction()  ? napi_function
            : v->IsExternal()  ? napi_external
            : v->IsObject()    ? napi_object
            : v->IsBoolean()   ? napi_boolean
            : v->IsUndefined() ? napi_undefined
            : v->IsSymbol()    ? napi_symbol
                               : napi_null;
  return ok(env);
}

napi_status napi_get_value_double(napi_env env, napi_value value, double* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  PKG_NAPI_TYPE(env, from_napi(value)->IsNumber(), napi_number_expected);
  *result = from_napi(value).As<v8::Number>()->Value();
  return ok(env);
}
// Numbers that do not fit are taken modulo 2^32, as ToInt32 does; what is no finite number is 0.
napi_status napi_get_value_int32(napi_env env, napi_value value, int32_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  PKG_NAPI_TYPE(env, from_napi(value)->IsNumber(), napi_number_expected);
  *result = from_napi(value)->Int32Value(env->context()).FromMaybe(0);
  return ok(env);
}
napi_status napi_get_value_uint32(napi_env env, napi_value value, uint32_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  PKG_NAPI_TYPE(env, from_napi(value)->IsNumber(), napi_number_expected);
  *result = from_napi(value)->Uint32Value(env->context()).FromMaybe(0);
  return ok(env);
}
napi_status napi_get_value_int64(napi_env env, napi_value value, int64_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  PKG_NAPI_TYPE(env, from_napi(value)->IsNumber(), napi_number_expected);
  double number = from_napi(value).As<v8::Number>()->Value();
  // Beyond the range V8 gives its least or greatest; infinities and NaN are 0.
  *result = std::isfinite(number) ? from_napi(value)->IntegerValue(env->context()).FromMaybe(0) : 0;
  return ok(env);
}
napi_status napi_get_value_bool(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  PKG_NAPI_TYPE(env, from_napi(value)->IsBoolean(), napi_boolean_expected);
  *result = from_napi(value)->IsTrue();
  return ok(env);
}
napi_status napi_get_value_bigint_int64(napi_env env, napi_value value, int64_t* result, bool* lossless) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result && lossless);
  PKG_NAPI_TYPE(env, from_napi(value)->IsBigInt(), napi_bigint_expected);
  *result = from_napi(value).As<v8::BigInt>()->Int64Value(lossless);
  return ok(env);
}
napi_status napi_get_value_bigint_uint64(napi_env env, napi_value value, uint64_t* result, bool* lossless) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result && lossless);
  PKG_NAPI_TYPE(env, from_napi(value)->IsBigInt(), napi_bigint_expected);
  *result = from_napi(value).As<v8::BigInt>()->Uint64Value(lossless);
  return ok(env);
}
napi_status napi_get_value_bigint_words(napi_env env, napi_value value, int* sign, size_t* count, uint64_t* words) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && count);
  PKG_NAPI_TYPE(env, from_napi(value)->IsBigInt(), napi_bigint_expected);
  auto big = from_napi(value).As<v8::BigInt>();
  int room = static_cast<int>(*count);
  if (!sign && !words) {
    room = big->WordCount();
  } else {
    PKG_NAPI_ARG(env, sign && words);
    big->ToWordsArray(sign, &room, words);
  }
  *count = static_cast<std::size_t>(room);
  return ok(env);
}

napi_status napi_get_value_string_latin1(napi_env env, napi_value value, char* buf, size_t size, size_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value);
  PKG_NAPI_TYPE(env, from_napi(value)->IsString(), napi_string_expected);
  auto string = from_napi(value).As<v8::String>();
  if (!buf) {
    PKG_NAPI_ARG(env, result);
    *result = static_cast<std::size_t>(string->Length());
    return ok(env);
  }
  std::size_t copied = 0;
  if (size != 0) {
    copied = std::min(size - 1, static_cast<std::size_t>(string->Length()));
    string->WriteOneByteV2(env->isolate, 0, static_cast<std::uint32_t>(copied), reinterpret_cast<std::uint8_t*>(buf));
    buf[copied] = '\0';
  }
  if (result) *result = copied;
  return ok(env);
}
napi_status napi_get_value_string_utf8(napi_env env, napi_value value, char* buf, size_t size, size_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value);
  PKG_NAPI_TYPE(env, from_napi(value)->IsString(), napi_string_expected);
  auto string = from_napi(value).As<v8::String>();
  if (!buf) {
    PKG_NAPI_ARG(env, result);
    *result = string->Utf8LengthV2(env->isolate);
    return ok(env);
  }
  std::size_t copied = 0;
  if (size != 0) {
    copied = string->WriteUtf8V2(env->isolate, buf, size - 1, v8::String::WriteFlags::kReplaceInvalidUtf8);
    buf[copied] = '\0';
  }
  if (result) *result = copied;
  return ok(env);
}
napi_status napi_get_value_string_utf16(napi_env env, napi_value value, char16_t* buf, size_t size, size_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value);
  PKG_NAPI_TYPE(env, from_napi(value)->IsString(), napi_string_expected);
  auto string = from_napi(value).As<v8::String>();
  if (!buf) {
    PKG_NAPI_ARG(env, result);
    *result = static_cast<std::size_t>(string->Length());
    return ok(env);
  }
  std::size_t copied = 0;
  if (size != 0) {
    copied = std::min(size - 1, static_cast<std::size_t>(string->Length()));
    string->WriteV2(env->isolate, 0, static_cast<std::uint32_t>(copied), reinterpret_cast<std::uint16_t*>(buf));
    buf[copied] = u'\0';
  }
  if (result) *result = copied;
  return ok(env);
}

napi_status napi_coerce_to_bool(napi_env env, napi_value value, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, value && result);
  *result = to_napi(v8::Boolean::New(env->isolate, from_napi(value)->BooleanValue(env->isolate)));
  return ok(env);
}
napi_status napi_coerce_to_number(napi_env env, napi_value value, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, value && result);
  v8::Local<v8::Number> number;
  if (!from_napi(value)->ToNumber(env->context()).ToLocal(&number)) return guard.failed(napi_number_expected);
  *result = to_napi(number);
  return ok(env);
}
napi_status napi_coerce_to_object(napi_env env, napi_value value, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, value && result);
  v8::Local<v8::Object> object;
  if (!from_napi(value)->ToObject(env->context()).ToLocal(&object)) return guard.failed(napi_object_expected);
  *result = to_napi(object);
  return ok(env);
}
napi_status napi_coerce_to_string(napi_env env, napi_value value, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, value && result);
  v8::Local<v8::String> string;
  if (!from_napi(value)->ToString(env->context()).ToLocal(&string)) return guard.failed(napi_string_expected);
  *result = to_napi(string);
  return ok(env);
}

napi_status napi_is_date(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  *result = from_napi(value)->IsDate();
  return ok(env);
}
napi_status napi_get_date_value(napi_env env, napi_value value, double* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, value && result);
  PKG_NAPI_TYPE(env, from_napi(value)->IsDate(), napi_date_expected);
  *result = from_napi(value).As<v8::Date>()->ValueOf();
  return ok(env);
}
napi_status napi_strict_equals(napi_env env, napi_value lhs, napi_value rhs, bool* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, lhs && rhs && result);
  *result = from_napi(lhs)->StrictEquals(from_napi(rhs));
  return ok(env);
}

napi_status napi_create_promise(napi_env env, napi_deferred* deferred, napi_value* promise) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, deferred && promise);
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(env->context()).ToLocal(&resolver)) return guard.failed();
  *deferred = reinterpret_cast<napi_deferred>(new v8::Global<v8::Promise::Resolver>(env->isolate, resolver));
  *promise = to_napi(resolver->GetPromise());
  return ok(env);
}
namespace {
napi_status conclude(napi_env env, napi_deferred deferred, napi_value value, bool resolve) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, deferred && value);
  std::unique_ptr<v8::Global<v8::Promise::Resolver>> owned(
      reinterpret_cast<v8::Global<v8::Promise::Resolver>*>(deferred));
  auto resolver = owned->Get(env->isolate);
  auto done = resolve ? resolver->Resolve(env->context(), from_napi(value))
                      : resolver->Reject(env->context(), from_napi(value));
  return done.FromMaybe(false) ? ok(env) : guard.failed();
}
}  // namespace
napi_status napi_resolve_deferred(napi_env env, napi_deferred deferred, napi_value value) {
  return conclude(env, deferred, value, true);
}
napi_status napi_reject_deferred(napi_env env, napi_deferred deferred, napi_value value) {
  return conclude(env, deferred, value, false);
}
napi_status napi_is_promise(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  *result = from_napi(value)->IsPromise();
  return ok(env);
}

}  // extern "C"
