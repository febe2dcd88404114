// What the process object gets from the operating system: environment, working directory.

#include <cstdlib>

#include <unistd.h>
#include <uv.h>

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

extern char** environ;

namespace pkg::runtime {

namespace {

// cwd() -> path or a negative uv error
void cwd(const v8::FunctionCallbackInfo<v8::Value>& args) {
  char buffer[4096];
  std::size_t size = sizeof buffer;
  if (int error = uv_cwd(buffer, &size); error != 0) return args.GetReturnValue().Set(error);
  args.GetReturnValue().Set(text(args.GetIsolate(), std::string_view(buffer, size)));
}

// chdir(path) -> undefined or a negative uv error
void chdir(const v8::FunctionCallbackInfo<v8::Value>& args) {
  if (int error = uv_chdir(to_utf8(args.GetIsolate(), args[0]).c_str()); error != 0) args.GetReturnValue().Set(error);
}

v8::Intercepted env_get(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  if (!name->IsString()) return v8::Intercepted::kNo;
  const char* value = std::getenv(to_utf8(info.GetIsolate(), name).c_str());
  v8::Local<v8::String> content;
  if (!value || !utf8(info.GetIsolate(), value).ToLocal(&content)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(content);
  return v8::Intercepted::kYes;
}

v8::Intercepted env_set(v8::Local<v8::Name> name, v8::Local<v8::Value> value, const v8::PropertyCallbackInfo<void>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::String> key, content;
  if (!name->ToString(isolate->GetCurrentContext()).ToLocal(&key) ||
      !value->ToString(isolate->GetCurrentContext()).ToLocal(&content)) {
    return v8::Intercepted::kYes;
  }
  setenv(to_utf8(isolate, key).c_str(), to_utf8(isolate, content).c_str(), 1);
  return v8::Intercepted::kYes;
}

v8::Intercepted env_query(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  if (!name->IsString() || !std::getenv(to_utf8(info.GetIsolate(), name).c_str())) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(static_cast<std::int32_t>(v8::None));
  return v8::Intercepted::kYes;
}

v8::Intercepted env_delete(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  if (name->IsString()) unsetenv(to_utf8(info.GetIsolate(), name).c_str());
  info.GetReturnValue().Set(true);
  return v8::Intercepted::kYes;
}

void env_list(const v8::PropertyCallbackInfo<v8::Array>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  std::vector<v8::Local<v8::Value>> names;
  for (char** entry = environ; *entry; ++entry) {
    std::string_view line = *entry;
    v8::Local<v8::String> name;
    if (utf8(isolate, line.substr(0, line.find('='))).ToLocal(&name)) names.push_back(name);
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, names.data(), names.size()));
}

// makeEnv() -> an object that is the environment
void make_env(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto type = v8::ObjectTemplate::New(isolate);
  type->SetHandler(v8::NamedPropertyHandlerConfiguration(env_get, env_set, env_query, env_delete, env_list, {},
                                                         v8::PropertyHandlerFlags::kHasNoSideEffect));
  v8::Local<v8::Object> env;
  if (type->NewInstance(Realm::from(args).context()).ToLocal(&env)) args.GetReturnValue().Set(env);
}

// versions() -> {node, v8, uv, ...}
void versions(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  auto object = v8::Object::New(args.GetIsolate());
  set_value(realm, object, "v8", text(args.GetIsolate(), v8::V8::GetVersion()));
  set_value(realm, object, "uv", text(args.GetIsolate(), uv_version_string()));
  args.GetReturnValue().Set(object);
}

void init(Realm& realm, v8::Local<v8::Object> target) {
#if defined(__aarch64__)
  set_value(realm, target, "arch", intern(realm.isolate(), "arm64"));
#else
  set_value(realm, target, "arch", intern(realm.isolate(), "x64"));
#endif
}

constexpr Method kMethods[] = {{"cwd", cwd}, {"chdir", chdir}, {"makeEnv", make_env}, {"versions", versions}};

// The snapshot wants the address of every callback; interceptors are no FunctionCallbacks, only their address counts.
const Method kCallbacks[] = {{"get", reinterpret_cast<v8::FunctionCallback>(env_get)},
                             {"set", reinterpret_cast<v8::FunctionCallback>(env_set)},
                             {"query", reinterpret_cast<v8::FunctionCallback>(env_query)},
                             {"delete", reinterpret_cast<v8::FunctionCallback>(env_delete)},
                             {"list", reinterpret_cast<v8::FunctionCallback>(env_list)}};

}  // namespace

extern const Binding binding_process_object;
const Binding binding_process_object{"process_object", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
