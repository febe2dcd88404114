#include "installer/bins.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "installer/dir_writer.h"
#include "installer/disk.h"
#include "resolver/base/files.h"
#include "resolver/tree/collate.h"

namespace pkg::installer {
namespace {

using resolver::Node;

// Where the node's commands go. The root of global packages is the prefix's lib.
std::string bin_folder(const Node& node) {
  if (!node.parent) return "";
  std::string above = node.parent->realpath();
  if (node.is_global_top()) {
    std::string prefix(dir_name(above));
    return (prefix == "/" ? "" : prefix) + "/bin";
  }
  return above + "/node_modules/.bin";
}

bool inside(std::string_view path, std::string_view folder) {
  return path == folder || (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

bool has_windows_shebang(const std::string& file) {
  int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char start[2048];
  ssize_t size = ::read(fd, start, sizeof start);
  ::close(fd);
  if (size < 4 || start[0] != '#' || start[1] != '!') return false;
  const char* end = static_cast<const char*>(memchr(start, '\n', static_cast<std::size_t>(size)));
  return end && end[-1] == '\r';
}

// Executable for whoever may read it, and with a shebang that the kernel takes.
Result<void> fix_target(const std::string& file) {
  static const mode_t kWanted = [] {
    mode_t mask = ::umask(022);
    ::umask(mask);
    return 0777 & ~mask;
  }();
  struct stat info;
  if (::stat(file.c_str(), &info) != 0) return {};
  if (!S_ISREG(info.st_mode)) return {};
  if ((info.st_mode & kWanted) != kWanted && ::chmod(file.c_str(), kWanted) != 0)
    return tl::unexpected(errno_error(errno, "chmod", file));
  if (!has_windows_shebang(file)) return {};
  auto text = DiskFiles().read(file);
  if (!text) return {};
  auto end = text->find('\n');
  text->erase(end - 1, 1);
  // Not in place: the file may be a hard link into the cache.
  return write_file(file, *text);
}

Result<void> link_one(const std::string& folder, const std::string& command, const std::string& target) {
  struct stat info;
  if (::lstat(target.c_str(), &info) != 0) return {};
  std::string link = folder + "/" + command;
  std::string text = relative_path(folder, target);
  for (int attempt = 0;; ++attempt) {
    if (::symlink(text.c_str(), link.c_str()) == 0) break;
    if (attempt == 3) return tl::unexpected(errno_error(errno, "symlink", link));
    if (errno == ENOENT) {
      PKG_TRY_VOID(make_dirs(folder));
    } else if (errno == EEXIST) {
      if (read_link(link) == text) break;
      PKG_TRY_VOID(remove_all(link));
    } else {
      return tl::unexpected(errno_error(errno, "symlink", link));
    }
  }
  return fix_target(target);
}

template <typename Visit>
void each_bin(const Node& node, Visit visit) {
  const Node& package = node.real_target();
  const Json& bin = package.manifest->bin;
  if (!node.parent || !bin.is_object()) return;
  for (auto it = bin.begin(); it != bin.end(); ++it) {
    const std::string& command = it.key();
    if (!it->is_string() || command.empty() || command == "." || command == ".." ||
        command.find('/') != std::string::npos)
      continue;
    visit(command, it->get_ref<const std::string&>());
  }
}

}  // namespace

std::vector<std::string> bin_paths(const Node& node) {
  std::vector<std::string> paths;
  each_bin(node,
           [&](const std::string& command, const std::string&) { paths.push_back(bin_folder(node) + "/" + command); });
  return paths;
}

bool bins_exist(const Node& node) {
  bool all = true;
  each_bin(node, [&](const std::string& command, const std::string&) {
    all = all && path_exists(bin_folder(node) + "/" + command);
  });
  return all;
}

Result<void> check_global_bins(const Node& node) {
  if (!node.is_global_top()) return {};
  std::string path = node.path();
  for (const std::string& command : bin_paths(node)) {
    if (!link_or_file_exists(command)) continue;
    auto target = read_link(command);
    if (!target || !inside(resolve_path(dir_name(command), *target), path))
      return fail("EEXIST",
                  "the command " + std::string(base_name(command)) + " of " + node.id() +
                      " is in the way of what exists: " + command,
                  "remove it, or replace it with --force");
  }
  return {};
}

Result<void> link_bins(std::vector<const Node*> nodes) {
  struct Sorted {
    int depth;
    std::string path;
    const Node* node;
  };
  std::vector<Sorted> sorted;
  for (const Node* node : nodes)
    if (node->parent && node->real_target().manifest->bin.is_object())
      sorted.push_back({node->depth(), node->path(), node});
  std::sort(sorted.begin(), sorted.end(), [](const Sorted& a, const Sorted& b) {
    if (a.depth != b.depth) return a.depth < b.depth;
    return resolver::collate(a.path, b.path) < 0;
  });
  std::set<std::string> seen;
  for (const Sorted& item : sorted) {
    Result<void> result;
    each_bin(*item.node, [&](const std::string& command, const std::string& file) {
      std::string folder = bin_folder(*item.node);
      std::string target = resolve_path(item.path, file);
      if (!result || !inside(target, item.path) || !seen.insert(folder + "/" + command).second) return;
      result = link_one(folder, command, target);
    });
    if (!result) return result;
  }
  return {};
}

void unlink_bins(const Node& node) {
  std::string path = node.path();
  for (const std::string& link : bin_paths(node)) {
    auto target = read_link(link);
    if (target && inside(resolve_path(dir_name(link), *target), path)) ::unlink(link.c_str());
  }
}

}  // namespace pkg::installer
