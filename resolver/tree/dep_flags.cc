#include <unordered_set>

#include "resolver/tree/node.h"

namespace pkg::resolver {
namespace {

// Clears `flag` when `clear` says that a path leads to the node without it.
bool unset(bool& flag, bool clear) {
  if (!flag || !clear) return false;
  flag = false;
  return true;
}

}  // namespace

void calculate_dep_flags(Tree& tree, OldFlags old_flags) {
  Node& root = tree.root();
  if (old_flags == OldFlags::kReset)
    for (Node* node : tree.nodes())
      node->extraneous = node->dev = node->optional = node->dev_optional = node->peer = true;
  root.extraneous = root.dev = root.optional = root.dev_optional = root.peer = false;

  // Flags start as true; each path from the root clears what it is without,
  // until nothing changes.
  std::unordered_set<Node*> seen;
  std::vector<Node*> queue{&root};
  while (!queue.empty()) {
    Node* node = queue.back();
    queue.pop_back();
    seen.insert(node);
    if (!node->extraneous)
      for (Node* above = node->resolve_parent(); above && above->extraneous; above = above->resolve_parent())
        above->extraneous = false;
    if (node->is_link) {
      Node* target = node->target;
      if (!target) continue;
      bool changed = unset(target->dev, !node->dev);
      changed |= unset(target->optional, !node->optional);
      changed |= unset(target->dev_optional, !node->dev_optional);
      changed |= unset(target->peer, !node->peer);
      changed |= unset(target->extraneous, !node->extraneous);
      if (changed || !seen.contains(target)) queue.push_back(target);
      continue;
    }
    for (const auto& [name, edge] : node->edges_out) {
      Node* to = edge->to;
      if (!to) continue;
      bool dev = edge->is_dev(), optional = edge->is_optional(), peer = edge->is_peer();
      bool changed = unset(to->extraneous, !node->extraneous && !(peer && optional));
      changed |= unset(to->dev, !node->dev && !dev);
      changed |= unset(to->optional, !node->optional && !optional);
      // devOptional is what both dev and optional paths lead to.
      changed |= unset(to->dev_optional, !node->dev_optional && !node->dev && !node->optional && !dev && !optional);
      changed |= unset(to->peer, !node->peer && !peer);
      if (changed) queue.push_back(to);
    }
  }
  seen.erase(&root);
  for (Node* node : seen)
    if (node->dev_optional && (node->dev || node->optional)) node->dev_optional = false;
}

}  // namespace pkg::resolver
