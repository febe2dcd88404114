#include "resolver/tree/builder.h"

#include <algorithm>

#include "resolver/spec/paths.h"
#include "resolver/tree/audit_report.h"
#include "resolver/tree/checks.h"
#include "resolver/tree/collate.h"
#include "resolver/tree/override_set.h"
#include "resolver/tree/place_dep.h"
#include "resolver/tree/requests.h"

namespace pkg::resolver {

void DepsQueue::push(Node& node) {
  if (!queued_.insert(&node).second) return;
  Entry entry{node.depth(), collation_key(node.path()), &node};
  // Behind its equals, as if sorted stably.
  auto place = std::lower_bound(entries_.begin(), entries_.end(), entry, [](const Entry& a, const Entry& b) {
    return a.depth != b.depth ? a.depth > b.depth : a.key > b.key;
  });
  entries_.insert(place, std::move(entry));
}

Node* DepsQueue::pop() {
  if (entries_.empty()) return nullptr;
  Node* node = entries_.back().node;
  entries_.pop_back();
  queued_.erase(node);
  return node;
}

Builder::Builder(Packuments& packuments, IdealTreeOptions options)
    : packuments_(packuments),
      options_(std::move(options)),
      update_names_(options_.update.begin(), options_.update.end()) {
  pick_options_ = {options_.node_version, options_.npm_version, options_.default_tag, options_.before};
  if (options_.global) options_.install_strategy = InstallStrategy::kShallow;
}

Result<IdealTree> Builder::build() {
  PKG_TRY_VOID(init());
  PKG_TRY_VOID(apply_requests());
  PKG_TRY_VOID(build_deps());
  finish_flags();
  PKG_TRY_VOID(prune_failed_optional());
  PKG_TRY_VOID(check_engines_and_platform());
  return IdealTree{std::move(tree_), std::move(added_), std::move(warnings_), std::move(requested_)};
}

Result<void> Builder::init() {
  PKG_TRY_VOID(check_request_names(options_));
  requested_mutation_ =
      !options_.add.empty() || !options_.remove.empty() || options_.update_all || !options_.update.empty();
  mutated_ = requested_mutation_;
  tree_ = std::move(options_.start);
  if (!tree_) {
    tree_ = std::make_unique<Tree>(options_.path, options_.root_manifest,
                                   TreeOptions{options_.legacy_peer_deps, options_.install_links, options_.global});
    PKG_TRY_VOID(tree_->load_overrides());
    std::vector<std::pair<std::string, std::string>> workspaces;
    for (const Workspace& workspace : options_.workspaces) workspaces.emplace_back(workspace.name, workspace.path);
    tree_->set_workspaces(std::move(workspaces));
    tree_->load_edges();
  }
  inflate_old_lockfile();
  if (tree_->origin.from_lockfile) {
    // package.json may have changed since, so the file's flags are not trusted.
    tree_->origin.flags_suspect = true;
    calculate_dep_flags(*tree_, OldFlags::kReset);
  }
  queue_problems();
  return {};
}

// Where the start does not hold together, it is looked at again.
void Builder::queue_problems() {
  NodeSet reached{&tree_->root()};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    bool problem = false;
    for (const auto& [name, edge] : reached[i]->edges_out) {
      if (edge->to) reached.add(edge->to);
      bool ignored = edge->type == EdgeType::kPeerOptional && !options_.save && !requested_mutation_;
      problem |= !ignored && !(edge->to && edge->valid());
    }
    if (problem) queue_.push(*reached[i]);
  }
}

// The first lockfiles (version 1) have no dependencies of the packages in
// them: what the registry says of those versions is put in.
void Builder::inflate_old_lockfile() {
  if (!tree_->origin.from_lockfile || tree_->origin.lockfile_version >= 2) return;
  for (Node* node : tree_->nodes()) {
    if (node->is_project_root() || !node->location().starts_with("node_modules")) continue;
    std::string version(node->version());
    bool use_resolved = !node->resolved.empty() && (version.empty() || node->resolved.starts_with("file:"));
    auto spec = resolve_spec(node->name->text, use_resolved ? node->resolved : version, parent_path(node->path()));
    auto manifest = spec ? fetch(*spec, nullptr) : Result<ManifestPtr>(tl::unexpected<Error>(spec.error()));
    if (manifest)
      tree_->set_manifest(*node, *manifest);
    else
      warnings_.push_back({"old lockfile", "Could not fetch metadata for " + node->name->text + "@" + version + ": " +
                                               manifest.error().message});
  }
}

