// Node-API: objects, their properties, functions and classes.

#include "runtime/core/strings.h"
#include "runtime/napi/env.h"

using namespace pkg::runtime;
using namespace pkg::runtime::napi;

// What an add-on's function can ask of the call it is in.
struct napi_callback_info__ {
  const v8::FunctionCallbackInfo<v8::Value>& args;
  void* data;
};

namespace {

// What a function carries: never freed, as functions of an add-on live about as long as it does.
struct Callback {
  napi_env env;
  napi_callback call;
  void* data;
};

void invoke(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* callback = static_cast<Callback*>(args.Data().As<v8::External>()->Value());
  napi_callback_info__ info{args, callback->data};
  callback->env->enter([&] {
    napi_value result = callback->call(callback->env, &info);
    if (result) args.GetReturnValue().Set(from_napi(result));
  });
}

v8::Local<v8::Value> carry(napi_env env, napi_callback call, void* data) {
  return v8::External::New(env->isolate, new Callback{env, call, data});
}

v8::PropertyAttribute attributes_of(const napi_property_descriptor& property) {
  int out = v8::None;
  // Writability is nothing that accessors have.
  if (!property.getter && !property.setter && (property.attributes & napi_writable) == 0) out |= v8::ReadOnly;
  if ((property.attributes & napi_enumerable) == 0) out |= v8::DontEnum;
  if ((property.attributes & napi_configurable) == 0) out |= v8::DontDelete;
  return static_cast<v8::PropertyAttribute>(out);
}

napi_status name_of(napi_env env, const napi_property_descriptor& property, v8::Local<v8::Name>* out) {
  if (property.utf8name) {
    v8::Local<v8::String> text;
    if (!utf8(env, property.utf8name, NAPI_AUTO_LENGTH).ToLocal(&text)) return set_status(env, napi_generic_failure);
    *out = text;
    return napi_ok;
  }
  PKG_NAPI_ARG(env, property.name);
  PKG_NAPI_TYPE(env, from_napi(property.name)->IsName(), napi_name_expected);
  *out = from_napi(property.name).As<v8::Name>();
  return napi_ok;
}

// The receiver of a property function: an object, or what becomes one.
bool object_of(napi_env env, napi_value value, v8::Local<v8::Object>* out) {
  return from_napi(value)->ToObject(env->context()).ToLocal(out);
}

}  // namespace

namespace pkg::runtime::napi {

v8::MaybeLocal<v8::Function> make_function(napi_env env, napi_callback callback, void* data) {
  return v8::Function::New(env->context(), invoke, carry(env, callback, data));
}
v8::Local<v8::FunctionTemplate> make_template(napi_env env, napi_callback callback, void* data,
                                              v8::Local<v8::Signature> signature) {
  return v8::FunctionTemplate::New(env->isolate, invoke, carry(env, callback, data), signature);
}

}  // namespace pkg::runtime::napi

extern "C" {

napi_status napi_create_function(napi_env env, const char* name, size_t length, napi_callback cb, void* data,
                                 napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, result && cb);
  v8::Local<v8::Function> function;
  if (!make_function(env, cb, data).ToLocal(&function)) return guard.failed();
  if (name) {
    v8::Local<v8::String> text;
    if (!utf8(env, name, length).ToLocal(&text)) return guard.failed();
    function->SetName(text);
  }
  *result = to_napi(function);
  return ok(env);
}

napi_status napi_get_cb_info(napi_env env, napi_callback_info info, size_t* argc, napi_value* argv,
                             napi_value* this_arg, void** data) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, info);
  if (argv) {
    PKG_NAPI_ARG(env, argc);
    std::size_t given = static_cast<std::size_t>(info->args.Length());
    for (std::size_t i = 0; i < *argc; ++i) {
      argv[i] = to_napi(i < given ? info->args[static_cast<int>(i)] : v8::Undefined(env->isolate).As<v8::Value>());
    }
  }
  if (argc) *argc = static_cast<std::size_t>(info->args.Length());
  if (this_arg) *this_arg = to_napi(info->args.This());
  if (data) *data = info->data;
  return ok(env);
}
napi_status napi_get_new_target(napi_env env, napi_callback_info info, napi_value* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, info && result);
  auto target = info->args.NewTarget();
  *result = target->IsUndefined() ? nullptr : to_napi(target);
  return ok(env);
}

