// `pkg prune`: removes what nobody depends on, and with --omit what is not wanted.
// Spec: npm's document npm-prune.
#include "cli/command.h"
#include "cli/installing.h"

namespace pkg::cli {

Result<int> prune_command(Session& session) {
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto build, build_options(session, project));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  PKG_TRY(options.start, starting_tree(session, project));
  show_progress(session);
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  // An install without a lockfile leaves these alone.
  for (resolver::Node* node : ideal.tree->nodes())
    if (node->extraneous && node->parent && node->root == &ideal.tree->root()) ideal.tree->set_parent(*node, nullptr);
  PKG_TRY_VOID(carry_out(session, project, ideal, build, Wipe::kNo));
  return 0;
}

}  // namespace pkg::cli
