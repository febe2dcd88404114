#pragma once

#define NAPI_VERSION 10
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <node_api.h>
#include <uv.h>
#include <v8.h>

#include "runtime/core/realm.h"

// What one add-on is to the runtime: Node-API's `napi_env`. One for each add-on and realm, never freed before the
// process ends. Spec: Node's doc/api/n-api.md; every function returns its status and leaves it for
// napi_get_last_error_info.
struct napi_env__ {
  napi_env__(pkg::runtime::Realm& realm, std::string filename, std::int32_t version);

  pkg::runtime::Realm& realm;
  v8::Isolate* isolate;
  const std::string filename;  // as a file: URL
  const std::int32_t version;  // of Node-API, that the add-on was made for
  napi_extended_error_info last_error{};
  v8::Global<v8::Value> exception;  // thrown and not yet given back to JavaScript
  void* instance_data = nullptr;
  int open_scopes = 0;

  v8::Local<v8::Context> context() const { return realm.context(); }

  // Runs `call` as the add-on's code: what it throws goes to JavaScript when it returns.
  void enter(const std::function<void()>& call);
  // The same out of the loop: there it is an uncaught exception.
  void enter_from_loop(const std::function<void()>& call);
  // Runs `finalizer` soon, out of the loop. Any thread.
  void finalize_later(std::function<void()> finalizer);

 private:
  void run_finalizers();
  std::mutex mutex_;
  std::vector<std::function<void()>> finalizers_;
  uv_check_t check_;
};

namespace pkg::runtime::napi {

inline napi_value to_napi(v8::Local<v8::Value> value) {
  static_assert(sizeof(napi_value) == sizeof value);
  napi_value out;
  std::memcpy(&out, static_cast<void*>(&value), sizeof out);
  return out;
}
inline v8::Local<v8::Value> from_napi(napi_value value) {
  v8::Local<v8::Value> out;
  std::memcpy(static_cast<void*>(&out), &value, sizeof value);
  return out;
}

inline napi_status set_status(napi_env env, napi_status status) {
  env->last_error.error_code = status;
  env->last_error.engine_error_code = 0;
  env->last_error.engine_reserved = nullptr;
  return status;
}
inline napi_status ok(napi_env env) { return set_status(env, napi_ok); }

// Around calls that can run JavaScript: what is thrown is kept until the add-on returns or asks for it.
class Guard {
 public:
  explicit Guard(napi_env env) : env_(env), try_catch_(env->isolate) {}
  ~Guard() {
    if (try_catch_.HasCaught()) env_->exception.Reset(env_->isolate, try_catch_.Exception());
  }
  // The status where a call gave nothing.
  napi_status failed(napi_status otherwise = napi_generic_failure) {
    return set_status(env_, try_catch_.HasCaught() ? napi_pending_exception : otherwise);
  }

 private:
  napi_env env_;
  v8::TryCatch try_catch_;
};

// A value that the add-on keeps; weak while its count is 0. See napi_create_reference and napi_wrap.
struct Finalizer {
  napi_finalize call = nullptr;
  void* data = nullptr;
  void* hint = nullptr;
};

// `text` of `length` bytes (NAPI_AUTO_LENGTH: up to its NUL).
v8::MaybeLocal<v8::String> utf8(napi_env env, const char* text, std::size_t length);

// A function that calls `callback`; empty, with an exception pending, on failure.
v8::MaybeLocal<v8::Function> make_function(napi_env env, napi_callback callback, void* data);
v8::Local<v8::FunctionTemplate> make_template(napi_env env, napi_callback callback, void* data,
                                              v8::Local<v8::Signature> signature = {});

}  // namespace pkg::runtime::napi

// Checks at the head of Node-API's functions.
#define PKG_NAPI_ENV(env) \
  if ((env) == nullptr) return napi_invalid_arg
#define PKG_NAPI_ARG(env, argument) \
  if (!(argument)) return set_status(env, napi_invalid_arg)
#define PKG_NAPI_TYPE(env, condition, status) \
  if (!(condition)) return set_status(env, status)
// Where JavaScript may run: not while an exception is pending.
#define PKG_NAPI_ENTER(env)                                                        \
  PKG_NAPI_ENV(env);                                                               \
  if (!(env)->exception.IsEmpty()) return set_status(env, napi_pending_exception); \
  if (!(env)->realm.can_call_js()) return set_status(env, napi_cannot_run_js);     \
  ok(env);                                                                         \
  Guard guard(env)
