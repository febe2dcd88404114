// ModuleWrap: ES modules, from source or synthetic, for internal/modules/esm and vm.

#include "runtime/modules/module_wrap.h"

#include "runtime/core/binding.h"
#include "runtime/core/exceptions.h"
#include "runtime/core/strings.h"
#include "runtime/modules/compile.h"
#include "runtime/modules/contextify.h"
#include "runtime/modules/module_state.h"

namespace pkg::runtime {

namespace {

ModuleWrap* self(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* wrap = ObjectWrap::self<ModuleWrap>(args);
  if (!wrap) args.GetIsolate()->ThrowException(v8::Exception::TypeError(text(args.GetIsolate(), "Illegal invocation")));
  return wrap;
}

// Evaluation of a synthetic module: its callback sets the exports.
v8::MaybeLocal<v8::Value> evaluate_synthetic(v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  Realm& realm = *Realm::from(isolate);
  ModuleWrap* wrap = ModuleWrap::of(realm, module);
  if (!wrap) {
    isolate->ThrowException(v8::Exception::Error(text(isolate, "The module was disposed of before its evaluation")));
    return {};
  }
  auto callback = wrap->object()->GetInternalField(ModuleWrap::kEvaluate).As<v8::Value>();
  v8::Local<v8::Value> argument = wrap->object();
  if (callback->IsFunction() && callback.As<v8::Function>()->Call(realm.context(), argument, 1, &argument).IsEmpty()) {
    return {};
  }
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  if (resolver->Resolve(context, v8::Undefined(isolate)).IsNothing()) return {};
  return resolver->GetPromise();
}

// new ModuleWrap(url, id, context, source, lineOffset, columnOffset, cachedData)
// new ModuleWrap(url, id, context, exportNames, evaluate)
// `id` is a symbol for the host-defined options, `context` an object of vm.createContext() or undefined.
void construct(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Realm& realm = Realm::from(args);
  if (!args.IsConstructCall()) {
    isolate->ThrowException(v8::Exception::TypeError(text(isolate, "ModuleWrap is a constructor")));
    return;
  }
  v8::Local<v8::String> url;
  if (!args[0]->ToString(realm.context()).ToLocal(&url)) return;
  v8::Local<v8::Context> context = realm.context();
  if (args[2]->IsObject()) {
    ContextifyContext* vm_context = ContextifyContext::of(realm, args[2].As<v8::Object>());
    if (vm_context) context = vm_context->context();
  }
  v8::Local<v8::Object> object = args.This();
  v8::Local<v8::Module> module;
  v8::Context::Scope context_scope(context);
  v8::Local<v8::Value> callback = v8::Undefined(isolate);
  if (args[3]->IsArray()) {
    auto names = args[3].As<v8::Array>();
    std::vector<v8::Local<v8::String>> exports;
    for (std::uint32_t i = 0; i < names->Length(); ++i) {
      v8::Local<v8::Value> name;
      if (!names->Get(context, i).ToLocal(&name) || !name->IsString()) return;
      exports.push_back(name.As<v8::String>());
    }
    module = v8::Module::CreateSyntheticModule(
        isolate, url, v8::MemorySpan<const v8::Local<v8::String>>(exports.data(), exports.size()), evaluate_synthetic);
    callback = args[4];
  } else {
    int line = args[4]->Int32Value(context).FromMaybe(0), column = args[5]->Int32Value(context).FromMaybe(0);
    v8::ScriptOrigin origin(url, line, column, true, -1, {}, false, false, /*is_module=*/true,
                            host_options(isolate, args[1]));
    v8::ScriptCompiler::CachedData* cached = nullptr;
    if (args[6]->IsArrayBufferView()) {
      auto view = args[6].As<v8::ArrayBufferView>();
      auto* data = static_cast<std::uint8_t*>(view->Buffer()->Data());
      cached = new v8::ScriptCompiler::CachedData(data + view->ByteOffset(), static_cast<int>(view->ByteLength()));
    }
    v8::ScriptCompiler::Source source(args[3].As<v8::String>(), origin, cached);
    v8::TryCatch try_catch(isolate);
    if (!v8::ScriptCompiler::CompileModule(
             isolate, &source, cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions)
             .ToLocal(&module)) {
      decorate_stack(realm, try_catch.Exception(), try_catch.Message());
      try_catch.ReThrow();
      return;
    }
    if (cached)
      set_value(realm, object, "cachedDataRejected", v8::Boolean::New(isolate, source.GetCachedData()->rejected));
    set_value(realm, object, "sourceMapURL", module->GetUnboundModuleScript()->GetSourceMappingURL());
  }
  set_value(realm, object, "url", url);
  new ModuleWrap(realm, object, context, module);
  object->SetInternalField(ModuleWrap::kLinked, v8::Undefined(isolate));
  object->SetInternalField(ModuleWrap::kEvaluate, callback);
  object->SetInternalField(ModuleWrap::kSource, v8::Undefined(isolate));
  object->SetInternalField(ModuleWrap::kId, args[1]);
}

// requests() -> [specifier, attributes (object or undefined), line, column, whether `import source`, ...], in source
// order
void requests(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (!wrap) return;
  v8::Isolate* isolate = args.GetIsolate();
  v8::Local<v8::Context> context = Realm::from(args).context();
  auto list = wrap->module()->GetModuleRequests();
  std::vector<v8::Local<v8::Value>> out;
  for (int i = 0; i < list->Length(); ++i) {
    auto request = list->Get(context, i).As<v8::ModuleRequest>();
    auto pairs = request->GetImportAttributes();
    v8::Local<v8::Value> attributes = v8::Undefined(isolate);
    if (pairs->Length() > 0) {
      auto object = v8::Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
      for (int k = 0; k + 2 < pairs->Length(); k += 3) {
        if (object
                ->CreateDataProperty(context, pairs->Get(context, k).As<v8::Name>(),
                                     pairs->Get(context, k + 1).As<v8::Value>())
                .IsNothing()) {
          return;
        }
      }
      attributes = object;
    }
    auto place = wrap->module()->SourceOffsetToLocation(request->GetSourceOffset());
    out.push_back(request->GetSpecifier());
    out.push_back(attributes);
    out.push_back(v8::Integer::New(isolate, place.GetLineNumber()));
    out.push_back(v8::Integer::New(isolate, place.GetColumnNumber()));
    out.push_back(v8::Boolean::New(isolate, request->GetPhase() == v8::ModuleImportPhase::kSource));
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, out.data(), out.size()));
}

// link(wraps): one ModuleWrap for each request, in order
void link(const v8::FunctionCallbackInfo<v8::Value>& args) {
  if (ModuleWrap* wrap = self(args)) wrap->object()->SetInternalField(ModuleWrap::kLinked, args[0]);
}

v8::MaybeLocal<v8::Module> resolve_linked(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                          v8::Local<v8::FixedArray> attributes, v8::Local<v8::Module> referrer) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  ModuleWrap* wrap = ModuleWrap::of(*Realm::from(isolate), referrer);
  ModuleWrap* target = wrap ? wrap->linked(specifier, attributes, v8::ModuleImportPhase::kEvaluation) : nullptr;
  if (!target) {
    v8::Local<v8::Value> url;
    if (!wrap || !wrap->object()->Get(context, intern(isolate, "url")).ToLocal(&url)) url = v8::String::Empty(isolate);
    auto error = v8::Exception::Error(text(isolate, "request for '" + to_utf8(isolate, specifier) +
                                                        "' can not be resolved on module '" + to_utf8(isolate, url) +
                                                        "' that is not linked"));
    std::ignore =
        error.As<v8::Object>()->Set(context, intern(isolate, "code"), intern(isolate, "ERR_VM_MODULE_LINK_FAILURE"));
    isolate->ThrowException(error);
    return {};
  }
  return target->module();
}

