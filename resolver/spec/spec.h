#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/result.h"
#include "resolver/semver/range.h"

namespace pkg::resolver {

enum class SpecType {
  kVersion,    // a@1.2.3
  kRange,      // a@^1, a, a@
  kTag,        // a@next
  kAlias,      // b@npm:a@^1
  kGit,        // a@owner/repo#ref, git+ssh://...
  kRemote,     // a@https://.../a.tgz
  kFile,       // a@file:x.tgz
  kDirectory,  // a@file:../x
};
std::string_view to_string(SpecType type);  // npm's word: "version", "directory"...

// A repository on a known host, as in the shortcut "github:owner/repo".
struct HostedRepo {
  std::string type;  // "github", "gitlab", "bitbucket", "gist", "sourcehut"
  std::string user;  // may be empty for a gist
  std::string project;
  std::string auth;  // "user:password" or empty
  std::string committish;
  std::string representation;  // how it was written: "shortcut", "https", "git", "http" or "sshurl"

  enum class Committish { kWith, kWithout };
  std::string shortcut(Committish committish = Committish::kWith) const;
  std::string https(Committish committish = Committish::kWith) const;   // git+https://...
  std::string sshurl(Committish committish = Committish::kWith) const;  // git+ssh://git@...
  std::string ssh(Committish committish = Committish::kWith) const;     // git@host:...
  std::string git(Committish committish = Committish::kWith) const;     // git://...
  // Pages for people; `folder`: inside the repository. bugs() is empty where the host has none.
  std::string browse(std::string_view folder = {}) const;
  std::string docs() const;
  std::string bugs() const;
  std::string tarball() const;  // where an archive of the commit can be fetched
  // In the way it was written; what cannot be written back becomes sshurl().
  std::string to_string(Committish committish = Committish::kWith) const;
};

// The repository that `text` names on a known host, if it does: shortcuts
// ("owner/repo", "gitlab:a/b"), URLs and scp-like addresses.
std::optional<HostedRepo> parse_hosted(std::string_view text);

// What someone wrote to name a package: npm-package-arg's forms.
struct Spec {
  SpecType type = SpecType::kRange;
  std::string raw;                             // all of it
  std::string name;                            // may be empty for the kinds that bring their own
  std::string scope;                           // "@scope" or empty
  std::string raw_spec;                        // after the name's '@'; "*" when nothing was written
  std::string save_spec;                       // what package.json should say, when it differs; may be empty
  std::string fetch_spec;                      // version, range, tag, URL or absolute path
  std::shared_ptr<const semver::Range> range;  // of kVersion and kRange, parsed loosely
  std::shared_ptr<const Spec> target;          // of kAlias: what it stands for

  std::string git_committish;  // a branch, tag or commit
  std::string git_range;       // from "#semver:^1"
  std::string git_subdir;      // from "#path:x": "/x"
  std::optional<HostedRepo> hosted;

  bool is_registry() const;  // version, range, tag, or an alias (of those by definition)
  // The spec that names what is fetched: itself, or an alias's target.
  const Spec& fetched() const { return target ? *target : *this; }
  std::string to_string() const;
};

// Parses a whole argument ("a@^1", "@s/a", "./x", "owner/repo").
// `where`: absolute folder that relative paths start from.
// Errors: EINVALIDPACKAGENAME, EINVALIDTAGNAME, EUNSUPPORTEDPROTOCOL (also for
// "workspace:" and "catalog:", which npm does not know), EINVALIDSPEC.
Result<Spec> parse_spec(std::string_view argument, std::string_view where);

// Parses the right-hand side of a dependency called `name`. An empty name is
// allowed where the kind brings its own.
Result<Spec> resolve_spec(std::string_view name, std::string_view spec, std::string_view where);

// Whether `name` can name a package on the registry, by the rules for names
// that exist (capitals allowed). Else the reasons, as npm words them by sense.
Result<void> check_package_name(std::string_view name);

}  // namespace pkg::resolver
