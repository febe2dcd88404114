#pragma once

#include <functional>

#include "registry/cache.h"
#include "registry/tarballs.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/manifest.h"

namespace pkg::installer {

// Unpacks a tarball's bytes into the cache, unless it is there already, and
// returns its folder. `url`: where it came from. Errors: TAR_BAD_ARCHIVE, errno's.
Result<std::string> store_tarball(registry::Cache& cache, std::string_view bytes, const registry::Integrity& integrity,
                                  const std::string& url, const std::string& name, const std::string& version);

// The manifest of a spec that is no registry's: a folder's package.json, or
// that of a tarball on disk or at a URL, unpacked into the cache. `resolved` and
// `integrity` are set. Errors: ENOENT, EJSONPARSE, TAR_BAD_ARCHIVE, those of
// TarballSource, EUNSUPPORTEDPROTOCOL for git, which GitPackages knows.
Result<resolver::ManifestPtr> extra_manifest(const resolver::Spec& spec, registry::Cache& cache,
                                             const std::function<registry::TarballSource&()>& tarballs);

}  // namespace pkg::installer
