#pragma once

#include <string>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/base/result.h"
#include "resolver/tree/node.h"

namespace pkg::installer {

struct PackListOptions {
  std::string folder;  // the package's, absolute
  Json package;        // its package.json
  // The tree below the folder, for bundled dependencies; null when there are none.
  const resolver::Tree* tree = nullptr;
  // Folders of its workspaces (absolute), whose package.json counts when they are packed along.
  std::vector<std::string> own_workspaces;
  // With --workspace(s): the project's folder and those chosen. Ignore files
  // between the project and a workspace count, and the project is packed
  // without its workspaces.
  std::string project;
  std::vector<std::string> workspaces;
  std::string global_ignore;  // the text of the user's global-ignore-file; may be empty
};

struct PackList {
  std::vector<std::string> files;  // relative to the folder, in the order they are packed in
  std::vector<std::string> warnings;
};

// The files that a tarball of the package holds: what `files` names, or all
// that .npmignore (else .gitignore) does not ignore; package.json, README,
// LICENSE, `main`, `browser` and commands always; .git, node_modules,
// lockfiles and .npmrc never; bundled dependencies with all of theirs. Sorted
// so that what is alike compresses together: by extension, name, path.
// Links are left out. Errors: errno's.
// Spec: npm's documents npm-publish, "Files included in package", and package.json, "files".
Result<PackList> list_package_files(const PackListOptions& options);

}  // namespace pkg::installer
