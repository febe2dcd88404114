#pragma once

#include <set>
#include <string>
#include <vector>

#include "resolver/base/result.h"
#include "resolver/tree/node.h"

namespace pkg::installer {

// The commands a package brings: in its nearest node_modules/.bin, or for global packages in the prefix's bin.
// Spec: npm's document package.json, "bin".

// Where the node's commands are linked: absolute paths. Empty for a node that is in no node_modules.
std::vector<std::string> bin_paths(const resolver::Node& node);

// Whether each of them is there.
bool bins_exist(const resolver::Node& node);

// Fails with EEXIST when something that is not the package's own stands where
// one of its commands goes, if the node is a global package at the top.
Result<void> check_global_bins(const resolver::Node& node);

// Links the commands of all `nodes`, shallow ones first and by path, so that
// of two packages with one command the same wins every time. What a package
// lacks is skipped. Targets are made executable; a shebang line ending in CR LF
// loses its CR, in a copy of the file of its own.
Result<void> link_bins(std::vector<const resolver::Node*> nodes);

// Removes the links of the node that point into it.
void unlink_bins(const resolver::Node& node);

}  // namespace pkg::installer