// Throws what says that `import source` gives nothing for this module.
void throw_no_source(ModuleWrap* wrap) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Context> context = wrap->context();
  v8::Local<v8::Value> url;
  if (!wrap->object()->Get(context, intern(isolate, "url")).ToLocal(&url)) return;
  auto error = v8::Exception::SyntaxError(
      text(isolate, "Source phase import object is not defined for module '" + to_utf8(isolate, url) + "'"));
  std::ignore = error.As<v8::Object>()->CreateDataProperty(context, intern(isolate, "code"),
                                                           intern(isolate, "ERR_SOURCE_PHASE_NOT_DEFINED"));
  isolate->ThrowException(error);
}

v8::MaybeLocal<v8::Object> resolve_source(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                          v8::Local<v8::FixedArray> attributes, v8::Local<v8::Module> referrer) {
  ModuleWrap* wrap = ModuleWrap::of(*Realm::from(v8::Isolate::GetCurrent()), referrer);
  ModuleWrap* target = wrap ? wrap->linked(specifier, attributes, v8::ModuleImportPhase::kSource) : nullptr;
  // Linking fails below for what is not there.
  if (!target) {
    std::ignore = resolve_linked(context, specifier, attributes, referrer);
    return {};
  }
  auto source = target->object()->GetInternalField(ModuleWrap::kSource).As<v8::Value>();
  if (source->IsObject()) return source.As<v8::Object>();
  throw_no_source(target);
  return {};
}

