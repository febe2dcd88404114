#include "resolver/module/module_resolver.h"

#include "resolver/module/file_url.h"

namespace pkg::resolver {

std::vector<std::string> node_modules_paths(std::string_view directory) {
  std::vector<std::string> paths;
  std::string_view from = directory;
  while (from.size() > 1 && from.ends_with('/')) from.remove_suffix(1);
  while (from.size() > 1) {
    if (from.substr(from.rfind('/') + 1) != "node_modules") paths.push_back(std::string(from) + "/node_modules");
    from = parent_directory(from);
  }
  paths.emplace_back("/node_modules");
  return paths;
}

std::optional<PackageSpecifier> parse_package_specifier(std::string_view specifier) {
  auto slash = specifier.find('/');
  if (specifier.starts_with('@')) {
    if (slash == std::string_view::npos) return std::nullopt;
    slash = specifier.find('/', slash + 1);
  }
  auto name = specifier.substr(0, slash);
  if (name.starts_with('.') || name.find_first_of("\\%") != std::string_view::npos) return std::nullopt;
  return PackageSpecifier{std::string(name), "." + std::string(specifier.substr(name.size()))};
}

const std::string& ModuleResolver::real_path(const std::string& path) {
  auto [entry, is_new] = real_paths_.try_emplace(path);
  if (is_new) {
    auto real = files_.realpath(path);
    entry->second = real ? std::move(*real) : path;
  }
  return entry->second;
}

FileType ModuleResolver::stat(const std::string& path) {
  if (!remember_files_) return files_.stat(path);
  auto known = stats_.find(path);
  if (known != stats_.end()) return known->second;
  FileType type = files_.stat(path);
  if (type != FileType::kNone) stats_.emplace(path, type);
  return type;
}

void ModuleResolver::remember_files(bool on) {
  remember_files_ = on;
  if (!on) stats_.clear();
}

TargetContext ModuleResolver::target_context(const Conditions& conditions, std::string_view base) {
  return {conditions, base, warnings_, [this, &conditions](const std::string& specifier, const std::string& parent) {
            return resolve_package(specifier, parent, conditions);
          }};
}

ModuleResult<std::optional<std::string>> ModuleResolver::mapped_directory(const std::string& name,
                                                                          std::string_view importer,
                                                                          const std::string& specifier) {
  if (!package_map_) {
    warnings_.push_back({"ExperimentalWarning", "Package maps"});
    PKG_TRY_MODULE(package_map_, PackageMap::read(files_, options_.package_map));
  }
  return package_map_->directory_of(name, importer, specifier);
}

}  // namespace pkg::resolver
