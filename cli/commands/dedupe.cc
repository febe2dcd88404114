// `pkg dedupe` and `pkg find-dupes`: fewer copies of the same package, where
// what depends on them allows one for several.
// Spec: npm's documents npm-dedupe and npm-find-dupes.
#include <map>

#include "cli/command.h"
#include "cli/installing.h"

namespace pkg::cli {
namespace {

// Names that are in the tree more than once.
std::vector<std::string> repeated_names(const resolver::Tree& tree) {
  std::map<std::string, int> counts;
  for (const resolver::Node* node : tree.nodes()) ++counts[node->name->text];
  std::vector<std::string> names;
  for (const auto& [name, count] : counts)
    if (count > 1) names.push_back(name);
  return names;
}

}  // namespace

Result<int> dedupe_command(Session& session) {
  if (session.config().flag("global"))
    return fail("EDEDUPEGLOBAL", "`pkg dedupe` does not work in global mode.", "run it in a project");
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto build, build_options(session, project));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  options.save = false;
  options.prefer_dedupe = true;
  PKG_TRY(options.start, starting_tree(session, project));
  if (options.start) options.update = repeated_names(*options.start);
  // package.json never changes; a tree without repetitions leaves the lockfile alone too.
  Save save = options.update.empty() ? Save::kNothing : Save::kLockfile;
  show_progress(session);
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  PKG_TRY_VOID(carry_out(session, project, ideal, build, Wipe::kNo, save));
  return 0;
}

Result<int> find_dupes_command(Session& session) {
  session.config().set("dry-run", true, registry::ConfigLayer::kCli);
  return dedupe_command(session);
}

}  // namespace pkg::cli
