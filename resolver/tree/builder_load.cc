#include <algorithm>

#include "resolver/spec/paths.h"
#include "resolver/tree/audit_report.h"
#include "resolver/tree/builder.h"
#include "resolver/tree/collate.h"
#include "resolver/tree/dep_valid.h"
#include "resolver/tree/explain.h"

namespace pkg::resolver {

std::vector<Edge*> Builder::problem_edges(const Node& node) const {
  static const std::vector<std::string> kNone;
  // What a dependency bundles is its own affair.
  const auto& bundled = node.is_project_root() || node.is_workspace() ? kNone : node.manifest->bundle_dependencies;
  std::vector<Edge*> problems;
  for (const auto& [name, edge] : node.edges_out) {
    if (!bundled.empty() && std::find(bundled.begin(), bundled.end(), name->text) != bundled.end()) continue;
    if (edge->to && failed_.contains(edge->to)) continue;
    bool asked = explicit_requests_.contains(edge);
    if (!edge->to) {
      if (edge->type != EdgeType::kPeerOptional || asked) problems.push_back(edge);
      continue;
    }
    if (!edge->valid()) {
      if (edge->type != EdgeType::kPeerOptional || options_.save || requested_mutation_) problems.push_back(edge);
      continue;
    }
    if (edge->to->is_workspace()) continue;
    bool vulnerable = options_.audit && options_.audit->is_vulnerable(*edge->to);
    if (asked || vulnerable || update_names_.contains(name->text)) problems.push_back(edge);
  }
  return problems;
}

Node& Builder::virtual_root(Node& node, bool reuse) {
  Node*& known = virtual_roots_[&node];
  if (reuse && known) return *known;
  Node& made = tree_->make_virtual_root(node);
  virtual_roots_[&node] = &made;
  return made;
}

// The nearest node below `root`, by breadth, that would do for the edge.
Node* Builder::find_hoistable(Node& root, const Edge& edge) const {
  std::vector<Node*> queue;
  auto add = [&](const Node& node) {
    for (const auto& [name, child] : node.children) queue.push_back(child);
  };
  add(root);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    Node* node = queue[i];
    if (node->name == edge.name && !node->in_dep_bundle() && node->satisfies(edge)) return node;
    add(*node);
  }
  return nullptr;
}

Result<Node*> Builder::node_from_spec(const std::string& name, const Spec& spec, Node& parent, Edge& edge) {
  if (auto allowed = check_allowed(spec, &edge); !allowed) return &failure_node(name, parent, allowed.error(), edge);
  Node& root = tree_->root();
  bool named_workspace = std::any_of(options_.workspaces.begin(), options_.workspaces.end(),
                                     [&](const Workspace& workspace) { return workspace.name == spec.name; });
  if (spec.type == SpecType::kDirectory) {
    bool in_project = false;
    if (edge.raw_spec.starts_with("file:../") || edge.raw_spec.starts_with("file:./")) {
      std::string target = resolve_path(parent.realpath(), edge.raw_spec.substr(5));
      in_project = target == root.own_path || target.starts_with(root.own_path + "/");
    }
    bool installed_copy = !parent.is_link && parent.resolved.starts_with("file:") && options_.install_links;
    if ((named_workspace || in_project || !options_.install_links) && !installed_copy) {
      ManifestPtr manifest;
      if (const Workspace* workspace = workspace_at(spec.fetch_spec)) {
        manifest = workspace->manifest;
      } else if (auto read = packuments_.manifest(spec)) {
        manifest = *read;
      } else {
        manifest = std::make_shared<const Manifest>();
      }
      prefetch_of(*manifest);
      Node& link = tree_->make_link(name, spec.fetch_spec, manifest, &parent);
      if (known_links_.insert(&link).second) link_nodes_.push_back(&link);
      return &link;
    }
  }
  if (named_workspace) {
    const Name* key = tree_->intern(spec.name);
    Edge* workspace_edge = root.edges_out.find(key);
    Node* existing = workspace_edge ? workspace_edge->to : nullptr;
    if (existing && existing->is_workspace() && existing->satisfies(edge)) return existing;
  }
  auto manifest = fetch(spec, &edge);
  if (!manifest) return &failure_node(name, parent, manifest.error(), edge);
  if ((*manifest)->version.empty() && spec.is_registry())
    return &failure_node(
        name, parent, Error{"EINCOMPLETEMANIFEST", "incomplete manifest for " + name + ", missing version", ""}, edge);
  return &tree_->make_node(name, *manifest, &parent);
}

