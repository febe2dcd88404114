// ModuleResolver for require(): Node 24, modules.md, "All together".

#include "resolver/module/file_url.h"
#include "resolver/module/module_resolver.h"

namespace pkg::resolver {
namespace {

// The package that a request begins with: require() wants no leading dot, no
// backslash and no percent sign in it. Nothing for other requests.
std::optional<PackageSpecifier> package_of(std::string_view request) {
  auto package = parse_package_specifier(request);
  if (!package || package->name.empty()) return std::nullopt;
  auto last = std::string_view(package->name);
  if (last.starts_with('@')) last = last.substr(last.find('/') + 1);
  if (last.empty() || last.starts_with('.')) return std::nullopt;
  if (package->name.starts_with("@/")) return std::nullopt;
  return package;
}

bool ends_as_directory(std::string_view request) {
  return request.ends_with('/') || request == "." || request == ".." || request.ends_with("/.") ||
         request.ends_with("/..");
}

}  // namespace

std::string ModuleResolver::keep_links_or_real(const std::string& path, IsMain is_main) {
  bool keep = is_main == IsMain::kYes ? options_.preserve_symlinks_main : options_.preserve_symlinks;
  return keep ? path : real_path(path);
}

// Spec: RESOLVE_ESM_MATCH.
ModuleResult<std::string> ModuleResolver::finish_require(const std::string& url, const std::string& parent,
                                                         const std::string& package_path) {
  if (url.starts_with("node:")) {
    return module_error("ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  }
  auto pathname = url_pathname(url);
  for (auto at = pathname.find('%'); at != std::string_view::npos; at = pathname.find('%', at + 1)) {
    auto code = pathname.substr(at + 1, 2);
    if (code == "2f" || code == "2F" || code == "5c" || code == "5C") {
      return module_error(code::kInvalidModuleSpecifier,
                          "Invalid module \"" + url + "\" must not include encoded \"/\" or \"\\\" characters" +
                              (parent.empty() ? std::string() : " imported from " + parent));
    }
  }
  auto path = file_url_to_path(url);
  if (path) {
    if (auto file = try_file(*path, IsMain::kNo)) return std::move(*file);
  }
  return module_error(code::kCjsModuleNotFound, "Cannot find module '" + path.value_or(url) + "'", package_path);
}

ModuleResult<std::optional<std::string>> ModuleResolver::require_imports(const std::string& request,
                                                                         const std::string& parent,
                                                                         const Conditions& conditions) {
  PKG_TRY_MODULE(const PackageJson* scope, packages_.scope(parent));
  if (scope == nullptr || scope->imports() == nullptr) return std::nullopt;
  std::string base = path_to_file_url(parent);
  auto url = resolve_imports(scope, request, target_context(conditions, base));
  if (!url) {
    if (url.error().code == code::kModuleNotFound) {
      return module_error(code::kCjsModuleNotFound, "Cannot find module '" + request + "'");
    }
    return tl::unexpected(std::move(url).error());
  }
  PKG_TRY_MODULE(std::string path, finish_require(*url, parent, scope->path()));
  return path;
}

ModuleResult<std::optional<std::string>> ModuleResolver::require_self(const std::string& request,
                                                                      const std::string& parent,
                                                                      const Conditions& conditions) {
  auto package = package_of(request);
  if (!package) return std::nullopt;
  PKG_TRY_MODULE(const PackageJson* scope, packages_.scope(parent));
  if (scope == nullptr || scope->name != package->name || scope->exports() == nullptr) return std::nullopt;
  std::string base = path_to_file_url(parent);
  auto url = resolve_exports(*scope, package->subpath, target_context(conditions, base));
  if (!url) {
    if (url.error().code == code::kModuleNotFound) {
      return module_error(code::kCjsModuleNotFound, "Cannot find module '" + request + "'", scope->directory);
    }
    return tl::unexpected(std::move(url).error());
  }
  PKG_TRY_MODULE(std::string path, finish_require(*url, parent, scope->directory));
  return path;
}

std::optional<std::string> ModuleResolver::try_file(const std::string& path, IsMain is_main) {
  FileType type = stat(path);
  if (type != FileType::kFile && type != FileType::kOther) return std::nullopt;
  return keep_links_or_real(path, is_main);
}

std::optional<std::string> ModuleResolver::try_extensions(const std::string& path,
                                                          std::span<const std::string> extensions, IsMain is_main) {
  for (const std::string& extension : extensions) {
    if (auto file = try_file(path + extension, is_main)) return file;
  }
  return std::nullopt;
}

// Spec: LOAD_AS_DIRECTORY.
ModuleResult<std::optional<std::string>> ModuleResolver::try_package(const std::string& path,
                                                                     const std::string& request,
                                                                     std::span<const std::string> extensions,
                                                                     IsMain is_main) {
  PKG_TRY_MODULE(const PackageJson* package, packages_.read(path));
  std::string index = join_path(path, "index");
  if (package == nullptr || !package->main || package->main->empty()) return try_extensions(index, extensions, is_main);
  std::string main = package->main->starts_with('/') ? normalize_path(*package->main)
                                                     : normalize_path(join_path(path, *package->main));
  if (auto file = try_file(main, is_main)) return file;
  if (auto file = try_extensions(main, extensions, is_main)) return file;
  if (auto file = try_extensions(join_path(main, "index"), extensions, is_main)) return file;
  if (auto file = try_extensions(index, extensions, is_main)) {
    warnings_.push_back({"DEP0128", "Invalid 'main' field in '" + package->path() + "' of '" + *package->main +
                                        "'. Please either fix that or report it to the module author"});
    return file;
  }
  return module_error(
      code::kCjsModuleNotFound,
      "Cannot find module '" + main + "'. Please verify that the package.json has a valid \"main\" entry",
      package->path(), request);
}

ModuleResult<std::optional<std::string>> ModuleResolver::find_path(const std::string& request,
                                                                   std::span<const std::string> paths,
                                                                   std::span<const std::string> extensions,
                                                                   IsMain is_main, const Conditions& conditions) {
  static const std::string kAsItStands;
  bool is_absolute = request.starts_with('/');
  if (is_absolute) paths = std::span(&kAsItStands, 1);
  bool is_directory = ends_as_directory(request);
  auto package = is_absolute ? std::nullopt : package_of(request);
  for (const std::string& from : paths) {
    if (!from.empty() && stat(from) != FileType::kDirectory) continue;
    if (package) {
      std::string directory = join_path(from, package->name);
      PKG_TRY_MODULE(const PackageJson* json, packages_.read(directory));
      if (json != nullptr && json->exports() != nullptr) {
        PKG_TRY_MODULE(std::string url, resolve_exports(*json, package->subpath, target_context(conditions, {})));
        PKG_TRY_MODULE(std::string path, finish_require(url, {}, directory));
        return path;
      }
    }
    std::string path = normalize_path(is_absolute ? request : join_path(from, request));
    FileType type = stat(path);
    if (!is_directory) {
      if (type == FileType::kFile || type == FileType::kOther) return keep_links_or_real(path, is_main);
      if (auto file = try_extensions(path, extensions, is_main)) return file;
    }
    if (type == FileType::kDirectory) {
      PKG_TRY_MODULE(auto file, try_package(path, request, extensions, is_main));
      if (file) return file;
    }
  }
  return std::nullopt;
}

ModuleResult<std::optional<std::string>> ModuleResolver::require_mapped(const std::string& request,
                                                                        const std::string& parent,
                                                                        std::span<const std::string> extensions,
                                                                        const Conditions& conditions) {
  auto package = package_of(request);
  if (!package) return std::nullopt;
  PKG_TRY_MODULE(auto directory, mapped_directory(package->name, parent, request));
  if (!directory) return std::nullopt;
  PKG_TRY_MODULE(const PackageJson* json, packages_.read(*directory));
  if (json != nullptr && json->exports() != nullptr) {
    PKG_TRY_MODULE(std::string url, resolve_exports(*json, package->subpath, target_context(conditions, {})));
    PKG_TRY_MODULE(std::string path, finish_require(url, {}, *directory));
    return path;
  }
  return find_path(join_path(*directory, package->subpath), {}, extensions, IsMain::kNo, conditions);
}

}  // namespace pkg::resolver
