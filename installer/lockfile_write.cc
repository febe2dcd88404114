#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>

#include "installer/disk.h"
#include "installer/lockfile.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/collate.h"

namespace pkg::installer {
namespace {

using resolver::Edge;
using resolver::Node;
using resolver::Tree;

// JavaScript's idea of a value that counts.
bool truthy(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return false;
    case Json::value_t::boolean:
      return value.get<bool>();
    case Json::value_t::string:
      return !value.get_ref<const std::string&>().empty();
    case Json::value_t::array:
    case Json::value_t::object:
      return !value.empty();  // npm leaves empty ones out
    default:
      return value.get<double>() != 0;
  }
}

void put(JsonMembers& entry, const char* key, const Json& value) {
  if (truthy(value)) entry.emplace_back(key, &value);
}

void put(JsonMembers& entry, const char* key, const resolver::Dependencies& dependencies) {
  if (!dependencies.empty()) entry.emplace_back(key, &dependencies);
}

std::string folder_name(std::string_view path) {
  std::string_view base = base_name(path), scope = base_name(dir_name(path));
  return scope.starts_with('@') ? std::string(scope) + "/" + std::string(base) : std::string(base);
}

// What the lockfile at the project's folder says a node came from.
std::string lock_resolved(const std::string& resolved, const std::string& project) {
  if (resolved.starts_with("file:")) return "file:" + relative_path(project, resolve_path(project, resolved.substr(5)));
  return resolved;
}

// Whether npm leaves the node out: what was a workspace or folder dependency
// and is none any more, and what could not be loaded.
bool left_out(const Node& node, const std::string& location) {
  if (node.extraneous && location.find("node_modules/") == std::string::npos && location != "node_modules" &&
      (!node.fs_parent || node.fs_parent->is_root()))
    return true;
  return node.inert && !node.is_link && node.manifest->version.empty();
}

// `packages` of a lockfile: views of the tree, and the texts that the tree lacks.
class Packages {
 public:
  Packages(const Tree& tree, bool with_root, bool omit_registry_resolved)
      : tree_(tree), omit_registry_resolved_(omit_registry_resolved) {
    if (with_root) {
      JsonMembers root = entry_of(tree.root());
      if (!root.empty()) add("", std::move(root));
    }
    for (const Node* node : tree.nodes()) {
      if (node == &tree.root()) continue;
      std::string location = relative_path(tree.path(), node->path());
      if (location.empty() || left_out(*node, location)) continue;
      add(own(std::move(location)), entry_of(*node));
    }
    // Where two nodes have one location the later counts.
    std::unordered_map<std::string_view, std::size_t> last;
    for (std::size_t i = 0; i < members_.size(); ++i) last[members_[i].first] = i;
    if (last.size() == members_.size()) return;
    JsonMembers unique;
    for (std::size_t i = 0; i < members_.size(); ++i)
      if (last[members_[i].first] == i) unique.push_back(members_[i]);
    members_ = std::move(unique);
  }
  Packages(const Packages&) = delete;
  Packages& operator=(const Packages&) = delete;

  const JsonMembers* members() const { return &members_; }

 private:
  std::string_view own(std::string text) { return texts_.emplace_back(std::move(text)); }
  void add(std::string_view location, JsonMembers entry) {
    members_.emplace_back(location, &entries_.emplace_back(std::move(entry)));
  }
  JsonMembers entry_of(const Node& node);

