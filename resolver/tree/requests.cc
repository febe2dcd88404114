#include "resolver/tree/requests.h"

#include <algorithm>

#include "resolver/spec/paths.h"
#include "resolver/tree/audit_report.h"
#include "resolver/tree/builder.h"
#include "resolver/tree/collate.h"
#include "resolver/tree/override_set.h"

namespace pkg::resolver {
namespace {

Result<void> check_names(const std::vector<std::string>& names, std::string_view error, std::string_view verb) {
  for (const std::string& name : names) {
    auto spec = parse_spec(name, "/");
    if (!spec) return tl::unexpected<Error>(spec.error());
    if (spec->raw != spec->name)
      return fail(error, "\"" + name + "\" is more than a package's name",
                  "write `pkg " + std::string(verb) + " " + spec->name + "`");
  }
  return {};
}

bool drop(Dependencies& map, std::string_view name) {
  return std::erase_if(map, [&](const auto& entry) { return entry.first == name; }) > 0;
}

// The field goes with its last name.
void drop_dev(Manifest& manifest, std::string_view name) {
  if (drop(manifest.dev_dependencies, name) && manifest.dev_dependencies.empty()) manifest.has_dev_dependencies = false;
}

void set(Dependencies& map, const std::string& name, const std::string& spec) {
  for (auto& [key, value] : map) {
    if (key != name) continue;
    // An unspecific wish keeps what is there.
    if (spec != "*") value = spec;
    return;
  }
  map.emplace_back(name, spec);
}

void erase_peer(Manifest& manifest, const std::string& name) {
  if (!drop(manifest.peer_dependencies, name) || !manifest.peer_dependencies_meta.is_object()) return;
  manifest.peer_dependencies_meta.erase(name);
  if (manifest.peer_dependencies_meta.empty()) manifest.peer_dependencies_meta = Json();
}

SaveType infer_type(const Manifest& manifest, const std::string& name) {
  if (find_dependency(manifest.dev_dependencies, name)) return SaveType::kDev;
  if (find_dependency(manifest.optional_dependencies, name)) return SaveType::kOptional;
  if (find_dependency(manifest.dependencies, name)) return SaveType::kProd;
  if (find_dependency(manifest.peer_dependencies, name))
    return manifest.peer_is_optional(name) ? SaveType::kPeerOptional : SaveType::kPeer;
  return SaveType::kProd;
}

}  // namespace

Result<void> check_request_names(const IdealTreeOptions& options) {
  PKG_TRY_VOID(check_names(options.update, "EUPDATEARGS", "update"));
  return check_names(options.remove, "ERMARGS", "uninstall");
}

Result<void> check_root_overrides(const Node& root) {
  if (!root.overrides) return {};
  for (const auto& [name, edge] : root.edges_out) {
    const std::string& spec = edge->spec();
    if (spec != edge->raw_spec && !spec.starts_with('$'))
      return fail(code::kOverride,
                  "Override for " + name->text + "@" + edge->raw_spec + " conflicts with direct dependency",
                  "make the override and the dependency the same, or write the override as \"$" + name->text + "\"");
  }
  return {};
}

void add_to_manifest(Manifest& manifest, const Spec& spec, SaveType type, bool save_bundle) {
  const std::string& name = spec.name;
  if (type == SaveType::kInfer) type = infer_type(manifest, name);
  switch (type) {
    case SaveType::kDev:
      drop(manifest.dependencies, name);
      set(manifest.dev_dependencies, name, spec.raw_spec);
      break;
    case SaveType::kOptional:
      erase_peer(manifest, name);
      drop(manifest.dependencies, name);
      set(manifest.optional_dependencies, name, spec.raw_spec);
      break;
    case SaveType::kPeer:
    case SaveType::kPeerOptional: {
      drop(manifest.dependencies, name);
      drop(manifest.optional_dependencies, name);
      set(manifest.peer_dependencies, name, spec.raw_spec);
      bool optional = type == SaveType::kPeerOptional;
      if (optional || manifest.peer_is_optional(name)) {
        if (!manifest.peer_dependencies_meta.is_object()) manifest.peer_dependencies_meta = Json::object();
        manifest.peer_dependencies_meta[name]["optional"] = optional;
      }
      if (find_dependency(manifest.dev_dependencies, name))
        set(manifest.dev_dependencies, name, *find_dependency(manifest.peer_dependencies, name));
      break;
    }
    default:
      drop_dev(manifest, name);
      erase_peer(manifest, name);
      set(manifest.dependencies, name, spec.raw_spec);
  }
  bool peer = type == SaveType::kPeer || type == SaveType::kPeerOptional;
  if (save_bundle && !peer) {
    auto& bundle = manifest.bundle_dependencies;
    if (std::find(bundle.begin(), bundle.end(), name) == bundle.end()) bundle.push_back(name);
    std::sort(bundle.begin(), bundle.end(), CollateLess());
  }
}

void remove_from_manifest(Manifest& manifest, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    drop_dev(manifest, name);
    drop(manifest.optional_dependencies, name);
    drop(manifest.dependencies, name);
    erase_peer(manifest, name);
    std::erase(manifest.bundle_dependencies, name);
  }
}

