#include "resolver/semver/range.h"

#include <algorithm>

#include "resolver/semver/scan.h"

namespace pkg::semver {
namespace {

using Set = std::vector<Comparator>;

const Version& zero_prerelease() {
  static const Version version = *Version::parse("0.0.0-0");
  return version;
}
Comparator nothing() { return {Op::kLess, zero_prerelease()}; }
bool is_nothing(const Comparator& c) { return c.op == Op::kLess && c.version == zero_prerelease(); }

// A version of which the end may be missing or "x": "1", "1.2.x", "*".
struct Partial {
  enum class Part : std::uint8_t { kAbsent, kAny, kNumber };
  std::string_view prefix;  // "v", "=", ... before it
  Part kinds[3] = {Part::kAbsent, Part::kAbsent, Part::kAbsent};
  std::uint64_t numbers[3] = {0, 0, 0};
  std::string_view prerelease;

  bool any(int part) const { return kinds[part] != Part::kNumber; }
  bool any_part() const { return any(0) || any(1) || any(2); }
  // "x.1" and "1.x.2" make no sense.
  bool well_ordered() const { return !(any(0) && !any(1)) && !(any(1) && !any(2)); }
  bool whole() const { return !any_part(); }
};

enum class Scan { kNo, kYes, kTooBig };

Scan scan_part(Scanner& scanner, Partial::Part& kind, std::uint64_t& number) {
  char c = scanner.peek();
  if (c == 'x' || c == 'X' || c == '*') {
    scanner.skip(c);
    kind = Partial::Part::kAny;
    return Scan::kYes;
  }
  if (!is_digit(c)) return Scan::kNo;
  Scanner before = scanner;
  if (!scanner.number(number)) {
    // Too long for a number, or a leading zero that strict mode refuses.
    std::string_view digits = before.rest();
    digits = digits.substr(0, digits.find_first_not_of("0123456789"));
    return digits.size() > 15 && digits[0] != '0' ? Scan::kTooBig : Scan::kNo;
  }
  kind = Partial::Part::kNumber;
  return Scan::kYes;
}

// The whole of `text` as a partial version.
Scan scan_partial(std::string_view text, Mode mode, Partial& partial) {
  Scanner scanner(text, mode);
  partial.prefix = scanner.skip_prefix();
  for (int i = 0; i < 3; ++i) {
    if (i > 0 && !scanner.skip('.')) break;
    if (Scan scan = scan_part(scanner, partial.kinds[i], partial.numbers[i]); scan != Scan::kYes) return scan;
  }
  if (partial.kinds[2] != Partial::Part::kAbsent) partial.prerelease = scanner.prerelease();
  return scanner.at_end() ? Scan::kYes : Scan::kNo;
}

// Whether text that starts here could be a version or a part of one.
bool starts_version(std::string_view text) {
  while (!text.empty() && (text.front() == 'v' || text.front() == '=' || text.front() == ' ')) text.remove_prefix(1);
  return !text.empty() && (is_digit(text.front()) || text.front() == 'x' || text.front() == 'X' || text.front() == '*');
}

// Parses one alternative of a range ("^1.2 <1.5", "1 - 2").
class SetParser {
 public:
  SetParser(RangeOptions options) : options_(options) {}

  // False when the text is no range. An empty set is a valid outcome in loose
  // mode: nothing in it was understood.
  bool parse(std::string_view text, Set& set) {
    std::string clean = without_builds(text);
    if (!hyphen(clean)) {
      clean = join_operators(clean);
      std::string_view rest = clean;
      while (ok_) {
        std::size_t space = rest.find(' ');
        word(rest.substr(0, space));
        if (space == std::string_view::npos) break;
        rest = trim(rest.substr(space + 1));
      }
    }
    if (!ok_) return false;
    finish(set);
    return true;
  }

 private:
  static std::string without_builds(std::string_view text) {
    std::string result;
    while (!text.empty()) {
      if (text.front() == '+') {
        Scanner scanner(text, Mode::kLoose);
        if (!scanner.build().empty()) {
          text = scanner.rest();
          continue;
        }
      }
      result += text.front();
      text.remove_prefix(1);
    }
    return result;
  }

