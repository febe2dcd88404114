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

constexpr std::string_view kMagic = "pkg-state 1\n";

// One line's worth of what tells that a path changed.
std::string fingerprint(const char* path) {
  struct stat info;
  if (::lstat(path, &info) != 0) return "-";
  char text[160];
  std::snprintf(text, sizeof text, "%" PRIx64 " %" PRIx64 " %x %" PRIx64 ".%lx %" PRIx64 ".%lx",
                static_cast<std::uint64_t>(info.st_size), static_cast<std::uint64_t>(info.st_ino), info.st_mode,
                static_cast<std::uint64_t>(info.st_mtim.tv_sec), info.st_mtim.tv_nsec,
                static_cast<std::uint64_t>(info.st_ctim.tv_sec), info.st_ctim.tv_nsec);
  return text;
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
    body += each + "\n" + fingerprint(each.c_str()) + "\n";
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
  int fd = ::open(path(project).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat info;
  std::string text;
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size < (64 << 20)) {
    text.resize(static_cast<std::size_t>(info.st_size));
    ssize_t count = ::read(fd, text.data(), text.size());
    if (count != info.st_size) text.clear();
  }
  ::close(fd);
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
    if (fingerprint(each.c_str()) != line(body)) return std::nullopt;
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
