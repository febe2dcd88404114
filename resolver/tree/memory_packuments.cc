#include "resolver/tree/memory_packuments.h"

#include "resolver/spec/spec.h"

namespace pkg::resolver {

Result<std::vector<BundledPackage>> Packuments::bundled(const Manifest& manifest) {
  return fail("ENOTSUP", "the packages that " + manifest.name + " bundles cannot be read here");
}

JsonPackument::JsonPackument(Json document) : document_(std::move(document)) {
  name_ = string_member(document_, "name");
  const Json* versions = member(document_, "versions");
  if (!versions || !versions->is_object()) return;
  versions_.reserve(versions->size());
  for (const auto& [text, json] : versions->items()) versions_.push_back({text, &json, nullptr});
  for (std::size_t i = 0; i < versions_.size(); ++i) index_.emplace(versions_[i].text, i);
}

std::optional<std::size_t> JsonPackument::find(std::string_view text) const {
  auto found = index_.find(text);
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string_view> JsonPackument::dist_tag(std::string_view tag) const {
  const Json* tags = member(document_, "dist-tags");
  const Json* version = tags ? member(*tags, tag) : nullptr;
  if (!version || !version->is_string()) return std::nullopt;
  return version->get_ref<const std::string&>();
}

bool JsonPackument::deprecated(std::size_t index) const {
  const Json* value = member(*versions_[index].json, "deprecated");
  if (!value || value->is_null()) return false;
  if (value->is_boolean()) return value->get<bool>();
  return !value->is_string() || !value->get_ref<const std::string&>().empty();
}

std::string_view JsonPackument::engine(std::size_t index, std::string_view which) const {
  const Json* engines = member(*versions_[index].json, "engines");
  const Json* range = engines ? member(*engines, which) : nullptr;
  if (!range || !range->is_string()) return {};
  return range->get_ref<const std::string&>();
}

std::string_view JsonPackument::engine_node(std::size_t index) const { return engine(index, "node"); }
std::string_view JsonPackument::engine_npm(std::size_t index) const { return engine(index, "npm"); }

std::string_view JsonPackument::published(std::size_t index) const {
  const Json* time = member(document_, "time");
  const Json* moment = time ? member(*time, versions_[index].text) : nullptr;
  if (!moment || !moment->is_string()) return {};
  return moment->get_ref<const std::string&>();
}

ManifestPtr JsonPackument::manifest(std::size_t index) const {
  const Version& version = versions_[index];
  if (!version.manifest) version.manifest = std::make_shared<const Manifest>(parse_manifest(*version.json));
  return version.manifest;
}

void MemoryPackuments::add(Json document) {
  auto packument = std::make_unique<JsonPackument>(std::move(document));
  std::string name(packument->name());
  packuments_[name] = std::move(packument);
}

void MemoryPackuments::add_manifest(std::string fetch_spec, Manifest manifest) {
  manifests_[std::move(fetch_spec)] = std::make_shared<const Manifest>(std::move(manifest));
}

void MemoryPackuments::prefetch(std::span<const std::string> names) { asked.insert(names.begin(), names.end()); }

Result<const Packument*> MemoryPackuments::get(std::string_view name) {
  auto found = packuments_.find(name);
  if (found == packuments_.end())
    return fail(code::kNotFound, "no package is called " + std::string(name), "check the name");
  return found->second.get();
}

Result<ManifestPtr> MemoryPackuments::manifest(const Spec& spec) {
  auto found = manifests_.find(spec.fetch_spec);
  if (found == manifests_.end()) return fail(code::kNoEntry, "nothing is at " + spec.fetch_spec);
  return found->second;
}

}  // namespace pkg::resolver
