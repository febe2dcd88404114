#include "runtime/modules/contextify.h"

#include <cstring>

#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

constexpr int kWrapperSlot = 40;  // of the context's embedder data; low ones are V8's and the debugger's
constexpr int kWasmSlot = 41;
constexpr int kImportIdSlot = 42;

v8::Local<v8::Private> wrapper_key(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, intern(isolate, "pkg:contextified"));
}

// The context whose global object an interceptor was called for. Null while it
// is being set up, and then V8 goes on without us.
template <typename T>
ContextifyContext* context_of(const v8::PropertyCallbackInfo<T>& info) {
  v8::Local<v8::Context> context;
  if (!info.Holder()->GetCreationContext(info.GetIsolate()).ToLocal(&context)) return nullptr;
  if (context->GetNumberOfEmbedderDataFields() <= static_cast<std::uint32_t>(kWasmSlot)) return nullptr;
  v8::Local<v8::Value> wrapper = context->GetEmbedderData(kWrapperSlot);
  if (wrapper.IsEmpty() || !wrapper->IsObject()) return nullptr;
  return ObjectWrap::unwrap<ContextifyContext>(wrapper);
}

bool has(v8::Local<v8::Context> context, v8::Local<v8::Object> object, const char* key) {
  return object->HasOwnProperty(context, intern(v8::Isolate::GetCurrent(), key)).FromMaybe(false);
}

v8::Intercepted get_property(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  ContextifyContext* self = context_of(info);
  if (!self) return v8::Intercepted::kNo;
  v8::Local<v8::Context> context = self->context();
  v8::Local<v8::Object> sandbox = self->sandbox();
  v8::MaybeLocal<v8::Value> found = sandbox->GetRealNamedProperty(context, name);
  if (found.IsEmpty()) found = context->Global()->GetRealNamedProperty(context, name);
  v8::Local<v8::Value> value;
  if (!found.ToLocal(&value)) return v8::Intercepted::kNo;
  // The sandbox inside is the global object.
  if (value == sandbox) value = context->Global();
  info.GetReturnValue().Set(value);
  return v8::Intercepted::kYes;
}

v8::Intercepted set_property(v8::Local<v8::Name> name, v8::Local<v8::Value> value,
                             const v8::PropertyCallbackInfo<void>& info) {
  ContextifyContext* self = context_of(info);
  if (!self) return v8::Intercepted::kNo;
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = self->context();
  v8::Local<v8::Object> sandbox = self->sandbox();
  v8::PropertyAttribute on_global = v8::None, on_sandbox = v8::None;
  bool in_global = context->Global()->GetRealNamedPropertyAttributes(context, name).To(&on_global);
  bool in_sandbox = sandbox->GetRealNamedPropertyAttributes(context, name).To(&on_sandbox);
  bool read_only = (on_global & v8::ReadOnly) || (on_sandbox & v8::ReadOnly);
  if (read_only) return v8::Intercepted::kNo;

  // `x = 1` without a declaration is an error in strict code, which is V8's to throw.
  bool is_contextual = info.This() != context->Global();
  if (!in_global && !in_sandbox && info.ShouldThrowOnError() && is_contextual && !value->IsFunction()) {
    return v8::Intercepted::kNo;
  }
  if (!in_global && name->IsSymbol()) {
    std::ignore = sandbox->Set(context, name, value);
    return v8::Intercepted::kNo;
  }
  v8::Local<v8::Value> descriptor;
  if (in_sandbox && sandbox->GetOwnPropertyDescriptor(context, name).ToLocal(&descriptor) && descriptor->IsObject()) {
    auto object = descriptor.As<v8::Object>();
    v8::Local<v8::Value> setter;
    if (has(context, object, "set") && object->Get(context, intern(isolate, "set")).ToLocal(&setter)) {
      if (setter->IsFunction()) {
        if (setter.As<v8::Function>()->Call(context, sandbox, 1, &value).IsEmpty()) return v8::Intercepted::kYes;
      }
      return v8::Intercepted::kYes;
    }
  }
  std::ignore = sandbox->Set(context, name, value);
  return v8::Intercepted::kNo;
}

v8::Intercepted query_property(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  ContextifyContext* self = context_of(info);
  if (!self) return v8::Intercepted::kNo;
  v8::Local<v8::Context> context = self->context();
  // Own properties alone: what a sandbox inherits can be read but is not there to `in`, and a proxy has none of these.
  for (v8::Local<v8::Object> object : {self->sandbox(), context->Global()}) {
    v8::PropertyAttribute attributes;
    if (!object->HasRealNamedProperty(context, name).FromMaybe(false)) continue;
    if (!object->GetRealNamedPropertyAttributes(context, name).To(&attributes)) continue;
    info.GetReturnValue().Set(static_cast<std::int32_t>(attributes));
    return v8::Intercepted::kYes;
  }
  return v8::Intercepted::kNo;
}

