#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/result.h"

namespace pkg::installer {

// Small effects on the disk that the steps of an install share. Paths are
// absolute. Errors are errno's.

// Makes `path` and the folders above it.
Result<void> make_dirs(const std::string& path);

// Removes `path` and all below it, following no link. Nothing there is fine.
Result<void> remove_all(const std::string& path);

// Writes by a temporary name beside `path` and a rename. An existing file's
// mode is kept; a symlink at `path` is written through.
Result<void> write_file(const std::string& path, std::string_view text);

Result<void> rename_path(const std::string& from, const std::string& to);

// Names in the folder, unsorted, without "." and ".."; empty when it cannot be read.
std::vector<std::string> list_dir(const std::string& path);

bool path_exists(const std::string& path);          // follows links
bool link_or_file_exists(const std::string& path);  // does not
bool is_dir(const std::string& path);               // follows links
std::optional<std::string> read_link(const std::string& path);

// What path `to` (absolute) is, seen from the folder `from` (absolute): "../x/y"; "" when they are one.
std::string relative_path(std::string_view from, std::string_view to);
// `path` (absolute or relative to the absolute `base`) without ".", ".." and double slashes.
std::string resolve_path(std::string_view base, std::string_view path);
std::string_view dir_name(std::string_view path);
std::string_view base_name(std::string_view path);

}  // namespace pkg::installer
