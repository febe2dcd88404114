#pragma once

#include <string>

#include "installer/json_text.h"
#include "resolver/base/json.h"
#include "resolver/base/result.h"
#include "resolver/tree/manifest.h"

namespace pkg::installer {

// A project's or package's package.json, kept as written so that it can be
// written back with its own layout.
struct PackageJson {
  std::string path;  // of the file
  std::string text;
  Json content;  // always an object
  JsonFormat format;

  // The package.json in the folder `dir`. Errors: ENOENT as npm words it,
  // EJSONPARSE, errno's.
  static Result<PackageJson> load(const std::string& dir);
  // The same; `{}` when there is none.
  static Result<PackageJson> load_or_empty(const std::string& dir);

  // Takes the four dependency maps and bundleDependencies of `manifest`, sorted
  // as npm sorts them; what is empty goes.
  void update_dependencies(const resolver::Manifest& manifest);

  // Writes the file if its content differs from what was loaded.
  Result<void> save();

  // scripts[name], or empty.
  std::string script(std::string_view name) const;
};

}  // namespace pkg::installer
