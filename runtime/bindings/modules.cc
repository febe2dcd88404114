// Resolution of specifiers and what goes with it, for the CommonJS and ES module loaders.

#include <simdutf.h>
#include <uv.h>

#include "resolver/module/file_url.h"
#include "runtime/core/binding.h"
#include "runtime/core/permission.h"
#include "runtime/core/strings.h"
#include "runtime/modules/module_state.h"

namespace pkg::runtime {

namespace {

using resolver::Conditions;
using resolver::ModuleError;
using resolver::PackageJson;
using resolver::PackageType;

std::vector<std::string> to_strings(Realm& realm, v8::Local<v8::Value> value) {
  std::vector<std::string> strings;
  if (!value->IsArray()) return strings;
  auto array = value.As<v8::Array>();
  strings.reserve(array->Length());
  for (std::uint32_t i = 0; i < array->Length(); ++i) {
    v8::Local<v8::Value> item;
    if (!array->Get(realm.context(), i).ToLocal(&item)) break;
    strings.push_back(to_utf8(realm.isolate(), item));
  }
  return strings;
}

// Conditions come as arrays that seldom change: the last ones are kept.
const Conditions& to_conditions(Realm& realm, v8::Local<v8::Value> value) {
  thread_local Conditions last;
  last = to_strings(realm, value);
  return last;
}

void put(Realm& realm, v8::Local<v8::Object> target, const char* name, const std::string& value) {
  if (!value.empty()) set_value(realm, target, name, text(realm.isolate(), value));
}

// An error goes to JavaScript as an object, which becomes a coded error there.
v8::Local<v8::Object> to_object(Realm& realm, const ModuleError& error) {
  auto object = v8::Object::New(realm.isolate());
  put(realm, object, "code", error.code);
  put(realm, object, "message", error.message);
  put(realm, object, "path", error.path);
  put(realm, object, "requestPath", error.request_path);
  put(realm, object, "url", error.url);
  put(realm, object, "input", error.input);
  put(realm, object, "module", error.module);
  return object;
}

void emit_warnings(Realm& realm, ModuleState& state) {
  auto warnings = state.resolver.take_warnings();
  if (warnings.empty() || !realm.has(Slot::kModuleWarning)) return;
  v8::Isolate* isolate = realm.isolate();
  for (const auto& warning : warnings) {
    v8::Local<v8::Value> args[] = {text(isolate, warning.code), text(isolate, warning.message)};
    std::ignore = realm.function(Slot::kModuleWarning)->Call(realm.context(), v8::Undefined(isolate), 2, args);
  }
}

void give(const v8::FunctionCallbackInfo<v8::Value>& args, const resolver::ModuleResult<std::string>& result) {
  Realm& realm = Realm::from(args);
  if (!result) return args.GetReturnValue().Set(to_object(realm, result.error()));
  args.GetReturnValue().Set(text(args.GetIsolate(), *result));
}

void give(const v8::FunctionCallbackInfo<v8::Value>& args,
          const resolver::ModuleResult<std::optional<std::string>>& result) {
  if (!result) return args.GetReturnValue().Set(to_object(Realm::from(args), result.error()));
  if (*result) args.GetReturnValue().Set(text(args.GetIsolate(), **result));
}

// resolveImport(specifier, parentUrl, conditions) -> URL, or {code, message, ...}
void resolve_import(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  ModuleState& state = ModuleState::of(realm);
  auto result = state.resolver.resolve_import(to_utf8(args.GetIsolate(), args[0]), to_utf8(args.GetIsolate(), args[1]),
                                              to_conditions(realm, args[2]));
  emit_warnings(realm, state);
  give(args, result);
}

// requireImports("#x", parentPath, conditions) -> path, undefined, or {code, message, ...}
void require_imports(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  ModuleState& state = ModuleState::of(realm);
  auto result = state.resolver.require_imports(to_utf8(args.GetIsolate(), args[0]), to_utf8(args.GetIsolate(), args[1]),
                                               to_conditions(realm, args[2]));
  emit_warnings(realm, state);
  give(args, result);
}

// requireSelf(request, parentPath, conditions) -> path, undefined, or {code, message, ...}
void require_self(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  ModuleState& state = ModuleState::of(realm);
  auto result = state.resolver.require_self(to_utf8(args.GetIsolate(), args[0]), to_utf8(args.GetIsolate(), args[1]),
                                            to_conditions(realm, args[2]));
  emit_warnings(realm, state);
  give(args, result);
}

// findPath(request, paths, extensions, isMain, conditions) -> path, undefined, or {code, message, ...}
void find_path(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  ModuleState& state = ModuleState::of(realm);
  auto paths = to_strings(realm, args[1]);
  auto extensions = to_strings(realm, args[2]);
  auto result = state.resolver.find_path(to_utf8(args.GetIsolate(), args[0]), paths, extensions,
                                         args[3]->IsTrue() ? resolver::IsMain::kYes : resolver::IsMain::kNo,
                                         to_conditions(realm, args[4]));
  emit_warnings(realm, state);
  // That a file is there is not for everyone to know.
  if (result && *result && Permission::refuses(realm, Permission::kFsRead, **result)) return;
  give(args, result);
}

// requireMapped(request, parentPath, extensions, conditions) -> path, undefined, or {code, message, ...}
void require_mapped(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  ModuleState& state = ModuleState::of(realm);
  auto extensions = to_strings(realm, args[2]);
  auto result = state.resolver.require_mapped(to_utf8(args.GetIsolate(), args[0]), to_utf8(args.GetIsolate(), args[1]),
                                              extensions, to_conditions(realm, args[3]));
  emit_warnings(realm, state);
  give(args, result);
}

// rememberFiles(on): see ModuleResolver::remember_files
void remember_files(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleState::of(Realm::from(args)).resolver.remember_files(args[0]->IsTrue());
}

// stat(path) -> 0 for a file, 1 for a directory, -1 for nothing
void stat(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleState& state = ModuleState::of(Realm::from(args));
  FileType type = state.resolver.stat(to_utf8(args.GetIsolate(), args[0]));
  args.GetReturnValue().Set(type == FileType::kDirectory ? 1 : type == FileType::kNone ? -1 : 0);
}

// realPath(path) -> path
void real_path(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ModuleState& state = ModuleState::of(Realm::from(args));
  args.GetReturnValue().Set(text(args.GetIsolate(), state.resolver.real_path(to_utf8(args.GetIsolate(), args[0]))));
}

// nodeModulesPaths(directory) -> paths
void node_modules_paths(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::vector<v8::Local<v8::Value>> paths;
  for (const std::string& path : resolver::node_modules_paths(to_utf8(isolate, args[0]))) {
    paths.push_back(text(isolate, path));
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, paths.data(), paths.size()));
}

// packageScope(path) -> [type, packageJsonPath] with type "module", "commonjs" or "none"; path undefined when there
// is no package.json; or {code, message}
void package_scope(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = args.GetIsolate();
  auto scope = ModuleState::of(realm).resolver.packages().scope(to_utf8(isolate, args[0]));
  if (!scope) return args.GetReturnValue().Set(to_object(realm, scope.error()));
  const PackageJson* package = *scope;
  const char* type = !package                                  ? "none"
                     : package->type == PackageType::kModule   ? "module"
                     : package->type == PackageType::kCommonJs ? "commonjs"
                                                               : "none";
  v8::Local<v8::Value> pair[] = {intern(isolate, type), v8::Undefined(isolate)};
  if (package) pair[1] = text(isolate, package->path());
  args.GetReturnValue().Set(v8::Array::New(isolate, pair, 2));
}

// packageType(path) -> "module", "commonjs" or "none"; or {code, message}
void package_type(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = args.GetIsolate();
  auto scope = ModuleState::of(realm).resolver.packages().scope(to_utf8(isolate, args[0]));
  if (!scope) return args.GetReturnValue().Set(to_object(realm, scope.error()));
  const PackageJson* package = *scope;
  args.GetReturnValue().Set(intern(isolate, !package                                  ? "none"
                                            : package->type == PackageType::kModule   ? "module"
                                            : package->type == PackageType::kCommonJs ? "commonjs"
                                                                                      : "none"));
}

// packageDirectory(specifier, parentPath) -> path of the package.json of the package that a bare specifier names,
// "exports" or not; undefined when it is not installed
void package_json_of(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = args.GetIsolate();
  auto& resolver = ModuleState::of(realm).resolver;
  auto package = resolver::parse_package_specifier(to_utf8(isolate, args[0]));
  if (!package) return;
  std::string parent = to_utf8(isolate, args[1]);
  std::string_view from = resolver::parent_directory(parent);
  for (;;) {
    std::string directory = resolver::join_path(resolver::join_path(from, "node_modules"), package->name);
    if (resolver.stat(resolver::join_path(directory, "package.json")) == FileType::kFile) {
      return args.GetReturnValue().Set(text(isolate, resolver::join_path(directory, "package.json")));
    }
    if (from.size() <= 1) return;
    from = resolver::parent_directory(from);
  }
}

// readSource(path) -> the text without byte order mark, or a negative errno
void read_source(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::string path = to_utf8(isolate, args[0]);
  if (Permission::refuses(Realm::from(args), Permission::kFsRead, path)) return;
  errno = 0;
  auto bytes = ModuleState::of(Realm::from(args)).files.read(path);
  if (!bytes) return args.GetReturnValue().Set(errno != 0 ? -errno : -EISDIR);
  std::string_view content = *bytes;
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  v8::Local<v8::String> source;
  bool made;
  if (simdutf::validate_ascii(content.data(), content.size())) {
    made = v8::String::NewFromOneByte(isolate, reinterpret_cast<const std::uint8_t*>(content.data()),
                                      v8::NewStringType::kNormal, static_cast<int>(content.size()))
               .ToLocal(&source);
  } else {
    made = utf8(isolate, content).ToLocal(&source);
  }
  if (made) args.GetReturnValue().Set(source);
}

// resolvePath(path) -> the absolute path, without ".", ".." and a slash at the end: path.resolve()
void resolve_path(const v8::FunctionCallbackInfo<v8::Value>& args) {
  std::string path = to_utf8(args.GetIsolate(), args[0]);
  if (!path.starts_with('/')) {
    char buffer[4096];
    std::size_t size = sizeof buffer;
    if (uv_cwd(buffer, &size) == 0) path = std::string(buffer, size) + "/" + path;
  }
  args.GetReturnValue().Set(text(args.GetIsolate(), resolver::normalize_path(path)));
}

// pathToFileUrl(path) -> URL; fileUrlToPath(url) -> path or undefined
void path_to_file_url(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(text(args.GetIsolate(), resolver::path_to_file_url(to_utf8(args.GetIsolate(), args[0]))));
}
void file_url_to_path(const v8::FunctionCallbackInfo<v8::Value>& args) {
  if (auto path = resolver::file_url_to_path(to_utf8(args.GetIsolate(), args[0]))) {
    args.GetReturnValue().Set(text(args.GetIsolate(), *path));
  }
}

// setWarningCallback(fn(code, message)): deprecations met while resolving
void set_warning_callback(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).set(Slot::kModuleWarning, args[0]);
}

// setImportCallbacks(importModuleDynamically(id, specifier, attributes, referrer), initializeImportMeta(id, meta,
// wrap))
void set_import_callbacks(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).set(Slot::kImportModuleDynamically, args[0]);
  Realm::from(args).set(Slot::kInitializeImportMeta, args[1]);
}

constexpr Method kMethods[] = {{"resolveImport", resolve_import},
                               {"requireImports", require_imports},
                               {"requireSelf", require_self},
                               {"requireMapped", require_mapped},
                               {"findPath", find_path},
                               {"rememberFiles", remember_files},
                               {"stat", stat},
                               {"realPath", real_path},
                               {"nodeModulesPaths", node_modules_paths},
                               {"packageScope", package_scope},
                               {"packageType", package_type},
                               {"packageJsonOf", package_json_of},
                               {"readSource", read_source},
                               {"resolvePath", resolve_path},
                               {"pathToFileUrl", path_to_file_url},
                               {"fileUrlToPath", file_url_to_path},
                               {"setWarningCallback", set_warning_callback},
                               {"setImportCallbacks", set_import_callbacks}};

}  // namespace

extern const Binding binding_modules;
const Binding binding_modules{"modules", kMethods};

}  // namespace pkg::runtime