napi_status napi_call_function(napi_env env, napi_value receiver, napi_value function, size_t argc,
                               const napi_value* argv, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, function && (argc == 0 || argv));
  PKG_NAPI_TYPE(env, from_napi(function)->IsFunction(), napi_invalid_arg);
  v8::Local<v8::Value> self = receiver ? from_napi(receiver) : v8::Undefined(env->isolate).As<v8::Value>();
  v8::Local<v8::Value> value;
  auto* arguments = reinterpret_cast<v8::Local<v8::Value>*>(const_cast<napi_value*>(argv));
  if (!from_napi(function)
           .As<v8::Function>()
           ->Call(env->context(), self, static_cast<int>(argc), arguments)
           .ToLocal(&value)) {
    return guard.failed();
  }
  if (result) *result = to_napi(value);
  return ok(env);
}
napi_status napi_new_instance(napi_env env, napi_value constructor, size_t argc, const napi_value* argv,
                              napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, constructor && result && (argc == 0 || argv));
  PKG_NAPI_TYPE(env, from_napi(constructor)->IsFunction(), napi_function_expected);
  v8::Local<v8::Object> object;
  auto* arguments = reinterpret_cast<v8::Local<v8::Value>*>(const_cast<napi_value*>(argv));
  if (!from_napi(constructor)
           .As<v8::Function>()
           ->NewInstance(env->context(), static_cast<int>(argc), arguments)
           .ToLocal(&object)) {
    return guard.failed(napi_pending_exception);
  }
  *result = to_napi(object);
  return ok(env);
}
napi_status napi_instanceof(napi_env env, napi_value object, napi_value constructor, bool* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && constructor && result);
  *result = false;
  if (!from_napi(constructor)->IsFunction()) {
    napi_throw_type_error(env, "ERR_NAPI_CONS_FUNCTION", "Constructor must be a function");
    return set_status(env, napi_function_expected);
  }
  auto answer = from_napi(object)->InstanceOf(env->context(), from_napi(constructor).As<v8::Object>());
  if (!answer.To(result)) return guard.failed();
  return ok(env);
}

napi_status napi_define_properties(napi_env env, napi_value object, size_t count,
                                   const napi_property_descriptor* properties) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && (count == 0 || properties));
  PKG_NAPI_TYPE(env, from_napi(object)->IsObject(), napi_object_expected);
  auto target = from_napi(object).As<v8::Object>();
  for (std::size_t i = 0; i < count; ++i) {
    const napi_property_descriptor& property = properties[i];
    v8::Local<v8::Name> name;
    if (napi_status status = name_of(env, property, &name); status != napi_ok) return status;
    bool enumerable = (property.attributes & napi_enumerable) != 0,
         configurable = (property.attributes & napi_configurable) != 0;
    bool defined = false;
    if (property.getter || property.setter) {
      v8::Local<v8::Value> get = v8::Undefined(env->isolate), set = v8::Undefined(env->isolate);
      v8::Local<v8::Function> function;
      if (property.getter) {
        if (!make_function(env, property.getter, property.data).ToLocal(&function)) return guard.failed();
        get = function;
      }
      if (property.setter) {
        if (!make_function(env, property.setter, property.data).ToLocal(&function)) return guard.failed();
        set = function;
      }
      v8::PropertyDescriptor descriptor(get, set);
      descriptor.set_enumerable(enumerable);
      descriptor.set_configurable(configurable);
      if (!target->DefineProperty(env->context(), name, descriptor).To(&defined) || !defined)
        return guard.failed(napi_invalid_arg);
      continue;
    }
    v8::Local<v8::Value> value;
    if (property.method) {
      v8::Local<v8::Function> function;
      if (!make_function(env, property.method, property.data).ToLocal(&function)) return guard.failed();
      if (name->IsString()) function->SetName(name.As<v8::String>());
      value = function;
    } else {
      PKG_NAPI_ARG(env, property.value);
      value = from_napi(property.value);
    }
    v8::PropertyDescriptor descriptor(value, (property.attributes & napi_writable) != 0);
    descriptor.set_enumerable(enumerable);
    descriptor.set_configurable(configurable);
    if (!target->DefineProperty(env->context(), name, descriptor).To(&defined) || !defined)
      return guard.failed(napi_invalid_arg);
  }
  return ok(env);
}

