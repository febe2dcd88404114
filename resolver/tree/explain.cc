#include "resolver/tree/explain.h"

#include <algorithm>
#include <vector>

namespace pkg::resolver {
namespace {

bool is_project(const Node& node) { return node.source ? node.source->is_project_root() : node.is_project_root(); }

std::string name_of(const Node& node) {
  if (is_project(node)) return node.manifest->name.empty() ? "the root project" : "the root project " + node.id();
  return node.id();
}

}  // namespace

std::string explain_node(const Node& start) {
  std::string text = name_of(start);
  std::vector<const Node*> seen{&start};
  const Node* node = &start;
  while (!is_project(*node)) {
    const Edge* reason = nullptr;
    for (const Edge* edge : node->edges_in)
      if (edge->from && std::find(seen.begin(), seen.end(), edge->from) == seen.end() &&
          (!reason || is_project(*edge->from)))
        reason = edge;
    if (!reason) break;
    node = reason->from;
    seen.push_back(node);
    text += ", required by " + name_of(*node);
  }
  return text;
}

std::string explain_edge(const Edge& edge) {
  std::string type = edge.type == EdgeType::kProd ? "" : std::string(to_string(edge.type)) + " ";
  return type + edge.name->text + "@\"" + edge.spec() + "\" from " + explain_node(*edge.from);
}

Error explain_conflict(const Edge& edge, const Node& dep, const Node* current, const Edge* conflicted) {
  Error error;
  error.code = code::kResolve;
  error.message = "could not resolve " + dep.id() + ", wanted as " + explain_edge(edge);
  if (conflicted && conflicted != &edge && conflicted->from)
    error.message += "\nconflicting: " + explain_edge(*conflicted);
  if (current) error.message += "\nfound: " + explain_node(*current);
  error.hint =
      "fix the conflict in the dependencies, or accept a tree that may not work with --force or --legacy-peer-deps";
  return error;
}

std::string explain_overridden_peer(const Edge& edge, const Node& dep) {
  std::string text = "overriding peer dependency: " + explain_edge(edge) + " is not satisfied";
  if (const Node* found = edge.from->resolve(edge.name))
    text += " by " + found->id();
  else
    text += " by " + dep.id();
  return text;
}

}  // namespace pkg::resolver
