#pragma once

#include <string>

#include "resolver/base/json.h"
#include "resolver/base/result.h"

namespace pkg::cli {

// What a registry is told of the package in `folder`: its package.json,
// repaired and filled in with what is beside it: readme, description, people
// in parts, pages of the repository, the git commit, types. Errors: ENOENT,
// EJSONPARSE, a name or version that cannot be repaired.
Result<Json> published_manifest(const std::string& folder);

}  // namespace pkg::cli