v8::Intercepted describe_property(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  ContextifyContext* self = context_of(info);
  if (!self) return v8::Intercepted::kNo;
  v8::Local<v8::Context> context = self->context();
  v8::Local<v8::Value> descriptor;
  if (self->sandbox()->HasOwnProperty(context, name).FromMaybe(false) &&
      self->sandbox()->GetOwnPropertyDescriptor(context, name).ToLocal(&descriptor)) {
    info.GetReturnValue().Set(descriptor);
    return v8::Intercepted::kYes;
  }
  return v8::Intercepted::kNo;
}

v8::Intercepted define_property(v8::Local<v8::Name> name, const v8::PropertyDescriptor& given,
                                const v8::PropertyCallbackInfo<void>& info) {
  ContextifyContext* self = context_of(info);
  if (!self) return v8::Intercepted::kNo;
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = self->context();
  v8::Local<v8::Object> sandbox = self->sandbox();
  v8::PropertyAttribute attributes = v8::None;
  bool in_global = context->Global()->GetRealNamedPropertyAttributes(context, name).To(&attributes);
  if (in_global && (attributes & v8::ReadOnly) && (attributes & v8::DontDelete)) return v8::Intercepted::kNo;

  auto define = [&](v8::PropertyDescriptor& descriptor) {
    if (given.has_enumerable()) descriptor.set_enumerable(given.enumerable());
    if (given.has_configurable()) descriptor.set_configurable(given.configurable());
    std::ignore = sandbox->DefineProperty(context, name, descriptor);
  };
  if (given.has_get() || given.has_set()) {
    v8::PropertyDescriptor descriptor(given.has_get() ? given.get() : v8::Undefined(isolate).As<v8::Value>(),
                                      given.has_set() ? given.set() : v8::Undefined(isolate).As<v8::Value>());
    define(descriptor);
  } else {
    v8::Local<v8::Value> value = given.has_value() ? given.value() : v8::Undefined(isolate).As<v8::Value>();
    if (given.has_writable()) {
      v8::PropertyDescriptor descriptor(value, given.writable());
      define(descriptor);
    } else {
      v8::PropertyDescriptor descriptor(value);
      define(descriptor);
    }
  }
  return v8::Intercepted::kNo;
}

v8::Intercepted delete_property(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  ContextifyContext* self = context_of(info);
  if (!self) return v8::Intercepted::kNo;
  if (self->sandbox()->Delete(self->context(), name).FromMaybe(false)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(false);
  return v8::Intercepted::kYes;
}

void list_properties(const v8::PropertyCallbackInfo<v8::Array>& info) {
  ContextifyContext* self = context_of(info);
  if (!self) return;
  v8::Local<v8::Array> names;
  if (self->sandbox()
          ->GetPropertyNames(self->context(), v8::KeyCollectionMode::kOwnOnly, v8::ALL_PROPERTIES,
                             v8::IndexFilter::kSkipIndices)
          .ToLocal(&names)) {
    info.GetReturnValue().Set(names);
  }
}

void list_indices(const v8::PropertyCallbackInfo<v8::Array>& info) {
  ContextifyContext* self = context_of(info);
  if (!self) return;
  v8::Local<v8::Array> names;
  v8::Local<v8::Context> context = self->context();
  if (!self->sandbox()
           ->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, v8::SKIP_SYMBOLS,
                              v8::IndexFilter::kIncludeIndices, v8::KeyConversionMode::kKeepNumbers)
           .ToLocal(&names)) {
    return;
  }
  std::vector<v8::Local<v8::Value>> indices;
  for (std::uint32_t i = 0; i < names->Length(); ++i) {
    v8::Local<v8::Value> name;
    if (!names->Get(context, i).ToLocal(&name)) return;
    if (name->IsUint32()) indices.push_back(name);
  }
  info.GetReturnValue().Set(v8::Array::New(info.GetIsolate(), indices.data(), indices.size()));
}

