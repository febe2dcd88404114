#include "resolver/tree/dep_valid.h"

#include <algorithm>

#include "resolver/spec/paths.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/node.h"
#include "resolver/tree/override_set.h"

namespace pkg::resolver {
namespace {

bool satisfies(const Node& child, std::string_view range) {
  auto parsed = semver::Range::parse(range, {semver::Mode::kLoose, false});
  const semver::Version* version = child.parsed_version();
  return parsed && version && parsed->test(*version);
}

bool is_commit(std::string_view text) {
  return text.size() >= 40 && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// The branch, tag or commit that the lockfile had for this dependency; a named
// one cannot be checked against the resolved commit otherwise.
const std::string* locked_spec(const Node& child, const Node& dependent) {
  const auto& locked = dependent.tree->origin.locked;
  auto found = locked.find(dependent.location());
  if (found == locked.end()) return nullptr;
  const Manifest& manifest = *found->second;
  for (const Dependencies* map : {&manifest.dependencies, &manifest.optional_dependencies, &manifest.dev_dependencies,
                                  &manifest.peer_dependencies})
    if (const std::string* spec = find_dependency(*map, child.name->text)) return spec;
  return nullptr;
}

bool git_valid(const Node& child, const Spec& wanted, const Node& dependent) {
  auto got = child.resolved.empty() ? Result<Spec>(fail("", "")) : parse_spec(child.resolved, "/");
  if (!got) return false;
  bool fixed = is_commit(wanted.git_committish);
  auto committish = fixed ? HostedRepo::Committish::kWith : HostedRepo::Committish::kWithout;
  if (got->hosted) {
    if (!wanted.hosted || wanted.hosted->ssh(committish) != got->hosted->ssh(committish)) return false;
  } else if (got->fetch_spec != wanted.fetch_spec) {
    return false;
  }
  if (!wanted.git_range.empty()) return satisfies(child, wanted.git_range);
  if (fixed) return true;
  if (const std::string* spec = locked_spec(child, dependent)) {
    auto locked = resolve_spec(child.name->text, *spec, dependent.realpath());
    if (locked && locked->type == SpecType::kGit && locked->git_committish != wanted.git_committish) return false;
  }
  return true;
}

}  // namespace

std::string origin_of(const Node& dependent, const Edge* edge) {
  if (edge && edge->overrides && edge->overrides->name() == edge->name->text && !edge->overrides->value().empty()) {
    const Node& owner = dependent.source ? *dependent.source : dependent;
    return owner.root->realpath();
  }
  if (dependent.resolved.starts_with("file:")) {
    auto spec = parse_spec(dependent.resolved, "/");
    if (spec && spec->type == SpecType::kFile) return parent_path(spec->fetch_spec);
  }
  return dependent.realpath();
}

bool dep_valid(const Node& child, const Spec& spec, const Node& dependent) {
  switch (spec.type) {
    case SpecType::kRange:
      if (spec.fetch_spec == "*") return true;
      [[fallthrough]];
    case SpecType::kVersion: {
      const semver::Version* version = child.parsed_version();
      return version && spec.range->test(*version);
    }
    case SpecType::kAlias:
      return dep_valid(child, *spec.target, dependent);
    case SpecType::kTag: {
      // Presumably the registry had it under that tag at some time.
      auto resolved = parse_spec(child.resolved, "/");
      return !child.resolved.empty() && resolved && resolved->type == SpecType::kRemote;
    }
    case SpecType::kRemote:
      return child.resolved == spec.fetch_spec;
    case SpecType::kDirectory:
      if (dependent.tree->options().install_links && !child.is_workspace()) return !child.is_link;
      return child.is_link && child.link_path == spec.fetch_spec;
    case SpecType::kFile:
      return !child.is_link && child.resolved == "file:" + spec.fetch_spec;
    case SpecType::kGit:
      return git_valid(child, spec, dependent);
  }
  return false;
}

}  // namespace pkg::resolver
