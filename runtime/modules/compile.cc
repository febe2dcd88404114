#include "runtime/modules/compile.h"

#include <algorithm>
#include <string_view>

#include "runtime/core/strings.h"
#include "runtime/modules/module_state.h"

namespace pkg::runtime {

namespace {

// V8's words for module syntax in a script.
constexpr std::string_view kModuleSyntax[] = {
    "Cannot use import statement outside a module",
    "Unexpected token 'export'",
    "Cannot use 'import.meta' outside a module",
};

// V8's words for what is wrong in the CommonJS wrapper and right in a module.
constexpr std::string_view kOnlyWrong[] = {
    "Identifier '__filename' has already been declared",
    "Identifier '__dirname' has already been declared",
    "Identifier 'exports' has already been declared",
    "Identifier 'module' has already been declared",
    "Identifier 'require' has already been declared",
    "await is only valid in async functions and the top level bodies of modules",
    "Unexpected reserved word",
};

bool is_one_of(std::string_view message, std::span<const std::string_view> texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](std::string_view text) { return message.find(text) != std::string_view::npos; });
}

}  // namespace

v8::Local<v8::PrimitiveArray> host_options(v8::Isolate* isolate, v8::Local<v8::Value> id) {
  bool has_id = id->IsSymbol();
  auto options = v8::PrimitiveArray::New(isolate, has_id ? 1 : 0);
  if (has_id) options->Set(isolate, 0, id.As<v8::Symbol>());
  return options;
}

bool looks_like_module(Realm& realm, v8::Local<v8::String> source, v8::Local<v8::Value> name,
                       const std::string& message) {
  if (is_one_of(message, kModuleSyntax)) return true;
  // Outside of modules `await` is a name, and what follows it is what V8 complains about.
  bool is_listed = is_one_of(message, kOnlyWrong);
  if (!is_listed && to_utf8(realm.isolate(), source).find("await") == std::string::npos) return false;
  // Only when it compiles as a module it is one; else the first error is the one to show.
  v8::Isolate* isolate = realm.isolate();
  v8::TryCatch try_catch(isolate);
  v8::ScriptOrigin origin(name, 0, 0, true, -1, {}, false, false, /*is_module=*/true);
  v8::ScriptCompiler::Source module_source(source, origin);
  v8::Local<v8::Module> module;
  if (!v8::ScriptCompiler::CompileModule(isolate, &module_source).ToLocal(&module)) return false;
  return is_listed || module->HasTopLevelAwait();
}

}  // namespace pkg::runtime