// A complete lockfile lists what is inside tarballs too.
Result<void> Builder::crack_open(Node& node) {
  const Manifest& manifest = *node.manifest;
  if (!options_.complete || node.is_root() || node.inert || node.resolved.empty() ||
      manifest.bundle_dependencies.empty())
    return {};
  // npm fetches the tarball by its URL and applies the policy for URLs to it.
  PKG_TRY(Spec spec, parse_spec(node.resolved, options_.path));
  PKG_TRY_VOID(check_allowed(spec, nullptr));
  PKG_TRY(auto packages, packuments_.bundled(manifest));
  std::string base = node.location();
  for (const BundledPackage& package : packages) {
    std::size_t last = package.location.rfind("node_modules/");
    if (last == std::string::npos) continue;
    std::string above = package.location.substr(0, last);
    while (above.ends_with('/')) above.pop_back();
    Node* parent = above.empty() ? &node : tree_->at(base + "/" + above);
    if (parent) tree_->make_node(package.location.substr(last + 13), package.manifest, parent);
  }
  return {};
}

Result<void> Builder::build_deps() {
  Node& root = tree_->root();
  PKG_TRY_VOID(check_root_overrides(root));
  queue_.push(root);
  prefetch_ahead(tree_->nodes());
  do {
    while (Node* node = queue_.pop()) {
      if (node->root != &root || !seen_.insert(node).second) continue;
      PKG_TRY_VOID(crack_open(*node));
      PKG_TRY_VOID(step(*node));
    }
    resolve_links();
  } while (!queue_.empty());
  return {};
}

Result<void> Builder::step(Node& node) {
  struct Task {
    Edge* edge;
    Node* dep;
  };
  std::vector<Task> tasks;
  auto source_of = peer_set_source_.find(&node);
  Node* peer_source = source_of != peer_set_source_.end() && source_of->second ? source_of->second : &node;
  for (Edge* edge : problem_edges(node)) {
    if (edge->peer_conflicted) continue;
    Node& root = virtual_root(edge->is_peer() ? *peer_source : node, true);
    const Edge* there = tree_->edge_of(root, edge->name);
    Node* dep = there && there->to && there->valid() && there->to->satisfies(*edge) ? there->to : nullptr;
    bool asked = update_names_.contains(edge->name->text) || explicit_requests_.contains(edge) ||
                 (options_.audit && edge->to && options_.audit->is_vulnerable(*edge->to));
    if (!dep && edge->type == EdgeType::kPeerOptional && !asked)
      dep = find_hoistable(edge->from->resolve_parent() ? *edge->from->resolve_parent() : *edge->from, *edge);
    if (!dep) {
      NodeSet required{edge->from};
      PKG_TRY(dep, node_from_edge(*edge, edge->is_peer() ? &root : nullptr, nullptr, required));
    }
    tasks.push_back({edge, dep});
  }
  // Never in the order of arrival.
  std::stable_sort(tasks.begin(), tasks.end(),
                   [](const Task& a, const Task& b) { return collate(a.edge->name->text, b.edge->name->text) < 0; });
  for (const Task& task : tasks) PKG_TRY_VOID(place_candidate(*task.edge, *task.dep));
  for (const auto& [name, edge] : node.edges_out)
    if (edge->to && edge->to->is_link && edge->to->target && known_links_.insert(edge->to).second)
      link_nodes_.push_back(edge->to);
  return {};
}

Result<void> Builder::place_candidate(Edge& edge, Node& dep) {
  PlaceOptions options;
  options.explicit_request = explicit_requests_.contains(&edge);
  options.force = options_.force;
  options.prefer_dedupe = options_.prefer_dedupe;
  options.strict_peer_deps = options_.strict_peer_deps;
  options.strategy = options_.install_strategy;
  options.update_names = &update_names_;
  options.audit = options_.audit;
  options.warnings = &warnings_;
  PKG_TRY(auto place, PlaceDep::place(dep, edge, options));
  visit_placed(*place);
  return {};
}

