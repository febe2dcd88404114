// `pkg explain`: why a package is installed: who depends on it, up to the project.
// Spec: npm's document npm-explain.
#include <algorithm>

#include "cli/command.h"
#include "cli/explanation.h"
#include "cli/installing.h"
#include "cli/workspace_set.h"
#include "installer/disk.h"

namespace pkg::cli {
namespace {

using resolver::Node;

std::string without_trailing_slashes(std::string text) {
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

// The nodes a word names: by package, by location, by path, or by name and range.
std::vector<const Node*> named(Session& session, const installer::ActualTree& actual, const std::string& word) {
  const resolver::Tree& tree = *actual.tree;
  std::vector<const Node*> found;
  if (resolver::check_package_name(word)) {
    for (const Node* node : tree.nodes())
      if (node->package_name() == word) found.push_back(node);
    // A lockfile's links are made when all packages are there.
    if (actual.from_hidden_lockfile)
      std::stable_partition(found.begin(), found.end(), [](const Node* node) { return !node->is_link; });
    return found;
  }
  std::string location = without_trailing_slashes(word);
  if (const Node* node = tree.at(location)) return {node};
  std::string path = installer::relative_path(actual.tree->path(), installer::resolve_path(session.cwd, location));
  if (const Node* node = tree.at(without_trailing_slashes(path))) return {node};
  auto spec = resolver::parse_spec(word, actual.tree->path());
  if (!spec || !spec->range) return found;
  for (const Node* node : tree.nodes()) {
    auto version = semver::Version::parse(node->version());
    if (node->package_name() == spec->name && version && spec->range->test(*version)) found.push_back(node);
  }
  return found;
}

}  // namespace

Result<int> explain_command(Session& session) {
  if (session.words.empty()) return fail(code::kUsage, "name the package to explain", "pkg explain <package-spec>");
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto actual,
          installer::load_actual_tree(project.path, project.manifest, project.lockfile, project.read_options(session)));
  WorkspaceSet set = workspace_set(session, project, *actual.tree, RootToo::kNo);
  std::vector<const Node*> nodes;
  std::string all;
  for (const std::string& word : session.words) {
    all += (all.empty() ? "" : ", ") + word;
    for (const Node* node : named(session, actual, word))
      if (set.contains(*node) && std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
  }
  if (nodes.empty()) return fail("", "No dependencies found matching " + all);

  Explainer explainer;
  std::vector<std::shared_ptr<NodeExplanation>> explanations;
  for (const Node* node : nodes) explanations.push_back(explainer.explain_asked(*node));
  if (session.json()) {
    Json list = Json::array();
    for (const auto& each : explanations) list.push_back(explanation_json(*each));
    session.terminal.line(installer::json_text(list, "  "));
    return 0;
  }
  std::string text;
  for (const auto& each : explanations) text += (text.empty() ? "" : "\n\n") + explanation_text(*each);
  session.terminal.line(text);
  return 0;
}

}  // namespace pkg::cli