  // "> 1.2" to ">1.2", "~> 1" to "~1".
  static std::string join_operators(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
      char before = result.empty() ? '\0' : result.back();
      if (text[i] == ' ') {
        bool tilde =
            before == '~' || before == '^' || (before == '>' && result.size() > 1 && result[result.size() - 2] == '~');
        bool compare = before == '<' || before == '>' || before == '=';
        if (tilde || (compare && starts_version(text.substr(i + 1)))) continue;
      }
      result += text[i];
    }
    return std::string(trim(result));
  }

  void add(Op op, std::uint64_t major, std::uint64_t minor, std::uint64_t patch, bool zero_pre = false) {
    Comparator comparator{op, Version{major, minor, patch, {}, {}}};
    if (zero_pre) comparator.version.prerelease.push_back({true, 0, {}});
    add(std::move(comparator));
  }

  void add(Comparator comparator) {
    const Version& v = comparator.version;
    if (v.major > kMaxNumber || v.minor > kMaxNumber || v.patch > kMaxNumber) ok_ = false;
    bool from_zero = comparator.op == Op::kGreaterEqual && v.major == 0 && v.minor == 0 && v.patch == 0 &&
                     (options_.include_prerelease ? v == zero_prerelease() : !v.is_prerelease());
    if (from_zero) comparator = {};
    found_.push_back(std::move(comparator));
  }

  // A word that is no comparator: an error, or nothing in loose mode.
  void bad_word() {
    if (options_.mode == Mode::kStrict) ok_ = false;
  }

  void add_whole(Op op, const Partial& p, bool zero_pre = false) {
    // Strictly only one "v" may precede a whole version.
    if (options_.mode == Mode::kStrict && !p.prefix.empty() && p.prefix != "v") return bad_word();
    Comparator comparator{op, Version{p.numbers[0], p.numbers[1], p.numbers[2], {}, {}}};
    if (!p.prerelease.empty()) comparator.version.prerelease = parse_prerelease_words(p.prerelease);
    if (zero_pre) comparator.version.prerelease.push_back({true, 0, {}});
    add(std::move(comparator));
  }

  void add_lower(const Partial& p) {
    Comparator comparator{Op::kGreaterEqual,
                          Version{p.numbers[0], p.any(1) ? 0 : p.numbers[1], p.any(2) ? 0 : p.numbers[2], {}, {}}};
    if (!p.any_part() && !p.prerelease.empty())
      comparator.version.prerelease = parse_prerelease_words(p.prerelease);
    else if (p.any_part() && options_.include_prerelease)
      comparator.version.prerelease.push_back({true, 0, {}});
    add(std::move(comparator));
  }

  // "from - to": true when the text is one.
  bool hyphen(std::string_view text) {
    std::size_t dash = text.find(" - ");
    if (dash == std::string_view::npos) return false;
    Partial from, to;
    Scan first = scan_partial(trim(text.substr(0, dash)), options_.mode, from);
    Scan second = scan_partial(trim(text.substr(dash + 3)), options_.mode, to);
    if (first == Scan::kNo || second == Scan::kNo) return false;
    if (first == Scan::kTooBig || second == Scan::kTooBig) return ok_ = false, true;
    bool pre = options_.include_prerelease;

    if (!from.any(0)) {
      if (from.any(1))
        add(Op::kGreaterEqual, from.numbers[0], 0, 0, pre);
      else if (from.any(2))
        add(Op::kGreaterEqual, from.numbers[0], from.numbers[1], 0, pre);
      else
        add_whole(Op::kGreaterEqual, from, pre && from.prerelease.empty());
    }
    if (!to.any(0)) {
      if (to.any(1))
        add(Op::kLess, to.numbers[0] + 1, 0, 0, true);
      else if (to.any(2))
        add(Op::kLess, to.numbers[0], to.numbers[1] + 1, 0, true);
      else if (pre && to.prerelease.empty())
        add(Op::kLess, to.numbers[0], to.numbers[1], to.numbers[2] + 1, true);
      else
        add_whole(Op::kLessEqual, to);
    }
    if (found_.empty()) found_.push_back({});
    return true;
  }

