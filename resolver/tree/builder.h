#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "resolver/tree/build_ideal_tree.h"
#include "resolver/tree/dep_sets.h"
#include "resolver/tree/pick.h"

namespace pkg::resolver {

// The nodes still to be looked at: shallow ones first, then by path.
class DepsQueue {
 public:
  void push(Node& node);
  Node* pop();  // null when empty
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    int depth;
    std::string key;
    Node* node;
  };
  std::vector<Entry> entries_;  // the next one last
  std::unordered_set<const Node*> queued_;
};

// The work of build_ideal_tree(): takes the tree from its start to what is
// wanted, edge by edge.
class Builder {
 public:
  Builder(Packuments& packuments, IdealTreeOptions options);
  Result<IdealTree> build();

 private:
  Result<void> init();
  void queue_problems();
  void inflate_old_lockfile();
  Result<void> crack_open(Node& node);
  Result<void> apply_requests();
  Result<void> apply_requests_to(Node& node);
  Result<void> add_requests_to(Node& node, const std::vector<std::string>& requests);
  Result<void> apply_audit();
  Result<void> build_deps();
  Result<void> step(Node& node);
  Result<void> place_candidate(Edge& edge, Node& dep);
  void visit_placed(const class PlaceDep& place);
  void resolve_links();
  void finish_flags();
  Result<void> prune_failed_optional();
  Result<void> check_engines_and_platform();

  // Loading (builder_load.cc).
  std::vector<Edge*> problem_edges(const Node& node) const;
  Result<Node*> node_from_edge(Edge& edge, Node* parent, Edge* second, NodeSet& required);
  Result<Node*> node_from_spec(const std::string& name, const Spec& spec, Node& parent, Edge& edge);
  Result<Node*> load_peer_set(Node& node, NodeSet& required);
  Node& virtual_root(Node& node, bool reuse);
  Node* find_hoistable(Node& root, const Edge& edge) const;
  Error peer_conflict(const Edge& edge, const Edge* parent_edge) const;

  // Manifests (builder_fetch.cc).
  Result<ManifestPtr> fetch(const Spec& spec, const Edge* edge);
  Result<ManifestPtr> pick(const Spec& spec);
  Result<void> check_allowed(const Spec& spec, const Edge* edge) const;
  Node& failure_node(const std::string& name, Node& parent, Error error, const Edge& edge);
  void prefetch_ahead(const std::vector<Node*>& nodes);
  void prefetch_of(const Manifest& manifest);
  bool before_spares(std::string_view name) const;
  const Workspace* workspace_at(std::string_view path) const;

  Packuments& packuments_;
  IdealTreeOptions options_;
  std::unique_ptr<Tree> tree_;
  std::vector<AddedRequest> added_;
  std::vector<Warning> warnings_;
  std::set<std::string> requested_;
  std::set<std::string> update_names_;
  PickOptions pick_options_;

  bool requested_mutation_ = false;
  bool mutated_ = false;
  DepsQueue queue_;
  std::unordered_set<const Node*> seen_;
  std::unordered_set<const Edge*> explicit_requests_;
  std::vector<Node*> link_nodes_;
  std::unordered_set<const Node*> known_links_;
  std::vector<Node*> load_failures_;
  std::unordered_set<const Node*> failed_;
  std::unordered_map<const Node*, Node*> virtual_roots_;
  std::unordered_map<const Node*, Node*> peer_set_source_;
  std::unordered_map<std::string, ManifestPtr> manifests_;  // by spec
  std::unordered_set<std::string> prefetched_;
};

}  // namespace pkg::resolver
