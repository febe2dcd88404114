// internalBinding('napi'): process.dlopen() of add-ons made for Node-API.

#include <dlfcn.h>

#include <map>

#include "resolver/module/file_url.h"
#include "runtime/core/binding.h"
#include "runtime/core/permission.h"
#include "runtime/core/encodings.h"
#include "runtime/core/strings.h"
#include "runtime/napi/env.h"

namespace pkg::runtime {

namespace napi {

namespace {

// What a library registered of itself while it was opened.
thread_local napi_module* registered = nullptr;

using Init = napi_value (*)(napi_env, napi_value);

// dlopen(module, file, flags): calls the add-on's initializer with module.exports. Throws ERR_DLOPEN_FAILED.
void dlopen_addon(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = realm.isolate();
  auto context = realm.context();
  auto refuse = [&](const std::string& message) { throw_coded_error(isolate, "ERR_DLOPEN_FAILED", message); };
  Permission& permission = Permission::of_process();
  if (permission.enforced() && !permission.has(Permission::kAddon)) {
    return throw_coded_error(isolate, "ERR_DLOPEN_DISABLED",
                             "Cannot load native addon because loading addons is disabled.");
  }
  if (!args[0]->IsObject()) return refuse("The module must be an object");
  auto module = args[0].As<v8::Object>();
  std::string file = to_utf8(isolate, args[1]);
  int flags = args[2]->Int32Value(context).FromMaybe(RTLD_LAZY);

  // One that is open already registers nothing anew.
  static std::map<void*, napi_module*>& known = *new std::map<void*, napi_module*>;
  registered = nullptr;
  void* library = ::dlopen(file.c_str(), flags);
  if (!library) return refuse(::dlerror());
  if (registered) known[library] = registered;
  auto init = reinterpret_cast<Init>(::dlsym(library, "napi_register_module_v1"));
  if (!init) {
    auto found = known.find(library);
    if (found != known.end()) init = found->second->nm_register_func;
  }
  if (!init) {
    ::dlclose(library);
    return refuse("Module did not self-register: '" + file + "'.");
  }
  auto version = reinterpret_cast<std::int32_t (*)()>(::dlsym(library, "node_api_module_get_api_version_v1"));
  auto* env = new napi_env__(realm, resolver::path_to_file_url(file), version ? version() : 8);

  v8::Local<v8::Value> exports;
  if (!module->Get(context, intern(isolate, "exports")).ToLocal(&exports)) return;
  env->enter([&] {
    napi_value result = init(env, to_napi(exports));
    if (!result || !env->exception.IsEmpty() || from_napi(result) == exports) return;
    std::ignore = module->Set(context, intern(isolate, "exports"), from_napi(result));
  });
}

constexpr Method kMethods[] = {{"dlopen", dlopen_addon}};

}  // namespace

}  // namespace napi

extern const Binding binding_napi;
const Binding binding_napi{"napi", napi::kMethods};

}  // namespace pkg::runtime

extern "C" void napi_module_register(napi_module* module) { pkg::runtime::napi::registered = module; }
