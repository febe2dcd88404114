#include "resolver/module/package_map.h"

#include "resolver/base/json.h"
#include "resolver/module/file_url.h"

namespace pkg::resolver {
namespace {

std::string without_end_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

ModuleResult<PackageMap> PackageMap::read(Files& files, const std::string& path) {
  // A map below a linked folder speaks of the folders that are there.
  std::string real = path;
  if (auto resolved = files.realpath(path)) real = *resolved;
  auto invalid = [&](const std::string& reason) {
    return module_error("ERR_PACKAGE_MAP_INVALID", "Invalid package-map.json at \"" + path + "\": " + reason);
  };
  auto content = files.read(real);
  if (!content) return invalid("no such file or directory");
  auto json = parse_json(*content, path);
  if (!json) return invalid("invalid JSON");
  const Json* packages = member(*json, "packages");
  if (!packages || !packages->is_object()) return invalid("missing \"packages\" object");

  PackageMap map;
  map.path_ = path;
  std::string base = path_to_file_url(real);
  std::map<std::string, std::string> urls;  // directory -> key
  for (const auto& [key, entry] : packages->items()) {
    const Json* url = member(entry, "url");
    if (!url || !url->is_string()) return invalid("package \"" + key + "\" is missing a \"url\"");
    std::string written = url->get<std::string>();
    auto absolute = resolve_url(written, base);
    auto directory = absolute ? file_url_to_path(*absolute) : std::nullopt;
    if (!directory) {
      return invalid("package \"" + key + "\" has unsupported URL scheme in url \"" + written +
                     "\"; only file: URLs and relative URLs are currently supported");
    }
    Package package{key, without_end_slash(*directory), {}};
    if (auto [other, is_new] = urls.emplace(package.directory, key); !is_new) {
      return invalid("packages \"" + other->second + "\" and \"" + key + "\" have the same url \"" + written +
                     "\"; this will be supported in the future");
    }
    if (const Json* dependencies = member(entry, "dependencies"); dependencies && dependencies->is_object()) {
      for (const auto& [name, target] : dependencies->items()) {
        if (target.is_string()) package.dependencies.emplace(name, target.get<std::string>());
      }
    }
    map.packages_.push_back(std::move(package));
  }
  return map;
}

// The package whose folder is the innermost around `path`.
const PackageMap::Package* PackageMap::owner_of(std::string_view path) const {
  const Package* best = nullptr;
  for (const Package& package : packages_) {
    const std::string& directory = package.directory;
    bool is_inside = path.starts_with(directory) &&
                     (path.size() == directory.size() || directory == "/" || path[directory.size()] == '/');
    if (is_inside && (!best || directory.size() > best->directory.size())) best = &package;
  }
  return best;
}

ModuleResult<std::optional<std::string>> PackageMap::directory_of(const std::string& name, std::string_view importer,
                                                                  const std::string& specifier) const {
  const Package* owner = owner_of(importer);
  if (!owner) {
    return module_error("ERR_PACKAGE_MAP_EXTERNAL_FILE", "Cannot resolve \"" + specifier + "\" from \"" +
                                                             std::string(importer) +
                                                             "\": file is not within any package defined in " + path_);
  }
  auto dependency = owner->dependencies.find(name);
  if (dependency == owner->dependencies.end()) return std::nullopt;
  for (const Package& package : packages_) {
    if (package.key == dependency->second) return package.directory;
  }
  return module_error("ERR_PACKAGE_MAP_KEY_NOT_FOUND", "Package key \"" + dependency->second +
                                                           "\" referenced in dependencies but not defined in " + path_);
}

}  // namespace pkg::resolver
