#pragma once

#include <optional>
#include <string>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/base/result.h"
#include "resolver/tree/node.h"

namespace pkg::installer {

// Which dependencies may run their install scripts: npm 12's allowScripts.
// Entries are specs; a package is known by the URL the lockfile says it came
// from, never by its own package.json.
class ScriptPolicy {
 public:
  // `entries`: spec -> boolean. Keys that cannot be verified (ranges, tags,
  // text that is no spec) are left out, each with a sentence in `warnings`.
  ScriptPolicy() = default;
  ScriptPolicy(const Json& entries, std::string_view source, std::vector<std::string>& warnings);

  bool empty() const { return entries_.empty(); }

  // True: allowed; false: denied, which wins; nothing: not reviewed. Bundled packages are never reviewed.
  std::optional<bool> verdict(const resolver::Node& node) const;

 private:
  struct Entry {
    std::string key;
    bool allow;
  };
  std::vector<Entry> entries_;
};

// Name and version as the tarball's URL in a registry has them; nothing when
// it is no such URL. "https://host/@s/a/-/a-1.2.3.tgz" -> {"@s/a", "1.2.3"}.
struct UrlIdentity {
  std::string name, version;
};
std::optional<UrlIdentity> identity_of_url(std::string_view url);

// A name and version to show: the URL's, else the tree's.
UrlIdentity shown_identity(const resolver::Node& node);

}  // namespace pkg::installer
