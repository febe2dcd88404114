#include "resolver/tree/override_set.h"

#include <algorithm>

#include "resolver/spec/spec.h"
#include "resolver/tree/node.h"

namespace pkg::resolver {

Result<std::unique_ptr<OverrideSet>> OverrideSet::parse(const Json& overrides) {
  auto set = std::make_unique<OverrideSet>();
  PKG_TRY_VOID(set->read(overrides));
  return set;
}

Result<void> OverrideSet::read(const Json& overrides) {
  if (parent_) {
    PKG_TRY(Spec spec, parse_spec(key_, "/"));
    if (spec.name.empty()) return fail(code::kOverride, "the override \"" + key_ + "\" does not name a package");
    name_ = spec.name;
    spec.name.clear();
    key_spec_ = spec.to_string();
    std::string own = overrides.is_string() ? overrides.get<std::string>() : string_member(overrides, ".");
    bool given = overrides.is_string() || (member(overrides, ".") && member(overrides, ".")->is_string());
    value_ = !own.empty() ? own : given ? "*" : key_spec_;
  }
  if (!overrides.is_object()) return {};
  for (const auto& [key, value] : overrides.items()) {
    if (key == ".") continue;
    if (!value.is_object() && !value.is_string())
      return fail(code::kOverride, "the override \"" + key + "\" is neither a version nor an object");
    auto child = std::make_unique<OverrideSet>();
    child->parent_ = this;
    child->key_ = key;
    PKG_TRY_VOID(child->read(value));
    children_.push_back(std::move(child));
  }
  return {};
}

bool OverrideSet::children_equal(const OverrideSet& other) const {
  if (children_.size() != other.children_.size()) return false;
  for (const auto& child : children_) {
    auto twin = std::find_if(other.children_.begin(), other.children_.end(),
                             [&](const auto& c) { return c->key_ == child->key_; });
    if (twin == other.children_.end() || (*twin)->value_ != child->value_ || !child->children_equal(**twin))
      return false;
  }
  return true;
}

bool OverrideSet::equals(const OverrideSet* other) const {
  if (this == other) return true;
  if (!other || key_ != other->key_ || value_ != other->value_ || !children_equal(*other)) return false;
  return parent_ ? parent_->equals(other->parent_) : !other->parent_;
}

const std::vector<const OverrideSet*>& OverrideSet::rules() const {
  if (!rules_.empty()) return rules_;
  auto add = [&](const OverrideSet* rule) {
    for (const OverrideSet* known : rules_)
      if (known->key_ == rule->key_) return;
    rules_.push_back(rule);
  };
  for (const OverrideSet* set = this; set; set = set->parent_) {
    for (const auto& child : set->children_) add(child.get());
    if (set->parent_) add(set);
  }
  return rules_;
}

const OverrideSet* OverrideSet::rule_for(const Edge& edge) const {
  for (const OverrideSet* rule : rules()) {
    if (rule->name_ != edge.name->text) continue;
    if (rule->key_spec_ == "*") return rule;
    auto spec = parse_spec(edge.name->text + "@" + (edge.raw_spec.empty() ? edge.spec() : edge.raw_spec), "/");
    if (!spec) continue;
    const Spec& wanted = spec->fetched();
    std::string range = wanted.type == SpecType::kGit ? wanted.git_range : wanted.fetch_spec;
    switch (wanted.type) {
      case SpecType::kGit:
        if (range.empty()) break;
        [[fallthrough]];
      case SpecType::kRange:
      case SpecType::kVersion:
        if (semver::intersects(range, rule->key_spec_)) return rule;
        break;
      default:
        return rule;  // a tag or a file: no version to compare
    }
  }
  return this;
}

bool OverrideSet::rules_contradict(const OverrideSet& a, const OverrideSet& b) {
  for (const OverrideSet* first : a.rules()) {
    auto twin = std::find_if(b.rules().begin(), b.rules().end(),
                             [&](const OverrideSet* rule) { return rule->key_ == first->key_; });
    if (twin == b.rules().end() || first->equals(*twin)) continue;
    const std::string &x = first->value_, &y = (*twin)->value_;
    if (x.starts_with('$') || y.starts_with('$')) continue;
    auto left = resolve_spec(first->name_, x, "/"), right = resolve_spec((*twin)->name_, y, "/");
    if (!left || !right || !left->range || !right->range) continue;
    if (!semver::intersects(left->fetch_spec, right->fetch_spec)) return true;
  }
  return false;
}

const OverrideSet* OverrideSet::more_specific(const OverrideSet& a, const OverrideSet& b) {
  for (const OverrideSet* set = &b; set; set = set->parent_)
    if (set->equals(&a)) return &b;
  for (const OverrideSet* set = &a; set; set = set->parent_)
    if (set->equals(&b)) return &a;
  if (rules_contradict(a, b)) return nullptr;
  for (const OverrideSet* set = &b; set; set = set->parent_)
    for (const OverrideSet* other = &a; other; other = other->parent_)
      if (other->equals(set)) return other;
  return nullptr;
}

bool OverrideSet::conflict(const OverrideSet& a, const OverrideSet& b) {
  return !more_specific(a, b) && rules_contradict(a, b);
}

}  // namespace pkg::resolver
