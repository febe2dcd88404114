// What kind of object a value is, by V8's own tests rather than by prototypes.

#include "runtime/core/binding.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

#define PKG_VALUE_TYPES(X)                                                                                             \
  X(External)                                                                                                          \
  X(Date) X(ArgumentsObject) X(BigIntObject) X(BooleanObject) X(NumberObject) X(StringObject) X(SymbolObject)          \
      X(NativeError) X(RegExp) X(AsyncFunction) X(GeneratorFunction) X(GeneratorObject) X(Promise) X(Map) X(Set)       \
          X(MapIterator) X(SetIterator) X(WeakMap) X(WeakSet) X(ArrayBuffer) X(DataView) X(SharedArrayBuffer) X(Proxy) \
              X(ModuleNamespaceObject) X(WasmModuleObject)

#define PKG_TYPE_TEST(type) \
  void is_##type(const Args& args) { args.GetReturnValue().Set(args[0]->Is##type()); }
PKG_VALUE_TYPES(PKG_TYPE_TEST)
#undef PKG_TYPE_TEST

void is_any_array_buffer(const Args& args) {
  args.GetReturnValue().Set(args[0]->IsArrayBuffer() || args[0]->IsSharedArrayBuffer());
}

void is_boxed_primitive(const Args& args) {
  args.GetReturnValue().Set(args[0]->IsNumberObject() || args[0]->IsStringObject() || args[0]->IsBooleanObject() ||
                            args[0]->IsBigIntObject() || args[0]->IsSymbolObject());
}

// An EventTarget-like made by an add-on or binding: an object with internal fields.
void has_internal_fields(const Args& args) {
  args.GetReturnValue().Set(args[0]->IsObject() && args[0].As<v8::Object>()->InternalFieldCount() > 0);
}

constexpr Method kMethods[] = {
#define PKG_TYPE_METHOD(type) {"is" #type, is_##type},
    PKG_VALUE_TYPES(PKG_TYPE_METHOD)
#undef PKG_TYPE_METHOD
        {"isAnyArrayBuffer", is_any_array_buffer},
    {"isBoxedPrimitive", is_boxed_primitive},
    {"hasInternalFields", has_internal_fields}};

}  // namespace

extern const Binding binding_types;
const Binding binding_types{"types", kMethods};

}  // namespace pkg::runtime
