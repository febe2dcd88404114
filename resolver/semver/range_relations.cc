#include "resolver/semver/range.h"

namespace pkg::semver {
namespace {

using Set = std::vector<Comparator>;

bool is_lower(Op op) { return op == Op::kGreater || op == Op::kGreaterEqual; }
bool is_upper(Op op) { return op == Op::kLess || op == Op::kLessEqual; }
bool inclusive(Op op) { return op == Op::kLessEqual || op == Op::kGreaterEqual; }

bool same_numbers(const Version& a, const Version& b) {
  return a.major == b.major && a.minor == b.minor && a.patch == b.patch;
}

// One comparator as a range of its own, with the rule on prereleases.
bool alone_passes(const Comparator& comparator, const Version& version, bool include_prerelease) {
  if (!comparator.test(version)) return false;
  if (!version.is_prerelease() || include_prerelease) return true;
  return comparator.op != Op::kAny && comparator.version.is_prerelease() && same_numbers(comparator.version, version);
}

bool intersects(const Comparator& a, const Comparator& b, bool include_prerelease) {
  if (a.op == Op::kAny || (b.op == Op::kAny && a.op != Op::kEqual)) return true;
  if (a.op == Op::kEqual) return alone_passes(b, a.version, include_prerelease);
  if (b.op == Op::kEqual) return alone_passes(a, b.version, include_prerelease);

  // Nothing is below the lowest version.
  auto below_all = [&](const Comparator& c) {
    if (c.op != Op::kLess || c.version.major != 0 || c.version.minor != 0 || c.version.patch != 0) return false;
    if (!include_prerelease) return true;
    const auto& pre = c.version.prerelease;
    return pre.size() == 1 && pre[0].numeric && pre[0].number == 0;
  };
  if (below_all(a) || below_all(b)) return false;
  if (is_lower(a.op) == is_lower(b.op)) return true;
  if (a.version == b.version) return inclusive(a.op) && inclusive(b.op);
  return is_lower(a.op) ? a.version < b.version : a.version > b.version;
}

bool satisfiable(const Set& set, bool include_prerelease) {
  for (std::size_t i = set.size(); i-- > 1;)
    for (std::size_t j = 0; j < i; ++j)
      if (!intersects(set[i], set[j], include_prerelease)) return false;
  return true;
}

enum class Subset { kNo, kYes, kEmpty };

const Comparator* tighter(const Comparator* a, const Comparator* b) {
  if (!a) return b;
  auto order = a->version <=> b->version;
  if (is_upper(a->op)) order = 0 <=> order;
  if (order > 0) return a;
  if (order < 0) return b;
  return !inclusive(b->op) && inclusive(a->op) ? b : a;
}

bool is_any(const Set& set) { return set.size() == 1 && set[0].op == Op::kAny; }

Subset simple_subset(const Set& sub, const Set& super, bool include_prerelease) {
  static const Set kFromZero{{Op::kGreaterEqual, Version{}}};
  static const Set kFromZeroPrerelease{{Op::kGreaterEqual, *Version::parse("0.0.0-0")}};
  if (is_any(sub)) {
    if (is_any(super)) return Subset::kYes;
    return simple_subset(include_prerelease ? kFromZeroPrerelease : kFromZero, super, include_prerelease);
  }
  if (is_any(super)) {
    if (include_prerelease) return Subset::kYes;
    return simple_subset(sub, kFromZero, include_prerelease);
  }

  const Comparator *lower = nullptr, *upper = nullptr, *exact = nullptr;
  for (const Comparator& c : sub) {
    if (is_lower(c.op))
      lower = tighter(lower, &c);
    else if (is_upper(c.op))
      upper = tighter(upper, &c);
    else if (exact)
      return Subset::kEmpty;
    else
      exact = &c;
  }
  bool one_point = false;
  if (lower && upper) {
    auto order = lower->version <=> upper->version;
    if (order > 0) return Subset::kEmpty;
    one_point = order == 0;
    if (one_point && !(inclusive(lower->op) && inclusive(upper->op))) return Subset::kEmpty;
  }
  if (exact) {
    for (const Comparator* bound : {lower, upper})
      if (bound && !alone_passes(*bound, exact->version, include_prerelease)) return Subset::kEmpty;
    for (const Comparator& c : super)
      if (!alone_passes(c, exact->version, include_prerelease)) return Subset::kNo;
    return Subset::kYes;
  }

  // A bound that names a prerelease admits prereleases of that version, so the
  // superset must name one of the same.
  const Version* need_lower =
      lower && !include_prerelease && lower->version.is_prerelease() ? &lower->version : nullptr;
  const Version* need_upper =
      upper && !include_prerelease && upper->version.is_prerelease() ? &upper->version : nullptr;
  if (need_upper && need_upper->prerelease.size() == 1 && upper->op == Op::kLess && need_upper->prerelease[0].numeric &&
      need_upper->prerelease[0].number == 0)
    need_upper = nullptr;  // "<1.2.3-0" is "<1.2.3"

  bool super_has_lower = false, super_has_upper = false;
  for (const Comparator& c : super) {
    super_has_lower |= is_lower(c.op);
    super_has_upper |= is_upper(c.op);
    for (const Version** need : {&need_lower, &need_upper})
      if (*need && c.version.is_prerelease() && same_numbers(c.version, **need)) *need = nullptr;
    if (lower) {
      if (is_lower(c.op)) {
        if (tighter(lower, &c) == &c && !(c == *lower)) return Subset::kNo;
      } else if (lower->op == Op::kGreaterEqual && !c.test(lower->version)) {
        return Subset::kNo;
      }
    }
    if (upper) {
      if (is_upper(c.op)) {
        if (tighter(upper, &c) == &c && !(c == *upper)) return Subset::kNo;
      } else if (upper->op == Op::kLessEqual && !c.test(upper->version)) {
        return Subset::kNo;
      }
    }
    if (c.op == Op::kEqual && (lower || upper) && !one_point) return Subset::kNo;
  }
  if (lower && super_has_upper && !upper) return Subset::kNo;
  if (upper && super_has_lower && !lower) return Subset::kNo;
  return need_lower || need_upper ? Subset::kNo : Subset::kYes;
}

enum class Side { kAbove, kBelow };

bool outside(const Version& version, const Range& range, Side side) {
  if (range.test(version)) return false;
  bool above = side == Side::kAbove;
  auto beyond = [&](const Version& a, const Version& b) { return above ? a > b : a < b; };
  Op open = above ? Op::kGreater : Op::kLess;
  Op closed = above ? Op::kGreaterEqual : Op::kLessEqual;
  static const Comparator kFromZero{Op::kGreaterEqual, Version{}};
  for (const Set& set : range.sets()) {
    const Comparator *high = nullptr, *low = nullptr;
    for (const Comparator& each : set) {
      const Comparator& c = each.op == Op::kAny ? kFromZero : each;
      if (!high) high = low = &c;
      if (beyond(c.version, high->version))
        high = &c;
      else if (beyond(low->version, c.version))
        low = &c;
    }
    // The far edge must be closed, and the version beyond the near one.
    if (high->op == open || high->op == closed) return false;
    if ((low->op == Op::kEqual || low->op == open) && !beyond(version, low->version)) return false;
    if (low->op == closed && beyond(low->version, version)) return false;
  }
  return true;
}

}  // namespace

bool intersects(const Range& a, const Range& b) {
  bool pre = a.options().include_prerelease;
  for (const Set& first : a.sets()) {
    if (!satisfiable(first, pre)) continue;
    for (const Set& second : b.sets()) {
      if (!satisfiable(second, pre)) continue;
      bool all = true;
      for (const Comparator& c : first)
        for (const Comparator& d : second) all = all && intersects(c, d, pre);
      if (all) return true;
    }
  }
  return false;
}

bool intersects(std::string_view a, std::string_view b, RangeOptions options) {
  auto first = Range::parse(a, options);
  auto second = Range::parse(b, options);
  return first && second && intersects(*first, *second);
}

bool subset(const Range& sub, const Range& super) {
  bool pre = sub.options().include_prerelease;
  bool saw_versions = false;
  for (const Set& part : sub.sets()) {
    bool inside = false;
    for (const Set& whole : super.sets()) {
      Subset result = simple_subset(part, whole, pre);
      saw_versions |= result != Subset::kEmpty;
      if (result == Subset::kYes) {
        inside = true;
        break;
      }
    }
    // An empty part is a subset of everything.
    if (!inside && saw_versions) return false;
  }
  return true;
}

bool greater_than_range(const Version& version, const Range& range) { return outside(version, range, Side::kAbove); }
bool less_than_range(const Version& version, const Range& range) { return outside(version, range, Side::kBelow); }

}  // namespace pkg::semver
