#include "resolver/tree/place_dep.h"

#include <algorithm>

#include "resolver/tree/audit_report.h"
#include "resolver/tree/collate.h"
#include "resolver/tree/explain.h"

namespace pkg::resolver {

Result<std::unique_ptr<PlaceDep>> PlaceDep::place(Node& dep, Edge& edge, const PlaceOptions& options,
                                                  PlaceDep* parent) {
  std::unique_ptr<PlaceDep> place(new PlaceDep(dep, edge, options, parent));
  PKG_TRY_VOID(place->run());
  return place;
}

Node& PlaceDep::start_node() const {
  // A peer goes no deeper than the one that wants it.
  return deepest_nesting_target(parent_ ? parent_->start_node() : *edge_->from, edge_->name);
}

void PlaceDep::find_target() {
  for (Node* target = &start_node(); target; target = target->resolve_parent()) {
    // Not into one that has it as a peer: further up.
    const Edge* target_edge = target->edges_out.find(edge_->name);
    if (!target->is_top() && target_edge && target_edge->is_peer()) continue;

    checks_.push_back(
        std::make_unique<CanPlaceDep>(CanPlaceDep::Options{.dep = dep_,
                                                           .target = target,
                                                           .edge = edge_,
                                                           .prefer_dedupe = options_.prefer_dedupe,
                                                           .explicit_request = options_.explicit_request,
                                                           .audit = options_.audit,
                                                           .parent = parent_ ? parent_->chosen_ : nullptr}));
    const CanPlaceDep* check = checks_.back().get();
    if (check->self_verdict() != Verdict::kConflict) fits_alone_ = check;
    if (check->verdict() == Verdict::kConflict) return;
    chosen_ = check;
    if (!dep_->errors.empty() || options_.strategy == InstallStrategy::kNested) return;
    Node* above = target->resolve_parent();
    if (options_.strategy == InstallStrategy::kShallow && above && above->is_project_root()) return;
  }
}

Result<void> PlaceDep::run() {
  bool asked =
      options_.explicit_request || (options_.update_names && options_.update_names->contains(edge_->name->text));
  bool vulnerable = options_.audit && edge_->to && options_.audit->is_vulnerable(*edge_->to);
  if (edge_->to && edge_->valid() && !asked && !vulnerable) return {};
  find_target();
  if (!chosen_) {
    if (!options_.force && (is_mine() || options_.strict_peer_deps)) return tl::unexpected<Error>(conflict_error());
    if (!fits_alone_) {
      warn_conflict(*edge_, *dep_);
      return {};
    }
    chosen_ = fits_alone_;
  }
  Node& target = chosen_->target();
  Verdict verdict = chosen_->verdict() == Verdict::kConflict ? chosen_->self_verdict() : chosen_->verdict();
  if (verdict == Verdict::kKeep) {
    if (edge_->is_peer() && !edge_->valid()) warn_conflict(*edge_, *dep_);
    prune_dedupable(target);
    return {};
  }

  Tree& tree = *target.tree;
  // A package inside itself would nest for ever: a link ends it.
  for (Node* above = &target; above; above = above->resolve_parent()) {
    if (!above->matches(*dep_) || above->is_top()) continue;
    placed_ = &tree.make_link_to(edge_->name->text, *above, &target);
    return {};
  }

  Node* virtual_root = dep_->parent;
  if (dep_->is_link) {
    placed_ = &tree.make_link_to(dep_->name->text, *dep_->target, nullptr);
  } else {
    placed_ = &tree.make_node(dep_->name->text, dep_->manifest);
    placed_->resolved = dep_->resolved;
    placed_->integrity = dep_->integrity;
  }
  placed_->errors = dep_->errors;
  if (dep_->overrides) {
    placed_->overrides = dep_->overrides;
    if (!placed_->is_link) tree.load_edges_of(*placed_);
  }
  if (Node* old = target.children.find(edge_->name))
    replace_old(*old);
  else
    tree.set_parent(*placed_, &target);

  if (edge_->is_peer() && !placed_->satisfies(*edge_)) warn_conflict(*edge_, *dep_);
  if (edge_->to && edge_->to != placed_ && edge_->valid()) prune_dedupable(*edge_->to, false);
  prune_duplicates(target);
  return place_peers(virtual_root);
}

// Nodes of the same name further down that the new one makes superfluous.
void PlaceDep::prune_duplicates(Node& target) {
  Tree& tree = *target.tree;
  for (Node* node : tree.named(edge_->name)) {
    if (node->root != target.root || node->is_top() || !node->is_descendant_of(target)) continue;
    prune_dedupable(*node, false);
    if (node->root != target.root) continue;
    auto children = node->children;
    for (const auto& [name, child] : children) prune_dedupable(*child, false);
  }
}

Result<void> PlaceDep::place_peers(Node* virtual_root) {
  if (!virtual_root) return {};
  for (std::size_t i = 0; i < placed_->edges_out.size(); ++i) {
    auto [name, edge] = *(placed_->edges_out.begin() + static_cast<std::ptrdiff_t>(i));
    if (!edge->is_peer() || edge->peer_conflicted || edge->valid()) continue;
    Node* peer = virtual_root->children.find(name);
    if (!peer || !peer->satisfies(*edge)) continue;
    PlaceOptions options = options_;
    options.update_names = nullptr;
    PKG_TRY(auto child, place(*peer, *edge, options, this));
    children_.push_back(std::move(child));
  }
  return {};
}

void PlaceDep::replace_old(Node& old) {
  Node* target = old.parent;
  Tree& tree = *target->tree;
  std::vector<Node*> old_deps;
  for (const auto& [name, edge] : old.edges_out) {
    if (placed_->edges_out.find(name) || !edge->to) continue;
    Node* to = edge->to;
    for (Node* dep : gather_dep_set({to}, [to](const Edge& e) { return e.to != to; })) old_deps.push_back(dep);
  }

  // Peer sets at this level that the new node does not satisfy: placed anew
  // where they can go deeper, else in conflict.
  std::vector<Node*> prune;
  auto in = old.edges_in;
  for (Edge* edge : in) {
    if (!edge->is_peer() || edge->from->parent != target || edge->peer_conflicted || placed_->satisfies(*edge))
      continue;
    for (auto& [entry, peers] : peer_entry_sets(*edge->from)) {
      Node* entered = entry->to;
      Node& deepest = deepest_nesting_target(*entered, nullptr);
      bool from_project = entry->from->is_project_root() || entry->from->is_workspace();
      if (&deepest != target && !from_project) {
        for (Node* dep :
             gather_dep_set({entered}, [entered](const Edge& e) { return e.to != entered && !e.peer_conflicted; }))
          prune.push_back(dep);
      } else {
        warn_conflict(*edge, *dep_);
      }
    }
  }

  tree.replace(*placed_, old);
  prune_for_replacement(old_deps);
  for (Node* dep : prune) {
    for (const Edge* edge : dep->edges_in) need_evaluation_.add(edge->from);
    tree.set_parent(*dep, nullptr);
  }
}

void PlaceDep::prune_for_replacement(const std::vector<Node*>& old_deps) {
  NodeSet junk;
  for (const auto& [name, edge] : placed_->edges_out)
    if (edge->to && !edge->valid()) junk.add(edge->to);
  for (Node* dep : old_deps)
    for (Node* each : gather_dep_set({dep}, [dep](const Edge& e) { return e.to != dep && e.valid(); })) junk.add(each);
  Node* placed = placed_;
  junk = gather_dep_set(std::move(junk),
                        [placed](const Edge& e) { return e.from != placed && e.to != placed && e.valid(); });
  for (Node* node : junk) node->tree->set_parent(*node, nullptr);
}

void PlaceDep::prune_dedupable(Node& node, bool descend) {
  if (node.can_dedupe(options_.prefer_dedupe, options_.explicit_request)) {
    Node* self = &node;
    for (Node* dep : gather_dep_set({self}, [self](const Edge& e) { return e.to != self && e.valid(); }))
      dep->tree->set_parent(*dep, nullptr);
    return;
  }
  if (!descend) return;
  // In order of location, for what goes first decides what can go next.
  auto sorted = [](std::vector<Node*> nodes) {
    std::sort(nodes.begin(), nodes.end(),
              [](const Node* a, const Node* b) { return collate(a->location(), b->location()) < 0; });
    return nodes;
  };
  auto children_of = [&](const Node& parent) {
    std::vector<Node*> children;
    for (const auto& [name, child] : parent.children) children.push_back(child);
    return sorted(std::move(children));
  };
  for (Node* child : children_of(node)) prune_dedupable(*child);
  for (Node* top : sorted(node.fs_children))
    for (Node* child : children_of(*top)) prune_dedupable(*child);
}

bool PlaceDep::is_mine() const {
  const Edge& edge = *top().edge_;
  Node& node = *edge.from;
  auto own = [](const Node& n) { return n.is_workspace() || n.is_project_root(); };
  if (own(node)) return true;
  if (!edge.is_peer()) return false;
  bool has_peer_edges = false;
  for (const Edge* in : node.edges_in) {
    if (in->is_peer())
      has_peer_edges = true;
    else if (own(*in->from))
      return true;
  }
  if (has_peer_edges)
    for (const auto& [entry, peers] : peer_entry_sets(node))
      if (own(*entry->from)) return true;
  return false;
}

void PlaceDep::warn_conflict(Edge& edge, const Node& dep) {
  edge.peer_conflicted = true;
  if (options_.warnings)
    options_.warnings->push_back({std::string(code::kResolve), explain_overridden_peer(edge, dep)});
}

Error PlaceDep::conflict_error() const {
  const PlaceDep& first = top();
  const CanPlaceDep* conflict = fits_alone_ ? fits_alone_->conflict() : nullptr;
  return explain_conflict(*first.edge_, *first.dep_, conflict ? conflict->current() : edge_->to,
                          conflict ? conflict->edge() : edge_);
}

}  // namespace pkg::resolver