Result<void> Builder::apply_requests() {
  Node& root = tree_->root();
  if (options_.audit) PKG_TRY_VOID(apply_audit());
  if (options_.selected_workspaces.empty()) return apply_requests_to(root);
  for (std::size_t index : options_.selected_workspaces) {
    if (index >= options_.workspaces.size()) continue;
    Node* node = tree_->at(relative_path(options_.path, options_.workspaces[index].path));
    if (node) PKG_TRY_VOID(apply_requests_to(*node));
  }
  return options_.include_workspace_root ? apply_requests_to(root) : Result<void>();
}

Result<void> Builder::apply_requests_to(Node& node) {
  // Whoever depends on a package to update is asked again.
  if (!update_names_.empty() && !options_.global)
    for (Node* each : tree_->nodes())
      if (update_names_.contains(each->name->text) && !each->is_top() && !each->in_dep_bundle())
        for (const Edge* edge : each->edges_in) queue_.push(*edge->from);

  std::size_t first = added_.size();
  if (!options_.remove.empty() || !options_.add.empty()) {
    Manifest manifest = *node.manifest;
    remove_from_manifest(manifest, options_.remove);
    requested_.insert(options_.remove.begin(), options_.remove.end());
    PKG_TRY_VOID(add_requests_to(node, options_.add));
    for (std::size_t i = first; i < added_.size(); ++i)
      add_to_manifest(manifest, added_[i].spec, options_.save_type, options_.save_bundle);
    tree_->set_manifest(node, std::make_shared<const Manifest>(std::move(manifest)));
  }
  for (std::size_t i = first; i < added_.size(); ++i)
    if (const Edge* edge = node.edges_out.find(tree_->intern(added_[i].spec.name))) explicit_requests_.insert(edge);
  if (options_.global)
    for (const std::string& name : update_names_)
      if (const Edge* edge = node.edges_out.find(tree_->intern(name))) {
        explicit_requests_.insert(edge);
        requested_.insert(name);
      }
  queue_.push(node);
  return {};
}