napi_status napi_define_class(napi_env env, const char* name, size_t length, napi_callback constructor, void* data,
                              size_t count, const napi_property_descriptor* properties, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, result && constructor && (count == 0 || properties));
  v8::EscapableHandleScope scope(env->isolate);
  v8::Local<v8::FunctionTemplate> type = make_template(env, constructor, data);
  v8::Local<v8::String> class_name;
  if (!utf8(env, name, length).ToLocal(&class_name)) return guard.failed();
  type->SetClassName(class_name);
  v8::Local<v8::Signature> signature = v8::Signature::New(env->isolate, type);
  std::vector<napi_property_descriptor> statics;
  for (std::size_t i = 0; i < count; ++i) {
    const napi_property_descriptor& property = properties[i];
    if ((property.attributes & napi_static) != 0) {
      statics.push_back(property);
      continue;
    }
    v8::Local<v8::Name> key;
    if (napi_status status = name_of(env, property, &key); status != napi_ok) return status;
    v8::PropertyAttribute attributes = attributes_of(property);
    if (property.getter || property.setter) {
      v8::Local<v8::FunctionTemplate> get, set;
      if (property.getter) get = make_template(env, property.getter, property.data, signature);
      if (property.setter) set = make_template(env, property.setter, property.data, signature);
      type->PrototypeTemplate()->SetAccessorProperty(key, get, set, attributes);
    } else if (property.method) {
      type->PrototypeTemplate()->Set(key, make_template(env, property.method, property.data, signature), attributes);
    } else {
      PKG_NAPI_ARG(env, property.value);
      auto value = from_napi(property.value);
      if (value->IsObject()) {
        // Templates hold no objects of a context: they go on the prototype that the function has.
        statics.push_back(property);
        statics.back().attributes = static_cast<napi_property_attributes>(statics.back().attributes & ~napi_static);
        continue;
      }
      type->PrototypeTemplate()->Set(key, value, attributes);
    }
  }
  v8::Local<v8::Function> function;
  if (!type->GetFunction(env->context()).ToLocal(&function)) return guard.failed();
  v8::Local<v8::Value> prototype;
  if (!function->Get(env->context(), intern(env->isolate, "prototype")).ToLocal(&prototype)) return guard.failed();
  for (const napi_property_descriptor& property : statics) {
    bool own = (property.attributes & napi_static) != 0;
    napi_status status = napi_define_properties(env, to_napi(own ? function.As<v8::Value>() : prototype), 1, &property);
    if (status != napi_ok) return status;
  }
  *result = to_napi(scope.Escape(function));
  return ok(env);
}

napi_status napi_set_property(napi_env env, napi_value object, napi_value key, napi_value value) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && key && value);
  v8::Local<v8::Object> target;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->Set(env->context(), from_napi(key), from_napi(value)).FromMaybe(false))
    return guard.failed(napi_invalid_arg);
  return ok(env);
}
napi_status napi_has_property(napi_env env, napi_value object, napi_value key, bool* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && key && result);
  v8::Local<v8::Object> target;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->Has(env->context(), from_napi(key)).To(result)) return guard.failed();
  return ok(env);
}
napi_status napi_get_property(napi_env env, napi_value object, napi_value key, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && key && result);
  v8::Local<v8::Object> target;
  v8::Local<v8::Value> value;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->Get(env->context(), from_napi(key)).ToLocal(&value)) return guard.failed();
  *result = to_napi(value);
  return ok(env);
}
napi_status napi_delete_property(napi_env env, napi_value object, napi_value key, bool* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && key);
  v8::Local<v8::Object> target;
  bool deleted = false;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->Delete(env->context(), from_napi(key)).To(&deleted)) return guard.failed();
  if (result) *result = deleted;
  return ok(env);
}
napi_status napi_has_own_property(napi_env env, napi_value object, napi_value key, bool* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && key && result);
  v8::Local<v8::Object> target;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  PKG_NAPI_TYPE(env, from_napi(key)->IsName(), napi_name_expected);
  if (!target->HasOwnProperty(env->context(), from_napi(key).As<v8::Name>()).To(result)) return guard.failed();
  return ok(env);
}

napi_status napi_set_named_property(napi_env env, napi_value object, const char* name, napi_value value) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && name && value);
  v8::Local<v8::Object> target;
  v8::Local<v8::String> key;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!utf8(env, name, NAPI_AUTO_LENGTH).ToLocal(&key) ||
      !target->Set(env->context(), key, from_napi(value)).FromMaybe(false)) {
    return guard.failed(napi_invalid_arg);
  }
  return ok(env);
}
napi_status napi_has_named_property(napi_env env, napi_value object, const char* name, bool* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && name && result);
  v8::Local<v8::Object> target;
  v8::Local<v8::String> key;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!utf8(env, name, NAPI_AUTO_LENGTH).ToLocal(&key) || !target->Has(env->context(), key).To(result))
    return guard.failed();
  return ok(env);
}
napi_status napi_get_named_property(napi_env env, napi_value object, const char* name, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && name && result);
  v8::Local<v8::Object> target;
  v8::Local<v8::String> key;
  v8::Local<v8::Value> value;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!utf8(env, name, NAPI_AUTO_LENGTH).ToLocal(&key) || !target->Get(env->context(), key).ToLocal(&value)) {
    return guard.failed();
  }
  *result = to_napi(value);
  return ok(env);
}

