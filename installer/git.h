#pragma once

#include <map>
#include <string>

#include "installer/git_refs.h"
#include "installer/scripts.h"
#include "resolver/spec/spec.h"

namespace pkg::installer {

// Repositories by way of the `git` program.
class Git {
 public:
  struct Options {
    std::string program = "git";
    Environment environment;  // of the process
    int retries = 2;          // after a connection that failed: fetch-retries
    long retry_wait = 10000;  // ms before the first of them, ten times that before the next
    resolver::PickOptions pick;
  };
  explicit Git(Options options) : options_(std::move(options)) {}

  // What `repository` (as git takes it) has; asked once. Errors: ENOGIT, and git's exit status, "128", with what it
  // said.
  Result<const GitRefs*> refs(const std::string& repository);

  // The commit that the spec's committish or range names, without cloning; empty when only a clone can tell.
  // Errors: as refs(), ETARGET for a range without a tag.
  Result<std::string> commit_of(const std::string& repository, const resolver::Spec& spec);

  // Clones into `folder`, which is empty, checks that commit out and its submodules, and returns the commit.
  // Shallow on the hosts of which npm knows that they allow it. Errors: as commit_of().
  Result<std::string> clone(const std::string& repository, const resolver::Spec& spec, const std::string& folder);

  // Whether an error means that the repository was reached and lacks what was asked for.
  static bool is_missing_commit(const Error& error);

 private:
  Result<std::string> run(std::vector<std::string> arguments, const std::string& folder = {});
  Result<const GitRef*> find(const GitRefs& refs, const resolver::Spec& spec) const;
  Result<void> update_submodules(const std::string& folder);
  const Environment& environment();

  Options options_;
  bool ready_ = false;  // the environment has what npm gives git
  std::map<std::string, GitRefs> refs_;
};

}  // namespace pkg::installer
