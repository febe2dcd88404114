#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/files.h"
#include "resolver/module/module_error.h"

namespace pkg::resolver {

// Which packages there are and which of them each may ask for by what name, in
// place of folders named node_modules. Spec: Node 24, packages.md, "Package
// maps".
class PackageMap {
 public:
  // Reads the JSON file at the absolute path `path`. Fails with
  // ERR_PACKAGE_MAP_INVALID.
  static ModuleResult<PackageMap> read(Files& files, const std::string& path);

  // The folder of the package that the file at `importer` knows as `name`;
  // nothing when it has no such dependency. Fails with
  // ERR_PACKAGE_MAP_EXTERNAL_FILE when the file is in no package of the map,
  // ERR_PACKAGE_MAP_KEY_NOT_FOUND when the map has no such package; both name
  // `specifier`.
  ModuleResult<std::optional<std::string>> directory_of(const std::string& name, std::string_view importer,
                                                        const std::string& specifier) const;

 private:
  struct Package {
    std::string key, directory;
    std::map<std::string, std::string> dependencies;  // name -> key
  };
  const Package* owner_of(std::string_view path) const;

  std::string path_;
  std::vector<Package> packages_;
};

}  // namespace pkg::resolver
