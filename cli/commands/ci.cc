// `pkg ci`: what the lockfile says, into empty node_modules folders, or an
// error when it does not fit package.json.
// Spec: npm's document npm-ci.
#include <map>

#include "cli/command.h"
#include "cli/installing.h"
#include "resolver/base/keep.h"

namespace pkg::cli {

Result<int> ci_command(Session& session) {
  registry::Config& config = session.config();
  if (config.flag("global")) return fail("ECIGLOBAL", "`pkg ci` does not work for global packages");
  for (const char* flag : {"allow-unused-patches", "ignore-patch-failures"})
    if (config.find(flag) == registry::ConfigLayer::kCli)
      return fail("ECIPATCHFLAG", std::string("The --") + flag + " flag is not allowed with `pkg ci`.");
  PKG_TRY(Project project, load_project(session));
  auto no_lockfile = [] {
    return fail(code::kUsage, "`pkg ci` can only install with an existing package-lock.json of lockfileVersion >= 1",
                "run `pkg install` once to make it");
  };
  if (!project.lockfile.exists) return no_lockfile();
  auto locked = starting_tree(session, project);
  if (!locked || !*locked) return no_lockfile();

  std::map<std::string, std::string> versions;
  for (const resolver::Node* node : (*locked)->nodes()) versions.emplace(node->location(), node->version());

  PKG_TRY(auto build, build_options(session, project));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  options.save = false;
  options.start = std::move(*locked);
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  PKG_TRY_VOID(check_strict_scripts(session, *ideal.tree, build));

  std::string problems;
  for (const resolver::Node* node : ideal.tree->nodes()) {
    std::string name = node->name->text, version(node->version());
    auto lock = versions.find(node->location());
    if (lock == versions.end())
      problems += "\nMissing: " + name + "@" + version + " from lock file";
    else if (lock->second != version)
      problems += "\nInvalid: lock file's " + name + "@" + lock->second + " does not satisfy " + name + "@" + version;
  }
  if (!problems.empty())
    return fail(code::kUsage,
                "`pkg ci` can only install packages when package.json and package-lock.json are in sync:" + problems,
                "bring the lockfile up to date with `pkg install`");

  bool scripts = !config.flag("ignore-scripts");
  if (scripts) PKG_TRY_VOID(run_root_script(session, project, "preinstall"));
  PKG_TRY_VOID(carry_out(session, project, ideal, build, Wipe::kYes));
  if (scripts) PKG_TRY_VOID(run_root_scripts_after(session, project));
  keep(std::move(ideal));
  keep(std::move(project));
  return 0;
}

}  // namespace pkg::cli
