#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/semver/version.h"

namespace pkg::semver {

enum class Op : std::uint8_t { kEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kAny };

struct Comparator {
  Op op = Op::kAny;
  Version version;  // meaningless for kAny

  bool test(const Version& version) const;
  std::string to_string() const;
  bool operator==(const Comparator&) const = default;
};

struct RangeOptions {
  Mode mode = Mode::kStrict;
  bool include_prerelease = false;
  bool operator==(const RangeOptions&) const = default;
};

// A set of versions, as in "^1.2 || >=3 <4". Parsed once; test() allocates
// nothing.
class Range {
 public:
  // Nothing when `text` is no range. "" and "*" are all versions.
  static std::optional<Range> parse(std::string_view text, RangeOptions options = {});

  // A prerelease matches only when a comparator names a prerelease of the same
  // major.minor.patch, unless include_prerelease.
  bool test(const Version& version) const;

  // Canonical text: ">=1.2.0 <2.0.0-0||3.0.0"; "" for all.
  const std::string& to_string() const { return text_; }
  const std::vector<std::vector<Comparator>>& sets() const { return sets_; }
  RangeOptions options() const { return options_; }
  bool is_any() const { return any_; }

 private:
  std::vector<std::vector<Comparator>> sets_;
  RangeOptions options_;
  std::string text_;
  bool any_ = false;
};

// As the functions of these names in the npm package `semver`; text that does
// not parse gives false or nothing.
bool satisfies(std::string_view version, std::string_view range, RangeOptions options = {});
std::optional<std::size_t> max_satisfying(std::span<const Version> versions, const Range& range);
std::optional<std::size_t> min_satisfying(std::span<const Version> versions, const Range& range);
std::optional<Version> min_version(const Range& range);
bool intersects(const Range& a, const Range& b);
bool intersects(std::string_view a, std::string_view b, RangeOptions options = {});
// Whether every version in `sub` is also in `super`.
bool subset(const Range& sub, const Range& super);
// Whether `version` is above (below) all of the range and outside of it.
bool greater_than_range(const Version& version, const Range& range);
bool less_than_range(const Version& version, const Range& range);

}  // namespace pkg::semver