// setSourceObject(object): what `import source` gives for this module
void set_source_object(const v8::FunctionCallbackInfo<v8::Value>& args) {
  if (ModuleWrap* wrap = self(args)) wrap->object()->SetInternalField(ModuleWrap::kSource, args[0]);
}
// sourceObject() -> that; throws a SyntaxError when there is none
void source_object(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (!wrap) return;
  auto source = wrap->object()->GetInternalField(ModuleWrap::kSource).As<v8::Value>();
  if (source->IsObject()) return args.GetReturnValue().Set(source);
  throw_no_source(wrap);
}

// instantiate(): throws a SyntaxError for imports that nothing exports
void instantiate(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (!wrap) return;
  v8::TryCatch try_catch(args.GetIsolate());
  if (wrap->module()->InstantiateModule(wrap->context(), resolve_linked, resolve_source).IsNothing()) {
    decorate_stack(Realm::from(args), try_catch.Exception(), try_catch.Message(), ArrowGap::kNone);
    try_catch.ReThrow();
  }
}

// evaluate(timeout, breakOnSigint) -> promise; `timeout` in ms, negative for none
void evaluate(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (!wrap) return;
  std::int64_t timeout = args[0]->IsNumber() ? args[0]->IntegerValue(Realm::from(args).context()).FromMaybe(-1) : -1;
  v8::Local<v8::Value> result;
  v8::Local<v8::Context> context = wrap->context();
  if (!run_guarded(Realm::from(args), timeout, args[1]->IsTrue(), [&] {
         v8::MaybeLocal<v8::Value> evaluated = wrap->module()->Evaluate(context);
         // A context with a queue of its own has nobody else to run it.
         v8::MicrotaskQueue* own = context->GetMicrotaskQueue();
         bool is_own = own != Realm::from(args).context()->GetMicrotaskQueue();
         if (is_own && !evaluated.IsEmpty() && !args.GetIsolate()->IsExecutionTerminating()) {
           own->PerformCheckpoint(args.GetIsolate());
         }
         return evaluated;
       }).ToLocal(&result)) {
    return;
  }
  args.GetReturnValue().Set(result);
}

