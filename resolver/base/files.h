#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/base/result.h"

namespace pkg {

enum class FileType : std::uint8_t { kNone, kFile, kDirectory, kOther };

// What module resolution needs of a file system. The disk in the program, a map
// of paths to text in tests. All paths are absolute and '/'-separated.
class Files {
 public:
  virtual ~Files() = default;

  // What `path` names once symlinks are followed; kNone for anything that
  // cannot be reached.
  virtual FileType stat(const std::string& path) = 0;

  // The whole content, or nothing when `path` is no readable file.
  virtual std::optional<std::string> read(const std::string& path) = 0;

  // `path` without symlinks, `.` and `..`. Fails with errno's code.
  virtual Result<std::string> realpath(const std::string& path) = 0;
};

class DiskFiles final : public Files {
 public:
  FileType stat(const std::string& path) override;
  std::optional<std::string> read(const std::string& path) override;
  Result<std::string> realpath(const std::string& path) override;
};

// Files from a map of path to content; folders exist where a file is below
// them, and `links` maps a path to what a symlink there points to.
class MemoryFiles final : public Files {
 public:
  MemoryFiles(std::initializer_list<std::pair<const std::string, std::string>> files,
              std::map<std::string, std::string> links = {})
      : files_(files), links_(std::move(links)) {}

  FileType stat(const std::string& path) override;
  std::optional<std::string> read(const std::string& path) override;
  Result<std::string> realpath(const std::string& path) override;

 private:
  std::map<std::string, std::string> files_;
  std::map<std::string, std::string> links_;
};

}  // namespace pkg
