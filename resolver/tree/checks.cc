#include "resolver/tree/checks.h"

#include <unordered_map>

#include "resolver/semver/range.h"
#include "resolver/tree/build_ideal_tree.h"

namespace pkg::resolver {
namespace {

// A field such as "os": none of the excluded, and one of the others if there
// are others.
bool list_allows(const Json& field, std::string_view value) {
  if (field.is_string()) {
    const auto& text = field.get_ref<const std::string&>();
    if (text.empty() || text == "any") return true;
    return text[0] == '!' ? text.substr(1) != value : text == value;
  }
  if (!field.is_array()) return true;
  if (field.size() == 1 && field[0] == "any") return true;
  bool match = false;
  std::size_t excluded = 0;
  for (const Json& entry : field) {
    if (!entry.is_string()) continue;
    std::string_view text = entry.get_ref<const std::string&>();
    if (text.starts_with('!')) {
      ++excluded;
      if (text.substr(1) == value) return false;
    } else {
      match |= text == value;
    }
  }
  return match || excluded == field.size();
}

bool is_given(const Json& field) {
  return field.is_array() || (field.is_string() && !field.get_ref<const std::string&>().empty());
}

}  // namespace

bool engine_allows(std::string_view range, std::string_view version) {
  if (range.empty() || version.empty()) return true;
  // Asked for every version of every package, with few different ranges.
  thread_local std::unordered_map<std::string, bool> known;
  std::string key = std::string(version) + '\n' + std::string(range);
  auto found = known.find(key);
  if (found != known.end()) return found->second;
  bool allows = semver::satisfies(version, range, {semver::Mode::kStrict, true});
  known.emplace(std::move(key), allows);
  return allows;
}

bool engines_ok(const Manifest& manifest, std::string_view node_version, std::string_view npm_version) {
  return engine_allows(manifest.engine("node"), node_version) && engine_allows(manifest.engine("npm"), npm_version);
}

bool platform_ok(const Manifest& manifest, const Platform& platform) {
  if (!list_allows(manifest.os, platform.os) || !list_allows(manifest.cpu, platform.cpu)) return false;
  if (!is_given(manifest.libc)) return true;
  return !platform.libc.empty() && list_allows(manifest.libc, platform.libc);
}

}  // namespace pkg::resolver
