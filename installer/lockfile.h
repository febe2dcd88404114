#pragma once

#include <memory>
#include <set>
#include <string>

#include "installer/json_text.h"
#include "resolver/base/json.h"
#include "resolver/base/result.h"
#include "resolver/tree/node.h"

namespace pkg::installer {

// A lockfile's content as npm 12 reads it: `packages` by location, whatever
// version wrote it.
// Spec: npm's document package-lock.json.
struct Lockfile {
  int version = 0;      // as in the file; 0 when there was none
  bool exists = false;  // there was a file that could be read
  std::string text;     // as read
  JsonFormat format;
  Json packages = Json::object();

  // Reads `path`. No file gives one that does not exist; so does one that
  // holds no JSON, as in npm, which then resolves anew. A version 1 file's nested
  // `dependencies` become `packages`; `root` is the project's package.json for
  // that. Errors: ELOCKFILEVERSION (above 4), errno's.
  static Result<Lockfile> load(const std::string& path, const Json& root);
};

struct LockfileReadOptions {
  resolver::TreeOptions tree;
  // Workspaces in npm's order: name -> absolute folder.
  std::vector<std::pair<std::string, std::string>> workspaces;
  // A tree that is only compared with another needs no edges, and no flags but the lockfile's. It has them all the same
  // when some package bundles others, or no lockfile tells what is on disk.
  bool edges = true;
  // Of an actual tree of global packages these at its top alone; empty: all.
  std::set<std::string> only;
};

// The virtual tree: what the lockfile says there is below the folder `path`,
// with the project's own manifest at its root. Flags are the lockfile's, and
// computed anew when the root's dependencies differ from the lockfile's.
// Errors: EMISSINGTARGET (a link without its target), EINVAL (a location that
// no package can be at).
Result<std::unique_ptr<resolver::Tree>> load_virtual_tree(const Lockfile& lockfile, const std::string& path,
                                                          resolver::ManifestPtr root_manifest,
                                                          const LockfileReadOptions& options);

struct LockfileWriteOptions {
  int version = 3;                      // 1, 2, 3
  JsonFormat format;                    // package.json's
  bool one_line = false;                // format-package-lock=false
  bool omit_registry_resolved = false;  // omit-lockfile-registry-resolved
};

// package-lock.json's text for a tree, byte for byte npm's.
std::string lockfile_text(const resolver::Tree& tree, const LockfileWriteOptions& options);

// node_modules/.package-lock.json's text: what is on disk after an install.
std::string hidden_lockfile_text(const resolver::Tree& tree, const JsonFormat& format,
                                 bool omit_registry_resolved = false);

}  // namespace pkg::installer