  void caret(std::string_view text) {
    Partial p;
    if (Scan scan = scan_partial(text, options_.mode, p); scan != Scan::kYes)
      return scan == Scan::kTooBig ? void(ok_ = false) : bad_word();
    if (p.any(0)) return found_.push_back({});
    // The lowest version's numbers: kept up to the first that is not zero.
    add_lower(p);
    auto [major, minor, patch] = p.numbers;
    if (major > 0 || p.any(1))
      add(Op::kLess, major + 1, 0, 0, true);
    else if (minor > 0 || p.any(2))
      add(Op::kLess, 0, minor + 1, 0, true);
    else
      add(Op::kLess, 0, 0, patch + 1, true);
  }

  void tilde(std::string_view text) {
    Partial p;
    if (Scan scan = scan_partial(text, options_.mode, p); scan != Scan::kYes)
      return scan == Scan::kTooBig ? void(ok_ = false) : bad_word();
    if (p.any(0)) return found_.push_back({});
    add_lower(p);
    if (p.any(1)) return add(Op::kLess, p.numbers[0] + 1, 0, 0, true);
    add(Op::kLess, p.numbers[0], p.numbers[1] + 1, 0, true);
  }

  void word(std::string_view text) {
    if (text.empty()) return found_.push_back({});
    if (text.front() == '^') return caret(text.substr(1));
    if (text.front() == '~') {
      text.remove_prefix(1);
      if (text.starts_with('>')) text.remove_prefix(1);
      return tilde(text);
    }
    Op op = Op::kEqual;
    bool has_op = true;
    if (text.starts_with(">="))
      op = Op::kGreaterEqual, text.remove_prefix(2);
    else if (text.starts_with("<="))
      op = Op::kLessEqual, text.remove_prefix(2);
    else if (text.starts_with('>'))
      op = Op::kGreater, text.remove_prefix(1);
    else if (text.starts_with('<'))
      op = Op::kLess, text.remove_prefix(1);
    else {
      has_op = false;
      if (text.starts_with('=')) text.remove_prefix(1);
    }
    Partial p;
    if (Scan scan = scan_partial(text, options_.mode, p); scan != Scan::kYes)
      return scan == Scan::kTooBig ? void(ok_ = false) : bad_word();
    if (!p.well_ordered()) return bad_word();
    if (p.whole()) return add_whole(op, p);
    partial(op, has_op, p);
  }

  // A comparator or two for an operator and a version with parts open.
  void partial(Op op, bool has_op, const Partial& p) {
    bool pre = options_.include_prerelease;
    if (p.any(0)) {
      bool nothing_allowed = op == Op::kGreater || op == Op::kLess;
      return found_.push_back(nothing_allowed ? nothing() : Comparator{});
    }
    std::uint64_t major = p.numbers[0], minor = p.any(1) ? 0 : p.numbers[1];
    auto bump = [&] {
      if (p.any(1))
        ++major, minor = 0;
      else
        ++minor;
    };
    if (!has_op) {
      add(Op::kGreaterEqual, major, minor, 0, pre);
      bump();
      return add(Op::kLess, major, minor, 0, true);
    }
    switch (op) {
      case Op::kGreater:
        bump();
        return add(Op::kGreaterEqual, major, minor, 0, pre);
      case Op::kLessEqual:
        bump();
        return add(Op::kLess, major, minor, 0, true);
      case Op::kLess:
        return add(Op::kLess, major, minor, 0, true);
      default:
        return add(Op::kGreaterEqual, major, minor, 0, pre);
    }
  }

  // Nothing swallows all; repetitions go, and "any" beside others.
  void finish(Set& set) {
    for (Comparator& comparator : found_) {
      if (is_nothing(comparator)) {
        set.assign(1, comparator);
        return;
      }
      if (std::find(set.begin(), set.end(), comparator) == set.end()) set.push_back(std::move(comparator));
    }
    if (set.size() > 1) std::erase_if(set, [](const Comparator& c) { return c.op == Op::kAny; });
  }

  RangeOptions options_;
  Set found_;
  bool ok_ = true;
};

bool passes(const Set& set, const Version& version, bool include_prerelease) {
  for (const Comparator& comparator : set)
    if (!comparator.test(version)) return false;
  if (!version.is_prerelease() || include_prerelease) return true;
  // Only who asks for prereleases of this very version gets them.
  for (const Comparator& comparator : set) {
    const Version& named = comparator.version;
    if (comparator.op != Op::kAny && named.is_prerelease() && named.major == version.major &&
        named.minor == version.minor && named.patch == version.patch)
      return true;
  }
  return false;
}

}  // namespace

