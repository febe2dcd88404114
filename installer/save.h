#pragma once

#include <string>
#include <vector>

#include "resolver/tree/build_ideal_tree.h"

namespace pkg::installer {

// Rewrites the dependency maps of the root and the workspaces in `ideal` so that
// they hold what `pkg install <spec>` saves: for a registry's package the
// prefix and the version, unless what was asked for is not a superset of that;
// aliases, git shortcuts and relative file: specs as npm writes them.
// `save_prefix`: "^", "~" or "". `save_type`: where npm was told to save.
void save_requests(resolver::IdealTree& ideal, const std::string& save_prefix, resolver::SaveType save_type);

}  // namespace pkg::installer
