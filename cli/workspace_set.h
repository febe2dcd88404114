#pragma once

#include <set>

#include "cli/installing.h"

namespace pkg::cli {

// The part of a tree that --workspace and --no-workspaces leave.
struct WorkspaceSet {
  bool all = true;                        // no choice was made
  std::set<const resolver::Node*> nodes;  // if one was

  bool contains(const resolver::Node& node) const { return all || nodes.contains(&node); }
};

enum class RootToo { kNo, kAsSet };  // kAsSet: with --include-workspace-root its own dependencies as well

// With workspaces chosen: they, and all that they depend on. With
// --no-workspaces: what the root depends on. `tree`: actual or virtual.
WorkspaceSet workspace_set(Session& session, const Project& project, const resolver::Tree& tree,
                           RootToo root = RootToo::kAsSet);

}  // namespace pkg::cli