bool Comparator::test(const Version& tested) const {
  if (op == Op::kAny) return true;
  auto order = tested <=> version;
  switch (op) {
    case Op::kEqual:
      return order == 0;
    case Op::kLess:
      return order < 0;
    case Op::kLessEqual:
      return order <= 0;
    case Op::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

std::string Comparator::to_string() const {
  switch (op) {
    case Op::kAny:
      return {};
    case Op::kEqual:
      return version.to_string();
    case Op::kLess:
      return "<" + version.to_string();
    case Op::kLessEqual:
      return "<=" + version.to_string();
    case Op::kGreater:
      return ">" + version.to_string();
    case Op::kGreaterEqual:
      return ">=" + version.to_string();
  }
  return {};
}

std::optional<Range> Range::parse(std::string_view text, RangeOptions options) {
  std::string collapsed;
  for (char c : trim(text)) {
    if (is_space(c)) {
      if (collapsed.back() != ' ') collapsed += ' ';
    } else {
      collapsed += c;
    }
  }
  Range range;
  range.options_ = options;
  std::string_view rest = collapsed;
  while (true) {
    std::size_t bars = rest.find("||");
    Set set;
    if (!SetParser(options).parse(trim(rest.substr(0, bars)), set)) return std::nullopt;
    if (!set.empty()) range.sets_.push_back(std::move(set));
    if (bars == std::string_view::npos) break;
    rest.remove_prefix(bars + 2);
  }
  auto& sets = range.sets_;
  if (sets.empty()) return std::nullopt;
  if (sets.size() > 1) {
    Set first = sets.front();
    std::erase_if(sets, [](const Set& set) { return is_nothing(set.front()); });
    if (sets.empty()) sets.push_back(std::move(first));
    auto any =
        std::find_if(sets.begin(), sets.end(), [](const Set& set) { return set.size() == 1 && set[0].op == Op::kAny; });
    if (any != sets.end()) sets = {Set(1)};
  }
  range.any_ = sets.size() == 1 && sets[0].size() == 1 && sets[0][0].op == Op::kAny;
  for (const Set& set : sets) {
    if (&set != &sets.front()) range.text_ += "||";
    for (const Comparator& comparator : set) {
      if (&comparator != &set.front()) range.text_ += ' ';
      range.text_ += comparator.to_string();
    }
  }
  return range;
}

bool Range::test(const Version& version) const {
  for (const Set& set : sets_)
    if (passes(set, version, options_.include_prerelease)) return true;
  return false;
}

bool satisfies(std::string_view version, std::string_view range, RangeOptions options) {
  auto parsed_range = Range::parse(range, options);
  if (!parsed_range) return false;
  auto parsed = Version::parse(version, options.mode);
  return parsed && parsed_range->test(*parsed);
}

std::optional<std::size_t> max_satisfying(std::span<const Version> versions, const Range& range) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < versions.size(); ++i)
    if (range.test(versions[i]) && (!best || versions[*best] < versions[i])) best = i;
  return best;
}

std::optional<std::size_t> min_satisfying(std::span<const Version> versions, const Range& range) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < versions.size(); ++i)
    if (range.test(versions[i]) && (!best || versions[*best] > versions[i])) best = i;
  return best;
}

std::optional<Version> min_version(const Range& range) {
  for (const char* lowest : {"0.0.0", "0.0.0-0"})
    if (auto version = Version::parse(lowest); range.test(*version)) return version;
  std::optional<Version> best;
  for (const Set& set : range.sets()) {
    std::optional<Version> lowest;
    for (const Comparator& comparator : set) {
      if (comparator.op == Op::kLess || comparator.op == Op::kLessEqual || comparator.op == Op::kAny) continue;
      Version candidate = comparator.version;
      if (comparator.op == Op::kGreater) {
        if (candidate.is_prerelease())
          candidate.prerelease.push_back({true, 0, {}});
        else
          ++candidate.patch;
      }
      if (!lowest || candidate > *lowest) lowest = std::move(candidate);
    }
    if (lowest && (!best || *best > *lowest)) best = std::move(lowest);
  }
  if (best && range.test(*best)) return best;
  return std::nullopt;
}

}  // namespace pkg::semver
