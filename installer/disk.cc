#include "installer/disk.h"

#include <cerrno>
#include <climits>
#include <cstdlib>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "installer/dir_writer.h"

namespace pkg::installer {
namespace {

Result<void> remove_at(int parent, const char* name, const std::string& path);

Result<void> remove_children(int fd, const std::string& path) {
  DIR* dir = ::fdopendir(fd);
  if (!dir) {
    int error = errno;
    ::close(fd);
    return tl::unexpected(errno_error(error, "opendir", path));
  }
  Result<void> result;
  while (dirent* entry = ::readdir(dir)) {
    std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    bool file = entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN;
    if (file && ::unlinkat(::dirfd(dir), entry->d_name, 0) == 0) continue;
    result = remove_at(::dirfd(dir), entry->d_name, path + "/" + entry->d_name);
    if (!result) break;
  }
  ::closedir(dir);
  return result;
}

Result<void> remove_at(int parent, const char* name, const std::string& path) {
  int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return {};
    if (errno != ENOTDIR && errno != ELOOP && errno != EACCES) return tl::unexpected(errno_error(errno, "open", path));
    if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return {};
    // An unreadable folder can still be removed when it is empty, or made readable.
    if (errno == EISDIR && ::fchmodat(parent, name, 0700, 0) == 0)
      fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return tl::unexpected(errno_error(errno, "unlink", path));
  }
  if (auto removed = remove_children(fd, path); !removed) {
    // A read-only folder: its owner may change that.
    if (removed.error().code != "EACCES" || ::fchmodat(parent, name, 0700, 0) != 0) return removed;
    fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return removed;
    PKG_TRY_VOID(remove_children(fd, path));
  }
  if (::unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
    return tl::unexpected(errno_error(errno, "rmdir", path));
  return {};
}

}  // namespace

Result<void> make_dirs(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return {};
  if (errno != ENOENT) return tl::unexpected(errno_error(errno, "mkdir", path));
  std::string parent(dir_name(path));
  if (parent == path) return tl::unexpected(errno_error(ENOENT, "mkdir", path));
  PKG_TRY_VOID(make_dirs(parent));
  if (::mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return {};
  return tl::unexpected(errno_error(errno, "mkdir", path));
}

Result<void> remove_all(const std::string& path) { return remove_at(AT_FDCWD, path.c_str(), path); }

Result<void> write_file(const std::string& path, std::string_view text) {
  std::string target = path;
  char real[PATH_MAX];
  struct stat info;
  if (::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode) && ::realpath(path.c_str(), real)) target = real;
  mode_t mode = ::stat(target.c_str(), &info) == 0 ? info.st_mode & 07777 : 0666;
  // Without a name until it is whole: a killed process leaves nothing behind. Not every file system can do that.
  std::string temporary = target + ".tmp", folder(dir_name(target));
  int fd = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
  const bool nameless = fd >= 0;
  if (!nameless) {
    temporary = target + "." + std::to_string(::getpid()) + ".tmp";
    ::unlink(temporary.c_str());
    fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  }
  if (fd < 0) return tl::unexpected(errno_error(errno, "open", target));
  auto give_up = [&](const char* call) -> Result<void> {
    int error = errno;
    ::close(fd);
    ::unlink(temporary.c_str());
    return tl::unexpected(errno_error(error, call, target));
  };
  std::string_view rest = text;
  while (!rest.empty()) {
    ssize_t count = ::write(fd, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return give_up("write");
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  if (mode != 0666) ::fchmod(fd, mode);
  if (nameless) {
    std::string open_file = "/proc/self/fd/" + std::to_string(fd);
    // A file of that name is another's, or was left in the moment before its rename: whole, either way.
    for (int tries = 0; ::linkat(AT_FDCWD, open_file.c_str(), AT_FDCWD, temporary.c_str(), AT_SYMLINK_FOLLOW) != 0;) {
      if (errno != EEXIST || ++tries > 100) return give_up("link");
      ::unlink(temporary.c_str());
    }
  }
  if (::close(fd) != 0 || ::rename(temporary.c_str(), target.c_str()) != 0) {
    int error = errno;
    // Another process moved our name, with its whole file or ours, into place.
    if (nameless && error == ENOENT) return {};
    ::unlink(temporary.c_str());
    return tl::unexpected(errno_error(error, "rename", target));
  }
  return {};
}

Result<void> rename_path(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  return tl::unexpected(errno_error(errno, "rename", from + "' -> '" + to));
}

std::vector<std::string> list_dir(const std::string& path) {
  std::vector<std::string> names;
  DIR* dir = ::opendir(path.c_str());
  if (!dir) return names;
  while (dirent* entry = ::readdir(dir)) {
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(dir);
  return names;
}

bool path_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

bool link_or_file_exists(const std::string& path) {
  struct stat info;
  return ::lstat(path.c_str(), &info) == 0;
}

bool is_dir(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::optional<std::string> read_link(const std::string& path) {
  char target[PATH_MAX];
  ssize_t size = ::readlink(path.c_str(), target, sizeof target);
  if (size < 0) return std::nullopt;
  return std::string(target, static_cast<std::size_t>(size));
}

std::string relative_path(std::string_view from, std::string_view to) {
  std::size_t common = 0, end = std::min(from.size(), to.size());
  std::size_t i = 0;
  for (; i < end && from[i] == to[i]; ++i)
    if (from[i] == '/') common = i;
  if (i == end && (from.size() == to.size() || (from.size() > end ? from[end] : to[end]) == '/')) common = end;
  if (from == "/") common = 0;
  std::string result;
  for (std::size_t at = common; at < from.size(); ++at)
    if (from[at] == '/' && at + 1 < from.size()) result += "../";
  std::string_view rest = common < to.size() ? to.substr(common) : std::string_view();
  if (rest.starts_with('/')) rest.remove_prefix(1);
  result += rest;
  if (result.ends_with('/')) result.pop_back();
  return result;
}

std::string resolve_path(std::string_view base, std::string_view path) {
  std::string whole = path.starts_with('/') ? std::string(path) : std::string(base) + "/" + std::string(path);
  std::string result;
  std::size_t start = 0;
  while (start <= whole.size()) {
    std::size_t end = std::min(whole.find('/', start), whole.size());
    std::string_view part = std::string_view(whole).substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      auto slash = result.rfind('/');
      result.erase(slash == std::string::npos ? 0 : slash);
      continue;
    }
    result += '/';
    result += part;
  }
  return result.empty() ? "/" : result;
}

std::string_view dir_name(std::string_view path) {
  auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

std::string_view base_name(std::string_view path) {
  auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace pkg::installer
