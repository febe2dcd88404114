#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/session.h"
#include "installer/pack_tarball.h"
#include "installer/package_json.h"
#include "resolver/spec/spec.h"

namespace pkg::cli {

// What pack and publish share.

struct Packed {
  std::string name, version, tarball;
};

// "scope-name-1.0.0.tgz".
std::string file_name(const Packed& packed);

// A script of the package that is packed, if it has it and scripts are run.
Result<void> run_package_script(Session& session, const std::string& folder, const installer::PackageJson& package,
                                const char* event, const installer::Environment& extra);

// The same for the project's owner, who sees what it says in any case.
Result<void> run_own_script(Session& session, const std::string& folder, const installer::PackageJson& package,
                            const char* event, const installer::Environment& extra);

// The tarball of a folder's package, its scripts run: written to the disk
// unless --dry-run. `workspaces`: those of the project that are packed along.
// Errors: a name or version is missing, EBUNDLEOVERRIDE, a script's, errno's.
Result<Packed> pack_folder(Session& session, const std::string& folder, const std::vector<std::string>& workspaces);

// The tarball that a registry has; likewise.
Result<Packed> pack_from_registry(Session& session, const resolver::Spec& spec);

// A tarball that is a file. Errors: ENOENT and the like, TAR_BAD_ARCHIVE, EJSONPARSE.
Result<Packed> pack_file(const std::string& path);
// The package.json inside a tarball. Errors: as above.
Result<Json> manifest_in(const std::string& tarball);

struct Contents {
  std::vector<installer::TarEntry> entries;  // paths without "package/"
  std::vector<std::string> bundled;
  std::uint64_t unpacked = 0;
  std::string shasum, integrity;
};
Result<Contents> contents_of(const Packed& packed);

// As `pack --json` has it, and as notices.
Json packed_json(const Packed& packed, const Contents& contents);
void show_packed(Session& session, const Packed& packed, const Contents& contents);

}  // namespace pkg::cli
