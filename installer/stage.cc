#include "installer/stage.h"

#include <algorithm>
#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

#include "installer/dir_writer.h"
#include "installer/disk.h"

namespace pkg::installer {
namespace {

int nesting(std::string_view location) {
  int count = 0;
  for (std::size_t at = 0; (at = location.find("node_modules/", at)) != std::string_view::npos; at += 13) ++count;
  return count;
}

// The nearest of `locations` that `location` is inside of, or nothing.
template <typename Map>
auto nearest_above(const Map& locations, const std::string& location) {
  for (std::string above = parent_location(location); !above.empty(); above = parent_location(above)) {
    auto found = locations.find(above);
    if (found != locations.end()) return found;
  }
  return locations.end();
}

}  // namespace

std::string parent_location(const std::string& location) {
  auto at = location.rfind("/node_modules/");
  return at == std::string::npos ? std::string() : location.substr(0, at);
}

Stage::Stage(std::string project)
    : project_(std::move(project)), folder_(folder(project_)), new_(folder_ + "/new"), old_(folder_ + "/old") {}

bool Stage::interrupted(const std::string& project) { return link_or_file_exists(folder(project)); }

std::string Stage::lockfile_before(const std::string& project) {
  std::string before = folder(project) + "/before.json", hidden = project + "/node_modules/.package-lock.json";
  return path_exists(before) ? before : path_exists(hidden) ? hidden : "";
}

Result<std::string> Stage::begin(const Plan& plan, const std::string& before) {
  std::string removed;
  std::string modules = project_ + "/node_modules";
  struct stat info;
  if (::lstat(modules.c_str(), &info) == 0 && !S_ISDIR(info.st_mode)) {
    PKG_TRY_VOID(remove_all(modules));
    removed = modules;
  }
  // A kill between any two of these steps leaves what tells the tree before: a hidden lockfile that is true, or none
  // and the folders as they were, or before.json.
  std::string hidden = modules + "/.package-lock.json", kept = folder_ + "/before.json";
  if (!before.empty()) ::unlink(hidden.c_str());
  PKG_TRY_VOID(make_dirs(folder_));
  if (!path_exists(kept) && (!before.empty() || ::rename(hidden.c_str(), kept.c_str()) != 0)) {
    PKG_TRY_VOID(write_file(kept, before.empty() ? "{}" : before));
  }
  PKG_TRY_VOID(remove_all(new_));
  PKG_TRY_VOID(make_dirs(new_));
  PKG_TRY_VOID(make_dirs(old_));
  kept_ = list_dir(old_).size();
  while (link_or_file_exists(old_ + "/" + std::to_string(kept_))) ++kept_;
  // What is nested in a package that is prepared is prepared inside of it.
  for (const PlanStep& step : plan.steps) {
    if (step.action == Action::kRemove || step.ideal->is_link) continue;
    std::string parent = parent_location(step.location);
    auto above = parent.empty() ? staged_.end() : staged_.find(parent);
    staged_[step.location] = above == staged_.end() ? new_ + "/" + std::to_string(staged_.size())
                                                    : above->second + step.location.substr(parent.size());
  }
  return removed;
}

Result<void> Stage::add(const std::string& source, const std::string& location, LinkMode mode) {
  return link_package(source, staged(location), mode);
}

Result<void> Stage::move(const std::string& from, const std::string& to) {
  PKG_TRY_VOID(rename_path(from, to));
  moves_.emplace_back(from, to);
  return {};
}

Result<void> Stage::move_away(const std::string& path, std::string* where) {
  std::string to = old_ + "/" + std::to_string(kept_++);
  if (where) *where = to;
  return move(path, to);
}

Result<void> Stage::real_folders(const std::string& path) {
  if (path.size() <= project_.size() || real_.contains(path)) return {};
  PKG_TRY_VOID(real_folders(std::string(dir_name(path))));
  struct stat info;
  if (::lstat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode)) {
    // Only what npm itself makes below node_modules has to be real: a
    // workspace may be reached through a link.
    std::string_view base = base_name(path);
    if (base == "node_modules" || base.starts_with('@')) PKG_TRY_VOID(move_away(path));
  }
  if (::mkdir(path.c_str(), 0777) == 0) {
    made_.push_back(path);
  } else if (errno != EEXIST) {
    return tl::unexpected(errno_error(errno, "mkdir", path));
  }
  real_.insert(path);
  return {};
}

