#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/session.h"
#include "installer/actual_tree.h"
#include "installer/build.h"
#include "installer/diff.h"
#include "installer/lockfile.h"
#include "resolver/tree/build_ideal_tree.h"

namespace pkg::cli {

// What install, uninstall and ci share.

class Audit;

// The project a command works on, as its files say. The folder of global packages is one, too: its manifest has no
// dependencies but those asked for, and it has no lockfile.
struct Project {
  std::string path;  // absolute, symlinks resolved
  bool global = false;
  installer::PackageJson package;
  resolver::ManifestPtr manifest;
  std::vector<resolver::Workspace> workspaces;
  std::vector<std::size_t> selected;  // of workspaces
  installer::Lockfile lockfile;
  bool interrupted = false;  // an install was killed here

  installer::LockfileReadOptions read_options(Session& session) const;
};
// kAsSet: --global decides.
enum class Which { kAsSet, kLocal, kGlobal };
// Errors: EJSONPARSE, ELOCKFILEVERSION, EDUPLICATEWORKSPACE, ENOWORKSPACES.
Result<Project> load_project(Session& session, Which which = Which::kAsSet);

// The resolver's options from the settings; `start` is left empty.
Result<resolver::IdealTreeOptions> ideal_tree_options(Session& session, const Project& project);

// Which scripts run, from the settings and package.json. Errors: EALLOWSCRIPTS.
Result<installer::BuildOptions> build_options(Session& session, const Project& project);

// The tree an install starts from: the lockfile's, else what is on disk, else none.
Result<std::unique_ptr<resolver::Tree>> starting_tree(Session& session, const Project& project);

// ESTRICTALLOWSCRIPTS when strict-allow-scripts is set and scripts of the tree are not reviewed.
Result<void> check_strict_scripts(Session& session, const resolver::Tree& tree, const installer::BuildOptions& build);

// kAll: the lockfile, and package.json where something was asked for. kAsSet:
// the same unless --no-save. kLockfile: that alone, whatever --save says. kNothing: neither.
enum class Save { kAsSet, kAll, kLockfile, kNothing };
// Reifies `ideal`, saves what is to be saved, and says what was done. `wipe`:
// start from empty node_modules folders. `earlier`: the audit to tell of where
// a dry run makes none. `audited` becomes the audit's report, if there is one.
enum class Wipe { kNo, kYes };
enum class Report { kPrint, kNone };
Result<void> carry_out(Session& session, Project& project, resolver::IdealTree& ideal,
                       const installer::BuildOptions& build, Wipe wipe, Save saving = Save::kAsSet,
                       Audit* earlier = nullptr, Json* audited = nullptr, Report reporting = Report::kPrint);

// A line of progress for each packument that arrives, on a terminal.
void show_progress(Session& session);

// Runs the project's own script `event` if it has one. Errors: its exit code.
Result<void> run_root_script(Session& session, const Project& project, const char* event);
// install, postinstall, prepublish, preprepare, prepare, postprepare.
Result<void> run_root_scripts_after(Session& session, const Project& project);

// Kinds of dependencies left out, by --omit, --include and NODE_ENV.
std::set<std::string> omitted(registry::Config& config);

// For the no-op check: what besides files decides what an install does.
std::string install_key(const std::vector<std::string>& arguments);
// Answers an install with nothing to do; false when it has to be looked into.
bool nothing_to_install(const std::vector<std::string>& arguments);

// "2s", "350ms": npm's way.
std::string duration_text(std::chrono::steady_clock::duration time);

}  // namespace pkg::cli
