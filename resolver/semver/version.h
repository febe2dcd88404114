#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pkg::semver {

// kLoose also takes what npm's old versions took: "=1.2.3", "v 1.2.3",
// "1.2.3beta", leading zeros.
enum class Mode : std::uint8_t { kStrict, kLoose };

// One dot-separated part of a prerelease: a number or a word.
struct Identifier {
  bool numeric = false;
  std::uint64_t number = 0;
  std::string word;  // of a number only when it is too big for JavaScript: its digits
  bool operator==(const Identifier&) const = default;
};

// A semantic version (semver 2.0.0, with the limits of the npm package
// `semver`: numbers up to 2^53-1, at most 256 characters).
struct Version {
  std::uint64_t major = 0, minor = 0, patch = 0;
  std::vector<Identifier> prerelease;
  std::vector<std::string> build;

  static std::optional<Version> parse(std::string_view text, Mode mode = Mode::kStrict);

  bool is_prerelease() const { return !prerelease.empty(); }
  std::string to_string() const;  // without the build

  // Precedence (semver 11): the build does not count.
  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return (*this <=> other) == 0; }
};

std::strong_ordering compare_prerelease(const std::vector<Identifier>& a, const std::vector<Identifier>& b);

// As semver.valid and semver.clean: the canonical text, or nothing.
std::optional<std::string> valid(std::string_view text, Mode mode = Mode::kStrict);
std::optional<std::string> clean(std::string_view text, Mode mode = Mode::kStrict);

enum class Difference { kNone, kMajor, kPremajor, kMinor, kPreminor, kPatch, kPrepatch, kPrerelease };
// As semver.diff: what kind of change leads from one version to the other.
Difference diff(const Version& a, const Version& b);

enum class Release { kMajor, kPremajor, kMinor, kPreminor, kPatch, kPrepatch, kPrerelease, kRelease };
// As semver.inc: the next version of that kind; `identifier` names prereleases
// ("beta"). Nothing when kRelease is asked of a version that is no prerelease,
// or when a number would overflow. `identifier_base`: "0" (default), "1" or "" for none.
std::optional<Version> increment(const Version& version, Release release, std::string_view identifier = {},
                                 std::optional<std::string_view> identifier_base = "0");

}  // namespace pkg::semver
