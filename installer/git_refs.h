#pragma once

#include <map>
#include <string>
#include <string_view>

#include "resolver/base/result.h"
#include "resolver/tree/pick.h"

namespace pkg::installer {

// One name that a repository gives to a commit.
struct GitRef {
  enum class Kind { kHead, kBranch, kTag, kPull, kOther };
  std::string sha;   // a tag's: of the commit it stands for
  std::string name;  // "main", "v1.0.0", "pull/7"
  std::string raw;   // "refs/heads/main"
  Kind kind = Kind::kOther;
};

// What `git ls-remote` says of a repository, as npm reads it.
class GitRefs {
 public:
  // Lines of "<sha>\t<ref>"; others are skipped.
  static GitRefs parse(std::string_view listing);

  // Null when nothing is called so. A committish is a name, a raw name or a commit that has one.
  const GitRef* head() const { return named("HEAD"); }
  const GitRef* named(std::string_view committish) const;

  // The tag whose version is the best of the range; tags end in a version: "v1.2.3", "release-1.2.3".
  // The tag of `latest`, else of HEAD, counts as the dist-tag latest. `name` goes into messages.
  // Errors: ETARGET, ENOVERSIONS.
  Result<const GitRef*> best(const std::string& name, const std::string& range,
                             const resolver::PickOptions& options) const;

 private:
  std::map<std::string, GitRef, std::less<>> refs_;         // by name and by raw name
  std::map<std::string, std::string, std::less<>> by_sha_;  // sha -> the first name listed for it
  std::map<std::string, std::string> versions_;             // version -> raw name of its tag
};

}  // namespace pkg::installer
