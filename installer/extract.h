#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "resolver/base/result.h"

namespace pkg::installer {

// What one tarball may unpack to before it counts as an attack on the disk.
struct ExtractLimits {
  std::uint64_t bytes = 8ull << 30;         // of all files together
  std::uint64_t free_bytes = 256ull << 20;  // below this no ratio is asked for
  std::uint64_t ratio = 250;                // unpacked to packed, above free_bytes
  std::uint64_t files = 1'000'000;
  std::uint64_t whole_bytes = 512ull << 20;  // up to this it is inflated in one go, in memory
};

struct Extracted {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint32_t checksum = 0;  // sum, modulo 2^32, of the CRC-32 of each file's content
  std::string package_json;    // the package's own, as written; empty when it has none
};

// Unpacks `tarball` (gzipped or plain tar, checked against its integrity
// before) into the existing folder `dir`, as npm does: the first part of every
// path is dropped; only regular files are made, with the folders above them;
// links, devices and paths with ".." are left out; `.gitignore` becomes
// `.npmignore`; a path given twice has its last content; modes are 0644, with
// the execute bits kept. Nothing outside `dir` is touched, whatever the
// tarball says. `what` goes into messages.
// Errors: TAR_BAD_ARCHIVE (not a tar, truncated, over the limits, a name no
// file can have), errno's codes for the disk. Any thread. What was unpacked
// before an error stays: the caller removes `dir`.
Result<Extracted> extract_tarball(std::string_view tarball, const std::string& dir, std::string_view what,
                                  const ExtractLimits& limits = {});

// The path below the package's folder that a tarball's entry is for, without
// its first part: "package/lib/a.js" -> "lib/a.js". Empty when the entry is to
// be left out. Exposed for tests.
std::string entry_path(std::string_view path);

}  // namespace pkg::installer
