#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/base/result.h"

namespace pkg::resolver {

class Edge;
struct Spec;

// The root's "overrides": a tree of rules. A rule says, for a package name (and
// a range of the specs that ask for it), what to use instead, and holds the
// rules that apply below that package only.
class OverrideSet {
 public:
  // `overrides`: the object in package.json. Fails on keys without a name.
  static Result<std::unique_ptr<OverrideSet>> parse(const Json& overrides);

  const std::string& name() const { return name_; }          // empty for the root
  const std::string& key_spec() const { return key_spec_; }  // the key's range: "*" for all
  const std::string& value() const { return value_; }        // "1.2.3", "$name", "*"
  const OverrideSet* parent() const { return parent_; }

  // The rule that `edge` falls under: itself a set, as seen from the edge's
  // target; this set when no rule matches.
  const OverrideSet* rule_for(const Edge& edge) const;

  bool equals(const OverrideSet* other) const;

  // The more specific one of two sets, their nearest common ancestor when
  // neither is within the other, or null when their rules contradict.
  static const OverrideSet* more_specific(const OverrideSet& a, const OverrideSet& b);
  static bool conflict(const OverrideSet& a, const OverrideSet& b);

 private:
  Result<void> read(const Json& overrides);
  bool children_equal(const OverrideSet& other) const;
  // The rules in force here, nearest first.
  const std::vector<const OverrideSet*>& rules() const;
  static bool rules_contradict(const OverrideSet& a, const OverrideSet& b);

  const OverrideSet* parent_ = nullptr;
  std::string key_, name_, key_spec_, value_;
  std::vector<std::unique_ptr<OverrideSet>> children_;
  mutable std::vector<const OverrideSet*> rules_;
};

}  // namespace pkg::resolver
