#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "resolver/semver/range.h"
#include "tests/resolver/rows.h"

// Every row of semver_rows.txt is what the npm package semver answered.
namespace pkg::semver {
namespace {

std::string or_dash(const std::optional<std::string>& text) { return text ? *text : "-"; }

RangeOptions options(const std::string& loose, const std::string& prerelease) {
  return {loose == "1" ? Mode::kLoose : Mode::kStrict, prerelease == "1"};
}

std::string answer(const std::vector<std::string>& row, const std::vector<std::string>& probes) {
  static const std::map<Difference, std::string> differences{{Difference::kNone, "-"},
                                                             {Difference::kMajor, "major"},
                                                             {Difference::kPremajor, "premajor"},
                                                             {Difference::kMinor, "minor"},
                                                             {Difference::kPreminor, "preminor"},
                                                             {Difference::kPatch, "patch"},
                                                             {Difference::kPrepatch, "prepatch"},
                                                             {Difference::kPrerelease, "prerelease"}};
  static const std::map<std::string, Release> releases{
      {"major", Release::kMajor},       {"premajor", Release::kPremajor},    {"minor", Release::kMinor},
      {"preminor", Release::kPreminor}, {"patch", Release::kPatch},          {"prepatch", Release::kPrepatch},
      {"release", Release::kRelease},   {"prerelease", Release::kPrerelease}};
  const std::string& what = row[0];
  Mode mode = row[2] == "1" ? Mode::kLoose : Mode::kStrict;
  if (what == "valid") return or_dash(valid(row[1], mode));
  if (what == "clean") return or_dash(clean(row[1], mode));
  if (what == "compare") {
    auto order = *Version::parse(row[1]) <=> *Version::parse(row[2]);
    return order < 0 ? "-1" : order > 0 ? "1" : "0";
  }
  if (what == "diff") return differences.at(diff(*Version::parse(row[1]), *Version::parse(row[2])));
  if (what == "range") {
    auto range = Range::parse(row[1], options(row[2], row[3]));
    return !range ? "-" : range->to_string().empty() ? "\"\"" : range->to_string();
  }
  if (what == "satisfies") {
    std::string found;
    for (const std::string& probe : probes) found += satisfies(probe, row[1], options(row[2], row[3])) ? '1' : '0';
    return found;
  }
  if (what == "min") {
    auto version = min_version(*Range::parse(row[1]));
    return version ? version->to_string() : "-";
  }
  if (what == "inc") {
    auto version = increment(*Version::parse(row[1]), releases.at(row[2]), row[3], std::string_view(row[4]));
    return version ? version->to_string() : "-";
  }
  if (what == "outside") {
    Range range = *Range::parse(row[2]);
    Version version = *Version::parse(row[1]);
    return std::string(greater_than_range(version, range) ? "1" : "0") + "\t" +
           (less_than_range(version, range) ? "1" : "0");
  }
  RangeOptions with = options("0", row[3]);
  if (what == "intersects") return intersects(row[1], row[2], with) ? "1" : "0";
  if (what == "subset") return subset(*Range::parse(row[1], with), *Range::parse(row[2], with)) ? "1" : "0";
  return "no such function";
}

}  // namespace

TEST_CASE("versions and ranges mean what they mean to npm", "[semver]") {
  auto rows = read_rows("tests/resolver/semver_rows.txt");
  REQUIRE(rows.size() > 1000);
  std::vector<std::string> probes;
  for (const auto& row : rows)
    if (row[0] == "probe") probes.assign(row.begin() + 1, row.end());
  for (const auto& row : rows) {
    if (row[0] == "probe") continue;
    std::string expected = row[0] == "outside" ? row[3] + "\t" + row[4] : row.back();
    std::string got = answer(row, probes);
    if (got == expected) continue;
    std::string all;
    for (const std::string& field : row) all += "[" + field + "] ";
    FAIL_CHECK(all << "but got " << got);
  }
}

TEST_CASE("the highest and lowest matching versions are found", "[semver]") {
  std::vector<Version> versions;
  for (const char* text : {"1.2.0", "2.0.0", "1.9.9", "1.10.0-rc.1", "1.9.10"})
    versions.push_back(*Version::parse(text));
  Range range = *Range::parse("^1.2.0");
  CHECK(max_satisfying(versions, range) == 4);
  CHECK(min_satisfying(versions, range) == 0);
  CHECK_FALSE(max_satisfying(versions, *Range::parse("^3")));
}

}  // namespace pkg::semver
