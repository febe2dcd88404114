#include "runtime/napi/env.h"

#include "resolver/base/result.h"
#include "runtime/core/strings.h"

using namespace pkg::runtime;
using namespace pkg::runtime::napi;

napi_env__::napi_env__(Realm& realm, std::string filename, std::int32_t version)
    : realm(realm), isolate(realm.isolate()), filename(std::move(filename)), version(version) {
  // Finalizers run between turns of the loop, and keep it alive for nothing.
  uv_check_init(realm.loop(), &check_);
  check_.data = this;
  uv_check_start(&check_, [](uv_check_t* check) { static_cast<napi_env__*>(check->data)->run_finalizers(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&check_));
}

void napi_env__::enter(const std::function<void()>& call) {
  int scopes = open_scopes;
  call();
  PKG_CHECK(open_scopes == scopes);
  if (exception.IsEmpty()) return;
  v8::Local<v8::Value> thrown = exception.Get(isolate);
  exception.Reset();
  isolate->ThrowException(thrown);
}

void napi_env__::enter_from_loop(const std::function<void()>& call) {
  if (!realm.can_call_js()) return;
  v8::HandleScope scope(isolate);
  v8::Context::Scope context_scope(context());
  CallbackScope callback(realm);
  call();
  if (exception.IsEmpty()) return;
  v8::Local<v8::Value> thrown = exception.Get(isolate);
  exception.Reset();
  realm.trigger_uncaught(thrown, v8::Exception::CreateMessage(isolate, thrown));
}

void napi_env__::finalize_later(std::function<void()> finalizer) {
  std::lock_guard lock(mutex_);
  finalizers_.push_back(std::move(finalizer));
}

void napi_env__::run_finalizers() {
  std::vector<std::function<void()>> due;
  {
    std::lock_guard lock(mutex_);
    due.swap(finalizers_);
  }
  for (auto& finalizer : due) enter_from_loop(finalizer);
}

namespace pkg::runtime::napi {

v8::MaybeLocal<v8::String> utf8(napi_env env, const char* text, std::size_t length) {
  if (length == NAPI_AUTO_LENGTH) length = text ? std::strlen(text) : 0;
  if (length > INT_MAX) return {};
  return v8::String::NewFromUtf8(env->isolate, text ? text : "", v8::NewStringType::kNormal, static_cast<int>(length));
}

}  // namespace pkg::runtime::napi

extern "C" {

napi_status napi_get_last_error_info(node_api_basic_env env, const napi_extended_error_info** result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  static constexpr const char* kMessages[] = {
      nullptr,
      "Invalid argument",
      "An object was expected",
      "A string was expected",
      "A string or symbol was expected",
      "A function was expected",
      "A number was expected",
      "A boolean was expected",
      "An array was expected",
      "Unknown failure",
      "An exception is pending",
      "The async work item was cancelled",
      "napi_escape_handle already called on scope",
      "Invalid handle scope usage",
      "Invalid callback scope usage",
      "Thread-safe function queue is full",
      "Thread-safe function handle is closing",
      "A bigint was expected",
      "A date was expected",
      "An arraybuffer was expected",
      "A detachable arraybuffer was expected",
      "Main thread would deadlock",
      "External buffers are not allowed",
      "Cannot run JavaScript",
  };
  env->last_error.error_message = kMessages[env->last_error.error_code];
  *result = &env->last_error;
  return napi_ok;
}

napi_status napi_get_version(node_api_basic_env env, uint32_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  *result = NAPI_VERSION;
  return ok(env);
}

napi_status napi_set_instance_data(node_api_basic_env env, void* data, napi_finalize, void*) {
  PKG_NAPI_ENV(env);
  // Its finalizer would run when the process ends, which frees everything anyway.
  env->instance_data = data;
  return ok(env);
}
napi_status napi_get_instance_data(node_api_basic_env env, void** data) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, data);
  *data = env->instance_data;
  return ok(env);
}

napi_status node_api_get_module_file_name(node_api_basic_env env, const char** result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  *result = env->filename.c_str();
  return ok(env);
}

napi_status napi_adjust_external_memory(node_api_basic_env env, int64_t change, int64_t* adjusted) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, adjusted);
  *adjusted = env->isolate->AdjustAmountOfExternalAllocatedMemory(change);
  return ok(env);
}

napi_status napi_open_handle_scope(napi_env env, napi_handle_scope* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  struct Scope {
    explicit Scope(v8::Isolate* isolate) : scope(isolate) {}
    v8::HandleScope scope;
  };
  *result = reinterpret_cast<napi_handle_scope>(new Scope(env->isolate));
  ++env->open_scopes;
  return ok(env);
}
napi_status napi_close_handle_scope(napi_env env, napi_handle_scope scope) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, scope);
  if (env->open_scopes == 0) return napi_handle_scope_mismatch;
  struct Scope {
    explicit Scope(v8::Isolate* isolate) : scope(isolate) {}
    v8::HandleScope scope;
  };
  --env->open_scopes;
  delete reinterpret_cast<Scope*>(scope);
  return ok(env);
}

