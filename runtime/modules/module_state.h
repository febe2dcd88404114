#pragma once

#include <unordered_map>

#include "resolver/base/files.h"
#include "resolver/module/module_resolver.h"
#include "runtime/core/realm.h"

namespace pkg::runtime {

class ModuleWrap;

// What module loading keeps in C++ for one realm.
struct ModuleState {
  explicit ModuleState(Realm& realm);

  // Makes it on first use; it lives as long as the realm.
  static ModuleState& of(Realm& realm);

  DiskFiles files;
  resolver::ModuleResolver resolver;
  std::unordered_multimap<int, ModuleWrap*> wraps;  // by the module's identity hash
};

// Sets the isolate's callbacks for import() and import.meta. Once for each
// isolate, after the realm is made: callbacks are not part of a snapshot.
void install_module_callbacks(Realm& realm);

// Names of the builtins that need "node:" in front.
bool needs_scheme(std::string_view id);
// Whether user code can load the builtin by this name without "node:".
bool is_user_builtin(std::string_view id);

}  // namespace pkg::runtime
