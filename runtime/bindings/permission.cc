// internalBinding('permission'): what --permission allows, asked and given up by the program. See core/permission.h.

#include "runtime/core/permission.h"

#include <optional>

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// The scope that a program calls `name`; 'fs' is both of its kinds.
std::optional<Permission::Scope> scope_of(std::string_view name) {
  static constexpr std::pair<std::string_view, Permission::Scope> kScopes[] = {
      {"fs.read", Permission::kFsRead}, {"fs.write", Permission::kFsWrite},
      {"child", Permission::kChild},    {"worker", Permission::kWorker},
      {"addon", Permission::kAddon},    {"inspector", Permission::kInspector},
      {"wasi", Permission::kWasi},      {"openssl.store", Permission::kOpensslStore}};
  for (auto [known, scope] : kScopes) {
    if (name == known) return scope;
  }
  return std::nullopt;
}

std::string resource_of(const Args& args) {
  return args[1]->IsString() ? to_utf8(args.GetIsolate(), args[1]) : std::string();
}

// has(scope, reference or undefined) -> boolean; those who listen hear of what is not there
void has(const Args& args) {
  Realm& realm = Realm::from(args);
  std::string name = to_utf8(args.GetIsolate(), args[0]);
  std::string resource = resource_of(args);
  Permission& permission = Permission::of_process();
  auto check = [&](Permission::Scope scope) {
    if (permission.has(scope, resource)) return true;
    std::ignore = Permission::refusal(realm, scope, resource);
    return false;
  };
  if (name == "fs") return args.GetReturnValue().Set(check(Permission::kFsRead) && check(Permission::kFsWrite));
  auto scope = scope_of(name);
  args.GetReturnValue().Set(scope && check(*scope));
}

// drop(scope, reference or undefined)
void drop(const Args& args) {
  std::string name = to_utf8(args.GetIsolate(), args[0]);
  std::string resource = resource_of(args);
  Permission& permission = Permission::of_process();
  if (name == "fs") {
    permission.drop(Permission::kFsRead, resource);
    permission.drop(Permission::kFsWrite, resource);
  } else if (auto scope = scope_of(name)) {
    permission.drop(*scope, resource);
  }
}

// onDenied(function(permission, resource))
void on_denied(const Args& args) { Realm::from(args).set(Slot::kPermissionDenied, args[0]); }

constexpr Method kMethods[] = {{"has", has}, {"drop", drop}, {"onDenied", on_denied}};

}  // namespace

extern const Binding binding_permission;
const Binding binding_permission{"permission", kMethods};

}  // namespace pkg::runtime
