#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "resolver/base/files.h"
#include "resolver/module/module_error.h"
#include "resolver/module/package_json.h"
#include "resolver/module/package_map.h"
#include "resolver/module/package_target.h"

namespace pkg::resolver {

struct ModuleResolverOptions {
  bool preserve_symlinks = false;       // --preserve-symlinks
  bool preserve_symlinks_main = false;  // --preserve-symlinks-main
  std::string package_map = {};         // --experimental-package-map, absolute; empty: none
};

enum class IsMain { kNo, kYes };

// Finds the file that a specifier means, as Node 24 does for require() and for
// import. Keeps what it has read (package.json files, real paths) for its whole
// life. For one thread.
class ModuleResolver {
 public:
  // `is_builtin` tells whether a specifier without "node:" names a built-in.
  ModuleResolver(Files& files, std::function<bool(std::string_view)> is_builtin, ModuleResolverOptions options = {})
      : files_(files), packages_(files), is_builtin_(std::move(is_builtin)), options_(options) {}

  // For import: the URL of `specifier` as imported by the module at the URL
  // `parent`. "node:" and other URLs that are not file: come back as they are.
  // Spec: Node 24, esm.md, ESM_RESOLVE.
  ModuleResult<std::string> resolve_import(const std::string& specifier, const std::string& parent,
                                           const Conditions& conditions);

  // For require, in the order in which Node's algorithm ("All together" in
  // modules.md) asks. `parent` is the path of the module that requires.
  // LOAD_PACKAGE_IMPORTS: the path of "#x", where the package has imports; else it
  // is a name like others.
  ModuleResult<std::optional<std::string>> require_imports(const std::string& request, const std::string& parent,
                                                           const Conditions& conditions);
  // LOAD_PACKAGE_SELF: a path when the first part of `request` is the name of
  // the package that `parent` is in, and that has exports.
  ModuleResult<std::optional<std::string>> require_self(const std::string& request, const std::string& parent,
                                                        const Conditions& conditions);
  // LOAD_NODE_MODULES, LOAD_AS_FILE and LOAD_AS_DIRECTORY: `request` looked for
  // in each of the folders `paths`, or as it stands when it is absolute.
  // `extensions` are tried in turn (".js", ".json", ".node").
  ModuleResult<std::optional<std::string>> find_path(const std::string& request, std::span<const std::string> paths,
                                                     std::span<const std::string> extensions, IsMain is_main,
                                                     const Conditions& conditions);

  // LOAD_PACKAGE_MAP: what `request` is to the file `parent` by the package map;
  // nothing when the map does not give it to it.
  ModuleResult<std::optional<std::string>> require_mapped(const std::string& request, const std::string& parent,
                                                          std::span<const std::string> extensions,
                                                          const Conditions& conditions);

  // What legacy main resolution (no exports) finds for the package at
  // `directory`: the path of a file. Fails with ERR_MODULE_NOT_FOUND.
  ModuleResult<std::string> legacy_main(const std::string& directory, const PackageJson* package,
                                        std::string_view parent);

  // `path` without symlinks; `path` itself when it cannot be read.
  const std::string& real_path(const std::string& path);

  // Deprecations met since the last call.
  ModuleWarnings take_warnings() { return std::exchange(warnings_, {}); }

  PackageJsons& packages() { return packages_; }
  Files& files() { return files_; }
  ModuleResolverOptions& options() { return options_; }

  // While `on`, what was found on the disk is taken to stay; what is missing is
  // looked for again. The CommonJS loader turns it on for the time of an
  // outermost require().
  void remember_files(bool on);
  FileType stat(const std::string& path);

 private:
  ModuleResult<std::string> resolve_package(const std::string& specifier, const std::string& parent,
                                            const Conditions& conditions);
  ModuleResult<std::string> finish_import(std::string url, std::string_view parent);
  ModuleResult<std::string> finish_require(const std::string& url, const std::string& parent,
                                           const std::string& package_path);
  std::optional<std::string> try_file(const std::string& path, IsMain is_main);
  std::optional<std::string> try_extensions(const std::string& path, std::span<const std::string> extensions,
                                            IsMain is_main);
  ModuleResult<std::optional<std::string>> try_package(const std::string& path, const std::string& request,
                                                       std::span<const std::string> extensions, IsMain is_main);
  // The folder of a mapped package, see PackageMap::directory_of; the map is read
  // when it is first asked.
  ModuleResult<std::optional<std::string>> mapped_directory(const std::string& name, std::string_view importer,
                                                            const std::string& specifier);
  TargetContext target_context(const Conditions& conditions, std::string_view base);
  std::string keep_links_or_real(const std::string& path, IsMain is_main);

  Files& files_;
  PackageJsons packages_;
  std::function<bool(std::string_view)> is_builtin_;
  ModuleResolverOptions options_;
  ModuleWarnings warnings_;
  std::optional<PackageMap> package_map_;
  std::unordered_map<std::string, std::string> real_paths_;
  std::unordered_map<std::string, FileType> stats_;
  bool remember_files_ = false;
};

// The folders where require() looks for packages from the folder `directory`:
// its own node_modules and those above. Spec: NODE_MODULES_PATHS.
std::vector<std::string> node_modules_paths(std::string_view directory);

struct PackageSpecifier {
  std::string name, subpath;  // "@a/b", "./c"
};
// Nothing when `specifier` is no valid bare specifier for import.
std::optional<PackageSpecifier> parse_package_specifier(std::string_view specifier);

}  // namespace pkg::resolver
