#include "installer/allow_scripts.h"

#include "installer/disk.h"
#include "resolver/spec/spec.h"

namespace pkg::installer {
namespace {

using resolver::Node;
using resolver::Spec;
using resolver::SpecType;

// "1.2.3 || 1.3.0": exact versions only.
bool exact_versions(std::string_view text) {
  if (text.find_first_not_of(" \t") == std::string_view::npos) return false;
  for (;;) {
    auto end = text.find("||");
    std::string_view part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!semver::valid(part)) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 2);
  }
}

bool name_only(const Spec& spec) { return spec.fetch_spec == "*" || spec.raw_spec.empty() || spec.raw_spec == "*"; }

// The name whoever depends on the node wrote, for lockfiles without URLs.
std::optional<std::string> name_from_edges(const Node& node) {
  for (const resolver::Edge* edge : node.edges_in) {
    auto spec = resolver::resolve_spec(edge->name->text, edge->spec(), edge->from->realpath());
    if (!spec) continue;
    if (spec->type == SpecType::kAlias) {
      if (spec->fetched().is_registry()) return spec->fetched().name;
      continue;
    }
    if (spec->is_registry()) return spec->name;
  }
  return std::nullopt;
}

bool matches_registry(const Node& node, const Spec& key, bool deny) {
  if (!node.is_registry_dependency()) return false;
  std::string name, version;
  if (auto known = identity_of_url(node.resolved)) {
    name = known->name;
    version = known->version;
  } else if (auto wanted = name_from_edges(node)) {
    name = *wanted;
  } else {
    return false;
  }
  if (name != key.name || key.type == SpecType::kTag) return false;
  if (key.type == SpecType::kRange) {
    if (name_only(key)) return true;
    if (!exact_versions(key.fetch_spec)) return false;
    // What cannot be verified is denied, and never allowed.
    if (version.empty()) return deny;
    return semver::satisfies(version, key.fetch_spec, {.mode = semver::Mode::kLoose});
  }
  return version.empty() ? deny : version == key.fetch_spec;
}

bool matches_git(const Node& node, const Spec& key) {
  if (!node.resolved.starts_with("git")) return false;
  auto own = resolver::parse_spec(node.resolved, "/");
  if (!own) return false;
  if (key.hosted && own->hosted) {
    using Committish = resolver::HostedRepo::Committish;
    if (key.hosted->ssh(Committish::kWithout) != own->hosted->ssh(Committish::kWithout)) return false;
  } else if (key.fetch_spec.empty() || key.fetch_spec != own->fetch_spec) {
    return false;
  }
  std::string wanted = !key.git_committish.empty() ? key.git_committish : key.hosted ? key.hosted->committish : "";
  if (wanted.empty()) return true;
  std::string have = !own->git_committish.empty() ? own->git_committish : own->hosted ? own->hosted->committish : "";
  return !have.empty() && have.starts_with(wanted);
}

// Where a package that is no registry's came from, in every spelling.
std::vector<std::string> sources(const Node& node) {
  if (!node.resolved.empty()) return {node.resolved};
  std::vector<std::string> all;
  for (const Node* link : node.links_in) all.push_back(link->link_resolved());
  if (!all.empty()) {
    all.push_back(node.realpath());
    all.push_back(node.path());
  }
  return all;
}

bool matches_source(const Node& node, const Spec& key) {
  for (const std::string& source : sources(node)) {
    if (source == key.save_spec || source == key.fetch_spec) return true;
    if (key.type != SpecType::kRemote && source == "file:" + key.fetch_spec) return true;
  }
  return false;
}

bool matches(const Node& node, const std::string& text, bool deny) {
  auto key = resolver::parse_spec(text, node.tree ? node.tree->path() : "/");
  if (!key) return false;
  switch (key->type) {
    case SpecType::kTag:
    case SpecType::kRange:
    case SpecType::kVersion:
      return matches_registry(node, *key, deny);
    case SpecType::kGit:
      return matches_git(node, *key);
    case SpecType::kFile:
    case SpecType::kDirectory:
    case SpecType::kRemote:
      return matches_source(node, *key);
    default:
      return false;
  }
}

}  // namespace

