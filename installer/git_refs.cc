#include "installer/git_refs.h"

#include <optional>
#include <vector>

#include "resolver/tree/memory_packuments.h"

namespace pkg::installer {
namespace {

constexpr std::string_view kPeeled = "^{}";

GitRef describe(std::string_view sha, std::string_view raw) {
  GitRef ref{std::string(sha), std::string(raw), std::string(raw), GitRef::Kind::kOther};
  auto named = [&](std::string_view prefix, GitRef::Kind kind) {
    if (!raw.starts_with(prefix)) return false;
    ref.name = raw.substr(prefix.size());
    ref.kind = kind;
    return true;
  };
  if (raw == "HEAD") {
    ref.kind = GitRef::Kind::kHead;
  } else if (named("refs/tags/", GitRef::Kind::kTag) || named("refs/heads/", GitRef::Kind::kBranch)) {
  } else if (raw.starts_with("refs/pull/")) {
    ref.kind = GitRef::Kind::kPull;
    ref.name = raw.substr(5);
    if (ref.name.ends_with("/head")) ref.name.erase(ref.name.size() - 5);
  }
  return ref;
}

// "release-v1.2.3-rc.1" -> "1.2.3-rc.1": the first place where what follows is a version to the end.
std::optional<std::string> version_in(std::string_view tag) {
  auto digit = [&](std::size_t at) { return at < tag.size() && tag[at] >= '0' && tag[at] <= '9'; };
  for (std::size_t at = 0; at < tag.size(); ++at) {
    if (!digit(at)) continue;
    std::size_t end = at;
    int parts = 0;
    while (digit(end)) {
      while (digit(end)) ++end;
      if (++parts == 3 || end >= tag.size() || tag[end] != '.') break;
      ++end;
    }
    bool more = end + 1 < tag.size() && (tag[end] == '-' || tag[end] == '+');
    if (parts != 3 || (end != tag.size() && !more)) continue;
    auto version = semver::Version::parse(tag.substr(at), semver::Mode::kLoose);
    return version ? std::optional(version->to_string()) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

GitRefs GitRefs::parse(std::string_view listing) {
  GitRefs result;
  std::vector<std::string> order;  // of names, as listed
  while (!listing.empty()) {
    std::string_view line = listing.substr(0, listing.find('\n'));
    listing.remove_prefix(std::min(listing.size(), line.size() + 1));
    std::size_t gap = line.find_first_of(" \t");
    if (gap == std::string_view::npos) continue;
    std::size_t start = line.find_first_not_of(" \t", gap);
    if (start == std::string_view::npos) continue;
    std::string_view sha = line.substr(0, gap), raw = line.substr(start);
    raw = raw.substr(0, raw.find_first_of(" \t\r"));
    // "refs/tags/x^{}" is the commit of the annotated tag listed before it.
    if (raw.ends_with(kPeeled)) {
      raw.remove_suffix(kPeeled.size());
      for (std::string name : {std::string(raw), describe("", raw).name})
        if (auto found = result.refs_.find(name); found != result.refs_.end()) found->second.sha = sha;
      continue;
    }
    GitRef ref = describe(sha, raw);
    if (ref.kind == GitRef::Kind::kTag)
      if (auto version = version_in(ref.name)) result.versions_[*version] = ref.raw;
    order.push_back(ref.name);
    result.refs_[ref.raw] = ref;
    result.refs_[ref.name] = std::move(ref);
  }
  for (const std::string& name : order) result.by_sha_.emplace(result.refs_[name].sha, name);
  return result;
}

const GitRef* GitRefs::named(std::string_view committish) const {
  if (auto found = refs_.find(committish); found != refs_.end()) return &found->second;
  if (auto found = by_sha_.find(committish); found != by_sha_.end()) return named(found->second);
  return nullptr;
}

Result<const GitRef*> GitRefs::best(const std::string& name, const std::string& range,
                                    const resolver::PickOptions& options) const {
  const GitRef *latest = named("latest"), *tip = head();
  Json versions = Json::object(), tags = Json::object();
  for (const auto& [version, raw] : versions_) {
    versions[version] = {{"name", name}, {"version", version}};
    const GitRef& tag = *named(raw);
    if ((latest && tag.sha == latest->sha) || (!latest && tip && tag.sha == tip->sha)) tags["latest"] = version;
  }
  resolver::JsonPackument packument({{"name", name}, {"dist-tags", tags}, {"versions", versions}});
  PKG_TRY(auto spec, resolver::resolve_spec("", range, "/"));
  spec.name = name;
  PKG_TRY(std::size_t index, resolver::pick_version(packument, spec, options));
  return named(versions_.at(std::string(packument.version(index))));
}

}  // namespace pkg::installer
