#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "resolver/base/files.h"
#include "resolver/base/json.h"
#include "resolver/module/module_error.h"

namespace pkg::resolver {

enum class PackageType { kNone, kCommonJs, kModule };

// What module resolution reads of one package.json.
class PackageJson {
 public:
  // Parses `text`. Nothing when it is no JSON object, or when "name" or "type"
  // is there and no string, which Node calls an invalid package config.
  static std::unique_ptr<PackageJson> parse(std::string text, std::string directory);

  std::string directory;  // where it lies; absolute, no slash at the end except for "/"
  std::optional<std::string> name;
  std::optional<std::string> main;
  PackageType type = PackageType::kNone;

  std::string path() const;  // of the package.json itself

  // "exports" and "imports": null when absent or of a type that Node ignores
  // (null, numbers, booleans). Parsed on first use.
  const Json* exports() const { return value(exports_text_, exports_); }
  const Json* imports() const { return value(imports_text_, imports_); }

 private:
  static const Json* value(const std::string& text, std::unique_ptr<Json>& parsed);

  std::string exports_text_, imports_text_;
  mutable std::unique_ptr<Json> exports_, imports_;
};

// The package.json files met so far: each is read and parsed once. Those that
// are missing are looked for again, because an install may bring them while the
// program runs.
class PackageJsons {
 public:
  explicit PackageJsons(Files& files) : files_(files) {}

  // The package.json in `directory`, or null when there is none. Fails with
  // ERR_INVALID_PACKAGE_CONFIG; `importing` (may be empty) goes into its message
  // as "while importing ...".
  ModuleResult<const PackageJson*> read(const std::string& directory, std::string_view importing = {});

  // The nearest package.json at or above the folder of the file `path`, not
  // beyond a node_modules folder. Null when there is none.
  ModuleResult<const PackageJson*> scope(std::string_view path);

 private:
  struct Entry {
    std::unique_ptr<PackageJson> json;  // null: missing or invalid
    bool invalid = false;
  };
  Files& files_;
  std::unordered_map<std::string, Entry> entries_;
};

// "a/b" for ("a", "b"); the root's slash is not doubled.
std::string join_path(std::string_view directory, std::string_view name);
// The folder of `path`, without a slash at the end except for "/".
std::string_view parent_directory(std::string_view path);
// The folder against which a file: URL's path resolves others: that of a file, or the folder that a path with a slash
// at its end names.
std::string_view base_directory(std::string_view path);
// `path`, absolute, without ".", ".." and double slashes; a slash at the end goes.
std::string normalize_path(std::string_view path);

}  // namespace pkg::resolver
