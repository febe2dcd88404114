#include "runtime/modules/module_wrap.h"

#include "runtime/core/strings.h"
#include "runtime/modules/contextify.h"
#include "runtime/modules/module_state.h"

namespace pkg::runtime {

namespace {

std::string request_key(v8::Isolate* isolate, v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                        v8::Local<v8::FixedArray> attributes, v8::ModuleImportPhase phase) {
  std::string key = to_utf8(isolate, specifier);
  if (phase == v8::ModuleImportPhase::kSource) key += "\nsource";
  for (int i = 0; i + 2 < attributes->Length(); i += 3) {
    key += '\0';
    key += to_utf8(isolate, attributes->Get(context, i).As<v8::Value>());
    key += '\0';
    key += to_utf8(isolate, attributes->Get(context, i + 1).As<v8::Value>());
  }
  return key;
}

// The id for an import() that no script or module contains (in an indirect eval() that a promise calls): that of
// the vm context, null in the main one.
v8::Local<v8::Value> id_without_referrer(v8::Isolate* isolate, v8::Local<v8::Context> context) {
  v8::Local<v8::Value> id;
  if (ContextifyContext::import_id(context).ToLocal(&id)) return id;
  return v8::Null(isolate);
}

// import() and import.source(): asks the loader that the referrer's id names.
v8::MaybeLocal<v8::Promise> import_in_phase(v8::Local<v8::Context> context, v8::Local<v8::Data> host_options,
                                            v8::Local<v8::Value> resource_name, v8::Local<v8::String> specifier,
                                            v8::ModuleImportPhase phase, v8::Local<v8::FixedArray> import_attributes) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  Realm* realm = Realm::from(isolate);
  if (!realm || !realm->has(Slot::kImportModuleDynamically)) {
    isolate->ThrowException(v8::Exception::Error(text(isolate, "import() is not available here")));
    return {};
  }
  v8::EscapableHandleScope scope(isolate);
  v8::Local<v8::Value> id = v8::Undefined(isolate);
  auto options = host_options.As<v8::FixedArray>();
  if (options->Length() > 0) {
    id = options->Get(context, 0).As<v8::Value>();
  } else if (!resource_name->IsString() || to_utf8(isolate, resource_name).starts_with("node:internal/")) {
    // The frame below may be a builtin that runs promise jobs.
    id = id_without_referrer(isolate, context);
  }
  auto attributes = v8::Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
  for (int i = 0; i + 1 < import_attributes->Length(); i += 2) {
    auto name = import_attributes->Get(context, i).As<v8::Name>();
    auto value = import_attributes->Get(context, i + 1).As<v8::Value>();
    if (attributes->CreateDataProperty(realm->context(), name, value).IsNothing()) return {};
  }
  v8::Local<v8::Value> args[] = {id, specifier, attributes, resource_name,
                                 v8::Boolean::New(isolate, phase == v8::ModuleImportPhase::kSource)};
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::Value> result;
  if (realm->function(Slot::kImportModuleDynamically)
          ->Call(realm->context(), v8::Undefined(isolate), static_cast<int>(std::size(args)), args)
          .ToLocal(&result)) {
    // The promise is of the context that imports.
    if (result->IsPromise() && context == realm->context()) return scope.Escape(result.As<v8::Promise>());
    std::ignore = resolver->Resolve(context, result);
  } else {
    if (try_catch.HasTerminated()) {
      try_catch.ReThrow();
      return {};
    }
    std::ignore = resolver->Reject(context, try_catch.Exception());
  }
  return scope.Escape(resolver->GetPromise());
}

v8::MaybeLocal<v8::Promise> import_dynamically(v8::Local<v8::Context> context, v8::Local<v8::Data> host_options,
                                               v8::Local<v8::Value> resource_name, v8::Local<v8::String> specifier,
                                               v8::Local<v8::FixedArray> import_attributes) {
  return import_in_phase(context, host_options, resource_name, specifier, v8::ModuleImportPhase::kEvaluation,
                         import_attributes);
}

void initialize_import_meta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  Realm* realm = Realm::from(isolate);
  if (!realm || !realm->has(Slot::kInitializeImportMeta)) return;
  v8::HandleScope scope(isolate);
  ModuleWrap* wrap = ModuleWrap::of(*realm, module);
  if (!wrap) return;
  v8::Local<v8::Value> args[] = {wrap->object()->GetInternalField(ModuleWrap::kId).As<v8::Value>(), meta,
                                 wrap->object()};
  // V8 offers no way to fail here; what is thrown is left for the code that touched import.meta.
  std::ignore = realm->function(Slot::kInitializeImportMeta)->Call(realm->context(), v8::Undefined(isolate), 3, args);
}

}  // namespace

void install_module_callbacks(Realm& realm) {
  realm.isolate()->SetHostImportModuleDynamicallyCallback(import_dynamically);
  realm.isolate()->SetHostImportModuleWithPhaseDynamicallyCallback(import_in_phase);
  realm.isolate()->SetHostInitializeImportMetaObjectCallback(initialize_import_meta);
}

ModuleWrap::ModuleWrap(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::Context> context,
                       v8::Local<v8::Module> module)
    : ObjectWrap(realm, object),
      module_(realm.isolate(), module),
      context_(realm.isolate(), context),
      hash_(module->GetIdentityHash()) {
  ModuleState::of(realm).wraps.emplace(hash_, this);
  if (!module->IsSourceTextModule()) return;
  auto requests = module->GetModuleRequests();
  for (int i = 0; i < requests->Length(); ++i) {
    auto request = requests->Get(context, i).As<v8::ModuleRequest>();
    requests_.emplace(
        request_key(isolate(), context, request->GetSpecifier(), request->GetImportAttributes(), request->GetPhase()),
        i);
  }
}

ModuleWrap::~ModuleWrap() {
  auto& wraps = ModuleState::of(realm()).wraps;
  auto [first, last] = wraps.equal_range(hash_);
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second != this) continue;
    wraps.erase(entry);
    break;
  }
}

ModuleWrap* ModuleWrap::of(Realm& realm, v8::Local<v8::Module> module) {
  auto [first, last] = ModuleState::of(realm).wraps.equal_range(module->GetIdentityHash());
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second->module_ == module) return entry->second;
  }
  return nullptr;
}

ModuleWrap* ModuleWrap::linked(v8::Local<v8::String> specifier, v8::Local<v8::FixedArray> attributes,
                               v8::ModuleImportPhase phase) {
  v8::Local<v8::Context> context = this->context();
  auto found = requests_.find(request_key(isolate(), context, specifier, attributes, phase));
  if (found == requests_.end()) return nullptr;
  auto list = object()->GetInternalField(kLinked).As<v8::Value>();
  v8::Local<v8::Value> wrap;
  if (!list->IsArray() ||
      !list.As<v8::Array>()->Get(context, static_cast<std::uint32_t>(found->second)).ToLocal(&wrap)) {
    return nullptr;
  }
  return ObjectWrap::unwrap<ModuleWrap>(wrap);
}

}  // namespace pkg::runtime
