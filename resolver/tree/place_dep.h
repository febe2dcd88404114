#pragma once

#include <memory>
#include <set>
#include <vector>

#include "resolver/tree/build_ideal_tree.h"
#include "resolver/tree/dep_sets.h"
#include "resolver/tree/node.h"

namespace pkg::resolver {

enum class Verdict { kOk, kKeep, kReplace, kConflict };

// Whether `dep`, a candidate in a virtual tree with its peers beside it, can go
// into `target`'s node_modules to satisfy `edge`, and its peers with it.
class CanPlaceDep {
 public:
  struct Options {
    Node* dep;
    Node* target;
    Edge* edge;
    bool prefer_dedupe = false;
    bool explicit_request = false;
    AuditReport* audit = nullptr;
    const CanPlaceDep* parent = nullptr;      // of a peer: the check that it is part of
    std::vector<const Node*> peer_path = {};  // the candidates whose peers are being checked
  };
  explicit CanPlaceDep(Options options);

  Verdict verdict() const { return verdict_; }            // with all peers
  Verdict self_verdict() const { return self_verdict_; }  // of this one alone
  Node& target() const { return *target_; }
  // The first check below this one that found a conflict, or null.
  const CanPlaceDep* conflict() const;
  Node* dep() const { return dep_; }
  Node* current() const { return current_; }
  Edge* edge() const { return edge_; }

 private:
  Verdict check();
  Verdict check_occupied();
  Verdict check_empty();
  Verdict with_peers(Verdict verdict);
  bool current_peers_can_go() const;
  Node& deepest_target() const;
  const Edge* entry_edge() const { return parent_ ? parent_->entry_edge() : edge_; }

  Node* dep_;
  Node* target_;
  Edge* edge_;
  bool prefer_dedupe_, explicit_request_;
  AuditReport* audit_;
  const CanPlaceDep* parent_;
  std::vector<const Node*> peer_path_;
  Node* current_;
  Edge* target_edge_;
  bool edge_overridden_;
  Verdict verdict_ = Verdict::kConflict;
  Verdict self_verdict_ = Verdict::kConflict;
  bool self_set_ = false;
  bool peers_checked_ = false;
  Verdict peers_verdict_ = Verdict::kOk;
  std::vector<std::unique_ptr<CanPlaceDep>> children_;
};

struct PlaceOptions {
  bool explicit_request = false;
  bool force = false;
  bool prefer_dedupe = false;
  bool strict_peer_deps = false;
  InstallStrategy strategy = InstallStrategy::kHoisted;
  const std::set<std::string>* update_names = nullptr;
  AuditReport* audit = nullptr;
  std::vector<Warning>* warnings = nullptr;
};

// Places a candidate and those of its peers that the tree does not have yet,
// and takes out what that makes superfluous.
class PlaceDep {
 public:
  // Fails with ERESOLVE when the candidate fits nowhere and the conflict may
  // not be ignored.
  static Result<std::unique_ptr<PlaceDep>> place(Node& dep, Edge& edge, const PlaceOptions& options,
                                                 PlaceDep* parent = nullptr);

  Node* placed() const { return placed_; }  // null when nothing was
  Edge& edge() const { return *edge_; }
  Verdict self_verdict() const { return chosen_->self_verdict(); }
  const NodeSet& need_evaluation() const { return need_evaluation_; }
  const std::vector<std::unique_ptr<PlaceDep>>& children() const { return children_; }

 private:
  PlaceDep(Node& dep, Edge& edge, const PlaceOptions& options, PlaceDep* parent)
      : dep_(&dep), edge_(&edge), options_(options), parent_(parent) {}

  Result<void> run();
  void find_target();
  Result<void> place_peers(Node* virtual_root);
  void replace_old(Node& old);
  void prune_for_replacement(const std::vector<Node*>& old_deps);
  void prune_dedupable(Node& node, bool descend = true);
  void prune_duplicates(Node& target);
  Node& start_node() const;
  const PlaceDep& top() const { return parent_ ? parent_->top() : *this; }
  bool is_mine() const;
  void warn_conflict(Edge& edge, const Node& dep);
  Error conflict_error() const;

  Node* dep_;
  Edge* edge_;
  PlaceOptions options_;
  PlaceDep* parent_;
  std::vector<std::unique_ptr<CanPlaceDep>> checks_;
  const CanPlaceDep* chosen_ = nullptr;  // where it goes with its peers
  const CanPlaceDep* fits_alone_ = nullptr;
  Node* placed_ = nullptr;
  NodeSet need_evaluation_;
  std::vector<std::unique_ptr<PlaceDep>> children_;
};

}  // namespace pkg::resolver
