#include "cli/workspace_set.h"

#include "installer/disk.h"

namespace pkg::cli {
namespace {

using resolver::EdgeType;
using resolver::Node;

void add_with_dependencies(std::vector<const Node*> queue, std::set<const Node*>& set) {
  set.insert(queue.begin(), queue.end());
  std::vector<const Node*> extraneous;
  auto add = [&](const Node* node) {
    if (node && set.insert(node).second) queue.push_back(node);
  };
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const Node* node = queue[i];
    for (const auto& [name, edge] : node->edges_out) {
      if (!edge->to) continue;
      add(edge->to);
      if (edge->to->is_link) add(edge->to->target);
    }
    for (const auto& [name, child] : node->children)
      if (child->extraneous) extraneous.push_back(child);
  }
  set.insert(extraneous.begin(), extraneous.end());
}

}  // namespace

WorkspaceSet workspace_set(Session& session, const Project& project, const resolver::Tree& tree, RootToo root) {
  registry::Config& config = session.config();
  WorkspaceSet set;
  if (!project.selected.empty()) {
    set.all = false;
    std::vector<const Node*> start;
    for (std::size_t index : project.selected)
      if (const Node* node = tree.at(installer::relative_path(tree.path(), project.workspaces[index].path)))
        start.push_back(node);
    if (root == RootToo::kAsSet && config.flag("include-workspace-root"))
      for (const auto& [name, edge] : tree.root().edges_out)
        if (edge->type != EdgeType::kWorkspace && edge->to) start.push_back(edge->to);
    add_with_dependencies(std::move(start), set.nodes);
  } else if (!config.is_default("workspaces") && !config.flag("workspaces")) {
    set.all = false;
    std::vector<const Node*> start;
    for (const auto& [name, edge] : tree.root().edges_out)
      if (edge->to && !edge->to->is_workspace()) start.push_back(edge->to);
    add_with_dependencies(std::move(start), set.nodes);
  }
  // npm takes an empty choice for none.
  if (set.nodes.empty()) set.all = true;
  return set;
}

}  // namespace pkg::cli
