#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <v8.h>

#include "runtime/core/realm.h"

namespace pkg::runtime {

// One function that JavaScript can call.
struct Method {
  const char* name;
  v8::FunctionCallback call;
};

// The C++ half of a builtin, reached as internalBinding(name). `methods` become
// functions of the binding's object; `init` (may be null) adds constants and
// classes. `callbacks` names every other function that init hands to V8 (class
// constructors, prototype methods, accessors): the snapshot needs the address
// of each, and aborts when it is built if one is missing.
struct Binding {
  const char* name;
  std::span<const Method> methods;
  void (*init)(Realm& realm, v8::Local<v8::Object> target) = nullptr;
  std::span<const Method> callbacks = {};
};

// Defined once in each runtime/bindings/<id>.cc as `const Binding binding_<id>`;
// bindings/list.h lists the ids.
const Binding* find_binding(std::string_view name);

// Addresses of all callbacks of all bindings, null-terminated, in a fixed order.
// The snapshot builder and the runtime must be of the same build.
const std::intptr_t* external_references();

// Adds one function to `target` (own, writable, enumerable).
void set_method(Realm& realm, v8::Local<v8::Object> target, const char* name, v8::FunctionCallback call);
void set_methods(Realm& realm, v8::Local<v8::Object> target, std::span<const Method> methods);

// Adds a constant; numbers that fit become small integers.
void set_constant(Realm& realm, v8::Local<v8::Object> target, const char* name, double value);
void set_value(Realm& realm, v8::Local<v8::Object> target, const char* name, v8::Local<v8::Value> value);

// A class of wrapped C++ objects: its instances have `fields` internal fields,
// of which the first holds the ObjectWrap (see object_wrap.h). `prototype`'s
// functions go on the prototype. Every callback must be in Binding::callbacks.
v8::Local<v8::FunctionTemplate> make_class(Realm& realm, const char* name, v8::FunctionCallback construct,
                                           std::span<const Method> prototype, int fields = 1,
                                           v8::Local<v8::FunctionTemplate> parent = {});
// Instantiates the class and puts its constructor on `target`; returns it.
v8::Local<v8::Function> set_class(Realm& realm, v8::Local<v8::Object> target, const char* name,
                                  v8::Local<v8::FunctionTemplate> type);

}  // namespace pkg::runtime
