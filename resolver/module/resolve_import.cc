// ModuleResolver for import: Node 24, esm.md, "Resolution algorithm specification".

#include <array>

#include "resolver/module/file_url.h"
#include "resolver/module/module_resolver.h"

namespace pkg::resolver {
namespace {

bool is_relative_or_absolute(std::string_view specifier) {
  return specifier.starts_with('/') || specifier == "." || specifier == ".." || specifier.starts_with("./") ||
         specifier.starts_with("../");
}

ModuleResult<std::string> unsupported_request(const std::string& specifier, const std::string& parent) {
  return module_error(code::kUnsupportedResolveRequest,
                      "Failed to resolve module specifier \"" + specifier + "\" from \"" + parent +
                          "\": Invalid relative URL or base scheme is not hierarchical.");
}

// Whether the path holds an encoded slash or backslash, that would change
// meaning when it is decoded.
bool has_encoded_separator(std::string_view pathname) {
  for (auto at = pathname.find('%'); at != std::string_view::npos; at = pathname.find('%', at + 1)) {
    auto code = pathname.substr(at + 1, 2);
    if (code == "2f" || code == "2F" || code == "5c" || code == "5C") return true;
  }
  return false;
}

std::string imported_from(std::string_view parent) {
  return parent.empty() ? std::string() : " imported from " + display_base(parent);
}

}  // namespace

ModuleResult<std::string> ModuleResolver::resolve_import(const std::string& specifier, const std::string& parent,
                                                         const Conditions& conditions) {
  std::string url;
  if (is_relative_or_absolute(specifier)) {
    auto resolved = resolve_url(specifier, parent);
    if (!resolved) return unsupported_request(specifier, parent);
    url = std::move(*resolved);
  } else if (specifier.starts_with('#')) {
    const PackageJson* scope = nullptr;
    if (auto path = file_url_to_path(parent)) {
      PKG_TRY_MODULE(scope, packages_.scope(*path));
    }
    PKG_TRY_MODULE(url, resolve_imports(scope, specifier, target_context(conditions, parent)));
  } else {
    // Only what has a scheme can be a URL by itself.
    std::optional<std::string> absolute;
    if (specifier.find(':') != std::string::npos) absolute = resolve_url(specifier, "");
    if (absolute) {
      url = std::move(*absolute);
    } else if (is_builtin_(specifier)) {
      return "node:" + specifier;
    } else if (!parent.starts_with("file:")) {
      // Only a hierarchical URL could have packages around it.
      if (parent.find("://") == std::string::npos) return unsupported_request(specifier, parent);
      auto error = module_error("ERR_INVALID_URL", "Invalid URL");
      error.value().input = parent;
      return error;
    } else {
      PKG_TRY_MODULE(url, resolve_package(specifier, parent, conditions));
    }
  }
  if (!url.starts_with("file:")) return url;
  return finish_import(std::move(url), parent);
}

// Spec: PACKAGE_RESOLVE.
ModuleResult<std::string> ModuleResolver::resolve_package(const std::string& specifier, const std::string& parent,
                                                          const Conditions& conditions) {
  if (is_builtin_(specifier)) return "node:" + specifier;
  auto package = parse_package_specifier(specifier);
  if (!package) {
    return module_error(code::kInvalidModuleSpecifier,
                        "Invalid module \"" + specifier + "\" is not a valid package name" + imported_from(parent));
  }
  auto parent_path = file_url_to_path(parent);
  if (!parent_path) return unsupported_request(specifier, parent);

  PKG_TRY_MODULE(const PackageJson* scope, packages_.scope(*parent_path));
  if (scope != nullptr && scope->exports() != nullptr && scope->name == package->name) {
    return resolve_exports(*scope, package->subpath, target_context(conditions, parent));
  }
  std::string importing = "\"" + specifier + "\" from " + *parent_path;
  std::string_view from = base_directory(*parent_path);
  bool has_map = !options_.package_map.empty();
  std::optional<std::string> mapped;
  if (has_map) {
    PKG_TRY_MODULE(mapped, mapped_directory(package->name, *parent_path, specifier));
  }
  for (;;) {
    std::string directory = join_path(from, "node_modules");
    directory = package->name.empty() ? directory : join_path(directory, package->name);
    if (has_map) {
      if (!mapped) break;
      directory = *mapped;
    }
    if (stat(directory) == FileType::kDirectory) {
      PKG_TRY_MODULE(const PackageJson* json, packages_.read(directory, importing));
      if (json != nullptr && json->exports() != nullptr) {
        return resolve_exports(*json, package->subpath, target_context(conditions, parent));
      }
      if (package->subpath == ".") {
        PKG_TRY_MODULE(std::string path, legacy_main(directory, json, parent));
        return path_to_file_url(path);
      }
      if (auto url = resolve_url(package->subpath, path_to_file_url(directory) + "/")) return std::move(*url);
      return unsupported_request(specifier, parent);
    }
    if (from.size() <= 1 || has_map) break;
    from = parent_directory(from);
  }
  return module_error(code::kModuleNotFound, "Cannot find package '" + package->name + "'" + imported_from(parent));
}

ModuleResult<std::string> ModuleResolver::legacy_main(const std::string& directory, const PackageJson* package,
                                                      std::string_view parent) {
  static constexpr std::array<std::string_view, 7> kMainEndings = {"",          ".js",         ".json",      ".node",
                                                                   "/index.js", "/index.json", "/index.node"};
  static constexpr std::array<std::string_view, 3> kIndexes = {"index.js", "index.json", "index.node"};
  auto warn = [&](std::string message) { warnings_.push_back({"DEP0151", std::move(message)}); };
  // Only ES modules are told that extension and index search is deprecated.
  auto is_module = [&](std::string_view path) {
    return path.ends_with(".js") && package != nullptr && package->type == PackageType::kModule;
  };
  std::string folder = join_path(directory, "");
  auto main_path = [&](const std::string& main) {
    return normalize_path(main.starts_with('/') ? main : join_path(directory, main));
  };
  if (package != nullptr && package->main) {
    for (std::string_view ending : kMainEndings) {
      std::string path = main_path(*package->main + std::string(ending));
      if (stat(path) != FileType::kFile) continue;
      if (!ending.empty() && is_module(path)) {
        warn("Package " + folder + " has a \"main\" field set to \"" + *package->main +
             "\", excluding the full filename and extension to the resolved file at \"" + path.substr(folder.size()) +
             "\"," + imported_from(parent) +
             ".\n Automatic extension resolution of the \"main\" field is deprecated for ES modules.");
      }
      return path;
    }
  }
  for (std::string_view index : kIndexes) {
    std::string path = folder + std::string(index);
    if (stat(path) != FileType::kFile) continue;
    if (is_module(path)) {
      warn("No \"main\" or \"exports\" field defined in the package.json for " + folder +
           " resolving the main entry point \"" + std::string(index) + "\"," + imported_from(parent) +
           ".\nDefault \"index\" lookups for the main are deprecated for ES modules.");
    }
    return path;
  }
  std::string expected = package != nullptr && package->main ? main_path(*package->main) : folder + "index.js";
  return module_error(code::kModuleNotFound, "Cannot find package '" + expected + "'" + imported_from(parent));
}

// The checks and the real path that end ESM_RESOLVE.
ModuleResult<std::string> ModuleResolver::finish_import(std::string url, std::string_view parent) {
  auto pathname = url_pathname(url);
  if (has_encoded_separator(pathname)) {
    return module_error(code::kInvalidModuleSpecifier, "Invalid module \"" + std::string(pathname) +
                                                           "\" must not include encoded \"/\" or \"\\\" characters" +
                                                           imported_from(parent));
  }
  auto path = file_url_to_path(url);
  if (!path) {
    auto error = module_error("ERR_INVALID_FILE_URL_HOST", "File URL host must be \"localhost\" or empty on linux");
    error.value().input = url;
    error.value().module = parent;
    return error;
  }
  FileType type = path->ends_with('/') ? FileType::kDirectory : stat(*path);
  if (type == FileType::kDirectory) {
    return module_error(
        code::kUnsupportedDirImport,
        "Directory import '" + *path + "' is not supported resolving ES modules" + imported_from(parent), {}, {}, url);
  }
  if (type == FileType::kNone) {
    return module_error(code::kModuleNotFound, "Cannot find module '" + *path + "'" + imported_from(parent), {}, {},
                        url);
  }
  if (options_.preserve_symlinks) return url;
  const std::string& real = real_path(*path);
  // What is encoded without need is the same module.
  if (real == *path && url.find('%') == std::string::npos) return url;
  return path_to_file_url(real) + std::string(url_suffix(url));
}

}  // namespace pkg::resolver