Result<Node*> Builder::node_from_edge(Edge& edge, Node* in, Edge* second_edge, NodeSet& required) {
  Node& parent = in ? *in : virtual_root(*edge.from, false);
  PKG_TRY(const Spec* spec, tree_->spec_of(edge));
  PKG_TRY(Node * first, node_from_spec(edge.name->text, *spec, parent, edge));
  Node* second = nullptr;
  if (second_edge && !second_edge->valid()) {
    // The dependent takes much; what its peer wants may be within that.
    PKG_TRY(const Spec* narrower, tree_->spec_of(*second_edge));
    PKG_TRY(second, node_from_spec(edge.name->text, *narrower, parent, *second_edge));
  }
  Node* node = second && edge.valid() ? second : first;
  tree_->set_parent(*node, &parent);

  auto is_required = [&](const Edge& e) { return required.contains(e.from) && e.type != EdgeType::kPeerOptional; };
  if (is_required(edge) || (second_edge && is_required(*second_edge))) required.add(node);
  peer_set_source_[node] = parent.source;
  if (options_.global && edge.from->is_project_root()) return node;
  return load_peer_set(*node, required);
}

Result<Node*> Builder::load_peer_set(Node& node, NodeSet& required) {
  std::vector<Edge*> peers;
  for (const auto& [name, edge] : node.edges_out)
    if (edge->is_peer() && !(edge->to && edge->valid())) peers.push_back(edge);
  std::sort(peers.begin(), peers.end(),
            [](const Edge* a, const Edge* b) { return collate(a->name->text, b->name->text) < 0; });

  for (Edge* edge : peers) {
    if (!node.parent) break;  // replaced meanwhile by a candidate that suits more
    if (edge->to && edge->valid()) continue;
    Edge* parent_edge = tree_->edge_of(*node.parent, edge->name);
    const Node* source = node.parent->source;
    bool mine = source && (source->is_project_root() || source->is_workspace());
    bool conflict_ok = options_.force || (!mine && !options_.strict_peer_deps);

    if (!edge->to) {
      if (!parent_edge) {
        if (edge->type == EdgeType::kPeerOptional) {
          Node* current = source ? source->resolve(edge->name) : nullptr;
          if (!current || current->satisfies(*edge)) continue;
        }
        PKG_TRY([[maybe_unused]] Node * loaded, node_from_edge(*edge, node.parent, nullptr, required));
        continue;
      }
      PKG_TRY(Node * dep, node_from_edge(*parent_edge, node.parent, edge, required));
      if (edge->valid()) continue;
      if (conflict_ok || !required.contains(dep)) {
        edge->peer_conflicted = true;
        continue;
      }
      if (!node.parent) break;
      return tl::unexpected<Error>(peer_conflict(*edge, parent_edge));
    }

    // Something is there, and it does not suit. Would what suits do for all?
    Node* current = edge->to;
    PKG_TRY(Node * dep, node_from_edge(*edge, nullptr, nullptr, required));
    if (current->can_be_replaced_by(*dep)) {
      PKG_TRY([[maybe_unused]] Node * loaded, node_from_edge(*edge, node.parent, nullptr, required));
      continue;
    }
    if (conflict_ok || !required.contains(edge->from)) continue;
    return tl::unexpected<Error>(peer_conflict(*edge, parent_edge));
  }
  return &node;
}

Error Builder::peer_conflict(const Edge& edge, const Edge* parent_edge) const {
  const Node* current = edge.from->resolve(edge.name);
  return explain_conflict(edge, *edge.from, current, parent_edge);
}

}  // namespace pkg::resolver