v8::Local<v8::Name> index_name(std::uint32_t index) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  return text(isolate, std::to_string(index));
}
v8::Intercepted get_index(std::uint32_t index, const v8::PropertyCallbackInfo<v8::Value>& info) {
  return get_property(index_name(index), info);
}
v8::Intercepted set_index(std::uint32_t index, v8::Local<v8::Value> value, const v8::PropertyCallbackInfo<void>& info) {
  return set_property(index_name(index), value, info);
}
v8::Intercepted describe_index(std::uint32_t index, const v8::PropertyCallbackInfo<v8::Value>& info) {
  return describe_property(index_name(index), info);
}
v8::Intercepted define_index(std::uint32_t index, const v8::PropertyDescriptor& given,
                             const v8::PropertyCallbackInfo<void>& info) {
  return define_property(index_name(index), given, info);
}
v8::Intercepted delete_index(std::uint32_t index, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  ContextifyContext* self = context_of(info);
  if (!self) return v8::Intercepted::kNo;
  if (self->sandbox()->Delete(self->context(), index).FromMaybe(false)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(false);
  return v8::Intercepted::kYes;
}

v8::Local<v8::ObjectTemplate> global_template(v8::Isolate* isolate) {
  auto type = v8::FunctionTemplate::New(isolate);
  type->SetClassName(intern(isolate, "Object"));
  auto global = type->InstanceTemplate();
  global->SetHandler(v8::NamedPropertyHandlerConfiguration(get_property, set_property, query_property, delete_property,
                                                           list_properties, define_property, describe_property, {},
                                                           v8::PropertyHandlerFlags::kHasNoSideEffect));
  global->SetHandler(v8::IndexedPropertyHandlerConfiguration(get_index, set_index, nullptr, delete_index, list_indices,
                                                             define_index, describe_index, {},
                                                             v8::PropertyHandlerFlags::kHasNoSideEffect));
  return global;
}

bool allows_wasm(v8::Local<v8::Context> context, v8::Local<v8::String>) {
  if (context->GetNumberOfEmbedderDataFields() <= static_cast<std::uint32_t>(kWasmSlot)) return true;
  v8::Local<v8::Value> allowed = context->GetEmbedderData(kWasmSlot);
  return allowed.IsEmpty() || !allowed->IsFalse();
}

}  // namespace

ContextifyContext* ContextifyContext::make(Realm& realm, v8::Local<v8::Object> sandbox, const Options& options) {
  v8::Isolate* isolate = realm.isolate();
  v8::EscapableHandleScope scope(isolate);
  std::unique_ptr<v8::MicrotaskQueue> microtasks;
  if (options.own_microtasks) microtasks = v8::MicrotaskQueue::New(isolate, v8::MicrotasksPolicy::kExplicit);
  v8::Local<v8::ObjectTemplate> global;
  if (!sandbox.IsEmpty()) global = global_template(isolate);
  v8::Local<v8::Context> context = v8::Context::New(isolate, nullptr, global, {}, {}, microtasks.get());
  if (context.IsEmpty()) return nullptr;
  // Objects go freely between our contexts.
  context->SetSecurityToken(realm.context()->GetSecurityToken());
  context->AllowCodeGenerationFromStrings(options.allow_strings);
  context->SetErrorMessageForCodeGenerationFromStrings(
      text(isolate, "Code generation from strings disallowed for this context"));

  auto wrapper_template = v8::ObjectTemplate::New(isolate);
  wrapper_template->SetInternalFieldCount(kFieldCount);
  v8::Local<v8::Object> wrapper;
  if (!wrapper_template->NewInstance(realm.context()).ToLocal(&wrapper)) return nullptr;
  auto* self = new ContextifyContext(realm, wrapper);
  self->microtasks_ = std::move(microtasks);
  self->context_.Reset(isolate, context);
  self->context_.SetWeak();
  v8::Local<v8::Object> global_proxy = context->Global();
  if (sandbox.IsEmpty()) sandbox = global_proxy;
  wrapper->SetInternalField(kGlobal, global_proxy);
  wrapper->SetInternalField(kSandbox, sandbox);
  context->SetEmbedderData(kWasmSlot, v8::Boolean::New(isolate, options.allow_wasm));
  context->SetEmbedderData(kImportIdSlot, options.id.IsEmpty() ? v8::Undefined(isolate).As<v8::Value>() : options.id);
  context->SetEmbedderData(kWrapperSlot, wrapper);
  isolate->SetAllowWasmCodeGenerationCallback(allows_wasm);
  if (sandbox->SetPrivate(realm.context(), wrapper_key(isolate), wrapper).IsNothing()) return nullptr;
  return self;
}

v8::MaybeLocal<v8::Value> ContextifyContext::import_id(v8::Local<v8::Context> context) {
  if (context->GetNumberOfEmbedderDataFields() <= static_cast<std::uint32_t>(kImportIdSlot)) return {};
  return context->GetEmbedderData(kImportIdSlot);
}

ContextifyContext* ContextifyContext::of(Realm& realm, v8::Local<v8::Object> sandbox) {
  v8::Local<v8::Value> wrapper;
  if (!sandbox->GetPrivate(realm.context(), wrapper_key(realm.isolate())).ToLocal(&wrapper) || !wrapper->IsObject()) {
    return nullptr;
  }
  return ObjectWrap::unwrap<ContextifyContext>(wrapper);
}

v8::Local<v8::Value> to_bytes(Realm& realm, const v8::ScriptCompiler::CachedData* data) {
  v8::Isolate* isolate = realm.isolate();
  std::size_t length = data ? static_cast<std::size_t>(data->length) : 0;
  auto buffer = v8::ArrayBuffer::New(isolate, length);
  if (length > 0) std::memcpy(buffer->Data(), data->data, length);
  auto bytes = v8::Uint8Array::New(buffer, 0, length);
  if (realm.has(Slot::kBufferPrototype)) {
    std::ignore = bytes->SetPrototypeV2(realm.context(), realm.get(Slot::kBufferPrototype));
  }
  return bytes;
}

}  // namespace pkg::runtime