// Whoever depends on what is vulnerable is asked again; what only a project
// can mend is asked for in its name, with --force.
Result<void> Builder::apply_audit() {
  auto warn = [&](std::string message) { warnings_.push_back({"audit", std::move(message)}); };
  for (const auto& vulnerability : options_.audit->vulnerabilities()) {
    const std::string& name = vulnerability->name;
    if (const std::string& version = vulnerability->blocked_version; !version.empty())
      warn("A fix for " + name + " is available (" + name + "@" + version +
           ") but was published after the configured release-age cutoff (" + options_.before.substr(0, 10) + "), so " +
           name + " was left at a vulnerable version.\nTo install it, add \"" + name +
           "\" to min-release-age-exclude, or relax min-release-age or before.");
    for (Node* node : vulnerability->nodes) {
      if (const Node* bundler = node->bundler()) {
        warnings_.push_back(
            {"audit fix " + node->id(),
             node->location() + "\nis a bundled dependency of\n" + bundler->id() + " at " + bundler->location() +
                 "\nIt cannot be fixed automatically.\nCheck for updates to the " + bundler->name->text + " package."});
        continue;
      }
      for (const Edge* edge : node->edges_in) queue_.push(*edge->from);
    }
  }
  if (!options_.force) return {};
  std::vector<std::pair<Node*, std::vector<std::string>>> requests;
  for (Vulnerability* vulnerability : options_.audit->top()) {
    const std::string what = vulnerability->name + "@" + vulnerability->simple_range();
    const Fix fix = vulnerability->fix;
    for (const Node* top : vulnerability->tops) {
      if (!top->is_project_root() && !top->is_workspace()) {
        warn("Manual fix required in linked project at ./" + top->location() + " for " + what + ".\n'cd ./" +
             top->location() + "' and run `pkg audit` for details.");
        continue;
      }
      if (fix.kind == Fix::Kind::kNone) {
        warn("No fix available for " + what);
        continue;
      }
      warn("Updating " + fix.name + " to " + fix.version + ", which is " +
           (fix.is_major.value_or(false) ? "a SemVer major change." : "outside your stated dependency range."));
      Node* node = const_cast<Node*>(top);
      auto known = std::find_if(requests.begin(), requests.end(), [&](const auto& each) { return each.first == node; });
      if (known == requests.end()) known = requests.insert(requests.end(), {node, {}});
      known->second.push_back(fix.name + "@" + fix.version);
    }
  }
  for (auto& [node, specs] : requests) {
    std::size_t first = added_.size();
    PKG_TRY_VOID(add_requests_to(*node, specs));
    Manifest manifest = *node->manifest;
    for (std::size_t i = first; i < added_.size(); ++i)
      add_to_manifest(manifest, added_[i].spec, options_.save_type, options_.save_bundle);
    tree_->set_manifest(*node, std::make_shared<const Manifest>(std::move(manifest)));
    for (std::size_t i = first; i < added_.size(); ++i)
      if (const Edge* edge = node->edges_out.find(tree_->intern(added_[i].spec.name))) explicit_requests_.insert(edge);
    queue_.push(*node);
  }
  return {};
}

Result<void> Builder::add_requests_to(Node& node, const std::vector<std::string>& requests) {
  std::string path = node.realpath();
  for (const std::string& request : requests) {
    PKG_TRY(Spec spec, parse_spec(request, options_.where.empty() ? path : options_.where));
    bool is_tag = spec.type == SpecType::kTag && !spec.raw_spec.empty();
    if (spec.name.empty() || is_tag) {
      // Only what is fetched knows its name; a tag means what it means now.
      PKG_TRY_VOID(resolver::check_allowed(options_, spec, node.is_project_root() || node.is_workspace()));
      PKG_TRY(ManifestPtr manifest, spec.is_registry() ? pick(spec) : packuments_.manifest(spec));
      if (is_tag) {
        PKG_TRY(spec, parse_spec(manifest->name + "@" + manifest->version, path));
      }
      spec.name = manifest->name;
    }
    std::string name = spec.name;
    if (spec.type == SpecType::kFile || spec.type == SpecType::kDirectory) {
      std::string target = spec.fetch_spec;
      if (spec.type == SpecType::kDirectory && options_.files)
        if (auto real = options_.files->realpath(target)) target = *real;
      PKG_TRY(spec, parse_spec("file:" + relative_path(path, target), path));
      spec.name = name;
    }
    requested_.insert(name);
    added_.push_back({std::move(spec), node.location()});
  }
  return {};
}

}  // namespace pkg::resolver
