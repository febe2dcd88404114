#include "installer/pack_list.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include <sys/stat.h>

#include "installer/dir_writer.h"
#include "installer/disk.h"
#include "installer/ignore_rule.h"
#include "installer/package_json.h"
#include "resolver/base/files.h"
#include "resolver/tree/collate.h"

namespace pkg::installer {
namespace {

using resolver::Edge;
using resolver::Node;

// Where rules come from; later ones have the last word.
enum class Source { kDefault, kGlobal, kPackage, kNpmIgnore, kGitIgnore, kStrict };
using Rules = std::vector<IgnoreRule>;

const std::vector<std::string> kDefaults{".npmignore",
                                         ".gitignore",
                                         "**/.git",
                                         "**/.svn",
                                         "**/.hg",
                                         "**/CVS",
                                         "**/.git/**",
                                         "**/.svn/**",
                                         "**/.hg/**",
                                         "**/CVS/**",
                                         "/.lock-wscript",
                                         "/.wafpickle-*",
                                         "/build/config.gypi",
                                         "npm-debug.log",
                                         "**/.npmrc",
                                         ".*.swp",
                                         ".DS_Store",
                                         "**/.DS_Store/**",
                                         "._*",
                                         "**/._*/**",
                                         "*.orig",
                                         "/archived-packages/**"};

const std::vector<std::string> kStrict{"/.git",
                                       "!/package.json",
                                       "!/readme{,.*[^~$]}",
                                       "!/copying{,.*[^~$]}",
                                       "!/license{,.*[^~$]}",
                                       "!/licence{,.*[^~$]}",
                                       "/.git",
                                       "/node_modules",
                                       ".npmrc",
                                       "/package-lock.json",
                                       "/npm-shrinkwrap.json",
                                       "/yarn.lock",
                                       "/pnpm-lock.yaml",
                                       "/bun.lockb",
                                       "/bun.lock",
                                       "/.npm-extension.mjs",
                                       "/.npm-extension.cjs"};

std::string_view trimmed(std::string_view text) {
  auto space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

void add_rule(Rules& rules, std::string_view line) {
  line = trimmed(line);
  if (!line.empty() && line[0] != '#') rules.emplace_back(line);
}

Rules rules_of(const std::vector<std::string>& lines) {
  Rules rules;
  for (const std::string& line : lines) add_rule(rules, line);
  return rules;
}

Rules rules_of_text(std::string_view text) {
  Rules rules;
  for (std::size_t start = 0; start <= text.size();) {
    std::size_t end = std::min(text.find('\n', start), text.size());
    add_rule(rules, text.substr(start, end - start));
    start = end + 1;
  }
  return rules;
}

enum class Kind { kFile, kFolder, kOther };
Kind kind_of(const std::string& path) {
  struct stat info;
  if (::lstat(path.c_str(), &info) != 0) return Kind::kOther;
  return S_ISREG(info.st_mode) ? Kind::kFile : S_ISDIR(info.st_mode) ? Kind::kFolder : Kind::kOther;
}

bool has_magic(std::string_view pattern) { return pattern.find_first_of("*?[]{}()\\") != std::string_view::npos; }

// What one entry of `files` names, with folders.
class Glob {
 public:
  Glob(const std::string& folder, const std::string& pattern) : folder_(folder), rule_(pattern, RuleStyle::kGlob) {
    // "lib/**" is lib too.
    if (pattern.ends_with("/**")) base_.emplace(pattern.substr(0, pattern.size() - 3), RuleStyle::kGlob);
  }
  std::vector<std::string> matches() {
    walk("", 0);
    return std::move(found_);
  }

 private:
  void walk(const std::string& below, int depth) {
    if (depth > 200) return;
    std::vector<std::string> names = list_dir(folder_ + (below.empty() ? "" : "/" + below));
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      std::string path = below.empty() ? name : below + "/" + name;
      if (rule_.match(path) || (base_ && base_->match(path))) found_.push_back(path);
      bool leads = rule_.match(path, Extent::kPartial);
      if (leads && kind_of(folder_ + "/" + path) == Kind::kFolder) walk(path, depth + 1);
    }
  }

  const std::string folder_;
  IgnoreRule rule_;
  std::optional<IgnoreRule> base_;
  std::vector<std::string> found_;
};

std::vector<std::string> expand(const std::string& folder, const std::string& pattern) {
  if (has_magic(pattern)) return Glob(folder, pattern).matches();
  std::string path = resolve_path(folder, pattern), inside = relative_path(folder, path);
  if (inside.empty() || inside.starts_with("..") || kind_of(path) == Kind::kOther) return {};
  return {inside};
}

// Rules that leave only what `files` names.
std::vector<std::string> file_rules(const std::string& folder, const Json& files) {
  std::vector<std::string> lines{"*"};
  for (const Json& entry : files) {
    if (!entry.is_string()) continue;
    std::string pattern = entry.get<std::string>();
    const bool negated = pattern.starts_with('!');
    pattern.erase(0, negated ? pattern.find_first_not_of('!') : 0);
    pattern.erase(0, pattern.starts_with("./") ? 2 : pattern.starts_with('/') ? 1 : 0);
    while (pattern.ends_with('/')) pattern.pop_back();
    if (pattern.empty()) continue;
    for (const std::string& path : expand(folder, pattern)) {
      Kind kind = kind_of(folder + "/" + path);
      std::string line = (negated ? "/" : "!/") + path;
      if (kind != Kind::kOther) lines.push_back(line);
      if (kind == Kind::kFolder) lines.push_back(line + "/**");
    }
  }
  return lines;
}

void add_required(std::vector<std::string>& lines, const Json& package) {
  for (const char* field : {"browser", "main"}) {
    const Json* value = member(package, field);
    if (value && value->is_string() && !value->get_ref<const std::string&>().empty())
      lines.push_back("!/" + value->get<std::string>());
  }
  const Json bin = resolver::parse_manifest(package).bin;
  if (bin.is_object())
    for (auto it = bin.begin(); it != bin.end(); ++it)
      if (it->is_string()) lines.push_back("!/" + it->get<std::string>());
}

// Patches are the project's own and are not published.
void add_patches(std::vector<std::string>& lines, const Json& package) {
  const Json* patches = member(package, "patchedDependencies");
  if (!patches || !patches->is_object()) return;
  for (auto it = patches->begin(); it != patches->end(); ++it) {
    if (!it->is_string()) continue;
    std::string path = it->get<std::string>();
    path.erase(0, path.starts_with("./") ? 2 : path.starts_with('/') ? 1 : 0);
    while (path.ends_with('/')) path.pop_back();
    bool outside = path.empty() || path.starts_with('/') || path == ".." || path.starts_with("../") ||
                   path.find("/../") != std::string::npos;
    if (!outside) lines.push_back("/" + path);
  }
}

// Ignore files of the folders from `root` down to the one above the package.
void add_outer_rules(std::vector<std::string>& lines, const std::string& root, const std::string& below) {
  std::string folder = root;
  std::string_view rest = below;
  while (true) {
    for (const char* name : {"/.npmignore", "/.gitignore"}) {
      auto text = DiskFiles().read(folder + name);
      if (!text) continue;
      lines.push_back(std::move(*text));
      break;
    }
    if (rest.empty()) return;
    std::size_t end = std::min(rest.find('/'), rest.size());
    folder += "/" + std::string(rest.substr(0, end));
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
}

std::string extension(std::string_view path) {
  std::string_view name = base_name(path);
  auto dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string() : std::string(name.substr(dot));
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

struct SortKey {
  std::string extension, name, path;
  explicit SortKey(const std::string& file)
      : extension(resolver::collation_key(lower(installer::extension(file)))),
        name(resolver::collation_key(lower(std::string(base_name(file))))),
        path(resolver::collation_key(file)) {}
  bool operator<(const SortKey& other) const {
    return std::tie(extension, name, path) < std::tie(other.extension, other.name, other.path);
  }
};

// One folder on the way, with the rules that it adds.
class Walker {
 public:
  Walker(const Walker* parent, std::string path, std::vector<Source> sources, bool exact)
      : parent_(parent), path_(std::move(path)), sources_(std::move(sources)), exact_(exact) {}

  std::map<Source, Rules> rules;

  bool listens_to(Source source) const { return std::find(sources_.begin(), sources_.end(), source) != sources_.end(); }
  const std::string& path() const { return path_; }
  bool is_top() const { return parent_ == nullptr; }

  // Whether `entry` (relative to this folder) stays. `as_folder`: what is in
  // it may stay. `name`: its last part, where a folder below asks.
  bool keeps(const std::string& entry, bool as_folder, const std::string& name = {}) const {
    bool included = true;
    if (parent_) {
      included = parent_->keeps(std::string(base_name(path_)) + "/" + entry, as_folder, name.empty() ? entry : name);
      if (!included && !exact_) return false;
    }
    for (Source source : sources_) {
      auto found = rules.find(source);
      if (found == rules.end()) continue;
      for (const IgnoreRule& rule : found->second)
        if (rule.negated() != included && fits(rule, entry, as_folder, name)) included = rule.negated();
    }
    return included;
  }

 private:
  static bool fits_either(const IgnoreRule& rule, const std::string& path, Extent extent) {
    return rule.match("/" + path, extent) || rule.match(path, extent);
  }
  static bool fits(const IgnoreRule& rule, const std::string& entry, bool as_folder, const std::string& name) {
    if (fits_either(rule, entry, Extent::kWhole)) return true;
    if (!as_folder) return false;
    auto as_part = [&](const std::string& path) {
      return fits_either(rule, path + "/", Extent::kWhole) ||
             (rule.negated() && fits_either(rule, path, Extent::kPartial));
    };
    return as_part(entry) || (!name.empty() && rule.is_relative() && as_part(name));
  }

  const Walker* parent_;
  std::string path_;
  std::vector<Source> sources_;
  const bool exact_;  // the folder itself was named
};

class Lister {
 public:
  Lister(const PackListOptions& options, PackList& out) : options_(options), out_(out) {}

  Result<void> run() {
    std::vector<std::string> defaults = kDefaults;
    if (!options_.workspaces.empty()) add_workspace_rules(defaults);
    Walker top(
        nullptr, options_.folder,
        {Source::kDefault, Source::kGlobal, Source::kPackage, Source::kNpmIgnore, Source::kGitIgnore, Source::kStrict},
        false);
    Rules default_rules;
    for (const std::string& text : defaults)
      for (IgnoreRule& rule : rules_of_text(text)) default_rules.push_back(std::move(rule));
    top.rules[Source::kDefault] = std::move(default_rules);
    if (!options_.global_ignore.empty()) top.rules[Source::kGlobal] = rules_of_text(options_.global_ignore);
    add_package_rules(top, options_.package, /*patches=*/true);
    PKG_TRY_VOID(walk(top));
    if (options_.tree) PKG_TRY_VOID(bundle(options_.tree->root()));
    return {};
  }

  std::set<std::string>& found() { return found_; }

 private:
  void add_workspace_rules(std::vector<std::string>& lines) const {
    const auto& chosen = options_.workspaces;
    if (options_.folder == options_.project) {
      for (const std::string& workspace : chosen) lines.push_back(relative_path(options_.folder, workspace));
    } else if (std::find(chosen.begin(), chosen.end(), options_.folder) != chosen.end()) {
      add_outer_rules(lines, options_.project, relative_path(options_.project, dir_name(options_.folder)));
    }
  }

  static void add_package_rules(Walker& walker, const Json& package, bool patches) {
    if (const Json* files = member(package, "files"); files && files->is_array())
      walker.rules[Source::kPackage] = rules_of(file_rules(walker.path(), *files));
    std::vector<std::string> strict = kStrict;
    add_required(strict, package);
    if (patches) add_patches(strict, package);
    walker.rules[Source::kStrict] = rules_of(strict);
  }

  // Reads ignore files of the folder; which of them count.
  Result<void> read_ignore_files(Walker& walker, const std::vector<std::string>& names, bool package_read) {
    auto read = [&](const char* name, Source source) -> Result<void> {
      if (!walker.listens_to(source) || std::find(names.begin(), names.end(), name) == names.end()) return {};
      errno = 0;
      auto text = DiskFiles().read(walker.path() + "/" + name);
      if (!text) return tl::unexpected<Error>(errno_error(errno ? errno : EACCES, "open", walker.path() + "/" + name));
      walker.rules[source] = rules_of_text(*text);
      return {};
    };
    // npm reads the package.json of a folder inside a project with workspaces as a list of patterns.
    if (!package_read) PKG_TRY_VOID(read("package.json", Source::kPackage));
    PKG_TRY_VOID(read(".npmignore", Source::kNpmIgnore));
    PKG_TRY_VOID(read(".gitignore", Source::kGitIgnore));
    if (walker.rules.contains(Source::kPackage)) {
      walker.rules.erase(Source::kNpmIgnore);
      walker.rules.erase(Source::kGitIgnore);
    } else if (walker.rules.contains(Source::kNpmIgnore)) {
      walker.rules.erase(Source::kGitIgnore);
    } else if (walker.rules.contains(Source::kGitIgnore) && walker.is_top()) {
      out_.warnings.push_back(
          "No .npmignore file found, using .gitignore for file exclusion. Consider creating a .npmignore file to "
          "explicitly control published files.");
    }
    return {};
  }

  Result<void> walk(Walker& walker, int depth = 0) {
    if (depth > 200) return fail("ELOOP", "folders are nested too deeply: " + walker.path());
    std::vector<std::string> names = list_dir(walker.path());
    PKG_TRY_VOID(read_ignore_files(walker, names, /*package_read=*/walker.is_top()));
    for (const std::string& name : names) {
      const bool file = walker.keeps(name, false), folder = walker.keeps(name, true);
      if ((!file && !folder) || name.find('*') != std::string::npos) continue;
      std::string path = walker.path() + "/" + name;
      Kind kind = kind_of(path);
      if (kind == Kind::kFile && file) found_.insert(relative_path(options_.folder, path));
      if (kind != Kind::kFolder || !folder) continue;
      const auto& own = options_.own_workspaces;
      bool workspaces = !own.empty() && walker_tree_is_root_;
      std::vector<Source> sources{Source::kDefault, Source::kNpmIgnore, Source::kGitIgnore, Source::kStrict};
      if (workspaces)
        sources = {Source::kDefault, Source::kPackage, Source::kNpmIgnore, Source::kGitIgnore, Source::kStrict};
      Walker inner(&walker, path, std::move(sources), file || walker.keeps(name + "/", false));
      inner.rules[Source::kDefault] = rules_of(kDefaults);
      inner.rules[Source::kStrict] = rules_of({"/.git"});
      PKG_TRY_VOID(walk(inner, depth + 1));
    }
    return {};
  }

  // The packages that come along, and theirs.
  Result<void> bundle(const Node& node) {
    if (!seen_.insert(&node).second) return {};
    std::vector<std::string> names = node.manifest->bundle_dependencies;
    if (!node.is_root()) {
      names.clear();
      for (const auto& [name, spec] : node.manifest->dependencies) names.push_back(name);
      for (const auto& [name, spec] : node.manifest->optional_dependencies) names.push_back(name);
    }
    for (const std::string& name : names) {
      const Edge* edge = nullptr;
      for (const auto& [each, found] : node.edges_out)
        if (each->text == name) edge = found;
      if (!edge || edge->is_peer() || edge->is_dev() || !edge->to) continue;
      const Node& dep = edge->to->real_target();
      if (seen_.contains(&dep)) continue;
      auto package = PackageJson::load_or_empty(dep.realpath());
      std::vector<Source> sources{Source::kPackage, Source::kStrict};
      if (edge->to->is_link)
        sources = {Source::kDefault, Source::kPackage, Source::kNpmIgnore, Source::kGitIgnore, Source::kStrict};
      Walker walker(nullptr, edge->to->path(), std::move(sources), false);
      walker.rules[Source::kDefault] = rules_of(kDefaults);
      add_package_rules(walker, package ? package->content : Json::object(), /*patches=*/false);
      walker_tree_is_root_ = false;
      PKG_TRY_VOID(walk(walker));
      PKG_TRY_VOID(bundle(dep));
    }
    return {};
  }

  const PackListOptions& options_;
  PackList& out_;
  std::set<std::string> found_;
  std::set<const Node*> seen_;
  bool walker_tree_is_root_ = true;
};

}  // namespace

Result<PackList> list_package_files(const PackListOptions& options) {
  PackList list;
  Lister lister(options, list);
  PKG_TRY_VOID(lister.run());
  std::vector<std::pair<SortKey, std::string>> sorted;
  for (const std::string& file : lister.found())
    sorted.emplace_back(SortKey(file.starts_with('@') ? "./" + file : file), file);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [key, file] : sorted) list.files.push_back(std::move(file));
  return list;
}

}  // namespace pkg::installer
