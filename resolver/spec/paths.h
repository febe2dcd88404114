#pragma once

#include <string>
#include <string_view>

// Paths as texts, '/'-separated, as node's path.posix treats them.
namespace pkg::resolver {

// `path` seen from the absolute folder `from`, without "." and "..", and
// without a slash at the end.
std::string resolve_path(std::string_view from, std::string_view path);

// How to get from the absolute folder `from` to `to`: "../x"; "" for the same.
std::string relative_path(std::string_view from, std::string_view to);

// The folder that holds `path`.
std::string parent_path(std::string_view path);
std::string_view last_part(std::string_view path);

}  // namespace pkg::resolver
