// Scripts and contexts of `vm`.

#include "runtime/modules/contextify.h"

#include "runtime/core/binding.h"
#include "runtime/core/exceptions.h"
#include "runtime/core/strings.h"
#include "runtime/modules/compile.h"

namespace pkg::runtime {

namespace {

// What compile calls share: source text, name and place, code cache.
struct CompileInput {
  CompileInput(const v8::FunctionCallbackInfo<v8::Value>& args, v8::Local<v8::Value> id)
      : isolate(args.GetIsolate()),
        origin(args[1], args[2]->Int32Value(isolate->GetCurrentContext()).FromMaybe(0),
               args[3]->Int32Value(isolate->GetCurrentContext()).FromMaybe(0), true, -1, {}, false, false, false,
               host_options(isolate, id)),
        source(args[0].As<v8::String>(), origin, cached_data(args[4])),
        has_cache(args[4]->IsArrayBufferView()) {}

  static v8::ScriptCompiler::CachedData* cached_data(v8::Local<v8::Value> value) {
    if (!value->IsArrayBufferView()) return nullptr;
    auto view = value.As<v8::ArrayBufferView>();
    auto* bytes = static_cast<std::uint8_t*>(view->Buffer()->Data());
    return new v8::ScriptCompiler::CachedData(bytes + view->ByteOffset(), static_cast<int>(view->ByteLength()));
  }
  v8::ScriptCompiler::CompileOptions options() const {
    return has_cache ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions;
  }

  v8::Isolate* isolate;
  v8::ScriptOrigin origin;
  v8::ScriptCompiler::Source source;
  bool has_cache;
};

v8::Local<v8::Context> context_argument(Realm& realm, v8::Local<v8::Value> value) {
  if (value->IsObject()) {
    if (auto* contextified = ContextifyContext::of(realm, value.As<v8::Object>())) return contextified->context();
  }
  return realm.context();
}

class ContextifyScript final : public ObjectWrap {
 public:
  ContextifyScript(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::UnboundScript> script)
      : ObjectWrap(realm, object), script_(realm.isolate(), script) {}
  v8::Local<v8::UnboundScript> script() const { return script_.Get(isolate()); }

