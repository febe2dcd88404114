#include "resolver/tree/pick.h"

#include <tuple>

#include "resolver/tree/checks.h"

namespace pkg::resolver {
namespace {

class Picker {
 public:
  Picker(const Packument& packument, const PickOptions& options)
      : packument_(packument), options_(options), limit_(options.before.empty() ? -1 : parse_moment(options.before)) {
    if (!options.avoid.empty())
      avoid_ = semver::Range::parse(options.avoid, {.mode = semver::Mode::kLoose, .include_prerelease = true});
  }

  bool to_avoid(const semver::Version& version) const { return avoid_ && avoid_->test(version); }

  bool engine_ok(std::size_t index) const {
    return engine_allows(packument_.engine_node(index), options_.node_version) &&
           engine_allows(packument_.engine_npm(index), options_.npm_version);
  }

  // Published within the limit, or no one knows when.
  bool in_time(std::size_t index) const {
    if (limit_ < 0) return true;
    std::string_view moment = packument_.published(index);
    return moment.empty() || parse_moment(moment) <= limit_;
  }

  std::optional<std::size_t> by_tag(std::string_view tag) const {
    auto text = packument_.dist_tag(tag);
    if (!text) return std::nullopt;
    auto index = packument_.find(*text);
    if (!index || in_time(*index)) return index;
    // The tag moved later than the limit: the highest below it.
    auto range = semver::Range::parse("<=" + std::string(*text), {semver::Mode::kLoose, false});
    return range ? best(*range, false) : std::nullopt;
  }

  std::optional<std::size_t> by_version(std::string_view text) const {
    auto clean = semver::clean(text, semver::Mode::kLoose);
    auto index = clean ? packument_.find(*clean) : std::nullopt;
    return index && in_time(*index) ? index : std::nullopt;
  }

  // `all`: the range is "*", which the default tag satisfies even when it is a
  // prerelease.
  std::optional<std::size_t> best(const semver::Range& range, bool all) const {
    if (auto text = packument_.dist_tag(options_.default_tag)) {
      auto version = semver::Version::parse(*text, semver::Mode::kLoose);
      if ((all || (version && range.test(*version))) && !(version && to_avoid(*version))) {
        auto index = packument_.find(*text);
        if (index && in_time(*index) && engine_ok(*index) && !packument_.deprecated(*index)) return index;
      }
    }
    std::optional<std::size_t> found;
    semver::Version found_version;
    auto found_rank = std::tuple(false, false, false, false);
    for (std::size_t i = 0; i < packument_.version_count(); ++i) {
      auto version = semver::Version::parse(packument_.version(i), semver::Mode::kLoose);
      if (!version || !range.test(*version) || !in_time(i)) continue;
      bool works = engine_ok(i), kept = !packument_.deprecated(i);
      auto rank = std::tuple(!to_avoid(*version), works && kept, works, kept);
      if (found && (rank < found_rank || (rank == found_rank && !(*version > found_version)))) continue;
      found = i;
      found_rank = rank;
      found_version = std::move(*version);
    }
    return found;
  }

  bool any_in_time() const {
    for (std::size_t i = 0; i < packument_.version_count(); ++i)
      if (in_time(i)) return true;
    return false;
  }

 private:
  const Packument& packument_;
  const PickOptions& options_;
  std::int64_t limit_;
  std::optional<semver::Range> avoid_;
};

}  // namespace

Result<std::size_t> pick_version(const Packument& packument, const Spec& spec, const PickOptions& options) {
  Picker picker(packument, options);
  std::optional<std::size_t> index;
  switch (spec.type) {
    case SpecType::kTag:
      index = picker.by_tag(spec.fetch_spec);
      break;
    case SpecType::kVersion:
      index = picker.by_version(spec.fetch_spec);
      break;
    default:
      index = picker.best(*spec.range, spec.fetch_spec.empty() || spec.fetch_spec == "*");
      if (!index && !picker.any_in_time())
        return fail(code::kNoVersions, "No versions available for " + std::string(packument.name()));
  }
  if (index) return *index;
  std::string date = options.before.empty() ? "" : " with a date before " + options.before;
  return fail(code::kTarget,
              "No matching version found for " + std::string(packument.name()) + "@" + spec.fetch_spec + date + ".",
              "list the published versions with `pkg view " + std::string(packument.name()) + " versions`");
}

Result<Avoiding> pick_avoiding(const Packument& packument, const Spec& spec, const PickOptions& options) {
  auto avoided = [&](std::size_t index) {
    return semver::satisfies(packument.version(index), options.avoid,
                             {.mode = semver::Mode::kLoose, .include_prerelease = true});
  };
  PKG_TRY(std::size_t index, pick_version(packument, spec, options));
  if (!avoided(index)) return Avoiding{index, std::nullopt};
  for (bool major : {false, true}) {
    std::string range = major ? "*" : "^" + std::string(packument.version(index));
    PKG_TRY(Spec wider, resolve_spec(std::string(packument.name()), range, "/"));
    PKG_TRY(std::size_t other, pick_version(packument, wider, options));
    if (!avoided(other)) return Avoiding{other, major};
  }
  return fail(code::kTarget, "No avoidable versions for " + std::string(packument.name()));
}

std::int64_t parse_moment(std::string_view text) {
  // YYYY-MM-DD, then optionally "Thh:mm[:ss[.sss]]" and "Z" or "+hh:mm".
  auto number = [&](std::size_t at, std::size_t length) -> std::int64_t {
    std::int64_t value = 0;
    for (std::size_t i = at; i < at + length; ++i) {
      if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
      value = value * 10 + (text[i] - '0');
    }
    return value;
  };
  std::int64_t year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return -1;
  // Days from civil date, counting years from March.
  std::int64_t y = month <= 2 ? year - 1 : year;
  std::int64_t era = y / 400, of_era = y - era * 400;
  std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  std::int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  std::int64_t ms = days * 86400000;
  if (text.size() <= 10) return ms;
  std::int64_t hour = number(11, 2), minute = number(14, 2);
  if (hour < 0 || minute < 0) return -1;
  ms += (hour * 60 + minute) * 60000;
  std::size_t at = 16;
  if (at < text.size() && text[at] == ':') {
    std::int64_t second = number(17, 2);
    if (second < 0) return -1;
    ms += second * 1000;
    at = 19;
    if (at < text.size() && text[at] == '.') {
      std::int64_t scale = 100;
      for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
        ms += (text[at] - '0') * scale;
    }
  }
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    std::int64_t hours = number(at + 1, 2),
                 minutes = number(at + (at + 3 < text.size() && text[at + 3] == ':' ? 4 : 3), 2);
    if (hours < 0) return -1;
    ms -= (text[at] == '+' ? 1 : -1) * (hours * 60 + std::max<std::int64_t>(minutes, 0)) * 60000;
  }
  return ms;
}

}  // namespace pkg::resolver
