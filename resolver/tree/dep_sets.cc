#include "resolver/tree/dep_sets.h"

namespace pkg::resolver {

std::vector<std::pair<Edge*, NodeSet>> peer_entry_sets(Node& node) {
  auto add_peers = [](NodeSet& set, Node* from) {
    for (const auto& [name, edge] : from->edges_out)
      if (edge->is_peer() && edge->to && edge->valid()) set.add(edge->to);
  };
  NodeSet all{&node};
  for (std::size_t i = 0; i < all.size(); ++i) {
    add_peers(all, all[i]);
    for (const Edge* edge : all[i]->edges_in)
      if (edge->is_peer() && edge->valid()) all.add(edge->from);
  }
  std::vector<std::pair<Edge*, NodeSet>> sets;
  for (Node* peer : all) {
    for (Edge* edge : peer->edges_in) {
      if (!edge->valid() || (edge->is_peer() && !edge->from->is_top())) continue;
      NodeSet brought{peer};
      for (std::size_t i = 0; i < brought.size(); ++i) add_peers(brought, brought[i]);
      if (brought.contains(&node)) sets.emplace_back(edge, std::move(brought));
    }
  }
  return sets;
}

NodeSet optional_set(Node& node) {
  NodeSet set{&node};
  for (std::size_t i = 0; i < set.size(); ++i)
    for (const Edge* edge : set[i]->edges_in)
      if (!edge->is_optional()) set.add(edge->from);
  NodeSet start = set;
  return gather_dep_set(std::move(start), [&set](const Edge& edge) {
    return !set.contains(edge.to) && !(edge.from && edge.from->inert);
  });
}

Node& deepest_nesting_target(Node& start, const Name* name) {
  Node* target = &start;
  while (true) {
    if (target->is_project_root() || !target->resolve_parent() || target->is_global_top()) return *target;
    const Edge* edge = name ? target->edges_out.find(name) : nullptr;
    if (!edge || !edge->is_peer()) return *target;
    target = target->resolve_parent();
  }
}

bool is_omitted(Node& node, const std::set<std::string>& omit) {
  if (omit.empty()) return false;
  Node& top = node.top();
  if (!top.is_project_root() && !top.is_workspace()) return false;
  const bool dev = omit.contains("dev"), optional = omit.contains("optional");
  return (node.peer && omit.contains("peer")) || (node.dev && dev) || (node.optional && optional) ||
         (node.dev_optional && dev && optional);
}

}  // namespace pkg::resolver
