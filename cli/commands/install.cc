// `pkg install` and `pkg uninstall`: package.json and the registry decide the
// tree; node_modules and the lockfile become it.
// Spec: npm's documents npm-install and npm-uninstall.
#include <algorithm>

#include "cli/command.h"
#include "cli/installing.h"
#include "installer/disk.h"
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
  // A project is not installed into itself: `pkg install .` is `pkg install`.
  for (const std::string& word : session.words)
    if (installer::resolve_path(session.cwd, word) != session.config().prefix()) options.add.push_back(word);
  bool bare = options.add.empty() && !project.global;
  if (options.add.empty() && project.global) options.add = {"."};
  if (project.global && std::find(options.add.begin(), options.add.end(), "") != options.add.end())
    return fail(code::kUsage, "an empty text names no package", "pkg install -g <package-spec> ...");
  bool scripts = bare && !session.config().flag("ignore-scripts");
  if (scripts) PKG_TRY_VOID(run_root_script(session, project, "preinstall"));
  PKG_TRY(int status, change_tree(session, project, std::move(options)));
  if (scripts) PKG_TRY_VOID(run_root_scripts_after(session, project));
  keep(std::move(project));
  return status;
}

Result<int> uninstall_command(Session& session) {
  std::vector<std::string> names = session.words;
  if (names.empty() && session.global()) {
    // The package in this folder, as `pkg link` and `pkg install -g` put it there.
    auto here = installer::PackageJson::load(session.config().local_prefix());
    if (!here && here.error().code != code::kNoEntry) return tl::unexpected<Error>(here.error());
    if (here) names.push_back(string_member(here->content, "name"));
    if (!here) return fail(code::kUsage, "Must provide a package name to remove", "pkg uninstall -g <name> ...");
  }
  if (names.empty()) return fail("", "Must provide a package name to remove", "pkg uninstall <name> ...");
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  options.remove = std::move(names);
  return change_tree(session, project, std::move(options));
}

}  // namespace pkg::cli