std::optional<UrlIdentity> identity_of_url(std::string_view url) {
  if (!url.starts_with("http:/") && !url.starts_with("https:/")) return std::nullopt;
  if (auto end = url.find_first_of("?#"); end != std::string_view::npos) url = url.substr(0, end);
  if (!url.ends_with(".tgz")) return std::nullopt;
  auto start = url.find("://");
  if (start == std::string_view::npos) return std::nullopt;
  start = url.find('/', start + 3);
  if (start == std::string_view::npos) return std::nullopt;
  std::string_view path = url.substr(start + 1);
  auto dash = path.rfind("/-/");
  if (dash == std::string_view::npos) return std::nullopt;
  std::string_view base = path.substr(dash + 3), before = path.substr(0, dash);
  if (base.find('/') != std::string_view::npos) return std::nullopt;
  if (auto earlier = before.rfind("/-/"); earlier != std::string_view::npos) before = before.substr(earlier + 3);
  // The scope may be joined by an encoded slash.
  auto last_part = [&]() {
    auto slash = before.rfind('/');
    auto encoded = std::max(before.rfind("%2f") + 1, before.rfind("%2F") + 1);  // 0: none
    std::size_t at = slash == std::string_view::npos ? 0 : slash + 1;
    if (encoded > 0 && encoded + 2 > at) at = encoded + 2;
    std::string_view part = before.substr(at);
    std::size_t cut = at == 0 ? 0 : before[at - 1] == '/' ? at - 1 : at - 3;
    before = before.substr(0, cut);
    return part;
  };
  std::string_view project = last_part();
  std::string_view scope = last_part();
  if (project.empty() || !base.starts_with(project) || base.size() < project.size() + 6 || base[project.size()] != '-')
    return std::nullopt;
  auto version = semver::Version::parse(base.substr(project.size() + 1, base.size() - project.size() - 5));
  if (!version) return std::nullopt;
  std::string name = scope.starts_with('@') ? std::string(scope) + "/" + std::string(project) : std::string(project);
  return UrlIdentity{std::move(name), version->to_string()};
}

UrlIdentity shown_identity(const Node& node) {
  if (auto known = identity_of_url(node.resolved)) return *known;
  return {name_from_edges(node).value_or(node.name->text), std::string(node.version())};
}

ScriptPolicy::ScriptPolicy(const Json& entries, std::string_view source, std::vector<std::string>& warnings) {
  if (!entries.is_object()) return;
  std::string prefix = std::string(source) + ": ignoring \"";
  for (auto it = entries.begin(); it != entries.end(); ++it) {
    auto spec = resolver::parse_spec(it.key(), "/");
    if (!spec) {
      warnings.push_back(prefix + it.key() + "\" in allowScripts, which is no package spec");
    } else if (spec->type == SpecType::kTag) {
      warnings.push_back(prefix + it.key() + "\" in allowScripts: a dist-tag names no version that can be verified; " +
                         "write the name alone or exact versions joined by \"||\"");
    } else if (spec->type == SpecType::kRange && !name_only(*spec) && !exact_versions(spec->fetch_spec)) {
      warnings.push_back(prefix + it.key() + "\" in allowScripts: a range would allow versions nobody reviewed; " +
                         "write exact versions joined by \"||\"");
    } else if (it->is_boolean()) {
      entries_.push_back({it.key(), it->get<bool>()});
    }
  }
}

std::optional<bool> ScriptPolicy::verdict(const Node& node) const {
  if (node.in_bundle()) return std::nullopt;
  bool allowed = false;
  for (const Entry& entry : entries_) {
    if (!matches(node, entry.key, !entry.allow)) continue;
    if (!entry.allow) return false;
    allowed = true;
  }
  return allowed ? std::optional(true) : std::nullopt;
}

}  // namespace pkg::installer
