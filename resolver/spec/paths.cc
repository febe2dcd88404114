#include "resolver/spec/paths.h"

#include <vector>

namespace pkg::resolver {
namespace {

void push_parts(std::vector<std::string_view>& parts, std::string_view path) {
  while (!path.empty()) {
    std::size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    if (slash == std::string_view::npos) return;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

std::string resolve_path(std::string_view from, std::string_view path) {
  std::vector<std::string_view> parts;
  if (!path.starts_with('/')) push_parts(parts, from);
  push_parts(parts, path);
  std::string result;
  for (std::string_view part : parts) result.append("/").append(part);
  return result.empty() ? "/" : result;
}

std::string relative_path(std::string_view from, std::string_view to) {
  std::vector<std::string_view> a, b;
  push_parts(a, from);
  push_parts(b, to);
  std::size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
  std::string result;
  for (std::size_t i = same; i < a.size(); ++i) result += result.empty() ? ".." : "/..";
  for (std::size_t i = same; i < b.size(); ++i) {
    if (!result.empty()) result += '/';
    result += b[i];
  }
  return result;
}

std::string parent_path(std::string_view path) {
  std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string_view last_part(std::string_view path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace pkg::resolver
