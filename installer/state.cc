#include "installer/state.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <set>

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

#include "installer/disk.h"

namespace pkg::installer {
namespace {

constexpr std::string_view kMagic = "pkg-state 2\n";
constexpr off_t kMaxBytes = 64 << 20;

// The bytes of a regular file of a size that a lockfile may have.
std::optional<std::string> read_small(const char* path) {
  int fd = ::open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat info;
  std::optional<std::string> text;
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size < kMaxBytes) {
    text.emplace(static_cast<std::size_t>(info.st_size), '\0');
    if (::read(fd, text->data(), text->size()) != info.st_size) text.reset();
  }
  ::close(fd);
  return text;
}

// What tells that a path changed. `same`: what a copy or a checkout of the very
// same file keeps. `times`: what only a file that nobody touched keeps.
struct Fingerprint {
  std::string same, times;
  bool regular = false;
};

Fingerprint fingerprint(const char* path) {
  struct stat info;
  if (::lstat(path, &info) != 0) return {"-", "-"};
  Fingerprint print;
  print.regular = S_ISREG(info.st_mode);
  char text[160];
  std::snprintf(text, sizeof text, "%x %" PRIx64, info.st_mode, static_cast<std::uint64_t>(info.st_size));
  print.same = text;
  std::snprintf(text, sizeof text, "%" PRIx64 " %" PRIx64 ".%lx %" PRIx64 ".%lx",
                static_cast<std::uint64_t>(info.st_ino), static_cast<std::uint64_t>(info.st_mtim.tv_sec),
                info.st_mtim.tv_nsec, static_cast<std::uint64_t>(info.st_ctim.tv_sec), info.st_ctim.tv_nsec);
  print.times = text;
  return print;
}

// Of a regular file's content, against chance: two sums of 32 bits that share
// no structure. Its owner has no reason to forge one.
std::string content_sum(const char* path) {
  auto text = read_small(path);
  if (!text) return "-";
  char hex[20];
  std::snprintf(hex, sizeof hex, "%08x%08x", libdeflate_crc32(0, text->data(), text->size()),
                libdeflate_adler32(1, text->data(), text->size()));
  return hex;
}

std::string checksum(std::string_view text) {
  char hex[16];
  std::snprintf(hex, sizeof hex, "%08x\n", libdeflate_crc32(0, text.data(), text.size()));
  return hex;
}

// The next line of `text`, taken off it.
std::string_view line(std::string_view& text) {
  auto end = text.find('\n');
  std::string_view first = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return first;
}

}  // namespace

void InstallState::prepare(const std::string& project) {
  int fd = ::open(path(project).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd >= 0) ::close(fd);
}

void InstallState::write(const std::string& project, std::string_view key, const std::vector<std::string>& watched,
                         std::string_view report) {
  std::string body(kMagic);
  body += std::to_string(libdeflate_crc32(0, key.data(), key.size())) + " " + std::to_string(key.size()) + "\n";
  body += std::to_string(watched.size()) + "\n";
  for (const std::string& each : watched) {
    if (each.find('\n') != std::string::npos) return;  // no state rather than a wrong one
    Fingerprint print = fingerprint(each.c_str());
    std::string sum = print.regular ? content_sum(each.c_str()) : "-";
    // A file that changed while it was read leaves no state at all.
    if (print.regular && fingerprint(each.c_str()).times != print.times) return;
    body += each + "\n" + print.same + "\n" + print.times + "\n" + sum + "\n";
  }
  body += report;
  // In place: a torn write has a wrong sum and is void.
  int fd = ::open(path(project).c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return;
  std::string text = checksum(body) + body;
  std::string_view rest = text;
  while (!rest.empty()) {
    ssize_t count = ::write(fd, rest.data(), rest.size());
    if (count <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  ::close(fd);
}

std::optional<std::string> InstallState::unchanged(const std::string& project, std::string_view key) {
  auto file = read_small(path(project).c_str());
  if (!file) return std::nullopt;
  const std::string& text = *file;
  if (text.size() < 9 + kMagic.size() || std::string_view(text).substr(9, kMagic.size()) != kMagic) return std::nullopt;
  std::string_view body = std::string_view(text).substr(9);
  if (checksum(body) != std::string_view(text).substr(0, 9)) return std::nullopt;
  body.remove_prefix(kMagic.size());
  if (line(body) != std::to_string(libdeflate_crc32(0, key.data(), key.size())) + " " + std::to_string(key.size()))
    return std::nullopt;
  std::size_t count = std::strtoul(std::string(line(body)).c_str(), nullptr, 10);
  std::string each;
  for (std::size_t i = 0; i < count; ++i) {
    each = line(body);
    std::string_view same = line(body), times = line(body), sum = line(body);
    Fingerprint print = fingerprint(each.c_str());
    if (print.same != same) return std::nullopt;
    if (print.times != times && (!print.regular || sum == "-" || content_sum(each.c_str()) != sum)) return std::nullopt;
  }
  return std::string(body);
}

std::vector<std::string> watched_folders(const std::string& project, const std::vector<std::string>& locations) {
  std::set<std::string> folders{project + "/node_modules"};
  for (const std::string& location : locations) {
    auto modules = location.rfind("node_modules/");
    if (modules == std::string::npos) continue;
    folders.insert(project + "/" + location.substr(0, modules + 12));
    auto slash = location.find('/', modules + 13);
    if (slash != std::string::npos) folders.insert(project + "/" + location.substr(0, slash));
  }
  return {folders.begin(), folders.end()};
}

}  // namespace pkg::installer
