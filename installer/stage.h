#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "installer/diff.h"
#include "installer/link.h"

namespace pkg::installer {

// node_modules/.pkg-stage: where an install prepares what it will move into
// place, and keeps what it moved away. While it exists, an install is under
// way or was killed: then the next one puts everything in place anew.
//
//   new/<n>       packages, complete, with new packages nested in them
//   old/<n>       what was replaced or removed
//   before.json   the hidden lockfile of the tree before, "{}" for none; nothing is moved until it is there
class Stage {
 public:
  // `project`: absolute. Touches nothing.
  explicit Stage(std::string project);

  // Whether an install was killed here. `project` as above.
  static bool interrupted(const std::string& project);
  // The lockfile that tells what was there before the install that was killed;
  // "" when only the folders themselves do, as none was moved yet.
  static std::string lockfile_before(const std::string& project);
  static std::string folder(const std::string& project) { return project + "/node_modules/.pkg-stage"; }

  // Makes the folder, moving the hidden lockfile into it, and decides where each
  // of the plan's packages is prepared. `before`: the hidden lockfile's text of
  // what is on disk where the file is not the truth, else empty. An older stage,
  // of a killed install, is taken over: what it kept is removed at the end.
  // A node_modules that is a link or a file is removed; then this returns its path.
  Result<std::string> begin(const Plan& plan, const std::string& before);

  // Links the package in the cache's folder `source` for the node at
  // `location`, one of the plan's. Any thread; nested ones in any order.
  Result<void> add(const std::string& source, const std::string& location, LinkMode mode);

  // Moves everything into place, parents first, and remembers how to undo it.
  // `skip`: locations that are not to appear after all.
  Result<void> swap(const Plan& plan, const std::set<std::string>& skip);
  // Moves every entry of each node_modules folder away: `pkg ci` starts from none.
  Result<void> wipe(const std::vector<std::string>& packages);
  // Undoes swap() and wipe(), and removes the stage: the old tree is back.
  void roll_back();
  // Removes what was kept. `swap` cannot be undone then.
  Result<void> finish();

 private:
  const std::string& staged(const std::string& location) const { return staged_.at(location); }
  std::string final_path(const std::string& location) const { return project_ + "/" + location; }
  Result<void> move(const std::string& from, const std::string& to);
  Result<void> move_away(const std::string& path, std::string* where = nullptr);
  // Real folders all the way from the project to `path`: a link in between is moved away.
  Result<void> real_folders(const std::string& path);

  const std::string project_, folder_, new_, old_;
  std::vector<std::pair<std::string, std::string>> moves_;  // from, to
  std::vector<std::string> made_;                           // folders made in the tree
  std::map<std::string, std::string> staged_;               // location -> where it is prepared
  std::set<std::string> real_;                              // known to be real folders
  std::size_t kept_ = 0;
};

// The location of the package that holds `location` in its node_modules; "" for the root.
std::string parent_location(const std::string& location);

}  // namespace pkg::installer
