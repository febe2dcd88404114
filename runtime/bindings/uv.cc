// libuv's error numbers and their names.

#include <uv.h>

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

// errname(negative number) -> "ENOENT"
void errname(const v8::FunctionCallbackInfo<v8::Value>& args) {
  char name[64];
  uv_err_name_r(args[0]->Int32Value(Realm::from(args).context()).FromMaybe(0), name, sizeof name);
  args.GetReturnValue().Set(text(args.GetIsolate(), name));
}

// getErrorMessage(negative number) -> "no such file or directory"
void error_message(const v8::FunctionCallbackInfo<v8::Value>& args) {
  char message[128];
  uv_strerror_r(args[0]->Int32Value(Realm::from(args).context()).FromMaybe(0), message, sizeof message);
  args.GetReturnValue().Set(text(args.GetIsolate(), message));
}

// getErrorMap() -> Map of number to [name, message]
void error_map(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto context = Realm::from(args).context();
  auto map = v8::Map::New(isolate);
#define PKG_UV_ERROR(name, message)                                                                                  \
  {                                                                                                                  \
    v8::Local<v8::Value> pair[] = {intern(isolate, #name), text(isolate, message)};                                  \
    if (map->Set(context, v8::Integer::New(isolate, UV_##name), v8::Array::New(isolate, pair, 2)).IsEmpty()) return; \
  }
  UV_ERRNO_MAP(PKG_UV_ERROR)
#undef PKG_UV_ERROR
  args.GetReturnValue().Set(map);
}

void init(Realm& realm, v8::Local<v8::Object> target) {
#define PKG_UV_CONSTANT(name, message) set_constant(realm, target, "UV_" #name, UV_##name);
  UV_ERRNO_MAP(PKG_UV_CONSTANT)
#undef PKG_UV_CONSTANT
}

constexpr Method kMethods[] = {{"errname", errname}, {"getErrorMessage", error_message}, {"getErrorMap", error_map}};

}  // namespace

extern const Binding binding_uv;
const Binding binding_uv{"uv", kMethods, init};

}  // namespace pkg::runtime
