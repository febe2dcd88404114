#include <algorithm>

#include "resolver/tree/audit_report.h"
#include "resolver/tree/place_dep.h"

namespace pkg::resolver {

CanPlaceDep::CanPlaceDep(Options options)
    : dep_(options.dep),
      target_(options.target),
      edge_(options.edge),
      prefer_dedupe_(options.prefer_dedupe || options.edge->is_peer()),  // peers want to be alone
      explicit_request_(options.explicit_request),
      audit_(options.audit),
      parent_(options.parent),
      peer_path_(std::move(options.peer_path)),
      current_(target_->children.find(edge_->name)),
      target_edge_(target_->edges_out.find(edge_->name)),
      edge_overridden_(!dep_->satisfies(*edge_)) {
  verdict_ = check();
  if (!self_set_) self_verdict_ = verdict_;
}

Verdict CanPlaceDep::check() {
  // What failed to load ends the build or is taken out later.
  if (!dep_->errors.empty()) return current_ ? Verdict::kReplace : Verdict::kOk;
  // Only a top may hold its own peers.
  if (target_edge_ && target_edge_->is_peer() && !target_->is_top()) return Verdict::kConflict;
  if (!current_ && target_edge_ && target_edge_ != edge_ && !dep_->satisfies(*target_edge_)) return Verdict::kConflict;
  return current_ ? check_occupied() : check_empty();
}

Verdict CanPlaceDep::check_occupied() {
  bool satisfies = current_->satisfies(*edge_);
  if (dep_->matches(*current_) && (satisfies || edge_overridden_))
    return explicit_request_ ? Verdict::kReplace : Verdict::kKeep;

  const semver::Version *now = current_->parsed_version(), *then = dep_->parsed_version();
  bool newer = now && then && *then >= *now;
  // A safe one may be an older one.
  bool safer = audit_ && now && then && !newer && audit_->is_vulnerable(*current_) && !audit_->is_vulnerable(*dep_);
  if ((newer || safer) && current_->can_be_replaced_by(*dep_))
    if (Verdict verdict = with_peers(Verdict::kReplace); verdict != Verdict::kConflict) return verdict;
  if (satisfies && (!explicit_request_ || prefer_dedupe_)) return Verdict::kKeep;
  if (prefer_dedupe_ && !newer && current_->can_be_replaced_by(*dep_))
    if (Verdict verdict = with_peers(Verdict::kReplace); verdict != Verdict::kConflict) return verdict;

  // It can go deeper, so what is here may stay.
  if (target_ != &deepest_target()) return Verdict::kConflict;
  if (!edge_->is_peer() && target_ == edge_->from) return with_peers(Verdict::kReplace);
  if (!parent_ && !edge_->is_peer()) return Verdict::kConflict;
  return current_peers_can_go() ? with_peers(Verdict::kReplace) : Verdict::kConflict;
}

// Whether every peer set that the current node is in can be replaced by the
// new one or nested deeper.
bool CanPlaceDep::current_peers_can_go() const {
  const NameMap<Node>& candidates = dep_->parent->children;
  bool can_go = true;
  for (const auto& [entry, current_peers] : peer_entry_sets(*current_)) {
    if (entry == edge_ || entry == entry_edge()) continue;
    Node* entered = entry->to;
    if (Node* replacement = candidates.find(entered->name)) {
      if (entered->can_be_replaced_by(*replacement, &candidates)) continue;
    } else {
      // None replaces the entry itself, but those that replace its peers may
      // do for it.
      bool clobber = true;
      NodeSet walk{entered};
      for (std::size_t i = 0; i < walk.size() && clobber; ++i) {
        for (const auto& [name, peer] : walk[i]->edges_out) {
          if (!peer->is_peer() || !peer->valid()) continue;
          if (Node* candidate = candidates.find(name)) {
            if (!candidate->satisfies(*peer)) {
              clobber = false;
              break;
            }
          } else if (peer->to) {
            walk.add(peer->to);
          }
        }
      }
      if (clobber) continue;
    }
    for (Node* peer : current_peers) {
      Node& deep = deepest_nesting_target(*entry->from, peer->name);
      if (&deep == target_ || target_->is_descendant_of(deep)) {
        can_go = false;
        break;
      }
    }
  }
  return can_go;
}

Verdict CanPlaceDep::check_empty() {
  // Those inside the target that look past it for this name must like the
  // candidate, for they would find it first.
  Node* current = target_ != entry_edge()->from ? target_->resolve(edge_->name) : nullptr;
  if (current)
    for (const Edge* edge : current->edges_in)
      if (edge->from->is_descendant_of(*target_) && edge->valid() && !dep_->satisfies(*edge)) return Verdict::kConflict;
  return with_peers(Verdict::kOk);
}

Node& CanPlaceDep::deepest_target() const {
  return deepest_nesting_target(parent_ ? parent_->deepest_target() : *edge_->from, edge_->name);
}

Verdict CanPlaceDep::with_peers(Verdict verdict) {
  self_verdict_ = verdict;
  self_set_ = true;
  if (peers_checked_) return peers_verdict_;
  std::vector<const Node*> path = peer_path_;
  path.push_back(dep_);
  bool conflict = false;
  for (const auto& [name, edge] : dep_->edges_out) {
    if (!edge->is_peer() || !edge->to || std::find(path.begin(), path.end(), edge->to) != path.end()) continue;
    Node& target = deepest_nesting_target(*target_, edge->to->name);
    children_.push_back(std::make_unique<CanPlaceDep>(Options{.dep = edge->to,
                                                              .target = &target,
                                                              .edge = edge,
                                                              .prefer_dedupe = true,
                                                              .audit = audit_,
                                                              .parent = this,
                                                              .peer_path = path}));
    conflict |= children_.back()->verdict() == Verdict::kConflict;
  }
  peers_checked_ = true;
  peers_verdict_ = conflict ? Verdict::kConflict : verdict;
  return peers_verdict_;
}

const CanPlaceDep* CanPlaceDep::conflict() const {
  for (const auto& child : children_)
    if (child->verdict_ == Verdict::kConflict) return child.get();
  for (const auto& child : children_)
    if (const CanPlaceDep* found = child->conflict()) return found;
  return nullptr;
}

}  // namespace pkg::resolver