  const Tree& tree_;
  bool omit_registry_resolved_;
  std::deque<std::string> texts_;
  std::deque<JsonMembers> entries_;
  JsonMembers members_;
};

JsonMembers Packages::entry_of(const Node& node) {
  JsonMembers entry;
  if (node.is_link) {
    entry.emplace_back("resolved", own(relative_path(tree_.path(), node.realpath())));
    entry.emplace_back("link", true);
    return entry;
  }
  const resolver::Manifest& manifest = *node.manifest;
  entry.reserve(16);
  if (!manifest.version.empty()) entry.emplace_back("version", std::string_view(manifest.version));
  put(entry, "dependencies", manifest.dependencies);
  put(entry, "peerDependencies", manifest.peer_dependencies);
  put(entry, "peerDependenciesMeta", manifest.peer_dependencies_meta);
  put(entry, "optionalDependencies", manifest.optional_dependencies);
  if (!manifest.bundle_dependencies.empty()) entry.emplace_back("bundleDependencies", &manifest.bundle_dependencies);
  put(entry, "acceptDependencies", manifest.accept_dependencies);
  put(entry, "funding", manifest.funding);
  put(entry, "engines", manifest.engines);
  put(entry, "os", manifest.os);
  put(entry, "cpu", manifest.cpu);
  put(entry, "libc", manifest.libc);
  const Json* type = member(manifest.license, "type");
  put(entry, "license", type && truthy(*type) ? *type : manifest.license);
  if (manifest.has_install_script) entry.emplace_back("hasInstallScript", true);
  put(entry, "bin", manifest.bin);
  put(entry, "deprecated", manifest.deprecated);
  put(entry, "workspaces", manifest.workspaces);

  bool root = &node == &tree_.root();
  if (!manifest.name.empty() &&
      (root || manifest.name != node.name->text || folder_name(node.realpath()) != manifest.name))
    entry.emplace_back("name", std::string_view(manifest.name));
  if (node.is_top()) {
    put(entry, "devDependencies", manifest.dev_dependencies);
    if (manifest.has_dev_dependencies && manifest.dev_dependencies.empty())
      entry.emplace_back("devDependencies", &manifest.dev_dependencies);
  }

  if (!node.integrity.empty()) entry.emplace_back("integrity", std::string_view(node.integrity));
  if (node.in_bundle()) entry.emplace_back("inBundle", true);
  if (!node.resolved.empty() && !(omit_registry_resolved_ && node.is_registry_dependency()))
    entry.emplace_back("resolved", own(lock_resolved(node.resolved, tree_.path())));

  if (node.extraneous) {
    entry.emplace_back("extraneous", true);
  } else {
    if (node.peer) entry.emplace_back("peer", true);
    if (node.dev) entry.emplace_back("dev", true);
    if (node.optional) entry.emplace_back("optional", true);
    if (node.dev_optional && !node.dev && !node.optional) entry.emplace_back("devOptional", true);
  }
  return entry;
}

// The nested `dependencies` that npm 6 reads, in lockfiles of versions 1 and 2.
class LegacyDependencies {
 public:
  LegacyDependencies(const Tree& tree, bool omit) : tree_(tree), omit_(omit) {}

  // Adds `requires` and `dependencies` of `node` to `lock`, and to any but the root's what it is.
  void fill(const Node& node, Json& lock, std::vector<std::string> path) const {
    if (&node != &tree_.root()) describe(node, lock);
    const Node& depender = node.real_target();
    if (&node != &tree_.root() && !depender.edges_out.empty()) {
      Json required = Json::object();
      for (const auto& [name, edge] : depender.edges_out) {
        if (edge->is_peer()) continue;
        std::string spec = edge->spec();
        if (spec.starts_with("file:"))
          spec = "file:" + relative_path(node.realpath(), resolve_path(node.realpath(), spec.substr(5)));
        required[name->text] = spec;
      }
      lock["requires"] = std::move(required);
    }
    path.push_back(node.realpath());
    Json dependencies = Json::object();
    for (const auto& [name, child] : depender.children) {
      if (std::find(path.begin(), path.end() - 1, child->realpath()) != path.end() - 1) continue;
      Json entry = Json::object();
      fill(*child, entry, path);
      dependencies[name->text] = std::move(entry);
    }
    if (!dependencies.empty()) lock["dependencies"] = std::move(dependencies);
  }

 private:
  // The dependency that the entry speaks for: from the shallowest dependent.
  static const Edge* first_edge(const Node& node) {
    const Edge* best = nullptr;
    auto key = [](const Edge& edge) {
      std::string location = edge.from->location();
      int depth = 0;
      std::size_t last = 0;
      for (std::size_t at = 0; (at = location.find("node_modules", at)) != std::string::npos; at += 12) {
        ++depth;
        last = at + 12;
      }
      return std::pair(depth, location.substr(last));
    };
    for (const Edge* edge : node.edges_in) {
      if (!edge->valid()) continue;
      if (!best) {
        best = edge;
        continue;
      }
      auto [depth, name] = key(*edge);
      auto [best_depth, best_name] = key(*best);
      if (depth < best_depth || (depth == best_depth && resolver::collate(name, best_name) < 0)) best = edge;
    }
    return best;
  }

