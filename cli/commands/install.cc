// `pkg install` and `pkg uninstall`: package.json and the registry decide the
// tree; node_modules and the lockfile become it.
// Spec: npm's documents npm-install and npm-uninstall.
#include <algorithm>

#include "cli/command.h"
#include "cli/installing.h"
#include "resolver/base/keep.h"

namespace pkg::cli {
namespace {

Result<int> change_tree(Session& session, Project& project, resolver::IdealTreeOptions options) {
  PKG_TRY(auto build, build_options(session, project));
  PKG_TRY(options.start, starting_tree(session, project));
  show_progress(session);
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  PKG_TRY_VOID(check_strict_scripts(session, *ideal.tree, build));
  PKG_TRY_VOID(carry_out(session, project, ideal, build, Wipe::kNo));
  keep(std::move(ideal));
  return 0;
}

}  // namespace

Result<int> install_command(Session& session) {
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  options.add = session.words;
  bool bare = session.words.empty();
  bool scripts = bare && !session.config().flag("ignore-scripts");
  if (scripts) PKG_TRY_VOID(run_root_script(session, project, "preinstall"));
  PKG_TRY(int status, change_tree(session, project, std::move(options)));
  if (scripts) PKG_TRY_VOID(run_root_scripts_after(session, project));
  keep(std::move(project));
  return status;
}

Result<int> uninstall_command(Session& session) {
  if (session.words.empty()) return fail("", "Must provide a package name to remove", "pkg uninstall <name> ...");
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  options.remove = session.words;
  return change_tree(session, project, std::move(options));
}

}  // namespace pkg::cli
