// `pkg update`: the newest versions that package.json allows. The lockfile is
// written; package.json only with --save.
// Spec: npm's document npm-update.
#include <algorithm>

#include "cli/command.h"
#include "cli/installing.h"
#include "installer/disk.h"

namespace pkg::cli {
namespace {

using resolver::Edge;
using resolver::Node;

bool is_subset(const std::string& sub, std::string_view super) {
  auto a = semver::Range::parse(sub, {.mode = semver::Mode::kLoose});
  auto b = semver::Range::parse(super, {.mode = semver::Mode::kLoose});
  return a && b && semver::subset(*a, *b);
}

// Who depends on what sits right below the root, by an edge package.json can
// hold a newer range for: not where someone wants this very version.
std::vector<resolver::AddedRequest> updated_requests(const resolver::Tree& tree,
                                                     const std::vector<std::string>& names) {
  std::vector<resolver::AddedRequest> requests;
  for (const Node* node : tree.nodes()) {
    if (node->is_root() || node->resolve_parent() != &tree.root()) continue;
    const std::string& name = node->name->text;
    if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) continue;
    bool pinned = std::any_of(node->edges_in.begin(), node->edges_in.end(),
                              [&](const Edge* edge) { return is_subset(edge->spec(), node->version()); });
    if (pinned) continue;
    for (const Edge* edge : node->edges_in) {
      if (!edge->from->is_top() || edge->from->is_link) continue;
      resolver::AddedRequest request;
      request.spec.name = name;
      request.owner = edge->from->location();
      requests.push_back(std::move(request));
    }
  }
  return requests;
}

}  // namespace

Result<int> update_command(Session& session) {
  registry::Config& config = session.config();
  const std::vector<std::string>& names = session.words;
  if (!config.get("depth").is_null()) session.terminal.warn("update", "The --depth option no longer has any effect.");
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto build, build_options(session, project));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  const bool save = config.flag("save") && !config.is_default("save");
  options.save = save;
  options.update = names;
  options.update_all = names.empty();
  if (project.global) {
    // What is there is what is wanted, in its newest versions.
    if (!config.flag("dry-run")) PKG_TRY_VOID(installer::make_dirs(project.path));
    PKG_TRY(auto actual, installer::load_actual_tree(project.path, project.manifest, project.lockfile,
                                                     project.read_options(session)));
    if (options.update_all)
      options.root_manifest = actual.tree->root().manifest;
    else
      options.start = std::move(actual.tree);
  } else if (!options.update_all) {
    PKG_TRY(options.start, starting_tree(session, project));
  }
  show_progress(session);
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  PKG_TRY_VOID(check_strict_scripts(session, *ideal.tree, build));
  if (save) ideal.added = updated_requests(*ideal.tree, names);
  PKG_TRY_VOID(carry_out(session, project, ideal, build, Wipe::kNo, Save::kLockfile));
  return 0;
}

}  // namespace pkg::cli
