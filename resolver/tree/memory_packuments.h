#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "resolver/tree/packuments.h"

namespace pkg::resolver {

// A packument over a parsed registry document, full or abbreviated.
class JsonPackument final : public Packument {
 public:
  explicit JsonPackument(Json document);

  std::string_view name() const override { return name_; }
  std::size_t version_count() const override { return versions_.size(); }
  std::string_view version(std::size_t index) const override { return versions_[index].text; }
  std::optional<std::size_t> find(std::string_view text) const override;
  std::optional<std::string_view> dist_tag(std::string_view tag) const override;
  bool deprecated(std::size_t index) const override;
  std::string_view engine_node(std::size_t index) const override;
  std::string_view engine_npm(std::size_t index) const override;
  std::string_view published(std::size_t index) const override;
  ManifestPtr manifest(std::size_t index) const override;

 private:
  struct Version {
    std::string text;
    const Json* json;
    mutable ManifestPtr manifest;
  };
  std::string_view engine(std::size_t index, std::string_view which) const;

  Json document_;
  std::string name_;
  std::vector<Version> versions_;
  std::map<std::string_view, std::size_t> index_;
};

// Packuments from documents in memory. prefetch() counts what was asked for.
class MemoryPackuments final : public Packuments {
 public:
  void add(Json document);
  // What manifest() answers for the spec whose fetch_spec is `fetch_spec`.
  void add_manifest(std::string fetch_spec, Manifest manifest);

  void prefetch(std::span<const std::string> names) override;
  Result<const Packument*> get(std::string_view name) override;
  Result<ManifestPtr> manifest(const Spec& spec) override;

  std::set<std::string> asked;

 private:
  std::map<std::string, std::unique_ptr<Packument>, std::less<>> packuments_;
  std::map<std::string, ManifestPtr> manifests_;
};

}  // namespace pkg::resolver
