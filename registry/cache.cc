#include "registry/cache.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/cache_index.h"
#include "registry/url.h"

namespace pkg::registry {
namespace {

tl::unexpected<Error> failed(int error, const std::string& doing) {
  return fail(strerrorname_np(error), std::string(std::strerror(error)) + ", " + doing,
              error == ENOSPC   ? "the cache's disk is full"
              : error == EACCES ? "the cache folder must be writable"
                                : "");
}

Result<void> make_folders(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return {};
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (::mkdir(path.substr(0, slash).c_str(), 0777) != 0 && errno != EEXIST)
      return failed(errno, "mkdir '" + path.substr(0, slash) + "'");
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) return failed(errno, "mkdir '" + path + "'");
  return {};
}

// A file name made of any text: what is no letter, digit or "@._-" is encoded.
std::string file_name_of(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '@' || c == '-' || c == '_' || (c == '.' && !out.empty())) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  if (out.size() <= 200) return out;
  Hasher hasher("sha256");
  hasher.update(text);
  return out.substr(0, 120) + "%" + hasher.hex();
}

}  // namespace

Cache::Cache(std::string root) : root_(std::move(root)) {}

Cache::~Cache() {
  (void)flush();
  if (stage_fd_ < 0) return;
  std::error_code ignored;
  std::filesystem::remove_all(stage_base_, ignored);
  ::close(stage_fd_);
}

std::string Cache::package_name(const Integrity& integrity) {
  std::string name = integrity.algorithm() + "-" + integrity.base64();
  for (char& c : name) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (name.ends_with('=')) name.pop_back();
  return name;
}

std::string Cache::package_dir(const Integrity& integrity) const {
  return packages_dir() + "/" + package_name(integrity);
}

bool Cache::has_package(const Integrity& integrity) const {
  return ::access(package_dir(integrity).c_str(), F_OK) == 0;
}

// Each process stages below a folder of its own, on which it holds a lock: a
// folder that can be locked exclusively is garbage of a dead process.
Result<std::string> Cache::stage_name() {
  std::lock_guard lock(mutex_);
  while (stage_fd_ < 0) {
    PKG_TRY_VOID(make_folders(packages_dir()));
    PKG_TRY_VOID(make_folders(root_ + "/stage"));
    std::uint64_t random = 0;
    PKG_CHECK(::getrandom(&random, sizeof random, 0) == sizeof random);
    stage_base_ = root_ + "/stage/" + std::to_string(::getpid()) + "-" + std::to_string(random);
    if (::mkdir(stage_base_.c_str(), 0777) != 0) return failed(errno, "mkdir '" + stage_base_ + "'");
    int fd = ::open(stage_base_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    // A collector may have taken it in between; then another is made.
    struct stat info;
    if (fd >= 0 && ::flock(fd, LOCK_SH | LOCK_NB) == 0 && ::fstat(fd, &info) == 0 && info.st_nlink > 0) {
      stage_fd_ = fd;
    } else if (fd >= 0) {
      ::close(fd);
    }
  }
  return stage_base_ + "/" + std::to_string(stages_++);
}

Result<std::string> Cache::stage_dir() {
  PKG_TRY(std::string path, stage_name());
  if (::mkdir(path.c_str(), 0777) != 0) return failed(errno, "mkdir '" + path + "'");
  return path;
}

Result<void> Cache::commit(const std::string& stage, const Integrity& integrity, PackageFacts facts) {
  std::string target = package_dir(integrity);
  if (::rename(stage.c_str(), target.c_str()) != 0) {
    int error = errno;
    discard(stage);
    if (error != ENOTEMPTY && error != EEXIST) return failed(error, "rename '" + stage + "' -> '" + target + "'");
  }
  std::lock_guard lock(mutex_);
  unwritten_.push_back({integrity.to_string(), std::move(facts)});
  return {};
}

void Cache::discard(const std::string& stage) {
  std::error_code ignored;
  std::filesystem::remove_all(stage, ignored);
}

Result<Cache::Index*> Cache::index() {
  if (!index_) {
    PKG_TRY_VOID(make_folders(root_));
    PKG_TRY(index_, Index::open(root_ + "/index.db"));
  }
  return index_.get();
}

std::optional<PackageFacts> Cache::facts(const Integrity& integrity) {
  std::lock_guard lock(mutex_);
  std::string key = integrity.to_string();
  for (const Entry& entry : unwritten_)
    if (entry.integrity == key) return entry.facts;
  // Reading must not make a cache where there is none.
  if (!index_ && ::access((root_ + "/index.db").c_str(), F_OK) != 0) return std::nullopt;
  auto opened = index();
  return opened ? (*opened)->find(key) : std::nullopt;
}

std::optional<Integrity> Cache::integrity_of_url(std::string_view url) {
  std::lock_guard lock(mutex_);
  std::optional<std::string> text;
  for (const Entry& entry : unwritten_)
    if (entry.facts.url == url) text = entry.integrity;
  if (!text && (index_ || ::access((root_ + "/index.db").c_str(), F_OK) == 0))
    if (auto opened = index()) text = (*opened)->integrity_of_url(url);
  if (!text) return std::nullopt;
  auto integrity = Integrity::parse(*text);
  return integrity ? std::optional(std::move(*integrity)) : std::nullopt;
}

Result<void> Cache::flush() {
  std::lock_guard lock(mutex_);
  if (unwritten_.empty()) return {};
  PKG_TRY(Index * opened, index());
  PKG_TRY_VOID(opened->write(unwritten_));
  unwritten_.clear();
  return {};
}

std::string Cache::packument_file(std::string_view registry, std::string_view name) const {
  std::string_view site = registry;
  if (std::size_t scheme = site.find("://"); scheme != std::string_view::npos) site.remove_prefix(scheme + 3);
  while (site.ends_with('/')) site.remove_suffix(1);
  std::string folder = file_name_of(site);
  if (registry.starts_with("http:")) folder += "+http";
  return root_ + "/packuments/" + folder + "/" + file_name_of(name) + ".bin";
}

Result<void> Cache::write_file(const std::string& path, std::string_view bytes) {
  PKG_TRY(std::string temporary, stage_name());
  int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return failed(errno, "open '" + temporary + "'");
  int error = 0;
  while (!bytes.empty() && !error) {
    ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    if (count < 0 && errno != EINTR) error = errno;
  }
  ::close(fd);
  if (!error && ::rename(temporary.c_str(), path.c_str()) != 0) {
    error = errno;
    if (error == ENOENT) {
      PKG_TRY_VOID(make_folders(path.substr(0, path.rfind('/'))));
      error = ::rename(temporary.c_str(), path.c_str()) == 0 ? 0 : errno;
    }
  }
  if (!error) return {};
  ::unlink(temporary.c_str());
  return failed(error, "write '" + path + "'");
}

}  // namespace pkg::registry
