// Compiling CommonJS modules.

#include "runtime/modules/compile.h"
#include "runtime/core/binding.h"
#include "runtime/core/exceptions.h"
#include "runtime/core/strings.h"
#include "runtime/modules/contextify.h"

namespace pkg::runtime {

namespace {

// compileCommonJs(source, filename, hostId, cachedData) -> function (exports, require, module, __filename, __dirname),
// or {function, cachedDataRejected} when there is cached data. What compiling throws carries its place in the source.
void compile_common_js(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Realm& realm = Realm::from(args);
  v8::ScriptOrigin origin(args[1], 0, 0, true, -1, {}, false, false, false, host_options(isolate, args[2]));
  v8::ScriptCompiler::CachedData* cached = nullptr;
  if (args[3]->IsArrayBufferView()) {
    auto view = args[3].As<v8::ArrayBufferView>();
    auto* bytes = static_cast<std::uint8_t*>(view->Buffer()->Data());
    cached = new v8::ScriptCompiler::CachedData(bytes + view->ByteOffset(), static_cast<int>(view->ByteLength()));
  }
  v8::ScriptCompiler::Source source(args[0].As<v8::String>(), origin, cached);
  v8::Local<v8::String> names[] = {intern(isolate, "exports"), intern(isolate, "require"), intern(isolate, "module"),
                                   intern(isolate, "__filename"), intern(isolate, "__dirname")};
  v8::Local<v8::Function> function;
  // The loader may find that it is an ES module.
  NoAbortScope no_abort(isolate);
  v8::TryCatch try_catch(isolate);
  if (!v8::ScriptCompiler::CompileFunction(
           realm.context(), &source, 5, names, 0, nullptr,
           cached ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions)
           .ToLocal(&function)) {
    decorate_stack(realm, try_catch.Exception(), try_catch.Message());
    try_catch.ReThrow();
    return;
  }
  if (!cached) return args.GetReturnValue().Set(function);
  auto result = v8::Object::New(isolate);
  set_value(realm, result, "function", function);
  set_value(realm, result, "cachedDataRejected", v8::Boolean::New(isolate, source.GetCachedData()->rejected));
  args.GetReturnValue().Set(result);
}

// cacheFunction(function) -> Uint8Array of what compileCommonJs() takes as cached data
void cache_function(const v8::FunctionCallbackInfo<v8::Value>& args) {
  std::unique_ptr<v8::ScriptCompiler::CachedData> data(
      v8::ScriptCompiler::CreateCodeCacheForFunction(args[0].As<v8::Function>()));
  args.GetReturnValue().Set(to_bytes(Realm::from(args), data.get()));
}

// isModuleNamespace(value) -> boolean
void is_module_namespace(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(args[0]->IsModuleNamespaceObject());
}

// looksLikeModule(source, filename, message) -> whether the source, that does not compile as CommonJS because of
// `message`, is an ES module
void looks_like_module(const v8::FunctionCallbackInfo<v8::Value>& args) {
  NoAbortScope no_abort(args.GetIsolate());
  args.GetReturnValue().Set(
      looks_like_module(Realm::from(args), args[0].As<v8::String>(), args[1], to_utf8(args.GetIsolate(), args[2])));
}

// checkScript(source, filename): throws what compiling as a script throws
void check_script(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  v8::ScriptOrigin origin(args[1]);
  v8::ScriptCompiler::Source source(args[0].As<v8::String>(), origin);
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::UnboundScript> script;
  if (v8::ScriptCompiler::CompileUnboundScript(isolate, &source).ToLocal(&script)) return;
  decorate_stack(Realm::from(args), try_catch.Exception(), try_catch.Message());
  try_catch.ReThrow();
}

// sourceMapUrl(function) -> what its source's last `//# sourceMappingURL=` says, or undefined
void source_map_url(const v8::FunctionCallbackInfo<v8::Value>& args) {
  if (!args[0]->IsFunction()) return;
  args.GetReturnValue().Set(args[0].As<v8::Function>()->GetScriptOrigin().SourceMapUrl());
}

constexpr Method kMethods[] = {{"compileCommonJs", compile_common_js},
                               {"cacheFunction", cache_function},
                               {"isModuleNamespace", is_module_namespace},
                               {"looksLikeModule", looks_like_module},
                               {"checkScript", check_script},
                               {"sourceMapUrl", source_map_url}};

}  // namespace

extern const Binding binding_compile;
const Binding binding_compile{"compile", kMethods};

}  // namespace pkg::runtime
