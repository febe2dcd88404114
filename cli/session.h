#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/terminal.h"
#include "installer/git_packages.h"
#include "installer/package_json.h"
#include "installer/scripts.h"
#include "registry/auth.h"
#include "registry/cache.h"
#include "registry/config.h"
#include "registry/http.h"
#include "registry/packument_store.h"
#include "registry/tarballs.h"
#include "registry/workers.h"
#include "resolver/tree/build_ideal_tree.h"

namespace pkg::cli {

// Where the program's own parts are, found from its executable.
struct Layout {
  std::string executable;  // bin/pkg, absolute, symlinks resolved
  std::string prefix;      // the folder above bin/
  std::string library;     // lib/pkg: runtime, `npm` and `npx`
  std::string runtime;     // lib/pkg/node

  static Layout find();
};

// One run of one command: its words, its settings, and the collaborators,
// each made when first asked for. One thread.
class Session {
 public:
  // Reads the settings. Errors: as Config::load.
  static Result<std::unique_ptr<Session>> start(std::string command, Arguments arguments);
  ~Session();

  const std::string command;           // npm's name for it: "install"
  std::vector<std::string> words;      // without the command
  std::vector<std::string> arguments;  // all as typed, without the command
  const Layout layout;
  const std::string cwd;
  Terminal terminal;
  const std::chrono::steady_clock::time_point started;

  registry::Config& config() { return *config_; }
  // The project's folder, symlinks resolved; --prefix decides, else the nearest with a package.json.
  const std::string& project() const { return project_; }
  bool json() const { return json_; }
  bool global() const { return config_->global(); }
  // What holds the node_modules that all projects share: lib of the prefix, symlinks resolved. It need not exist.
  std::string global_folder() const;

  registry::Cache& cache();
  registry::Workers& workers();
  const registry::Auth& auth();
  registry::Http& http();
  registry::TarballSource& tarballs();
  registry::PackumentStore& packuments();
  installer::GitPackages& git_packages();

  // For scripts and commands that are run: environment, shell, PATH.
  installer::ScriptOptions script_options();

  // --workspace and --workspaces, as indices; empty when neither was given.
  // Errors: ENOWORKSPACES.
  Result<std::vector<std::size_t>> selected_workspaces(const std::vector<resolver::Workspace>& workspaces);
  bool all_workspaces();  // --workspaces

 private:
  Session(std::string command, Arguments arguments);
  Result<resolver::ManifestPtr> other_manifest(const resolver::Spec& spec);

  std::unique_ptr<registry::Config> config_;
  std::string project_;
  bool json_ = false;
  // In order of use: what is below is destroyed first.
  std::unique_ptr<registry::Cache> cache_;
  std::unique_ptr<registry::Auth> auth_;
  std::unique_ptr<registry::Workers> workers_;
  std::unique_ptr<registry::Http> http_;
  std::unique_ptr<registry::TarballSource> tarballs_;
  std::unique_ptr<installer::GitPackages> git_packages_;
  std::unique_ptr<registry::PackumentStore> packuments_;
};

// process.platform, process.arch and libc of this build.
resolver::Platform this_platform();
std::string node_version();  // without "v"

}  // namespace pkg::cli
