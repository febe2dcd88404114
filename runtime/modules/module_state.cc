#include "runtime/modules/module_state.h"

#include <uv.h>

#include "runtime/core/builtins.h"
#include "runtime/core/options.h"

namespace pkg::runtime {

bool needs_scheme(std::string_view id) {
  return id == "sea" || id == "sqlite" || id == "test" || id == "test/reporters" || id == "quic";
}

bool is_user_builtin(std::string_view id) {
  return !id.starts_with("internal/") && !needs_scheme(id) && find_builtin(id) != nullptr;
}

namespace {
std::string absolute(const std::string& path) {
  if (path.empty() || path.starts_with('/')) return path;
  char buffer[4096];
  std::size_t size = sizeof buffer;
  if (uv_cwd(buffer, &size) != 0) return path;
  return resolver::normalize_path(std::string(buffer, size) + "/" + path);
}
}  // namespace

ModuleState::ModuleState(Realm& realm)
    : resolver(files, is_user_builtin,
               {.preserve_symlinks = realm.command_line().is_on("--preserve-symlinks"),
                .preserve_symlinks_main = realm.command_line().is_on("--preserve-symlinks-main"),
                .package_map = absolute(realm.command_line().string("--experimental-package-map"))}) {}

ModuleState& ModuleState::of(Realm& realm) {
  // A thread has one realm at a time.
  thread_local ModuleState* state = nullptr;
  thread_local Realm* owner = nullptr;
  if (owner != &realm || state == nullptr) {
    state = new ModuleState(realm);
    owner = &realm;
    realm.at_exit([made = state] {
      if (state == made) {
        state = nullptr;
        owner = nullptr;
      }
      delete made;
    });
  }
  return *state;
}

}  // namespace pkg::runtime