void status(const v8::FunctionCallbackInfo<v8::Value>& args) {
  if (ModuleWrap* wrap = self(args)) args.GetReturnValue().Set(static_cast<int>(wrap->module()->GetStatus()));
}
void error(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (wrap && wrap->module()->GetStatus() == v8::Module::kErrored) {
    args.GetReturnValue().Set(wrap->module()->GetException());
  }
}
// namespace() -> the module namespace object, or undefined while it is not instantiated
void get_namespace(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (wrap && wrap->module()->GetStatus() >= v8::Module::kInstantiated) {
    args.GetReturnValue().Set(wrap->module()->GetModuleNamespace());
  }
}
// isGraphAsync(): whether it or what it imports has a top-level await; after instantiate()
void is_graph_async(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (wrap && wrap->module()->GetStatus() >= v8::Module::kInstantiated) {
    args.GetReturnValue().Set(wrap->module()->IsGraphAsync());
  }
}
void has_top_level_await(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (wrap && wrap->module()->IsSourceTextModule()) args.GetReturnValue().Set(wrap->module()->HasTopLevelAwait());
}
void set_export(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (!wrap) return;
  std::ignore = wrap->module()->SetSyntheticModuleExport(args.GetIsolate(), args[0].As<v8::String>(), args[1]);
}
// createCachedData() -> Uint8Array; before evaluation only
void create_cached_data(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (!wrap || !wrap->module()->IsSourceTextModule()) return;
  std::unique_ptr<v8::ScriptCompiler::CachedData> data(
      v8::ScriptCompiler::CreateCodeCache(wrap->module()->GetUnboundModuleScript()));
  args.GetReturnValue().Set(to_bytes(Realm::from(args), data.get()));
}
// stalledAwaits() -> arrows of the top-level awaits that have not settled
void stalled_awaits(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleWrap* wrap = self(args);
  if (!wrap) return;
  v8::Isolate* isolate = args.GetIsolate();
  auto [modules, messages] = wrap->module()->GetStalledTopLevelAwaitMessages(isolate);
  std::vector<v8::Local<v8::Value>> out;
  for (auto message : messages) out.push_back(text(isolate, message_arrow(Realm::from(args), message)));
  args.GetReturnValue().Set(v8::Array::New(isolate, out.data(), out.size()));
}

constexpr Method kPrototype[] = {{"requests", requests},
                                 {"link", link},
                                 {"instantiate", instantiate},
                                 {"evaluate", evaluate},
                                 {"status", status},
                                 {"error", error},
                                 {"namespace", get_namespace},
                                 {"isGraphAsync", is_graph_async},
                                 {"hasTopLevelAwait", has_top_level_await},
                                 {"setExport", set_export},
                                 {"setSourceObject", set_source_object},
                                 {"sourceObject", source_object},
                                 {"createCachedData", create_cached_data},
                                 {"stalledAwaits", stalled_awaits}};

constexpr Method kCallbacks[] = {{"ModuleWrap", construct},
                                 {"requests", requests},
                                 {"link", link},
                                 {"instantiate", instantiate},
                                 {"evaluate", evaluate},
                                 {"status", status},
                                 {"error", error},
                                 {"namespace", get_namespace},
                                 {"isGraphAsync", is_graph_async},
                                 {"hasTopLevelAwait", has_top_level_await},
                                 {"setExport", set_export},
                                 {"setSourceObject", set_source_object},
                                 {"sourceObject", source_object},
                                 {"createCachedData", create_cached_data},
                                 {"stalledAwaits", stalled_awaits}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "ModuleWrap",
            make_class(realm, "ModuleWrap", construct, kPrototype, ModuleWrap::kFieldCount));
  set_constant(realm, target, "kUninstantiated", v8::Module::kUninstantiated);
  set_constant(realm, target, "kInstantiating", v8::Module::kInstantiating);
  set_constant(realm, target, "kInstantiated", v8::Module::kInstantiated);
  set_constant(realm, target, "kEvaluating", v8::Module::kEvaluating);
  set_constant(realm, target, "kEvaluated", v8::Module::kEvaluated);
  set_constant(realm, target, "kErrored", v8::Module::kErrored);
}

}  // namespace

extern const Binding binding_module_wrap;
const Binding binding_module_wrap{"module_wrap", {}, init, kCallbacks};

}  // namespace pkg::runtime
