#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/base/json.h"

namespace pkg::registry {

// Key -> value in the order of the file. A value is a string, true, false,
// null, or a list of those ("omit[] = dev" several times).
using NpmrcEntries = std::vector<std::pair<std::string, Json>>;

// Reads an .npmrc: "key = value" lines, ';' and '#' comments, quotes, "key[]".
// A key without '=' is true. Keys below a [section] are no settings and are
// dropped. Never fails: what makes no sense is skipped, as in npm.
NpmrcEntries parse_npmrc(std::string_view text);

// The file that gives these entries back.
std::string write_npmrc(const NpmrcEntries& entries);

}  // namespace pkg::registry