struct napi_escapable_handle_scope__ {
  explicit napi_escapable_handle_scope__(v8::Isolate* isolate) : scope(isolate) {}
  v8::EscapableHandleScope scope;
  bool escaped = false;
};
napi_status napi_open_escapable_handle_scope(napi_env env, napi_escapable_handle_scope* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  *result = new napi_escapable_handle_scope__(env->isolate);
  ++env->open_scopes;
  return ok(env);
}
napi_status napi_close_escapable_handle_scope(napi_env env, napi_escapable_handle_scope scope) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, scope);
  if (env->open_scopes == 0) return napi_handle_scope_mismatch;
  --env->open_scopes;
  delete scope;
  return ok(env);
}
napi_status napi_escape_handle(napi_env env, napi_escapable_handle_scope scope, napi_value escapee,
                               napi_value* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, scope && escapee && result);
  if (scope->escaped) return set_status(env, napi_escape_called_twice);
  scope->escaped = true;
  *result = to_napi(scope->scope.Escape(from_napi(escapee)));
  return ok(env);
}

napi_status napi_run_script(napi_env env, napi_value script, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, script && result);
  PKG_NAPI_TYPE(env, from_napi(script)->IsString(), napi_string_expected);
  v8::Local<v8::Script> compiled;
  v8::Local<v8::Value> value;
  if (!v8::Script::Compile(env->context(), from_napi(script).As<v8::String>()).ToLocal(&compiled) ||
      !compiled->Run(env->context()).ToLocal(&value)) {
    return guard.failed();
  }
  *result = to_napi(value);
  return ok(env);
}

// ---- errors ----

namespace {

using MakeError = v8::Local<v8::Value> (*)(v8::Local<v8::String>, v8::Local<v8::Value>);

napi_status create_error(napi_env env, napi_value code, napi_value message, napi_value* result, MakeError make) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, message && result);
  PKG_NAPI_TYPE(env, from_napi(message)->IsString(), napi_string_expected);
  auto error = make(from_napi(message).As<v8::String>(), {}).As<v8::Object>();
  if (code) {
    PKG_NAPI_TYPE(env, from_napi(code)->IsString(), napi_string_expected);
    std::ignore = error->Set(env->context(), intern(env->isolate, "code"), from_napi(code));
  }
  *result = to_napi(error);
  return ok(env);
}

napi_status throw_error(napi_env env, const char* code, const char* message, MakeError make) {
  PKG_NAPI_ENTER(env);
  v8::Local<v8::String> text;
  if (!utf8(env, message, NAPI_AUTO_LENGTH).ToLocal(&text)) return guard.failed();
  auto error = make(text, {}).As<v8::Object>();
  v8::Local<v8::String> code_text;
  if (code && utf8(env, code, NAPI_AUTO_LENGTH).ToLocal(&code_text)) {
    std::ignore = error->Set(env->context(), intern(env->isolate, "code"), code_text);
  }
  env->isolate->ThrowException(error);
  return ok(env);
}

}  // namespace

napi_status napi_create_error(napi_env env, napi_value code, napi_value msg, napi_value* result) {
  return create_error(env, code, msg, result, v8::Exception::Error);
}
napi_status napi_create_type_error(napi_env env, napi_value code, napi_value msg, napi_value* result) {
  return create_error(env, code, msg, result, v8::Exception::TypeError);
}
napi_status napi_create_range_error(napi_env env, napi_value code, napi_value msg, napi_value* result) {
  return create_error(env, code, msg, result, v8::Exception::RangeError);
}
napi_status node_api_create_syntax_error(napi_env env, napi_value code, napi_value msg, napi_value* result) {
  return create_error(env, code, msg, result, v8::Exception::SyntaxError);
}
napi_status napi_throw(napi_env env, napi_value error) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, error);
  env->isolate->ThrowException(from_napi(error));
  return ok(env);
}
napi_status napi_throw_error(napi_env env, const char* code, const char* msg) {
  return throw_error(env, code, msg, v8::Exception::Error);
}
napi_status napi_throw_type_error(napi_env env, const char* code, const char* msg) {
  return throw_error(env, code, msg, v8::Exception::TypeError);
}
napi_status napi_throw_range_error(napi_env env, const char* code, const char* msg) {
  return throw_error(env, code, msg, v8::Exception::RangeError);
}
napi_status node_api_throw_syntax_error(napi_env env, const char* code, const char* msg) {
  return throw_error(env, code, msg, v8::Exception::SyntaxError);
}
napi_status napi_is_error(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  *result = from_napi(value)->IsNativeError();
  return ok(env);
}
napi_status napi_is_exception_pending(napi_env env, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  *result = !env->exception.IsEmpty();
  return ok(env);
}
napi_status napi_get_and_clear_last_exception(napi_env env, napi_value* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  if (env->exception.IsEmpty()) return napi_get_undefined(env, result);
  *result = to_napi(env->exception.Get(env->isolate));
  env->exception.Reset();
  return ok(env);
}
napi_status napi_fatal_exception(napi_env env, napi_value error) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, error);
  v8::Local<v8::Value> thrown = from_napi(error);
  env->realm.trigger_uncaught(thrown, v8::Exception::CreateMessage(env->isolate, thrown));
  return ok(env);
}
void napi_fatal_error(const char* location, size_t location_size, const char* message, size_t message_size) {
  auto shown = [](const char* text, std::size_t size) {
    return text ? std::string(text, size == NAPI_AUTO_LENGTH ? std::strlen(text) : size) : std::string();
  };
  std::fprintf(stderr, "FATAL ERROR: %s %s\n", shown(location, location_size).c_str(),
               shown(message, message_size).c_str());
  std::abort();
}

}  // extern "C"
