#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/module/module_error.h"
#include "resolver/module/package_json.h"

namespace pkg::resolver {

using Conditions = std::vector<std::string>;

// What the entries of "exports" and "imports" are resolved with.
struct TargetContext {
  const Conditions& conditions;
  // Who asks, for messages: a file: URL, another URL, or empty.
  std::string_view base;
  ModuleWarnings& warnings;
  // PACKAGE_RESOLVE for bare targets of "imports": (specifier, base URL) -> URL.
  std::function<ModuleResult<std::string>(const std::string&, const std::string&)> resolve_package;
};

// The URL that `subpath` ("." or "./x") of `package` stands for. `package` has
// exports. Spec: Node 24, esm.md, PACKAGE_EXPORTS_RESOLVE.
ModuleResult<std::string> resolve_exports(const PackageJson& package, const std::string& subpath,
                                          const TargetContext& context);

// The URL that `specifier` ("#x") stands for in `package`, the scope of the
// module that asks; null when it has none. Spec: PACKAGE_IMPORTS_RESOLVE.
ModuleResult<std::string> resolve_imports(const PackageJson* package, const std::string& specifier,
                                          const TargetContext& context);

// How messages name who asked: the path of a file: URL, else the URL itself.
std::string display_base(std::string_view base);

}  // namespace pkg::resolver
