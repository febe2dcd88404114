#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/result.h"
#include "resolver/tree/manifest.h"

namespace pkg::resolver {

struct Spec;

// The registry's document on all versions of a package. Versions are numbered
// in document order; a manifest is parsed only when asked for, so that a
// compact cache can stand behind it. All views live as long as the packument.
class Packument {
 public:
  virtual ~Packument() = default;

  virtual std::string_view name() const = 0;
  virtual std::size_t version_count() const = 0;
  // The text of version `index`, as the key in the document's `versions`.
  virtual std::string_view version(std::size_t index) const = 0;
  // The index of the version spelled `text`, or nothing.
  virtual std::optional<std::size_t> find(std::string_view text) const = 0;

  // What `dist-tags` says for `tag` (a version's text), or nothing.
  virtual std::optional<std::string_view> dist_tag(std::string_view tag) const = 0;

  // What picking needs to know of a version, cheaper than its whole manifest.
  virtual bool deprecated(std::size_t index) const = 0;
  // engines.node and engines.npm; empty when absent.
  virtual std::string_view engine_node(std::size_t index) const = 0;
  virtual std::string_view engine_npm(std::size_t index) const = 0;
  // `time[version]` as text (ISO 8601), or empty when the document has no
  // `time`. Only asked for under --before and min-release-age.
  virtual std::string_view published(std::size_t index) const = 0;

  // The whole manifest of a version; later calls give the same pointer.
  // `resolved` and `integrity` are set from its `dist`.
  virtual ManifestPtr manifest(std::size_t index) const = 0;
};

// A package that comes inside another's tarball.
struct BundledPackage {
  std::string location;  // in the package that holds it: "node_modules/a/node_modules/b"
  ManifestPtr manifest;
};

// Where packuments, and the manifests of what is no registry package, come
// from: the registry in the program, a map in tests. One thread.
//
// The resolver works in waves: it names all it is about to need by prefetch()
// and then asks for them one by one with get(), which waits for that one only.
class Packuments {
 public:
  virtual ~Packuments() = default;

  // Starts fetching these packages, without waiting; unknown, repeated and
  // failing names are fine. The error, if any, comes with get().
  virtual void prefetch(std::span<const std::string> names) = 0;

  // The packument of `name`, complete. It lives as long as this object.
  // Errors: E404, E401, E403, ENOTCACHED, EINVALIDPACKAGENAME, network codes.
  virtual Result<const Packument*> get(std::string_view name) = 0;

  // The manifest of a git, remote, file (tarball) or directory spec, with
  // `resolved` (git: with the commit; file: "file:" and the absolute path) and
  // `integrity` set. Errors: ENOENT, EALLOWGIT..., whatever reading it gives.
  virtual Result<ManifestPtr> manifest(const Spec& spec) = 0;

  // The packages inside a tarball's node_modules, parents first, for a package
  // that bundles dependencies. Only asked for when a complete lockfile is
  // wanted without an installation. Fails with ENOTSUP when not overridden.
  virtual Result<std::vector<BundledPackage>> bundled(const Manifest& manifest);
};

}  // namespace pkg::resolver
