#include "installer/link.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "installer/dir_writer.h"
#include "installer/disk.h"

namespace pkg::installer {
namespace {

struct Fd {
  int number = -1;
  Fd() = default;
  explicit Fd(int fd) : number(fd) {}
  Fd(Fd&& other) noexcept : number(std::exchange(other.number, -1)) {}
  ~Fd() {
    if (number >= 0) ::close(number);
  }
};

// What getdents64 writes; the C library has no name for it.
struct RawEntry {
  std::uint64_t inode;
  std::int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[1];
};

constexpr std::size_t kListBytes = 32 * 1024;

class Linker {
 public:
  explicit Linker(LinkMode mode) : copy_(mode == LinkMode::kCopy) {}

  Result<void> folder(int source_parent, const char* source_name, int target_parent, const char* target_name) {
    Fd source(::openat(source_parent, source_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (source.number < 0) return error("open", source_name);
    if (::mkdirat(target_parent, target_name, 0777) != 0 && errno != EEXIST) return error("mkdir", target_name);
    Fd target(::openat(target_parent, target_name, O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (target.number < 0) return error("open", target_name);

    std::vector<std::string> folders;
    std::unique_ptr<char[]> list(new char[kListBytes]);
    for (;;) {
      long size = ::syscall(SYS_getdents64, source.number, list.get(), kListBytes);
      if (size < 0) return error("getdents64", source_name);
      if (size == 0) break;
      for (long at = 0; at < size;) {
        auto* entry = reinterpret_cast<RawEntry*>(list.get() + at);
        at += entry->length;
        const char* name = entry->name;
        if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) continue;
        unsigned char type = entry->type;
        if (type == DT_UNKNOWN) {
          struct stat info;
          if (::fstatat(source.number, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return error("stat", name);
          type = S_ISREG(info.st_mode) ? DT_REG : S_ISDIR(info.st_mode) ? DT_DIR : DT_LNK;
        }
        if (type == DT_DIR) {
          folders.emplace_back(name);
        } else if (type == DT_REG) {
          PKG_TRY_VOID(file(source.number, target.number, name));
        }
      }
    }
    list.reset();
    for (const std::string& name : folders)
      PKG_TRY_VOID(folder(source.number, name.c_str(), target.number, name.c_str()));
    return {};
  }

 private:
  static Result<void> error(const char* call, const char* path) {
    return tl::unexpected(errno_error(errno, call, path));
  }

  Result<void> file(int source, int target, const char* name) {
    if (!copy_) {
      if (::linkat(source, name, target, name, 0) == 0) return {};
      if (errno == EEXIST) {
        ::unlinkat(target, name, 0);
        if (::linkat(source, name, target, name, 0) == 0) return {};
      }
      if (errno == EXDEV || errno == EPERM || errno == EOPNOTSUPP) {
        copy_ = true;  // it will not work for the next file either
      } else if (errno != EMLINK) {
        return error("link", name);
      }
    }
    return copy(source, target, name);
  }

  Result<void> copy(int source, int target, const char* name) {
    Fd from(::openat(source, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (from.number < 0) return error("open", name);
    struct stat info;
    if (::fstat(from.number, &info) != 0) return error("stat", name);
    Fd to(::openat(target, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, info.st_mode & 0777));
    if (to.number < 0 && errno == EEXIST) {
      ::unlinkat(target, name, 0);
      to.number = ::openat(target, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, info.st_mode & 0777);
    }
    if (to.number < 0) return error("open", name);
    if (clone_ && ::ioctl(to.number, FICLONE, from.number) == 0) return {};
    clone_ = false;
    off_t left = info.st_size;
    while (left > 0) {
      ssize_t count = ::copy_file_range(from.number, nullptr, to.number, nullptr, static_cast<std::size_t>(left), 0);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return plain_copy(from.number, to.number, name);
      left -= count;
    }
    return {};
  }

  // From wherever copy_file_range stopped.
  static Result<void> plain_copy(int from, int to, const char* name) {
    std::unique_ptr<char[]> bytes(new char[1 << 16]);
    for (;;) {
      ssize_t count = ::read(from, bytes.get(), 1 << 16);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return error("read", name);
      if (count == 0) return {};
      for (ssize_t done = 0; done < count;) {
        ssize_t written = ::write(to, bytes.get() + done, static_cast<std::size_t>(count - done));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return error("write", name);
        done += written;
      }
    }
  }

  bool copy_;
  bool clone_ = true;
};

}  // namespace

Result<void> link_package(const std::string& source, const std::string& target, LinkMode mode) {
  Linker linker(mode);
  auto linked = linker.folder(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str());
  if (linked || linked.error().code != "ENOENT" || is_dir(std::string(dir_name(target)))) return linked;
  PKG_TRY_VOID(make_dirs(std::string(dir_name(target))));
  return linker.folder(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str());
}

Result<void> parallel(std::size_t count, const std::function<Result<void>(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> failure;
  auto work = [&] {
    for (std::size_t index; (index = next.fetch_add(1)) < count;) {
      auto done = body(index);
      if (done) continue;
      std::lock_guard lock(mutex);
      if (!failure) failure = std::move(done).error();
      next = count;
    }
  };
  std::size_t wanted = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 8);
  std::vector<std::thread> threads;
  if (count > 3)
    for (std::size_t i = 1; i < std::min(wanted, count); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (failure) return tl::unexpected(std::move(*failure));
  return {};
}

}  // namespace pkg::installer