// Queues what has to be looked at after a placement, in it and its peers'.
void Builder::visit_placed(const PlaceDep& place) {
  if (Node* placed = place.placed()) {
    if (!placed->errors.empty() && failed_.insert(placed).second) load_failures_.push_back(placed);
    mutated_ = true;
    bool replaced = place.self_verdict() == Verdict::kReplace;
    for (Edge* edge : placed->edges_in) {
      if (edge == &place.edge() || edge->peer_conflicted || edge->valid()) continue;
      bool visited = seen_.contains(edge->from);
      if (visited && !replaced && !options_.save && !requested_mutation_) continue;
      seen_.erase(edge->from);
      queue_.push(*edge->from);
    }
    queue_.push(*placed);
    for (Node* node : place.need_evaluation()) {
      seen_.erase(node);
      queue_.push(*node);
    }
  }
  for (const auto& child : place.children()) visit_placed(*child);
}

// The targets of links inside the project have dependencies too.
void Builder::resolve_links() {
  std::vector<Node*> links;
  links.swap(link_nodes_);
  known_links_.clear();
  for (Node* link : links) {
    if (link->root != &tree_->root() || !link->target || !link->target->is_descendant_of(tree_->root())) continue;
    if (!(link->target->parent || link->target->fs_parent) || seen_.contains(link->target)) continue;
    queue_.push(*link->target);
  }
}

void Builder::finish_flags() {
  bool from_disk = tree_->origin.loaded_from_disk;
  if (!from_disk || mutated_) {
    calculate_dep_flags(*tree_, from_disk ? OldFlags::kReset : OldFlags::kAreDefault);
  } else {
    Node& root = tree_->root();
    root.extraneous = root.dev = root.optional = root.dev_optional = root.peer = false;
  }
  if (!options_.prune || !from_disk || !(mutated_ || tree_->origin.flags_suspect)) return;
  for (Node* node : tree_->nodes())
    if (node->extraneous && node->root == &tree_->root()) tree_->set_parent(*node, nullptr);
}

Result<void> Builder::prune_failed_optional() {
  for (Node* node : load_failures_) {
    if (!node->optional) return tl::unexpected<Error>(node->errors.front());
    for (Node* member : optional_set(*node)) member->inert = true;
  }
  return {};
}

Result<void> Builder::check_engines_and_platform() {
  Platform wanted = options_.platform;
  const Platform& given = options_.wanted_platform;
  if (!given.os.empty()) wanted.os = given.os;
  if (!given.cpu.empty()) wanted.cpu = given.cpu;
  if (!given.libc.empty()) wanted.libc = given.libc;

  for (Node* node : tree_->nodes()) {
    const Manifest& manifest = *node->manifest;
    bool engines = engines_ok(manifest, options_.node_version, options_.npm_version);
    if (!node->optional && !is_omitted(*node, options_.omit)) {
      // --force forgives a wrong node, not a wrong npm.
      bool forgiven = engines || (options_.force && engine_allows(manifest.engine("npm"), options_.npm_version)) ||
                      (node->is_root() && !manifest.dev_engines.is_null());
      if (!forgiven) {
        std::string message = "Unsupported engine: " + node->id() + " requires " + manifest.engines.dump() +
                              ", this is node " + options_.node_version + " and npm " + options_.npm_version;
        if (options_.engine_strict) return fail(code::kBadEngine, message, "use a version of node that it supports");
        warnings_.push_back({std::string(code::kBadEngine), message});
      }
      if (!options_.force && !platform_ok(manifest, options_.platform))
        return fail(code::kBadPlatform,
                    "Unsupported platform: " + node->id() + " is not for " + options_.platform.os + " on " +
                        options_.platform.cpu,
                    "make it an optional dependency, or install with --force");
    }
    if (node->optional && !node->inert && (!engines || !platform_ok(manifest, wanted)))
      for (Node* member : optional_set(*node)) member->inert = true;
  }
  return {};
}

Result<IdealTree> build_ideal_tree(Packuments& packuments, IdealTreeOptions options) {
  return Builder(packuments, std::move(options)).build();
}

}  // namespace pkg::resolver
