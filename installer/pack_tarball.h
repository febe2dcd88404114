#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/result.h"

namespace pkg::installer {

// One file of a tarball, as a listing of it says.
struct TarEntry {
  std::string path;  // as in the archive: "package/index.js"
  std::uint64_t size = 0;
  std::uint32_t mode = 0;
};

struct PackTarballOptions {
  std::string folder;              // absolute
  std::vector<std::string> files;  // relative to it, in order
  // Files whose content is another than on the disk.
  std::vector<std::pair<std::string, std::string>> replaced;
  // Whether the file is a command, and so to be executable.
  std::function<bool(const std::string& file)> is_bin;
};

// A gzipped tar of these files below "package/", with nothing of this machine
// or this day in it: no owners, one time, modes 0644 and 0755. The tar is byte
// for byte npm's. Errors: errno's, EMAXSIZE (over 8 GiB).
Result<std::string> pack_tarball(const PackTarballOptions& options);

// What a gzipped tar holds; `package_json` becomes the text of the package's
// own one. Errors: EINFLATE, TAR_BAD_ARCHIVE.
Result<std::vector<TarEntry>> list_tarball(std::string_view tarball, std::string* package_json = nullptr);

}  // namespace pkg::installer
