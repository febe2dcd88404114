#pragma once

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "resolver/tree/node.h"

namespace pkg::resolver {

// Nodes in the order in which they were added, each once. May grow while it is
// walked by index.
class NodeSet {
 public:
  NodeSet() = default;
  NodeSet(std::initializer_list<Node*> nodes) {
    for (Node* node : nodes) add(node);
  }
  bool add(Node* node) {
    if (contains(node)) return false;
    if (nodes_.size() >= kSmall) {
      if (index_.empty()) index_.insert(nodes_.begin(), nodes_.end());
      index_.insert(node);
    }
    nodes_.push_back(node);
    return true;
  }
  bool contains(const Node* node) const {
    if (!index_.empty()) return index_.contains(node);
    return std::find(nodes_.begin(), nodes_.end(), node) != nodes_.end();
  }
  void erase_at(std::size_t index) {
    if (!index_.empty()) index_.erase(nodes_[index]);
    nodes_.erase(nodes_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  std::size_t size() const { return nodes_.size(); }
  bool empty() const { return nodes_.empty(); }
  Node* operator[](std::size_t index) const { return nodes_[index]; }
  auto begin() const { return nodes_.begin(); }
  auto end() const { return nodes_.end(); }

 private:
  static constexpr std::size_t kSmall = 16;
  std::vector<Node*> nodes_;
  std::unordered_set<const Node*> index_;
};

// `start` and all they depend on by edges that pass `filter`, less those on
// which something outside the set depends by such an edge.
template <typename Filter>
NodeSet gather_dep_set(NodeSet start, Filter filter) {
  NodeSet set = std::move(start);
  for (std::size_t i = 0; i < set.size(); ++i)
    for (const auto& [name, edge] : set[i]->edges_out)
      if (edge->to && filter(*edge)) set.add(edge->to);
  for (bool changed = true; changed && !set.empty();) {
    changed = false;
    for (std::size_t i = 0; i < set.size();) {
      const auto& in = set[i]->edges_in;
      bool wanted = std::any_of(in.begin(), in.end(),
                                [&](const Edge* edge) { return !set.contains(edge->from) && filter(*edge); });
      if (wanted) {
        set.erase_at(i);
        changed = true;
      } else {
        ++i;
      }
    }
  }
  return set;
}

// The peer sets that `node` is in: for each edge that enters one (no peer edge,
// or one of a top), the peers that it brings.
std::vector<std::pair<Edge*, NodeSet>> peer_entry_sets(Node& node);

// All that goes when `node` cannot be had: its dependents up to the optional
// edges, and what only those need. Only after the dep flags are calculated.
NodeSet optional_set(Node& node);

// Whether --omit leaves the node out: by its flags, unless it is in a project of its own.
bool is_omitted(Node& node, const std::set<std::string>& omit);

// The deepest node, from `start` upwards, whose node_modules may hold `name`:
// not one that has it as a peer.
Node& deepest_nesting_target(Node& start, const Name* name);

}  // namespace pkg::resolver