  void describe(const Node& node, Json& lock) const {
    using resolver::SpecType;
    std::string resolved = lock_resolved(node.resolved, tree_.path());
    auto own = resolver::parse_spec(resolved, tree_.path());
    std::optional<SpecType> own_type, type;
    if (!resolved.empty() && own) type = own_type = own->type;
    const Edge* edge = first_edge(node);
    Result<resolver::Spec> spec = own;
    if (edge) {
      spec = resolver::resolve_spec(node.name->text, edge->spec(), edge->from->realpath());
      type = spec ? std::optional(spec->type) : std::nullopt;
    }
    auto is = [](std::optional<SpecType> a, SpecType b) { return a && *a == b; };
    if (node.is_link) {
      lock["version"] = "file:" + relative_path(tree_.path(), node.realpath());
    } else if (is(type, SpecType::kFile) || is(type, SpecType::kRemote)) {
      lock["version"] = spec->save_spec;
    } else if (is(type, SpecType::kGit) || is(own_type, SpecType::kGit)) {
      lock["version"] = node.resolved;
      if (spec && !spec->raw.empty()) lock["from"] = spec->raw;
    } else if (!node.package_name().empty() && node.package_name() != node.name->text) {
      lock["version"] = "npm:" + std::string(node.package_name()) + "@" + std::string(node.version());
    } else if (!node.version().empty()) {
      lock["version"] = std::string(node.version());
    }
    if (node.in_dep_bundle()) lock["bundled"] = true;
    bool local = is(own_type, SpecType::kGit) || is(own_type, SpecType::kFile) || is(own_type, SpecType::kDirectory) ||
                 is(type, SpecType::kDirectory) || is(type, SpecType::kGit) || is(type, SpecType::kFile) ||
                 is(type, SpecType::kRemote);
    if (!node.resolved.empty() && !node.is_link && !local && !omit_) lock["resolved"] = node.resolved;
    if (!node.integrity.empty()) lock["integrity"] = node.integrity;
    if (node.extraneous) {
      lock["extraneous"] = true;
    } else if (!node.is_link) {
      if (node.peer) lock["peer"] = true;
      if (node.dev_optional && !node.dev && !node.optional) lock["devOptional"] = true;
      if (node.dev) lock["dev"] = true;
      if (node.optional) lock["optional"] = true;
    }
  }

  const Tree& tree_;
  bool omit_;
};

// A package.json on one line still gets a lockfile on many.
std::string formatted(const JsonMembers& data, const JsonFormat& format) {
  std::string_view indent = format.indent.empty() ? std::string_view("  ") : format.indent;
  return with_newlines(json_text(data, indent, KeyOrder::kLockfile) + "\n",
                       format.newline.empty() ? std::string_view("\n") : format.newline);
}

// `name` is what the project is called, or its folder; the caller keeps it.
JsonMembers heading(const Node& root, const std::string& name, int version) {
  JsonMembers data{{"name", std::string_view(name)}};
  if (!root.manifest->version.empty()) data.emplace_back("version", std::string_view(root.manifest->version));
  data.emplace_back("lockfileVersion", version);
  data.emplace_back("requires", true);
  return data;
}

std::string project_name(const Tree& tree) {
  std::string_view name = tree.root().package_name();
  return name.empty() ? folder_name(tree.path()) : std::string(name);
}

}  // namespace

std::string lockfile_text(const Tree& tree, const LockfileWriteOptions& options) {
  std::string name = project_name(tree);
  JsonMembers data = heading(tree.root(), name, options.version);
  std::optional<Packages> packages;
  if (options.version >= 2) {
    packages.emplace(tree, true, options.omit_registry_resolved);
    data.emplace_back("packages", packages->members());
  }
  Json legacy = Json::object();
  if (options.version <= 2) {
    LegacyDependencies(tree, options.omit_registry_resolved).fill(tree.root(), legacy, {});
    if (const Json* dependencies = member(legacy, "dependencies")) data.emplace_back("dependencies", dependencies);
  }
  if (options.one_line) return json_text(data, "", KeyOrder::kLockfile);
  return formatted(data, options.format);
}

std::string hidden_lockfile_text(const Tree& tree, const JsonFormat& format, bool omit_registry_resolved) {
  std::string name = project_name(tree);
  JsonMembers data = heading(tree.root(), name, 3);
  Packages packages(tree, false, omit_registry_resolved);
  data.emplace_back("packages", packages.members());
  return formatted(data, format);
}

}  // namespace pkg::installer
