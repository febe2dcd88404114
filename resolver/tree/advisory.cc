#include "resolver/tree/advisory.h"

#include <algorithm>

namespace pkg::resolver {
namespace {

using semver::satisfies;

bool is_prerelease(const std::string& version) { return version.find('-') != std::string::npos; }

void sort_versions(std::vector<std::string>& versions) {
  std::vector<std::pair<semver::Version, std::string>> parsed;
  for (std::string& version : versions)
    if (auto read = semver::Version::parse(version, semver::Mode::kLoose))
      parsed.emplace_back(std::move(*read), std::move(version));
  std::stable_sort(parsed.begin(), parsed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  versions.clear();
  for (auto& [read, text] : parsed) versions.push_back(std::move(text));
}

// How a manifest depends on `name`, development aside; null when it does not.
const std::string* dependency_spec(const Manifest& manifest, const std::string& name) {
  for (const Dependencies* map : {&manifest.dependencies, &manifest.optional_dependencies, &manifest.peer_dependencies})
    if (const std::string* spec = find_dependency(*map, name)) return spec;
  return nullptr;
}

}  // namespace

Advisory::Advisory(std::string name, const Json& report, const Packument* packument)
    : name_(std::move(name)),
      dependency_(string_member(report, "name", name_)),
      severity_(string_member(report, "severity")),
      range_(string_member(report, "vulnerable_versions")),
      report_(report),
      packument_(packument) {
  const Json* id = member(report, "id");
  source_key_ = id ? id->dump() : "";
  if (severity_.empty()) severity_ = "high";
  if (range_.empty()) range_ = "*";
  load();
}

Advisory::Advisory(std::string name, Advisory& source, const Packument* packument)
    : name_(std::move(name)),
      dependency_(source.name()),
      severity_(source.severity()),
      source_key_(name_ + "\n" + source.source_key()),
      source_(&source),
      packument_(packument) {
  load();
}

void Advisory::load() {
  if (packument_)
    for (std::size_t i = 0; i < packument_->version_count(); ++i) versions_.emplace_back(packument_->version(i));
  sort_versions(versions_);
  test_all();
  if (is_meta()) calculate_range();
}

bool Advisory::test_version(const std::string& version, const std::string* spec) {
  auto known = version_verdicts_.find(version);
  if (known != version_verdicts_.end()) return known->second;
  bool vulnerable = tested(version, spec);
  if (vulnerable) mark(version);
  return version_verdicts_[version] = vulnerable;
}

bool Advisory::tested(const std::string& version, const std::string* spec) {
  if (vulnerable_.contains(version)) return true;
  if (!is_meta()) return satisfies(version, range_, kAdvisoryRange);

  ManifestPtr manifest;
  if (packument_)
    if (auto index = packument_->find(version)) manifest = packument_->manifest(*index);
  if (!spec && manifest) spec = dependency_spec(*manifest, dependency_);
  if (!spec) return false;
  // What is no range may be anything.
  auto range = semver::Range::parse(*spec, kAdvisoryRange);
  if (!range) return true;
  const std::vector<std::string> none;
  const auto& bundled = manifest ? manifest->bundle_dependencies : none;
  if (std::find(bundled.begin(), bundled.end(), source_->name()) != bundled.end())
    return semver::intersects(*spec, source_->range(), kAdvisoryRange);
  return source_->test_spec(*spec);
}

bool Advisory::test_spec(const std::string& spec) {
  auto known = spec_verdicts_.find(spec);
  if (known != spec_verdicts_.end()) return known->second;
  auto range = semver::Range::parse(spec, kAdvisoryRange);
  bool vulnerable = true;
  for (const std::string& text : versions_) {
    auto version = semver::Version::parse(text, semver::Mode::kLoose);
    if (!range || !range->test(*version) || test_version(text)) continue;
    vulnerable = false;
    break;
  }
  return spec_verdicts_[spec] = vulnerable;
}

// Testing a version may take its manifest, and packages have thousands of
// them. So, as in npm, what lies between two vulnerable versions of one minor
// version counts as vulnerable, and only what is in doubt is halved.
void Advisory::test_all() {
  std::vector<std::vector<std::string>> groups;
  std::string last;
  for (const std::string& text : versions_) {
    auto version = semver::Version::parse(text, semver::Mode::kLoose);
    std::string line = std::to_string(version->major) + "." + std::to_string(version->minor);
    if (groups.empty() || line != last) groups.emplace_back();
    last = line;
    groups.back().push_back(text);
  }
  for (std::size_t i = 0; i < groups.size(); ++i) test_group(groups, groups[i]);
}

void Advisory::test_group(std::vector<std::vector<std::string>>& groups, std::vector<std::string> group) {
  const std::size_t size = group.size();
  if (size == 0) return;
  // From release to release, where there are any: prereleases go with what they border on.
  std::size_t head = 0, tail = size - 1;
  const bool first = test_version(group[0]);
  while (head < size && is_prerelease(group[head])) ++head;
  if (head == size)
    head = 0;
  else if (first)
    for (std::size_t i = 0; i < head; ++i) mark(group[i]);
  const bool end = test_version(group[tail]);
  while (tail > head && is_prerelease(group[tail])) --tail;
  if (tail == head)
    tail = size - 1;
  else if (end)
    for (std::size_t i = size - 1; i > tail; --i) mark(group[i]);

  const bool at_head = head == 0 ? first : test_version(group[head]);
  const bool at_tail = tail == size - 1 ? end : test_version(group[tail]);
  if (at_head && at_tail) {
    for (std::size_t i = head; i < tail; ++i) mark(group[i]);
    return;
  }
  if (tail < head + 2) return;

  const auto middle = group.begin() + static_cast<std::ptrdiff_t>(size / 2);
  std::vector<std::string> before(group.begin(), middle), after(middle, group.end());
  if (!before.empty() && !is_prerelease(before.front())) {
    const bool vulnerable = test_version(before.back());
    while (is_prerelease(before.back())) {
      if (vulnerable) mark(before.back());
      before.pop_back();
    }
  }
  if (!after.empty() && !is_prerelease(after.back())) {
    const bool vulnerable = test_version(after.front());
    auto release = std::find_if_not(after.begin(), after.end(), is_prerelease);
    if (vulnerable)
      for (auto it = after.begin(); it != release; ++it) mark(*it);
    after.erase(after.begin(), release);
  }
  groups.push_back(std::move(before));
  groups.push_back(std::move(after));
}

// The runs of vulnerable versions; prereleases, which nobody tested one by one,
// do not end a run.
void Advisory::calculate_range() {
  std::vector<std::string> vulnerable(vulnerable_.begin(), vulnerable_.end());
  sort_versions(vulnerable);
  std::string text;
  auto next = vulnerable.begin();
  for (std::size_t i = 0; i < versions_.size(); ++i) {
    std::string start = versions_[i], end;
    for (; i < versions_.size(); ++i) {
      if (next != vulnerable.end() && versions_[i] == *next) {
        end = versions_[i];
        ++next;
      } else if (!is_prerelease(versions_[i])) {
        break;
      }
    }
    if (end.empty()) continue;
    text += text.empty() ? "" : " || ";
    text += end == versions_.back() ? ">=" + start : start == end ? start : start + " - " + end;
  }
  range_ = text.empty() ? "<0.0.0-0" : simplified_range(versions_, text);
}

std::string Advisory::sort_key() const {
  if (is_meta()) return dependency_;
  const Json* id = member(report_, "id");
  return !id ? "[object Object]" : id->is_string() ? id->get<std::string>() : id->dump();
}

Json Advisory::to_json() const {
  Json json = Json::object();
  auto copy = [&](const char* key, const char* as) {
    if (const Json* value = member(report_, key)) json[as] = *value;
  };
  copy("id", "source");
  json["name"] = name_;
  json["dependency"] = dependency_;
  copy("title", "title");
  copy("url", "url");
  json["severity"] = severity_;
  copy("cwe", "cwe");
  copy("cvss", "cvss");
  json["range"] = range_;
  return json;
}

std::string simplified_range(const std::vector<std::string>& versions, const std::string& range) {
  auto parsed = semver::Range::parse(range, kAdvisoryRange);
  std::vector<std::pair<std::string, std::string>> runs;  // the second empty: to the end
  std::string first, last;
  for (const std::string& text : versions) {
    auto version = semver::Version::parse(text, semver::Mode::kLoose);
    if (parsed && version && parsed->test(*version)) {
      last = text;
      if (first.empty()) first = text;
      continue;
    }
    if (!last.empty()) runs.emplace_back(first, last);
    first.clear();
    last.clear();
  }
  if (!first.empty()) runs.emplace_back(first, "");
  std::string simple;
  for (const auto& [from, to] : runs) {
    simple += simple.empty() ? "" : " || ";
    if (from == to)
      simple += from;
    else if (to.empty())
      simple += from == versions.front() ? "*" : ">=" + from;
    else
      simple += from == versions.front() ? "<=" + to : from + " - " + to;
  }
  return simple.size() < range.size() ? simple : range;
}

}  // namespace pkg::resolver
