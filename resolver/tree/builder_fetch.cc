#include <deque>

#include "resolver/tree/audit_report.h"
#include "resolver/tree/builder.h"

namespace pkg::resolver {
namespace {

// '*' for any run without '/', '?' for one character, "**" for any run.
bool glob_matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    bool deep = pattern.starts_with("**");
    std::string_view rest = pattern.substr(deep ? 2 : 1);
    for (std::size_t i = 0;; ++i) {
      if (glob_matches(rest, text.substr(i))) return true;
      if (i == text.size() || (!deep && text[i] == '/')) return false;
    }
  }
  if (text.empty()) return false;
  return (pattern[0] == text[0] || (pattern[0] == '?' && text[0] != '/')) &&
         glob_matches(pattern.substr(1), text.substr(1));
}

}  // namespace

bool Builder::before_spares(std::string_view name) const {
  for (const std::string& pattern : options_.before_exclude)
    if (pattern == name || (pattern.size() < 256 && glob_matches(pattern, name))) return true;
  return false;
}

Result<void> check_allowed(const IdealTreeOptions& options, const Spec& spec, bool from_root) {
  Allow allow = Allow::kAll;
  std::string_view error;
  switch (spec.type) {
    case SpecType::kGit:
      allow = options.allow_git, error = "EALLOWGIT";
      break;
    case SpecType::kRemote:
      allow = options.allow_remote, error = "EALLOWREMOTE";
      break;
    case SpecType::kFile:
      allow = options.allow_file, error = "EALLOWFILE";
      break;
    case SpecType::kDirectory:
      allow = options.allow_directory, error = "EALLOWDIRECTORY";
      break;
    default:
      return {};
  }
  if (allow == Allow::kAll || (allow == Allow::kRoot && from_root)) return {};
  return fail(error,
              std::string("Fetching") + (allow == Allow::kRoot ? " non-root" : "") + " packages of type \"" +
                  std::string(to_string(spec.type)) + "\" have been disabled: " + spec.to_string(),
              "allow it with --allow-" + std::string(to_string(spec.type)));
}

Result<void> Builder::check_allowed(const Spec& spec, const Edge* edge) const {
  bool from_root = edge && edge->from && (edge->from->is_project_root() || edge->from->is_workspace());
  return resolver::check_allowed(options_, spec, from_root);
}

Result<ManifestPtr> Builder::pick(const Spec& spec) {
  const Spec& wanted = spec.fetched();
  PKG_TRY(const Packument* packument, packuments_.get(wanted.name));
  PickOptions options = pick_options_;
  if (!options.before.empty() && before_spares(wanted.name)) options.before.clear();
  if (options_.audit)
    if (const Vulnerability* vulnerability = options_.audit->find(spec.name)) options.avoid = vulnerability->range();
  PKG_TRY(std::size_t index, pick_version(*packument, wanted, options));
  return packument->manifest(index);
}

Result<ManifestPtr> Builder::fetch(const Spec& spec, const Edge* edge) {
  PKG_TRY_VOID(check_allowed(spec, edge));
  auto known = manifests_.find(spec.raw);
  if (known != manifests_.end()) return known->second;
  PKG_TRY(ManifestPtr manifest, spec.is_registry() ? pick(spec) : packuments_.manifest(spec));
  prefetch_of(*manifest);
  manifests_.emplace(spec.raw, manifest);
  return manifest;
}

// Starts fetching what a manifest depends on: it will be asked for soon.
void Builder::prefetch_of(const Manifest& manifest) {
  std::vector<std::string> names;
  auto add = [&](const Dependencies& dependencies, bool peers) {
    for (const auto& [name, text] : dependencies) {
      if (peers && (options_.legacy_peer_deps || manifest.peer_is_optional(name))) continue;
      std::string wanted = name;
      if (text.starts_with("npm:")) {
        auto spec = resolve_spec(name, text, "/");
        if (!spec || !spec->target) continue;
        wanted = spec->target->name;
      } else if (text.find_first_of("/:") != std::string::npos) {
        continue;
      }
      if (prefetched_.insert(wanted).second) names.push_back(std::move(wanted));
    }
  };
  add(manifest.dependencies, false);
  add(manifest.optional_dependencies, false);
  add(manifest.peer_dependencies, true);
  if (!names.empty()) packuments_.prefetch(names);
}

// Walks ahead of the tree, wave by wave, over what will most likely be chosen,
// so that many requests are in flight. What it finds is kept; what fails will
// fail again when the tree needs it.
void Builder::prefetch_ahead(const std::vector<Node*>& nodes) {
  struct Wish {
    std::string name, spec;
  };
  std::deque<Wish> wave;
  std::unordered_set<std::string> wished;
  std::unordered_map<std::string, std::vector<ManifestPtr>> chosen;
  auto wish = [&](const std::string& name, const std::string& spec) {
    if (wished.insert(name + '\n' + spec).second) wave.push_back({name, spec});
  };
  std::vector<std::string> names;
  for (Node* node : nodes) {
    for (Edge* edge : problem_edges(*node)) {
      wish(edge->name->text, edge->spec());
      if (prefetched_.insert(edge->name->text).second) names.push_back(edge->name->text);
    }
  }
  if (!names.empty()) packuments_.prefetch(names);
  while (!wave.empty()) {
    Wish next = std::move(wave.front());
    wave.pop_front();
    const Spec* spec = tree_->parse(next.name, next.spec, {});
    if (!spec || !spec->is_registry() || manifests_.contains(spec->raw)) continue;
    const Spec& wanted = spec->fetched();
    auto& versions = chosen[wanted.name];
    bool covered = false;
    for (const ManifestPtr& manifest : versions) {
      auto version = semver::Version::parse(manifest->version, semver::Mode::kLoose);
      covered |= version && wanted.range && wanted.range->test(*version);
    }
    if (covered) continue;
    auto manifest = pick(*spec);
    if (!manifest) continue;
    manifests_.emplace(spec->raw, *manifest);
    versions.push_back(*manifest);
    const Manifest& found = **manifest;
    prefetch_of(found);
    for (const Dependencies* map : {&found.dependencies, &found.optional_dependencies})
      for (const auto& [name, text] : *map) wish(name, text);
    if (options_.legacy_peer_deps) continue;
    for (const auto& [name, text] : found.peer_dependencies)
      if (!found.peer_is_optional(name)) wish(name, text);
  }
}

Node& Builder::failure_node(const std::string& name, Node& parent, Error error, const Edge& edge) {
  if (edge.from) {
    std::string where = edge.from->location();
    error.message += "\nrequired by " + (edge.from->source ? edge.from->source->id() : edge.from->id()) +
                     (where.empty() ? "" : " at " + where);
  }
  Node& node = tree_->make_node(name, std::make_shared<const Manifest>(), &parent);
  node.errors.push_back(std::move(error));
  load_failures_.push_back(&node);
  failed_.insert(&node);
  return node;
}

const Workspace* Builder::workspace_at(std::string_view path) const {
  for (const Workspace& workspace : options_.workspaces)
    if (workspace.path == path) return &workspace;
  return nullptr;
}

}  // namespace pkg::resolver
