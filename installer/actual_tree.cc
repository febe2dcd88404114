#include "installer/actual_tree.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include <sys/stat.h>

#include "installer/disk.h"
#include "installer/package_json.h"
#include "resolver/base/files.h"
#include "resolver/base/keep.h"
#include "resolver/tree/collate.h"

namespace pkg::installer {
namespace {

using resolver::Manifest;
using resolver::Node;
using resolver::Tree;

constexpr int kMaxDepth = 200;

// Package folders and links in a node_modules folder, scopes opened.
std::vector<std::string> package_names(const std::string& modules) {
  std::vector<std::string> names;
  for (const std::string& name : list_dir(modules)) {
    if (name.starts_with('.')) continue;
    if (!name.starts_with('@')) {
      names.push_back(name);
      continue;
    }
    for (const std::string& inner : list_dir(modules + "/" + name))
      if (!inner.starts_with('.')) names.push_back(name + "/" + inner);
  }
  std::sort(names.begin(), names.end(), resolver::CollateLess());
  return names;
}

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

// npm's check of a hidden lockfile against the folders.
class HiddenLockfileCheck {
 public:
  HiddenLockfileCheck(const std::string& path, const Json& packages, std::int64_t newest)
      : path_(path), packages_(packages), newest_(newest) {
    // An object finds its members one after the other.
    for (auto it = packages.begin(); it != packages.end(); ++it) listed_.insert(it.key());
  }

  bool holds() {
    if (!modules("node_modules", 0)) return false;
    for (auto it = packages_.begin(); it != packages_.end(); ++it) {
      // Workspaces and other folders are reached through their links, or by themselves.
      if (seen_.contains(it.key())) continue;
      if (it.key().find("node_modules/") != std::string::npos || !package(it.key(), 0)) return false;
    }
    for (auto it = packages_.begin(); it != packages_.end(); ++it)
      if (!seen_.contains(it.key())) return false;
    return true;
  }

 private:
  bool fresh(const struct stat& info) const { return nanoseconds(info.st_mtim) <= newest_; }
  bool fresh(const std::string& location) const {
    struct stat info;
    return ::stat((path_ + "/" + location).c_str(), &info) == 0 && fresh(info);
  }

  bool modules(const std::string& location, int depth) {
    if (depth > kMaxDepth || !fresh(location)) return false;
    return entries(location, depth);
  }

  bool entries(const std::string& location, int depth) {
    for (const std::string& name : list_dir(path_ + "/" + location)) {
      std::string child = location + "/" + name;
      struct stat info;
      if (::lstat((path_ + "/" + child).c_str(), &info) != 0) return false;
      if (S_ISLNK(info.st_mode)) {
        seen_.insert(child);
        std::string target = resolve_path(path_ + "/" + location, read_link(path_ + "/" + child).value_or(""));
        std::string target_location = relative_path(path_, target);
        if (is_dir(target) && !seen_.contains(target_location) && !package(target_location, depth + 1)) return false;
      } else if (S_ISDIR(info.st_mode) && !name.starts_with('.')) {
        bool scope = name.starts_with('@') && base_name(location) == "node_modules";
        if (!fresh(info) || (scope ? !entries(child, depth) : !fresh_package(child, depth + 1))) return false;
      }
    }
    return true;
  }

  bool package(const std::string& location, int depth) {
    return seen_.contains(location) || (fresh(location) && fresh_package(location, depth));
  }

  // What is below a package's folder that is not newer than the lockfile.
  bool fresh_package(const std::string& location, int depth) {
    if (!seen_.insert(location).second) return true;
    if (depth > kMaxDepth || !listed_.contains(location)) return false;
    std::string inner = location + "/node_modules";
    struct stat info;
    if (::stat((path_ + "/" + inner).c_str(), &info) != 0) return true;
    return entries(inner, depth);
  }

  const std::string& path_;
  const Json& packages_;
  std::int64_t newest_;
  std::unordered_set<std::string> listed_, seen_;
};

class FolderReader {
 public:
  FolderReader(Tree& tree, const Lockfile& lockfile, const std::set<std::string>& only)
      : tree_(tree), lockfile_(lockfile), only_(only) {}

  // The packages in the node_modules of the package at `location`.
  Result<void> children(const std::string& location, int depth) {
    if (depth > kMaxDepth || !read_.insert(location).second) return {};
    std::string prefix = location.empty() ? "node_modules/" : location + "/node_modules/";
    std::vector<std::string> folders;
    for (const std::string& name : package_names(absolute(prefix))) {
      if (location.empty() && !only_.empty() && !only_.contains(name)) continue;
      std::string child = prefix + name;
      struct stat info;
      if (::lstat(absolute(child).c_str(), &info) != 0) continue;
      if (S_ISLNK(info.st_mode)) {
        PKG_TRY_VOID(link(child, depth));
      } else if (S_ISDIR(info.st_mode)) {
        PKG_TRY_VOID(add(child));
        folders.push_back(std::move(child));
      }
    }
    for (const std::string& folder : folders) PKG_TRY_VOID(children(folder, depth + 1));
    return {};
  }

