#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/base/result.h"

namespace pkg::resolver {

// Package name -> spec, in the order in which npm enumerates the object: the
// order written, integer-like keys first.
using Dependencies = std::vector<std::pair<std::string, std::string>>;

// The spec under `name`, or null.
const std::string* find_dependency(const Dependencies& dependencies, std::string_view name);

// One version's metadata: what resolving needs and what a lockfile records.
// Read from a version of a packument, from a package.json, or from a lockfile's
// entry, and normalised as npm normalises those. Shared, never changed once in
// a tree (a changed one is a new one).
struct Manifest {
  std::string name;     // empty when there is none
  std::string version;  // empty when there is none or it is no semver version

  // `dependencies` never repeats a name of `optional_dependencies`.
  Dependencies dependencies;
  Dependencies optional_dependencies;
  Dependencies dev_dependencies;
  Dependencies peer_dependencies;
  std::vector<std::string> bundle_dependencies;
  Dependencies accept_dependencies;

  // As written (null when absent), for the lockfile and for the checks that
  // read them.
  Json peer_dependencies_meta;  // name -> {"optional": bool}
  Json bin;                     // object: command -> relative path
  Json engines;
  Json os, cpu, libc;  // string or list of strings; "!x" excludes
  Json license;
  Json funding;
  Json deprecated;
  Json workspaces;
  Json overrides;
  Json dev_engines;

  bool has_dev_dependencies = false;  // the field is there, though it may be empty: lockfiles show it for projects
  bool has_install_script = false;    // the flag, or a preinstall, install or postinstall script
  bool has_shrinkwrap = false;

  // Where the tarball came from and what it must hash to. For a version of a
  // packument: dist.tarball and dist.integrity ("sha1-<base64>" made of
  // dist.shasum when there is no integrity). For others what the source says.
  std::string resolved;
  std::string integrity;

  // Whether peerDependenciesMeta marks the peer `name` as optional.
  bool peer_is_optional(std::string_view name) const;
  // engines[name], or empty. `name` is "node" or "npm".
  std::string engine(std::string_view name) const;
  bool is_deprecated() const;
};

using ManifestPtr = std::shared_ptr<const Manifest>;

// Reads a manifest from a version of a registry's packument or a package.json.
// Never fails: a field of the wrong type counts as absent, as in npm. Anything
// but an object gives an empty manifest.
Manifest parse_manifest(const Json& json);

// The integrity string of a hex SHA-1 `shasum`: "sha1-<base64>"; empty when it
// is no 40 hex digits.
std::string integrity_of_shasum(std::string_view shasum);

}  // namespace pkg::resolver
