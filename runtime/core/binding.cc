#include "runtime/core/binding.h"

#include <vector>

#include "runtime/bindings/list.h"
#include "runtime/core/handle_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

#define PKG_DECLARE_BINDING(id) extern const Binding binding_##id;
PKG_BINDINGS(PKG_DECLARE_BINDING)
#undef PKG_DECLARE_BINDING

namespace {
const Binding* const kBindings[] = {
#define PKG_LIST_BINDING(id) &binding_##id,
    PKG_BINDINGS(PKG_LIST_BINDING)
#undef PKG_LIST_BINDING
};
}  // namespace

const Binding* find_binding(std::string_view name) {
  for (const Binding* binding : kBindings) {
    if (name == binding->name) return binding;
  }
  return nullptr;
}

const std::intptr_t* external_references() {
  static const std::vector<std::intptr_t> references = [] {
    std::vector<std::intptr_t> all;
    for (const Binding* binding : kBindings) {
      for (const Method& method : binding->methods) all.push_back(reinterpret_cast<std::intptr_t>(method.call));
      for (const Method& method : binding->callbacks) all.push_back(reinterpret_cast<std::intptr_t>(method.call));
    }
    for (const Method& method : HandleWrap::methods()) all.push_back(reinterpret_cast<std::intptr_t>(method.call));
    append_builtin_source_references(all);
    all.push_back(0);
    return all;
  }();
  return references.data();
}

void set_value(Realm& realm, v8::Local<v8::Object> target, const char* name, v8::Local<v8::Value> value) {
  // Not Set(): what a program put on Object.prototype has no say in it.
  std::ignore = target->CreateDataProperty(realm.context(), intern(realm.isolate(), name), value);
}

void set_method(Realm& realm, v8::Local<v8::Object> target, const char* name, v8::FunctionCallback call) {
  v8::Isolate* isolate = realm.isolate();
  auto function = v8::FunctionTemplate::New(isolate, call, {}, {}, 0, v8::ConstructorBehavior::kThrow)
                      ->GetFunction(realm.context())
                      .ToLocalChecked();
  function->SetName(intern(isolate, name));
  set_value(realm, target, name, function);
}

void set_methods(Realm& realm, v8::Local<v8::Object> target, std::span<const Method> methods) {
  for (const Method& method : methods) set_method(realm, target, method.name, method.call);
}

void set_constant(Realm& realm, v8::Local<v8::Object> target, const char* name, double value) {
  set_value(realm, target, name, v8::Number::New(realm.isolate(), value));
}

v8::Local<v8::FunctionTemplate> make_class(Realm& realm, const char* name, v8::FunctionCallback construct,
                                           std::span<const Method> prototype, int fields,
                                           v8::Local<v8::FunctionTemplate> parent) {
  v8::Isolate* isolate = realm.isolate();
  auto type = v8::FunctionTemplate::New(isolate, construct);
  type->SetClassName(intern(isolate, name));
  type->InstanceTemplate()->SetInternalFieldCount(fields);
  if (!parent.IsEmpty()) type->Inherit(parent);
  auto signature = v8::Signature::New(isolate, type);
  for (const Method& method : prototype) {
    auto function = v8::FunctionTemplate::New(isolate, method.call, {}, signature, 0, v8::ConstructorBehavior::kThrow);
    function->SetClassName(intern(isolate, method.name));
    type->PrototypeTemplate()->Set(intern(isolate, method.name), function, v8::DontEnum);
  }
  return type;
}

v8::Local<v8::Function> set_class(Realm& realm, v8::Local<v8::Object> target, const char* name,
                                  v8::Local<v8::FunctionTemplate> type) {
  auto function = type->GetFunction(realm.context()).ToLocalChecked();
  set_value(realm, target, name, function);
  return function;
}

}  // namespace pkg::runtime
