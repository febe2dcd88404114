#pragma once

#include <string>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/base/result.h"

namespace pkg::cli {

// What `npm pkg fix` repairs in a package.json: bin, bundleDependencies, name,
// version, repository, the forms of dependency maps, paths into .bin in
// scripts. Errors, without a code as in npm: a name or a version that cannot
// be repaired.
Result<void> fix_package(Json& content);

// What every change of a package.json by `npm pkg` does to it besides: sorts
// dependencies, drops empty maps of them, and what is optional from
// `dependencies`. Errors: ESCRIPTSINVALID, EWORKSPACESINVALID.
Result<void> settle_package(Json& content);

// "name: path" for each command, as npm normalises `bin`; null for none.
Json normal_bin(const Json& content);

// `path` without what would lead out of the package: "/../a\\b" is "a/b".
std::string inner_path(std::string_view path);

}  // namespace pkg::cli
