#pragma once

#include <functional>
#include <map>
#include <string>

#include "installer/git.h"
#include "registry/cache.h"
#include "registry/tarballs.h"
#include "resolver/tree/manifest.h"

namespace pkg::installer {

// Packages out of git repositories: as npm 12 resolves, prepares and packs them.
// Spec: npm's document npm-install, "<git remote url>".
class GitPackages {
 public:
  struct Options {
    Git::Options git;
    ScriptOptions scripts;
    bool ignore_scripts = false;
    std::string executable;                  // our own, which installs what preparing needs
    std::vector<std::string> install_flags;  // of that install: cache, offline and the like
    std::string global_ignore;               // the text of the user's global-ignore-file
  };
  GitPackages(registry::Cache& cache, std::function<registry::TarballSource&()> tarballs, Options options);
  // Removes what was cloned.
  ~GitPackages();
  GitPackages(const GitPackages&) = delete;
  GitPackages& operator=(const GitPackages&) = delete;

  // The manifest of what a git spec names, `resolved` set: "git+ssh://git@host/owner/repo.git#<commit>", or the address
  // as it was written and the commit. Errors: those of Git, EGITCHECKOUT, ENOENT and EJSONPARSE for its package.json.
  Result<resolver::ManifestPtr> manifest(const resolver::Spec& spec);

  // The folder in the cache that has the package of that `resolved`, prepared and packed: its dependencies are
  // installed and its `prepare` is run where it has scripts, unless scripts are ignored. `name`: the dependency's, for
  // messages. Errors: as manifest(), and those of the scripts.
  Result<std::string> package(const std::string& name, const std::string& resolved);

 private:
  struct Checkout {
    std::string root;    // of the clone
    std::string folder;  // of the package in it
    std::string commit;
    bool cloned = false;  // else it is a host's archive
  };
  Result<Checkout> clone(const resolver::Spec& spec);
  Result<Checkout> clone_from(const std::string& repository, const resolver::Spec& spec);
  Result<Checkout> archive(const resolver::Spec& spec);
  Result<std::string> packed(const Checkout& checkout, const std::string& name, const std::string& resolved);
  Result<void> install_dependencies(const std::string& folder, const Json& package, const std::string& resolved);
  Result<void> run_prepare(const std::string& folder, const Json& package);
  Result<std::string> tarball(const std::string& folder);
  // Under which the index remembers a package: scripts make it another one.
  std::string key(const std::string& resolved) const;

  registry::Cache& cache_;
  std::function<registry::TarballSource&()> tarballs_;
  Options options_;
  Git git_;
  std::map<std::string, resolver::ManifestPtr> manifests_;  // by what was written
  std::map<std::string, Checkout> checkouts_;               // by resolved
  std::vector<std::string> folders_;                        // to be removed
};

// What a lockfile says of a spec whose commit is known. Exposed for tests.
std::string git_resolved(const resolver::Spec& spec, const std::string& commit);

}  // namespace pkg::installer
