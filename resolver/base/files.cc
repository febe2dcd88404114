#include "resolver/base/files.h"

#include <cerrno>
#include <climits>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pkg {

FileType DiskFiles::stat(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return FileType::kNone;
  if (S_ISREG(info.st_mode)) return FileType::kFile;
  return S_ISDIR(info.st_mode) ? FileType::kDirectory : FileType::kOther;
}

std::optional<std::string> DiskFiles::read(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat info;
  std::optional<std::string> text;
  if (::fstat(fd, &info) == 0 && !S_ISDIR(info.st_mode)) {
    text.emplace();
    text->resize(info.st_size > 0 ? static_cast<std::size_t>(info.st_size) : 0);
    std::size_t used = 0;
    for (;;) {
      // One byte of room beyond the expected size shows growth and pipes.
      if (used == text->size()) text->resize(used + (used == static_cast<std::size_t>(info.st_size) ? 1 : 65536));
      ssize_t count = ::read(fd, text->data() + used, text->size() - used);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        text.reset();
        break;
      }
      if (count == 0) {
        text->resize(used);
        break;
      }
      used += static_cast<std::size_t>(count);
    }
  }
  ::close(fd);
  return text;
}

Result<std::string> DiskFiles::realpath(const std::string& path) {
  char resolved[PATH_MAX];
  if (::realpath(path.c_str(), resolved)) return std::string(resolved);
  int error = errno;
  return fail(strerrorname_np(error), std::string(strerror(error)) + ", realpath '" + path + "'");
}

Result<std::string> MemoryFiles::realpath(const std::string& path) {
  std::string current = path;
  for (int hops = 0; hops < 40; ++hops) {
    bool changed = false;
    for (const auto& [from, to] : links_) {
      if (current == from || current.starts_with(from + "/")) {
        current = to + current.substr(from.size());
        changed = true;
        break;
      }
    }
    if (!changed) return current;
  }
  return fail("ELOOP", "too many symbolic links, realpath '" + path + "'");
}

FileType MemoryFiles::stat(const std::string& path) {
  auto real = realpath(path);
  if (!real) return FileType::kNone;
  if (files_.contains(*real)) return FileType::kFile;
  auto below = files_.lower_bound(*real + "/");
  bool is_folder = *real == "/" || (below != files_.end() && below->first.starts_with(*real + "/"));
  return is_folder ? FileType::kDirectory : FileType::kNone;
}

std::optional<std::string> MemoryFiles::read(const std::string& path) {
  auto real = realpath(path);
  if (!real) return std::nullopt;
  auto found = files_.find(*real);
  if (found == files_.end()) return std::nullopt;
  return found->second;
}

}  // namespace pkg
