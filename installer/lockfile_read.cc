#include <algorithm>
#include <set>

#include "installer/dir_writer.h"
#include "installer/disk.h"
#include "installer/lockfile.h"
#include "installer/package_json.h"
#include "resolver/base/files.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/build_ideal_tree.h"

namespace pkg::installer {
namespace {

using resolver::Node;
using resolver::Tree;

constexpr int kMaxVersion = 4;
constexpr int kMaxDepth = 200;

bool flag(const Json& entry, const char* name) {
  const Json* value = member(entry, name);
  return value && ((value->is_boolean() && value->get<bool>()) || (value->is_string() && !value->empty()) ||
                   (value->is_number() && value->get<double>() != 0));
}

// "node_modules/@s/a/node_modules/b" -> "b"; with a scope "@s/b".
std::string name_of_location(std::string_view location) {
  std::string_view base = base_name(location);
  std::string_view dir = dir_name(location);
  std::string_view scope = base_name(dir);
  if (dir != location && scope.starts_with('@')) return std::string(scope) + "/" + std::string(base);
  return std::string(base);
}

// One entry of a version 1 lockfile's `dependencies`, as an entry of `packages`.
class OldLockfile {
 public:
  explicit OldLockfile(Json& packages) : packages_(packages) {}

  void convert(const std::string& location, const Json& lock, int depth) {
    const Json* dependencies = member(lock, "dependencies");
    if (!dependencies || !dependencies->is_object() || depth > kMaxDepth) return;
    for (auto it = dependencies->begin(); it != dependencies->end(); ++it) {
      if (!it->is_object()) continue;
      std::string below = location + (location.empty() ? "" : "/") + "node_modules/" + it.key();
      convert(add(below, it.key(), *it), *it, depth + 1);
    }
  }

  // Old files know flags but not the kind of each dependency: it is guessed
  // from them, as npm does.
  void fix_dependencies() {
    for (auto it = packages_.begin(); it != packages_.end(); ++it) {
      Json& entry = *it;
      const Json* found = member(entry, "requires");
      if (!found || it.key().empty()) continue;
      Json required = *found;
      entry.erase("requires");
      if (!required.is_object()) continue;
      for (auto name = required.begin(); name != required.end(); ++name) {
        const Json* target = reach(it.key(), name.key());
        const char* type = "dependencies";
        if (target && flag(*target, "optional") && !flag(entry, "optional"))
          type = "optionalDependencies";
        else if (target && flag(*target, "dev") && !flag(entry, "dev"))
          type = "devDependencies";
        entry[type][name.key()] = *name;
      }
    }
  }

 private:
  std::string add(const std::string& location, const std::string& name, const Json& lock) {
    std::string version = string_member(lock, "version");
    auto spec = resolver::resolve_spec(name, version, "/");
    if (spec && spec->type == resolver::SpecType::kDirectory && version.starts_with("file:")) {
      std::string target = resolve_path("/", version.substr(5)).substr(1);
      packages_[location] = {{"resolved", target}, {"link", true}};
      if (!packages_.contains(target)) {
        Json entry = Json::object();
        if (const Json* required = member(lock, "requires")) entry["requires"] = *required;
        packages_[target] = std::move(entry);
      }
      return target;
    }
    Json entry = Json::object();
    bool registry = spec && spec->is_registry();
    if (registry && spec->type == resolver::SpecType::kAlias) {
      entry["name"] = spec->fetched().name;
      entry["version"] = spec->fetched().fetch_spec;
    } else if (registry) {
      entry["version"] = version;
    }
    for (const char* key : {"resolved", "integrity", "requires"})
      if (const Json* value = member(lock, key)) entry[key] = *value;
    if (!registry) entry["resolved"] = version;
    for (const char* key : {"dev", "optional"})
      if (flag(lock, key)) entry[key] = true;
    if (flag(lock, "bundled")) entry["inBundle"] = true;
    packages_[location] = std::move(entry);
    return location;
  }

  const Json* reach(std::string location, const std::string& name) const {
    for (;;) {
      std::string check = location + (location.empty() ? "" : "/") + "node_modules/" + name;
      if (const Json* found = member(packages_, check)) return found;
      if (location.empty()) return nullptr;
      auto slash = location.rfind('/');
      location.erase(slash == std::string::npos ? 0 : slash);
    }
  }

