#include "runtime/core/builtins.h"

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

// compileBuiltin(id) -> function (exports, require, module, process, internalBinding, primordials)
void compile(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Local<v8::Function> function;
  if (compile_builtin(Realm::from(args), to_utf8(args.GetIsolate(), args[0])).ToLocal(&function)) {
    args.GetReturnValue().Set(function);
  }
}

// builtinIds() -> string[], sorted
void ids(const v8::FunctionCallbackInfo<v8::Value>& args) {
  std::vector<v8::Local<v8::Value>> all;
  for (const BuiltinSource& source : builtin_sources()) all.push_back(intern(args.GetIsolate(), source.id));
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), all.data(), all.size()));
}

// getBinding(name) -> object, not cached; throws when there is none
void get_binding(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Local<v8::Object> binding;
  if (Realm::from(args).internal_binding(to_utf8(args.GetIsolate(), args[0])).ToLocal(&binding)) {
    args.GetReturnValue().Set(binding);
  }
}

// hasBinding(name) -> boolean
void has_binding(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(find_binding(to_utf8(args.GetIsolate(), args[0])) != nullptr);
}

constexpr Method kMethods[] = {
    {"compileBuiltin", compile}, {"builtinIds", ids}, {"getBinding", get_binding}, {"hasBinding", has_binding}};

}  // namespace

extern const Binding binding_builtins;
const Binding binding_builtins{"builtins", kMethods};

}  // namespace pkg::runtime
