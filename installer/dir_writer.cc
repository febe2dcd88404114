#include "installer/dir_writer.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pkg::installer {

Error errno_error(int number, std::string_view call, std::string_view path) {
  const char* name = strerrorname_np(number);
  std::string message = strerror(number);
  message += ", ";
  message += call;
  message += " '";
  message += path;
  message += "'";
  return Error{name ? name : "EIO", std::move(message), {}};
}

DirWriter::~DirWriter() {
  for (const Level& level : levels_) ::close(level.fd);
}

Result<int> DirWriter::open(std::string_view path) {
  std::size_t depth = 0;
  std::size_t start = 0;
  bool sharing = true;
  while (start < path.size()) {
    std::size_t end = path.find('/', start);
    if (end == std::string_view::npos) end = path.size();
    std::string_view part = path.substr(start, end - start);
    start = end + 1;
    if (sharing && depth < levels_.size() && levels_[depth].name == part) {
      ++depth;
      continue;
    }
    if (sharing) {
      sharing = false;
      for (; levels_.size() > depth; levels_.pop_back()) ::close(levels_.back().fd);
    }
    int parent = levels_.empty() ? root_fd_ : levels_.back().fd;
    std::string name(part);
    if (::mkdirat(parent, name.c_str(), 0777) != 0 && errno != EEXIST)
      return tl::unexpected(errno_error(errno, "mkdir", path));
    int fd = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return tl::unexpected(errno_error(errno, "open", path));
    levels_.push_back({std::move(name), fd});
    ++depth;
  }
  for (; levels_.size() > depth; levels_.pop_back()) ::close(levels_.back().fd);
  return levels_.empty() ? root_fd_ : levels_.back().fd;
}

}  // namespace pkg::installer