  Json& packages_;
};

Json map_of(const resolver::Dependencies& dependencies) {
  Json map = Json::object();
  for (const auto& [name, spec] : dependencies) map[name] = spec;
  return map;
}

// Whether the root's edges are those that the lockfile was made for.
bool root_matches(const Lockfile& lockfile, const Node& root, const LockfileReadOptions& options) {
  static const Json kNothing = Json::object();
  const Json* entry = member(lockfile.packages, "");
  if (!entry) entry = &kNothing;
  resolver::Manifest lock = resolver::parse_manifest(*entry);
  std::size_t matched = 0;
  std::set<std::string> seen;
  auto same = [&](const resolver::Dependencies& dependencies, resolver::EdgeType type) {
    for (const auto& [name, spec] : dependencies) {
      resolver::EdgeType wanted = type;
      if (type == resolver::EdgeType::kPeer && lock.peer_is_optional(name)) wanted = resolver::EdgeType::kPeerOptional;
      const resolver::Edge* found = nullptr;
      for (const auto& [edge_name, edge] : root.edges_out)
        if (edge_name->text == name) found = edge;
      if (!found || found->type != wanted || found->raw_spec != spec) return false;
      if (seen.insert(name).second) ++matched;
    }
    return true;
  };
  if (!same(lock.dependencies, resolver::EdgeType::kProd) || !same(lock.dev_dependencies, resolver::EdgeType::kDev) ||
      !same(lock.optional_dependencies, resolver::EdgeType::kOptional) ||
      !same(lock.peer_dependencies, resolver::EdgeType::kPeer))
    return false;
  for (const auto& [name, folder] : options.workspaces) {
    std::string location = relative_path(root.path(), folder);
    const Json* link = member(lockfile.packages, "node_modules/" + name);
    if (!link || string_member(*link, "resolved") != location) return false;
    if (seen.insert(name).second) ++matched;
  }
  return matched == root.edges_out.size();
}

void take_flags(Node& node, const Json& entry) {
  node.extraneous = flag(entry, "extraneous");
  node.dev = flag(entry, "dev");
  node.optional = flag(entry, "optional");
  node.dev_optional = flag(entry, "devOptional") || node.dev || node.optional;
  node.peer = flag(entry, "peer");
  node.in_bundle_on_disk = flag(entry, "inBundle");
}

int nesting(std::string_view location) {
  int count = 0;
  for (std::size_t at = 0; (at = location.find("node_modules/", at)) != std::string_view::npos; at += 13) ++count;
  return count;
}

}  // namespace

Result<Lockfile> Lockfile::load(const std::string& path, const Json& root) {
  Lockfile result;
  auto text = DiskFiles().read(path);
  if (!text) return result;
  auto data = parse_json(*text, path);
  if (!data || !data->is_object()) return result;
  result.text = std::move(*text);
  result.exists = true;
  result.format = detect_format(result.text);
  if (const Json* version = member(*data, "lockfileVersion"); version && version->is_number())
    result.version = static_cast<int>(std::min(version->get<double>(), 1e6));
  if (result.version > kMaxVersion)
    return fail(code::kLockfileVersion,
                path + " has lockfileVersion " + std::to_string(result.version) + ", and versions up to " +
                    std::to_string(kMaxVersion) + " are known",
                "it was written by a newer program");
  auto packages = data->find("packages");
  const Json* dependencies = member(*data, "dependencies");
  if (packages != data->end() && packages->is_object()) {
    result.packages = std::move(*packages);
  } else if (dependencies && dependencies->is_object()) {
    // A version 1 file has no entry for the root: the project is it.
    resolver::Manifest manifest = resolver::parse_manifest(root);
    Json entry = Json::object();
    if (!manifest.dependencies.empty()) entry["dependencies"] = map_of(manifest.dependencies);
    if (!manifest.optional_dependencies.empty()) entry["optionalDependencies"] = map_of(manifest.optional_dependencies);
    if (!manifest.dev_dependencies.empty()) entry["devDependencies"] = map_of(manifest.dev_dependencies);
    if (!manifest.peer_dependencies.empty()) entry["peerDependencies"] = map_of(manifest.peer_dependencies);
    if (!manifest.peer_dependencies_meta.is_null()) entry["peerDependenciesMeta"] = manifest.peer_dependencies_meta;
    result.packages[""] = std::move(entry);
    OldLockfile old(result.packages);
    old.convert("", *data, 0);
    old.fix_dependencies();
  }
  return result;
}

Result<std::unique_ptr<Tree>> load_virtual_tree(const Lockfile& lockfile, const std::string& path,
                                                resolver::ManifestPtr root_manifest,
                                                const LockfileReadOptions& options) {
  auto tree = std::make_unique<Tree>(path, std::move(root_manifest), options.tree);
  tree->set_workspaces(options.workspaces);
  tree->origin.loaded_from_disk = lockfile.exists;
  tree->origin.from_lockfile = lockfile.exists;
  tree->origin.lockfile_version = lockfile.version;

  // A branch or tag cannot be told from the commit it came to: what was asked for then is kept.
  for (auto it = lockfile.packages.begin(); it != lockfile.packages.end(); ++it)
    if (it->is_object() && it.key().find("node_modules/") == std::string::npos)
      tree->origin.locked[it.key()] = std::make_shared<resolver::Manifest>(resolver::parse_manifest(*it));

  struct Entry {
    const std::string* location;
    const Json* json;
    int nesting;
  };
  std::vector<Entry> nodes, links;
  for (auto it = lockfile.packages.begin(); it != lockfile.packages.end(); ++it) {
    if (it.key().empty() || !it->is_object()) continue;
    // No package is called like this: it would land among our own files.
    if (it.key().find("node_modules/.") != std::string::npos) continue;
    (flag(*it, "link") ? links : nodes).push_back({&it.key(), &*it, nesting(it.key())});
  }
  std::stable_sort(nodes.begin(), nodes.end(), [](const Entry& a, const Entry& b) { return a.nesting < b.nesting; });

  std::set<std::string, std::less<>> targets;
  for (const Entry& link : links) {
    std::string target = relative_path(path, resolve_path(path, string_member(*link.json, "resolved")));
    if (!target.empty() && !member(lockfile.packages, target))
      return fail("EMISSINGTARGET",
                  "the lockfile's entry \"" + *link.location + "\" is a link to \"" + target + "\", which it lacks",
                  "remove package-lock.json and run `pkg install`");
    targets.insert(std::move(target));
  }

  for (const Entry& entry : nodes) {
    auto manifest = std::make_shared<resolver::Manifest>();
    // A link's target outside of node_modules is the user's own and may have changed.
    bool outside = entry.location->find("node_modules/") == std::string::npos;
    bool read = false;
    if (outside && targets.contains(*entry.location)) {
      if (auto package = PackageJson::load(resolve_path(path, *entry.location))) {
        *manifest = resolver::parse_manifest(package->content);
        read = true;
      }
    }
    if (!read) *manifest = resolver::parse_manifest(*entry.json);
    if (manifest->name.empty()) manifest->name = name_of_location(*entry.location);
    std::string resolved = string_member(*entry.json, "resolved");
    if (resolved.starts_with("file:")) resolved = "file:" + resolve_path(path, resolved.substr(5));
    std::string integrity = string_member(*entry.json, "integrity");
    manifest->resolved = resolved;
    manifest->integrity = integrity;
    PKG_TRY(Node * node, tree->add(*entry.location, manifest));
    node->resolved = resolved;
    node->integrity = integrity;
    take_flags(*node, *entry.json);
  }
  for (const Entry& link : links) {
    PKG_TRY(Node * node, tree->add_link(*link.location, string_member(*link.json, "resolved")));
    // npm gives a link its target's flags.
    if (node->target) {
      node->extraneous = node->target->extraneous;
      node->dev = node->target->dev;
      node->optional = node->target->optional;
      node->dev_optional = node->target->dev_optional;
      node->peer = node->target->peer;
    }
  }
  if (!options.edges && !tree->has_bundles()) return tree;
  PKG_TRY_VOID(tree->load_overrides());
  tree->load_edges();
  if (!root_matches(lockfile, tree->root(), options)) {
    resolver::calculate_dep_flags(*tree, resolver::OldFlags::kReset);
  } else {
    Node& root = tree->root();
    root.dev = root.optional = root.dev_optional = root.peer = root.extraneous = false;
  }
  return tree;
}

}  // namespace pkg::installer
