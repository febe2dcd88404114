#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

#include "resolver/base/result.h"

namespace pkg::installer {

// How a package's files get from the cache into node_modules.
enum class LinkMode {
  kLink,  // hard links; where the file systems cannot, a reflink or a copy
  kCopy,  // files of their own (a reflink where possible): for packages whose scripts may write to them
};

// Gives the folder `target` the files of the folder `source`, at every depth.
// `target` is made, with the folders above it; what is there already stays,
// files of the same name are replaced. Symlinks in `source` are left out.
// Errors: errno's. Any thread.
Result<void> link_package(const std::string& source, const std::string& target, LinkMode mode);

// Runs body(0) ... body(count - 1) on this thread and others, in order of
// start; an error ends it early and is returned.
Result<void> parallel(std::size_t count, const std::function<Result<void>(std::size_t)>& body);

}  // namespace pkg::installer
