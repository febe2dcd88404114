#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "installer/build.h"
#include "installer/diff.h"
#include "installer/fetch_packages.h"
#include "installer/stage.h"
#include "resolver/tree/build_ideal_tree.h"

namespace pkg::installer {

struct ReifyOptions {
  std::string project;
  BuildOptions build;
  // The hidden lockfile's text of what is on disk, where the file itself is
  // not the truth; else empty.
  std::string before;
  // Folders whose node_modules are emptied before: `pkg ci`. Else empty.
  std::vector<std::string> wipe;
  // Where tarballs are that the lockfile does not locate; may be empty.
  LocateTarballs locate;
  // Whether a package may be fetched from where it is; may be empty.
  std::function<Result<void>(const resolver::Node& node)> allowed;
  // Brings packages out of git repositories; may be empty.
  FetchGit fetch_git;
  // Told of every package that is in place: how many of how many.
  std::function<void(std::size_t done, std::size_t total)> progress;
};

// Makes node_modules what the plan says: fetches, links beside it, moves into
// place, links commands, runs scripts. Until packages are moved nothing that is
// there changes; an error after that is undone. A process killed in between
// leaves .pkg-stage behind, which the next install repairs.
//
// Usage: run(), then write package.json and lockfile, then finish().
class Reifier {
 public:
  Reifier(registry::Cache& cache, std::function<registry::TarballSource&()> tarballs, resolver::Tree& ideal,
          ReifyOptions options);

  // Errors: those of TarballSource and extract_tarball, EINVAL, errno's, the
  // exit status of a required package's script.
  Result<void> run(Plan& plan);
  // Removes what was kept of the tree before.
  Result<void> finish();

  const std::vector<resolver::Warning>& warnings() const { return warnings_; }
  // Optional packages that could not be had or built; their nodes are inert.
  const std::set<std::string>& failed() const { return failed_; }

 private:
  Result<void> fetch_and_stage(Plan& plan);
  Result<void> build(const Plan& plan);
  Result<void> load_bundles(const WantedPackage& package);
  // A package whose scripts will run gets files of its own: they may change them.
  LinkMode link_mode(const resolver::Node& node) const;
  Result<void> stage_package(const WantedPackage& package);
  void fail_optional(resolver::Node& node, const Error& error);
  void undo(const Plan& plan);

  registry::Cache& cache_;
  std::function<registry::TarballSource&()> tarballs_;
  resolver::Tree& ideal_;
  ReifyOptions options_;
  Stage stage_;
  std::vector<resolver::Warning> warnings_;
  std::set<std::string> failed_;
};

// The optional part of the tree that goes when `node` cannot be had: what
// needs it, up to optional dependencies, and what only those need.
std::vector<resolver::Node*> optional_set(resolver::Node& node);

}  // namespace pkg::installer
