#include "installer/extra_manifests.h"

#include "installer/disk.h"
#include "installer/extract.h"
#include "installer/package_json.h"
#include "resolver/base/files.h"

namespace pkg::installer {
namespace {

using resolver::Manifest;
using resolver::ManifestPtr;
using resolver::SpecType;

Result<ManifestPtr> from_folder(const std::string& folder, std::string resolved, std::string integrity) {
  PKG_TRY(PackageJson package, PackageJson::load(folder));
  auto manifest = std::make_shared<Manifest>(resolver::parse_manifest(package.content));
  manifest->resolved = std::move(resolved);
  manifest->integrity = std::move(integrity);
  return manifest;
}

}  // namespace

Result<std::string> store_tarball(registry::Cache& cache, std::string_view bytes, const registry::Integrity& integrity,
                                  const std::string& url, const std::string& name, const std::string& version) {
  std::string folder = cache.package_dir(integrity);
  if (cache.has_package(integrity)) return folder;
  PKG_TRY(std::string stage, cache.stage_dir());
  auto extracted = extract_tarball(bytes, stage, url.empty() ? name : url);
  if (!extracted) {
    cache.discard(stage);
    return tl::unexpected(std::move(extracted).error());
  }
  registry::PackageFacts facts;
  facts.name = name;
  facts.version = version;
  facts.url = url;
  facts.files = extracted->files;
  facts.bytes = extracted->bytes;
  facts.checksum = extracted->checksum;
  if (auto json = parse_json(extracted->package_json, "package.json")) {
    if (const Json* license = member(*json, "license")) facts.license = *license;
    if (facts.name.empty()) facts.name = string_member(*json, "name");
    if (facts.version.empty()) facts.version = string_member(*json, "version");
  }
  PKG_TRY_VOID(cache.commit(stage, integrity, std::move(facts)));
  return folder;
}

Result<ManifestPtr> extra_manifest(const resolver::Spec& spec, registry::Cache& cache,
                                   const std::function<registry::TarballSource&()>& tarballs) {
  switch (spec.type) {
    case SpecType::kDirectory:
      return from_folder(spec.fetch_spec, "file:" + spec.fetch_spec, "");
    case SpecType::kFile: {
      auto bytes = DiskFiles().read(spec.fetch_spec);
      if (!bytes)
        return fail(code::kNoEntry, "no such tarball: " + spec.fetch_spec, "a file: spec names a .tgz or a folder");
      auto integrity = registry::Integrity::of(*bytes);
      PKG_TRY(std::string folder, store_tarball(cache, *bytes, integrity, "file:" + spec.fetch_spec, "", ""));
      return from_folder(folder, "file:" + spec.fetch_spec, integrity.to_string());
    }
    case SpecType::kRemote: {
      if (auto known = cache.integrity_of_url(spec.fetch_spec); known && cache.has_package(*known))
        return from_folder(cache.package_dir(*known), spec.fetch_spec, known->to_string());
      PKG_TRY(auto tarball, tarballs().fetch({spec.name, spec.fetch_spec, ""}));
      PKG_TRY(std::string folder,
              store_tarball(cache, tarball.body.view(), tarball.integrity, spec.fetch_spec, "", ""));
      return from_folder(folder, spec.fetch_spec, tarball.integrity.to_string());
    }
    default:
      return fail(code::kUnsupportedProtocol, "cannot install " + spec.to_string());
  }
}

}  // namespace pkg::installer
