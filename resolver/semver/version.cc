#include "resolver/semver/version.h"

#include <charconv>

#include "resolver/semver/scan.h"

namespace pkg::semver {
namespace {

std::strong_ordering compare_identifiers(const Identifier& a, const Identifier& b) {
  if (a.numeric != b.numeric) return a.numeric ? std::strong_ordering::less : std::strong_ordering::greater;
  if (a.numeric) return a.number <=> b.number;
  int order = a.word.compare(b.word);
  return order <=> 0;
}

std::vector<std::string> split_dots(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    std::size_t dot = text.find('.');
    parts.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

// One step of "pre": the last number goes up, or a number is added.
bool bump_prerelease(Version& version, std::string_view identifier, std::optional<std::string_view> identifier_base) {
  bool with_base = identifier_base && !identifier_base->empty();
  std::uint64_t base = with_base && *identifier_base == "1" ? 1 : 0;
  auto& parts = version.prerelease;
  auto join = [&] {
    std::string text;
    for (const Identifier& part : parts)
      text += (text.empty() ? "" : ".") + (part.numeric ? std::to_string(part.number) : part.word);
    return text;
  };
  bool bumped = false;
  for (std::size_t i = parts.size(); i-- > 0 && !bumped;) {
    if (!parts[i].numeric) continue;
    ++parts[i].number;
    bumped = true;
  }
  if (!bumped) {
    if (!parts.empty() && !with_base && join() == identifier) return false;
    parts.push_back({true, base, {}});
  }
  if (identifier.empty()) return true;

  std::vector<Identifier> wanted = parse_prerelease_words(identifier);
  bool same =
      wanted.size() <= parts.size() &&
      compare_prerelease({parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(wanted.size())}, wanted) == 0;
  bool counted = same && wanted.size() < parts.size() && parts[wanted.size()].numeric;
  if (counted) return true;
  parts = std::move(wanted);
  if (with_base) parts.push_back({true, base, {}});
  return true;
}

}  // namespace

std::vector<Identifier> parse_prerelease_words(std::string_view text) {
  std::vector<Identifier> parts;
  for (std::string& part : split_dots(text)) {
    Identifier identifier;
    if (part.find_first_not_of("0123456789") == std::string::npos) {
      identifier.numeric = true;
      auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), identifier.number);
      if (error != std::errc()) identifier.number = UINT64_MAX;
      if (identifier.number >= kMaxNumber) identifier.word = part;
    } else {
      identifier.word = std::move(part);
    }
    parts.push_back(std::move(identifier));
  }
  return parts;
}

std::strong_ordering compare_prerelease(const std::vector<Identifier>& a, const std::vector<Identifier>& b) {
  if (a.empty() || b.empty())
    return b.size() <=> a.size() == 0 ? std::strong_ordering::equal
           : a.empty()                ? std::strong_ordering::greater
                                      : std::strong_ordering::less;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    if (auto order = compare_identifiers(a[i], b[i]); order != 0) return order;
  return a.size() <=> b.size();
}

std::optional<Version> Version::parse(std::string_view text, Mode mode) {
  if (text.size() > kMaxLength) return std::nullopt;
  Scanner scanner(trim(text), mode);
  if (mode == Mode::kLoose)
    scanner.skip_prefix();
  else
    scanner.skip('v');
  Version version;
  if (!scanner.number(version.major) || !scanner.skip('.') || !scanner.number(version.minor) || !scanner.skip('.') ||
      !scanner.number(version.patch))
    return std::nullopt;
  if (auto prerelease = scanner.prerelease(); !prerelease.empty())
    version.prerelease = parse_prerelease_words(prerelease);
  if (auto build = scanner.build(); !build.empty()) version.build = split_dots(build);
  if (!scanner.at_end()) return std::nullopt;
  return version;
}

std::string Version::to_string() const {
  std::string text = std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
  char separator = '-';
  for (const Identifier& part : prerelease) {
    text += separator;
    text += part.numeric && part.word.empty() ? std::to_string(part.number) : part.word;
    separator = '.';
  }
  return text;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (auto order = major <=> other.major; order != 0) return order;
  if (auto order = minor <=> other.minor; order != 0) return order;
  if (auto order = patch <=> other.patch; order != 0) return order;
  return compare_prerelease(prerelease, other.prerelease);
}

std::optional<std::string> valid(std::string_view text, Mode mode) {
  auto version = Version::parse(text, mode);
  if (!version) return std::nullopt;
  return version->to_string();
}

std::optional<std::string> clean(std::string_view text, Mode mode) {
  text = trim(text);
  while (!text.empty() && (text.front() == '=' || text.front() == 'v')) text.remove_prefix(1);
  return valid(text, mode);
}

Difference diff(const Version& a, const Version& b) {
  if (a == b) return Difference::kNone;
  const Version& high = a > b ? a : b;
  const Version& low = a > b ? b : a;
  bool to_prerelease = high.is_prerelease();
  if (low.is_prerelease() && !to_prerelease) {
    if (low.patch == 0 && low.minor == 0) return Difference::kMajor;
    if (low.major == high.major && low.minor == high.minor && low.patch == high.patch)
      return low.minor != 0 && low.patch == 0 ? Difference::kMinor : Difference::kPatch;
  }
  if (a.major != b.major) return to_prerelease ? Difference::kPremajor : Difference::kMajor;
  if (a.minor != b.minor) return to_prerelease ? Difference::kPreminor : Difference::kMinor;
  if (a.patch != b.patch) return to_prerelease ? Difference::kPrepatch : Difference::kPatch;
  return Difference::kPrerelease;
}

std::optional<Version> increment(const Version& version, Release release, std::string_view identifier,
                                 std::optional<std::string_view> identifier_base) {
  Version next = version;
  next.build.clear();
  bool was_prerelease = version.is_prerelease();
  bool start_prerelease = false;
  switch (release) {
    case Release::kPremajor:
      ++next.major;
      next.minor = next.patch = 0;
      next.prerelease.clear();
      start_prerelease = true;
      break;
    case Release::kPreminor:
      ++next.minor;
      next.patch = 0;
      next.prerelease.clear();
      start_prerelease = true;
      break;
    case Release::kPrepatch:
      ++next.patch;
      next.prerelease.clear();
      start_prerelease = true;
      break;
    case Release::kPrerelease:
      if (!was_prerelease) ++next.patch;
      start_prerelease = true;
      break;
    case Release::kMajor:
      if (next.minor != 0 || next.patch != 0 || !was_prerelease) ++next.major;
      next.minor = next.patch = 0;
      next.prerelease.clear();
      break;
    case Release::kMinor:
      if (next.patch != 0 || !was_prerelease) ++next.minor;
      next.patch = 0;
      next.prerelease.clear();
      break;
    case Release::kPatch:
      if (!was_prerelease) ++next.patch;
      next.prerelease.clear();
      break;
    case Release::kRelease:
      if (!was_prerelease) return std::nullopt;
      next.prerelease.clear();
      break;
  }
  if (start_prerelease) {
    if (!identifier.empty()) {
      // It must read as a prerelease by itself.
      Scanner scanner(identifier, Mode::kStrict);
      if (scanner.identifiers() != identifier) return std::nullopt;
    } else if (!identifier_base || identifier_base->empty()) {
      return std::nullopt;
    }
    if (!bump_prerelease(next, identifier, identifier_base)) return std::nullopt;
  }
  if (next.major > kMaxNumber || next.minor > kMaxNumber || next.patch > kMaxNumber) return std::nullopt;
  return next;
}

}  // namespace pkg::semver
