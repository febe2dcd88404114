#pragma once

#include <memory>
#include <string>

#include "installer/lockfile.h"

namespace pkg::installer {

// What is on disk in node_modules of a project, its workspaces, and what links
// point to.
struct ActualTree {
  std::unique_ptr<resolver::Tree> tree;
  bool from_hidden_lockfile = false;  // else from the folders themselves
};

// Reads node_modules/.package-lock.json when it is the truth (every folder it
// names is there, no folder is there that it lacks, none is newer than it),
// else every package.json there is. `lockfile` is package-lock.json's content:
// where versions agree it tells where a package came from. Of global packages (options.tree.global) the folders decide,
// and the root depends on all of them. Errors: EINVAL; ENOENT, without a folder of global packages.
Result<ActualTree> load_actual_tree(const std::string& path, resolver::ManifestPtr root_manifest,
                                    const Lockfile& lockfile, const LockfileReadOptions& options);

}  // namespace pkg::installer
