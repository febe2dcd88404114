#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/semver/range.h"
#include "resolver/tree/packuments.h"

namespace pkg::resolver {

// Which versions of one package are vulnerable: by an advisory of the registry,
// or because all they may depend on is vulnerable (a metavulnerability, which
// has another advisory as its source). The versions are those of the packument.
class Advisory {
 public:
  // `report`: {id, title, url, severity, vulnerable_versions, cwe, cvss}.
  // `packument`: null when the registry has none.
  Advisory(std::string name, const Json& report, const Packument* packument);
  // That of a package that depends on the source's.
  Advisory(std::string name, Advisory& source, const Packument* packument);

  const std::string& name() const { return name_; }
  const std::string& dependency() const { return dependency_; }
  bool is_meta() const { return dependency_ != name_; }
  const std::string& severity() const { return severity_; }
  const std::string& range() const { return range_; }
  const Packument* packument() const { return packument_; }
  // Of the packument, lowest first.
  const std::vector<std::string>& versions() const { return versions_; }
  // One that tells sources apart.
  const std::string& source_key() const { return source_key_; }

  // Whether this version is vulnerable. `spec`: how it is known to depend on
  // the source's package, for a version that the packument does not have.
  bool test_version(const std::string& version, const std::string* spec = nullptr);
  // Whether nothing that satisfies `spec` is safe.
  bool test_spec(const std::string& spec);

  // What an audit report says of an advisory of the registry.
  Json to_json() const;
  // Its place among others of one package.
  std::string sort_key() const;

 private:
  void load();
  bool tested(const std::string& version, const std::string* spec);
  void mark(const std::string& version) { vulnerable_.insert(version); }
  void test_all();
  void test_group(std::vector<std::vector<std::string>>& groups, std::vector<std::string> group);
  void calculate_range();

  std::string name_, dependency_, severity_, range_, source_key_;
  Json report_;
  Advisory* source_ = nullptr;
  const Packument* packument_;
  std::vector<std::string> versions_;
  std::set<std::string> vulnerable_;
  std::map<std::string, bool> version_verdicts_, spec_verdicts_;
};

// `range` in fewer words: what of `versions` (lowest first) it takes, if that
// is shorter.
std::string simplified_range(const std::vector<std::string>& versions, const std::string& range);

// How advisories read versions and ranges: loosely, prereleases included.
inline constexpr semver::RangeOptions kAdvisoryRange{semver::Mode::kLoose, true};

}  // namespace pkg::resolver
