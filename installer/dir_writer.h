#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/result.h"

namespace pkg::installer {

// Errno as an Error: its name as the code, "<text>, <call> '<path>'" as the message.
Error errno_error(int number, std::string_view call, std::string_view path);

// Opens folders below one root by descriptor, following no link, and makes
// those that are missing. Consecutive paths share what they have in common.
class DirWriter {
 public:
  explicit DirWriter(int root_fd) : root_fd_(root_fd) {}
  ~DirWriter();
  DirWriter(const DirWriter&) = delete;
  DirWriter& operator=(const DirWriter&) = delete;

  // The descriptor of the folder `path` ("" for the root, "a/b"), valid until
  // the next call. Errors: errno's; ENOTDIR and ELOOP when something else is there.
  Result<int> open(std::string_view path);

 private:
  struct Level {
    std::string name;
    int fd;
  };
  int root_fd_;
  std::vector<Level> levels_;
};

}  // namespace pkg::installer