  // A package outside of node_modules, and what is in it.
  Result<void> target(const std::string& location, int depth) {
    if (location.empty() || tree_.at(location)) return {};
    PKG_TRY_VOID(add(location));
    return children(location, depth + 1);
  }

 private:
  std::string absolute(const std::string& location) const { return resolve_path(tree_.path(), location); }

  Result<void> link(const std::string& location, int depth) {
    std::string path = absolute(location);
    auto real = DiskFiles().realpath(path);
    // A link that leads nowhere is there all the same.
    std::string to = real ? *real : resolve_path(dir_name(path), read_link(path).value_or(""));
    std::string relative = relative_path(tree_.path(), to);
    PKG_TRY_VOID(target(relative, depth));
    PKG_TRY(Node * node, tree_.add_link(location, relative));
    (void)node;
    return {};
  }

  Result<void> add(const std::string& location) {
    auto manifest = std::make_shared<Manifest>();
    if (auto package = PackageJson::load(absolute(location))) *manifest = resolver::parse_manifest(package->content);
    const Json* entry = member(lockfile_.packages, location);
    if (entry && string_member(*entry, "version") == manifest->version) {
      manifest->resolved = string_member(*entry, "resolved");
      if (manifest->resolved.starts_with("file:"))
        manifest->resolved = "file:" + resolve_path(tree_.path(), manifest->resolved.substr(5));
      manifest->integrity = string_member(*entry, "integrity");
    }
    PKG_TRY(Node * node, tree_.add(location, manifest));
    node->resolved = manifest->resolved;
    node->integrity = manifest->integrity;
    return {};
  }

  Tree& tree_;
  const Lockfile& lockfile_;
  const std::set<std::string>& only_;
  std::set<std::string> read_;
};

// No package.json says what is wanted globally: all that is there is.
void depend_on_children(Tree& tree) {
  auto manifest = std::make_shared<Manifest>(*tree.root().manifest);
  for (const auto& [name, child] : tree.root().children)
    if (!resolver::find_dependency(manifest->dependencies, name->text))
      manifest->dependencies.emplace_back(name->text, child->is_link ? "file:" + child->realpath() : "*");
  tree.root().manifest = std::move(manifest);
}

}  // namespace

Result<ActualTree> load_actual_tree(const std::string& path, resolver::ManifestPtr root_manifest,
                                    const Lockfile& lockfile, const LockfileReadOptions& options) {
  ActualTree result;
  if (options.tree.global && !is_dir(path))
    return fail(code::kNoEntry, "there are no global packages: no such folder: " + path,
                "is the prefix the right one?");
  std::string hidden = path + "/node_modules/.package-lock.json";
  struct stat info;
  if (!options.tree.global && ::stat(hidden.c_str(), &info) == 0) {
    auto content = Lockfile::load(hidden, Json::object());
    // npm gives the clock 10 ms.
    if (content && content->exists &&
        HiddenLockfileCheck(path, content->packages, nanoseconds(info.st_mtim) + 10'000'000).holds()) {
      auto tree = load_virtual_tree(*content, path, root_manifest, options);
      if (tree) {
        result.tree = std::move(*tree);
        result.tree->origin.from_lockfile = false;
        result.from_hidden_lockfile = true;
        if (options.edges) resolver::calculate_dep_flags(*result.tree, resolver::OldFlags::kReset);
        keep(std::move(*content));
        return result;
      }
    }
  }
  result.tree = std::make_unique<Tree>(path, std::move(root_manifest), options.tree);
  result.tree->set_workspaces(options.workspaces);
  FolderReader reader(*result.tree, lockfile, options.only);
  PKG_TRY_VOID(reader.children("", 0));
  if (options.tree.global) depend_on_children(*result.tree);
  for (const auto& [name, folder] : options.workspaces) PKG_TRY_VOID(reader.target(relative_path(path, folder), 0));
  PKG_TRY_VOID(result.tree->load_overrides());
  result.tree->load_edges();
  result.tree->origin.loaded_from_disk = result.tree->root().children.size() > 0;
  resolver::calculate_dep_flags(*result.tree, resolver::OldFlags::kReset);
  return result;
}

}  // namespace pkg::installer
