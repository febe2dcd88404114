#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pkg::installer {

// kPartial: a path that what follows it could make match counts too.
enum class Extent { kWhole, kPartial };
// How paths are compared, and whether a pattern of one part is matched against
// the last part of a path ("*.log" anywhere).
enum class RuleStyle { kIgnoreFile, kGlob };

// One line of an ignore file, or one glob: *, **, ?, [a-z], {a,b}, +(a|b) and
// its kin; a leading '!' negates. Spec: npm's document on `files` and
// .npmignore, and the patterns of the npm package minimatch. kIgnoreFile
// ignores case, kGlob does not; names that begin with a dot are like others.
class IgnoreRule {
 public:
  explicit IgnoreRule(std::string_view line, RuleStyle style = RuleStyle::kIgnoreFile);

  bool negated() const { return negated_; }
  // Whether the pattern fits, negated or not.
  bool match(std::string_view path, Extent extent = Extent::kWhole) const;
  // Whether it is one name, so that it can mean a folder at any depth.
  bool is_relative() const;

 private:
  using Parts = std::vector<std::string>;
  bool match_from(const Parts& path, std::size_t at, const Parts& pattern, std::size_t part, Extent extent,
                  int& budget) const;
  bool match_part(std::string_view pattern, std::string_view text, int& budget) const;
  bool match_set(std::string_view pattern, std::string_view text, std::size_t close, int& budget) const;
  bool same(char a, char b) const;

  RuleStyle style_;
  bool negated_ = false;
  std::vector<Parts> patterns_;  // braces expanded
};

}  // namespace pkg::installer
