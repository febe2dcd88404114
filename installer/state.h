#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/result.h"

namespace pkg::installer {

// node_modules/.pkg-state: what the last install saw, so that the next one can
// tell that nothing changed without reading any of it. The file lists paths
// with their size, inode, mode, times and, of regular files, a sum of their
// content. A folder that differs makes the state void; a file whose times alone
// differ (a checkout, a restored lockfile) is read, and still the same if its sum is.
class InstallState {
 public:
  static std::string path(const std::string& project) { return project + "/node_modules/.pkg-state"; }

  // Makes the file, empty (which is void), so that writing it later leaves
  // node_modules' own times alone.
  static void prepare(const std::string& project);

  // Everything that an install with nothing to do would look at, and what it
  // would say. `key`: flags and environment. A path that is not there counts too.
  static void write(const std::string& project, std::string_view key, const std::vector<std::string>& watched,
                    std::string_view report);

  // The report, when nothing changed and the key is the same. Allocates and
  // opens as little as it can: this is the whole of a no-op install.
  static std::optional<std::string> unchanged(const std::string& project, std::string_view key);
};

// The folders of a project whose entries an install decides: each node_modules
// and scope below `project`, from their locations.
std::vector<std::string> watched_folders(const std::string& project, const std::vector<std::string>& locations);

}  // namespace pkg::installer
