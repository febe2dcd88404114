#include "registry/packument_form.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "resolver/base/json.h"

namespace pkg::registry {
namespace form {
namespace {

constexpr std::string_view kNames[kFields] = {"name",
                                              "version",
                                              "dependencies",
                                              "optionalDependencies",
                                              "peerDependencies",
                                              "peerDependenciesMeta",
                                              "bundleDependencies",
                                              "bundledDependencies",
                                              "acceptDependencies",
                                              "bin",
                                              "engines",
                                              "os",
                                              "cpu",
                                              "libc",
                                              "license",
                                              "funding",
                                              "deprecated",
                                              "workspaces",
                                              "devEngines",
                                              "hasInstallScript",
                                              "_hasShrinkwrap",
                                              "",
                                              "",
                                              ""};

}  // namespace

std::string usual_tarball(std::string_view name, std::string_view version) {
  std::string path(name);
  path += "/-/";
  path += name.substr(name.find('/') == std::string_view::npos ? 0 : name.find('/') + 1);
  path += '-';
  path += version;
  path += ".tgz";
  return path;
}

std::string_view field_name(std::uint32_t field) { return field < kFields ? kNames[field] : std::string_view(); }

std::optional<Field> field_number(std::string_view name) {
  for (std::uint32_t i = 0; i < kFields; ++i)
    if (!kNames[i].empty() && kNames[i] == name) return static_cast<Field>(i);
  return std::nullopt;
}

}  // namespace form

form::Ref PackumentBuilder::Pool::put(std::string_view added) {
  if (added.empty()) return {};
  auto [entry, is_new] = known.try_emplace(added);
  if (is_new) {
    // Offsets beyond 32 bits are found out by finish(), from the pool's size.
    entry->second = {static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(added.size())};
    text += added;
  }
  return entry->second;
}

std::string_view PackumentBuilder::keep(std::string text) { return kept_.emplace_back(std::move(text)); }

void PackumentBuilder::add_tag(std::string_view tag, std::string_view version) {
  tags_.push_back({picking_.put(tag), picking_.put(version)});
}

void PackumentBuilder::begin_version(std::string_view text) {
  numbers_.insert_or_assign(text, versions_.size());
  form::Version row{};
  version_ = text;
  row.text = picking_.put(text);
  row.first_member = static_cast<std::uint32_t>(members_.size());
  versions_.push_back(row);
}

void PackumentBuilder::add_member(form::Field field, std::string_view json) {
  // Nearly every manifest repeats what is known already.
  auto repeats = [json](std::string_view text) {
    return json.size() == text.size() + 2 && json.substr(1, text.size()) == text;
  };
  if ((field == form::kName && repeats(name_)) || (field == form::kVersion && repeats(version_))) return;
  members_.push_back({field, rest_.put(json)});
  ++versions_.back().member_count;
}

void PackumentBuilder::set_tarball(std::string_view json) {
  std::string_view url = json.substr(1, json.size() - 2);
  std::string usual = form::usual_tarball(name_, version_);
  if (url.ends_with(usual) && url.find('\\') == std::string_view::npos) {
    url.remove_suffix(usual.size());
    if (tarballs_.empty()) tarballs_ = url;
    if (tarballs_ == url) {
      versions_.back().usual_tarball = 1;
      return;
    }
  }
  add_member(form::kDistTarball, json);
}

void PackumentBuilder::set_engine(std::string_view which, std::string_view range) {
  if (which == "node") versions_.back().engine_node = picking_.put(range);
  if (which == "npm") versions_.back().engine_npm = picking_.put(range);
}

void PackumentBuilder::set_published(std::string_view version, std::string_view time) {
  if (auto found = numbers_.find(version); found != numbers_.end())
    versions_[found->second].published = rest_.put(time);
}

Result<std::string> PackumentBuilder::finish(const Source& source) {
  form::Header header{};
  std::memcpy(header.magic, form::kMagic, sizeof header.magic);
  header.fetched_at = source.fetched_at;
  header.fresh_until = source.fresh_until;
  header.is_full = source.is_full;
  header.name = picking_.put(name_);
  header.etag = picking_.put(source.etag);
  header.last_modified = picking_.put(source.last_modified);
  header.tarballs = picking_.put(tarballs_);
  header.versions = static_cast<std::uint32_t>(versions_.size());
  header.tags = static_cast<std::uint32_t>(tags_.size());
  header.members = static_cast<std::uint32_t>(members_.size());
  std::size_t pool = sizeof header + versions_.size() * (sizeof(form::Version) + sizeof(std::uint32_t)) +
                     tags_.size() * sizeof(form::Tag) + members_.size() * sizeof(form::Member);
  std::size_t before_rest = picking_.text.size(), texts = before_rest + rest_.text.size();
  if (pool + texts > std::numeric_limits<std::uint32_t>::max())
    return fail(code::kMaxSize, "the document of " + std::string(name_) + " is too large");
  header.pool = static_cast<std::uint32_t>(pool);
  header.size = static_cast<std::uint32_t>(pool + texts);
  for (form::Member& member : members_) member.value.offset += static_cast<std::uint32_t>(before_rest);
  for (form::Version& version : versions_)
    if (version.published.length) version.published.offset += static_cast<std::uint32_t>(before_rest);

  std::vector<std::uint32_t> sorted(versions_.size());
  for (std::uint32_t i = 0; i < sorted.size(); ++i) sorted[i] = i;
  auto text = [&](std::uint32_t i) {
    return std::string_view(picking_.text).substr(versions_[i].text.offset, versions_[i].text.length);
  };
  std::stable_sort(sorted.begin(), sorted.end(), [&](std::uint32_t a, std::uint32_t b) { return text(a) < text(b); });

  std::string bytes;
  bytes.reserve(header.size);
  auto append = [&](const void* data, std::size_t size) { bytes.append(static_cast<const char*>(data), size); };
  append(&header, sizeof header);
  append(versions_.data(), versions_.size() * sizeof(form::Version));
  append(tags_.data(), tags_.size() * sizeof(form::Tag));
  append(sorted.data(), sorted.size() * sizeof(std::uint32_t));
  append(members_.data(), members_.size() * sizeof(form::Member));
  bytes += picking_.text;
  bytes += rest_.text;
  return bytes;
}

CompactPackument::CompactPackument(FormBytes bytes) : bytes_(std::move(bytes)) {
  std::string_view whole = bytes_.view();
  if (whole.size() < sizeof(form::Header)) return;
  const auto* header = reinterpret_cast<const form::Header*>(whole.data());
  if (std::memcmp(header->magic, form::kMagic, sizeof header->magic) != 0 || header->size != whole.size()) return;
  std::uint64_t pool =
      sizeof *header + std::uint64_t{header->versions} * (sizeof(form::Version) + sizeof(std::uint32_t)) +
      std::uint64_t{header->tags} * sizeof(form::Tag) + std::uint64_t{header->members} * sizeof(form::Member);
  if (pool != header->pool || pool > header->size) return;
  header_ = header;
  versions_ = reinterpret_cast<const form::Version*>(header + 1);
  tags_ = reinterpret_cast<const form::Tag*>(versions_ + header->versions);
  sorted_ = reinterpret_cast<const std::uint32_t*>(tags_ + header->tags);
  members_ = reinterpret_cast<const form::Member*>(sorted_ + header->versions);
  pool_ = whole.substr(header->pool);
}

std::string_view CompactPackument::text(form::Ref ref) const {
  if (std::uint64_t{ref.offset} + ref.length > pool_.size()) return {};
  return pool_.substr(ref.offset, ref.length);
}

const form::Version& CompactPackument::row(std::size_t index) const {
  PKG_CHECK(index < header_->versions);
  return versions_[index];
}

std::optional<std::size_t> CompactPackument::find(std::string_view wanted) const {
  const std::uint32_t* end = sorted_ + header_->versions;
  auto at = [&](std::uint32_t number) {
    return number < header_->versions ? text(versions_[number].text) : std::string_view();
  };
  // The last of equal ones: a key written twice means its later value.
  const std::uint32_t* found = std::upper_bound(
      sorted_, end, wanted, [&](std::string_view text, std::uint32_t number) { return text < at(number); });
  if (found == sorted_ || at(found[-1]) != wanted) return std::nullopt;
  return found[-1] < header_->versions ? std::optional<std::size_t>(found[-1]) : std::nullopt;
}

std::optional<std::string_view> CompactPackument::dist_tag(std::string_view tag) const {
  for (std::uint32_t i = 0; i < header_->tags; ++i)
    if (text(tags_[i].name) == tag) return text(tags_[i].version);
  return std::nullopt;
}

std::string CompactPackument::tarball(const form::Version& version) const {
  return std::string(text(header_->tarballs)) + form::usual_tarball(name(), text(version.text));
}

resolver::ManifestPtr CompactPackument::manifest(std::size_t index) const {
  resolver::ManifestPtr& slot = manifests_[index];
  if (slot) return slot;
  const form::Version& version = row(index);
  auto quoted = [](std::string_view text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); };
  // The builder leaves out what repeats the document's name and the version's
  // key; a member that follows says otherwise and wins.
  std::string json = "{\"name\":" + quoted(name()) + ",\"version\":" + quoted(text(version.text)), dist;
  if (std::uint64_t{version.first_member} + version.member_count <= header_->members) {
    for (std::uint32_t i = 0; i < version.member_count; ++i) {
      const form::Member& member = members_[version.first_member + i];
      std::string_view key = form::field_name(member.field), value = text(member.value);
      if (member.field == form::kDistTarball) key = "tarball";
      if (member.field == form::kDistIntegrity) key = "integrity";
      if (member.field == form::kDistShasum) key = "shasum";
      if (key.empty() || value.empty()) continue;
      std::string& object = member.field >= form::kDistTarball ? dist : json;
      if (!object.empty()) object += ',';
      object += '"';
      object += key;
      object += "\":";
      object += value;
    }
  }
  if (version.usual_tarball) dist += (dist.empty() ? "\"tarball\":" : ",\"tarball\":") + quoted(tarball(version));
  json += ",\"dist\":{" + dist + "}}";
  auto parsed = parse_json(json, name());
  resolver::Manifest manifest = resolver::parse_manifest(parsed ? *parsed : Json());
  // Damaged members make the whole unreadable; what it is stays known.
  if (manifest.name.empty()) manifest.name = name();
  if (manifest.version.empty()) manifest.version = text(version.text);
  slot = std::make_shared<const resolver::Manifest>(std::move(manifest));
  return slot;
}

}  // namespace pkg::registry
