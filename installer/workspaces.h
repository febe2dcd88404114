#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/base/result.h"
#include "resolver/tree/build_ideal_tree.h"

namespace pkg::installer {

// The workspaces that the project in the folder `root`, with the given
// package.json, has: in the order of its patterns, then by path. Folders below
// a node_modules never count. Errors: EDUPLICATEWORKSPACE, EWORKSPACESCONFIG,
// EJSONPARSE.
// Spec: npm's document workspaces.
Result<std::vector<resolver::Workspace>> find_workspaces(const std::string& root, const Json& package);

// Indices of those that the --workspace arguments name: by name, by folder, or
// all below a folder. Errors: ENOWORKSPACES when an argument names none.
Result<std::vector<std::size_t>> select_workspaces(const std::vector<resolver::Workspace>& workspaces,
                                                   const std::vector<std::string>& arguments, const std::string& cwd);

// Whether `text` (a path) matches `pattern`: *, **, ?, [a-z], {a,b}.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace pkg::installer
