// The parts of the cache that look at all of it: verify, clean, list.
#include <cerrno>
#include <filesystem>
#include <map>

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "registry/cache.h"
#include "registry/cache_index.h"
#include "resolver/base/files.h"

namespace pkg::registry {
namespace {

namespace fs = std::filesystem;

// A package without a row younger than this may belong to an install that is
// still running and has not written the index yet.
constexpr time_t kGraceSeconds = 3600;

struct Sums {
  std::uint64_t files = 0, bytes = 0;
  std::uint32_t checksum = 0;
};

// Nothing when something cannot be read.
std::optional<Sums> sum_up(const std::string& folder) {
  Sums sums;
  std::error_code error;
  DiskFiles files;
  for (fs::recursive_directory_iterator it(folder, error), end; it != end; it.increment(error)) {
    if (error) return std::nullopt;
    if (it->is_symlink(error) || !it->is_regular_file(error)) continue;
    auto text = files.read(it->path().string());
    if (!text) return std::nullopt;
    ++sums.files;
    sums.bytes += text->size();
    sums.checksum += libdeflate_crc32(0, text->data(), text->size());
  }
  return error ? std::nullopt : std::optional(sums);
}

bool is_older_than_grace(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && ::time(nullptr) - info.st_ctime > kGraceSeconds;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    names.push_back(it->path().filename().string());
  return names;
}

std::uint64_t count_files(const std::string& folder) {
  std::uint64_t count = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    count += it->is_regular_file(error);
  return count;
}

}  // namespace

Result<Cache::Verified> Cache::verify() {
  PKG_TRY_VOID(flush());
  Verified report;
  if (::access(root_.c_str(), F_OK) != 0) return report;
  std::lock_guard lock(mutex_);
  PKG_TRY(Index * opened, index());
  PKG_TRY(auto entries, opened->list());
  std::map<std::string, const Entry*> rows;  // by folder
  std::vector<std::string> gone;
  for (const Entry& entry : entries) {
    auto integrity = Integrity::parse(entry.integrity);
    if (integrity) {
      rows[package_name(*integrity)] = &entry;
    } else {
      gone.push_back(entry.integrity);
    }
  }
  for (const std::string& name : names_in(packages_dir())) {
    std::string folder = packages_dir() + "/" + name;
    auto row = rows.find(name);
    std::optional<Sums> sums = sum_up(folder);
    bool known = row != rows.end();
    bool good = sums && (known ? sums->files == row->second->facts.files && sums->bytes == row->second->facts.bytes &&
                                     sums->checksum == row->second->facts.checksum
                               : !is_older_than_grace(folder));
    if (good) {
      ++report.packages;
      report.bytes += sums->bytes;
    } else {
      ++report.removed_packages;
      report.removed_bytes += sums ? sums->bytes : 0;
      if (known) gone.push_back(row->second->integrity);
      std::error_code ignored;
      fs::remove_all(folder, ignored);
    }
    if (known) rows.erase(row);
  }
  for (const auto& [name, entry] : rows) {
    ++report.missing;
    gone.push_back(entry->integrity);
  }
  if (!gone.empty()) PKG_TRY_VOID(opened->remove(gone));

  for (const std::string& name : names_in(root_ + "/stage")) {
    std::string folder = root_ + "/stage/" + name;
    if (folder == stage_base_) continue;
    int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) continue;
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) {
      std::error_code ignored;
      fs::remove_all(folder, ignored);
      ++report.removed_stages;
    }
    ::close(fd);
  }
  report.packuments = count_files(root_ + "/packuments");
  return report;
}

Result<void> Cache::clean() {
  std::lock_guard lock(mutex_);
  unwritten_.clear();
  index_.reset();
  std::error_code error;
  for (const char* part : {"packages", "packuments", "stage", "index.db", "index.db-wal", "index.db-shm"}) {
    fs::remove_all(root_ + "/" + part, error);
    if (error) return fail(strerrorname_np(error.value()), error.message() + ", remove '" + root_ + "/" + part + "'");
  }
  if (stage_fd_ >= 0) ::close(stage_fd_);
  stage_fd_ = -1;
  stage_base_.clear();
  return {};
}

Result<std::vector<Cache::Entry>> Cache::list() {
  PKG_TRY_VOID(flush());
  std::lock_guard lock(mutex_);
  if (::access((root_ + "/index.db").c_str(), F_OK) != 0) return std::vector<Entry>();
  PKG_TRY(Index * opened, index());
  return opened->list();
}

}  // namespace pkg::registry