 private:
  v8::Global<v8::UnboundScript> script_;
};

void report_cache(Realm& realm, v8::Local<v8::Object> target, bool produce, bool had_cache,
                  const v8::ScriptCompiler::Source& source, v8::ScriptCompiler::CachedData* produced) {
  v8::Isolate* isolate = realm.isolate();
  if (had_cache) {
    set_value(realm, target, "cachedDataRejected", v8::Boolean::New(isolate, source.GetCachedData()->rejected));
  }
  if (produce) {
    set_value(realm, target, "cachedDataProduced", v8::Boolean::New(isolate, produced != nullptr));
    if (produced) set_value(realm, target, "cachedData", to_bytes(realm, produced));
  }
}

// new ContextifyScript(code, filename, lineOffset, columnOffset, cachedData, produceCachedData, context, id)
void script_construct(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Realm& realm = Realm::from(args);
  if (!args.IsConstructCall()) {
    isolate->ThrowException(
        v8::Exception::TypeError(text(isolate, "Class constructor ContextifyScript cannot be invoked without 'new'")));
    return;
  }
  v8::Local<v8::Context> context = context_argument(realm, args[6]);
  CompileInput input(args, args[7]);
  v8::Context::Scope context_scope(context);
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::UnboundScript> script;
  if (!v8::ScriptCompiler::CompileUnboundScript(isolate, &input.source, input.options()).ToLocal(&script)) {
    decorate_stack(realm, try_catch.Exception(), try_catch.Message());
    try_catch.ReThrow();
    return;
  }
  auto* self = new ContextifyScript(realm, args.This(), script);
  std::unique_ptr<v8::ScriptCompiler::CachedData> produced;
  if (args[5]->IsTrue()) produced.reset(v8::ScriptCompiler::CreateCodeCache(self->script()));
  v8::Context::Scope own_scope(realm.context());
  report_cache(realm, args.This(), args[5]->IsTrue(), input.has_cache, input.source, produced.get());
  set_value(realm, args.This(), "sourceMapURL", script->GetSourceMappingURL());
}

// runInContext(context or null, timeout, displayErrors, breakOnSigint)
void script_run(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto* self = ObjectWrap::self<ContextifyScript>(args);
  if (!self) {
    isolate->ThrowException(v8::Exception::TypeError(text(isolate, "Illegal invocation")));
    return;
  }
  Realm& realm = self->realm();
  ContextifyContext* contextified =
      args[0]->IsObject() ? ContextifyContext::of(realm, args[0].As<v8::Object>()) : nullptr;
  v8::Local<v8::Context> context = contextified ? contextified->context() : realm.context();
  std::int64_t timeout = args[1]->IsNumber() ? args[1]->IntegerValue(realm.context()).FromMaybe(-1) : -1;
  v8::Context::Scope context_scope(context);
  v8::Local<v8::Value> result;
  v8::TryCatch try_catch(isolate);
  bool ran = run_guarded(realm, timeout, args[3]->IsTrue(), [&]() -> v8::MaybeLocal<v8::Value> {
               v8::MaybeLocal<v8::Value> value = self->script()->BindToCurrentContext()->Run(context);
               if (!value.IsEmpty() && contextified && contextified->microtasks()) {
                 contextified->microtasks()->PerformCheckpoint(isolate);
               }
               return value;
             }).ToLocal(&result);
  if (ran) return args.GetReturnValue().Set(result);
  if (args[2]->IsTrue() && !try_catch.HasTerminated()) {
    decorate_stack(realm, try_catch.Exception(), try_catch.Message());
  }
  try_catch.ReThrow();
}

void script_cached_data(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* self = ObjectWrap::self<ContextifyScript>(args);
  if (!self) return;
  std::unique_ptr<v8::ScriptCompiler::CachedData> data(v8::ScriptCompiler::CreateCodeCache(self->script()));
  args.GetReturnValue().Set(to_bytes(self->realm(), data.get()));
}

// compileFunction(code, filename, lineOffset, columnOffset, cachedData, produceCachedData, context, extensions, params,
// id) -> {function, sourceMapURL, cachedDataRejected?, cachedDataProduced?, cachedData?}
void compile_function(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Realm& realm = Realm::from(args);
  v8::Local<v8::Context> context = context_argument(realm, args[6]);
  std::vector<v8::Local<v8::Object>> extensions;
  std::vector<v8::Local<v8::String>> params;
  for (auto [value, is_extensions] : {std::pair(args[7], true), std::pair(args[8], false)}) {
    if (!value->IsArray()) continue;
    auto array = value.As<v8::Array>();
    for (std::uint32_t i = 0; i < array->Length(); ++i) {
      v8::Local<v8::Value> item;
      if (!array->Get(context, i).ToLocal(&item)) return;
      if (is_extensions && item->IsObject()) extensions.push_back(item.As<v8::Object>());
      if (!is_extensions && item->IsString()) params.push_back(item.As<v8::String>());
    }
  }
  CompileInput input(args, args[9]);
  v8::Context::Scope context_scope(context);
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::Function> function;
  if (!v8::ScriptCompiler::CompileFunction(context, &input.source, params.size(), params.data(), extensions.size(),
                                           extensions.data(), input.options())
           .ToLocal(&function)) {
    decorate_stack(realm, try_catch.Exception(), try_catch.Message());
    try_catch.ReThrow();
    return;
  }
  std::unique_ptr<v8::ScriptCompiler::CachedData> produced;
  if (args[5]->IsTrue()) produced.reset(v8::ScriptCompiler::CreateCodeCacheForFunction(function));
  v8::Context::Scope own_scope(realm.context());
  auto result = v8::Object::New(isolate);
  set_value(realm, result, "function", function);
  set_value(realm, result, "sourceMapURL", function->GetScriptOrigin().SourceMapUrl());
  report_cache(realm, result, args[5]->IsTrue(), input.has_cache, input.source, produced.get());
  args.GetReturnValue().Set(result);
}

// makeContext(sandbox or undefined, id, name, origin, strings, wasm, ownMicrotasks) -> the object that stands for it
void make_context(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  ContextifyContext::Options options;
  options.id = args[1];
  options.allow_strings = args[4]->IsTrue();
  options.allow_wasm = args[5]->IsTrue();
  options.own_microtasks = args[6]->IsTrue();
  v8::Local<v8::Object> sandbox;
  if (args[0]->IsObject()) sandbox = args[0].As<v8::Object>();
  if (auto* made = ContextifyContext::make(realm, sandbox, options)) args.GetReturnValue().Set(made->sandbox());
}

void is_context(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(args[0]->IsObject() &&
                            ContextifyContext::of(Realm::from(args), args[0].As<v8::Object>()) != nullptr);
}

constexpr Method kMethods[] = {
    {"compileFunction", compile_function}, {"makeContext", make_context}, {"isContext", is_context}};

constexpr Method kPrototype[] = {{"runInContext", script_run}, {"createCachedData", script_cached_data}};
constexpr Method kCallbacks[] = {
    {"ContextifyScript", script_construct}, {"runInContext", script_run}, {"createCachedData", script_cached_data}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "ContextifyScript", make_class(realm, "ContextifyScript", script_construct, kPrototype));
}

}  // namespace

extern const Binding binding_contextify;
const Binding binding_contextify{"contextify", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
