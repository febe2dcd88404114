#include "installer/workspaces.h"

#include <algorithm>
#include <map>
#include <set>

#include "installer/disk.h"
#include "installer/package_json.h"
#include "resolver/base/files.h"
#include "resolver/tree/collate.h"

namespace pkg::installer {
namespace {

constexpr int kMaxDepth = 64;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  while (start <= path.size()) {
    std::size_t end = std::min(path.find('/', start), path.size());
    if (end > start) parts.push_back(path.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

// "a{b,c}" -> "ab", "ac". Bounded, so that a hostile pattern cannot explode.
void expand_braces(const std::string& pattern, std::vector<std::string>& out) {
  auto open = pattern.find('{');
  auto close = open == std::string::npos ? open : pattern.find('}', open);
  auto comma = open == std::string::npos ? open : pattern.find(',', open);
  if (close == std::string::npos || comma == std::string::npos || comma > close || out.size() > 1000) {
    out.push_back(pattern);
    return;
  }
  std::string head = pattern.substr(0, open), tail = pattern.substr(close + 1);
  std::size_t start = open + 1;
  while (start <= close) {
    std::size_t end = std::min(pattern.find(',', start), close);
    expand_braces(head + pattern.substr(start, end - start) + tail, out);
    start = end + 1;
  }
}

bool match_part(std::string_view pattern, std::string_view text, int depth = 0) {
  if (depth > kMaxDepth) return false;
  if (pattern.empty()) return text.empty();
  switch (pattern[0]) {
    case '*':
      for (std::size_t i = 0; i <= text.size(); ++i)
        if (match_part(pattern.substr(1), text.substr(i), depth + 1)) return true;
      return false;
    case '?':
      return !text.empty() && match_part(pattern.substr(1), text.substr(1), depth);
    case '[': {
      auto end = pattern.find(']', 1);
      if (end == std::string_view::npos || text.empty()) break;
      std::string_view set = pattern.substr(1, end - 1);
      bool negated = set.starts_with('!') || set.starts_with('^');
      if (negated) set.remove_prefix(1);
      bool in = false;
      for (std::size_t i = 0; i < set.size(); ++i) {
        if (i + 2 < set.size() && set[i + 1] == '-') {
          in = in || (text[0] >= set[i] && text[0] <= set[i + 2]);
          i += 2;
        } else {
          in = in || text[0] == set[i];
        }
      }
      return in != negated && match_part(pattern.substr(end + 1), text.substr(1), depth);
    }
    default:
      break;
  }
  return !text.empty() && pattern[0] == text[0] && match_part(pattern.substr(1), text.substr(1), depth);
}

bool match_parts(const std::vector<std::string_view>& pattern, std::size_t p, const std::vector<std::string_view>& text,
                 std::size_t t) {
  if (p == pattern.size()) return t == text.size();
  if (pattern[p] == "**") {
    for (std::size_t i = t; i <= text.size(); ++i) {
      if (match_parts(pattern, p + 1, text, i)) return true;
      if (i < text.size() && text[i].starts_with('.')) return false;
    }
    return false;
  }
  if (t == text.size()) return false;
  // A leading dot is matched by a dot only.
  if (text[t].starts_with('.') && !pattern[p].starts_with('.')) return false;
  return match_part(pattern[p], text[t]) && match_parts(pattern, p + 1, text, t + 1);
}

// Folders below `root` that the pattern matches, as paths relative to it.
void walk(const std::string& root, const std::string& path, const std::vector<std::string_view>& pattern,
          std::size_t index, int depth, std::set<std::string>& found) {
  if (depth > kMaxDepth) return;
  if (index == pattern.size()) {
    if (!path.empty()) found.insert(path);
    return;
  }
  std::string folder = path.empty() ? root : root + "/" + path;
  std::string_view part = pattern[index];
  if (part == "." || part == "..") {
    walk(root, path.empty() ? std::string(part) : path + "/" + std::string(part), pattern, index + 1, depth + 1, found);
    return;
  }
  if (part.find_first_of("*?[") == std::string_view::npos) {
    std::string next = path.empty() ? std::string(part) : path + "/" + std::string(part);
    if (is_dir(root + "/" + next)) walk(root, next, pattern, index + 1, depth + 1, found);
    return;
  }
  if (part == "**") walk(root, path, pattern, index + 1, depth + 1, found);
  for (const std::string& name : list_dir(folder)) {
    if (name == "node_modules" || name.starts_with('.')) continue;
    if (part != "**" && !match_part(part, name)) continue;
    std::string next = path.empty() ? name : path + "/" + name;
    // "**" does not walk through links, so that it ends.
    if (part == "**" && read_link(root + "/" + next)) continue;
    if (is_dir(root + "/" + next)) walk(root, next, pattern, part == "**" ? index : index + 1, depth + 1, found);
  }
}

struct Patterns {
  std::vector<std::string> wanted, unwanted;
};

Patterns read_patterns(const Json& list) {
  Patterns patterns;
  for (const Json& item : list) {
    if (!item.is_string()) continue;
    std::string text = item.get<std::string>();
    std::size_t marks = std::min(text.find_first_not_of('!'), text.size());
    text.erase(0, marks);
    if (text.starts_with("./")) text.erase(0, 1);
    text.erase(0, std::min(text.find_first_not_of('/'), text.size()));
    std::vector<std::string> expanded;
    expand_braces(text, expanded);
    for (std::string& pattern : expanded) {
      if (marks % 2 == 1) {
        patterns.unwanted.push_back(std::move(pattern));
        continue;
      }
      // A later pattern brings back what an earlier "!" took.
      std::erase_if(patterns.unwanted, [&](const std::string& gone) { return glob_match(gone, pattern); });
      patterns.wanted.push_back(std::move(pattern));
    }
  }
  return patterns;
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  std::vector<std::string> expanded;
  expand_braces(std::string(pattern), expanded);
  for (const std::string& one : expanded)
    if (match_parts(split(one), 0, split(text), 0)) return true;
  return false;
}

Result<std::vector<resolver::Workspace>> find_workspaces(const std::string& root, const Json& package) {
  std::vector<resolver::Workspace> workspaces;
  const Json* list = member(package, "workspaces");
  if (!list || list->is_null()) return workspaces;
  if (const Json* packages = member(*list, "packages"); packages && packages->is_array()) list = packages;
  if (!list->is_array())
    return fail("EWORKSPACESCONFIG", "\"workspaces\" in " + root + "/package.json is no list of folders",
                "write it as [\"packages/*\"]");
  Patterns patterns = read_patterns(*list);
  std::map<std::string, std::string> seen;  // name -> folder
  std::set<std::string> folders;
  for (const std::string& pattern : patterns.wanted) {
    std::set<std::string> found;
    walk(root, "", split(pattern), 0, 0, found);
    std::vector<std::string> sorted(found.begin(), found.end());
    std::sort(sorted.begin(), sorted.end(), resolver::CollateLess());
    for (const std::string& folder : sorted) {
      bool unwanted = std::any_of(patterns.unwanted.begin(), patterns.unwanted.end(),
                                  [&](const std::string& gone) { return glob_match(gone, folder); });
      std::string path = resolve_path(root, folder);
      if (unwanted || !folders.insert(path).second || !path_exists(path + "/package.json")) continue;
      PKG_TRY(PackageJson json, PackageJson::load(path));
      auto manifest = std::make_shared<resolver::Manifest>(resolver::parse_manifest(json.content));
      std::string name = manifest->name.empty() ? std::string(base_name(path)) : manifest->name;
      auto [other, fresh] = seen.emplace(name, path);
      if (!fresh)
        return fail("EDUPLICATEWORKSPACE",
                    "two workspaces are called '" + name + "': " + other->second + " and " + path,
                    "give each workspace a \"name\" of its own");
      auto real = DiskFiles().realpath(path);
      workspaces.push_back({std::move(name), real ? *real : path, std::move(manifest)});
    }
  }
  return workspaces;
}

Result<std::vector<std::size_t>> select_workspaces(const std::vector<resolver::Workspace>& workspaces,
                                                   const std::vector<std::string>& arguments, const std::string& cwd) {
  std::vector<std::size_t> selected;
  for (const std::string& argument : arguments) {
    std::string path = resolve_path(cwd, argument);
    bool any = false;
    for (std::size_t i = 0; i < workspaces.size(); ++i) {
      const auto& workspace = workspaces[i];
      bool named = workspace.name == argument || workspace.path == path || dir_name(workspace.path) == path;
      if (!named) continue;
      any = true;
      if (std::find(selected.begin(), selected.end(), i) == selected.end()) selected.push_back(i);
    }
    if (!any)
      return fail("ENOWORKSPACES", "No workspaces found:\n  --workspace=" + argument,
                  "name a workspace, its folder, or a folder of workspaces");
  }
  return selected;
}

}  // namespace pkg::installer