napi_status napi_set_element(napi_env env, napi_value object, uint32_t index, napi_value value) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && value);
  v8::Local<v8::Object> target;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->Set(env->context(), index, from_napi(value)).FromMaybe(false)) return guard.failed(napi_invalid_arg);
  return ok(env);
}
napi_status napi_has_element(napi_env env, napi_value object, uint32_t index, bool* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && result);
  v8::Local<v8::Object> target;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->Has(env->context(), index).To(result)) return guard.failed();
  return ok(env);
}
napi_status napi_get_element(napi_env env, napi_value object, uint32_t index, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && result);
  v8::Local<v8::Object> target;
  v8::Local<v8::Value> value;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->Get(env->context(), index).ToLocal(&value)) return guard.failed();
  *result = to_napi(value);
  return ok(env);
}
napi_status napi_delete_element(napi_env env, napi_value object, uint32_t index, bool* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object);
  v8::Local<v8::Object> target;
  bool deleted = false;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->Delete(env->context(), index).To(&deleted)) return guard.failed();
  if (result) *result = deleted;
  return ok(env);
}

napi_status napi_is_array(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  *result = from_napi(value)->IsArray();
  return ok(env);
}
napi_status napi_get_array_length(napi_env env, napi_value value, uint32_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  PKG_NAPI_TYPE(env, from_napi(value)->IsArray(), napi_array_expected);
  *result = from_napi(value).As<v8::Array>()->Length();
  return ok(env);
}
napi_status napi_get_prototype(napi_env env, napi_value object, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && result);
  v8::Local<v8::Object> target;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  *result = to_napi(target->GetPrototypeV2());
  return ok(env);
}

napi_status napi_get_all_property_names(napi_env env, napi_value object, napi_key_collection_mode mode,
                                        napi_key_filter filter, napi_key_conversion conversion, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object && result);
  v8::Local<v8::Object> target;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  int wanted = v8::ALL_PROPERTIES;
  if ((filter & napi_key_writable) != 0) wanted |= v8::ONLY_WRITABLE;
  if ((filter & napi_key_enumerable) != 0) wanted |= v8::ONLY_ENUMERABLE;
  if ((filter & napi_key_configurable) != 0) wanted |= v8::ONLY_CONFIGURABLE;
  if ((filter & napi_key_skip_strings) != 0) wanted |= v8::SKIP_STRINGS;
  if ((filter & napi_key_skip_symbols) != 0) wanted |= v8::SKIP_SYMBOLS;
  v8::Local<v8::Array> names;
  if (!target
           ->GetPropertyNames(
               env->context(),
               mode == napi_key_own_only ? v8::KeyCollectionMode::kOwnOnly : v8::KeyCollectionMode::kIncludePrototypes,
               static_cast<v8::PropertyFilter>(wanted), v8::IndexFilter::kIncludeIndices,
               conversion == napi_key_numbers_to_strings ? v8::KeyConversionMode::kConvertToString
                                                         : v8::KeyConversionMode::kKeepNumbers)
           .ToLocal(&names)) {
    return guard.failed();
  }
  *result = to_napi(names);
  return ok(env);
}
napi_status napi_get_property_names(napi_env env, napi_value object, napi_value* result) {
  return napi_get_all_property_names(env, object, napi_key_include_prototypes,
                                     static_cast<napi_key_filter>(napi_key_enumerable | napi_key_skip_symbols),
                                     napi_key_numbers_to_strings, result);
}

napi_status napi_object_freeze(napi_env env, napi_value object) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object);
  v8::Local<v8::Object> target;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->SetIntegrityLevel(env->context(), v8::IntegrityLevel::kFrozen).FromMaybe(false)) return guard.failed();
  return ok(env);
}
napi_status napi_object_seal(napi_env env, napi_value object) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object);
  v8::Local<v8::Object> target;
  if (!object_of(env, object, &target)) return guard.failed(napi_object_expected);
  if (!target->SetIntegrityLevel(env->context(), v8::IntegrityLevel::kSealed).FromMaybe(false)) return guard.failed();
  return ok(env);
}

}  // extern "C"