Result<void> Stage::swap(const Plan& plan, const std::set<std::string>& skip) {
  struct Item {
    const PlanStep* step;  // null: unchanged
    std::string location;
  };
  std::vector<Item> items;
  for (const PlanStep& step : plan.steps) items.push_back({&step, step.location});
  for (const std::string& location : plan.unchanged) items.push_back({nullptr, location});
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) { return nesting(a.location) < nesting(b.location); });

  std::map<std::string, std::string> gone;  // location -> where its old content was moved
  std::set<std::string> fresh;              // locations of staged packages
  for (const Item& item : items) {
    const std::string& location = item.location;
    std::string path = final_path(location);
    if (!item.step) {
      // Unchanged, but what holds it was moved away: it moves back.
      auto above = nearest_above(gone, location);
      if (above == gone.end()) continue;
      std::string from = above->second + location.substr(above->first.size());
      if (!link_or_file_exists(from)) continue;  // came with a bundle, or is inside what moved back
      PKG_TRY_VOID(real_folders(std::string(dir_name(path))));
      if (link_or_file_exists(path)) continue;
      PKG_TRY_VOID(move(from, path));
      continue;
    }
    const PlanStep& step = *item.step;
    bool moved_above = nearest_above(gone, location) != gone.end();
    if (step.action != Action::kAdd && link_or_file_exists(path) && !fresh.contains(parent_location(location))) {
      std::string where;
      PKG_TRY_VOID(move_away(path, &where));
      gone.emplace(location, where);
    } else if (step.action == Action::kRemove && moved_above) {
      continue;
    }
    if (step.action == Action::kRemove) continue;
    if (skip.contains(location)) {
      if (fresh.contains(parent_location(location))) PKG_TRY_VOID(remove_all(path));
      continue;
    }
    if (step.ideal->is_link) {
      PKG_TRY_VOID(real_folders(std::string(dir_name(path))));
      if (link_or_file_exists(path)) PKG_TRY_VOID(move_away(path));
      std::string target = relative_path(dir_name(path), step.ideal->realpath());
      if (::symlink(target.c_str(), path.c_str()) != 0) return tl::unexpected(errno_error(errno, "symlink", path));
      made_.push_back(path);
      continue;
    }
    fresh.insert(location);
    if (fresh.contains(parent_location(location))) continue;  // inside what was moved into place
    PKG_TRY_VOID(real_folders(std::string(dir_name(path))));
    if (::rename(staged(location).c_str(), path.c_str()) == 0) {
      moves_.emplace_back(staged(location), path);
      continue;
    }
    if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
      return tl::unexpected(errno_error(errno, "rename", path));
    PKG_TRY_VOID(move_away(path));
    PKG_TRY_VOID(move(staged(location), path));
  }
  return {};
}

Result<void> Stage::wipe(const std::vector<std::string>& packages) {
  for (const std::string& package : packages) {
    std::string modules = package + "/node_modules";
    for (const std::string& name : list_dir(modules))
      if (modules + "/" + name != folder_) PKG_TRY_VOID(move_away(modules + "/" + name));
  }
  return {};
}

void Stage::roll_back() {
  for (auto made = made_.rbegin(); made != made_.rend(); ++made)
    if (read_link(*made)) ::unlink(made->c_str());
  for (auto move = moves_.rbegin(); move != moves_.rend(); ++move) ::rename(move->second.c_str(), move->first.c_str());
  for (auto made = made_.rbegin(); made != made_.rend(); ++made) ::rmdir(made->c_str());
  moves_.clear();
  made_.clear();
  std::string before = folder_ + "/before.json";
  struct stat info;
  bool none = ::stat(before.c_str(), &info) == 0 && info.st_size <= 2;  // "{}"
  if (!none) ::rename(before.c_str(), (project_ + "/node_modules/.package-lock.json").c_str());
  (void)remove_all(folder_);
  ::rmdir((project_ + "/node_modules").c_str());  // when it was not there before
}

Result<void> Stage::finish() {
  std::vector<std::string> old;
  for (const std::string& name : list_dir(old_)) old.push_back(old_ + "/" + name);
  PKG_TRY_VOID(parallel(old.size(), [&](std::size_t index) { return remove_all(old[index]); }));
  return remove_all(folder_);
}

}  // namespace pkg::installer
