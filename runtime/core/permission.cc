#include "runtime/core/permission.h"

#include <sys/stat.h>

#include "resolver/module/package_json.h"
#include "runtime/core/options.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

struct ScopeName {
  const char* permission;  // as errors name it
  const char* flag;
};

constexpr ScopeName kNames[Permission::kScopes] = {
    {"FileSystemRead", "--allow-fs-read"},
    {"FileSystemWrite", "--allow-fs-write"},
    {"ChildProcess", "--allow-child-process"},
    {"WorkerThreads", "--allow-worker"},
    {"Addon", "--allow-addons"},
    {"Inspector", "--allow-inspector"},
    {"WASI", "--allow-wasi"},
    {"OpenSSLStore", "--allow-openssl-store"},
};

std::string absolute(std::string_view path) {
  std::string whole(path);
  if (!whole.starts_with('/')) {
    char folder[4096];
    std::size_t size = sizeof folder;
    if (uv_cwd(folder, &size) == 0) whole = std::string(folder, size) + "/" + whole;
  }
  return resolver::normalize_path(whole);
}

}  // namespace

Permission& Permission::of_process() {
  static Permission permission;
  return permission;
}

bool Permission::Grant::covers(std::string_view wanted) const {
  if (!prefix) return wanted == path;
  // A folder's grant is for what is in it and for itself.
  return wanted.starts_with(path) ||
         (path.ends_with('/') && wanted == std::string_view(path).substr(0, path.size() - 1));
}

void Permission::grant(Scope scope, std::string_view pattern) {
  if (pattern == "*") {
    all_[scope] = true;
    return;
  }
  if (auto star = pattern.find('*'); star != std::string_view::npos) {
    std::string before(pattern.substr(0, star));
    bool folder = before.ends_with('/');
    std::string path = absolute(before);
    if (folder && !path.ends_with('/')) path += '/';
    grants_[scope].push_back({std::move(path), true});
    return;
  }
  std::string path = absolute(pattern);
  struct stat status;
  bool folder = ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  if (folder && !path.ends_with('/')) path += '/';
  grants_[scope].push_back({std::move(path), folder});
}

void Permission::set_up(const Options& options) {
  bool enforce = options.is_on("--permission");
  if (!enforce && !options.is_on("--permission-audit")) return;
  for (Scope scope : {kFsRead, kFsWrite}) {
    for (const std::string& pattern : options.list(kNames[scope].flag)) grant(scope, pattern);
  }
  for (int scope = kChild; scope < kScopes; ++scope) all_[scope] = options.is_on(kNames[scope].flag);
  if (!options.has_eval && !options.arguments.empty()) grant(kFsRead, options.arguments.front());
  for (const char* preload : {"--require", "--import"}) {
    for (const std::string& file : options.list(preload)) {
      if (file.starts_with('.') || file.starts_with('/')) grant(kFsRead, file);
    }
  }
  mode_ = enforce ? kEnforce : kAudit;
}

bool Permission::has(Scope scope, std::string_view resource) const {
  std::lock_guard lock(mutex_);
  if (all_[scope] || resource.empty() || scope > kFsWrite) return all_[scope];
  std::string path = absolute(resource);
  for (const Grant& grant : grants_[scope]) {
    if (grant.covers(path)) return true;
  }
  return false;
}

void Permission::drop(Scope scope, std::string_view resource) {
  std::lock_guard lock(mutex_);
  if (resource.empty()) {
    all_[scope] = false;
    if (scope <= kFsWrite) grants_[scope].clear();
    return;
  }
  if (scope > kFsWrite || all_[scope]) return;
  std::string path = absolute(resource);
  std::erase_if(grants_[scope], [&](const Grant& grant) { return grant.path == path || grant.path == path + "/"; });
}

v8::Local<v8::Value> Permission::denial(Realm& realm, std::string_view message, std::string_view permission,
                                        std::string_view resource) {
  v8::Isolate* isolate = realm.isolate();
  auto error = v8::Exception::Error(text(isolate, message)).As<v8::Object>();
  auto put = [&](const char* name, std::string_view value) {
    std::ignore = error->Set(realm.context(), intern(isolate, name), text(isolate, value));
  };
  put("code", "ERR_ACCESS_DENIED");
  put("permission", permission);
  put("resource", resource);
  return error;
}

v8::MaybeLocal<v8::Value> Permission::refusal(Realm& realm, Scope scope, std::string_view resource) {
  Permission& self = of_process();
  if (!self.on() || self.has(scope, resource)) return {};
  v8::Isolate* isolate = realm.isolate();
  const ScopeName& name = kNames[scope];
  if (realm.has(Slot::kPermissionDenied)) {
    v8::Local<v8::Value> told[] = {text(isolate, name.permission), text(isolate, resource)};
    std::ignore = realm.function(Slot::kPermissionDenied)->Call(realm.context(), v8::Undefined(isolate), 2, told);
  }
  if (!self.enforced()) return {};
  return denial(realm,
                std::string("Access to this API has been restricted. Use ") + name.flag + " to manage permissions.",
                name.permission, resource);
}

bool Permission::throw_refusal(Realm& realm, Scope scope, std::string_view resource) {
  v8::Local<v8::Value> error;
  if (!refusal(realm, scope, resource).ToLocal(&error)) return false;
  realm.isolate()->ThrowException(error);
  return true;
}

}  // namespace pkg::runtime
